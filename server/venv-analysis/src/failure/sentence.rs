//! The sentence about each kind of failure.

use super::kind::{BuildCause, FailureKind, ProxyProblem, Want, Wanter, WheelProblem};
use super::providers::advice;
use crate::manifest::Role;
use crate::words::{joined, listed, plain, without_secrets};

/// No message is longer, in characters.
const LIMIT: usize = 300;

/// What the tool did not know of a failure.
#[derive(Default)]
pub(super) struct Known {
    /// Where what the failure is about is asked for: "`requirements.txt` line 3".
    pub(super) place: Option<String>,
    /// Of each side of a conflict.
    pub(super) sides: Vec<Option<Place>>,
    /// The minor versions that are here and would do.
    pub(super) pythons: Option<Vec<String>>,
}

/// Where a side of a conflict stands.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) role: Role,
}

pub(super) fn sentence(kind: &FailureKind) -> String {
    sentence_with(kind, &Known::default())
}

pub(super) fn sentence_with(kind: &FailureKind, known: &Known) -> String {
    fit(&said(kind, known))
}

/// `said` as it may be shown: without secrets, on one line that is not too long.
pub(super) fn fit(said: &str) -> String {
    let said = plain(without_secrets(said.trim()).trim());
    match said.char_indices().nth(LIMIT) {
        Some(_) => said.chars().take(LIMIT - 1).chain(['…']).collect(),
        None => said,
    }
}

