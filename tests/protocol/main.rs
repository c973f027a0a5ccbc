//! The real server over a pipe. Each test is an editor's session: it must end in order, with no message left
//! unread that matters and no process left behind.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test of a program starts it, and says what it skips"
)]

mod desk;

mod answers;
mod command_line;
mod consent;
mod creation;
mod creation_without_pip;
mod effects;
mod encodings;
mod environments;
mod extras;
mod failing;
mod faults;
mod formats;
mod lifecycle;
mod loop_story;
mod options;
mod outcomes;
mod pip_configuration;
mod projects;
mod proxies;
mod pulled;
mod repair;
mod requests;
mod successors;
mod turns;
mod uninstall;
mod uninstall_unused;
mod unsaved;
mod uv_configuration;
mod watching;
mod withstands;
