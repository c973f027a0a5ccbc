//! What is known here of a failure and the tool did not know: where the files ask for what it is about, which names
//! there are, which Pythons.

use super::Failure;
use super::asked::{asked_as, asked_so, name_of, place_name};
use super::kind::{FailureKind, Want, Wanter};
use super::sentence::{self, Known, Place};
use super::step::NextStep;
use crate::asked_python::{AskedPython, capable};
use crate::check::Context;
use crate::facts::{Interpreter, PythonVersion};
use crate::requirements::wanted;

impl Failure {
    /// The same, told with what is known here.
    #[must_use]
    pub fn with_context(mut self, context: &Context<'_>) -> Self {
        let known = Known {
            place: subject(&self.kind).and_then(|name| Some(place_name(context, &asked_as(context, name)?))),
            sides: wants(&self.kind).iter().map(|want| side(context, want)).collect(),
            pythons: if let FailureKind::WrongPython { needs, .. } = &self.kind {
                minor_versions(context, needs)
            } else {
                None
            },
        };
        self.message = sentence::sentence_with(&self.kind, &known);
        let is_asked = |want: &&Want| !matches!(want.who, Wanter::Distribution(_));
        let asked =
            wants(&self.kind).iter().filter(is_asked).find(|want| asked_so(context, &want.what).is_some());
        if let Some(want) = asked {
            let name = name_of(&want.what).to_owned();
            self.next.insert(0, NextStep::EditRequirement { name });
        }
        let asked: Vec<String> = wanted(context)
            .into_iter()
            .filter_map(|wanted| Some(wanted.entry.name()?.normalized.to_string()))
            .collect();
        let installed =
            context.chosen().map(|chosen| chosen.environment.distributions.sorted()).unwrap_or_default();
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        self.with_names(&asked, installed.iter().map(|(_, found)| &*found.name))
    }
}

/// The Pythons of this machine that `needs` allows and that the file asks for, one of each minor version; those first
/// that a new environment would get. `None` where it is not known which there are.
pub fn pythons_within<'a>(context: &Context<'a>, needs: &str) -> Option<Vec<&'a Interpreter>> {
    let machine = context.facts.machine.as_deref()?;
    let asked = AskedPython::new(context);
    let mut able = capable(machine, context.config, &asked);
    able.retain(|it| asked.fits(&it.version) && is_in(&it.version, needs));
    Some(able)
}

/// "3.12", "3.14".
fn minor_versions(context: &Context<'_>, needs: &str) -> Option<Vec<String>> {
    let versions = pythons_within(context, needs)?.into_iter().map(|it| &it.version);
    Some(versions.map(|version| format!("{}.{}", version.major, version.minor)).collect())
}

/// Which name of a file the failure is about, if it is about one.
fn subject(kind: &FailureKind) -> Option<&str> {
    use FailureKind as Kind;
    if let Kind::NoSuchDistribution { name, wanted_by: None, .. }
    | Kind::NoVersion { name, wanted_by: None, .. }
    | Kind::WrongPython { name, .. }
    | Kind::WrongPlatform { name }
    | Kind::Yanked { name }
    | Kind::HashMismatch { name: Some(name), .. }
    | Kind::Build { project: Some(name), .. } = kind
    {
        Some(name)
    } else {
        None
    }
}

fn wants(kind: &FailureKind) -> &[Want] {
    if let FailureKind::Conflict { wants, .. } = kind { wants } else { &[] }
}

/// Where what a side wants is written; or, of a distribution, where that is asked for.
fn side(context: &Context<'_>, want: &Want) -> Option<Place> {
    let asked = match &want.who {
        Wanter::File | Wanter::Constraint => asked_so(context, &want.what),
        Wanter::Distribution(name) => asked_as(context, name_of(name)),
    }?;
    Some(Place { name: place_name(context, &asked), role: asked.role })
}

fn is_in(version: &PythonVersion, needs: &str) -> bool {
    let Ok(version) = version.to_string().parse() else { return false };
    let specifiers: Result<Vec<_>, _> =
        needs.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect();
    specifiers.is_ok_and(|specifiers| venv_syntax::satisfies(&version, &specifiers))
}
