//! Findings and actions in the words of LSP.

mod written;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use ls_types::{
    CodeAction, CodeActionKind, CodeDescription, Command, Diagnostic, DiagnosticRelatedInformation,
    DiagnosticSeverity, DocumentChanges, Location, NumberOrString, OneOf,
    OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use venv_analysis::{Action, ActionKind, Effect, Included, NewPython, Related, Severity};
use venv_syntax::{Replacement, Span};

use crate::answers::{SORT, UNINSTALL};
use crate::commands;
use crate::pages::page_of;
use crate::positions::{Encoding, LineIndex};

pub use written::diagnostics_as_json;

/// Who says it, in every diagnostic.
const SOURCE: &str = "venv-lsp";

/// A text with what is needed to name its parts to the client.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub uri: &'a Uri,
    pub version: i32,
    pub text: &'a str,
    pub index: &'a LineIndex,
    pub encoding: Encoding,
    /// The files that it includes, in which related places may lie.
    pub includes: &'a FxHashMap<PathBuf, Included>,
}

impl Place<'_> {
    fn range(&self, span: Span) -> Range {
        self.index.range(self.text, span, self.encoding)
    }
}

pub fn diagnostic(place: Place<'_>, found: &venv_analysis::Diagnostic) -> Diagnostic {
    let related: Vec<_> = found
        .related
        .iter()
        .filter_map(|related| {
            let (uri, range) = location(place, related)?;
            let location = Location { uri: uri.into_owned(), range };
            Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
        })
        .collect();
    Diagnostic {
        range: place.range(found.span),
        severity: Some(severity(found.severity)),
        code: Some(NumberOrString::String(found.rule.code.to_owned())),
        code_description: page_of(found.rule.code).map(|href| CodeDescription { href: href.clone() }),
        source: Some(SOURCE.to_owned()),
        message: found.message.clone(),
        related_information: (!related.is_empty()).then_some(related),
        tags: None,
        data: None,
    }
}

/// Where a related place is. `None` where that cannot be named.
fn location<'a>(place: Place<'a>, related: &Related) -> Option<(Cow<'a, Uri>, Range)> {
    match &related.file {
        None => Some((Cow::Borrowed(place.uri), place.range(related.span))),
        Some(file) => Some((Cow::Owned(uri(file)?), elsewhere(place, file, related)?)),
    }
}

/// A place in a file that is included, or that the finding itself brings the text of.
fn elsewhere(place: Place<'_>, file: &Path, related: &Related) -> Option<Range> {
    let included = || {
        place.includes.values().find_map(|included| match included {
            Included::Manifest(manifest) if manifest.path == file => Some(&*manifest.text),
            Included::Manifest(_) | Included::NotFound | Included::Unreadable(_) => None,
        })
    };
    let text = match &related.text {
        _ if related.span == Span::default() => "",
        Some(text) => text,
        None => included()?,
    };
    Some(LineIndex::new(text).range(text, related.span, place.encoding))
}

/// `settled` are the client's own diagnostics that the action puts right.
pub fn action(place: Place<'_>, action: &Action, settled: Vec<Diagnostic>, versioned: bool) -> CodeAction {
    let mut converted = CodeAction {
        title: action.title.clone(),
        kind: Some(action_kind(action)),
        diagnostics: (!settled.is_empty()).then_some(settled),
        is_preferred: action.preferred.then_some(true),
        ..CodeAction::default()
    };
    match &action.kind {
        ActionKind::Edit(replacement) | ActionKind::Sort(replacement) => {
            let edits = vec![text_edit(place, replacement)];
            converted.edit = Some(workspace_edit(place, edits, versioned));
        }
        ActionKind::Effect(effect) => {
            let (name, arguments) = command(place.uri, effect, Some(&action.from));
            converted.command = Some(Command {
                title: action.title.clone(),
                command: name.to_owned(),
                arguments: Some(vec![arguments]),
            });
        }
    }
    converted
}

pub fn action_kind(action: &Action) -> CodeActionKind {
    match action.kind {
        ActionKind::Effect(Effect::Uninstall { .. }) => UNINSTALL,
        ActionKind::Edit(_) | ActionKind::Effect(_) => CodeActionKind::QUICKFIX,
        ActionKind::Sort(_) => SORT,
    }
}

