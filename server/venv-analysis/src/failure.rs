//! What pip and uv said when they failed, in one line that says what to do next.

use crate::words::plain;

/// The reason of a failure, from the lines that the program printed (both streams, in order of arrival).
pub fn explain_failure(lines: &[String]) -> String {
    let has = |part: &str| lines.iter().any(|line| line.contains(part));
    let find = |parts: &[&str]| lines.iter().find(|line| parts.iter().any(|part| line.contains(part)));

    if has("Missing dependencies for SOCKS support") {
        return "pip cannot use the SOCKS proxy: it needs PySocks, or uv as the installer".to_owned();
    }
    if has("externally-managed-environment") || has("is externally managed") {
        return "The Python is externally managed, so nothing was installed into it".to_owned();
    }
    if has("No space left on device") {
        return "The disk is full".to_owned();
    }
    // pip reports an index that cannot be reached as a package that does not exist; only the retries tell.
    if let Some(cause) =
        find(&["Retrying (", "Could not fetch URL", "dns error", "tcp connect error", "Failed to fetch"])
    {
        let cause = cause.trim();
        return if cause.contains("certificate") || has("invalid peer certificate") {
            "The package index could not be reached: its TLS certificate was refused".to_owned()
        } else if cause.contains("ProxyError") || has("socks proxy") || has("tunnel error") {
            "The package index could not be reached: the proxy did not answer".to_owned()
        } else {
            "The package index could not be reached; check the network and the proxy settings".to_owned()
        };
    }
    if has("Traceback (most recent call last)") {
        // Python's last line names the exception; what is indented leads to it.
        let exception = lines.iter().rfind(|line| !line.trim().is_empty() && !line.starts_with(' '));
        return exception.map_or_else(String::new, |line| format!("it crashed with {}", plain(line.trim())));
    }
    let said = lines
        .iter()
        .find(|line| {
            let line = line.trim_start();
            line.starts_with("ERROR: Could not find a version") || line.starts_with("ERROR: Cannot install")
        })
        .or_else(|| {
            lines
                .iter()
                .find(|line| line.trim_start().starts_with("Because ") || line.contains("╰─▶ Because "))
        })
        .or_else(|| lines.iter().rfind(|line| is_error(line)))
        .or_else(|| lines.iter().rfind(|line| !line.trim().is_empty()));
    said.map_or_else(
        || "It ended without saying why".to_owned(),
        |line| {
            let line = line.trim().trim_start_matches(['×', '╰', '─', '▶', '>', ' ']);
            plain(line.strip_prefix("ERROR: ").or_else(|| line.strip_prefix("error: ")).unwrap_or(line))
        },
    )
}

fn is_error(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("ERROR:") || line.starts_with("error:") || line.starts_with("Error:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explain(output: &str) -> String {
        explain_failure(&output.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn an_index_out_of_reach_is_not_a_package_that_does_not_exist() {
        let output = "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by \
                      'NewConnectionError(...)': /simple/six/\n\
                      ERROR: Could not find a version that satisfies the requirement six (from versions: none)\n\
                      ERROR: No matching distribution found for six";
        assert_eq!(
            explain(output),
            "The package index could not be reached; check the network and the proxy settings"
        );
    }

    #[test]
    fn a_package_that_does_not_exist_is_named() {
        let output = "ERROR: Could not find a version that satisfies the requirement zzz (from versions: none)\n\
                      ERROR: No matching distribution found for zzz";
        assert_eq!(
            explain(output),
            "Could not find a version that satisfies the requirement zzz (from versions: none)"
        );
    }

    #[test]
    fn uv_says_why_nothing_fits() {
        let output = "  × No solution found when resolving dependencies:\n  ╰─▶ Because zzz was not found in the \
                      package registry and you require zzz, we can conclude that your requirements are unsatisfiable.";
        assert!(explain(output).starts_with("Because zzz was not found in the package registry"));
    }

    #[test]
    fn socks_without_pysocks_names_the_way_out() {
        let output =
            "ERROR: Could not install packages due to an OSError: Missing dependencies for SOCKS support.";
        assert_eq!(
            explain(output),
            "pip cannot use the SOCKS proxy: it needs PySocks, or uv as the installer"
        );
    }

    #[test]
    fn a_crash_is_named_by_its_exception() {
        let output = "ERROR: Exception:\nTraceback (most recent call last):\n  File \"x.py\", line 1, in run\n    \
                      return 1\nTypeError: unhashable type: 'dict'";
        assert_eq!(explain(output), "it crashed with TypeError: unhashable type: 'dict'");
    }

    #[test]
    fn silence_is_said() {
        assert_eq!(explain(""), "It ended without saying why");
    }
}
