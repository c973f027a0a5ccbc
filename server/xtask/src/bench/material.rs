//! What is measured with: an environment of each size and the files that ask for packages of it, made up once.
//!
//! Names, versions and sizes come from a generator with a fixed seed, so that every machine measures the same. The
//! sizes follow the quantiles of a real environment of 447 distributions: half of the `METADATA` files are below
//! 5.5 kB and one in a hundred above 80 kB, and a `RECORD` has between 2 and 5,000 lines.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::project;

/// The numbers of distributions of the environments.
pub(super) const SIZES: [usize; 2] = [447, 2_000];

/// A folder with an environment in it, as a person would open it.
pub(super) struct Workspace {
    pub(super) folder: PathBuf,
    pub(super) size: usize,
    pub(super) site_packages: PathBuf,
}

/// A file that asks for packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum File {
    Lines20,
    Lines200,
    Lines10000,
    /// 10,000 lines as `pip-compile --generate-hashes` writes them.
    Hashes10000,
    /// 10,000 lines, of which the environment lacks none: other tools give up at the first that it lacks.
    Satisfied10000,
}

/// Changing what is made below needs another number, or old material stays in use.
const EDITION: &str = "1";

/// Makes what is not there yet.
pub(super) fn prepare(python: &Path) -> anyhow::Result<Vec<Workspace>> {
    SIZES.into_iter().map(|size| workspace(size, python)).collect()
}

impl Workspace {
    pub(super) fn environment(&self) -> PathBuf {
        self.folder.join(".venv")
    }

    pub(super) fn python(&self) -> PathBuf {
        self.environment().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
    }

    pub(super) fn file(&self, file: File) -> PathBuf {
        self.folder.join(file.name())
    }
}

impl File {
    const ALL: [File; 5] =
        [File::Lines20, File::Lines200, File::Lines10000, File::Hashes10000, File::Satisfied10000];

    /// As it is called in the table.
    pub(super) fn title(self) -> &'static str {
        match self {
            File::Lines20 => "20 lines",
            File::Lines200 => "200 lines",
            File::Lines10000 => "10,000 lines",
            File::Hashes10000 => "10,000 with hashes",
            File::Satisfied10000 => "10,000 lines, none missing",
        }
    }

    fn name(self) -> &'static str {
        match self {
            File::Lines20 => "requirements-20.txt",
            File::Lines200 => "requirements-200.txt",
            File::Lines10000 => "requirements-10000.txt",
            File::Hashes10000 => "requirements-hashes.txt",
            File::Satisfied10000 => "requirements-satisfied.txt",
        }
    }

    fn text(self, distributions: &[Distribution], random: &mut Random) -> String {
        match self {
            File::Lines20 => plain(20, distributions, random),
            File::Lines200 => plain(200, distributions, random),
            File::Lines10000 => plain(10_000, distributions, random),
            File::Hashes10000 => hashes(10_000, distributions, random),
            File::Satisfied10000 => {
                let pins = distributions.iter().cycle().take(10_000);
                pins.fold(String::new(), |text, one| text + &one.name + "==" + &one.version + "\n")
            }
        }
    }
}

pub(super) struct Distribution {
    pub(super) name: String,
    pub(super) version: String,
}

/// SplitMix64: small, and the same everywhere.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }

    fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high + 1 - low)
    }

    fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// A number from a distribution given as pairs of per mille and value, straight lines between them.
    fn quantile(&mut self, points: &[(usize, usize)]) -> usize {
        let at = self.below(1_000);
        let pairs = points.iter().zip(points.iter().skip(1));
        let found = pairs.into_iter().find(|(_, (end, _))| at < *end);
        let Some(((from, low), (to, high))) = found else { return 0 };
        low + (high - low) * (at - from) / (to - from)
    }
}

const BODY_BYTES: [(usize, usize); 8] = [
    (0, 200),
    (100, 1_000),
    (250, 2_000),
    (500, 4_000),
    (750, 7_000),
    (900, 17_000),
    (990, 75_000),
    (1_000, 140_000),
];
const FILES: [(usize, usize); 8] =
    [(0, 2), (100, 5), (250, 8), (500, 18), (750, 60), (900, 195), (990, 2_000), (1_000, 5_000)];
const DEPENDENCIES: [(usize, usize); 7] =
    [(0, 0), (250, 0), (500, 3), (750, 9), (900, 22), (990, 87), (1_000, 240)];

