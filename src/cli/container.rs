//! Whether a file belongs to a project that is run in a container, where loopback cannot be reached from outside.
//!
//! The signs are looked for in the file's folder and those above it, up to the project's root: the folder with the
//! repository, or without one the current directory or what the user named. Each folder is looked at once.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// How many YAML files of a folder are opened, and how much of each is read, to see whether they are Kubernetes'.
const MOST_MANIFESTS: usize = 32;
const MANIFEST_BYTES: u64 = 16 << 10;

/// Remembers what each folder holds.
#[derive(Debug, Default)]
pub(super) struct Containers {
    folders: Mutex<HashMap<PathBuf, Signs>>,
}

#[derive(Debug, Clone, Copy)]
struct Signs {
    container: bool,
    repository: bool,
}

impl Containers {
    /// Whether there is a Dockerfile, compose file, Procfile, Helm chart or Kubernetes manifest at or above `file`, in
    /// its project. `root` is the path that the user named.
    pub(super) fn holds(&self, file: &Path, root: &Path) -> bool {
        let absolute = |path: &Path| std::path::absolute(path).and_then(fs::canonicalize).ok();
        let Some(folder) =
            file.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
        else {
            return false;
        };
        let Some(folder) = absolute(folder) else { return false };
        let mut fallback = absolute(root).unwrap_or_else(|| folder.clone());
        if fallback.is_file() {
            fallback.clone_from(&folder);
        }
        if let Ok(current) = std::env::current_dir().and_then(fs::canonicalize)
            && folder.starts_with(&current)
        {
            fallback = current;
        }
        let mut seen_below_fallback = false;
        let mut seen_anywhere = false;
        for ancestor in folder.ancestors() {
            let signs = self.signs(ancestor);
            seen_anywhere |= signs.container;
            if ancestor.starts_with(&fallback) {
                seen_below_fallback |= signs.container;
            }
            if signs.repository {
                return seen_anywhere;
            }
        }
        seen_below_fallback
    }

    fn signs(&self, folder: &Path) -> Signs {
        // A thread that panicked left a whole map behind: entries are only ever added.
        if let Some(signs) = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return *signs;
        }
        let signs = look(folder);
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_path_buf(), signs);
        signs
    }
}

fn look(folder: &Path) -> Signs {
    let mut signs = Signs { container: false, repository: false };
    let Ok(entries) = fs::read_dir(folder) else { return signs };
    let mut manifests = 0;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
        if matches!(name.as_str(), ".git" | ".hg" | ".jj" | ".svn") {
            signs.repository = true;
        } else if !signs.container {
            let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
            signs.container = is_container_file(&name);
            if is_yaml && !signs.container && manifests < MOST_MANIFESTS {
                manifests += 1;
                signs.container = is_manifest(&entry.path());
            }
        }
    }
    signs
}

/// `name` is in lower case.
fn is_container_file(name: &str) -> bool {
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    match stem {
        Some(stem) => {
            stem == "compose"
                || stem == "chart"
                || stem == "docker-compose"
                || stem.starts_with("compose.")
                || stem.starts_with("docker-compose.")
                || stem.starts_with("docker-compose-")
        }
        None => {
            ["dockerfile", "containerfile"].iter().any(|kind| {
                name == *kind || name.ends_with(&format!(".{kind}")) || name.starts_with(&format!("{kind}."))
            }) || name == "procfile"
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    let mut start = Vec::new();
    if File::open(path).and_then(|file| file.take(MANIFEST_BYTES).read_to_end(&mut start)).is_err() {
        return false;
    }
    let has_key = |key: &[u8]| start.split(|&byte| byte == b'\n').any(|line| line.starts_with(key));
    has_key(b"apiVersion:") && has_key(b"kind:")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_dockerfile_counts_up_to_the_repository_and_no_further() {
        let outer = tempfile::tempdir().unwrap();
        let project = outer.path().join("project");
        fs::create_dir_all(project.join("app")).unwrap();
        fs::write(project.join("app/x.py"), "").unwrap();
        let file = project.join("app/x.py");
        fs::write(outer.path().join("Dockerfile"), "").unwrap();
        fs::create_dir(project.join(".git")).unwrap();
        assert!(!Containers::default().holds(&file, &file));
        fs::write(project.join("Dockerfile.dev"), "").unwrap();
        assert!(Containers::default().holds(&file, &file));
    }

    #[test]
    fn without_a_repository_what_was_named_is_the_project() {
        let outer = tempfile::tempdir().unwrap();
        let project = outer.path().join("project");
        fs::create_dir_all(project.join("app")).unwrap();
        let file = project.join("app/x.py");
        fs::write(&file, "").unwrap();
        fs::write(project.join("deploy.yaml"), "apiVersion: apps/v1\nkind: Deployment\n").unwrap();
        assert!(Containers::default().holds(&file, &project));
        assert!(!Containers::default().holds(&file, &project.join("app")));
    }
}
