//! The targets of `../tests/fuzz`, for a fuzzer that looks for texts that reach new code.

#![expect(dead_code, reason = "texts are made by the fuzzer here")]

#[path = "../../tests/fuzz/dictionary.rs"]
#[rustfmt::skip]
mod dictionary;
#[path = "../../tests/imports/record.rs"]
mod imports_record;
#[path = "../../tests/fuzz/mutate.rs"]
mod mutate;
#[path = "../../tests/picture/mod.rs"]
mod picture;
#[path = "../../tests/formats/record.rs"]
mod record;
#[path = "../../tests/fuzz/run.rs"]
mod run;
#[path = "../../tests/spans/mod.rs"]
mod spans;
#[path = "../../tests/fuzz/targets.rs"]
mod targets;

/// Panics where what the target `name` reads from `text` is not sound.
pub fn check(name: &str, text: &str) {
    let target = targets::TARGETS.iter().find(|target| target.name == name);
    (target.expect("every name is that of a target").check)(text);
}