pub fn text_edit(place: Place<'_>, replacement: &Replacement) -> TextEdit {
    TextEdit { range: place.range(replacement.span), new_text: replacement.text.clone() }
}

/// Edits of one file; with its version where the client can refuse those of another one.
pub fn workspace_edit(place: Place<'_>, edits: Vec<TextEdit>, versioned: bool) -> WorkspaceEdit {
    edit_of_files(vec![(place.uri.clone(), Some(place.version), edits)], versioned)
}

/// The same of several files; those that are not open have no version.
pub fn edit_of_files(files: Vec<(Uri, Option<i32>, Vec<TextEdit>)>, versioned: bool) -> WorkspaceEdit {
    if !versioned {
        let changes = files.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let of_file = |(uri, version, edits): (Uri, Option<i32>, Vec<TextEdit>)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    };
    let changes = files.into_iter().map(of_file).collect();
    WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(changes)), ..WorkspaceEdit::default() }
}

/// The path that a URI names. `None` for everything that is not a file of this machine, such as an unsaved
/// buffer, and for what cannot be told apart from another path, such as one that is not UTF-8.
pub fn path(uri: &Uri) -> Option<PathBuf> {
    let host = uri.authority().map(|authority| authority.host()).unwrap_or_default();
    let is_here = cfg!(windows) || host.is_empty() || host.eq_ignore_ascii_case("localhost");
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") || !is_here {
        return None;
    }
    let text = uri.path().decode().to_string().ok()?;
    if text.contains('\0') {
        return None;
    }
    uri.to_file_path().map(Cow::into_owned).filter(|path| path.is_absolute())
}

pub fn uri(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Information => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

/// The command that asks for `effect`, and its argument. `from` is from where the user is told that it installs.
pub fn command(uri: &Uri, effect: &Effect, from: Option<&[String]>) -> (&'static str, Value) {
    let (name, mut argument) = command_of(uri, effect);
    if let (true, Some(from)) = (effect.installs(), from) {
        argument["from"] = json!(from);
    }
    (name, argument)
}

fn command_of(uri: &Uri, effect: &Effect) -> (&'static str, Value) {
    match effect {
        Effect::Create { root, python: NewPython::Installed(interpreter), install } => (
            commands::CREATE,
            json!({"uri": uri, "environment": root.to_string_lossy(),
                "interpreter": interpreter.to_string_lossy(), "install": install}),
        ),
        Effect::Create { root, python: NewPython::Fetched(minor), install } => (
            commands::CREATE,
            json!({"uri": uri, "environment": root.to_string_lossy(), "fetch": minor, "install": install}),
        ),
        Effect::Install { environment, names, installer } => {
            let mut argument =
                json!({"uri": uri, "environment": environment.to_string_lossy(), "names": names});
            if let Some(installer) = installer {
                argument["installer"] = json!(installer.as_str());
            }
            (commands::INSTALL, argument)
        }
        Effect::InstallProject { environment } => (
            commands::INSTALL,
            json!({"uri": uri, "environment": environment.to_string_lossy(), "project": true}),
        ),
        Effect::Recreate { root, interpreter, reinstall } => (
            commands::REPAIR,
            json!({"uri": uri, "environment": root.to_string_lossy(), "cure": "recreate",
                "interpreter": interpreter.to_string_lossy(), "reinstall": reinstall}),
        ),
        Effect::Reinstall { environment, distributions } => (
            commands::REPAIR,
            json!({"uri": uri, "environment": environment.to_string_lossy(), "cure": "reinstall",
                "distributions": distributions}),
        ),
        Effect::Remove { environment, paths } => (
            commands::REPAIR,
            json!({"uri": uri, "environment": environment.to_string_lossy(), "cure": "remove",
                "paths": paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>()}),
        ),
        Effect::Uninstall { environment, names } => (
            commands::UNINSTALL,
            json!({"uri": uri, "environment": environment.to_string_lossy(), "names": names}),
        ),
        Effect::InstallPySocks { environment } => (
            commands::REPAIR,
            json!({"uri": uri, "environment": environment.to_string_lossy(), "cure": "pysocks"}),
        ),
    }
}
