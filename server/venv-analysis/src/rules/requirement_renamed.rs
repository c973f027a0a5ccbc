//! `requirement-renamed`: a name that is not the one of what is meant.

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::edits::{removal, renaming as edit};
use crate::renamings::{Reason, renaming};
use crate::rules::Rule;
use crate::verdict::NameVerdict;
use crate::words::quoted;

pub(super) const RULE: Rule = Rule {
    code: "requirement-renamed",
    summary: "a name that is not the one of what is meant",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-renamed.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    for entry in context.entries_that(|verdict| verdict.name == NameVerdict::Renamed) {
        let (Some(renaming), Some(name)) = (renaming(entry.name_hash), entry.name()) else { continue };
        let wrong = quoted(&name.text);
        let Some(right) = renaming.right else {
            let message =
                format!("{wrong} is a part of `setuptools`, which `pip freeze` of Debian lists by mistake");
            let title = format!("Remove {wrong}");
            findings.add(entry.name_span(), message).edit = Some(removal(context.manifest, entry, title));
            continue;
        };
        let message = match renaming.reason {
            Reason::Module | Reason::ModuleAsWritten => {
                format!("{wrong} is the name of a module; the package that has it is `{right}`")
            }
            Reason::Dummy => format!("{wrong} is only a pointer to `{right}`, the package that is meant"),
            Reason::OtherLibrary => {
                format!(
                    "{wrong} is another library than the one usually imported as {wrong}, which is `{right}`"
                )
            }
            Reason::Ended(how) => format!("{wrong} {how}; it goes on as `{right}`"),
        };
        // Where nothing else has the name, the versions can only be those of what is meant.
        let keeps_versions = match renaming.reason {
            Reason::Module | Reason::ModuleAsWritten => true,
            Reason::Dummy | Reason::OtherLibrary | Reason::Ended(_) => false,
        };
        findings.add(entry.name_span(), message).edit = edit(context.manifest, entry, right, keeps_versions);
    }
}
