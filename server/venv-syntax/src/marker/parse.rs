//! From the text behind a `;` to a [`Marker`], by recursive descent with a bounded depth.

use super::literal::unescaped;
use crate::cursor::{Cursor, span};
use crate::excerpt;
use crate::{Marker, MarkerOperator, MarkerTerm, MarkerValue, MarkerVariable, Span, SyntaxError};

/// Parentheses within parentheses. Python itself gives up somewhat later; nobody writes ten.
const DEEPEST: usize = 200;

/// Reads a marker from `start` to the end of `text`. `None` when an error was found from which there is no
/// way on; then `errors` has it.
pub(crate) fn parse_marker(text: &str, start: usize, errors: &mut Vec<SyntaxError>) -> Option<Marker> {
    let mut parser = Parser { cursor: Cursor::new(text, start), errors, depth: 0 };
    let marker = parser.disjunction()?;
    parser.cursor.skip_blanks();
    if !parser.cursor.at_end() {
        parser.unexpected_rest();
    }
    Some(marker)
}

struct Parser<'t, 'e> {
    cursor: Cursor<'t>,
    errors: &'e mut Vec<SyntaxError>,
    depth: usize,
}

/// One side of a comparison as read, before it is known what the other side is.
enum Side {
    Term(MarkerValue),
    /// A word that is no variable.
    Bare,
}

impl Parser<'_, '_> {
    fn disjunction(&mut self) -> Option<Marker> {
        let mut markers = vec![self.conjunction()?];
        while self.connective("or", "|") {
            markers.push(self.conjunction()?);
        }
        Some(if markers.len() == 1 { markers.remove(0) } else { Marker::Or(markers) })
    }

    fn conjunction(&mut self) -> Option<Marker> {
        let mut markers = vec![self.atom()?];
        while self.connective("and", "&") {
            markers.push(self.atom()?);
        }
        Some(if markers.len() == 1 { markers.remove(0) } else { Marker::And(markers) })
    }

    fn atom(&mut self) -> Option<Marker> {
        self.cursor.skip_blanks();
        let open = self.cursor.position;
        if !self.cursor.eat(b'(') {
            return self.comparison();
        }
        if self.depth == DEEPEST {
            let message = format!("the marker has more than {DEEPEST} parentheses within one another");
            self.errors.push(SyntaxError::requirement(span(open, open + 1), message));
            return None;
        }
        self.depth += 1;
        let marker = self.disjunction()?;
        self.depth -= 1;
        self.cursor.skip_blanks();
        if self.cursor.eat(b')') {
            return Some(marker);
        }
        let error = SyntaxError::requirement(span(open, open + 1), "this `(` has no matching `)`");
        if self.cursor.at_end() {
            let end = Span::empty(crate::cursor::offset(self.cursor.position));
            self.errors.push(error.fixed_by(end, ")", "Add the missing `)`"));
            Some(marker)
        } else {
            self.errors.push(error);
            None
        }
    }

    fn comparison(&mut self) -> Option<Marker> {
        let start = self.cursor.position;
        let (left, left_span) = self.side()?;
        let (operator, operator_span) = self.operator()?;
        let (right, right_span) = self.side()?;
        let end = self.cursor.position;
        let (left, right) = match (left, right) {
            (Side::Term(left), Side::Term(right)) => (left, right),
            (Side::Term(left @ MarkerValue::Variable(_)), Side::Bare) => (left, self.unquoted(right_span)),
            (Side::Bare, Side::Term(right @ MarkerValue::Variable(_))) => (self.unquoted(left_span), right),
            (Side::Bare, Side::Term(MarkerValue::Literal(_)) | Side::Bare) => {
                self.unknown_variable(left_span);
                return None;
            }
            (Side::Term(MarkerValue::Literal(_)), Side::Bare) => {
                self.unknown_variable(right_span);
                return None;
            }
        };
        self.cursor.skip_blanks();
        if self.cursor.peek().is_some_and(is_operator_byte) {
            let at = self.cursor.position;
            self.cursor.skip_while(is_operator_byte);
            let message = "comparisons cannot be chained: join two of them with `and`";
            self.errors.push(SyntaxError::requirement(self.cursor.span_from(at), message));
            return None;
        }
        let left = MarkerTerm { span: left_span, value: left };
        let right = MarkerTerm { span: right_span, value: right };
        Some(Marker::Compare { span: span(start, end), left, operator, operator_span, right })
    }

