//! `venv-lsp fix`.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Write as _};
use std::mem::{Discriminant, discriminant};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use tokio::sync::watch;
use venv_analysis::facts::{Interpreter, Machine};
use venv_analysis::{
    Anew, AskedPython, Config, Context, Effect, Installer, Manifest, NewPython, Placement, PlanError, Role,
    anew, capable, fetched, plain, repairs, unsatisfied, wants_successor, without_secrets,
};

use super::{Fix, Verdict, check, find, print, shown, text, warn};
use crate::effects::{
    Cancel, Outcome, ProcessGroups, Progress, Turn, Workshop, perform, prepare, refusal, verify,
};
use crate::reader::{FactReader, MachineNeed, Question};
use crate::server::asked_to_end;

pub(super) fn run(arguments: &Fix) -> anyhow::Result<Verdict> {
    let installer = Installer::parse(&arguments.installer).unwrap_or_default();
    let config = Config { installer, ..Config::default() };
    let reader = Arc::new(FactReader::new());
    let mut reports = Vec::new();
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
            if arguments.dry_run {
                continue;
            }
        }
        reports.push(check::report(&reader, file, &question, &config, check::Depth::Requirements)?);
    }
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
                let best = able
                    .first()
                    .with_context(|| format!("No Python that can make an environment was found: {ways}"))?;
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

/// How a work ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Well,
    NotAll,
    /// The user wants no more of it, also not for the next file.
    Cancelled,
}

struct Work<'a> {
    reader: &'a Arc<FactReader>,
    manifest: &'a Manifest,
    question: &'a Question,
    config: &'a Config,
}

impl Work<'_> {
    /// Says what would be run, and what the programs would read; or why it would be refused.
    fn describe(&self, effect: &Effect) -> anyhow::Result<Done> {
        let prepared = self
            .look(|context| prepare(effect, context, self.reader.state_folder().as_deref()))?
            .map_err(said)?;
        let plan = &prepared.plan;
        if let Some(reason) =
            refusal(&plan.environment, plan.placement, self.reader.state_folder().as_deref())
        {
            warn(&reason);
            return Ok(Done::NotAll);
        }
        let mut text = String::new();
        let environment = shown(&prepared.plan.environment);
        if prepared.plan.placement == Placement::Successor {
            text += &format!("# {environment} is moved aside, to {environment}.before-…\n");
        }
        for (number, step) in prepared.plan.steps.iter().enumerate() {
            for fetch in prepared.plan.fetches.iter().filter(|fetch| fetch.before == number) {
                text += &format!("# {}, into {}\n", fetch.doing, shown(&fetch.folder));
            }
            text += &format!("# {}, in {}\n", step.doing, shown(&step.cwd));
            let words = std::iter::once(step.program.as_os_str()).chain(step.args.iter().map(|arg| &**arg));
            text += &words.map(quoted).collect::<Vec<_>>().join(" ");
            text += "\n";
        }
        for name in &prepared.plan.carried {
            text += &format!("# {name} is copied from {environment}.before-…\n");
        }
        for note in &prepared.plan.notes {
            text += &format!("# {note}\n");
        }
        if prepared.plan.placement == Placement::Successor {
            text += &format!(
                "# {environment} is read; if it has all of it, {environment}.before-… is removed, else that comes back\n"
            );
        }
        for file in &prepared.plan.files {
            text += &format!("# {}:\n", shown(&file.path));
            for line in file.text.lines() {
                text += &format!("#   {}\n", without_secrets(&plain(line)));
            }
        }
        for path in &prepared.plan.removes {
            text += &format!("# {} is removed\n", shown(path));
        }
        print(&text)?;
        Ok(Done::Well)
    }

    fn carry_out(&self, effect: &Effect) -> anyhow::Result<Done> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let groups = Arc::new(ProcessGroups::default());
        let (cancel, mut cancelled) = watch::channel(Cancel::No);
        let screen = Screen::new();
        runtime.spawn(async move {
            // The programs run in groups of their own, so the terminal's Ctrl+C reaches only us.
            tokio::select! {
                _ = tokio::signal::ctrl_c() => cancel.send_replace(Cancel::Politely),
                () = asked_to_end() => cancel.send_replace(Cancel::AtOnce),
            };
            std::future::pending::<()>().await;
        });
        let state = self.reader.state_folder();
        let report = |progress| screen.tell(progress);
        let taken = Turn::take(effect.environment(), state.as_deref(), &mut cancelled, &report);
        let Ok(mut turn) = runtime.block_on(taken) else {
            screen.say("Cancelled; nothing was changed");
            return Ok(Done::Cancelled);
        };
        let mut effect = effect.clone();
        if turn.has_waited() {
            // Whoever was first may have done it.
            self.reader.forget(&[effect.environment().to_owned()]);
            match self.look(|context| anew(&effect, context))? {
                Anew::Nothing(message) => {
                    screen.say(&message);
                    return Ok(Done::Well);
                }
                Anew::Still(still) => effect = still,
            }
        }
        let prepared = self.look(|context| prepare(&effect, context, state.as_deref()))?.map_err(said)?;
        let plan = &prepared.plan;
        let look = self.reader.look_at(&plan.environment);
        let workshop = Workshop { state: state.as_deref(), groups: &groups, look: &look, report: &report };
        let outcome = runtime.block_on(perform(plan, &mut turn, &mut cancelled, &workshop));
        screen.clear();
        self.reader.forget(&plan.places());
        let (done, message) = match outcome {
            Outcome::Cancelled(left) => (Done::Cancelled, left),
            Outcome::Refused(reason) => (Done::NotAll, reason),
            Outcome::Failed(failed) => {
                let failed = self.look(|context| failed.known_better(context))?;
                (Done::NotAll, format!("{} failed: {}", plan.title, failed.message()))
            }
            Outcome::Done(unsettled) => {
                let made = self.reader.environment(&plan.environment);
                let verified =
                    self.look(|context| verify(plan, &prepared.contradictions, context, made.as_deref()))?;
                let settled = runtime.block_on(unsettled.settle(verified));
                self.reader.forget(&plan.places());
                match settled {
                    Ok(message) => (Done::Well, message),
                    Err(message) => (Done::NotAll, message),
                }
            }
        };
        screen.say(&message);
        if done == Done::NotAll {
            screen.say_all();
        }
        Ok(done)
    }

    fn look<T>(&self, with: impl FnOnce(&Context<'_>) -> T) -> anyhow::Result<T> {
        let facts = self.reader.facts_to_act(self.manifest, self.question);
        Ok(with(&Context { manifest: self.manifest, facts: &facts, config: self.config }))
    }
}

