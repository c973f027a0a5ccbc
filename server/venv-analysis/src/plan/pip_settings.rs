//! What a configuration file tells pip that venv-lsp does not start it with.
//!
//! Variables of the kind are taken away from what is started; pip has nothing that takes away a line of a file.

use super::Placement;
use crate::facts::{PipSetting, PipSettings, PipSource, VARIABLES_SECTION};
use crate::former::LEADS_ELSEWHERE;
use crate::words::{plain, quoted};

/// What the file of an environment may say: it came with the environment, and that may have come from anywhere. From
/// where distributions are taken is named in the title.
const OF_ENVIRONMENT: &[&str] = &[
    "break-system-packages",
    "compile",
    "default-timeout",
    "disable-pip-version-check",
    "extra-index-url",
    "find-links",
    "index-url",
    "no-binary",
    "no-cache-dir",
    "no-color",
    "no-compile",
    "no-index",
    "no-input",
    "no-warn-conflicts",
    "no-warn-script-location",
    "only-binary",
    "pre",
    "prefer-binary",
    "progress-bar",
    "quiet",
    "require-venv",
    "require-virtualenv",
    "resume-retries",
    "retries",
    "timeout",
    "trusted-host",
    "upgrade",
    "upgrade-strategy",
    "use-pep517",
    "user",
    "verbose",
];

/// Why pip is not started with these settings.
pub(super) fn refusal(pip: &PipSettings, placement: Placement, carries: bool) -> Option<String> {
    let has_own_file = placement == Placement::Kept || (placement == Placement::Successor && carries);
    let counts = |setting: &&PipSetting| {
        matches!(&*setting.section, "global" | "install" | VARIABLES_SECTION)
            && !setting.value.is_empty()
            && (has_own_file || !setting.is_of_environment())
    };
    pip.settings.iter().filter(counts).find_map(|setting| {
        let PipSource::File { file, line, .. } = &setting.source else { return None };
        let name = &*setting.name;
        let why = if LEADS_ELSEWHERE.contains(&name) {
            "which leads installations elsewhere"
        } else if setting.is_of_environment() && !OF_ENVIRONMENT.contains(&name) {
            "which the file of an environment should not decide"
        } else {
            return None;
        };
        let path = plain(&file.path.to_string_lossy());
        Some(format!(
            "`{path}` (line {line}) sets {}, {why}: remove the line, or install with uv",
            quoted(name)
        ))
    })
}