    /// Reads `wanted`, which is `and` or `or`, also as other languages write it.
    fn connective(&mut self, wanted: &str, symbol: &str) -> bool {
        self.cursor.skip_blanks();
        let start = self.cursor.position;
        let rest = self.cursor.rest();
        let foreign = rest.starts_with(symbol);
        if foreign {
            let symbol = symbol.as_bytes()[0];
            self.cursor.skip_while(|byte| byte == symbol);
        } else if rest.get(..wanted.len()).is_some_and(|word| word.eq_ignore_ascii_case(wanted))
            && !rest[wanted.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
        {
            self.cursor.position += wanted.len();
        } else {
            return false;
        }
        let found = self.cursor.span_from(start);
        if foreign || !rest.starts_with(wanted) {
            let written = found.slice(self.cursor.text);
            let message = format!("markers are joined with `{wanted}`, not `{written}`");
            let title = format!("Replace `{written}` with `{wanted}`");
            self.errors.push(SyntaxError::requirement(found, message).fixed_by(found, wanted, title));
        }
        true
    }

    fn side(&mut self) -> Option<(Side, Span)> {
        self.cursor.skip_blanks();
        let start = self.cursor.position;
        let rest = self.cursor.rest();
        match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => match memchr::memchr(quote as u8, &rest.as_bytes()[1..]) {
                Some(length) => {
                    self.cursor.position += length + 2;
                    let found = self.cursor.span_from(start);
                    self.literal(&rest[1..=length], found)
                }
                None => {
                    let wrong = span(start, self.cursor.text.len());
                    self.errors
                        .push(SyntaxError::requirement(wrong, format!("this `{quote}` is never closed")));
                    None
                }
            },
            Some(quote @ ('“' | '”' | '„' | '‘' | '’' | '‚' | '`')) => self.typographic(quote),
            Some(_) => {
                self.cursor.skip_until(|byte| {
                    byte.is_ascii_whitespace() || is_operator_byte(byte) || b"()'\",;".contains(&byte)
                });
                let word = self.cursor.span_from(start);
                self.word(word)
            }
            None => self.word(Span::empty(crate::cursor::offset(start))),
        }
    }

    /// The text between two quotes, in which Python's escapes mean what they do in Python.
    fn literal(&mut self, written: &str, found: Span) -> Option<(Side, Span)> {
        match unescaped(written) {
            Ok(text) => Some((Side::Term(MarkerValue::Literal(text.into())), found)),
            Err(why) => {
                self.errors.push(SyntaxError::requirement(found, why));
                None
            }
        }
    }

    fn word(&mut self, found: Span) -> Option<(Side, Span)> {
        let word = found.slice(self.cursor.text);
        if let Some(variable) = MarkerVariable::named(word) {
            return Some((Side::Term(MarkerValue::Variable(variable)), found));
        }
        let lower = word.to_ascii_lowercase();
        if let Some(variable) = MarkerVariable::named(&lower) {
            let message = format!("marker variables are written in lower case: `{lower}`");
            let title = format!("Replace `{word}` with `{lower}`");
            self.errors.push(SyntaxError::requirement(found, message).fixed_by(found, lower, title));
            return Some((Side::Term(MarkerValue::Variable(variable)), found));
        }
        if word.is_empty() || matches!(word, "and" | "or" | "in" | "not") {
            let wrong = if word.is_empty() { self.next_character(found) } else { found };
            let message = "a marker variable such as `python_version` or a quoted text is missing here";
            self.errors.push(SyntaxError::requirement(wrong, message));
            return None;
        }
        Some((Side::Bare, found))
    }

    /// A text between the quotation marks of a word processor.
    fn typographic(&mut self, quote: char) -> Option<(Side, Span)> {
        let start = self.cursor.position;
        let inner = start + quote.len_utf8();
        let close = self.cursor.text[inner..]
            .char_indices()
            .find(|(_, c)| matches!(c, '“' | '”' | '‘' | '’' | '`' | '"' | '\''));
        let Some((length, close)) = close else {
            let wrong = span(start, self.cursor.text.len());
            self.errors.push(SyntaxError::requirement(wrong, format!("this `{quote}` is never closed")));
            return None;
        };
        let literal = &self.cursor.text[inner..inner + length];
        self.cursor.position = inner + length + close.len_utf8();
        let found = self.cursor.span_from(start);
        self.errors.push(
            SyntaxError::requirement(found, format!("write straight quotes: `\"{}\"`", excerpt(literal)))
                .fixed_by(found, format!("\"{literal}\""), "Replace with straight quotes"),
        );
        Some((Side::Term(MarkerValue::Literal(literal.into())), found))
    }

    fn operator(&mut self) -> Option<(MarkerOperator, Span)> {
        self.cursor.skip_blanks();
        let start = self.cursor.position;
        let operator = self.operator_at(start)?;
        Some((operator, self.cursor.span_from(start)))
    }

