//! What is known of a file beside its bytes.

use crate::python::{Project, Target};
use crate::rule::Dialects;
use crate::text::{Lines, ProjectPath};
use std::collections::HashSet;
use std::sync::Arc;

/// What is known of a file beside its bytes.
#[derive(Clone, Default)]
pub struct FileContext {
    /// The file belongs to a project that runs in a container (a Dockerfile, compose file, … at or above it).
    pub container: bool,
    /// The other modules of its project; none where they are not to be read.
    pub project: Option<Arc<dyn Project>>,
    /// The Pythons that its project supports; none where it does not say.
    pub target: Option<Target>,
    /// Where it stands in its project.
    pub place: ProjectPath,
    /// Whose suppression comments count.
    pub suppressions: Dialects,
    /// The digests of the findings that the baseline silences; none where there is no baseline.
    pub baseline: Option<Arc<HashSet<String>>>,
    /// The lines of the file to which the run is restricted; none where all count.
    pub lines: Option<Arc<Lines>>,
}
