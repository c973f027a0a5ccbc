//! A repository of many projects, made up once for each size: what a search has to go through, and what it must not.
//!
//! Of a thousand projects two hundred have an environment of thirty distributions, and one in ten has `node_modules`.
//! The root has an environment too, a store of git's, and a folder of build output that `.gitignore` hides.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::material::{self, Distribution, Random};
use crate::project;

/// The numbers of projects.
pub(super) const SIZES: [usize; 3] = [100, 1_000, 3_000];

/// A repository, as a person would open it.
pub(super) struct Monorepo {
    pub(super) folder: PathBuf,
    pub(super) projects: usize,
    /// The projects that have an environment of their own.
    pub(super) with_environment: Vec<PathBuf>,
}

/// Changing what is made below needs another number, or old material stays in use.
const EDITION: &str = "1";

const PROJECTS_OF_A_TEAM: usize = 20;
const PROJECTS_TO_AN_ENVIRONMENT: usize = 5;
const PROJECTS_TO_NODE_MODULES: usize = 10;
const DISTRIBUTIONS: usize = 30;
const DISTRIBUTIONS_OF_THE_ROOT: usize = 150;
const DIFFERENT_DISTRIBUTIONS: usize = 600;
const FILES_OF_A_PROJECT: usize = 10;
const LINES: usize = 20;
const NODE_PACKAGES: usize = 120;
const GIT_OBJECTS: usize = 5_000;
const BUILT: usize = 500;

/// Makes what is not there yet.
pub(super) fn prepare(projects: usize, python: &Path) -> anyhow::Result<Monorepo> {
    let folder = project::cache().join("bench").join(format!("projects-{projects}"));
    let stamp = project::cache().join("bench").join(format!("projects-{projects}-made-of"));
    let wanted = format!("edition {EDITION}, {}\n", python.display());
    if fs::read_to_string(&stamp).ok().as_deref() != Some(wanted.as_str()) {
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("`{}` cannot be made anew", folder.display()))?;
        }
        make(&folder, projects, python).with_context(|| format!("`{}` cannot be made", folder.display()))?;
        fs::write(&stamp, wanted)?;
    }
    let with_environment =
        (0..projects).step_by(PROJECTS_TO_AN_ENVIRONMENT).map(|number| place(&folder, number));
    Ok(Monorepo { projects, with_environment: with_environment.collect(), folder })
}

impl Monorepo {
    /// How many environments there are.
    pub(super) fn environments(&self) -> usize {
        self.with_environment.len() + 1
    }
}

fn place(folder: &Path, number: usize) -> PathBuf {
    let team = number / PROJECTS_OF_A_TEAM;
    folder.join(format!("team-{team:03}")).join(format!("project-{number:05}"))
}

fn make(folder: &Path, projects: usize, python: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let root = folder.join(".venv");
    let mut command = Command::new(python);
    command.args(["-I", "-m", "venv", "--without-pip"]).arg(&root);
    if !command.status()?.success() {
        bail!("`{}` has failed", project::display(&command));
    }
    let template = Template::read(&root)?;
    let mut random = Random(3);
    let pool = material::distributions(DIFFERENT_DISTRIBUTIONS, &mut random);
    let site_packages = material::site_packages(&root)?;
    for one in &pool[..DISTRIBUTIONS_OF_THE_ROOT] {
        material::write_distribution(&site_packages, one, &pool, &mut random)?;
    }
    for number in 0..projects {
        make_project(&place(folder, number), number, &template, &pool, &mut random)?;
    }
    for _ in 0..GIT_OBJECTS {
        let name = format!("{:016x}{:016x}", random.next(), random.next());
        let (prefix, rest) = name.split_at(2);
        let objects = folder.join(".git").join("objects").join(prefix);
        fs::create_dir_all(&objects)?;
        fs::write(objects.join(rest), [b'x'; 200])?;
    }
    fs::write(folder.join(".git").join("HEAD"), "ref: refs/heads/main\n")?;
    fs::write(folder.join(".gitignore"), "node_modules/\n.venv/\nbuild/\n")?;
    for number in 0..BUILT {
        let built = folder.join("build").join(format!("out-{number}"));
        fs::create_dir_all(&built)?;
        fs::write(built.join("requirements.txt"), "flask\n")?;
    }
    Ok(())
}

fn make_project(
    folder: &Path,
    number: usize,
    template: &Template,
    pool: &[Distribution],
    random: &mut Random,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let start = random.below(pool.len());
    let own: Vec<&Distribution> = pool.iter().cycle().skip(start).take(DISTRIBUTIONS).collect();
    let lines: Vec<String> =
        own.iter().take(LINES).map(|one| format!("{}=={}", one.name, one.version)).collect();
    fs::write(folder.join("requirements.txt"), lines.join("\n") + "\n")?;
    if !number.is_multiple_of(3) {
        let listed: String = lines.iter().take(8).map(|line| format!("    \"{line}\",\n")).collect();
        let text =
            format!("[project]\nname = \"project-{number}\"\nversion = \"0\"\ndependencies = [\n{listed}]\n");
        fs::write(folder.join("pyproject.toml"), text)?;
    }
    for (file, one) in own.iter().enumerate().take(FILES_OF_A_PROJECT) {
        let package = folder.join("src").join(format!("package{}", file % 2));
        fs::create_dir_all(&package)?;
        let import = one.name.replace('-', "_");
        let text = format!("import {import}\n\n\ndef f{file}(a: int) -> int:\n    return a\n");
        fs::write(package.join(format!("module{file}.py")), text.repeat(10))?;
    }
    if number.is_multiple_of(PROJECTS_TO_AN_ENVIRONMENT) {
        let site_packages = template.copy_to(&folder.join(".venv"))?;
        for one in own {
            material::write_distribution(&site_packages, one, pool, random)?;
        }
    }
    if number.is_multiple_of(PROJECTS_TO_NODE_MODULES) {
        for package in 0..NODE_PACKAGES {
            let package = folder.join("node_modules").join(format!("package-{package}"));
            fs::create_dir_all(package.join("lib"))?;
            fs::write(package.join("lib").join("index.js"), "module.exports = {};\n")?;
            fs::write(package.join("package.json"), "{}\n")?;
        }
    }
    Ok(())
}

/// What `venv` makes, to be made again without starting it hundreds of times.
struct Template {
    config: String,
    /// The way to the packages from the environment.
    site_packages: PathBuf,
    /// The way to the program from the environment, and where it leads.
    program: (PathBuf, PathBuf),
}

impl Template {
    fn read(root: &Path) -> anyhow::Result<Template> {
        let program = Path::new(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        let site_packages = material::site_packages(root)?;
        Ok(Template {
            config: fs::read_to_string(root.join("pyvenv.cfg"))?,
            site_packages: site_packages.strip_prefix(root)?.to_owned(),
            program: (program.to_owned(), fs::canonicalize(root.join(program))?),
        })
    }

    /// Makes one at `root`; the folder of its packages.
    fn copy_to(&self, root: &Path) -> anyhow::Result<PathBuf> {
        let (program, target) = &self.program;
        let site_packages = root.join(&self.site_packages);
        fs::create_dir_all(&site_packages)?;
        let bin = root.join(program.parent().unwrap_or(program));
        fs::create_dir_all(&bin)?;
        link(target, &root.join(program))?;
        fs::write(bin.join("activate"), "")?;
        fs::write(root.join("pyvenv.cfg"), &self.config)?;
        Ok(site_packages)
    }
}

#[cfg(unix)]
fn link(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn link(target: &Path, link: &Path) -> std::io::Result<()> {
    fs::copy(target, link).map(|_| ())
}
