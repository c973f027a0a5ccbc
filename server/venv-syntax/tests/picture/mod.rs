//! Errors as pictures: the line, what is under the carets, what is wrong, and the text after the fix.

use venv_syntax::SyntaxError;

/// The line `source` with what is wrong in it.
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
