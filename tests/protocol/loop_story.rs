//! From "no environment" to "nothing missing", with real installers.

use serde_json::json;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::Desk;

fn wheels() -> Vec<Wheel> {
    vec![
        Wheel::requiring("langchain-ollama", "0.3.1", &["ollama>=0.4"]),
        Wheel::new("ollama", "0.4.7"),
        Wheel::new("flask", "2.0.0"),
        Wheel::new("flask", "3.1.0"),
    ]
}

fn plays(installer: &str) {
    let index = Index::serve(wheels());
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("learnRag/requirements.txt", "# notes\nlangchain-ollama\n");
    let mut editor =
        desk.editor_with(test_support::client::editor_capabilities(), json!({"installer": installer}));
    editor.timeout = std::time::Duration::from_secs(120);
    editor.settings = json!({"installer": installer});
    editor.open(&file, "# notes\nlangchain-ollama\n");
    let found = editor.expect(&file, &["1:environment-missing"]);
    assert_eq!(found[0]["source"], "venv-lsp");
    assert!(found[0]["codeDescription"]["href"].is_string(), "{}", found[0]);

    let action = editor.action(&file, "langchain-ollama", "Create `.venv` with Python");
    assert!(
        action["title"].as_str().is_some_and(|title| title.ends_with("and install 1 requirement")),
        "{action}"
    );
    assert_eq!(action["isPreferred"], true);
    let result = editor.execute(&action).expect("the command is answered");
    assert_eq!(result["ok"], true, "{result}");
    editor.expect(&file, &[]);

    let answer = editor
        .request("venv-lsp/environment", json!({"uri": test_support::client::uri_of(&file)}))
        .expect("the environment is told");
    assert_eq!(answer["environment"]["path"], json!(desk.path("learnRag/.venv")));
    assert_eq!(answer["environment"]["reason"], "`.venv` beside the file");
    let timeout = editor.timeout;
    editor.wait_for(|message| message["params"]["value"]["kind"] == "end", timeout).expect("progress ends");
    let kinds: Vec<_> = editor.progress.iter().map(|progress| progress["value"]["kind"].clone()).collect();
    assert_eq!(kinds.first(), Some(&json!("begin")));
    assert_eq!(kinds.last(), Some(&json!("end")));
    assert!(kinds.len() > 3, "what the installer says is shown: {kinds:?}");

    // Another version, and another package, from the unsaved text.
    editor.change(&file, "langchain-ollama\nflask<3\n");
    editor.expect(&file, &["1:requirement-not-installed"]);
    let action = editor.action(&file, "flask", "Install `flask` into `.venv`");
    let result = editor.execute(&action).expect("the command is answered");
    assert_eq!(result["ok"], true, "{result}");
    editor.expect(&file, &[]);
    editor.change(&file, "langchain-ollama\nflask>=3\n");
    editor.expect(&file, &["1:requirement-version-mismatch"]);
    let action = editor.action(&file, "flask", "Upgrade `flask` from ");
    assert_eq!(editor.execute(&action).expect("the command is answered")["ok"], true);
    editor.expect(&file, &[]);
}

#[test]
fn with_venv_and_pip() {
    plays("pip");
}

#[test]
fn with_uv() {
    if has_uv("with_uv") {
        plays("uv");
    }
}

pub(crate) fn has_uv(test: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join("uv").is_file());
    if !found {
        eprintln!("skipped: {test}: no uv on PATH");
    }
    found
}

/// One of two pinned and hashed lines is installed, then the other: pip demands a hash for everything, also for
/// what a line itself requires.
fn installs_with_hashes(installer: &str) {
    let hash = |wheel: &Wheel| test_support::wheel::sha256(&wheel.bytes());
    let (a, b) = (Wheel::requiring("needs", "1.0", &["needed"]), Wheel::new("needed", "2.0"));
    let text = format!(
        "needs==1.0 \\\n    --hash=sha256:{}\nneeded==2.0 \\\n    --hash=sha256:{}\n",
        hash(&a),
        hash(&b)
    );
    let index = Index::serve([a, b, Wheel::new("needed", "3.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", &text);
    let capabilities = test_support::client::editor_capabilities();
    let mut editor = desk.editor_with(capabilities, json!({"installer": installer}));
    editor.timeout = std::time::Duration::from_secs(120);
    editor.open(&file, "");
    editor.expect(&file, &[]);
    editor.change(&file, &text);
    editor.expect(&file, &["0:environment-missing"]);
    let range = editor.range_of(&file, "needs");
    let actions = editor.code_actions(&file, &range).expect("actions");
    let only = actions.iter().find(|action| action["command"]["arguments"][0]["install"] == false);
    assert_eq!(editor.execute(only.expect("it can be made only")).expect("an answer")["ok"], true);
    editor.expect(&file, &["0:requirement-not-installed", "2:requirement-not-installed"]);
    let action = editor.action(&file, "needs==", "Install `needs");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], true, "{result}");
    // What it requires has a line of its own.
    editor.expect(&file, &["2:requirement-not-installed"]);
    let action = editor.action(&file, "needed==", "Install `needed");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], true, "{result}");
    editor.expect(&file, &[]);
}

#[test]
fn with_hashes_and_pip() {
    installs_with_hashes("pip");
}

#[test]
fn with_hashes_and_uv() {
    if has_uv("with_hashes_and_uv") {
        installs_with_hashes("uv");
    }
}

#[test]
fn for_real() {
    let mut desk = Desk::new();
    let file = desk.write("requirements.txt", "langchain-ollama\n");
    // Without a way to the index there is nothing to test here; a minute tells.
    desk.set("PIP_DEFAULT_TIMEOUT", "20");
    desk.set("PIP_RETRIES", "1");
    let mut editor = desk.editor();
    editor.timeout = std::time::Duration::from_secs(600);
    editor.open(&file, "langchain-ollama\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "langchain-ollama", "Create `.venv` with Python");
    let result = editor.execute(&action).expect("the command is answered");
    if result["ok"] != true
        && result["message"].as_str().is_some_and(|said| said.contains("could not be reached"))
    {
        eprintln!("skipped: for_real: {}", result["message"]);
        return;
    }
    assert_eq!(result["ok"], true, "{result}");
    editor.expect(&file, &[]);
}
