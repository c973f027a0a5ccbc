//! How far an installer is, read from what it prints: pip from 20 on, and uv.
//!
//! What they print is for people and changes from version to version. So a line that is not known moves nothing, and a
//! percentage is given only where it is known of how much.

use rustc_hash::FxHashSet;

use crate::plan::{Plan, Step, Tool};
use crate::words::counted;

/// Reads the lines of one step, in the order in which they come.
#[derive(Clone, Debug)]
pub struct InstallProgress {
    tool: Option<Tool>,
    /// How many distributions there are to be in the end, once it is known.
    expected: Option<usize>,
    /// The names of what was begun with. A resolver may come back to one.
    begun: FxHashSet<String>,
    /// What was begun with last.
    current: String,
    /// What is being downloaded, with its size.
    download: String,
    /// How many uv has ready, as far as it says so.
    ready: usize,
    percentage: u32,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// "Collecting 7: urllib3".
    pub message: String,
    /// Of the whole step, never less than before. `None`: not known.
    pub percentage: Option<u32>,
}

/// The share of the work, in percent, after which it is only written where it belongs.
const WRITING: u32 = 90;

/// Whether of some step of `plan` a percentage will be known.
pub fn has_percentage(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| match step.tool {
        Some(Tool::Uv) => true,
        Some(Tool::Pip) => !plan.pins.is_empty(),
        None => false,
    })
}

/// Whether it is only for a progress bar: pip's `Progress 123 of 456`.
pub fn is_measure(line: &str) -> bool {
    measure(line).is_some()
}

impl InstallProgress {
    /// For the lines of `step`, which is one of `plan`.
    pub fn new(plan: &Plan, step: &Step) -> Self {
        let expected = plan.pins.len();
        Self {
            tool: step.tool,
            // With nothing else, as these are installed.
            expected: (step.tool.is_some() && expected > 0).then_some(expected),
            begun: FxHashSet::default(),
            current: String::new(),
            download: String::new(),
            ready: 0,
            percentage: 0,
        }
    }

    /// What `line` tells, if it tells anything.
    pub fn read(&mut self, line: &str) -> Option<Stage> {
        let message = match self.tool? {
            Tool::Pip => self.read_pip(line)?,
            Tool::Uv => self.read_uv(line)?,
        };
        Some(Stage { message, percentage: self.expected.map(|_| self.percentage) })
    }

    fn read_pip(&mut self, line: &str) -> Option<String> {
        if let Some((done, of)) = measure(line) {
            if self.download.is_empty() || of == 0 {
                return None;
            }
            let part = u32::try_from(done.saturating_mul(100) / of).unwrap_or(100).min(100);
            self.reach(self.begun.len().saturating_sub(1), part);
            return Some(format!("{}, {part} %", self.download));
        }
        let line = line.trim();
        for word in ["Collecting ", "Processing ", "Obtaining "] {
            if let Some(what) = line.strip_prefix(word) {
                return self.begin(&name_of(what)?);
            }
        }
        if let Some(file) = line.strip_prefix("Downloading ") {
            let (file, size) = file.split_once(" (").unwrap_or((file, ""));
            // That is small, and only says what else is needed.
            if file.ends_with(".metadata") {
                return None;
            }
            self.download = with_size("Downloading", &name_of(file)?, size.trim_end_matches(')'));
            return Some(self.download.clone());
        }
        if let Some(names) = line.strip_prefix("Installing collected packages: ") {
            self.download.clear();
            self.percentage = self.percentage.max(WRITING);
            let count = names.split(',').filter(|name| !name.trim().is_empty()).count();
            return Some(format!("Installing {}", counted(count, "distribution")));
        }
        if let Some(names) = line.strip_prefix("Successfully installed ") {
            self.percentage = 100;
            return Some(format!("Installed {}", counted(names.split_whitespace().count(), "distribution")));
        }
        if let Some(what) = line.strip_prefix("INFO: pip is looking at multiple versions of ") {
            return Some(format!("Looking for a version of {} that fits", name_of(what)?));
        }
        if let Some(what) = line.strip_prefix("Attempting uninstall: ") {
            return Some(format!("Replacing {}", name_of(what)?));
        }
        for word in ["Building wheel for ", "Building editable for "] {
            if let Some(what) = line.strip_prefix(word) {
                return Some(format!("{word}{}", name_of(what)?));
            }
        }
        if let Some(what) = line.strip_prefix("Running setup.py ") {
            let (_, what) = what.split_once(" for ")?;
            return Some(format!("Building {}", name_of(what)?));
        }
        let prepares = ["Preparing ", "Installing build dependencies", "Getting requirements to build"];
        if prepares.iter().any(|start| line.starts_with(start)) && line.ends_with(": started") {
            return (!self.current.is_empty()).then(|| format!("Preparing to build {}", self.current));
        }
        if line.starts_with("Cloning ") {
            return (!self.current.is_empty()).then(|| format!("Cloning {}", self.current));
        }
        None
    }

