//! `venv-lsp check`.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use annotate_snippets::Renderer;
use serde::Serialize;
use serde_json::{Value, json};
use venv_analysis::{
    Action, ActionKind, Config, Context, Diagnostic, Included, Manifest, Severity, actions, counted,
    find_rule, is_mendable, plain,
};
use venv_syntax::Span;

use super::{Check, CheckFormat, Verdict, column, find, print, print_json, text};
use crate::positions::LineIndex;
use crate::reader::{FactReader, MachineNeed, worth_inspecting};

/// What was found in one file.
pub(super) struct Report {
    pub(super) written: PathBuf,
    pub(super) manifest: Manifest,
    pub(super) index: LineIndex,
    pub(super) found: Vec<Diagnostic>,
    /// For each finding, what puts it right.
    fixes: Vec<Vec<Arc<Action>>>,
    /// Whether `venv-lsp fix` does something about it.
    is_mendable: bool,
}

pub(super) fn run(arguments: &Check) -> anyhow::Result<Verdict> {
    let config = super::config(&arguments.select, &arguments.ignore);
    let reader = FactReader::new();
    let mut reports = Vec::new();
    for file in find::find(&arguments.paths)? {
        let question = arguments.named.question_of(&reader, file.workspace_root.clone())?;
        reports.push(report(&reader, file, &question, &config, Depth::Whole)?);
    }
    match arguments.output_format {
        CheckFormat::Text => print(&as_text(&reports, &text::renderer(), true))?,
        CheckFormat::Json => print_json(&as_json(&reports))?,
        CheckFormat::Sarif => print_json(&as_sarif(&reports))?,
        CheckFormat::Github => print(&as_github(&reports))?,
    }
    let is_clean = reports.iter().all(|report| report.found.is_empty());
    // The process ends here; taking ten thousand lines apart again would only keep the user waiting.
    std::mem::forget(reports);
    Ok(if is_clean { Verdict::Clean } else { Verdict::Found })
}

/// How much is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// What the file asks for.
    Requirements,
    /// What is installed beside that, too.
    Whole,
}

/// Looks at one file. A file that cannot be read as text is a finding, one that is not there is an error.
pub(super) fn report(
    reader: &FactReader,
    file: find::Found,
    question: &crate::reader::Question,
    config: &Config,
    depth: Depth,
) -> anyhow::Result<Report> {
    let manifest = match reader.manifest(&file.path, question) {
        Ok(manifest) => manifest,
        Err(Included::Unreadable(reason)) => return Ok(unreadable(file, &reason, config)),
        Err(Included::NotFound | Included::Manifest(_)) => {
            anyhow::bail!("`{}` was not found", file.written.display())
        }
    };
    let mut facts = reader.facts(&manifest, question, MachineNeed::WhereNoEnvironment);
    if depth == Depth::Whole
        && needs_inspection(config)
        && let Some(environment) = worth_inspecting(&facts)
    {
        facts.inspection = Some(reader.inspect(environment));
    }
    let context = Context { manifest: &manifest, facts: &facts, config };
    let found = venv_analysis::check(&context);
    let mut fixes: Vec<Vec<Arc<Action>>> = vec![Vec::new(); found.len()];
    let mut mendable = false;
    if !found.is_empty() {
        let machine = Some(reader.machine(MachineNeed::WhereNoEnvironment));
        let former = reader.former_for(&found, facts.resolution.as_ref());
        let uv = machine.as_deref().and_then(|machine| reader.uv_settings(&manifest, machine));
        let facts = venv_analysis::Facts { machine, former, uv, ..facts };
        let context = Context { manifest: &manifest, facts: &facts, config };
        let whole = Span::new(0, u32::try_from(manifest.text.len()).unwrap_or(u32::MAX));
        mendable = is_mendable(&context);
        for action in actions(&context, &found, whole).into_iter().map(Arc::new) {
            for index in &action.settles {
                fixes[*index].push(Arc::clone(&action));
            }
        }
    }
    let index = LineIndex::new(&manifest.text);
    // What could be done may be about what was not asked for.
    let is_mendable = mendable && fixes.iter().flatten().any(|fix| is_effect(fix));
    Ok(Report { written: file.written, index, manifest, found, fixes, is_mendable })
}

/// Whether a rule is on that tells what is wrong among the distributions that are installed.
fn needs_inspection(config: &Config) -> bool {
    ["environment-inconsistent", "environment-broken"]
        .into_iter()
        .filter_map(find_rule)
        .any(|rule| config.severity(rule).is_some())
}

