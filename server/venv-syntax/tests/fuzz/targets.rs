//! The readers, and what must hold for all that they read.

use venv_syntax::{
    Declarations, MarkerEnvironment, Version, decode as decode_bytes, evaluate, expand_variables,
    logical_text, parse_cell_imports, parse_conda_environment, parse_imports, parse_metadata, parse_notebook,
    parse_pipfile, parse_pylock, parse_pyproject, parse_requirement, parse_requirements_txt, parse_script,
    parse_setup_cfg, parse_setup_py, reparse_requirements_txt,
};

use super::dictionary;
use super::imports_record;
use super::record;
use super::run::Seed::{Corpus, Text};
use super::run::Target;
use super::spans;

pub(super) const TARGETS: &[Target] = &[
    Target {
        name: "requirements_txt",
        dictionary: dictionary::REQUIREMENTS,
        files: &[
            Corpus("broken.txt"),
            Corpus("continuations.txt"),
            Corpus("editable.txt"),
            Corpus("endings.txt"),
            Corpus("hashed.txt"),
            Corpus("markers.txt"),
            Corpus("mistakes.txt"),
            Corpus("nested.txt"),
            Corpus("options.txt"),
            Corpus("templates.txt"),
            Corpus("unicode.txt"),
        ],
        check: requirements_txt,
    },
    Target {
        name: "requirement",
        dictionary: dictionary::REQUIREMENTS,
        files: &[
            Text("Flask_SQLAlchemy [a, b.c] >= 1.0, != 1.5.*, <2!3.0rc1 ; os_name == 'nt'"),
            Text("six(==1.0+local.1,~=1.0.post2,===any-thing)"),
            Text("six @ git+https://user@e.example/six.git@v1#egg=six ; extra == 'x'"),
        ],
        check: requirement,
    },
    Target {
        name: "marker",
        dictionary: dictionary::MARKERS,
        files: &[
            Text("python_version >= '3.8' and (sys_platform == \"win32\" or 'linux' in sys_platform)"),
            Text("extra == 'docs' or 'test' not in extras and python_full_version ~= '3.8.1'"),
            Text("((os.name == 'a\\x41') and implementation_version === '3')"),
        ],
        check: marker,
    },
    Target {
        name: "decode",
        dictionary: dictionary::BYTES,
        files: &[
            Text("# -*- coding: latin-1 -*-\nsix\n"),
            Text("\u{feff}six\n# é\n"),
            Text("# vim: set fileencoding=cp1252 :\n# \u{80}\u{ff}\n"),
        ],
        check: decode,
    },
    Target {
        name: "pyproject",
        dictionary: dictionary::TOML,
        files: &[Text(include_str!("../formats/samples/pyproject.toml"))],
        check: |text| declarations(text, parse_pyproject),
    },
    Target {
        name: "script",
        dictionary: dictionary::PYTHON,
        files: &[Text(include_str!("../formats/samples/script.py"))],
        check: |text| declarations(text, parse_script),
    },
    Target {
        name: "pylock",
        dictionary: dictionary::TOML,
        files: &[Text(include_str!("../formats/samples/pylock.toml"))],
        check: |text| declarations(text, parse_pylock),
    },
    Target {
        name: "pipfile",
        dictionary: dictionary::TOML,
        files: &[Text(include_str!("../formats/samples/Pipfile"))],
        check: |text| declarations(text, parse_pipfile),
    },
    Target {
        name: "setup_cfg",
        dictionary: dictionary::INI,
        files: &[Text(include_str!("../formats/samples/setup.cfg"))],
        check: |text| declarations(text, parse_setup_cfg),
    },
    Target {
        name: "setup_py",
        dictionary: dictionary::PYTHON,
        files: &[Text(include_str!("../formats/samples/setup.py"))],
        check: |text| declarations(text, parse_setup_py),
    },
    Target {
        name: "conda_environment",
        dictionary: dictionary::YAML,
        files: &[Text(include_str!("../formats/samples/environment.yml"))],
        check: |text| declarations(text, parse_conda_environment),
    },
    Target {
        name: "imports",
        dictionary: dictionary::IMPORTS,
        files: &[Text(include_str!("../imports/samples/imports.py"))],
        check: imports,
    },
    Target {
        name: "cell",
        dictionary: dictionary::CELL,
        files: &[
            Text(include_str!("../imports/samples/cell.py")),
            Text(include_str!("../imports/samples/imports.py")),
        ],
        check: cell,
    },
    Target {
        name: "notebook",
        dictionary: dictionary::NOTEBOOK,
        files: &[Text(include_str!("../imports/samples/notebook.ipynb"))],
        check: notebook,
    },
    Target { name: "metadata", dictionary: dictionary::METADATA, files: &[Text(METADATA)], check: metadata },
];

const METADATA: &str = "\
Metadata-Version: 2.4
Name: Example
Version: 1.0.post1
Summary: What it is for
Home-page: https://example.example
Project-URL: Homepage, https://example.example/home
Requires-Python: >=3.8, !=3.9.*
Requires-Dist: six>=1.0
Requires-Dist: flask[async] (>=2,<4) ; extra == 'web'
Provides-Extra: web
License: MIT
        and more
        of it

