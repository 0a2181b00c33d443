//! Text and bytes: what a file says, edits of it, and how text reaches a person. Nothing here knows Python's grammar.

mod edit;
mod line_index;
mod lines;
mod nearest;
mod paths;
mod place;
pub mod sanitize;
pub mod source;
mod span;

pub use edit::{ApplyError, Positions, TextEdit, apply};
pub use line_index::{LineIndex, line_end, line_number, line_start, next_line};
pub use lines::Lines;
pub use nearest::{did_you_mean, nearest, normalised};
pub use paths::{ProjectPath, display_path};
pub use place::{FilePlace, Position};
pub use source::{DecodeError, Source};
pub use span::Span;
