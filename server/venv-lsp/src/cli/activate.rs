//! How a person activates an environment in the shell that they use.

use std::path::{Path, PathBuf};

use venv_analysis::facts::{Environment, EnvironmentKind};
use venv_analysis::plain;

/// The line to type.
pub(super) fn command(environment: &Environment) -> String {
    let shell = std::env::var_os("SHELL").unwrap_or_default();
    let shell = Path::new(&shell).file_stem().map(|name| name.to_string_lossy().into_owned());
    let current = std::env::current_dir().ok();
    in_shell(environment, shell.as_deref().unwrap_or_default(), current.as_deref())
}

fn in_shell(environment: &Environment, shell: &str, current: Option<&Path>) -> String {
    let below = |path: &Path| -> PathBuf {
        let relative = current.and_then(|current| path.strip_prefix(current).ok());
        relative.filter(|path| !path.as_os_str().is_empty()).unwrap_or(path).to_owned()
    };
    if environment.kind == EnvironmentKind::Conda {
        let root = &environment.root;
        let name = root.parent().filter(|folder| folder.ends_with("envs")).and_then(|_| root.file_name());
        return format!("conda activate {}", quoted(name.map_or(root, |name| Path::new(name))));
    }
    let bin = environment.executable.parent().unwrap_or(&environment.root);
    let (verb, script) = if bin.ends_with("Scripts") {
        ("", "activate")
    } else {
        match shell {
            "fish" => ("source ", "activate.fish"),
            "csh" | "tcsh" => ("source ", "activate.csh"),
            "nu" => ("overlay use ", "activate.nu"),
            "pwsh" => ("", "Activate.ps1"),
            "sh" | "dash" | "ksh" => (". ", "activate"),
            _ => ("source ", "activate"),
        }
    };
    let script = bin.join(script);
    if script.is_file() {
        let script = below(&script);
        // Shells look for a name without a folder on `PATH`.
        return format!("{verb}{}", quoted(&script));
    }
    format!("it has no script for that; {} runs in it", quoted(&below(&environment.executable)))
}

/// The path as a shell takes it for one word.
fn quoted(path: &Path) -> String {
    let text = plain(&path.to_string_lossy());
    let is_plain = |c: char| c.is_alphanumeric() || "/\\._-+:@%,~".contains(c);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