fn workspace(size: usize, python: &Path) -> anyhow::Result<Workspace> {
    let folder = project::cache().join("bench").join(size.to_string());
    let stamp = folder.join("made-of");
    let wanted = format!("edition {EDITION}, {}\n", python.display());
    if fs::read_to_string(&stamp).ok().as_deref() != Some(wanted.as_str()) {
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("`{}` cannot be made anew", folder.display()))?;
        }
        make(&folder, size, python).with_context(|| format!("`{}` cannot be made", folder.display()))?;
        fs::write(&stamp, wanted)?;
    }
    let site_packages = site_packages(&folder.join(".venv"))?;
    Ok(Workspace { folder, size, site_packages })
}

fn make(folder: &Path, size: usize, python: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let environment = folder.join(".venv");
    let mut command = Command::new(python);
    command.args(["-I", "-m", "venv", "--without-pip"]).arg(&environment);
    if !command.status()?.success() {
        bail!("`{}` has failed", project::display(&command));
    }
    let site_packages = site_packages(&environment)?;
    let mut random = Random(1);
    let distributions = distributions(size, &mut random);
    for one in &distributions {
        write_distribution(&site_packages, one, &distributions, &mut random)?;
    }
    for file in File::ALL {
        let text = file.text(&distributions, &mut Random(2));
        fs::write(folder.join(file.name()), text)?;
    }
    Ok(())
}

pub(super) fn site_packages(environment: &Path) -> anyhow::Result<PathBuf> {
    if cfg!(windows) {
        return Ok(environment.join("Lib").join("site-packages"));
    }
    let versions = fs::read_dir(environment.join("lib"))?;
    let mut found = versions.flatten().map(|version| version.path().join("site-packages"));
    found.find(|path| path.is_dir()).context("the environment has no `site-packages`")
}

pub(super) fn distributions(size: usize, random: &mut Random) -> Vec<Distribution> {
    const SYLLABLES: [&str; 40] = [
        "al", "an", "ar", "be", "bi", "bo", "ca", "ce", "co", "da", "de", "di", "el", "en", "fa", "fi", "ga",
        "go", "ha", "in", "ja", "ka", "ki", "la", "lo", "ma", "me", "na", "no", "or", "pa", "qu", "ra", "ro",
        "sa", "ti", "un", "va", "xa", "zo",
    ];
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::with_capacity(size);
    while found.len() < size {
        let words = random.between(1, 3);
        let word = |random: &mut Random| {
            let syllables = random.between(2, 4);
            (0..syllables).map(|_| *random.one_of(&SYLLABLES)).collect::<String>()
        };
        let name = (0..words).map(|_| word(random)).collect::<Vec<_>>().join("-");
        if !seen.insert(name.clone()) {
            continue;
        }
        let (major, minor, patch) = (random.below(10), random.below(30), random.below(20));
        let version = match random.below(10) {
            0..=5 => format!("{major}.{minor}.{patch}"),
            6 | 7 => format!("{major}.{minor}"),
            8 => format!("20{}.{}.{patch}", 18 + major, 1 + minor % 12),
            _ => format!("{major}.{minor}.{patch}.post1"),
        };
        found.push(Distribution { name, version });
    }
    found
}

pub(super) fn write_distribution(
    site_packages: &Path,
    one: &Distribution,
    all: &[Distribution],
    random: &mut Random,
) -> std::io::Result<()> {
    let module = one.name.replace('-', "_");
    let info_name = format!("{module}-{}.dist-info", one.version);
    let info = site_packages.join(&info_name);
    fs::create_dir_all(&info)?;
    fs::write(info.join("METADATA"), metadata(one, all, random))?;
    fs::write(info.join("WHEEL"), "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")?;
    fs::write(info.join("INSTALLER"), "pip\n")?;
    if random.below(2) == 0 {
        fs::write(info.join("top_level.txt"), format!("{module}\n"))?;
    }
    let hash = format!("sha256={}", "A".repeat(43));
    let mut record = format!("{module}/__init__.py,{hash},20\n");
    for number in 0..random.quantile(&FILES) {
        // Nothing can go wrong when text is added to text.
        writeln!(record, "{module}/part{}/file{number}.py,{hash},{}", number / 20, 1_000 + number).ok();
    }
    writeln!(record, "{info_name}/METADATA,{hash},100\n{info_name}/RECORD,,").ok();
    fs::write(info.join("RECORD"), record)?;
    fs::create_dir_all(site_packages.join(&module))?;
    fs::write(site_packages.join(&module).join("__init__.py"), "")
}