fn unreadable(file: find::Found, reason: &str, config: &Config) -> Report {
    let rule = find_rule("requirement-invalid").expect("it is a rule");
    let manifest = Manifest::parse(file.path, "".into());
    let finding = |severity| Diagnostic {
        rule,
        span: Span::default(),
        severity,
        message: format!("The file cannot be read: {}", plain(reason)),
        related: Vec::new(),
        environment: None,
        edit: None,
        installing_settles: false,
    };
    let found: Vec<Diagnostic> = config.severity(rule).map(finding).into_iter().collect();
    let fixes = vec![Vec::new(); found.len()];
    Report { written: file.written, index: LineIndex::new(""), manifest, found, fixes, is_mendable: false }
}

/// `advice` says what else could be done about it.
pub(super) fn as_text(reports: &[Report], renderer: &Renderer, advice: bool) -> String {
    let mut text = String::new();
    let mut problems = 0;
    for report in reports {
        for (found, fixes) in report.found.iter().zip(&report.fixes) {
            problems += 1;
            let path = plain(&report.written.to_string_lossy());
            let help = fixes.iter().find(|fix| fix.preferred).or(fixes.first()).map(|fix| &*fix.title);
            text += &text::render(renderer, &path, &report.manifest, &report.index, found, help);
        }
    }
    let files = counted(reports.len(), "file");
    if problems == 0 {
        text += &format!("No problems in {files}\n");
    } else {
        text += &format!("{} in {files}\n", counted(problems, "problem"));
        if advice && reports.iter().any(|report| report.is_mendable) {
            text += "`venv-lsp fix` does what an environment and an installation can do about it\n";
        }
    }
    text
}

fn is_effect(action: &Action) -> bool {
    matches!(action.kind, ActionKind::Effect(_))
}

/// One finding, in JSON.
#[derive(Serialize)]
struct Record<'a> {
    file: Cow<'a, str>,
    range: Range,
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    environment: Option<Cow<'a, str>>,
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
struct Range {
    start: Place,
    end: Place,
}

/// 1-based, columns in characters.
#[derive(Clone, Copy, Serialize)]
struct Place {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    kind: &'static str,
    preferred: bool,
}

fn as_json(reports: &[Report]) -> Vec<Record<'_>> {
    let mut records = Vec::new();
    for report in reports {
        for (found, fixes) in report.found.iter().zip(&report.fixes) {
            let (start, end) = places(report, found);
            let fixes = fixes.iter().map(|fix| Fix {
                title: &fix.title,
                kind: if is_effect(fix) { "effect" } else { "edit" },
                preferred: fix.preferred,
            });
            records.push(Record {
                file: report.written.to_string_lossy(),
                range: Range { start, end },
                code: found.rule.code,
                severity: found.severity.as_str(),
                message: &found.message,
                environment: found.environment.as_ref().map(|environment| environment.root.to_string_lossy()),
                fixes: fixes.collect(),
            });
        }
    }
    records
}

/// GitHub's workflow commands: one line for each finding.
fn as_github(reports: &[Report]) -> String {
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let mut text = String::new();
    for report in reports {
        for found in &report.found {
            let (start, end) = places(report, found);
            let kind = match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information | Severity::Hint => "notice",
            };
            let file = escape(&report.written.to_string_lossy()).replace(',', "%2C").replace(':', "%3A");
            text += &format!(
                "::{kind} title=venv-lsp ({}),file={file},line={},col={},endLine={},endColumn={}::{}\n",
                found.rule.code,
                start.line,
                start.column,
                end.line,
                end.column,
                escape(&found.message),
            );
        }
    }
    text
}

/// SARIF 2.1.0, as far as viewers need it.
fn as_sarif(reports: &[Report]) -> Value {
    let rules: Vec<Value> = venv_analysis::RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "shortDescription": {"text": crate::options::capitalized(rule.summary)},
                "help": {"text": rule.page, "markdown": rule.page},
                "defaultConfiguration": {"level": sarif_level(rule.severity)},
            })
        })
        .collect();
    let mut results = Vec::new();
    for report in reports {
        for found in &report.found {
            let (start, end) = places(report, found);
            let uri = report.written.to_string_lossy().replace('\\', "/");
            results.push(json!({
                "ruleId": found.rule.code,
                "level": sarif_level(found.severity),
                "message": {"text": found.message},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": uri},
                    "region": {
                        "startLine": start.line, "startColumn": start.column,
                        "endLine": end.line, "endColumn": end.column,
                    },
                }}],
            }));
        }
    }
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{
            "tool": {"driver": {"name": "venv-lsp", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn sarif_level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

fn places(report: &Report, found: &Diagnostic) -> (Place, Place) {
    let place = |offset: u32| {
        let column = column(&report.index, &report.manifest.text, offset);
        Place { line: report.index.line_number(offset), column: column as usize }
    };
    (place(found.span.start), place(found.span.end))
}
