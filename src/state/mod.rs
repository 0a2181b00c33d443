//! Where Tightwire stores data between runs: what was written, and the answers of reviews.
//!
//! State is never stored in the project, but in a folder of the user: `$TIGHTWIRE_STATE_DIR`, otherwise
//! `$XDG_STATE_HOME/tightwire`, otherwise the platform's folder for such data. It has one folder per project. State
//! contains copies of source files, so only the user may read it: folders have the mode 0700 and files 0600.
//!
//! When a run uses it, the state of projects that vanished long ago is deleted (`vanished`).
//!
//! This module manages places and permissions. The contents of the files belong to `write::journal` and
//! `review::answers`.

mod vanished;

use etcetera::BaseStrategy as _;
use std::fs;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The variable that names the folder.
const VARIABLE: &str = "TIGHTWIRE_STATE_DIR";
/// How many characters of a project's name are used in the name of its folder.
const MOST_OF_NAME: usize = 40;
/// How many hexadecimal digits of the hash of a project's path are used in the name of its folder.
const DIGITS: usize = 16;

/// The state of one project. Nothing is on disk before [`ProjectState::create`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectState {
    project: PathBuf,
    folder: PathBuf,
}

/// The state of the user's projects: a folder that may not exist yet.
#[derive(Debug, Clone)]
pub struct UserState(PathBuf);

impl UserState {
    /// The state in `folder`.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Finds the folder from the environment.
    ///
    /// # Errors
    /// If the variable is not set, and the platform does not know the user's home folder.
    pub fn find() -> io::Result<Self> {
        if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
            return std::path::absolute(named).map(Self);
        }
        let strategy = etcetera::choose_base_strategy().map_err(io::Error::other)?;
        // Windows has no folder for state; the local data folder is the closest.
        let folder = strategy.state_dir().unwrap_or_else(|| strategy.cache_dir());
        Ok(Self(folder.join("tightwire")))
    }

    /// The state of the project with the outermost folder `project`, an absolute path without links.
    pub fn of(&self, project: &Path) -> ProjectState {
        let bytes = project.as_os_str().as_encoded_bytes();
        let digits: String = blake3::hash(bytes).to_hex().chars().take(DIGITS).collect();
        let name = project.file_name().unwrap_or_default().to_string_lossy();
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
        let name: String = name.chars().take(MOST_OF_NAME).map(plain).collect();
        ProjectState { project: project.to_path_buf(), folder: self.projects().join(format!("{name}-{digits}")) }
    }

    /// The folders of all projects that have state.
    pub fn folders(&self) -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> =
            fs::read_dir(self.projects()).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        folders.sort();
        folders
    }

    fn projects(&self) -> PathBuf {
        self.0.join("projects")
    }
}

impl ProjectState {
    /// The project's outermost folder.
    pub fn project(&self) -> &Path {
        &self.project
    }

    /// Where the project's state is, or will be.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates the folder, readable only by the user.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn create(&self) -> io::Result<()> {
        create_folder(&self.folder)?;
        // Without its project's path, the folder is never deleted, which does no harm.
        drop(vanished::remember(&self.folder, &self.project));
        self.folder.parent().into_iter().for_each(|projects| vanished::sweep(projects, SystemTime::now()));
        Ok(())
    }
}

/// Creates `folder` and its missing parents, readable only by the user.
///
/// # Errors
/// If the system refuses.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Opens a file of the state with `options`; a new file is readable only by the user.
///
/// # Errors
/// If the system refuses.
pub fn open_file(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_of_one_name_have_folders_of_their_own() {
        let user = UserState(PathBuf::from("/state"));
        let (one, other) = (user.of(Path::new("/a/shop")), user.of(Path::new("/b/shop")));
        assert_ne!(one.folder(), other.folder());
        assert_eq!(one, user.of(Path::new("/a/shop")));
        assert!(one.folder().starts_with("/state/projects"));
    }

    #[test]
    fn a_project_with_an_odd_name_has_a_folder_with_a_plain_one() {
        let user = UserState(PathBuf::from("/state"));
        for name in ["/a/\x1b[2J/..", "/", "/a/ä\n", "/a/-rf"] {
            let state = user.of(Path::new(name));
            assert_eq!(state.folder().parent(), Some(Path::new("/state/projects")), "{name:?}");
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            assert!(state.folder().to_string_lossy().rsplit('/').next().is_some_and(|name| name.chars().all(is_plain)));
        }
    }
}
