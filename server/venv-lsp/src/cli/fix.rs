//! `venv-lsp fix`.

mod screen;
mod unused;
mod work;

use std::mem::{Discriminant, discriminant};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use venv_analysis::facts::{Interpreter, Machine};
use venv_analysis::{
    AskedPython, Config, Context, Effect, Installer, NewPython, Role, capable, fetched, incapacity, plain,
    repairs, unsatisfied, wants_successor,
};

use super::{Fix, Verdict, check, find, print, shown, text, warn};
use crate::reader::{FactReader, MachineNeed};
use unused::Unused;
use work::{Done, Work};

pub(super) fn run(arguments: &Fix) -> anyhow::Result<Verdict> {
    let installer = Installer::parse(&arguments.installer).unwrap_or_default();
    let config = Config { installer, ..Config::default() };
    let reader = Arc::new(FactReader::new());
    let mut unused = Unused::new(arguments);
    let mut files = Vec::new();
    let mut all_done = true;
    for file in find::find(&arguments.paths)? {
        let question = arguments.named.question_of(&reader, file.workspace_root.clone())?;
        // What cannot be read is said by the report.
        let manifest = reader.manifest(&file.path, &question).ok();
        if let Some(manifest) = &manifest {
            let work = Work { reader: &reader, manifest, question: &question, config: &config };
            match fix(arguments, &work)? {
                Done::Well => {}
                Done::NotAll => all_done = false,
                Done::Cancelled => return Ok(Verdict::Found),
            }
            match unused.remove(&work)? {
                Done::Well => {}
                Done::NotAll => all_done = false,
                Done::Cancelled => return Ok(Verdict::Found),
            }
            if arguments.dry_run {
                continue;
            }
        }
        files.push((file, question));
    }
    let reports = files
        .into_iter()
        .map(|(file, question)| check::report(&reader, file, &question, &config, check::Depth::Requirements));
    let reports = reports.collect::<anyhow::Result<Vec<_>>>()?;
    if arguments.dry_run {
        return Ok(if all_done { Verdict::Clean } else { Verdict::Found });
    }
    print(&check::as_text(&reports, &text::renderer(), false))?;
    let is_clean = all_done && reports.iter().all(|report| report.found.is_empty());
    Ok(if is_clean { Verdict::Clean } else { Verdict::Found })
}

/// What was settled for a file already, one way or the other.
#[derive(Default)]
struct Tried {
    repairs: Vec<Discriminant<Effect>>,
    declined: Vec<String>,
}

/// Does what has to be done for one file, or says what that would be.
fn fix(arguments: &Fix, work: &Work<'_>) -> anyhow::Result<Done> {
    let mut all_done = true;
    let mut tried = Tried::default();
    while let Some(effect) = needed(arguments, work, &mut tried)? {
        let done = if arguments.dry_run { work.describe(&effect)? } else { work.carry_out(&effect)? };
        all_done &= done == Done::Well;
        let goes_on = match effect {
            // What a successor holds was there before; the file may ask for more. A dry run cannot know that.
            Effect::Recreate { .. } => !arguments.dry_run,
            Effect::Remove { .. } | Effect::Reinstall { .. } => true,
            Effect::Create { .. }
            | Effect::Install { .. }
            | Effect::InstallProject { .. }
            | Effect::Uninstall { .. }
            | Effect::InstallPySocks { .. } => false,
        };
        if done == Done::Cancelled {
            return Ok(done);
        }
        if !goes_on {
            break;
        }
    }
    Ok(if all_done && tried.declined.is_empty() { Done::Well } else { Done::NotAll })
}

/// What has to be done for a file, if anything. Of the repairs each kind is tried once, whatever comes of it.
fn needed(arguments: &Fix, work: &Work<'_>, tried: &mut Tried) -> anyhow::Result<Option<Effect>> {
    let Work { reader, manifest, question, config } = *work;
    if manifest.role == Role::Constraints {
        return Ok(None);
    }
    let facts = reader.facts_to_act(manifest, question);
    let context = Context { manifest, facts: &facts, config };
    if let Some(chosen) = context.chosen() {
        let environment = &chosen.environment;
        let machine = reader.machine(MachineNeed::Fresh);
        let python = arguments.python.as_deref().filter(|_| wants_successor(&context));
        let named = python.map(|python| interpreter(&machine, python)).transpose()?;
        for repair in repairs(&context, named.map(|interpreter| &*interpreter.executable)) {
            match repair {
                Ok(repair) if tried.repairs.contains(&discriminant(&repair)) => {}
                Ok(repair) => {
                    tried.repairs.push(discriminant(&repair));
                    return Ok(Some(repair));
                }
                Err(reason) if tried.declined.contains(&reason) => {}
                Err(reason) => {
                    warn(&reason);
                    tried.declined.push(reason);
                }
            }
        }
        if environment.is_broken() || unsatisfied(&context, environment).is_empty() {
            return Ok(None);
        }
        return Ok(Some(Effect::Install {
            environment: environment.root.clone(),
            names: None,
            installer: None,
        }));
    }
    if venv_analysis::wanted(&context).is_empty() {
        return Ok(None);
    }
    let machine = reader.machine(MachineNeed::Fresh);
    let python = match arguments.python.as_deref() {
        Some(python) => NewPython::Installed(interpreter(&machine, python)?.executable.clone()),
        None => match fetched(&context) {
            Some(python) if arguments.fetch_python => {
                NewPython::Fetched(format!("{}.{}", python.version.major, python.version.minor))
            }
            fetchable => {
                let asked = AskedPython::new(&context);
                let able = capable(&machine, config, &asked);
                let ways = match fetchable {
                    Some(_) => "install another one, let uv do it with `--fetch-python`",
                    None => "install another one",
                };
                let incapable = || match machine.interpreters.iter().find(|known| asked.fits(&known.version))
                {
                    Some(fitting) => incapacity(&machine, fitting, config),
                    None => machine
                        .lack_of_python()
                        .map(|reason| format!("No Python that can make an environment was found; {reason}")),
                };
                let Some(best) = able.first() else {
                    let none = || format!("No Python that can make an environment was found: {ways}");
                    anyhow::bail!(incapable().unwrap_or_else(none));
                };
                if let Some(reason) = asked.misfit(&machine, config) {
                    warn(&format!("{reason}: {ways}, or name one with `--python`"));
                    tried.declined.push(reason);
                    return Ok(None);
                }
                NewPython::Installed(best.executable.clone())
            }
        },
    };
    // One environment for the folder that was named: it serves the files of all its sub-folders.
    let folder = question.workspace_root.as_deref().unwrap_or_else(|| manifest.folder());
    Ok(Some(Effect::Create { root: folder.join(".venv"), python, install: true }))
}

fn interpreter<'a>(machine: &'a Machine, wanted: &str) -> anyhow::Result<&'a Interpreter> {
    let real = Path::new(wanted).canonicalize().ok();
    let matches = |interpreter: &&Interpreter| {
        let version = interpreter.version.to_string();
        let is_same =
            |real: &PathBuf| interpreter.executable.canonicalize().is_ok_and(|other| other == *real);
        version == wanted || version.starts_with(&format!("{wanted}.")) || real.as_ref().is_some_and(is_same)
    };
    let known = || {
        let list = machine
            .interpreters
            .iter()
            .map(|interpreter| format!("  {} ({})", shown(&interpreter.executable), interpreter.version));
        list.collect::<Vec<_>>().join("\n")
    };
    machine
        .interpreters
        .iter()
        .find(matches)
        .with_context(|| format!("`{}` is no Python that was found; these are:\n{}", plain(wanted), known()))
}
