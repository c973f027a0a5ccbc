//! venv-lsp: a language server for Python environments and requirements, and the same engine on the command line.

mod answers;
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
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

fn main() -> ExitCode {
    let wanted = std::env::var("VENV_LSP_LOG").ok().and_then(|filter| filter.parse::<Targets>().ok());
    let filter = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).without_time();
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
    // A defect has been printed by then; what else it left is put right by the next start.
    std::panic::catch_unwind(|| cli::run(cli::Arguments::parse())).unwrap_or(ExitCode::from(2))
}
