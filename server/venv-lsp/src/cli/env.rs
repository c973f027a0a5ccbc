//! `venv-lsp env`.

mod text;

use std::path::Path;
use std::sync::Arc;

use venv_analysis::Config;
use venv_analysis::facts::{Machine, Resolution};

use super::{Env, Format, Verdict, print, print_json};
use crate::reader::{FactReader, Listing, MachineNeed, Question};
use crate::report::{self, Detail};

/// What is told of one path.
struct Told {
    resolution: Resolution,
    /// Only where it is told.
    machine: Option<Arc<Machine>>,
    listing: Option<Listing>,
}

pub(super) fn run(arguments: &Env) -> anyhow::Result<Verdict> {
    let path = std::path::absolute(&arguments.path)?;
    anyhow::ensure!(path.symlink_metadata().is_ok(), "`{}` was not found", arguments.path.display());
    let reader = FactReader::new();
    let question = arguments.named.question(None)?;
    let folder = if path.is_dir() { &path } else { path.parent().unwrap_or(&path) };
    let told = match arguments.output_format {
        Format::Json => {
            let told = look(&reader, &path, &question, arguments.all.then_some(folder))?;
            let mut answer = report::Answer::new(&path, &told.resolution, Detail::WithInstalled);
            if let Some(machine) = &told.machine {
                answer.add_machine(machine, &Config::default());
            }
            if let Some(listing) = &told.listing {
                answer.add_listing(listing);
            }
            print_json(&answer)?;
            told
        }
        Format::Text if arguments.all => {
            let told = look(&reader, &path, &question, Some(folder))?;
            print(&text::whole(&told, folder))?;
            told
        }
        Format::Text => {
            let resolution = reader.resolve(&path, &question);
            // The Pythons of the machine are told only where one of them would be needed.
            let machine = resolution.chosen.is_none().then(|| reader.machine(MachineNeed::Fresh));
            let told = Told { resolution, machine, listing: None };
            print(&text::short(&told))?;
            told
        }
    };
    let works = told.resolution.chosen.is_some_and(|chosen| !chosen.environment.is_broken());
    Ok(if works { Verdict::Clean } else { Verdict::Found })
}

/// Everything at once, as far as it does not depend on each other.
fn look(
    reader: &FactReader,
    path: &Path,
    question: &Question,
    folder: Option<&Path>,
) -> anyhow::Result<Told> {
    std::thread::scope(|scope| {
        let machine = scope.spawn(|| reader.machine(MachineNeed::Fresh));
        let resolution = reader.resolve(path, question);
        let listing = folder.map(|folder| reader.list(folder));
        let machine = machine
            .join()
            .map_err(|_| anyhow::anyhow!("A defect in venv-lsp stopped the search for Pythons"))?;
        Ok(Told { resolution, machine: Some(machine), listing })
    })
}
