//! What `venv-lsp fix` shows while it works.

use std::io::{self, IsTerminal as _, Write as _};

use crate::effects::Progress;

/// The progress on stderr: on a terminal the last line is painted over, elsewhere each stage has its own.
pub(super) struct Screen {
    paints: bool,
    said: std::sync::Mutex<Vec<String>>,
}

impl Screen {
    pub(super) fn new() -> Self {
        Self { paints: io::stderr().is_terminal(), said: std::sync::Mutex::default() }
    }

    pub(super) fn tell(&self, progress: Progress) {
        match progress {
            Progress::Step(doing) => {
                self.clear();
                self.say(&format!("{doing} …"));
            }
            Progress::Waiting(message) => {
                self.clear();
                self.say(&format!("{message} …"));
            }
            Progress::Stage(stage) => {
                let part = stage.percentage.map_or_else(String::new, |part| format!("{part:3} % "));
                if self.paints {
                    let shown: String = format!("{part}{}", stage.message).chars().take(76).collect();
                    self.write(&format!("\r\x1b[K  \x1b[2m{shown}\x1b[0m"));
                } else if !stage.message.ends_with('%') {
                    // What only counts bytes would fill a log.
                    self.say(&format!("  {}", stage.message));
                }
            }
            Progress::Line(line) => {
                self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line);
            }
        }
    }

    pub(super) fn clear(&self) {
        if self.paints {
            self.write("\r\x1b[K");
        }
    }

    pub(super) fn say(&self, message: &str) {
        self.write(&format!("{message}\n"));
    }

    /// All that the programs said: there is no log to look into.
    pub(super) fn say_all(&self) {
        for line in self.said.lock().unwrap_or_else(std::sync::PoisonError::into_inner).iter() {
            self.say(&format!("  {line}"));
        }
    }

    fn write(&self, text: &str) {
        let mut output = io::stderr().lock();
        // There is nowhere left to say it if stderr is closed.
        output.write_all(text.as_bytes()).and_then(|()| output.flush()).ok();
    }
}