# Example

Requires-Dist: none
";

fn requirements_txt(text: &str) {
    spans::check_text(text);
    let tree = parse_requirements_txt(text);
    assert_eq!(tree, parse_requirements_txt(text), "the same text is read in the same way");
    for line in &tree.lines {
        let start = line.start as usize;
        let source = &text[start..start + line.tree.len as usize];
        let joined = logical_text(source);
        // What a line says is what its text says on one line; a `\` at its end would join the next one.
        if !joined.ends_with('\\') && joined.len() < source.len() {
            assert!(parse_requirements_txt(&joined).lines.len() <= 1, "{source:?}");
        }
        let expanded = expand_variables(&joined, |name| Some(name.to_lowercase()));
        assert_eq!(expanded.is_some(), expand_variables(&joined, |_| Some("x".to_owned())).is_some());
    }
    // Reading again after an edit says what reading anew says: with each half lost, and doubled.
    let mut half = text.len() / 2;
    while !text.is_char_boundary(half) {
        half -= 1;
    }
    let (first, last) = text.split_at(half);
    for edited in [first.to_owned(), last.to_owned(), format!("{first}{text}"), format!("{first}\n{last}")] {
        let again = reparse_requirements_txt(&tree, text, &edited);
        assert_eq!(again, parse_requirements_txt(&edited), "from {text:?} to {edited:?}");
        assert_eq!(reparse_requirements_txt(&again, &edited, text), tree, "from {edited:?} to {text:?}");
    }
}

fn requirement(text: &str) {
    spans::check_requirement(text);
    let found = parse_requirement(text);
    assert_eq!(found, parse_requirement(text));
    for version in ["0", "1.0", "1.0rc1", "1.0.post2.dev3+local", "2!1", "18446744073709551615"] {
        let version: Version = version.parse().expect("a version");
        found.0.iter().for_each(|requirement| {
            requirement.allows(&version);
        });
    }
}

fn marker(text: &str) {
    let line = format!("six ; {text}");
    spans::check_requirement(&line);
    let (found, errors) = parse_requirement(&line);
    let Some(marker) = found.and_then(|requirement| requirement.marker) else {
        assert!(!errors.is_empty(), "{text:?}");
        return;
    };
    let known = MarkerEnvironment {
        python_version: Some("3.12".to_owned()),
        python_full_version: Some("3.12.1+".to_owned()),
        os_name: Some("posix".to_owned()),
        sys_platform: Some("linux".to_owned()),
        ..MarkerEnvironment::default()
    };
    for environment in [MarkerEnvironment::default(), known] {
        for extras in [&[][..], &["docs"], &["A_b", "c"]] {
            let verdict = evaluate(&marker, &environment, extras);
            assert_eq!(verdict, evaluate(&marker, &environment, extras));
        }
    }
    // What is written says the same, unless an escape stands for what cannot be written.
    let written = marker.to_string();
    if errors.is_empty() && !written.contains(['\\', '\n', '\r']) && !text.contains('\\') {
        let again =
            parse_requirement(&format!("six ; {written}")).0.and_then(|requirement| requirement.marker);
        assert_eq!(again.map(|marker| marker.to_string()), Some(written), "{text:?}");
    }
}

fn decode(text: &str) {
    // Every character up to `ÿ` is one byte, and every other one what it is in UTF-8.
    let mut bytes = Vec::new();
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend(c.to_string().bytes()),
        }
    }
    for bytes in [bytes.as_slice(), text.as_bytes()] {
        match decode_bytes(bytes) {
            Ok(found) => assert!(found.len() <= 3 * bytes.len()),
            Err(error) => assert!(error.offset <= bytes.len() && !error.message.is_empty()),
        }
    }
}

fn declarations(text: &str, parse: fn(&str) -> Declarations) {
    let found = parse(text);
    record::check(text, &found);
    assert_eq!(found, parse(text), "the same text is read in the same way");
    for declared in &found.declared {
        // It says the same as a line of a requirements file, or there is no such line.
        spans::check_text(&declared.text);
    }
}

fn metadata(text: &str) {
    let found = parse_metadata(text);
    assert_eq!(found, parse_metadata(text));
    assert!(found.summary.len() <= text.len() && !found.summary.contains('\n'), "{text:?}");
}

fn imports(text: &str) {
    let found = parse_imports(text);
    imports_record::check(text, &found);
    assert_eq!(found, parse_imports(text), "the same text is read in the same way");
}

fn cell(text: &str) {
    let found = parse_cell_imports(text);
    imports_record::check(text, &found);
    assert_eq!(found, parse_cell_imports(text), "the same text is read in the same way");
}

fn notebook(text: &str) {
    let found = parse_notebook(text);
    imports_record::check_notebook(text, &found);
    assert_eq!(found, parse_notebook(text), "the same text is read in the same way");
}
