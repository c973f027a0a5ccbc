//! An index on loopback with what the playground asks for, made on the spot, and the variables that lead to it.

use std::process::Command;

use test_support::index::Index;
use test_support::wheel::Wheel;

/// Starts an index with a `langchain-ollama` and all that it requires. They are made up: names, not contents, are real.
pub(crate) fn serve() -> Index {
    let requiring = |name, version, requires: &[&str]| Wheel {
        requires_python: Some(">=3.8".into()),
        ..Wheel::requiring(name, version, requires)
    };
    let model = "class ChatOllama:\n    def __init__(self, model):\n        self.model = model\n";
    let langchain_ollama = Wheel {
        modules: vec![("langchain_ollama/__init__.py".into(), model.into())],
        ..requiring("langchain-ollama", "1.0.0", &["langchain-core>=1.0", "ollama>=0.5"])
    };
    Index::serve([
        langchain_ollama,
        requiring("langchain-core", "1.0.0", &["pydantic>=2"]),
        requiring("ollama", "0.6.0", &["httpx>=0.27", "pydantic>=2"]),
        requiring("httpx", "0.28.0", &[]),
        requiring("pydantic", "2.12.0", &[]),
    ])
}

/// Has pip and uv, and nothing else, install from this index.
pub(crate) fn lead(command: &mut Command, index: &Index) {
    let address = index.address();
    command.env("PIP_INDEX_URL", index.url()).env("PIP_TRUSTED_HOST", address.ip().to_string());
    command.env("UV_DEFAULT_INDEX", index.url());
    // No proxy leads to loopback.
    for variable in ["NO_PROXY", "no_proxy"] {
        let hosts = std::env::var(variable).ok().filter(|hosts| !hosts.is_empty());
        let hosts = hosts.into_iter().chain([address.ip().to_string()]).collect::<Vec<_>>();
        command.env(variable, hosts.join(","));
    }
}

/// Sets aside what else could add to, or take from, what the index has: the user's other indexes, configuration, caches.
pub(crate) fn shut_out_the_rest(command: &mut Command, cache: &std::path::Path) {
    for variable in [
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_NO_INDEX",
        "PIP_CONSTRAINT",
        "PIP_PROXY",
        "UV_INDEX",
        "UV_INDEX_URL",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_NO_INDEX",
        "UV_OFFLINE",
        "UV_CONSTRAINT",
        "UV_EXCLUDE_NEWER",
    ] {
        command.env_remove(variable);
    }
    command.env("PIP_CONFIG_FILE", if cfg!(windows) { "nul" } else { "/dev/null" }).env("UV_NO_CONFIG", "1");
    command.env("PIP_CACHE_DIR", cache.join("pip")).env("UV_CACHE_DIR", cache.join("uv"));
}
