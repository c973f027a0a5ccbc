//! Installing the project whose file it is, as one in development.

use std::path::Path;

use super::lists::{Lists, Reach};
use super::tools::Target;
use super::{Desk, Manner, Placement, Plan, PlanError, add_installation};
use crate::facts::Environment;
use crate::project::project_to_install;
use crate::requirements::{Wanted, unsatisfied};
use crate::sources::Sources;
use crate::words::environment_name;

/// Installs the project in the folder of the file, if it is not there yet.
pub(super) fn install(desk: &Desk<'_>, environment: &Path) -> Result<Plan, PlanError> {
    let (context, environment) = (desk.context, desk.environment(environment)?);
    let place = environment_name(&environment.root);
    if let Some(issue) = environment.broken_by() {
        return Err(PlanError(format!("{place} is broken: {}", issue.message)));
    }
    let Some(name) = project_to_install(context, environment) else {
        return Err(PlanError(format!(
            "This file describes no project that is not in {place} already, as one in development"
        )));
    };
    let folder = context.manifest.folder();
    let url = file_url(folder).ok_or_else(|| {
        PlanError(format!("`{}` cannot be written into a list for the installer", folder.display()))
    })?;
    let mut lists = Lists::new(context, &[], Reach::Lines);
    lists.add_line(&format!("-e {url}"));
    let doing = format!("Installing this project into {place}");
    let sources = sources(desk, environment);
    let mut plan = Plan::new(format!("Installing into {place}"), &environment.root, Placement::Kept);
    let target = Target::existing(environment);
    add_installation(&mut plan, desk, &target, &lists, &Manner::Usual, &doing, &sources)?;
    plan.project = Some(name);
    Ok(plan)
}

fn sources(desk: &Desk<'_>, environment: &Environment) -> Sources {
    // What the project needs comes along.
    let needed: Vec<Wanted<'_>> =
        unsatisfied(desk.context, environment).into_iter().map(|(wanted, _)| wanted).collect();
    Sources::new(desk.context).with(&needed)
}

/// `folder` as pip and uv both read it from a list: pip takes quotes away and replaces `${NAME}`, uv does neither.
fn file_url(folder: &Path) -> Option<String> {
    let path = folder.to_str()?;
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let mut url = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) || (cfg!(windows) && byte == b':') {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nothing_in_a_path_means_anything_to_an_installer() {
        for (path, url) in [
            ("/p/app", "file:///p/app"),
            ("/p/a b#c", "file:///p/a%20b%23c"),
            ("/p/${HOME}", "file:///p/%24%7BHOME%7D"),
            ("/p/\u{e9}'\\", "file:///p/%C3%A9%27%5C"),
        ] {
            assert_eq!(file_url(Path::new(path)).as_deref(), Some(url));
        }
    }
}
