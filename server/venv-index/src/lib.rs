//! A package index in, wheels out. The network is used here alone.
//!
//! What is read is one project's page of a simple repository, as JSON
//! ([PEP 691](https://peps.python.org/pep-0691/)) or as HTML ([PEP 503](https://peps.python.org/pep-0503/)), whichever
//! the index answers with; what is written is one wheel whose SHA-256 is the one on that page.
//!
//! Everything blocks, and nothing is decided here: which index, which proxy and whose certificates is for the caller to
//! say. No index is built in. What this crate deliberately is not: a resolver, and an installer.

mod client;
mod error;
mod netrc;
mod page;
mod place;
mod wheel;

pub use client::{Certificates, Client, Way};
pub use error::{Error, chain};
pub use page::{File, Project, read_project};
pub use wheel::{fetch_wheel, newest_for_all};