fn said(error: PlanError) -> anyhow::Error {
    anyhow::Error::msg(error.0)
}

/// A word as a shell would need it, for reading and for copying.
fn quoted(word: &OsStr) -> String {
    let word = plain(&word.to_string_lossy());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The progress on stderr: on a terminal the last line is painted over, elsewhere each stage has its own.
struct Screen {
    paints: bool,
    said: std::sync::Mutex<Vec<String>>,
}

impl Screen {
    fn new() -> Self {
        Self { paints: io::stderr().is_terminal(), said: std::sync::Mutex::default() }
    }

    fn tell(&self, progress: Progress) {
        match progress {
            Progress::Step(doing) => {
                self.clear();
                self.say(&format!("{doing} …"));
            }
            Progress::Waiting(message) => {
                self.clear();
                self.say(&format!("{message} …"));
            }
            Progress::Stage(stage) => {
                let part = stage.percentage.map_or_else(String::new, |part| format!("{part:3} % "));
                if self.paints {
                    let shown: String = format!("{part}{}", stage.message).chars().take(76).collect();
                    self.write(&format!("\r\x1b[K  \x1b[2m{shown}\x1b[0m"));
                } else if !stage.message.ends_with('%') {
                    // What only counts bytes would fill a log.
                    self.say(&format!("  {}", stage.message));
                }
            }
            Progress::Line(line) => {
                self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line);
            }
        }
    }

    fn clear(&self) {
        if self.paints {
            self.write("\r\x1b[K");
        }
    }

    fn say(&self, message: &str) {
        self.write(&format!("{message}\n"));
    }

    /// All that the programs said: there is no log to look into.
    fn say_all(&self) {
        for line in self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner).iter() {
            self.say(&format!("  {line}"));
        }
    }

    fn write(&self, text: &str) {
        let mut output = io::stderr().lock();
        // There is nowhere left to say it if stderr is closed.
        output.write_all(text.as_bytes()).and_then(|()| output.flush()).ok();
    }
}
