//! What Python files and notebooks import, and what they say about it.

mod deep;
mod forms;
mod installs;
mod notebooks;
mod places;
mod properties;
mod record;
mod search_paths;
mod suppressions;
