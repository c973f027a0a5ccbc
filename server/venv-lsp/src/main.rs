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
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// On somebody's terminal a warning is a message like any other.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        writer.write_str("venv-lsp: ")?;
        context.format_fields(writer.by_ref(), event)?;
        writer.write_char('\n')
    }
}

fn main() -> ExitCode {
    let wanted = std::env::var("VENV_LSP_LOG").ok().and_then(|filter| filter.parse::<Targets>().ok());
    let arguments = cli::Arguments::parse();
    let is_for_people = wanted.is_none() && !arguments.is_server();
    let filter = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::WARN));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).without_time();
    let lines = if is_for_people { lines.event_format(Plain).boxed() } else { lines.boxed() };
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
    // A defect has been printed by then; what else it left is put right by the next start.
    std::panic::catch_unwind(|| cli::run(arguments)).unwrap_or(ExitCode::from(2))
}
