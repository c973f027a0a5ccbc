//! Markers as `packaging` writes them, on one line.

use std::fmt;

use crate::{Marker, MarkerTerm, MarkerValue, MarkerVariable, normalize_name};

/// Variables in their modern spelling, texts in double quotes, extras and groups in their normal form.
impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (markers, connective) = match self {
            Self::Or(markers) => (markers, " or "),
            Self::And(markers) => (markers, " and "),
            Self::Compare { left, operator, right, .. } => {
                write_term(f, left, right)?;
                write!(f, " {} ", operator.text())?;
                return write_term(f, right, left);
            }
        };
        for (index, marker) in markers.iter().enumerate() {
            if index > 0 {
                f.write_str(connective)?;
            }
            match marker {
                Self::Or(_) | Self::And(_) => write!(f, "({marker})")?,
                Self::Compare { .. } => write!(f, "{marker}")?,
            }
        }
        Ok(())
    }
}

fn write_term(f: &mut fmt::Formatter<'_>, term: &MarkerTerm, other: &MarkerTerm) -> fmt::Result {
    let text = match &term.value {
        MarkerValue::Variable(variable) => return f.write_str(variable.name()),
        MarkerValue::Literal(text) => text,
    };
    let names = MarkerValue::Variable(MarkerVariable::Extra);
    let is_name = other.value == names
        || matches!(
            other.value,
            MarkerValue::Variable(MarkerVariable::Extras | MarkerVariable::DependencyGroups)
        );
    let text = if is_name { normalize_name(text) } else { text.to_string() };
    let quote = if text.contains('"') { '\'' } else { '"' };
    write!(f, "{quote}{text}{quote}")
}