fn said(kind: &FailureKind, known: &Known) -> String {
    use FailureKind as Kind;
    let at = known.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let by = |wanted_by: &Option<String>| match wanted_by {
        Some(name) => format!(" (wanted by `{name}`)"),
        None => at.clone(),
    };
    match kind {
        Kind::NoSuchDistribution { name, wanted_by, is_certain: true } => {
            format!("The package index has no `{name}`{}: check the name", by(wanted_by))
        }
        Kind::NoSuchDistribution { name, wanted_by, is_certain: false } => format!(
            "The package index offers nothing for `{name}`{} that this Python can install: check the name, the version and the index",
            by(wanted_by)
        ),
        Kind::NoVersion { name, specifier, available, wanted_by } => {
            let asked = match specifier.as_str() {
                "" => format!("No version of `{name}`{} that is not withdrawn (yanked) fits", by(wanted_by)),
                specifier => format!("The package index has no `{name}{specifier}`{}", by(wanted_by)),
            };
            format!("{asked}{}", versions(available))
        }
        Kind::WrongPython { name, needs, has } => {
            let has = has.as_ref().map_or_else(|| "is another one".to_owned(), |has| format!("is {has}"));
            let advice = match known.pythons.as_deref() {
                None => "make one with such a Python".to_owned(),
                Some([]) => "no Python on this machine would do, so install one that does".to_owned(),
                Some([only]) => format!("Python {only} is on this machine and would do"),
                Some(all) => format!("Python {} are on this machine and would do", joined(all)),
            };
            format!("`{name}`{at} needs Python `{needs}`, and the environment's {has}: {advice}")
        }
        Kind::WrongPlatform { name } => format!(
            "`{name}`{at} has no files for this machine and this Python: try another Python or another version"
        ),
        Kind::Yanked { name } => {
            format!("Every version of `{name}`{at} that would do was withdrawn (yanked): ask for another one")
        }
        Kind::Conflict { wants, explanation } => conflict(wants, explanation, &known.sides),
        Kind::TooDeep => {
            "The installer gave up looking for versions that fit together: pin some of them, or use uv".to_owned()
        }
        Kind::Build { project, cause } => build(project.as_deref(), cause, &at),
        Kind::HashMismatch { name, expected, got } => {
            let what = name.as_ref().map_or_else(|| "A file".to_owned(), |name| format!("The file of `{name}`{at}"));
            let short = |hash: &Option<String>| {
                hash.as_ref().map(|hash| format!("`{}…`", hash.chars().take(8).collect::<String>()))
            };
            let hashes = match (short(expected), short(got)) {
                (Some(expected), Some(got)) => format!(" ({got}, not {expected})"),
                (Some(_), None) | (None, Some(_)) | (None, None) => String::new(),
            };
            format!(
                "{what} has another hash than it should have{hashes}: it was tampered with, or the hash is out of date"
            )
        }
        Kind::HashMissing { names } => {
            format!("The file has hashes, so every requirement needs one: {} has none", these(names))
        }
        Kind::HashUnpinned { names } => format!(
            "The file has hashes, so everything that it needs must be in it with `==` and a hash: {} is not",
            these(names)
        ),
        Kind::RequirementInvalid { text } => format!("`{text}` is not a requirement"),
        Kind::PathMissing { path } => format!("`{path}` does not exist"),
        Kind::NotAProject { path } => {
            format!("`{path}` is no project that can be installed: it has no `pyproject.toml` and no `setup.py`")
        }
        Kind::Wheel { file, problem } => match problem {
            WheelProblem::Name => format!("`{file}` is not named as a wheel is (`NAME-VERSION-PYTHON-ABI-PLATFORM.whl`)"),
            WheelProblem::Platform => format!("`{file}` is a wheel for another machine or another Python"),
            WheelProblem::Content => {
                format!("The wheel of `{file}` is damaged or mislabelled: fetch it again, or ask for another version")
            }
        },
        Kind::GitMissing => {
            "`git` is missing, and a requirement is fetched with it: install it (Debian: `apt install git`)".to_owned()
        }
        Kind::Git { url, reason } => {
            let what = if url.is_empty() { "The repository".to_owned() } else { format!("`{url}`") };
            format!("{what} could not be fetched by git: {reason}")
        }
        Kind::Socks => "pip cannot use the SOCKS proxy: it needs PySocks, or uv as the installer".to_owned(),
        Kind::SocksBroken => {
            "This pip crashes when it uses a SOCKS proxy: use uv as the installer, or another version of pip".to_owned()
        }
        Kind::SocksScheme => {
            "The proxy's URL begins with `socks://`, which pip does not know: write `socks5h://`".to_owned()
        }
        Kind::Tls { host } => format!(
            "{} could not be reached: its TLS certificate is not trusted; a company's own goes into `PIP_CERT` (pip) or `SSL_CERT_FILE` (uv)",
            place(host.as_deref())
        ),
        Kind::TlsMissing => {
            "This Python has no `ssl` module, so pip cannot reach the package index: use another Python, or uv".to_owned()
        }
        Kind::IndexInsecure { host } => {
            format!("pip does not ask `{host}`, because its URL begins with `http://`: use `https://`, or `trusted-host`")
        }
        Kind::Dns { host } => {
            let what = host.as_ref().map_or_else(|| "The host of the package index".to_owned(), |host| format!("`{host}`"));
            format!("{what} has no known address: check its name, the network and the proxy settings")
        }
        Kind::Proxy { problem } => match problem {
            ProxyProblem::Unreachable => {
                "The package index could not be reached, because the proxy could not: check the proxy settings".to_owned()
            }
            ProxyProblem::Refused(status) => {
                let status = status.as_ref().map(|status| format!(" ({status})")).unwrap_or_default();
                format!("The package index could not be reached: the proxy does not let anything through to it{status}")
            }
        },
        Kind::ProxyAuthentication => {
            "The proxy asks for a user name and a password, or did not take those that it was given".to_owned()
        }
        Kind::Authentication { host, status } => {
            format!("{} refused the access ({status}): check the credentials", place(host.as_deref()))
        }
        Kind::NotFound { url, status } => format!("`{url}` could not be fetched ({status})"),
        Kind::ServerError { host, status } => {
            format!("{} answered with an error ({status}): try again later", place(host.as_deref()))
        }
        Kind::Timeout { host } => format!(
            "{} did not answer in time: check the network and the proxy settings, and try again",
            place(host.as_deref())
        ),
        Kind::Unreachable { host } => {
            format!("{} could not be reached: check the network and the proxy settings", place(host.as_deref()))
        }
        Kind::Offline { name } => {
            let what = name.as_ref().map_or_else(|| "Something".to_owned(), |name| format!("`{name}`"));
            format!("{what} is not in uv's cache, and uv is told to stay offline (`UV_OFFLINE` or its configuration)")
        }
        Kind::DiskFull => "The disk is full: make room and try again".to_owned(),
        Kind::Permission { path } => format!("{} may not be written: check who owns it", path_or_place(path.as_deref())),
        Kind::ReadOnly { path } => format!("{} is on a disk that cannot be written", path_or_place(path.as_deref())),
        Kind::ExternallyManaged => {
            "The Python is externally managed, so nothing was installed into it: use an environment".to_owned()
        }
        Kind::UserInstall => {
            "pip is configured to install for the user (`user = true`), which an environment does not allow: take that out of its configuration".to_owned()
        }
        Kind::NoEnvironment => "The Python is in no environment, so nothing was installed into it".to_owned(),
        Kind::PipMissing => "The environment has no pip: use uv, or put it in with `python -m ensurepip`".to_owned(),
        Kind::Configuration { said } => format!("The installer does not understand how it is configured: {}", uncapitalized(said)),
        Kind::CannotUninstall { name } => format!(
            "`{name}` was put there by another tool, without a list of its files, so it cannot be replaced: make the environment anew"
        ),
        Kind::EnsurepipMissing { package } => {
            format!("This Python cannot put pip into an environment: use uv, or run `apt install {package}`")
        }
        Kind::EnsurepipFailed => {
            "pip could not be put into the environment, and venv does not say why: check for room on the disk, or use uv".to_owned()
        }
        Kind::VenvMissing => "This Python cannot make environments: it has no `venv`; use another one, or uv".to_owned(),
        Kind::PathSeparator { path } => format!(
            "{} has the character in it that separates the folders of `PATH`, so no environment can be there",
            path.as_ref().map_or_else(|| "The folder's name".to_owned(), |path| format!("`{path}`"))
        ),
        Kind::Occupied { path } => {
            let what = path.as_ref().map_or_else(|| "Something else".to_owned(), |path| format!("`{path}`"));
            format!("{what} is in the way of the environment: move it, or choose another folder")
        }
        Kind::InterpreterMissing { asked } => match asked {
            Some(asked) => format!("`{}` was not found", asked.trim_start_matches("Python ")),
            None => "The Python that was asked for was not found".to_owned(),
        },
        Kind::InterpreterBroken { said } => format!("The Python does not work: {}", uncapitalized(said)),
        Kind::Killed { signal } => {
            format!("It was ended from outside ({signal}), perhaps for want of memory; try again")
        }
        Kind::Crash { exception } => format!("It crashed: {exception}"),
        Kind::Unknown { said: Some(said) } => said.clone(),
        Kind::Unknown { said: None } => "It ended without saying why".to_owned(),
    }
}

