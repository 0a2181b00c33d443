//! Accepted fixes as edits of one text.
//!
//! [`plan`] turns the accepted subset of a file's fixes into edits, with the import changes that this subset needs and no
//! others; [`imports`] decides how a module member is spelled at a site and where an `import` goes; [`renames`] changes
//! the names that `from … import` statements bring; [`verify`] holds the edited text against what was promised.

pub mod arguments;
pub mod imports;
pub mod plan;
pub mod renames;
mod top_block;
pub mod verify;
