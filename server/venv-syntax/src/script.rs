//! Python scripts that say what they need: inline script metadata (PEP 723).
//!
//! ```text
//! block   = "# /// " name newline content+ "# ///"
//! content = ("#" | "# " anything) newline
//! ```
//!
//! A block goes to the *last* `# ///` that nothing but such lines lead to, as the regular expression of the PEP has
//! it; what looks like the start of another block within it is part of it.

use memchr::memmem::Finder;

use crate::cursor::{offset, span};
use crate::declarations::Builder;
use crate::pyproject::{read_bounds, read_sources};
use crate::source_map::SourceMap;
use crate::{Declarations, Demand, SectionKind, Span, SyntaxError, toml};

/// Reads the `# /// script` block of a Python file, if it has one. Never fails.
pub fn parse_script(text: &str) -> Declarations {
    let mut builder = Builder::default();
    let mut read = false;
    for block in blocks(text) {
        match block {
            Block::Unclosed { opening, behind } => builder.found.errors.push(unclosed(text, opening, behind)),
            Block::Closed { opening, .. } if read => {
                let message = "there can be only one `# /// script` block: put everything into the first one";
                builder.error(opening, message);
            }
            Block::Closed { content, .. } => {
                read = true;
                read_block(text, content, &mut builder);
            }
        }
    }
    builder.finish().with_fitting_quotes(text)
}

/// A block of the type `script`.
enum Block {
    Closed {
        opening: Span,
        /// From the line behind the opening to the line that closes the block.
        content: std::ops::Range<usize>,
    },
    Unclosed {
        opening: Span,
        /// Where the first line begins that cannot be part of it.
        behind: usize,
    },
}

fn blocks(text: &str) -> Vec<Block> {
    const MARK: &str = "# /// ";
    let finder = Finder::new(MARK);
    let mut blocks = Vec::new();
    let mut from = 0;
    let mut dead_until = 0;
    while let Some(at) = finder.find(&text.as_bytes()[from..]) {
        let start = from + at;
        let line = line_at(text, start);
        from = start + MARK.len();
        let kind = &line.content[MARK.len()..];
        let is_opening = (start == 0 || matches!(text.as_bytes()[start - 1], b'\n' | b'\r'))
            && !kind.is_empty()
            && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_opening {
            continue;
        }
        let opening = span(start, start + line.content.len());
        // Nothing closes the blocks that begin further down among the same lines either.
        if start >= dead_until {
            let run = comment_lines(text, line.next);
            dead_until = run.end;
            if let Some(closing) = run.closing.filter(|closing| *closing > line.next) {
                if kind == "script" {
                    blocks.push(Block::Closed { opening, content: line.next..closing });
                }
                (from, dead_until) = (closing, closing);
                continue;
            }
        }
        if kind == "script" {
            blocks.push(Block::Unclosed { opening, behind: dead_until });
            from = dead_until;
        }
    }
    blocks
}

/// A line, without its ending.
struct TextLine<'t> {
    content: &'t str,
    next: usize,
}

/// Python takes `\r` alone for a line ending too.
fn line_at(text: &str, start: usize) -> TextLine<'_> {
    let rest = &text[start..];
    let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
    let ending = if rest[end..].starts_with("\r\n") { 2 } else { usize::from(end < rest.len()) };
    TextLine { content: &rest[..end], next: start + end + ending }
}

/// Lines that can be the content of a block.
struct CommentLines {
    /// Where the last of those begins that can close it.
    closing: Option<usize>,
    end: usize,
}

fn comment_lines(text: &str, start: usize) -> CommentLines {
    let mut lines = CommentLines { closing: None, end: start };
    while lines.end < text.len() {
        let line = line_at(text, lines.end);
        if line.content == "# ///" {
            lines.closing = Some(lines.end);
        }
        if line.content != "#" && !line.content.starts_with("# ") {
            break;
        }
        lines.end = line.next;
    }
    lines
}

fn unclosed(text: &str, opening: Span, behind: usize) -> SyntaxError {
    let next = line_at(text, behind).content;
    if let Some(rest) = next.strip_prefix('#')
        && !rest.starts_with('#')
    {
        let at = span(behind, behind + next.len());
        let message = "every line of a script block begins with `# `: put a space behind the `#`";
        let space = Span::empty(offset(behind + 1));
        return SyntaxError::requirement(at, message).fixed_by(space, " ", "Put a space behind `#`");
    }
    let message = "this block is never closed: write `# ///` on a line of its own behind its last line";
    SyntaxError::requirement(opening, message)
}

fn read_block(text: &str, content: std::ops::Range<usize>, builder: &mut Builder) {
    let mut metadata = String::with_capacity(content.len());
    let mut map = SourceMap::default();
    let mut start = content.start;
    while start < content.end {
        let line = line_at(text, start);
        let prefix = if line.content.starts_with("# ") { 2 } else { 1 };
        let (from, to) = (start + prefix, start + line.content.len());
        metadata.push_str(&text[from..to]);
        map.push(to - from, from..to);
        metadata.push('\n');
        map.push(1, to..line.next);
        start = line.next;
    }
    let document = toml::parse(&metadata, &map);
    builder.found.errors.extend(document.errors);
    if let Some(dependencies) = document.root.entry("dependencies") {
        builder.list((SectionKind::Dependencies, Demand::Always), "script", None, dependencies);
    }
    if let Some(python) = document.root.entry("requires-python") {
        builder.requires_python("script.requires-python", python);
    }
    if let Some(uv) = document.root.table(&["tool", "uv"]) {
        read_bounds(uv, builder);
        read_sources(uv, builder);
    }
}
