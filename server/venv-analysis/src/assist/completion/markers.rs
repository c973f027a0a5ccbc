//! What can stand in a marker.

use venv_syntax::MarkerVariable;

use crate::assist::marker_words::{VARIABLES, is_version, text_of, usual_values, value_of};

use super::items::Writer;
use super::{Completion, CompletionKind};

impl Writer<'_> {
    pub(super) fn marker_variables(&self) -> Vec<Completion> {
        let markers = self.context.chosen().map(|chosen| &chosen.environment.markers);
        let item = |variable: MarkerVariable| {
            let value = markers.and_then(|markers| value_of(variable, markers));
            Completion {
                detail: value.map(crate::words::plain),
                documentation: Some(text_of(variable).to_owned()),
                ..self.item(variable.name(), CompletionKind::MarkerVariable)
            }
        };
        VARIABLES.into_iter().map(item).collect()
    }

    pub(super) fn marker_operators(&self) -> Vec<Completion> {
        let operators = ["==", "!=", ">=", "<=", ">", "<", "~=", "in", "not in"];
        operators.into_iter().map(|operator| self.item(operator, CompletionKind::Operator)).collect()
    }

    /// `quote` is the one that was typed.
    pub(super) fn marker_values(&self, variable: MarkerVariable, quote: Option<char>) -> Vec<Completion> {
        let quote = match (quote, self.quote) {
            (Some(typed), around) if around != Some(typed) => typed,
            (Some(_) | None, Some('"')) => '\'',
            (Some(_) | None, Some(_) | None) => '"',
        };
        let markers = self.context.chosen().map(|chosen| &chosen.environment.markers);
        let here = markers.and_then(|markers| value_of(variable, markers));
        let usual = usual_values(variable).iter().copied().filter(|usual| Some(*usual) != here);
        // The newest Python is the likeliest.
        let usual: Vec<&str> = if is_version(variable) { usual.rev().collect() } else { usual.collect() };
        let is_safe = |value: &&str| {
            value.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '\\' | ';' | '#'))
        };
        here.into_iter()
            .chain(usual)
            .filter(is_safe)
            .map(|value| Completion {
                detail: (Some(value) == here).then(|| "this environment".to_owned()),
                ..self.item(&format!("{quote}{value}{quote}"), CompletionKind::MarkerValue)
            })
            .collect()
    }

    pub(super) fn connectives(&self) -> Vec<Completion> {
        ["and", "or"].into_iter().map(|word| self.item(word, CompletionKind::Operator)).collect()
    }
}
