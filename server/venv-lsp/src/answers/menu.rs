//! The menu of actions.

use std::sync::Arc;

use ls_types::{
    CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, CodeActionTriggerKind,
};
use tower_lsp::jsonrpc;
use venv_analysis::assist::sorting;
use venv_analysis::{Action, ActionKind, Context, Facts, actions, uninstallation};
use venv_syntax::Span;

use crate::convert;
use crate::reader::MachineNeed;
use crate::session::Snapshot;

/// The kinds of actions that there are.
pub const ACTION_KINDS: [CodeActionKind; 3] = [CodeActionKind::QUICKFIX, SORT, UNINSTALL];

/// In VS Code `editor.codeActionsOnSave` can name it.
pub const SORT: CodeActionKind = CodeActionKind::new("source.sort.requirements");

/// Asked for by name only, and by a person: all files of the folder are read for it.
pub const UNINSTALL: CodeActionKind = CodeActionKind::new("source.uninstall.requirements");

pub fn code_actions(
    snapshot: &Snapshot,
    params: &CodeActionParams,
) -> jsonrpc::Result<Option<CodeActionResponse>> {
    let analysis = &*snapshot.analysis;
    let is_wanted = |kind: &CodeActionKind| {
        let wanted = params.context.only.as_deref();
        wanted.is_none_or(|wanted| wanted.iter().any(|wanted| is_within(kind, wanted)))
    };
    // A file without facts asks for nothing; in pip's configuration something may be wrong all the same.
    let is_idle = analysis.facts.resolution.is_none() && analysis.checked.found.is_empty();
    if is_idle || !ACTION_KINDS.iter().any(is_wanted) {
        return Ok(None);
    }
    let at = snapshot.span(params.range);
    let mut wanted = if is_wanted(&CodeActionKind::QUICKFIX) { fixes(snapshot, at) } else { Vec::new() };
    // Its edit may be as long as the file. Who has not asked for it does not wait for it.
    if params.context.only.is_some() && is_wanted(&SORT) {
        wanted.extend(sorting(&analysis.manifest));
    }
    let is_by_itself = params.context.trigger_kind == Some(CodeActionTriggerKind::AUTOMATIC);
    if params.context.only.is_some() && is_wanted(&UNINSTALL) && !is_by_itself && snapshot.trusted {
        wanted.extend(uninstallation_of(snapshot));
    }
    let entries = wanted.iter().map(|action| {
        // Those in sight; an action for a whole file may settle a thousand.
        let found = &analysis.checked.found;
        let in_sight = |number: &usize| found.get(*number).is_some_and(|it| it.span.meets(at));
        let settled = analysis.diagnostics(action.settles.iter().copied().filter(in_sight));
        let versioned = snapshot.abilities.versioned_edits;
        CodeActionOrCommand::CodeAction(convert::action(snapshot.place(), action, settled, versioned))
    });
    Ok(Some(entries.collect()))
}

fn fixes(snapshot: &Snapshot, at: Span) -> Vec<Action> {
    let analysis = &*snapshot.analysis;
    // Which installers and Pythons there are is looked at when somebody is about to choose.
    let asks = analysis.facts.resolution.is_some();
    let machine = asks.then(|| snapshot.reader.machine(MachineNeed::Fresh));
    let former = snapshot.reader.former_for(&analysis.checked.found, analysis.facts.resolution.as_ref());
    let uv = machine.as_deref().and_then(|it| snapshot.reader.uv_settings(&analysis.manifest, it));
    let facts = Facts { machine, former, uv, ..Facts::clone(&analysis.facts) };
    let mut fixes = actions(&Context { facts: &facts, ..analysis.context() }, &analysis.checked.found, at);
    fixes.retain(|action| snapshot.trusted || !matches!(action.kind, ActionKind::Effect(_)));
    fixes
}

fn uninstallation_of(snapshot: &Snapshot) -> Option<Action> {
    let analysis = &*snapshot.analysis;
    let resolution = analysis.facts.resolution.as_deref()?;
    let machine = Some(snapshot.reader.machine(MachineNeed::Fresh));
    let asking = snapshot.reader.asking(&analysis.manifest, resolution, &snapshot.open).map(Arc::new);
    let facts = Facts { machine, asking, ..Facts::clone(&analysis.facts) };
    uninstallation(&Context { facts: &facts, ..analysis.context() }, !snapshot.abilities.asks)
}

/// Whether `kind` is `wanted` or one of its kinds: `source.fixAll` is within `source`, `sourcery` is not.
fn is_within(kind: &CodeActionKind, wanted: &CodeActionKind) -> bool {
    match kind.as_str().strip_prefix(wanted.as_str()) {
        Some(rest) => rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_hold_what_is_below_them() {
        let kind = CodeActionKind::new;
        for (kind, wanted) in [
            (kind("source.sort"), kind("source")),
            (kind("quickfix"), kind("quickfix")),
            (kind("x"), kind("")),
        ] {
            assert!(is_within(&kind, &wanted), "{kind:?} {wanted:?}");
        }
        for (kind, wanted) in [(kind("source"), kind("source.sort")), (kind("sourcery"), kind("source"))] {
            assert!(!is_within(&kind, &wanted), "{kind:?} {wanted:?}");
        }
    }
}
