//! Disk and environment variables in, facts out. No process is ever started to find something out.
//!
//! Several questions are answered, all of them from files alone:
//!
//! - [`read_environment`]: what is in this folder, if it is an environment, and what is wrong with it?
//! - [`resolve`]: which environment serves this file, and why?
//! - [`search_folder`]: which environments lie below this folder, and which files that somebody wants?
//! - [`find_central_environments`]: which environments do tools keep apart from the projects?
//! - [`read_machine`]: with which interpreters and tools can one be made?
//! - [`marker_environment`]: what do the variables of environment markers stand for there?
//! - [`read_pip_settings`]: what is pip told by its configuration?
//! - [`read_uv_settings`]: from where does uv take what it installs?
//! - [`read_network`]: which proxies are named, and which index was pip made for?
//! - [`read_metadata`]: what does an installed distribution say of itself?
//! - [`Digests`]: what do all of them say of each other?
//!
//! The disk is seen through [`System`] alone, and [`OsSystem`] is the only code that touches it. What this
//! crate deliberately is not: it caches nothing and watches nothing, and it never asks a Python.

pub mod system;

mod digests;
mod environment;
mod inventory;
mod machine;
mod metadata;
mod modules;
mod network;
mod pip_config;
mod provenance;
mod resolve;

mod os_system;

mod distributions;
mod health;
mod installation;
mod layout;
mod lookup;
mod markers;
mod path_files;
mod pyvenv_cfg;
mod settings;
mod tools;
mod user_folders;
mod uv_config;

pub use digests::Digests;
pub use environment::{is_relocatable, read_environment, with_stranded};
pub use inventory::{
    Central, Inventory, Search, find_central_environments, find_environments, search_folder,
};
pub use machine::read_machine;
pub use markers::marker_environment;
pub use metadata::{info_folder, read_metadata};
pub use modules::modules_of;
pub use network::{default_index, read_network};
pub use os_system::OsSystem;
pub use pip_config::read_pip_settings;
pub use provenance::{Provenance, read_provenance};
pub use resolve::{ENVIRONMENT_NAMES, Request, resolve};
pub use system::{FileKind, System};
pub use uv_config::read_uv_settings;