    fn read_uv(&mut self, line: &str) -> Option<String> {
        let line = line.trim();
        let (word, rest) = line.split_once(' ')?;
        // "Resolved 12 packages in 30ms"
        let count = || {
            let (count, rest) = rest.split_once(' ')?;
            rest.starts_with("package").then(|| count.parse::<usize>().ok()).flatten()
        };
        match word {
            "Resolved" => {
                let count = count()?;
                self.expected = Some(self.expected.unwrap_or(count).max(1));
                Some(format!("Resolved {}", counted(count, "distribution")))
            }
            "Downloading" | "Building" | "Updating" => {
                let (what, size) = rest.split_once(" (").unwrap_or((rest, ""));
                let word = if word == "Updating" { "Cloning" } else { word };
                Some(with_size(word, &name_of(what)?, size.trim_end_matches(')')))
            }
            "Downloaded" | "Built" => {
                let name = name_of(rest)?;
                self.ready += 1;
                self.reach(self.ready, 0);
                let of = self.expected.map_or_else(String::new, |expected| format!(" of {expected}"));
                Some(format!("{word} {}{of}: {name}", self.ready))
            }
            "Prepared" => {
                let count = count()?;
                self.percentage = self.percentage.max(WRITING);
                Some(format!("Installing {}", counted(count, "distribution")))
            }
            "Installed" => {
                let count = count()?;
                self.percentage = 100;
                Some(format!("Installed {}", counted(count, "distribution")))
            }
            _ => None,
        }
    }

    /// "Collecting 7: urllib3"
    fn begin(&mut self, name: &str) -> Option<String> {
        self.download.clear();
        let is_new = self.begun.insert(venv_syntax::normalize_name(name));
        self.reach(self.begun.len().saturating_sub(1), 0);
        name.clone_into(&mut self.current);
        let of = self.expected.map_or_else(String::new, |expected| format!(" of {expected}"));
        is_new.then(|| format!("Collecting {}{of}: {name}", self.begun.len()))
    }

    /// So many are there, and of the next one so many percent.
    fn reach(&mut self, count: usize, part: u32) {
        let Some(expected) = self.expected else { return };
        let done = u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(100) + u64::from(part);
        let all = u64::try_from(expected).unwrap_or(u64::MAX).saturating_mul(100).max(1);
        let percentage = u64::from(WRITING).saturating_mul(done) / all;
        let percentage = u32::try_from(percentage).unwrap_or(WRITING).min(WRITING);
        self.percentage = self.percentage.max(percentage);
    }
}

/// Both in bytes.
fn measure(line: &str) -> Option<(u64, u64)> {
    let (done, of) = line.trim().strip_prefix("Progress ")?.split_once(" of ")?;
    Some((done.parse().ok()?, of.parse().ok()?))
}

fn with_size(word: &str, name: &str, size: &str) -> String {
    // uv leaves out the blank: `15.9MiB`.
    let is_size = size.ends_with('B') && size.starts_with(|c: char| c.is_ascii_digit());
    if is_size { format!("{word} {name} ({size})") } else { format!("{word} {name}") }
}

