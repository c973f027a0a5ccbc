//! What lies in a workspace does not decide where uv installs, through what, or from where without a word.

#![cfg(unix)]

use std::time::Duration;

use serde_json::json;
use test_support::client::editor_capabilities;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::Desk;
use crate::loop_story::has_uv;

/// A desk whose user has an index, by uv's own file; the workspace is no part of a project above it.
fn desk_with(own: &Index) -> Desk {
    let mut desk = Desk::new();
    let text = format!("compile-bytecode = true\n[[index]]\nurl = \"{}\"\ndefault = true\n", own.url());
    desk.write("../home/.config/uv/uv.toml", text);
    desk.write("pyproject.toml", "");
    desk.set("XDG_CONFIG_HOME", desk.path("../home/.config").to_string_lossy());
    desk.set("UV_HTTP_RETRIES", "0");
    desk.set("UV_LINK_MODE", "copy");
    desk
}

fn host(index: &Index) -> String {
    index.address().to_string()
}

#[test]
fn it_installs_where_the_title_says_from_where_the_title_says() {
    if !has_uv("it_installs_where_the_title_says_from_where_the_title_says") {
        return;
    }
    let own = Index::serve([Wheel::requiring("alpha", "1.0", &["beta"]), Wheel::new("beta", "1.0")]);
    let project = Index::serve([Wheel::new("gamma", "1.0")]);
    let replacing = Index::serve([Wheel::new("beta", "2.0")]);
    let desk = desk_with(&own);
    let beta = format!(
        "{}/files/{}",
        replacing.url().trim_end_matches("/simple/"),
        Wheel::new("beta", "2.0").file_name()
    );
    let written = format!(
        "cache-dir = \"the-cache\"\nhttp-proxy = \"http://127.0.0.1:1\"\nhttps-proxy = \"http://127.0.0.1:1\"\n\
         override-dependencies = [\"beta @ {beta}\"]\n[[index]]\nurl = \"{}\"\n[pip]\ntarget = \"the-target\"\n\
         prefix = \"the-prefix\"\n",
        project.url()
    );
    desk.write("uv.toml", written);
    let file = desk.write("requirements.txt", "alpha\ngamma\n");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "uv"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, "alpha\ngamma\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "alpha", "Create `.venv`");
    let title = action["title"].as_str().unwrap_or_default();
    for named in [&project, &replacing] {
        assert!(title.contains(&format!("`{}`", host(named))), "{title}");
    }
    assert!(!title.contains(&host(&own)), "{title}");
    assert_ne!(action["isPreferred"], true);
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], true, "{result}");
    editor.expect(&file, &[]);
    for name in ["the-target", "the-prefix", "the-cache"] {
        assert!(!desk.path(name).exists(), "{name}");
    }
    let site =
        std::fs::read_dir(desk.path(".venv/lib")).expect("lib").flatten().next().expect("a folder").path();
    let site = site.join("site-packages");
    assert!(site.join("beta-2.0.dist-info").is_dir(), "the project replaces a version");
    assert!(site.join("__pycache__").is_dir(), "the user's own settings count");
    let said = desk.run(["fix", "--dry-run", "--installer", "uv"]);
    assert_eq!(String::from_utf8_lossy(&said.stdout), "", "nothing is left to do");
}

#[test]
fn what_is_not_passed_on_is_said() {
    if !has_uv("what_is_not_passed_on_is_said") {
        return;
    }
    let own = Index::serve([Wheel::new("alpha", "1.0")]);
    let desk = desk_with(&own);
    desk.write("requirements.txt", "alpha\n");
    let configuration = desk.write("pyproject.toml", "[tool.uv.pip]\ntarget = \"the-target\"\n");
    let dry = desk.run(["fix", "--dry-run", "--installer", "uv", "requirements.txt"]);
    let dry = String::from_utf8_lossy(&dry.stdout).into_owned();
    let configuration = configuration.canonicalize().expect("it is there");
    let sentence = format!("`pip.target` of `{}` is not passed on to uv", configuration.display());
    assert!(dry.contains(&sentence), "{dry}");
    assert!(dry.contains(" --project "), "{dry}");
    // uv would stop there, and so it is said before anything is made.
    desk.write("uv.toml", "[pip\n");
    let broken = desk.run(["fix", "--installer", "uv", "requirements.txt"]);
    let broken = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert!(broken.contains("uv.toml` cannot be read: it is no valid TOML"), "{broken}");
    assert!(!desk.path(".venv").exists());
}

#[test]
fn whatever_lies_above_the_temporary_folder_does_not_count() {
    if !has_uv("whatever_lies_above_the_temporary_folder_does_not_count") {
        return;
    }
    let own = Index::serve([Wheel::new("alpha", "1.0")]);
    let mut desk = desk_with(&own);
    desk.write("../tmp/uv.toml", "[pip\n");
    desk.write(
        "../tmp/pyproject.toml",
        "[project]\nname = \"x\"\nversion = \"1\"\n[tool.uv]\noffline = true\n",
    );
    desk.set("TMPDIR", desk.path("../tmp").to_string_lossy());
    desk.write("requirements.txt", "alpha\n");
    let fixed = desk.run(["fix", "--installer", "uv", "requirements.txt"]);
    let said = String::from_utf8_lossy(&fixed.stderr).into_owned();
    assert!(said.contains("Created `.venv` and installed 1 requirement"), "{said}");
}
