//! What the tests of every crate share: in-memory machines, wheels made on the spot, a package index on
//! loopback, and a client that speaks LSP to the real server.
