//! Where Tightwire keeps what it must remember from one run to the next: what was written, and what a person answered.
//!
//! Never in the project: a folder of the user's, `$TIGHTWIRE_STATE_DIR`, else `$XDG_STATE_HOME/tightwire`, else where the
//! platform keeps such things, with a folder in it for each project. It holds copies of source files, so nobody else may
//! read it: folders have the mode 0700 and files 0600.
//!
//! When a run makes use of it, the state of projects that vanished long ago goes (`vanished`).
//!
//! This module knows places and permissions. What stands in the files is for those who write them: `write::journal` and
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
/// How much of a project's name is in that of its folder, in characters.
const MOST_OF_NAME: usize = 40;
/// How many hexadecimal digits of the hash of a project's path are in the name of its folder.
const DIGITS: usize = 16;

/// The state of one project. Nothing is on the disk before [`ProjectState::create`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectState {
    project: PathBuf,
    folder: PathBuf,
}

/// The state of the user's projects: a folder that may not be there yet.
#[derive(Debug, Clone)]
pub struct UserState(PathBuf);

impl UserState {
    /// The state that is kept in `folder`.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Looks at the environment.
    ///
    /// # Errors
    /// When there is no variable to go by, and the platform does not say where the user's home is.
    pub fn find() -> io::Result<Self> {
        if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
            return std::path::absolute(named).map(Self);
        }
        let strategy = etcetera::choose_base_strategy().map_err(io::Error::other)?;
        // Windows has no folder for state; its local data is what comes nearest.
        let folder = strategy.state_dir().unwrap_or_else(|| strategy.cache_dir());
        Ok(Self(folder.join("tightwire")))
    }

    /// The state of the project whose outermost folder is `project`, an absolute path without links.
    pub fn of(&self, project: &Path) -> ProjectState {
        let bytes = project.as_os_str().as_encoded_bytes();
        let digits: String = blake3::hash(bytes).to_hex().chars().take(DIGITS).collect();
        let name = project.file_name().unwrap_or_default().to_string_lossy();
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
        let name: String = name.chars().take(MOST_OF_NAME).map(plain).collect();
        ProjectState { project: project.to_path_buf(), folder: self.projects().join(format!("{name}-{digits}")) }
    }

    /// The folders of all projects that have one.
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

    /// Makes the folder, for nobody else to read.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn create(&self) -> io::Result<()> {
        create_folder(&self.folder)?;
        // A folder that does not say whose it is stays for good, and harms nobody.
        drop(vanished::remember(&self.folder, &self.project));
        self.folder.parent().into_iter().for_each(|projects| vanished::sweep(projects, SystemTime::now()));
        Ok(())
    }
}

/// Makes `folder` and those above it that are missing, for nobody else to read.
///
/// # Errors
/// When the system refuses.
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

/// A file of the state, as `options` say, for nobody else to read.
///
/// # Errors
/// When the system refuses.
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
