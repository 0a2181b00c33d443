//! From paths to files: which files there are, what the folders around them say, what has changed.

pub mod baseline;
pub mod changed;
pub mod config;
pub mod container;
pub mod glob;
pub mod parallel;
pub mod project;
mod shown;
pub mod walk;

pub use shown::shown;
