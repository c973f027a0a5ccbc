//! Every public reader, given texts that are nearly right.
//!
//! A target takes any text and panics where it finds something wrong: a span that is none, a tree that differs from
//! the one before. The texts are made from files without mistakes, by a generator with a fixed seed, so that the same
//! texts are tried every time. `VENV_LSP_FUZZ_SECONDS` has each target tried for so long, and from another seed each
//! time; a text that fails is printed as small as it could be made, in the form in which a test takes it.

#[rustfmt::skip]
mod dictionary;
#[path = "../imports/record.rs"]
#[expect(dead_code, reason = "only its soundness is of interest here")]
mod imports_record;
mod mutate;
#[path = "../picture/mod.rs"]
mod picture;
#[path = "../formats/record.rs"]
#[expect(dead_code, reason = "only its soundness is of interest here")]
mod record;
mod run;
#[path = "../spans/mod.rs"]
mod spans;
mod targets;

use mutate::Random;
use run::{Target, fuzz};
use targets::TARGETS;

/// One test for each target, so that they run side by side.
macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            fuzz(target(stringify!($name)));
        })*

        #[test]
        fn every_target_has_a_test() {
            let names = [$(stringify!($name)),*];
            assert!(TARGETS.iter().map(|target| target.name).eq(names));
        }
    };
}

targets!(
    requirements_txt,
    requirement,
    marker,
    decode,
    pyproject,
    script,
    pylock,
    pipfile,
    setup_cfg,
    setup_py,
    conda_environment,
    imports,
    cell,
    notebook,
    metadata,
);

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).expect("every name is that of a target")
}

/// Texts of one piece over and over. Where depth is not bounded these overflow the stack, and where time is not linear
/// they do not come to an end when they are long, as they are where a time is given.
#[test]
fn texts_of_one_piece() {
    for target in TARGETS {
        run::watched(target, |check| mutate::repetitions(target, run::length()).iter().for_each(check));
    }
}

#[test]
fn the_seeds_are_what_the_targets_take() {
    for target in TARGETS {
        assert!(!target.seeds().is_empty(), "{}", target.name);
        for seed in target.seeds() {
            (target.check)(&seed);
        }
    }
}

#[test]
fn the_same_texts_are_made_every_time() {
    let target = target("pyproject");
    let make = || {
        let mut random = Random::new(7);
        let seeds = target.seeds();
        (0..50).map(|_| mutate::text(&mut random, &seeds, target.dictionary)).collect::<Vec<_>>()
    };
    assert_eq!(make(), make());
}

#[test]
fn a_text_that_fails_is_made_small() {
    let target = Target {
        name: "none",
        dictionary: &[],
        files: &[],
        check: |text| assert!(!(text.contains('é') && text.contains("xy"))),
    };
    assert_eq!(run::smallest(&target, "a long é text with xy in it"), "éxy");
}
