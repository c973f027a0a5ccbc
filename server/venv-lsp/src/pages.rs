//! The rules' pages as files, so that the link of a diagnostic opens without a network and says what this
//! version means.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ls_types::Uri;
use rustc_hash::FxHashMap;
use venv_analysis::RULES;

use crate::convert;

/// The page of a rule in the user's cache folder. `None` where there is no such folder, or it cannot be written.
pub fn page_of(code: &str) -> Option<&'static Uri> {
    static PAGES: LazyLock<FxHashMap<&'static str, Uri>> = LazyLock::new(|| {
        let Some(folder) = folder() else { return FxHashMap::default() };
        match write_pages(&folder) {
            Ok(pages) => pages,
            Err(error) => {
                tracing::info!("the rules' pages cannot be written to `{}`: {error}", folder.display());
                FxHashMap::default()
            }
        }
    });
    PAGES.get(code)
}

fn folder() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")))
    };
    let cache = cache.filter(|path| path.is_absolute())?;
    Some(cache.join("venv-lsp").join(env!("CARGO_PKG_VERSION")).join("rules"))
}

fn write_pages(folder: &Path) -> io::Result<FxHashMap<&'static str, Uri>> {
    std::fs::create_dir_all(folder)?;
    let mut pages = FxHashMap::default();
    for rule in RULES {
        let path = folder.join(rule.code).with_extension("md");
        if std::fs::read(&path).ok().as_deref() != Some(rule.page.as_bytes()) {
            std::fs::write(&path, rule.page)?;
        }
        if let Some(uri) = convert::uri(&path) {
            pages.insert(rule.code, uri);
        }
    }
    Ok(pages)
}
