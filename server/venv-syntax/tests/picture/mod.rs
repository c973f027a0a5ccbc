//! Errors as pictures: the line, what is under the carets, what is wrong, and the text after the fix.

use venv_syntax::{SyntaxError, parse_requirements_txt};

/// One picture for every logical line of `text` that has an error.
pub(crate) fn pictures(text: &str) -> String {
    let mut out = String::new();
    for line in parse_requirements_txt(text).lines {
        let start = line.start as usize;
        let source = &text[start..start + line.tree.len as usize];
        for error in &line.tree.errors {
            picture(&mut out, source, error);
        }
    }
    out
}

pub(crate) fn picture(out: &mut String, source: &str, error: &SyntaxError) {
    let shown = |text: &str| text.replace('\n', "⏎").replace('\t', "→");
    let before = source[..error.span.start as usize].chars().count();
    let under = error.span.slice(source).chars().count().max(1);
    out.push_str(&format!("{}\n", shown(source)));
    out.push_str(&format!("{}{} {}\n", " ".repeat(before), "^".repeat(under), error.message));
    if let Some(fix) = &error.fix {
        let mut fixed = source.to_owned();
        fixed.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.text);
        out.push_str(&format!("  {}: {}\n", fix.title, shown(&fixed)));
    }
}
