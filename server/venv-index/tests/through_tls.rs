//! An index whose certificate only its own authority vouches for, and that may want to know who asks.

use test_support::index::Index;
use test_support::tls::{AUTHORITY, CLIENT, TlsFront};
use test_support::wheel::Wheel;
use venv_index::{Certificates, Client, Way, chain, read_project};

fn asked(front: &TlsFront, authority: Option<&str>, identity: Option<&str>, is_trusted: bool) -> String {
    let certificates = authority.map_or(Certificates::System, |pem| Certificates::Named {
        path: "authority.pem".into(),
        pem: pem.into(),
    });
    let client = Client::new(move |_| Way { proxy: None, is_trusted });
    let client = client.with(certificates, identity.map(Into::into), None);
    match read_project(&client, &format!("https://{}/simple", front.address()), "six") {
        Ok(project) => format!("{} file", project.files.len()),
        Err(error) => chain(&error).replace(&front.address().to_string(), "HOST"),
    }
}

#[test]
fn nobody_is_believed_whom_no_authority_vouches_for() {
    let index = Index::serve([Wheel::new("six", "1.17.0")]);
    let front = TlsFront::before(index.address(), false);
    let said = asked(&front, None, None, false);
    assert!(said.starts_with("`HOST` could not be reached: ") && said.contains("certificate"), "{said}");
    assert_eq!(index.requests(), []);
    assert_eq!(asked(&front, Some(AUTHORITY), None, false), "1 file");
    // pip's `trusted-host`.
    assert_eq!(asked(&front, None, None, true), "1 file");
}

#[test]
fn whoever_wants_to_know_who_asks_is_told() {
    let index = Index::serve([Wheel::new("six", "1.17.0")]);
    let front = TlsFront::before(index.address(), true);
    let said = asked(&front, Some(AUTHORITY), None, false);
    assert!(said.starts_with("`HOST` could not be reached: "), "{said}");
    assert_eq!(index.requests(), []);
    assert_eq!(asked(&front, Some(AUTHORITY), Some(CLIENT), false), "1 file");
}
