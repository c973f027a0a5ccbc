//! Prints what is read from files of every format but pip's own, which their names tell, with tabs between the columns: file, line, kind, section, demand, name, specifiers, extras, URL, whether there is a marker,
//! the text for pip, errors.
//!
//! `cargo run -p venv-syntax --example declarations FILE…`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for the terminal")]

use venv_syntax::{
    Declarations, LineKind, Name, RequirementTarget, SyntaxError, decode, parse_conda_environment,
    parse_pipfile, parse_pylock, parse_pyproject, parse_script, parse_setup_cfg, parse_setup_py,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let text = match decode(&std::fs::read(&path)?) {
            Ok(text) => text,
            Err(error) => {
                println!("{path}\t0\terror\t\t\t\t\t\t\t\t\t{error}");
                continue;
            }
        };
        let declarations = parse(&path, &text);
        let line_of = |offset: u32| text[..offset as usize].matches('\n').count() + 1;
        for error in &declarations.errors {
            println!("{path}\t{}\terror\t\t\t\t\t\t\t\t\t{}", line_of(error.span.start), error.message);
        }
        for section in &declarations.sections {
            let includes: Vec<&str> = section.includes.iter().map(|include| &*include.name.text).collect();
            println!(
                "{path}\t{}\tsection\t{}\t{:?}\t\t\t\t\t\t{}\t",
                line_of(section.head.start),
                section.path,
                section.demand,
                includes.join(" ")
            );
        }
        for file in &declarations.files {
            let section = &declarations.sections[file.section].path;
            println!("{path}\t{}\tfile\t{section}\t\t{}\t\t\t\t\t\t", line_of(file.span.start), file.path);
        }
        for python in &declarations.requires_python {
            let value = python.span.slice(&text);
            println!(
                "{path}\t{}\tpython\t{}\t\t{value}\t\t\t\t\t\t",
                line_of(python.span.start),
                python.path
            );
        }
        for declared in &declarations.declared {
            let line = &declared.line;
            let source = &text[line.start as usize..][..line.tree.len as usize];
            let section = &declarations.sections[declared.section];
            let names = |names: &[Name]| names.iter().map(|n| &*n.text).collect::<Vec<_>>().join(",");
            let what = match &line.tree.kind {
                LineKind::Blank => "blank\t\t\t\t\t".to_owned(),
                LineKind::Invalid => "invalid\t\t\t\t\t".to_owned(),
                LineKind::Options(_) => "option\t\t\t\t\t".to_owned(),
                LineKind::Requirement(requirement) => match &requirement.target {
                    RequirementTarget::Named(requirement) => {
                        let specifiers = requirement.specifiers.iter().map(|s| s.span.slice(source));
                        format!(
                            "{}\t{}\t{}\t{}\t{}",
                            requirement.name.normalized,
                            specifiers.collect::<Vec<_>>().join(","),
                            names(&requirement.extras),
                            requirement.url.as_ref().map_or("", |url| &url.text),
                            requirement.marker.is_some(),
                        )
                    }
                    RequirementTarget::Location { location, name, extras, marker, .. } => format!(
                        "{}\t\t{}\t{}\t{}",
                        name.as_ref().map_or("", |name| &name.normalized),
                        names(extras),
                        location.text,
                        marker.is_some(),
                    ),
                },
            };
            let say = |error: &SyntaxError| format!("{:?} {}", error.span, error.message);
            let errors: Vec<String> = line.tree.errors.iter().map(say).collect();
            println!(
                "{path}\t{}\trequirement\t{}\t{:?}\t{what}\t{}\t{}",
                line_of(declared.extent.start),
                section.path,
                section.demand,
                declared.text.replace(['\t', '\n', '\r'], " "),
                errors.join(" | ")
            );
        }
    }
    Ok(())
}

fn parse(path: &str, text: &str) -> Declarations {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    match name {
        "setup.cfg" => parse_setup_cfg(text),
        "setup.py" => parse_setup_py(text),
        "Pipfile" => parse_pipfile(text),
        _ if name.starts_with("pylock.") => parse_pylock(text),
        _ if name.ends_with(".toml") => parse_pyproject(text),
        _ if name.ends_with(".yml") || name.ends_with(".yaml") => parse_conda_environment(text),
        _ => parse_script(text),
    }
}
