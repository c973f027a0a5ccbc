#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| venv_syntax_fuzz::check("notebook", text));
