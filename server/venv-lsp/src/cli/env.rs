//! `venv-lsp env`.

mod text;

use std::path::Path;
use std::sync::Arc;

use venv_analysis::facts::{HealthIssue, Machine, Resolution};
use venv_analysis::{Config, Context, Facts, Manifest, Placement, PlanError, repairs};

use super::{Env, Format, Verdict, print, print_json, shown};
use crate::effects::{prepare, refusal};
use crate::reader::{FactReader, Listing, MachineNeed, Question};
use crate::report::{self, Detail};

/// What is told of one path.
struct Told {
    resolution: Resolution,
    /// What is wrong among the distributions of the environment that was chosen.
    issues: Vec<HealthIssue>,
    /// Only where it is told.
    machine: Option<Arc<Machine>>,
    listing: Option<Listing>,
    /// Why `venv-lsp fix` would refuse, and what to do instead; only where it would be needed.
    refusal: Option<String>,
    /// The file that would be served, where no environment does.
    asking: Option<(Manifest, Facts)>,
}

pub(super) fn run(arguments: &Env) -> anyhow::Result<Verdict> {
    let path = std::path::absolute(&arguments.path)?;
    anyhow::ensure!(path.symlink_metadata().is_ok(), "`{}` was not found", arguments.path.display());
    let reader = FactReader::new();
    // As for the other commands, which take a folder that is named for one that is trusted.
    let question = arguments.named.question(path.is_dir().then(|| path.clone()))?;
    let folder = if path.is_dir() { &path } else { path.parent().unwrap_or(&path) };
    let told = match arguments.output_format {
        Format::Json => {
            let told = look(&reader, &path, &question, arguments.all.then_some(folder))?;
            let mut answer = report::Answer::new(&path, &told.resolution, Detail::WithInstalled);
            answer.add_issues(&told.issues);
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
            let mut told = look(&reader, &path, &question, Some(folder))?;
            told.refusal = refused(&reader, folder, &question, &told.resolution);
            print(&text::whole(&told, folder))?;
            told
        }
        Format::Text => {
            let resolution = reader.resolve(&path, &question);
            // The Pythons of the machine are told only where one of them would be needed.
            let machine = resolution.chosen.is_none().then(|| reader.machine(MachineNeed::Fresh));
            let refusal = refused(&reader, folder, &question, &resolution);
            let asking = if resolution.chosen.is_none() { asking(&reader, &path, &question) } else { None };
            let told = Told { resolution, issues: Vec::new(), machine, listing: None, refusal, asking };
            print(&text::short(&told))?;
            told
        }
    };
    let is_well = told.resolution.chosen.is_some_and(|chosen| chosen.environment.health.is_empty());
    Ok(if is_well && told.issues.is_empty() { Verdict::Clean } else { Verdict::Found })
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
        let asking = if resolution.chosen.is_none() { asking(reader, path, question) } else { None };
        let issues = if folder.is_some() { issues(reader, &resolution) } else { Vec::new() };
        Ok(Told { resolution, issues, machine: Some(machine), listing, refusal: None, asking })
    })
}

/// What distributions have lost, for which each has to be looked at: that is for who wants to know all. Nothing is said
/// of what is installed in an environment that does not work.
fn issues(reader: &FactReader, resolution: &Resolution) -> Vec<HealthIssue> {
    let works = resolution.chosen.as_ref().filter(|chosen| !chosen.environment.is_broken());
    works.map(|chosen| reader.missing_parts(&chosen.environment)).unwrap_or_default()
}

/// Why `venv-lsp fix` would do nothing in `folder`, where something is to be done: what it asks itself is asked.
fn refused(
    reader: &FactReader,
    folder: &Path,
    question: &Question,
    resolution: &Resolution,
) -> Option<String> {
    let state = reader.state_folder();
    let Some(chosen) = &resolution.chosen else {
        let place = folder.join(".venv");
        refusal(&place, Placement::New, state.as_deref())?;
        if resolution.candidates.iter().any(|candidate| candidate.path == place && candidate.is_foreign()) {
            return Some(format!(
                "use it all the same with `--environment {}`, or make one of your own elsewhere; it is not yours to delete",
                shown(&place)
            ));
        }
        return Some(
            "delete or rename `.venv`, which is no environment to use; then `venv-lsp fix` makes one"
                .to_owned(),
        );
    };
    if chosen.environment.health.is_empty() {
        return None;
    }
    let manifest = Manifest::parse(folder.join("requirements.txt"), Arc::from(""));
    let facts = reader.facts_to_act(&manifest, question);
    let config = Config::default();
    let context = Context { manifest: &manifest, facts: &facts, config: &config };
    let effect = match repairs(&context, None).into_iter().next()? {
        Ok(effect) => effect,
        Err(reason) => return Some(reason),
    };
    let plan = match prepare(&effect, &context, state.as_deref()) {
        Ok(prepared) => prepared.plan,
        Err(PlanError(reason)) => return Some(reason),
    };
    let reason = refusal(&plan.environment, plan.placement, state.as_deref())?;
    Some(match reason.strip_suffix("; nothing was changed") {
        Some(reason) => format!("{reason}: rename it, and `venv-lsp fix` makes another"),
        None => reason,
    })
}

/// What is known of the file at `path`; of a folder that is its `pyproject.toml`.
fn asking(reader: &FactReader, path: &Path, question: &Question) -> Option<(Manifest, Facts)> {
    let file = if path.is_dir() { path.join("pyproject.toml") } else { path.to_owned() };
    let manifest = reader.manifest(&file, question).ok()?;
    let facts = reader.facts(&manifest, question, MachineNeed::Fresh);
    Some((manifest, facts))
}
