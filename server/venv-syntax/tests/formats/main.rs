//! Formats other than pip's own: what is read from them, and what is said to be wrong.

mod conda_environment;
mod extras;
#[path = "../picture/mod.rs"]
mod picture;
mod pipfile;
mod properties;
mod pylock;
mod pyproject;
mod record;
mod script;
mod setup_cfg;
mod setup_py;
