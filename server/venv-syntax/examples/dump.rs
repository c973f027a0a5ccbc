//! Prints what is read from requirements files, one record per logical line that is not blank, with tabs
//! between the columns: file, line, kind, name, specifiers, extras, location, whether there is a marker,
//! options, errors.
//!
//! `cargo run -p venv-syntax --example dump FILE…`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for the terminal")]

use venv_syntax::{LineKind, Name, OptionItem, RequirementTarget};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let text = match venv_syntax::decode(&std::fs::read(&path)?) {
            Ok(text) => text,
            Err(error) => {
                println!("{path}\t0\terror\t\t\t\t\t\t\t{error}");
                continue;
            }
        };
        for line in venv_syntax::parse_requirements_txt(&text).lines {
            let before = &text[..line.start as usize];
            let number = 1 + before.matches('\n').count() + before.replace("\r\n", "").matches('\r').count();
            let source = &text[before.len()..before.len() + line.tree.len as usize];
            let names = |names: &[Name]| names.iter().map(|n| &*n.text).collect::<Vec<_>>().join(",");
            let options = |options: &[OptionItem]| {
                let one = |option: &OptionItem| {
                    let value = option.value.as_ref().map_or("", |value| &value.text);
                    format!("{:?}={value}", option.kind)
                };
                options.iter().map(one).collect::<Vec<_>>().join(" ")
            };
            let columns = match &line.tree.kind {
                LineKind::Blank if line.tree.errors.is_empty() => continue,
                LineKind::Blank => {
                    ["blank".to_owned(), String::new(), String::new(), String::new()].join("\t") + "\t\t\t"
                }
                LineKind::Invalid => "invalid\t\t\t\t\t\t".to_owned(),
                LineKind::Options(items) => format!("option\t\t\t\t\t\t{}", options(items)),
                LineKind::Requirement(line) => match &line.target {
                    RequirementTarget::Named(requirement) => format!(
                        "requirement\t{}\t{}\t{}\t{}\t{}\t{}",
                        requirement.name.normalized,
                        requirement
                            .specifiers
                            .iter()
                            .map(|s| s.span.slice(source))
                            .collect::<Vec<_>>()
                            .join(","),
                        names(&requirement.extras),
                        requirement.url.as_ref().map_or("", |url| &url.text),
                        requirement.marker.is_some(),
                        options(&line.options),
                    ),
                    RequirementTarget::Location { location, name, extras, marker, .. } => format!(
                        "requirement\t{}\t\t{}\t{}\t{}\t{}",
                        name.as_ref().map_or("", |name| &name.normalized),
                        names(extras),
                        location.text,
                        marker.is_some(),
                        options(&line.options),
                    ),
                },
            };
            let errors: Vec<_> =
                line.tree.errors.iter().map(|e| format!("{:?} {}", e.span, e.message)).collect();
            println!("{path}\t{number}\t{columns}\t{}", errors.join(" | "));
        }
    }
    Ok(())
}