/// The name of a distribution, from a requirement, a path, a URL or the name of a file.
fn name_of(what: &str) -> Option<String> {
    let word = what.split_whitespace().next()?;
    let name: String = word.chars().take_while(|c| c.is_alphanumeric() || "._-".contains(*c)).collect();
    let rest = &word[name.len()..];
    let is_place = ["/", "\\", "://", ":\\", "+"].iter().any(|start| rest.starts_with(start));
    let is_file = [".whl", ".gz", ".zip", ".bz2", ".xz", ".tgz"].iter().any(|ending| word.ends_with(ending));
    if !is_place && !is_file {
        // `(from …)` and a full stop may follow.
        let name = name.trim_end_matches(['.', '-', '_']);
        return (!name.is_empty()).then(|| name.to_owned());
    }
    let place = word.split(['#', '?']).next().unwrap_or(word).trim_end_matches(['/', '\\']);
    let file = place.rsplit(['/', '\\']).next().unwrap_or(place);
    // `project.git@v1`
    let file = file.split(['@', ',']).next().unwrap_or(file);
    let file = file.strip_suffix(".git").unwrap_or(file);
    // The version begins with a digit.
    let parts = file.match_indices('-').map(|(at, _)| at);
    let end = parts.into_iter().find(|at| file[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    let name = &file[..end.unwrap_or(file.len())];
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::plan::{Pin, Placement};

    fn read(tool: Tool, pins: usize, output: &str) -> Vec<String> {
        let step = Step {
            doing: String::new(),
            program: PathBuf::new(),
            args: Vec::new(),
            cwd: PathBuf::new(),
            temporary: PathBuf::new(),
            variables: Vec::new(),
            defaults: Vec::new(),
            proxies: Vec::new(),
            tool: Some(tool),
            log: None,
        };
        let pin = |number| Pin { name: format!("p{number}"), version: None };
        let mut plan = Plan::new(String::new(), Path::new("/p/.venv"), Placement::Kept);
        plan.pins = (0..pins).map(pin).collect();
        let mut progress = InstallProgress::new(&plan, &step);
        let mut last = None;
        let stages = output.lines().filter_map(|line| progress.read(line)).map(|stage| {
            assert!(stage.percentage >= last, "{stage:?} after {last:?}");
            last = stage.percentage;
            match stage.percentage {
                Some(percentage) => format!("{percentage} {}", stage.message),
                None => stage.message,
            }
        });
        stages.collect()
    }

    #[test]
    fn pip_is_followed_through_all_its_versions() {
        // 20.2
        let old = "Collecting requests==2.24.0\n  Downloading requests-2.24.0-py2.py3-none-any.whl (61 kB)\n\
                   Collecting urllib3!=1.25.0,<1.26,>=1.21.1\n  Using cached urllib3-1.25.11-py2.py3-none-any.whl (127 kB)\n\
                   Requirement already satisfied: idna<3,>=2.5 in ./lib (from requests)\n\
                   Building wheels for collected packages: a-b\n  Building wheel for a-b (setup.py): started\n  \
                   Building wheel for a-b (setup.py): finished with status 'done'\n\
                   Installing collected packages: urllib3, requests\n  Attempting uninstall: urllib3\n    \
                   Running setup.py install for c: started\nSuccessfully installed requests-2.24.0 urllib3-1.25.11";
        assert_eq!(
            read(Tool::Pip, 0, old),
            [
                "Collecting 1: requests",
                "Downloading requests (61 kB)",
                "Collecting 2: urllib3",
                "Building wheel for a-b",
                "Building wheel for a-b",
                "Installing 2 distributions",
                "Replacing urllib3",
                "Building c",
                "Installed 2 distributions",
            ]
        );
        // 26.3 with `--progress-bar raw`
        let new = "Looking in indexes: http://127.0.0.1/simple/\nProcessing ./lib/thing (from -r r.txt (line 1))\n  \
                   Installing build dependencies: started\n  Installing build dependencies: finished with status 'done'\n\
                   Collecting numpy>=1 (from -r r.txt (line 2))\n  \
                   Downloading http://127.0.0.1/files/numpy-2.0.0-cp312-cp312-manylinux_2_17_x86_64.whl.metadata (60 kB)\n\
                   INFO: pip is looking at multiple versions of numpy to determine which version is compatible.\n\
                   Collecting numpy>=1\n\
                   Downloading http://127.0.0.1/files/numpy-2.0.0-cp312-cp312-manylinux_2_17_x86_64.whl (18.2 MB)\n\
                   Progress 0 of 1000\nProgress 430 of 1000\nProgress 1000 of 1000\n\
                   Installing collected packages: numpy";
        assert_eq!(
            read(Tool::Pip, 0, new),
            [
                "Collecting 1: thing",
                "Preparing to build thing",
                "Collecting 2: numpy",
                "Looking for a version of numpy that fits",
                "Downloading numpy (18.2 MB)",
                "Downloading numpy (18.2 MB), 0 %",
                "Downloading numpy (18.2 MB), 43 %",
                "Downloading numpy (18.2 MB), 100 %",
                "Installing 1 distribution",
            ]
        );
    }

    #[test]
    fn of_a_known_number_there_is_a_percentage_that_only_grows() {
        let output = "Collecting a==1\n  Downloading a-1-py3-none-any.whl (1 kB)\nProgress 50 of 100\nCollecting b==2\n\
                      Collecting a==1\nCollecting c==3\nInstalling collected packages: a, b\nSuccessfully installed a-1 b-2";
        assert_eq!(
            read(Tool::Pip, 2, output),
            [
                "0 Collecting 1 of 2: a",
                "0 Downloading a (1 kB)",
                "22 Downloading a (1 kB), 50 %",
                "45 Collecting 2 of 2: b",
                "90 Collecting 3 of 2: c",
                "90 Installing 2 distributions",
                "100 Installed 2 distributions",
            ]
        );
    }

    #[test]
    fn uv_counts_by_itself() {
        let output = "Using Python 3.12.1 environment at: .venv\nResolved 4 packages in 31ms\nDownloading numpy (15.9MiB)\n   \
                      Building thing @ file:///p/thing\n      Built thing @ file:///p/thing\n Downloaded numpy\n\
                      Prepared 4 packages in 1.20s\nUninstalled 1 package in 3ms\nInstalled 4 packages in 12ms\n + numpy==2.0.0";
        assert_eq!(
            read(Tool::Uv, 0, output),
            [
                "0 Resolved 4 distributions",
                "0 Downloading numpy (15.9MiB)",
                "0 Building thing",
                "22 Built 1 of 4: thing",
                "45 Downloaded 2 of 4: numpy",
                "90 Installing 4 distributions",
                "100 Installed 4 distributions",
            ]
        );
    }

    #[test]
    fn names_are_found_in_whatever_is_installed() {
        for (what, name) in [
            ("urllib3<3,>=1.21.1 (from requests->-r x (line 1))", "urllib3"),
            ("requests[socks]==2.0", "requests"),
            ("zope.interface", "zope.interface"),
            ("https://127.0.0.1/x/numpy-1.0-py3-none-any.whl#sha256=1", "numpy"),
            ("git+https://127.0.0.1/a/project.git@v1 to /tmp/x", "project"),
            ("file:///p/my-thing", "my-thing"),
            ("./dist/foo-bar-1.0.tar.gz", "foo-bar"),
            (r"c:\work\foo-bar-1.0.zip", "foo-bar"),
            ("numpy-2.0.0-cp312-cp312-win_amd64.whl (18 MB)", "numpy"),
        ] {
            assert_eq!(name_of(what).as_deref(), Some(name), "{what}");
        }
        assert_eq!((name_of(""), name_of("<3"), name_of("///")), (None, None, None));
    }
}
