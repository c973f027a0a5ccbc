//! `${NAME}`: what pip replaces in a line by what the environment of its process says. Names are of upper case letters,
//! digits and `_`.

/// Where the first variable is.
pub(super) fn variable(text: &str) -> Option<usize> {
    name_from(text, 0).map(|(start, _)| start)
}

/// `text`, the content of a logical line, with every variable replaced that `value` knows; `None` where it knows none.
/// As for pip, an empty value is none.
pub fn expand_variables(text: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut expanded = String::new();
    let mut kept = 0;
    let mut from = 0;
    while let Some((start, end)) = name_from(text, from) {
        from = end;
        if let Some(value) = value(&text[start + 2..end - 1]).filter(|value| !value.is_empty()) {
            expanded.push_str(&text[kept..start]);
            expanded.push_str(&value);
            kept = end;
        }
    }
    if kept == 0 {
        return None;
    }
    expanded.push_str(&text[kept..]);
    Some(expanded)
}

/// Where the first variable behind `from` begins and ends.
fn name_from(text: &str, from: usize) -> Option<(usize, usize)> {
    memchr::memmem::find_iter(&text.as_bytes()[from..], b"${").find_map(|at| {
        let start = from + at;
        let name = &text.as_bytes()[start + 2..];
        let is_part = |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_';
        let length = name.iter().take_while(is_part).count();
        (length > 0 && name.get(length) == Some(&b'}')).then_some((start, start + length + 3))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_are_known_are_replaced() {
        let value = |name: &str| match name {
            "A_1" => Some("x".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        for (text, expanded) in [
            ("six==${A_1}", Some("six==x")),
            ("${A_1}${B}${A_1}é", Some("x${B}xé")),
            ("${${A_1}}", Some("${x}")),
            ("${EMPTY} ${B} ${a} $A_1 %A_1% ${}", None),
        ] {
            assert_eq!(expand_variables(text, value).as_deref(), expanded, "{text}");
        }
        assert_eq!(variable("é${a}${B}"), Some(6));
        assert_eq!(variable("${a"), None);
    }
}
