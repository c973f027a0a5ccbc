//! The project's own commands, `cargo xtask …`: one module for each.
//!
//! They are for a person at a terminal, on any platform that the server runs on, with nothing set up but what each
//! says that it needs. Whatever they fetch goes to `.cache` in the project.

mod bench;
mod codegen;
mod install;
mod loopback;
mod project;
mod terminal;
mod test;
mod try_out;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::terminal::{Color, Terminal};

/// Try, test and install venv-lsp from this checkout
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(long, value_enum, global = true, default_value_t = Color::Auto)]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    /// Build the server and watch it at work on a small project; needs a Python
    Try(try_out::Options),
    /// Run all tests, in real editors too; needs Python and Node
    Test(test::Options),
    /// Measure the server and the command line beside other tools; needs a Python
    Bench(bench::Options),
    /// What `bench` measures beside
    #[command(hide = true)]
    FloorServer(bench::floor::Options),
    /// What `bench` counts the system calls of
    #[command(hide = true)]
    FindEnvironments(bench::trees::FindOptions),
    /// Write the generated documents anew
    Codegen,
    /// Install the server and the extension of an editor
    Install(install::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.color);
    let outcome = match arguments.command {
        Command::Try(options) => try_out::run(&options, &terminal),
        Command::Test(options) => test::run(&options, &terminal),
        Command::Bench(options) => bench::run(&options, &terminal),
        Command::FloorServer(options) => bench::floor::run(&options),
        Command::FindEnvironments(options) => bench::trees::run_find(&options),
        Command::Codegen => codegen::run(&terminal),
        Command::Install(options) => install::run(&options, &terminal),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            terminal.error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
