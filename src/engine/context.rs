//! What is known of a file beside its bytes.

use super::evidence::Evidence;
use crate::python::{Project, Target};
use crate::rule::{Adjustments, Dialects};
use crate::text::{Lines, ProjectPath};
use std::collections::HashSet;
use std::sync::Arc;

/// Facts about a file besides its bytes.
#[derive(Clone, Default)]
pub struct FileContext {
    /// The file belongs to a project that runs in a container (a Dockerfile, compose file, … at or above it).
    pub container: bool,
    /// The other modules of its project; `None` if they must not be read.
    pub project: Option<Arc<dyn Project>>,
    /// The Python versions that its project supports; `None` if unknown.
    pub target: Option<Target>,
    /// The characters that a line may have by the settings of its project's other tools; `None` if unknown.
    pub line_length: Option<usize>,
    /// Its place in its project.
    pub place: ProjectPath,
    /// The tools whose suppression comments count.
    pub suppressions: Dialects,
    /// What people know of its servers and of the hosts that it calls.
    pub evidence: Evidence,
    /// What is said about the applicability of fixes.
    pub adjustments: Adjustments,
    /// The digests of the findings in the baseline; `None` if there is no baseline.
    pub baseline: Option<Arc<HashSet<String>>>,
    /// The lines of the file to which the run is restricted; `None` if all count.
    pub lines: Option<Arc<Lines>>,
}
