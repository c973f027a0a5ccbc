//! What the expressions of a module mean, where that can be told without running it.
//!
//! A list is one of literals: what else is in it is left alone, because what is written out is asked for in any case.
//! A name means what it was assigned, once and at the top of the module, unless something may be taken from it later.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

use crate::Span;
use crate::cursor::span;
use crate::mapped_text::MappedText;

use super::strings::meaning;
use super::tokens::{Token, TokenKind, tokens};

/// Names that stand for names that stand for names: lists that hold themselves end here.
const DEEPEST: usize = 16;

/// How often names are looked up. Sums of names of sums of names grow fast.
const MOST_NAMES: usize = 10_000;

/// A module as tokens.
pub(super) struct Module<'t> {
    text: &'t str,
    pub(super) tokens: Vec<Token>,
    names: HashMap<&'t str, Name>,
    looked_up: Cell<usize>,
}

/// Indices of tokens.
pub(super) type Expression = Range<usize>;

/// A string in a list.
pub(super) struct Item {
    pub(super) text: MappedText,
    /// With its quotes.
    pub(super) extent: Span,
}

/// What is known of a name.
enum Name {
    /// It was assigned once, by the statement whose first token it is.
    Once { target: usize, value: Expression, augmented: bool },
    /// Anything.
    Unknown,
}

