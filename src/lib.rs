//! Tightwire finds insecure uses of Python's networking standard library and rewrites them.
//!
//! A [`Workspace`] checks and fixes files, or texts that an editor has not saved, with the configurations, baselines and other modules
//! around them:
//!
//! ```
//! use std::path::Path;
//! use tightwire::{Options, Workspace};
//!
//! let workspace = Workspace::new(Options::default()).map_err(|problem| problem.message)?;
//! let text = "import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 8080))\n";
//! let checked = workspace.check_text(Path::new("server.py"), text);
//! let result = checked.result.ok_or("the text cannot be checked")?;
//! for judged in &result.findings {
//!     let (line, column) = result.source.line_column(judged.finding.span.start);
//!     println!("server.py:{line}:{column}: {}", judged.finding.message);
//! }
//! assert_eq!(result.findings.len(), 1);
//! # Ok::<(), String>(())
//! ```
//!
//! What the workspace reads comes from [`Files`]: the [`Disk`], or an [`Overlay`] of unsaved texts. It remembers what it has read, and
//! [`Workspace::changed`] tells it that a file is another one now.
//!
//! An [`Engine`] does the same to the bytes of one file, of which it knows only what the caller says. It reads nothing, and builds for
//! WebAssembly (`--no-default-features`). The feature `workspace` adds [`Workspace`]; `cli`, which is on by default, adds the program.
//!
//! The modules are not public API: they are for the program, its tests and the fuzzers, and may change in any release.

#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

pub use engine::{Decide, Decision, Engine, FileContext, FileResult, Judged};
pub use finding::{Applicability, Finding, Fix, Outcome, Reason, Severity};
pub use problem::Problem;
pub use text::{Source, Span, TextEdit};
pub use transforms::all as rules;
#[cfg(feature = "workspace")]
pub use workspace::{
    BaselineChoice, BaselineUse, Candidate, Changes, Checked, Disk, FileKind, Files, Listed, Notice, Options, Overlay,
    Unstaged, Workspace,
};

#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it is the program")]
pub mod cli;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod finding;
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it uses the network")]
pub mod probe;
#[doc(hidden)]
pub mod problem;
#[doc(hidden)]
pub mod python;
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(clippy::disallowed_methods, reason = "a diff names files from the current directory")]
pub mod report;
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it keeps answers in files, and asks a person")]
pub mod review;
#[doc(hidden)]
pub mod rewrite;
#[doc(hidden)]
pub mod rule;
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it knows where things are kept")]
pub mod state;
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it is the terminal")]
pub mod terminal;
#[doc(hidden)]
pub mod text;
#[path = "../transforms/mod.rs"]
#[doc(hidden)]
pub mod transforms;
#[cfg(feature = "workspace")]
#[doc(hidden)]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it reads files")]
pub mod workspace;
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it writes files")]
pub mod write;
