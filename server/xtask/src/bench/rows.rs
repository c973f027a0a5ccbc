//! What is told of the visits to the server and to the floor, and the goals.

use std::time::Duration;

use super::material::File;
use super::table::{Beside, Goal, Row, Unit, quantile};
use super::visit::Visit;
use super::{count, milliseconds};

/// Rows under one title.
pub(super) type Group = (&'static str, Vec<Row>);

/// The visits with one file, one for each round.
pub(super) struct Visits {
    pub(super) file: File,
    pub(super) ours: Vec<Visit>,
    pub(super) floor: Vec<Visit>,
}

const FLOOR: &str = "floor";

pub(super) fn server_groups(visits: &[Visits; 4]) -> Vec<Group> {
    let [lines20, lines200, lines10000, hashes10000] = visits;
    let open = |visits: &Visits, limit: f64| {
        let what =
            format!("{}: {} findings", visits.file.title(), visits.ours.first().map_or(0, |v| v.findings));
        visits.row(&what, Goal::AtMost(limit), |visit| Some(visit.open))
    };
    let edit = |visits: &Visits, p50: f64, p99: f64| {
        let title = visits.file.title();
        let part = |part: f64| {
            move |visit: &Visit| {
                let times: Vec<f64> = visit.edits.iter().copied().map(milliseconds).collect();
                quantile(&times, part).map(|value| Duration::from_secs_f64(value / 1e3))
            }
        };
        let goal = |limit: f64| if limit > 0.0 { Goal::AtMost(limit) } else { Goal::None };
        [
            visits.row(&format!("{title}: p50"), goal(p50), part(0.5)),
            visits.row(&format!("{title}: p99"), goal(p99), part(0.99)),
        ]
    };
    let cpu = |visits: &Visits, goal: Goal| {
        let what = format!("{}: processor time", visits.file.title());
        visits.row(&what, goal, |visit| visit.cpu_per_edit)
    };
    let mut edits: Vec<Row> = Vec::new();
    edits.extend(edit(lines20, 0.0, 1.0));
    edits.extend(edit(lines200, 0.0, 2.0));
    edits.extend(edit(lines10000, 5.0, 10.0));
    edits.push(cpu(lines10000, Goal::AtMost(4.0)));
    let mut beside_floor = edit(lines10000, 0.0, 0.0);
    for row in &mut beside_floor {
        row.goal = Goal::TimesAtMost(3.0);
        row.what.push_str(", as a ratio");
    }
    edits.extend(beside_floor);
    edits.extend(edit(hashes10000, 5.0, 10.0));
    edits.push(cpu(hashes10000, Goal::AtMost(4.0)));

    vec![
        (
            "Start and end",
            vec![
                lines20
                    .row("initialize answered after the start", Goal::AtMost(10.0), |v| Some(v.initialize)),
                lines20.row("ended after the end of its input", Goal::AtMost(1_000.0), |v| Some(v.end)),
            ],
        ),
        (
            "Open: first diagnostics, 447 distributions not yet read",
            vec![open(lines20, 15.0), open(lines200, 15.0), open(lines10000, 30.0), open(hashes10000, 30.0)],
        ),
        ("Type: an edit to its diagnostics", edits),
        ("Type: 30 edits, 5 ms apart; the last one to its diagnostics", burst_rows(visits)),
        ("Beside typing", beside_typing(lines20, lines10000)),
    ]
}

fn burst_rows(visits: &[Visits; 4]) -> Vec<Row> {
    let mut rows = Vec::new();
    for visited in visits {
        let title = visited.file.title();
        let single = visited.ours.iter().map(|visit| {
            let times: Vec<f64> = visit.rested_edits.iter().copied().map(milliseconds).collect();
            quantile(&times, 0.5).unwrap_or(0.0)
        });
        rows.push(Row {
            what: title.to_owned(),
            unit: Unit::Milliseconds,
            ours: visited.ours.iter().map(|visit| milliseconds(visit.burst)).collect(),
            goal: Goal::TimesAtMost(2.0),
            beside: Some(Beside { name: "a single edit", values: single.collect() }),
        });
    }
    let publications = visits[2].ours.iter().map(|visit| count(visit.burst_publications as u64));
    rows.push(Row {
        what: "10,000 lines: publications".to_owned(),
        unit: Unit::Count,
        ours: publications.collect(),
        goal: Goal::None,
        beside: None,
    });
    rows
}

fn beside_typing(lines20: &Visits, lines10000: &Visits) -> Vec<Row> {
    let slowest = |visit: &Visit| {
        let times: Vec<f64> = visit.actions.iter().copied().map(milliseconds).collect();
        quantile(&times, 0.99).map(|value| Duration::from_secs_f64(value / 1e3))
    };
    let memory = |visits: &Visits, limit: f64| Row {
        what: format!("memory, {}", visits.file.title()),
        unit: Unit::Megabytes,
        ours: megabytes(&visits.ours),
        goal: Goal::AtMost(limit),
        beside: Some(Beside { name: FLOOR, values: megabytes(&visits.floor) }),
    };
    vec![
        lines20.row("code actions, 20 lines: p99", Goal::AtMost(5.0), slowest),
        lines10000.row("code actions, 10,000 lines: p99", Goal::AtMost(5.0), slowest),
        lines20.row("installed on the disk: seen after", Goal::AtMost(120.0), |visit| visit.installed),
        memory(lines20, 20.0),
        memory(lines10000, 30.0),
        lines20.row("processor time in 8 s of nothing", Goal::AtMost(0.5), |visit| visit.idle_cpu),
    ]
}

impl Visits {
    /// A row of times; beside the floor where the floor was seen doing it.
    fn row(&self, what: &str, goal: Goal, time: impl Fn(&Visit) -> Option<Duration>) -> Row {
        let values =
            |visits: &[Visit]| visits.iter().filter_map(&time).map(milliseconds).collect::<Vec<f64>>();
        let floor = values(&self.floor);
        Row {
            what: what.to_owned(),
            unit: Unit::Milliseconds,
            ours: values(&self.ours),
            goal,
            beside: (!floor.is_empty()).then_some(Beside { name: FLOOR, values: floor }),
        }
    }
}

fn megabytes(visits: &[Visit]) -> Vec<f64> {
    visits.iter().filter_map(|visit| visit.resident).map(|bytes| count(bytes) / 1e6).collect()
}
