//! Turns accepted fixes into edits of one text.
//!
//! [`plan`] turns the accepted subset of a file's fixes into edits, with the import changes that exactly this subset
//! needs. [`imports`] decides how a module member is spelled at a site and where an `import` goes. [`renames`] changes
//! the names in `from … import` statements. [`verify`] checks the edited text.

pub mod arguments;
pub mod imports;
pub mod plan;
pub mod renames;
mod top_block;
pub mod verify;
