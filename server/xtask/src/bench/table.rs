//! The one table: what was measured, its goal, what was measured beside it, and how they compare.

use serde_json::{Value, json};

use crate::terminal::{Style, Terminal, shortened};

/// One measurement.
pub(super) struct Row {
    pub(super) what: String,
    pub(super) unit: Unit,
    /// One value for each round, in the units of `unit`.
    pub(super) ours: Vec<f64>,
    pub(super) goal: Goal,
    pub(super) beside: Option<Beside>,
}

/// A peer or the floor, in the same rounds.
pub(super) struct Beside {
    pub(super) name: &'static str,
    pub(super) values: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Milliseconds,
    Megabytes,
    /// More is better.
    MegabytesPerSecond,
    /// A plain number.
    Count,
    /// One thing for another.
    Each,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal {
    AtMost(f64),
    /// So many times faster than what is beside it.
    TimesFaster(f64),
    /// At most so many times what is beside it.
    TimesAtMost(f64),
    /// Shown to be known.
    None,
}

const WHAT: usize = 37;
const OURS: usize = 9;
const GOAL: usize = 11;
const BESIDE: usize = 25;
const RATIO: usize = 6;

impl Row {
    /// The median over the rounds.
    pub(super) fn value(&self) -> Option<f64> {
        quantile(&self.ours, 0.5)
    }

    /// The median, over the rounds, of how many times faster ours is than what is beside it, where that is what the
    /// goal is about; elsewhere of how many times as much it takes.
    fn ratio(&self) -> Option<f64> {
        let beside = self.beside.as_ref()?;
        let ratios = self.ours.iter().zip(&beside.values).map(|(ours, beside)| match self.goal {
            Goal::TimesFaster(_) if self.unit == Unit::MegabytesPerSecond => ours / beside.max(1e-6),
            Goal::TimesFaster(_) => beside / ours.max(1e-6),
            Goal::AtMost(_) | Goal::TimesAtMost(_) | Goal::None => ours / beside.max(1e-6),
        });
        quantile(&ratios.collect::<Vec<_>>(), 0.5)
    }

    /// Whether the goal is met. `None`: there is none, or nothing was measured.
    pub(super) fn is_met(&self) -> Option<bool> {
        match self.goal {
            Goal::AtMost(limit) => self.value().map(|value| value <= limit),
            Goal::TimesFaster(times) => self.ratio().map(|ratio| ratio >= times),
            Goal::TimesAtMost(times) => self.ratio().map(|ratio| ratio <= times),
            Goal::None => None,
        }
    }

    fn line(&self, terminal: &Terminal) -> String {
        let ours = self.value().map_or_else(|| "-".to_owned(), |value| self.unit.shown(value));
        let beside = self.beside.as_ref().and_then(|beside| {
            let value = quantile(&beside.values, 0.5)?;
            Some(format!("{} {}", beside.name, self.unit.shown(value)))
        });
        let (verdict, style) = match self.is_met() {
            Some(true) => ("met", Style::Green),
            Some(false) => ("MISSED", Style::Red),
            None => ("", Style::Plain),
        };
        format!(
            "{:<WHAT$} {:>OURS$}  {:<GOAL$} {:<BESIDE$} {:>RATIO$} {}",
            shortened(&self.what, WHAT),
            ours,
            self.goal.shown(self.unit),
            beside.unwrap_or_default(),
            self.ratio().map(|ratio| format!("{}x", short(ratio))).unwrap_or_default(),
            terminal.paint(style, verdict),
        )
    }

    fn as_json(&self) -> Value {
        let goal = match self.goal {
            Goal::AtMost(limit) => json!({ "at_most": limit }),
            Goal::TimesFaster(times) => json!({ "times_faster": times }),
            Goal::TimesAtMost(times) => json!({ "times_at_most": times }),
            Goal::None => Value::Null,
        };
        let beside = self.beside.as_ref().map(|beside| {
            json!({ "name": beside.name, "median": quantile(&beside.values, 0.5), "rounds": beside.values })
        });
        json!({
            "what": self.what,
            "unit": self.unit.name(),
            "median": self.value(),
            "rounds": self.ours,
            "goal": goal,
            "met": self.is_met(),
            "beside": beside,
            "ratio": self.ratio(),
        })
    }
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Unit::Milliseconds => "ms",
            Unit::Megabytes => "MB",
            Unit::MegabytesPerSecond => "MB/s",
            Unit::Count | Unit::Each => "",
        }
    }

    fn shown(self, value: f64) -> String {
        let number = match self {
            Unit::Count => format!("{value:.0}"),
            Unit::Milliseconds | Unit::Megabytes | Unit::MegabytesPerSecond | Unit::Each => short(value),
        };
        format!("{number} {}", self.name()).trim_end().to_owned()
    }
}

