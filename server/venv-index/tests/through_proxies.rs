//! An index that only proxies lead to: pages in both forms, the wheel, and what goes wrong.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use test_support::index::{Abilities, Index};
use test_support::proxy::{ProxyServer, Traits};
use test_support::wheel::Wheel;
use venv_index::{Certificates, Client, Error, Way, chain, fetch_wheel, newest_for_all, read_project};

const INDEX: &str = "http://index.test/simple";

fn index(json: bool) -> Index {
    Index::serve_with(
        [Wheel::new("PySocks", "1.7.1"), Wheel::new("PySocks", "1.6.8")],
        Abilities { json, metadata: false },
    )
}

fn traits(index: &Index) -> Traits {
    Traits {
        credentials: Some(("me".into(), "s3cret@x".into())),
        hosts: BTreeMap::from([("index.test".to_owned(), index.address())]),
    }
}

fn client(proxy: &str) -> Client {
    client_that(proxy, true)
}

fn client_that(proxy: &str, is_trusted: bool) -> Client {
    let proxy = Some(proxy.to_owned());
    Client::new(move |_| Way { proxy: proxy.clone(), is_trusted })
}

fn fetched(client: &Client, folder: &Path) -> Result<String, Error> {
    let project = read_project(client, INDEX, "pysocks")?;
    let (file, version) = newest_for_all(&project, None)?;
    let path = fetch_wheel(client, &project, file, folder)?;
    assert_eq!(std::fs::read(&path).expect("the wheel"), Wheel::new("PySocks", "1.7.1").bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).expect("the wheel").permissions().mode() & 0o777, 0o600);
    }
    Ok(version.to_string())
}

#[test]
fn every_kind_of_proxy_leads_to_it() {
    for json in [true, false] {
        let index = index(json);
        let socks = ProxyServer::socks5(traits(&index));
        let http = ProxyServer::http(traits(&index));
        for (scheme, proxy) in [("socks5h", &socks), ("http", &http)] {
            let folder = tempfile::tempdir().unwrap();
            let client = client(&format!("{scheme}://me:s3cret%40x@{}", proxy.address()));
            assert_eq!(fetched(&client, folder.path()).unwrap(), "1.7.1", "{scheme} {json}");
            assert_eq!(proxy.log(), ["index.test:80", "index.test:80"]);
        }
    }
}

#[test]
fn failures_name_who_failed_and_no_secret() {
    let index = index(true);
    let socks = ProxyServer::socks5(traits(&index));
    let url = format!("socks5h://me:s3cret%40x@{}", socks.address());
    let folder = tempfile::tempdir().unwrap();
    let failed = |client: &Client, index: &str| {
        let said = chain(&read_project(client, index, "pysocks").unwrap_err());
        assert!(!said.contains("s3cret"), "{said}");
        said
    };
    let proxy = socks.address();
    let wrong = client(&format!("socks5h://me:s3cret-no@{proxy}"));
    assert!(
        failed(&wrong, INDEX).starts_with(&format!("The proxy `{proxy}` did not lead to `index.test`: "))
    );
    assert_eq!(
        failed(&client(&url.replace("socks5h", "socks5")), INDEX),
        "`index.test` could not be reached: its name is not known here; `socks5h://` instead of `socks5://` lets the \
         proxy look it up"
    );
    assert_eq!(
        failed(&client("socks5h://proxy.invalid:1"), INDEX),
        "The proxy `proxy.invalid:1` did not answer: its name is not known"
    );
    let odd = failed(&client(&url), "http://index.test/a b");
    assert_eq!(odd, "`http://index.test/a b/pysocks/` is no URL of a package index");
    let said = failed(&client_that(&url, false), INDEX);
    assert!(said.starts_with("`index.test` is asked without encryption, "), "{said}");
    assert_eq!(index.requests(), [], "nothing of this reaches it");
    assert_eq!(failed(&client("socks5h://"), INDEX), Error::ProxyUrl.to_string());
    assert_eq!(failed(&client(&url), "file:///srv"), "`file:///srv` is no URL of a package index");
    index.answer("/simple/pysocks", 404);
    assert_eq!(failed(&client(&url), INDEX), "`index.test` has no `pysocks`");
    index.recover();
    index.answer("/simple/pysocks", 401);
    let refused = "`index.test` answered with 401 (the access is refused: check the credentials)";
    assert_eq!(failed(&client(&url), "http://you:s3cret@index.test/simple"), refused);
    index.recover();
    index.corrupt("pysocks-1.7.1");
    let said = fetched(&client(&url), folder.path()).unwrap_err();
    assert!(matches!(said, Error::WrongDigest { .. }), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is written");
    drop(socks);
    assert!(failed(&client(&url), INDEX).starts_with(&format!("The proxy `{proxy}` did not answer: ")));
    let empty = Certificates::Named { path: "/etc/own.pem".into(), pem: b"nothing".to_vec() };
    let said = failed(&client(&url).with(empty, None, None), INDEX);
    assert_eq!(said, "The certificates in `/etc/own.pem` cannot be read: there is no certificate in it");
}

#[test]
fn what_is_cancelled_ends_at_once() {
    let index = index(true);
    let socks = ProxyServer::socks5(traits(&index));
    socks.hold();
    let client = Arc::new(client(&format!("socks5h://me:s3cret%40x@{}", socks.address())));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| read_project(&client, INDEX, "pysocks"));
        assert!(socks.reached(Duration::from_secs(30)));
        client.cancel();
        assert!(matches!(asking.join().unwrap(), Err(Error::Cancelled)));
    });
    socks.release();
    assert!(matches!(read_project(&client, INDEX, "pysocks"), Err(Error::Cancelled)));
    assert_eq!(index.requests(), []);
}
