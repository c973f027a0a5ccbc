//! Disk and environment variables in, facts out. No process is ever started to find something out.

pub mod system;
