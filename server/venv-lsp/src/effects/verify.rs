//! Whether a plan that ended well did what it promised.

use venv_analysis::facts::Environment;
use venv_analysis::inspection::Contradiction;
use venv_analysis::{
    Context, Placement, Plan, asked_under, counted, environment_name, new_contradictions, plain, state_of,
};
use venv_syntax::normalize_name;

/// Whether `environment`, read anew, is what `plan` promised; else what it lacks. What was contradictory `before` is not
/// said again.
pub fn verify(
    plan: &Plan,
    before: &[Contradiction],
    context: &Context<'_>,
    environment: Option<&Environment>,
) -> Result<String, String> {
    let name = environment_name(&plan.environment);
    let Some(environment) = environment else {
        return Err(format!("The installer ended well, but {name} is not an environment"));
    };
    if let Some(issue) = environment.broken_by() {
        return Err(format!("The installer ended well, but {name} is broken: {}", issue.message));
    }
    let asked = asked_under(context, environment, &plan.promises);
    let asked = asked
        .iter()
        .filter(|wanted| state_of(wanted.entry, environment, &context.facts.metadata).is_lacking())
        .filter_map(|wanted| Some(&*wanted.entry.name()?.text));
    let pinned = plan.pins.iter().filter(|pin| {
        let found = environment.distributions.find(&pin.name);
        found.is_none_or(|found| {
            let version = found.parsed.as_ref().map(ToString::to_string);
            pin.version.as_ref().is_some_and(|wanted| version.as_ref() != Some(wanted))
        })
    });
    let is_in_development =
        |name: &&String| environment.distributions.find(name).is_some_and(|found| found.editable);
    let project = plan.project.iter().filter(|name| !is_in_development(name));
    let fetched = plan.fetches.iter().map(|fetch| fetch.name);
    let fetched = fetched.filter(|name| environment.distributions.find(name).is_none());
    let lacking: Vec<&str> =
        asked.chain(pinned.map(|pin| &*pin.name)).chain(project.map(|name| &**name)).chain(fetched).collect();
    if !lacking.is_empty() {
        return Err(format!(
            "The installer ended well, but {name} still lacks {}; look for a `target` or `prefix` in its configuration",
            lacking.join(", ")
        ));
    }
    if let Some(path) = plan.removes.iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(format!("`{}` is still there", plain(&path.to_string_lossy())));
    }
    let mut staying = plan.uninstalls.iter();
    if let Some(name) = staying.find(|it| environment.distributions.find(&normalize_name(it)).is_some()) {
        return Err(format!("`{}` is still there", plain(name)));
    }
    let has_pysocks = plan.fetches.iter().any(|fetch| fetch.title == "PySocks");
    let first = if has_pysocks { "PySocks and " } else { "" };
    let requirements = format!("{first}{}", counted(plan.promises.len(), "requirement"));
    let distributions = counted(plan.pins.len(), "distribution");
    // Short enough for one line of a narrow terminal: the progress has said the rest.
    let (made, installed) = (!plan.promises.is_empty(), !plan.pins.is_empty());
    let mut said = match plan.placement {
        Placement::New if made => format!("Created {name} and installed {requirements}"),
        Placement::New => format!("Created {name}"),
        Placement::Successor if plan.replaces.is_some() && made => {
            format!("Created {name} and installed {requirements}")
        }
        Placement::Successor if plan.replaces.is_some() => format!("Created {name}"),
        Placement::Successor if installed => format!("Recreated {name} and reinstalled {distributions}"),
        Placement::Successor if made => format!("Recreated {name} and installed {requirements}"),
        Placement::Successor => format!("Recreated {name}"),
        Placement::Kept if !plan.removes.is_empty() => {
            format!("Removed what interrupted installations left in {name}")
        }
        Placement::Kept if !plan.uninstalls.is_empty() => {
            format!("Uninstalled {} from {name}", counted(plan.uninstalls.len(), "distribution"))
        }
        Placement::Kept if plan.project.is_some() => format!("Installed this project into {name} (editable)"),
        Placement::Kept if installed => format!("Reinstalled {distributions} into {name}"),
        Placement::Kept if !made => format!("Installed PySocks into {name}"),
        Placement::Kept => format!("Installed {requirements} into {name}"),
    };
    for note in &plan.notes {
        said += &format!("; {note}");
    }
    // pip says of it on its way that its resolver does not look at everything, and ends well.
    let inspected = context.facts.inspection.as_deref();
    let contradiction = inspected.and_then(|after| new_contradictions(before, after, environment));
    if let Some(contradiction) = contradiction.filter(|_| is_of(context, environment)) {
        said += &format!("; now {contradiction}");
    }
    Ok(said)
}

/// Whether what `context` knows is about `environment`.
fn is_of(context: &Context<'_>, environment: &Environment) -> bool {
    context.chosen().is_some_and(|chosen| chosen.environment.root == environment.root)
}