fn metadata(one: &Distribution, all: &[Distribution], random: &mut Random) -> String {
    let Distribution { name, version } = one;
    let mut text = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: Made up\n");
    text.push_str("Author-email: Nobody <nobody@example.invalid>\nLicense: MIT\nRequires-Python: >=3.8\n");
    for minor in 8..random.between(11, 15) {
        writeln!(text, "Classifier: Programming Language :: Python :: 3.{minor}").ok();
    }
    for _ in 0..random.quantile(&DEPENDENCIES) {
        let other = &random.one_of(all).name;
        let condition = random.one_of(&[
            "",
            " ; extra == 'test'",
            " ; extra == 'docs'",
            " ; python_version < '3.9'",
            " ; sys_platform == 'win32'",
        ]);
        writeln!(text, "Requires-Dist: {other}>=0.0.1{condition}").ok();
    }
    let line = "What it does, and how it is used, and what it is not meant for, in a line of text.\n";
    text.push('\n');
    text.push_str(&line.repeat(random.quantile(&BODY_BYTES) / line.len()));
    text
}

/// What one line asks for: one in twenty is missing, one in twenty has another version.
struct Asked {
    name: String,
    version: String,
    is_exact: bool,
}

fn asked(number: usize, distributions: &[Distribution], random: &mut Random) -> Asked {
    let known = &distributions[number % distributions.len()];
    match random.below(20) {
        0 => Asked { name: format!("absent-{number}"), version: "1.0".into(), is_exact: true },
        1 => Asked { name: known.name.clone(), version: "9999.0".into(), is_exact: true },
        _ => Asked { name: known.name.clone(), version: known.version.clone(), is_exact: false },
    }
}

fn plain(lines: usize, distributions: &[Distribution], random: &mut Random) -> String {
    let mut text = String::new();
    for number in 0..lines {
        match random.below(25) {
            0 => text.push('\n'),
            1 => text.push_str("# a word about what follows\n"),
            _ => {
                let Asked { name, version, is_exact } = asked(number, distributions, random);
                let form = if is_exact { 0 } else { random.below(10) };
                let line = match form {
                    0..=4 => format!("{name}=={version}"),
                    5 => format!("{name}>={version}"),
                    6 => format!("{name} >= 0, <= {version}"),
                    7 => format!("{name}>=0 ; python_version >= '3.8'"),
                    8 => format!("{name}  # for the tests"),
                    _ => name,
                };
                text.push_str(&line);
                text.push('\n');
            }
        }
    }
    text
}

fn hashes(lines: usize, distributions: &[Distribution], random: &mut Random) -> String {
    let mut text = String::new();
    let (mut written, mut number) = (0, 0);
    while written < lines {
        let Asked { name, version, .. } = asked(number, distributions, random);
        let count = *random.one_of(&[2, 2, 2, 5, 20, 40]);
        write!(text, "{name}=={version}").ok();
        for _ in 0..count {
            let hash: String = (0..4).map(|_| format!("{:016x}", random.next())).collect();
            write!(text, " \\\n    --hash=sha256:{hash}").ok();
        }
        text.push_str("\n    # via -r requirements.in\n");
        written += count + 2;
        number += 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_made_every_time() {
        let make = || {
            let mut random = Random(1);
            let distributions = distributions(50, &mut random);
            File::ALL.map(|file| file.text(&distributions, &mut random))
        };
        assert_eq!(make(), make());
    }

    #[test]
    fn files_have_the_lines_and_the_findings_that_they_are_named_for() {
        let distributions = distributions(447, &mut Random(1));
        let text = File::Lines10000.text(&distributions, &mut Random(2));
        assert_eq!(text.lines().count(), 10_000);
        for finding in ["absent-", "==9999"] {
            let share = text.lines().filter(|line| line.contains(finding)).count();
            assert!((400..600).contains(&share), "{finding}: {share} of 10,000");
        }
        let lines = File::Hashes10000.text(&distributions, &mut Random(2)).lines().count();
        assert!((10_000..10_050).contains(&lines), "{lines}");
    }
}
