//! Whether a text is nested so deeply that its tree would need more stack than there is.
//!
//! The parser itself takes as much stack as it needs, however much that is; those who walk over its tree or give it
//! back do not. Python takes 100 blocks and 200 brackets within each other.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Mode;
use ruff_python_parser::lexer::lex;

/// How deep a tree may be. Sums and chains of calls are as deep as they are long, and some files have long ones.
const DEEPEST: usize = 2_000;

/// Whether the tree of `text` can be deeper than is good.
pub(super) fn is_too_deep(text: &str) -> bool {
    may_be_deep(text) && is_deep(text)
}

/// A quick look that says yes too often: between two lines with which statements begin for sure, no tree is deeper than
/// there are words and signs.
fn may_be_deep(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut count, mut is_joined) = (0, 0, false);
    while at < bytes.len() {
        let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length);
        let line = &bytes[at..end];
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        if !is_joined && begins_statement(&line[indent..]) {
            count = 0;
        }
        let mut was_word = false;
        for byte in line {
            let is_word = is_part_of_word(*byte);
            let is_sign = !is_word & !matches!(byte, b' ' | b'\t');
            count += usize::from(is_sign | (is_word & !was_word));
            was_word = is_word;
        }
        if count + indent > DEEPEST {
            return true;
        }
        is_joined = line.last() == Some(&b'\\');
        at = end + 1;
    }
    false
}

fn is_part_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | (byte == b'_') | !byte.is_ascii()
}

/// Statements that no expression goes on with, so that the parser ends whatever is open before them.
fn begins_statement(line: &[u8]) -> bool {
    [&b"def "[..], b"class ", b"import ", b"return ", b"while ", b"with ", b"try:", b"raise ", b"pass"]
        .iter()
        .any(|word| line.starts_with(word))
}

/// Counts with the tokens. Within a bracket every sign between two commas is taken for one level more.
fn is_deep(text: &str) -> bool {
    let mut lexer = lex(text, Mode::Module);
    let mut open = vec![Open { close: TokenKind::EndOfFile, signs: 0, lasting: 0 }];
    let (mut depth, mut blocks, mut is_first) = (0, 0, true);
    loop {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            return false;
        }
        let starts_anew = kind == TokenKind::Newline || (is_first && is_statement(kind));
        is_first = match kind {
            TokenKind::Newline | TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent => true,
            TokenKind::Comment => is_first,
            _ => false,
        };
        if starts_anew {
            open.truncate(1);
            open[0] = Open { close: TokenKind::EndOfFile, signs: 0, lasting: 0 };
            depth = 0;
        }
        let last = open.len() - 1;
        match kind {
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = usize::saturating_sub(blocks, 1),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                open[last].signs += 1;
                depth += 1;
                let close = match kind {
                    TokenKind::Lpar => TokenKind::Rpar,
                    TokenKind::Lsqb => TokenKind::Rsqb,
                    _ => TokenKind::Rbrace,
                };
                open.push(Open { close, signs: 0, lasting: 0 });
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                // The parser passes over those that close nothing.
                if open[last].close == kind && last > 0 {
                    depth -= open[last].signs;
                    open.pop();
                }
            }
            TokenKind::Comma => {
                depth -= open[last].signs - open[last].lasting;
                open[last].signs = open[last].lasting;
            }
            TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
            | TokenKind::TStringMiddle
            | TokenKind::TStringEnd
            | TokenKind::IpyEscapeCommand
            | TokenKind::Comment
            | TokenKind::Newline
            | TokenKind::NonLogicalNewline
            | TokenKind::Colon
            | TokenKind::None
            | TokenKind::True
            | TokenKind::False
            | TokenKind::And
            | TokenKind::Or => {}
            kind => {
                depth += 1;
                open[last].signs += 1;
                // The commas of its parameters part nothing.
                if kind == TokenKind::Lambda {
                    open[last].lasting = open[last].signs;
                }
            }
        }
        if depth + blocks > DEEPEST {
            return true;
        }
    }
}

/// A bracket that is open.
struct Open {
    close: TokenKind,
    /// How many levels deep what stands in it may be here.
    signs: usize,
    /// How many of these a comma does not end.
    lasting: usize,
}

fn is_statement(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Def
            | TokenKind::Class
            | TokenKind::Import
            | TokenKind::Return
            | TokenKind::While
            | TokenKind::With
            | TokenKind::Try
            | TokenKind::Raise
            | TokenKind::Pass
    )
}
