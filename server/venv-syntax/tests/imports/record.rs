//! What was read, in a short form.

use venv_syntax::{
    AttemptRole, Condition, Import, ImportForm, ImportPlace, Imports, InstallCommand, LineKind, Notebook,
    Reading, RequirementTarget, Span, Suppression, parse_cell_imports, parse_imports,
};

/// One line for each import: the module, then in `[]` what is imported from it, then where it stands.
pub(crate) fn short(text: &str) -> String {
    let found = parse_imports(text);
    check(text, &found);
    written(&found)
}

/// The same of a cell of a notebook, with what it installs.
pub(crate) fn short_cell(text: &str) -> String {
    let found = parse_cell_imports(text);
    check(text, &found);
    let installs: String = found.installs.iter().map(|command| short_install(text, command) + "\n").collect();
    written(&found) + &installs
}

fn written(found: &Imports) -> String {
    let mut out = match found.reading {
        Reading::Whole => String::new(),
        Reading::Broken | Reading::TooDeep | Reading::OtherLanguage => format!("({:?})\n", found.reading),
    };
    for import in &found.imports {
        out.push_str(&short_import(import));
        out.push('\n');
    }
    out
}

pub(crate) fn short_import(import: &Import) -> String {
    let form = match import.form {
        ImportForm::Import => "import ",
        ImportForm::From => "from ",
        ImportForm::Call => "call ",
        ImportForm::OrSkip => "or-skip ",
    };
    let mut out = format!("{form}{}{}", ".".repeat(import.level as usize), import.module);
    if import.form == ImportForm::From {
        let names: Vec<&str> = import.names.iter().map(|name| &*name.name).collect();
        out.push_str(&format!(" [{}]", names.join(", ")));
    }
    out + &short_place(&import.place) + &import.suppressions.iter().map(short_suppression).collect::<String>()
}

fn short_place(place: &ImportPlace) -> String {
    let mut out = String::new();
    for (is, word) in [
        (place.in_function, " function"),
        (place.in_class, " class"),
        (place.is_type_checking, " type-checking"),
    ] {
        out.push_str(if is { word } else { "" });
    }
    for condition in &place.conditions {
        out.push_str(&format!(" if {}", short_condition(condition)));
    }
    for attempt in &place.attempts {
        let role = match attempt.role {
            AttemptRole::Guarded => "guarded",
            AttemptRole::Fallback => "fallback",
        };
        out.push_str(&format!(" {role} {} ({:?})", attempt.number, attempt.fallback));
    }
    out
}

pub(crate) fn short_condition(condition: &Condition) -> String {
    let list = |conditions: &[Condition], word: &str| {
        let conditions: Vec<_> = conditions.iter().map(short_condition).collect();
        format!("({})", conditions.join(word))
    };
    match condition {
        Condition::TypeChecking => "type-checking".to_owned(),
        Condition::Version { parts, order, version } => {
            let parts = parts.map_or(String::new(), |parts| format!("[:{parts}]"));
            format!("version{parts} {order:?} {version:?}")
        }
        Condition::Platform { variable, test, values } => format!("{variable:?} {test:?} {values:?}"),
        Condition::Not(condition) => format!("not {}", short_condition(condition)),
        Condition::All(conditions) => list(conditions, " and "),
        Condition::Any(conditions) => list(conditions, " or "),
        Condition::Unknown => "?".to_owned(),
    }
}

pub(crate) fn short_suppression(comment: &Suppression) -> String {
    format!(" {:?}({})", comment.kind, comment.codes.join(" "))
}

pub(crate) fn short_install(text: &str, command: &InstallCommand) -> String {
    let mut out = format!("{:?} `{}`:", command.installer, command.span.slice(text).escape_debug());
    for requirement in &command.requirements {
        let kind = match &requirement.line.tree.kind {
            LineKind::Requirement(line) => match &line.target {
                RequirementTarget::Named(requirement) => format!("{}", requirement.name.normalized),
                RequirementTarget::Location { .. } => "location".to_owned(),
            },
            LineKind::Invalid => "?".to_owned(),
            LineKind::Blank => "blank".to_owned(),
            LineKind::Options(_) => "options".to_owned(),
        };
        out.push_str(&format!(" {}={kind}", requirement.text));
        out.push_str(&"!".repeat(requirement.line.tree.errors.len()));
    }
    for option in &command.options {
        let value = option.value.as_ref().map_or(String::new(), |value| format!("={value}"));
        out.push_str(&format!(" ({}{value})", option.name));
    }
    out
}

/// Panics unless everything that was found lies where it says.
#[track_caller]
pub(crate) fn check(text: &str, found: &Imports) {
    check_spans(text, found);
    for import in &found.imports {
        let written = import.span.slice(text);
        if import.form != ImportForm::Import && import.form != ImportForm::From {
            continue;
        }
        // Blanks, comments and `\` may stand between the parts; letters may be written in more than one way,
        // and a cell may ask for help about what it imports.
        if written.is_ascii()
            && !written.contains(|c: char| c.is_whitespace() || matches!(c, '\\' | '#' | '?'))
        {
            let expected = format!("{}{}", ".".repeat(import.level as usize), import.module);
            assert_eq!(written.trim_end_matches('.'), expected.trim_end_matches('.'), "{text:?}");
        }
    }
}

/// The same without what is written there, which a notebook writes in another way.
#[track_caller]
pub(crate) fn check_spans(text: &str, found: &Imports) {
    let slices = |span: Span| {
        let range = span.start as usize..span.end as usize;
        assert!(text.get(range).is_some(), "{span:?} is not a span of {text:?}");
    };
    for import in &found.imports {
        slices(import.span);
        slices(import.statement);
        let is_within = |span: Span| import.statement.start <= span.start && span.end <= import.statement.end;
        assert!(is_within(import.span), "{import:?} in {text:?}");
        assert!(!import.module.is_empty() || import.level > 0, "{import:?} in {text:?}");
        assert!(!import.module.starts_with('.') && !import.module.ends_with('.'), "{import:?} in {text:?}");
        for name in &import.names {
            slices(name.span);
            assert!(is_within(name.span) && !name.name.is_empty(), "{import:?} in {text:?}");
        }
        for comment in &import.suppressions {
            slices(comment.span);
            assert!(comment.span.slice(text).starts_with('#'), "{comment:?} in {text:?}");
        }
    }
    assert!(found.imports.is_sorted_by_key(|import| import.span), "{text:?}");
    found.search_paths.iter().for_each(|change| slices(change.span));
    found.suppressions.iter().for_each(|comment| slices(comment.span));
    for command in &found.installs {
        slices(command.span);
        let within = |span: Span| {
            slices(span);
            assert!(
                command.span.start <= span.start && span.end <= command.span.end,
                "{command:?} in {text:?}"
            );
        };
        command.options.iter().for_each(|option| within(option.span));
        for requirement in &command.requirements {
            within(requirement.extent);
            let start = requirement.line.start;
            within(Span::new(start, start + requirement.line.tree.len));
            requirement.line.tree.errors.iter().for_each(|error| within(error.span.shift(start)));
        }
    }
}

/// Panics unless everything in the notebook lies where it says.
#[track_caller]
pub(crate) fn check_notebook(text: &str, notebook: &Notebook) {
    for cell in &notebook.cells {
        assert!(text.get(cell.source.start as usize..cell.source.end as usize).is_some());
        check_spans(text, &cell.imports);
        for import in &cell.imports.imports {
            assert!(cell.source.start < import.span.start && import.span.end < cell.source.end);
        }
    }
    assert!(notebook.cells.is_sorted_by_key(|cell| cell.source));
}
