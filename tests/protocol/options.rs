//! Every option of a requirements file that is passed on counts: the real installers install from a file with it, and
//! what they did shows it.
//!
//! The cases of an installer share one environment; each has names of its own.

#![cfg(unix)]

use std::path::Path;

use test_support::index::{Abilities, Index};
use test_support::sdist::Sdist;
use test_support::wheel::{Wheel, sha256};

use crate::desk::Desk;
use crate::loop_story::has_uv;

struct Case {
    option: &'static str,
    text: String,
    shows: Vec<Shows>,
}

/// What shows that an option has counted.
enum Shows {
    /// The installed module of this name holds this.
    Installed(&'static str, &'static str),
    NotInstalled(&'static str),
    /// Whether an index was asked for the distribution of this name.
    Asked(Whom, &'static str, bool),
    /// `venv-lsp fix` fails, and says this.
    Refused(&'static str),
    /// Some file was asked for by `HEAD`, as only a lazy download does.
    Lazily,
}

/// The index that the user has set, or the one that only the file names.
#[derive(Clone, Copy)]
enum Whom {
    Users,
    Files,
}

struct Place {
    desk: Desk,
    users: Index,
    files: Index,
}

fn place() -> Place {
    let users = Index::serve_with(
        [
            Wheel::new("only-users", "1.0"),
            Wheel::new("other-index", "1.0"),
            Wheel::new("no-index", "2.0"),
            Wheel::new("tested", "1.0"),
            Wheel::new("tested", "2.0b1"),
            Wheel::new("hashed", "1.0"),
            Wheel::new("unhashed", "1.0"),
            Wheel::new("bounded", "1.0"),
            Wheel::new("bounded", "2.0"),
            Wheel::new("included", "1.0"),
            Wheel::new("lazy", "1.0"),
        ],
        Abilities { metadata: false, ..Abilities::default() },
    );
    let files = Index::serve([
        Wheel::new("other-index", "2.0"),
        Wheel::new("more-index", "1.0"),
        Wheel::new("insecure", "1.0"),
    ]);
    let mut desk = Desk::new();
    desk.use_index(&users);
    let wheels = [
        Wheel::new("in-folder", "1.0"),
        Wheel::new("no-index", "1.0"),
        Wheel::new("from-source", "1.0"),
        Wheel::new("all-from-source", "1.0"),
        Wheel::new("no-source", "1.0"),
        Wheel::new("rather-wheel", "1.0"),
    ];
    for wheel in wheels {
        desk.write(&format!("a folder/{}", wheel.file_name()), wheel.bytes());
    }
    let sources = [
        Sdist::new("from-source", "1.0"),
        Sdist::new("all-from-source", "1.0"),
        Sdist::new("no-source", "2.0"),
        Sdist::new("rather-wheel", "2.0"),
        Sdist::new("with-settings", "1.0"),
    ];
    for source in sources {
        desk.write(&format!("a folder/{}", source.file_name()), source.bytes());
    }
    desk.write("bounds.txt", "bounded<2\n");
    desk.write("more/base.txt", "included\n");
    Place { desk, users, files }
}

const BUILT: &str = "SETTINGS";
const FOLDER: &str = "--find-links 'a folder'\n";

fn cases(place: &Place) -> Vec<Case> {
    use Shows::{Asked, Installed, NotInstalled, Refused};
    use Whom::{Files, Users};
    let url = place.files.url();
    let hash = |wheel: &Wheel| sha256(&wheel.bytes());
    let case = |option, text: String, shows| Case { option, text, shows };
    vec![
        case(
            "--index-url",
            format!("--index-url {url}\nother-index\n"),
            vec![
                Installed("other_index", "\"2.0\""),
                Asked(Files, "other-index", true),
                Asked(Users, "other-index", false),
            ],
        ),
        case(
            "--extra-index-url",
            format!("--extra-index-url {url}\nmore-index\nonly-users\n"),
            vec![
                Installed("more_index", "\"1.0\""),
                Installed("only_users", "\"1.0\""),
                Asked(Files, "more-index", true),
            ],
        ),
        case(
            "--find-links",
            format!("{FOLDER}in-folder\n"),
            vec![Installed("in_folder", "\"1.0\""), NotInstalled("no_index")],
        ),
        case(
            "--no-index",
            format!("{FOLDER}--no-index\nno-index\n"),
            vec![Installed("no_index", "\"1.0\""), Asked(Users, "no-index", false)],
        ),
        case(
            "--no-binary",
            format!("{FOLDER}--no-binary from-source\nfrom-source\n"),
            vec![Installed("from_source", BUILT)],
        ),
        case(
            "--no-binary :all:",
            format!("{FOLDER}--no-binary=:all:\nall-from-source\n"),
            vec![Installed("all_from_source", BUILT)],
        ),
        case(
            "--only-binary",
            format!("{FOLDER}--only-binary=no-source,six\nno-source\n"),
            vec![Installed("no_source", "\"1.0\"")],
        ),
        case(
            "--require-hashes",
            "--require-hashes\nunhashed==1.0\n".to_owned(),
            vec![Refused("hash"), NotInstalled("unhashed")],
        ),
        case(
            "--hash, another one",
            format!("hashed==1.0 --hash=sha256:{}\n", "0".repeat(64)),
            vec![Refused("`hashed` (`requirements.txt` line 1) has another hash"), NotInstalled("hashed")],
        ),
        case(
            "--hash",
            format!(
                "--require-hashes\nhashed==1.0 \\\n  --hash=sha256:{} \\\n  --hash sha256:{}\n",
                "0".repeat(64),
                hash(&Wheel::new("hashed", "1.0"))
            ),
            vec![Installed("hashed", "\"1.0\"")],
        ),
        case("--pre", "--pre\ntested\n".to_owned(), vec![Installed("tested", "\"2.0b1\"")]),
        case("-c", "-c bounds.txt\nbounded\n".to_owned(), vec![Installed("bounded", "\"1.0\"")]),
        case("-r", "-r more/base.txt\n".to_owned(), vec![Installed("included", "\"1.0\"")]),
        case(
            "--config-settings",
            format!("{FOLDER}with-settings --config-settings \"mode=very fast\"\n"),
            vec![Installed("with_settings", "{'mode': 'very fast'}")],
        ),
    ]
}

/// What only pip knows, or only pip asks for.
fn cases_of_pip(place: &Place) -> Vec<Case> {
    let port = place.files.address().port();
    let insecure = format!("--index-url http://0.0.0.0:{port}/simple/\n");
    let case = |option, text: String, shows| Case { option, text, shows };
    vec![
        case(
            "no --trusted-host",
            format!("{insecure}insecure\n"),
            vec![Shows::Refused("`trusted-host`"), Shows::NotInstalled("insecure")],
        ),
        case(
            "--trusted-host",
            format!("{insecure}--trusted-host 0.0.0.0:{port}\ninsecure\n"),
            vec![Shows::Installed("insecure", "\"1.0\"")],
        ),
        case(
            "--prefer-binary",
            format!("{FOLDER}--prefer-binary\nrather-wheel\n"),
            vec![Shows::Installed("rather_wheel", "\"1.0\"")],
        ),
        case(
            "--use-feature",
            "--use-feature fast-deps\nlazy\n".to_owned(),
            vec![Shows::Installed("lazy", "\"1.0\""), Shows::Lazily],
        ),
    ]
}

/// Of uv: what it has no word for is left out, and it installs all the same.
fn cases_of_uv(place: &Place) -> Vec<Case> {
    let insecure = format!("--index-url {}\n--trusted-host 127.0.0.1\n", place.files.url());
    let case = |option, text: String, shows| Case { option, text, shows };
    vec![
        case(
            "--trusted-host",
            format!("{insecure}insecure\n"),
            vec![Shows::Installed("insecure", "\"1.0\"")],
        ),
        case(
            "--prefer-binary and --use-feature",
            "--prefer-binary\n--use-feature fast-deps\nlazy\n".to_owned(),
            vec![Shows::Installed("lazy", "\"1.0\"")],
        ),
    ]
}

impl Place {
    /// What is not as it should be.
    fn play(&self, installer: &str, case: &Case) -> Vec<String> {
        let asked_before = (self.users.requests().len(), self.files.requests().len());
        self.desk.write("requirements.txt", &case.text);
        let mut command = self.desk.command();
        if case.text.contains("--index-url http") {
            // Where the user has named an index to uv, that counts and not the file's.
            command.env_remove("UV_DEFAULT_INDEX");
        }
        command.args(["fix", "--installer", installer, "requirements.txt"]);
        let output = command.output().expect("venv-lsp starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let asked = |whom| match whom {
            Whom::Users => self.users.requests().split_off(asked_before.0),
            Whom::Files => self.files.requests().split_off(asked_before.1),
        };
        let is_refused = case.shows.iter().any(|shows| matches!(shows, Shows::Refused(_)));
        let mut wrong = Vec::new();
        if output.status.success() == is_refused {
            wrong.push(format!("ended with {}", output.status));
        }
        for shows in &case.shows {
            let problem = match shows {
                Shows::Installed(module, part) => match self.module(module) {
                    Some(text) if text.contains(part) => None,
                    Some(text) => Some(format!("no {part} in {text:?}")),
                    None => Some(format!("no {module}")),
                },
                Shows::NotInstalled(module) => self.module(module).map(|text| format!("{module}: {text:?}")),
                Shows::Asked(whom, name, wanted) => {
                    let page = format!("/simple/{name}/");
                    let is_asked = asked(*whom).iter().any(|request| request.path == page);
                    (is_asked != *wanted).then(|| format!("{page} is asked for: {is_asked}"))
                }
                Shows::Refused(words) => {
                    (!said.contains(words)).then(|| format!("it does not say {words:?}"))
                }
                Shows::Lazily => {
                    let is_lazy = asked(Whom::Users).iter().any(|request| request.method == "HEAD");
                    (!is_lazy).then(|| "nothing was asked for by HEAD".to_owned())
                }
            };
            wrong.extend(problem);
        }
        if wrong.is_empty() { wrong } else { vec![format!("{}: {}\n{said}", case.option, wrong.join("; "))] }
    }

    fn module(&self, name: &str) -> Option<String> {
        let python = std::fs::read_dir(self.desk.path(".venv/lib")).ok()?.flatten().next()?.path();
        let is_there = |path: &Path| path.is_file();
        let module = python.join(format!("site-packages/{name}.py"));
        is_there(&module).then(|| std::fs::read_to_string(&module).expect("the module is read"))
    }
}

fn plays(installer: &str, own: fn(&Place) -> Vec<Case>) {
    let place = place();
    let cases = cases(&place).into_iter().chain(own(&place));
    let wrong: Vec<String> = cases.flat_map(|case| place.play(installer, &case)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_option_counts_for_pip() {
    plays("pip", cases_of_pip);
}

#[test]
fn each_option_counts_for_uv() {
    if has_uv("each_option_counts_for_uv") {
        plays("uv", cases_of_uv);
    }
}