impl Goal {
    fn shown(self, unit: Unit) -> String {
        match self {
            Goal::AtMost(limit) => format!("<= {} {}", limit, unit.name()).trim_end().to_owned(),
            Goal::TimesFaster(times) => format!("{times}x faster"),
            Goal::TimesAtMost(times) => format!("<= {times}x"),
            Goal::None => String::new(),
        }
    }
}

/// Writes the rows under the head of the table; an empty name sets a group apart.
pub(super) fn print(groups: &[(&str, Vec<Row>)], terminal: &Terminal) {
    let head = format!(
        "{:<WHAT$} {:>OURS$}  {:<GOAL$} {:<BESIDE$} {:>RATIO$} {}",
        "", "ours", "goal", "beside", "ratio", "",
    );
    terminal.line("");
    terminal.line(&terminal.paint(Style::Dim, head.trim_end()));
    for (title, rows) in groups {
        terminal.line(&terminal.paint(Style::Bold, title));
        for row in rows {
            terminal.line(row.line(terminal).trim_end());
        }
    }
}

pub(super) fn as_json(groups: &[(&str, Vec<Row>)]) -> Value {
    let rows = groups.iter().flat_map(|(title, rows)| {
        rows.iter().map(move |row| {
            let mut value = row.as_json();
            value["group"] = json!(title);
            value
        })
    });
    Value::Array(rows.collect())
}

/// The value below which this part of the values lies; the lower one of two.
pub(super) fn quantile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list of measurements is small and not negative"
    )]
    let at = (last as f64 * part) as usize;
    sorted.get(at).copied()
}

/// Three digits that matter.
fn short(value: f64) -> String {
    match value {
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Color;

    fn row(ours: &[f64], goal: Goal, beside: &[f64]) -> Row {
        let beside = Beside { name: "the floor", values: beside.to_vec() };
        Row { what: "x".into(), unit: Unit::Milliseconds, ours: ours.to_vec(), goal, beside: Some(beside) }
    }

    #[test]
    fn a_goal_is_held_against_the_medians() {
        assert_eq!(row(&[1.0, 2.0, 9.0], Goal::AtMost(2.0), &[]).is_met(), Some(true));
        assert_eq!(row(&[1.0, 3.0, 9.0], Goal::AtMost(2.0), &[]).is_met(), Some(false));
        // Rounds are compared in pairs: a slow one is slow for both.
        assert_eq!(row(&[1.0, 10.0], Goal::TimesFaster(5.0), &[5.0, 50.0]).is_met(), Some(true));
        assert_eq!(row(&[3.1, 3.1], Goal::TimesAtMost(3.0), &[1.0, 1.0]).is_met(), Some(false));
        assert_eq!(row(&[], Goal::AtMost(1.0), &[]).is_met(), None);
        // What is read in a second is more where it is faster.
        let mut rate = row(&[50.0, 5.0], Goal::TimesFaster(5.0), &[10.0, 1.0]);
        rate.unit = Unit::MegabytesPerSecond;
        assert_eq!(rate.is_met(), Some(true));
    }

    #[test]
    fn a_line_fits_into_a_hundred_columns() {
        let mut row = row(&[12_345.0], Goal::TimesFaster(100.0), &[123_456.0]);
        row.what = "a very long name of something that is measured".into();
        let line = row.line(&Terminal::new(Color::Never));
        assert!(line.chars().count() <= 100, "{line}");
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        assert_eq!(quantile(&[3.0, 1.0, 2.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[1.0, 2.0], 0.99), Some(1.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
