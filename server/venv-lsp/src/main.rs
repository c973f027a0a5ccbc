//! venv-lsp: a language server for Python environments and requirements, and the same engine on the command line.

mod cli;
mod client;
mod commands;
mod convert;
mod effects;
mod options;
mod pages;
mod positions;
mod reader;
mod report;
mod server;
mod session;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("VENV_LSP_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time()
        .init();
    cli::run(cli::Arguments::parse())
}
