//! What a plan gets from an index by itself: in a thread beside everything else, ended when somebody cancels.
//!
//! Which index, which proxy and whose certificates is what pip would take, as its settings and variables say.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use venv_analysis::facts::with_socks_version;
use venv_analysis::{Fetch, IndexUrl, Plan, plain, without_secrets};
use venv_discovery::{OsSystem, System, default_index, read_environment};
use venv_index::{Certificates, Client, Error, Way, chain, fetch_wheel, newest_for_all, read_project};
use venv_syntax::expand_variables;

use super::run::Ended;
use super::{Cancel, Progress};

/// A bundle of the certificates of all authorities has less than a megabyte.
const LARGEST: usize = 16 << 20;

/// Gets what the step of this number needs.
pub(super) async fn fetch_for(
    plan: &Plan,
    number: usize,
    cancel: &mut watch::Receiver<Cancel>,
    report: &(dyn Fn(Progress) + Send + Sync),
) -> Ended {
    for fetch in plan.fetches.iter().filter(|fetch| fetch.before == number) {
        report(Progress::Step(fetch.doing.clone()));
        match run(fetch, cancel).await {
            Ok(line) => report(Progress::Line(line)),
            Err(None) => return Ended::Cancelled,
            Err(Some(reason)) => {
                return Ended::NotStarted(format!("{} could not be fetched: {reason}", fetch.title));
            }
        }
    }
    Ended::Well
}

/// What came, or why nothing did; no reason is needed where somebody cancelled.
async fn run(fetch: &Fetch, cancel: &mut watch::Receiver<Cancel>) -> Result<String, Option<String>> {
    let system = OsSystem::new();
    let client = Arc::new(client(&system, fetch).map_err(|error| Some(said(&error)))?);
    let (sender, receiver) = oneshot::channel();
    let (asking, wanted) = (Arc::clone(&client), fetch.clone());
    // Not one of the runtime's threads: it would wait for them at its end.
    std::thread::spawn(move || sender.send(get(&system, &asking, &wanted)).ok());
    tokio::select! {
        got = receiver => got.unwrap_or_else(|_| Err("a defect in venv-lsp stopped it".to_owned())).map_err(Some),
        () = cancelled(cancel) => {
            client.cancel();
            Err(None)
        }
    }
}

async fn cancelled(cancel: &mut watch::Receiver<Cancel>) {
    if cancel.wait_for(|cancel| *cancel != Cancel::No).await.is_err() {
        // Nobody can cancel any more.
        std::future::pending::<()>().await;
    }
}

/// Gets the wheel from the first index that has one, and writes the list by which pip installs it.
fn get(system: &dyn System, client: &Client, fetch: &Fetch) -> Result<String, String> {
    let mut failed: Option<Error> = None;
    for index in &fetch.indexes {
        let url = match index {
            IndexUrl::Named(url) => {
                expand_variables(url, |name| system.env(name)).unwrap_or_else(|| url.clone())
            }
            IndexUrl::Default => {
                let environment = fetch.environment.as_deref();
                let environment = environment.and_then(|root| read_environment(system, root));
                let own = default_index(system, environment.as_ref(), Some(&fetch.python));
                own.ok_or("which index this pip was made for is not known: configure `index-url`")?
            }
        };
        match get_from(client, fetch, &url) {
            Ok(line) => return Ok(line),
            // The others say more than an index that does not have it.
            Err(error @ (Error::NoProject { .. } | Error::NoWheel { .. } | Error::Url { .. })) => {
                failed = failed.or(Some(error));
            }
            Err(error) => return Err(said(&error)),
        }
    }
    Err(failed.map_or_else(|| "no index is configured".to_owned(), |error| said(&error)))
}

fn get_from(client: &Client, fetch: &Fetch, index: &str) -> Result<String, Error> {
    let project = read_project(client, index, fetch.name)?;
    let (file, version) = newest_for_all(&project, fetch.version.as_ref())?;
    std::fs::create_dir_all(&fetch.folder).map_err(Error::Write)?;
    let wheel = fetch_wheel(client, &project, file, &fetch.folder)?;
    if let Some(copy) = &fetch.copy {
        std::fs::copy(wheel, copy).map_err(Error::Write)?;
    }
    let digest = file.sha256.as_deref().unwrap_or_default();
    // pip checks it once more, and takes nothing else.
    let line = format!("{}=={version} --hash=sha256:{digest}\n", fetch.name);
    let mut list = std::fs::File::create_new(&fetch.list).map_err(Error::Write)?;
    list.write_all(line.as_bytes()).map_err(Error::Write)?;
    Ok(format!("{} from {}, sha256 {digest}", file.name, project.place))
}

/// A client that goes where pip would go.
fn client(system: &dyn System, fetch: &Fetch) -> Result<Client, Error> {
    let pip = &fetch.pip;
    let setting = |name: &str| pip.find(name, "install").map(|setting| setting.value.to_string());
    let trusted = setting("trusted-host").unwrap_or_default();
    let (network, settings) = (Arc::clone(&fetch.network), Arc::clone(pip));
    let way_to = move |url: &str| Way {
        proxy: network.pip_proxy(&settings, url).map(|proxy| understood(&proxy.url)),
        is_trusted: is_trusted(&trusted, url),
    };
    // A relative one depends on the folder in which somebody will start pip.
    let read = |path: &str| {
        let path = Path::new(path);
        system.platform().is_absolute(path).then(|| system.read_within(path, LARGEST).ok())?
    };
    // In the order of `requests`, to which these variables say more than pip does.
    let variable = |name: &str| system.env(name).filter(|value| !value.is_empty());
    let named = variable("REQUESTS_CA_BUNDLE").or_else(|| variable("CURL_CA_BUNDLE"));
    let named = named.or_else(|| setting("cert")).or_else(|| variable("SSL_CERT_FILE"));
    let certificates = match named {
        // What cannot be read has no certificate in it, which the client says.
        Some(path) => Certificates::Named { pem: read(&path).unwrap_or_default(), path },
        None => Certificates::System,
    };
    let home = || system.home().map(|home| home.join(".netrc"));
    let netrc = system.env("NETRC").map(Into::into).or_else(home);
    let netrc = netrc.and_then(|path| system.read_within(&path, LARGEST).ok());
    let netrc = netrc.map(|text| String::from_utf8_lossy(&text).into_owned());
    let identity = setting("client-cert").and_then(|path| read(&path));
    Ok(Client::new(way_to).with(certificates, identity, netrc))
}

/// A proxy's URL as the client takes it.
fn understood(url: &str) -> String {
    let url = with_socks_version(url).unwrap_or_else(|| url.to_owned());
    match url.split_once("://") {
        Some((scheme, rest)) => format!("{}://{rest}", scheme.to_ascii_lowercase()),
        None => url,
    }
}

/// Whether pip is told to believe whoever answers at `url`.
fn is_trusted(hosts: &str, url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = host.split(':').next().unwrap_or_default();
    hosts.split_whitespace().any(|trusted| trusted == host || trusted == name)
}

fn said(error: &Error) -> String {
    plain(&without_secrets(&chain(error)))
}
