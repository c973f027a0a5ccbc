//! What the tests of every crate share: in-memory machines, wheels and sources made on the spot, a package index on
//! loopback, proxies and TLS before it, a terminal, and a client that speaks LSP to the real server.
//!
//! `cargo xtask` uses the same client and the same index to show the server at work without an editor or a network.
//! Nothing here waits for a fixed time: a test waits for a message, or releases an answer that it held back.
//! A broken test set-up (no free port, no process) panics with its reason, as an assertion would.

pub mod client;
pub mod fixture;
pub mod index;
pub mod memory_system;
pub mod proxy;
pub mod sdist;
#[cfg(unix)]
pub mod terminal;
pub mod tls;
pub mod wheel;
