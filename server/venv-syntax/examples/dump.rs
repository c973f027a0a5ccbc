//! Prints what the parser makes of requirements files, for comparison with other tools:
//! `cargo run -p venv-syntax --example dump FILE…`
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for the terminal")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let text = venv_syntax::decode(&std::fs::read(&path)?)?;
        for line in venv_syntax::parse_requirements_txt(&text).lines {
            println!("{} {:?}", line.start, line.tree);
        }
    }
    Ok(())
}