    fn operator_at(&mut self, start: usize) -> Option<MarkerOperator> {
        if self.cursor.peek().is_some_and(is_operator_byte) {
            self.cursor.skip_while(is_operator_byte);
            let found = self.cursor.span_from(start);
            return self.symbol(found);
        }
        self.cursor.skip_while(|byte| byte.is_ascii_alphabetic());
        let word = &self.cursor.text[start..self.cursor.position];
        match word {
            "in" => return Some(MarkerOperator::In),
            "not" => {
                let before = self.cursor.position;
                self.cursor.skip_blanks();
                let separated = self.cursor.position > before;
                let rest = self.cursor.rest();
                if separated
                    && rest.starts_with("in")
                    && !rest[2..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
                {
                    self.cursor.position += 2;
                    return Some(MarkerOperator::NotIn);
                }
                let message = "`not` must be followed by `in`";
                self.errors.push(SyntaxError::requirement(span(start, before), message));
                return None;
            }
            _ => {}
        }
        let found = self.cursor.span_from(start);
        let error = |right: &str| {
            let message = format!("markers compare with `{right}`, not `{word}`");
            let title = format!("Replace `{word}` with `{right}`");
            SyntaxError::requirement(found, message).fixed_by(found, right, title)
        };
        match word {
            "IN" | "In" => {
                self.errors.push(error("in"));
                Some(MarkerOperator::In)
            }
            "is" => {
                self.errors.push(error("=="));
                Some(MarkerOperator::Equal)
            }
            _ => {
                let wrong = if found.is_empty() { self.next_character(found) } else { found };
                let message = "a comparison is missing here: one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `in`, `not in`";
                self.errors.push(SyntaxError::requirement(wrong, message));
                None
            }
        }
    }

    fn symbol(&mut self, found: Span) -> Option<MarkerOperator> {
        let written = found.slice(self.cursor.text);
        let (operator, right) = match written {
            "==" => return Some(MarkerOperator::Equal),
            "!=" => return Some(MarkerOperator::NotEqual),
            "<" => return Some(MarkerOperator::Less),
            "<=" => return Some(MarkerOperator::LessEqual),
            ">" => return Some(MarkerOperator::Greater),
            ">=" => return Some(MarkerOperator::GreaterEqual),
            "~=" => return Some(MarkerOperator::Compatible),
            "===" => return Some(MarkerOperator::Identical),
            "=" => (MarkerOperator::Equal, "=="),
            "=>" => (MarkerOperator::GreaterEqual, ">="),
            "=<" => (MarkerOperator::LessEqual, "<="),
            "<>" | "!" | "!==" => (MarkerOperator::NotEqual, "!="),
            "~" => (MarkerOperator::Compatible, "~="),
            _ => {
                let message = format!("`{written}` is not a comparison that markers know");
                self.errors.push(SyntaxError::requirement(found, message));
                return None;
            }
        };
        let message = format!("markers compare with `{right}`, not `{written}`");
        let title = format!("Replace `{written}` with `{right}`");
        self.errors.push(SyntaxError::requirement(found, message).fixed_by(found, right, title));
        Some(operator)
    }

    /// The other side is a variable, so that this can only be a text that lacks its quotes.
    fn unquoted(&mut self, found: Span) -> MarkerValue {
        let word = found.slice(self.cursor.text);
        let quoted = format!("\"{word}\"");
        let message = format!("values in markers need quotes: `{}`", excerpt(&quoted));
        let title = format!("Replace `{word}` with `{quoted}`");
        self.errors.push(SyntaxError::requirement(found, message).fixed_by(found, quoted, title));
        MarkerValue::Literal(word.into())
    }

    fn unknown_variable(&mut self, found: Span) {
        let word = found.slice(self.cursor.text);
        let message = match word.to_ascii_lowercase().as_str() {
            "python" | "py_version" | "pyversion" | "python_ver" | "version" => {
                format!("`{word}` is not a marker variable: did you mean `python_version`?")
            }
            "platform" | "sys" | "system" | "os_platform" => {
                format!(
                    "`{word}` is not a marker variable: did you mean `sys_platform` or `platform_system`?"
                )
            }
            "os" | "os_type" => format!("`{word}` is not a marker variable: did you mean `os_name`?"),
            "machine" | "arch" | "architecture" => {
                format!("`{word}` is not a marker variable: did you mean `platform_machine`?")
            }
            _ => format!(
                "`{}` is not a marker variable such as `python_version` or `sys_platform`",
                excerpt(word)
            ),
        };
        self.errors.push(SyntaxError::requirement(found, message));
    }

    fn unexpected_rest(&mut self) {
        let start = self.cursor.position;
        let end = start + self.cursor.rest().trim_end().len();
        let message = match self.cursor.peek() {
            Some(b',') => "markers are joined with `and` or `or`, not `,`".to_owned(),
            Some(b';') => "a requirement has one `;` only: join markers with `and`".to_owned(),
            Some(b')') => "this `)` has no matching `(`".to_owned(),
            Some(b'#') => {
                let found = span(start, end);
                let error = SyntaxError::requirement(found, "a comment needs a space before its `#`");
                let at = Span::empty(crate::cursor::offset(start));
                self.errors.push(error.fixed_by(at, "  ", "Put a space before `#`"));
                return;
            }
            Some(_) | None => {
                format!("`{}` is not expected after the marker", excerpt(&self.cursor.text[start..end]))
            }
        };
        self.errors.push(SyntaxError::requirement(span(start, end), message));
    }

    /// The character at an empty span, so that there is something to underline; the last one at the end.
    fn next_character(&self, at: Span) -> Span {
        let start = at.start as usize;
        match self.cursor.text[start..].chars().next() {
            Some(c) => span(start, start + c.len_utf8()),
            None => {
                let last = self.cursor.text[..start].trim_end();
                let length = last.chars().next_back().map_or(0, char::len_utf8);
                span(last.len() - length, last.len())
            }
        }
    }
}

fn is_operator_byte(byte: u8) -> bool {
    matches!(byte, b'<' | b'>' | b'=' | b'!' | b'~')
}