fn conflict(wants: &[Want], explanation: &str, places: &[Option<Place>]) -> String {
    const MOST: usize = 3;
    if wants.len() < 2 {
        return explanation.to_owned();
    }
    // What the tool was given as a constraint may be a requirement of the file, and the other way round.
    let side = |(number, want): (usize, &Want)| {
        let place = places.get(number).and_then(Option::as_ref);
        let role = place.map(|place| place.role);
        let place = place.map(|place| &*place.name);
        match (&want.who, role) {
            (Wanter::Distribution(name), _) => {
                let at = place.map(|place| format!(" ({place})")).unwrap_or_default();
                format!("`{name}`{at} wants `{}`", want.what)
            }
            (Wanter::File, None) | (Wanter::File | Wanter::Constraint, Some(Role::Requirements)) => {
                format!("{} asks for `{}`", place.unwrap_or("the file"), want.what)
            }
            (Wanter::Constraint, None) | (Wanter::File | Wanter::Constraint, Some(Role::Constraints)) => {
                format!("{} allows only `{}`", place.unwrap_or("a constraint"), want.what)
            }
        }
    };
    let mut sides: Vec<String> = wants.iter().enumerate().take(MOST).map(side).collect();
    let last = sides.pop().unwrap_or_default();
    let more = match wants.len() - wants.len().min(MOST) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    format!("Nothing fits all that is asked for: {} and {last}{more}; loosen one of them", sides.join(", "))
}

fn build(project: Option<&str>, cause: &BuildCause, at: &str) -> String {
    let what =
        project.map_or_else(|| "Building a package".to_owned(), |name| format!("Building `{name}`{at}"));
    let why = match cause {
        BuildCause::MissingProgram(name) | BuildCause::MissingHeader(name) => {
            format!("`{}` is missing", if name == "cl" { "Microsoft Visual C++" } else { name })
        }
        BuildCause::MissingLibrary(name) => format!("the library `{name}` is missing"),
        BuildCause::MissingModule(name) if name == "setuptools" => {
            "the environment has no `setuptools`, with which an old pip builds; install that, or a newer pip"
                .to_owned()
        }
        BuildCause::MissingModule(name) => {
            format!(
                "it imports `{name}`, which is not among what its build requires; ask for another version, or tell its authors"
            )
        }
        BuildCause::Requirement(name) => {
            format!(
                "it needs `{name}` for that, and the package index offers none that this Python can install"
            )
        }
        BuildCause::Python2 => "it is written for Python 2".to_owned(),
        BuildCause::Pyproject => "its `pyproject.toml` cannot be read".to_owned(),
        BuildCause::Signal(signal) => {
            format!("it was ended from outside (signal {signal}), perhaps for want of memory")
        }
        BuildCause::Exception(text) | BuildCause::Said(text) => text.clone(),
        BuildCause::Unknown => "it does not say why".to_owned(),
    };
    let advice = advice(cause).map(|advice| format!("; {advice}")).unwrap_or_default();
    format!("{what} failed: {why}{advice}")
}

/// The newest of them, in the tool's order.
fn versions(available: &[String]) -> String {
    match available {
        [] => ": check the version".to_owned(),
        [only] if only.starts_with(['<', '>']) => format!(": it has only `{only}`"),
        [only] => format!(": it has only `{}`", only.trim_start_matches("==")),
        [.., last] => {
            format!(": it has {}, the newest is `{last}`", crate::counted(available.len(), "version"))
        }
    }
}

fn these(names: &[String]) -> String {
    match names {
        [] => "one".to_owned(),
        names => listed(&names.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

fn place(host: Option<&str>) -> String {
    host.map_or_else(|| "The package index".to_owned(), |host| format!("`{host}`"))
}

fn path_or_place(path: Option<&str>) -> String {
    path.map_or_else(|| "A folder that is needed".to_owned(), |path| format!("`{path}`"))
}

/// A sentence of another that goes on after a colon.
fn uncapitalized(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if letters.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        Some(_) | None => text.to_owned(),
    }
}