impl<'t> Module<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut module = Self { text, tokens: tokens(text), names: HashMap::new(), looked_up: Cell::new(0) };
        module.assignments();
        module.uses();
        module
    }

    pub(super) fn is(&self, index: usize, wanted: &str) -> bool {
        self.tokens.get(index).is_some_and(|token| token.is(self.text, wanted))
    }

    pub(super) fn is_kind(&self, index: usize, kind: TokenKind) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == kind)
    }

    /// The arguments of a call, or the elements of a list, whose bracket opens at `open`.
    pub(super) fn elements(&self, open: usize) -> Vec<Expression> {
        self.split(open + 1..self.tokens[open].close, ",")
    }

    /// `name=value` as an argument.
    pub(super) fn keyword(&self, argument: &Expression) -> Option<(usize, Expression)> {
        let keyword = self.is_kind(argument.start, TokenKind::Name)
            && argument.len() > 2
            && self.is_kind(argument.start + 1, TokenKind::Assign);
        keyword.then(|| (argument.start, argument.start + 2..argument.end))
    }

    /// The place of an expression, without blanks.
    pub(super) fn span(&self, expression: &Expression) -> Span {
        match (self.tokens.get(expression.start), expression.end.checked_sub(1)) {
            (Some(first), Some(last)) if last >= expression.start => span(first.start, self.tokens[last].end),
            _ => Span::default(),
        }
    }

    /// If the expression is a name, the place of the name where it is assigned, and of the whole assignment.
    pub(super) fn assigned(&self, expression: &Expression) -> Option<(Span, Span)> {
        let Some(Name::Once { target, value, .. }) = self.name(expression) else { return None };
        Some((self.tokens[*target].span(), self.span(&(*target..value.end))))
    }

    /// Strings behind one another, in parentheses or not, or a name that stands for them.
    pub(super) fn string(&self, expression: &Expression) -> Option<MappedText> {
        if let Some(Name::Once { value, augmented: false, .. }) = self.name(expression) {
            return self.literal(value);
        }
        self.literal(expression)
    }

    /// The strings of a list, of the sum of lists, or of a name that stands for them.
    pub(super) fn items(&self, expression: &Expression) -> Vec<Item> {
        let mut items = Vec::new();
        self.collect(expression, DEEPEST, &mut items);
        items
    }

    /// The keys of a dictionary with where they are, and their values.
    pub(super) fn entries(&self, expression: &Expression) -> Vec<(MappedText, Expression)> {
        let mut entries = Vec::new();
        self.collect_entries(expression, DEEPEST, &mut entries);
        entries
    }

    fn name(&self, expression: &Expression) -> Option<&Name> {
        let name = expression.len() == 1 && self.is_kind(expression.start, TokenKind::Name);
        if !name || self.looked_up.get() == MOST_NAMES {
            return None;
        }
        self.looked_up.update(|count| count + 1);
        self.names.get(self.tokens[expression.start].text(self.text))
    }

    fn literal(&self, expression: &Expression) -> Option<MappedText> {
        let mut inner = expression.clone();
        while self.is_group(&inner, "(") {
            inner = inner.start + 1..self.tokens[inner.start].close;
        }
        if inner.is_empty() {
            return None;
        }
        let mut whole = MappedText::default();
        for token in &self.tokens[inner] {
            if token.kind != TokenKind::Text {
                return None;
            }
            whole.append(&meaning(self.text, token.start, token.end)?);
        }
        Some(whole)
    }

    fn collect(&self, expression: &Expression, depth: usize, items: &mut Vec<Item>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if let Some(text) = self.literal(expression) {
            items.push(Item { text, extent: self.span(expression) });
            return;
        }
        if self.is_conditional(expression) {
            return;
        }
        let terms = self.split(expression.clone(), "+");
        if terms.len() > 1 {
            // The sum of strings is a string, of which a part may not be known.
            if !terms.iter().any(|term| self.string(term).is_some()) {
                for term in terms {
                    self.collect(&term, depth, items);
                }
            }
        } else if let Some(Name::Once { value, .. }) = self.name(expression) {
            self.collect(value, depth, items);
        } else if self.is_group(expression, "[") || self.is_group(expression, "(") {
            // Lists within lists are one list to setuptools.
            for element in self.elements(expression.start) {
                let starred = usize::from(self.is(element.start, "*"));
                self.collect(&(element.start + starred..element.end), depth, items);
            }
        }
    }

    fn collect_entries(
        &self,
        expression: &Expression,
        depth: usize,
        entries: &mut Vec<(MappedText, Expression)>,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if let Some(Name::Once { value, .. }) = self.name(expression) {
            self.collect_entries(value, depth, entries);
        } else if self.is_group(expression, "{") {
            for entry in self.elements(expression.start) {
                if self.is(entry.start, "*") && self.is(entry.start + 1, "*") {
                    self.collect_entries(&(entry.start + 2..entry.end), depth, entries);
                    continue;
                }
                let key_end = self.split(entry.clone(), ":").first().map_or(entry.end, |key| key.end);
                if key_end < entry.end
                    && let Some(key) = self.literal(&(entry.start..key_end))
                {
                    entries.push((key, key_end + 1..entry.end));
                }
            }
        } else if expression.len() > 2
            && self.is(expression.start, "dict")
            && self.is_group(&(expression.start + 1..expression.end), "(")
        {
            for argument in self.elements(expression.start + 1) {
                if let Some((key, value)) = self.keyword(&argument) {
                    let token = &self.tokens[key];
                    entries.push((MappedText::plain(self.text, token.start..token.end), value));
                }
            }
        }
    }

    /// Whether the expression is one pair of brackets with what is in it. The second bracket may be missing.
    pub(super) fn is_group(&self, expression: &Expression, bracket: &str) -> bool {
        !expression.is_empty()
            && self.is_kind(expression.start, TokenKind::Open)
            && self.is(expression.start, bracket)
            && self.tokens[expression.start].close + 1 >= expression.end
    }

    /// Whether there is something in it, outside of brackets, that binds less than `+`, or is no list in any case.
    fn is_conditional(&self, expression: &Expression) -> bool {
        self.outside(expression.clone()).any(|index| {
            let token = &self.tokens[index];
            match token.kind {
                TokenKind::Name => matches!(
                    token.text(self.text),
                    "if" | "else" | "or" | "and" | "not" | "for" | "lambda" | "in" | "is" | "await"
                ),
                TokenKind::Other => !matches!(token.text(self.text), "+" | "." | ","),
                TokenKind::Assign => true,
                TokenKind::Text | TokenKind::Open | TokenKind::Close | TokenKind::NewLine => false,
            }
        })
    }

    /// The tokens of a range that are in no brackets within it, opening brackets included.
    fn outside(&self, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let mut at = range.start;
        std::iter::from_fn(move || {
            let index = at;
            if index >= range.end {
                return None;
            }
            let token = &self.tokens[index];
            at = if token.kind == TokenKind::Open { token.close.max(index) + 1 } else { index + 1 };
            Some(index)
        })
    }

    /// The parts of a range between separators that are in no brackets. Empty ones are left out.
    fn split(&self, range: Range<usize>, separator: &str) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        for index in self.outside(range.clone()) {
            if self.is_kind(index, TokenKind::Other) && self.is(index, separator) {
                parts.push(start..index);
                start = index + 1;
            }
        }
        parts.push(start..range.end);
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Finds what names are assigned.
    fn assignments(&mut self) {
        let mut start = 0;
        while start < self.tokens.len() {
            let end = self.outside(start..self.tokens.len()).find(|at| self.is_kind(*at, TokenKind::NewLine));
            let end = end.unwrap_or(self.tokens.len());
            self.statement(start..end);
            start = end + 1;
        }
    }

    fn statement(&mut self, statement: Range<usize>) {
        let text = self.text;
        let equals: Vec<_> =
            self.outside(statement.clone()).filter(|at| self.is_kind(*at, TokenKind::Assign)).collect();
        let Some(last) = equals.last().copied() else { return };
        let first = statement.start;
        let alone = last == first + 1
            || (self.is(first + 1, ":")
                && !matches!(self.tokens[first].text(text), "else" | "try" | "finally"));
        let line_start = |at: usize| at == 0 || matches!(text.as_bytes()[at - 1], b'\n' | b'\r');
        if alone
            && equals.len() == 1
            && self.is_kind(first, TokenKind::Name)
            && line_start(self.tokens[first].start)
            && !self.names.contains_key(self.tokens[first].text(text))
        {
            let once = Name::Once { target: first, value: last + 1..statement.end, augmented: false };
            self.names.insert(self.tokens[first].text(text), once);
            return;
        }
        // `extras["all"] = …` takes nothing away.
        if last == first + 4 && self.is(first + 1, "[") && self.is_kind(first + 2, TokenKind::Text) {
            return;
        }
        let targets: Vec<_> = (first..last).filter(|at| self.is_kind(*at, TokenKind::Name)).collect();
        for target in targets {
            self.forget(target);
        }
    }

    /// Finds what else may change what names stand for.
    fn uses(&mut self) {
        let text = self.text;
        for at in 0..self.tokens.len() {
            if !self.is_kind(at, TokenKind::Name) {
                continue;
            }
            match self.tokens[at].text(text) {
                "def" | "class" => {
                    self.forget(at + 1);
                    if self.is(at + 2, "(") {
                        for parameter in at + 3..self.tokens[at + 2].close {
                            self.forget(parameter);
                        }
                    }
                }
                "for" => {
                    let mut name = at + 1;
                    while name < self.tokens.len() && !self.is(name, "in") && name < at + 20 {
                        self.forget(name);
                        name += 1;
                    }
                }
                "import" | "del" => {
                    let mut name = at + 1;
                    while name < self.tokens.len() && !self.is_kind(name, TokenKind::NewLine) {
                        self.forget(name);
                        name += 1;
                    }
                }
                "as" => self.forget(at + 1),
                _ if self.is(at + 1, ":=") => self.forget(at),
                _ if self.is(at + 1, "+=") => {
                    if let Some(Name::Once { augmented, .. }) = self.names.get_mut(self.tokens[at].text(text))
                    {
                        *augmented = true;
                    }
                }
                _ if self.is(at + 1, ".")
                    && ["remove", "pop", "clear"].iter().any(|method| self.is(at + 2, method))
                    && self.is(at + 3, "(") =>
                {
                    self.forget(at);
                }
                _ => {}
            }
        }
    }

    fn forget(&mut self, token: usize) {
        if self.is_kind(token, TokenKind::Name) {
            self.names.insert(self.tokens[token].text(self.text), Name::Unknown);
        }
    }
}
