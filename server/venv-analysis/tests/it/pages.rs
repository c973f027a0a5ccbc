//! Every rule's page is a test: its examples fire as they say, the quiet ones do not.

use test_support::fixture::Fixture;
use venv_analysis::RULES;

#[test]
fn every_page_has_its_sections() {
    for rule in RULES {
        let title = format!("# {}\n", rule.code);
        assert!(rule.page.starts_with(&title), "the page of {} starts with its code", rule.code);
        let severity = format!("Default severity: {}\n", rule.severity.as_str());
        let sections =
            [&*severity, "## What it does\n", "## Why is this a problem?\n", "## Example\n", "## Quiet\n"];
        for section in sections {
            assert!(rule.page.contains(section), "the page of {} has {section:?}", rule.code);
        }
    }
}

#[test]
fn examples_fire_and_quiet_ones_do_not() {
    for rule in RULES {
        let (examples, quiet) = rule.page.split_once("## Quiet").expect("the sections are checked elsewhere");
        let examples = fixtures(examples);
        assert!(!examples.is_empty(), "the page of {} has an example", rule.code);
        for example in &examples {
            let fixture = check(rule.code, example);
            let fires = fixture.marks.iter().any(|mark| mark.contains(&format!("[{}]", rule.code)));
            assert!(fires, "the example of {} marks it:\n{example}", rule.code);
        }
        let quiet = fixtures(quiet);
        assert!(!quiet.is_empty(), "the page of {} has a quiet example", rule.code);
        for example in &quiet {
            let fixture = check(rule.code, example);
            assert!(fixture.marks.is_empty(), "a quiet example has no marks:\n{example}");
        }
    }
}

/// The findings of the rule are exactly the marks. `*` in a mark stands for any message.
fn check(code: &str, example: &str) -> Fixture {
    let fixture = Fixture::parse(example);
    let found: Vec<String> =
        fixture.findings().into_iter().filter(|finding| finding.contains(&format!("[{code}]"))).collect();
    let agree = found.len() == fixture.marks.len()
        && found.iter().zip(&fixture.marks).all(|(found, mark)| match mark.strip_suffix('*') {
            Some(start) => found.starts_with(start),
            None => found == mark,
        });
    assert!(agree, "{code} in\n{example}\nfound  {found:#?}\nmarked {:#?}", fixture.marks);
    fixture
}

fn fixtures(markdown: &str) -> Vec<&str> {
    let blocks = markdown.split("```fixture\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default()).collect()
}
