//! A check that builds on the one before it finds what a check from nothing finds.

use test_support::fixture::Fixture;
use venv_analysis::{Checked, Context, Manifest, check};

const FACTS: &str = "#- env /p/.venv python=3.12.1 six==1.17.0 flask==3.0.0 requests==2.32.0\n\
                     #- metadata requests==2.32.0 extra=socks requires-socks=PySocks\n";

const LINES: [&str; 16] = [
    "six",
    "six==1.17.0",
    "six<1",
    "Six >= 2",
    "six; python_version < '3'",
    "six; python_version < '3'  # again",
    "six[x]",
    "flask>2,<1",
    "flask==2.0",
    "requests[socks]",
    "requests[sox]",
    "sklearn",
    "json",
    "# note",
    "-r base.txt",
    "./path",
];

/// Numbers that look like any others, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % limit
    }
}

#[test]
fn edits_lead_to_what_a_first_look_finds() {
    let fixture = Fixture::parse(&format!(
        "{FACTS}#- /p/requirements.txt\n-r base.txt\n#- /p/base.txt\nsix==1.16.0\nflask\nrequests[socks]\n"
    ));
    let mut dice = Dice(7);
    for _ in 0..60 {
        let mut lines: Vec<&str> = (0..dice.below(12)).map(|_| LINES[dice.below(LINES.len())]).collect();
        let text = |lines: &[&str]| -> std::sync::Arc<str> { (lines.join("\n") + "\n").into() };
        let mut shown = lines.join("\n");
        let mut manifest = Manifest::parse("/p/requirements.txt".into(), text(&lines));
        let mut checked = Checked::new(&Context { manifest: &manifest, ..fixture.context() });
        for _ in 0..25 {
            let at = dice.below(lines.len() + 1);
            match dice.below(3) {
                0 if at < lines.len() => {
                    lines.remove(at);
                }
                1 if at < lines.len() => lines[at] = LINES[dice.below(LINES.len())],
                _ => lines.insert(at, LINES[dice.below(LINES.len())]),
            }
            let before = std::mem::replace(&mut shown, lines.join("\n"));
            let next = manifest.with_text(text(&lines));
            let context = Context { manifest: &next, ..fixture.context() };
            checked = Checked::again(&context, &checked);
            assert_eq!(checked.found, check(&context), "{before}\n--- became\n{shown}");
            manifest = next;
        }
    }
}
