//! What holds for the files of one folder: where it stands in its project, its configurations, the rules that run in it.

use super::config::Settings;
use super::project::Place;
use super::shown;
use super::walk::WalkedFile;
use crate::engine::Engine;
use crate::problem::Problem;
use crate::rule::OptionError;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A folder's location and its settings.
pub(super) struct FolderSettings {
    /// Absolute, without links.
    pub(super) path: PathBuf,
    pub(super) place: Option<Place>,
    pub(super) settings: Result<Arc<Settings>, Problem>,
    /// For the files whose names no glob singles out.
    pub(super) engine: OnceLock<Result<Arc<Engine>, Problem>>,
}

impl FolderSettings {
    /// What the configurations say.
    ///
    /// # Errors
    /// If one cannot be read.
    pub(super) fn settings(&self) -> Result<&Settings, Problem> {
        self.settings.as_deref().map_err(Clone::clone)
    }

    /// The absolute path of `file`, which is in this folder.
    pub(super) fn absolute(&self, file: &WalkedFile) -> PathBuf {
        self.path.join(file.path.file_name().unwrap_or_default())
    }

    /// Whether a configuration leaves out `file`, one of the folder's; never one that the user named.
    ///
    /// # Errors
    /// If a configuration cannot be read.
    pub(super) fn leaves_out(&self, file: &WalkedFile) -> Result<bool, Problem> {
        Ok(!file.is_named() && self.settings()?.excludes(&self.absolute(file)))
    }

    /// What is said of options that are right in each configuration, and wrong together.
    pub(super) fn contradiction(&self, error: &OptionError) -> Problem {
        let help = "`tightwire config show` shows where each value comes from";
        Problem::new(
            format!("the configurations that apply here contradict each other: {}", error.problem.message),
            help,
        )
        .in_file(shown(&self.path))
    }
}
