//! How uv is started: in a project of our own, so that it reads no configuration because of where that lies.
//!
//! What lies in a workspace, or above a temporary folder, would else decide where it installs, through which proxy and
//! from which cache. It is given what leads nowhere unseen. The user's own configuration it finds as always, and with
//! `UV_CONFIG_FILE` or `UV_NO_CONFIG` nothing of this counts.

use super::{Arguments, Desk, Plan, PlanError, PlannedFile};
use crate::words::{listed_whole, plain};

/// It begins no project and no workspace, so uv takes the `uv.toml` beside it, and looks no further up.
const PYPROJECT: &str = "# No project: here uv stops looking for one.\n";

/// Adds the argument, and once to each plan what uv reads there.
pub(super) fn keep_apart(args: &mut Arguments, plan: &mut Plan, desk: &Desk<'_>) -> Result<(), PlanError> {
    args.words(["--project"]).path(desk.scratch);
    let path = desk.scratch.join("uv.toml");
    if plan.files.iter().any(|file| file.path == path) {
        return Ok(());
    }
    let found = desk.context.facts.uv.as_ref().and_then(|uv| uv.configuration.as_ref());
    let mut text = "# No configuration of the project.\n".to_owned();
    if let Some(found) = found {
        let shown = plain(&found.path.to_string_lossy());
        if let Some(problem) = &found.problem {
            return Err(PlanError(format!(
                "`{shown}` cannot be read: {problem}; uv does nothing without it"
            )));
        }
        if !found.left_out.is_empty() {
            let keys: Vec<String> = found.left_out.iter().map(|key| plain(key)).collect();
            let verb = if keys.len() == 1 { "is" } else { "are" };
            plan.remarks.push(format!("{} of `{shown}` {verb} not passed on to uv", listed_whole(&keys)));
        }
        let left_out: String = plan.remarks.iter().map(|remark| format!("# {remark}\n")).collect();
        text = format!("# From `{shown}`:\n{left_out}{}", found.given);
    }
    plan.files.push(PlannedFile { path: desk.scratch.join("pyproject.toml"), text: PYPROJECT.to_owned() });
    plan.files.push(PlannedFile { path, text });
    Ok(())
}
