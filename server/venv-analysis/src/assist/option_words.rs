//! What pip's options for requirements files are called and what they do, in our words.
//! Since when pip has them is from its change log.

use venv_syntax::OptionKind;

/// One option as it is explained.
pub(super) struct OptionWords {
    pub(super) kind: OptionKind,
    /// The long name.
    pub(super) long: &'static str,
    /// The short name.
    pub(super) short: Option<&'static str>,
    /// What stands behind it, in capitals.
    pub(super) value: Option<&'static str>,
    /// One or two sentences.
    pub(super) text: &'static str,
    /// The pip that was the first to take it in a requirements file, where its change log tells.
    pub(super) since: Option<&'static str>,
}

/// In the order in which they are offered.
pub(super) const OPTIONS: [OptionWords; 19] = [
    OptionWords {
        kind: OptionKind::Requirement,
        long: "--requirement",
        short: Some("-r"),
        value: Some("FILE"),
        text: "Takes in everything that another requirements file asks for. The path starts from the folder of this file.",
        since: None,
    },
    OptionWords {
        kind: OptionKind::Constraint,
        long: "--constraint",
        short: Some("-c"),
        value: Some("FILE"),
        text: "Bounds the versions of what is installed by the lines of another file, and installs nothing of it by itself.",
        since: Some("7.1"),
    },
    OptionWords {
        kind: OptionKind::Editable,
        long: "--editable",
        short: Some("-e"),
        value: Some("PATH or URL"),
        text: "Installs a project so that it runs from its own folder: changes there count at once.",
        since: None,
    },
    OptionWords {
        kind: OptionKind::IndexUrl,
        long: "--index-url",
        short: Some("-i"),
        value: Some("URL"),
        text: "The package index that is asked, instead of the usual one. The last one in all files counts.",
        since: None,
    },
    OptionWords {
        kind: OptionKind::ExtraIndexUrl,
        long: "--extra-index-url",
        short: None,
        value: Some("URL"),
        text: "One more package index. All indexes are equal: the best version counts, wherever it comes from, which lets a stranger's package take the place of a private one of the same name.",
        since: None,
    },
    OptionWords {
        kind: OptionKind::NoIndex,
        long: "--no-index",
        short: None,
        value: None,
        text: "Asks no package index: only what `--find-links` names is looked at.",
        since: Some("1.3"),
    },
    OptionWords {
        kind: OptionKind::FindLinks,
        long: "--find-links",
        short: Some("-f"),
        value: Some("PATH or URL"),
        text: "Looks for archives in a folder too, or behind the links of a page.",
        since: None,
    },
    OptionWords {
        kind: OptionKind::NoBinary,
        long: "--no-binary",
        short: None,
        value: Some("NAMES"),
        text: "Builds these packages from source, even where there are wheels. `:all:` means every package, `:none:` takes back what was said before.",
        since: Some("7.0"),
    },
    OptionWords {
        kind: OptionKind::OnlyBinary,
        long: "--only-binary",
        short: None,
        value: Some("NAMES"),
        text: "Takes wheels only for these packages, and builds nothing. `:all:` means every package, `:none:` takes back what was said before.",
        since: Some("7.0"),
    },
    OptionWords {
        kind: OptionKind::PreferBinary,
        long: "--prefer-binary",
        short: None,
        value: None,
        text: "Prefers an older version that has a wheel to a newer one that must be built.",
        since: Some("20.2"),
    },
    OptionWords {
        kind: OptionKind::RequireHashes,
        long: "--require-hashes",
        short: None,
        value: None,
        text: "Refuses whatever has no `--hash` here, also what the requirements need themselves. One `--hash` in a file switches it on.",
        since: Some("8.0"),
    },
    OptionWords {
        kind: OptionKind::NoRequireHashes,
        long: "--no-require-hashes",
        short: None,
        value: None,
        text: "Checks the hashes that are given, and does not ask for those that are missing.",
        since: Some("26.2"),
    },
    OptionWords {
        kind: OptionKind::Pre,
        long: "--pre",
        short: None,
        value: None,
        text: "Takes pre-releases and development versions too, of every package.",
        since: Some("8.0"),
    },
    OptionWords {
        kind: OptionKind::AllReleases,
        long: "--all-releases",
        short: None,
        value: Some("NAMES"),
        text: "Takes pre-releases of these packages too. `:all:` means every package.",
        since: Some("26.0"),
    },
    OptionWords {
        kind: OptionKind::OnlyFinal,
        long: "--only-final",
        short: None,
        value: Some("NAMES"),
        text: "Takes no pre-releases of these packages. `:all:` means every package.",
        since: Some("26.0"),
    },
    OptionWords {
        kind: OptionKind::TrustedHost,
        long: "--trusted-host",
        short: None,
        value: Some("HOST"),
        text: "Talks to this host even without a certificate that can be checked.",
        since: Some("8.0"),
    },
    OptionWords {
        kind: OptionKind::UseFeature,
        long: "--use-feature",
        short: None,
        value: Some("FEATURE"),
        text: "Switches on something of pip's that is not the default yet.",
        since: Some("20.2"),
    },
    OptionWords {
        kind: OptionKind::Hash,
        long: "--hash",
        short: None,
        value: Some("ALGORITHM:DIGEST"),
        text: "The archive of this requirement must have this hash, or one of several. Every requirement then needs one.",
        since: Some("8.0"),
    },
    OptionWords {
        kind: OptionKind::ConfigSettings,
        long: "--config-settings",
        short: Some("-C"),
        value: Some("KEY=VALUE"),
        text: "Passes a setting to the build backend of this requirement.",
        since: Some("23.1"),
    },
];

/// `None` for an option that pip no longer has.
pub(super) fn words_of(kind: OptionKind) -> Option<&'static OptionWords> {
    OPTIONS.iter().find(|option| option.kind == kind)
}

impl OptionWords {
    /// Whether `name` is one of its names, in full.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.long == name || self.short == Some(name)
    }

    /// Whether it belongs to one requirement rather than to the file.
    pub(super) fn is_per_requirement(&self) -> bool {
        matches!(self.kind, OptionKind::Hash | OptionKind::ConfigSettings)
    }
}
