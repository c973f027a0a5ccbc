//! `.netrc`: who one is at which host, as `curl`, `git` and pip read it.

/// Name and password at `host`, or of the `default` that follows.
pub(crate) fn credentials(text: &str, host: &str) -> Option<(String, String)> {
    let mut words =
        text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(str::split_whitespace);
    let (mut is_meant, mut login, mut password) = (false, None, None);
    loop {
        let word = words.next();
        if matches!(word, None | Some("machine" | "default")) {
            if let (true, Some(password)) = (is_meant, password.take()) {
                return Some((login.take().unwrap_or_default(), password));
            }
            login = None;
        }
        match word? {
            "machine" => is_meant = words.next()?.eq_ignore_ascii_case(host),
            "default" => is_meant = true,
            "login" | "user" => login = words.next().map(unquoted),
            "password" => password = words.next().map(unquoted),
            "account" => drop(words.next()),
            _ => {}
        }
    }
}

fn unquoted(word: &str) -> String {
    word.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_that_is_named_counts_then_the_default() {
        let text = "# mine\nmachine a.test login me password one\nmachine b.test\n  password \"two\"\ndefault login x password y\n";
        let said = |host| credentials(text, host).map(|(name, password)| format!("{name}:{password}"));
        assert_eq!(said("A.test").as_deref(), Some("me:one"));
        assert_eq!(said("b.test").as_deref(), Some(":two"));
        assert_eq!(said("c.test").as_deref(), Some("x:y"));
        assert_eq!(credentials("machine a.test login me", "a.test"), None);
        assert_eq!(credentials("machine", "a.test"), None);
    }
}
