//! Whether a file belongs to a project that runs in a container, where loopback cannot be reached from outside.
//!
//! Looks for signs in the file's folder and the folders above it, up to the project's root: the folder that contains
//! the repository; without one, the current directory, the named path, or the nearest folder with a `pyproject.toml`.
//! Deployment folders next to these (`k8s/`, `charts/`, …) count too. Each folder is read once.

use super::files::{FileKind, Files, Listed};
use crate::workspace::lock::lock;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// How many YAML files of a folder are opened to look for Kubernetes manifests, and how many bytes of each are read.
const MOST_MANIFESTS: usize = 32;
const MANIFEST_BYTES: u64 = 16 << 10;

/// How many entries of a folder are read.
const MOST_ENTRIES: usize = 10_000;

/// Kinds of Kubernetes objects that run containers, or route to them.
const WORKLOADS: [&str; 11] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Ingress",
    "Job",
    "List",
    "Pod",
    "ReplicaSet",
    "Service",
    "StatefulSet",
    "Kustomization",
];

/// Remembers the signs in each folder.
pub struct Containers {
    files: Arc<dyn Files>,
    folders: Mutex<HashMap<PathBuf, Signs>>,
}

#[derive(Debug, Clone, Copy)]
struct Signs {
    container: bool,
    repository: bool,
    /// A Python project starts here.
    project: bool,
}

impl Containers {
    /// Nothing looked at yet, in `files`.
    pub fn new(files: Arc<dyn Files>) -> Self {
        Self { files, folders: Mutex::default() }
    }

    /// Whether there is a Dockerfile, compose file, Procfile, Helm chart or Kubernetes manifest at or above `file`, in
    /// its project. `root` is the path that the user named.
    pub fn holds(&self, file: &Path, root: &Path) -> bool {
        let files = &*self.files;
        let Some(folder) =
            file.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
        else {
            return false;
        };
        let Ok(folder) = files.canonical(folder) else { return false };
        let mut fallback = files.canonical(root).unwrap_or_else(|_| folder.clone());
        if files.is_file(&fallback) {
            fallback.clone_from(&folder);
        }
        if let Ok(current) = files.current()
            && folder.starts_with(&current)
        {
            fallback = current;
        }
        let mut seen = false;
        let mut in_named_part = false;
        let mut in_project = None;
        for ancestor in folder.ancestors() {
            let signs = self.signs(ancestor);
            seen |= signs.container || !signs.repository && is_for_containers(ancestor);
            if signs.repository {
                return seen;
            }
            if ancestor.starts_with(&fallback) {
                in_named_part = seen;
            }
            if signs.project && in_project.is_none() {
                in_project = Some(seen);
            }
        }
        in_named_part || in_project.unwrap_or(false)
    }

    /// Forgets what was looked at.
    pub fn forget(&self) {
        lock(&self.folders).clear();
    }

    fn signs(&self, folder: &Path) -> Signs {
        // Poisoning is harmless: entries are only ever added.
        if let Some(signs) = lock(&self.folders).get(folder) {
            return *signs;
        }
        let signs = look(&*self.files, folder);
        lock(&self.folders).insert(folder.to_path_buf(), signs);
        signs
    }
}

/// Files by which platforms run a program and reach it from outside, in lower case: Fly.io, Render, Railway, Heroku, App Engine, Elastic
/// Beanstalk, App Runner, ECS, Vercel, Azure, Cloud Run, Skaffold, Docker's bake. Source: the documentation of each.
const PLATFORM_FILES: [&str; 20] = [
    "procfile",
    "fly.toml",
    "render.yaml",
    "railway.json",
    "railway.toml",
    "heroku.yml",
    "app.json",
    "app.yaml",
    "dockerrun.aws.json",
    "apprunner.yaml",
    "task-definition.json",
    "taskdef.json",
    "ecs-params.yml",
    "vercel.json",
    "azure.yaml",
    "cloudbuild.yaml",
    "service.cloudrun.yaml",
    "skaffold.yaml",
    "docker-bake.hcl",
    "docker-bake.json",
];

/// How many folders of a repository are searched for container files, and how deep.
const MOST_FOLDERS: usize = 256;
const MOST_DEPTH: usize = 3;

/// Names of folders for deployments, in lower case.
const DEPLOYMENTS: [&str; 14] = [
    "k8s",
    "kubernetes",
    "kube",
    "helm",
    "chart",
    "charts",
    "manifests",
    "deploy",
    "deployment",
    "deployments",
    "docker",
    ".docker",
    "containers",
    "kustomize",
];

/// Whether a folder holds what runs in containers, by its name.
fn is_for_containers(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    matches!(name.as_str(), "docker" | ".docker" | "podman" | "containers" | "k8s" | "kubernetes" | "helm")
}

fn look(files: &dyn Files, folder: &Path) -> Signs {
    let mut signs = Signs { container: false, repository: false, project: false };
    let mut deployments = Vec::new();
    let mut manifests = 0;
    for entry in entries(files, folder) {
        let name = entry.name.to_string_lossy().to_ascii_lowercase();
        match name.as_str() {
            ".git" | ".hg" | ".jj" | ".svn" => signs.repository = true,
            "pyproject.toml" | "setup.py" | "setup.cfg" => signs.project = true,
            kept if DEPLOYMENTS.contains(&kept) => deployments.push(folder.join(&entry.name)),
            _ => signs.container |= !signs.container && is_sign(files, folder, &entry, &name, &mut manifests),
        }
    }
    signs.container = signs.container
        || deployments.iter().any(|folder| holds_deployment(files, folder))
        || signs.repository && holds_container_file(files, folder);
    signs
}

/// Whether a folder of the repository holds a container file. Hidden folders do not count (`.devcontainer`), nor do those that tools
/// fill.
fn holds_container_file(files: &dyn Files, repository: &Path) -> bool {
    let mut open = vec![(repository.to_path_buf(), 0)];
    let mut searched = 0;
    while let Some((folder, depth)) = open.pop() {
        searched += 1;
        if searched > MOST_FOLDERS {
            return false;
        }
        for entry in entries(files, &folder) {
            let name = entry.name.to_string_lossy().to_ascii_lowercase();
            let is_folder = entry.kind == Some(FileKind::Folder);
            if !is_folder && is_container_file(&name) {
                return true;
            }
            let is_filled =
                matches!(name.as_str(), "node_modules" | "venv" | "env" | "build" | "dist" | "site-packages");
            if is_folder && depth < MOST_DEPTH && !name.starts_with('.') && !is_filled {
                open.push((folder.join(&entry.name), depth + 1));
            }
        }
    }
    false
}

/// Whether a deployment folder, or a folder in it, contains a sign: `charts/site/Chart.yaml`, `k8s/base/site.yaml`.
fn holds_deployment(files: &dyn Files, folder: &Path) -> bool {
    let mut manifests = 0;
    let mut inner = Vec::new();
    for entry in entries(files, folder) {
        let name = entry.name.to_string_lossy().to_ascii_lowercase();
        if is_sign(files, folder, &entry, &name, &mut manifests) {
            return true;
        }
        if inner.len() < MOST_MANIFESTS && entry.kind == Some(FileKind::Folder) {
            inner.push(folder.join(&entry.name));
        }
    }
    inner.iter().any(|folder| {
        entries(files, folder).iter().any(|entry| {
            let name = entry.name.to_string_lossy().to_ascii_lowercase();
            is_sign(files, folder, entry, &name, &mut manifests)
        })
    })
}

fn entries(files: &dyn Files, folder: &Path) -> Vec<Listed> {
    files.list(folder, MOST_ENTRIES).unwrap_or_default()
}

/// Whether an entry of `folder`, of which `name` is the name in lower case, is a container's; opens no more than [`MOST_MANIFESTS`].
fn is_sign(files: &dyn Files, folder: &Path, entry: &Listed, name: &str, manifests: &mut usize) -> bool {
    if is_container_file(name) {
        // A folder called `dockerfile` is not a sign.
        return entry.kind != Some(FileKind::Folder);
    }
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    *manifests += usize::from(is_yaml);
    is_yaml && *manifests <= MOST_MANIFESTS && is_manifest(files, &folder.join(&entry.name))
}

/// `name` is in lower case.
fn is_container_file(name: &str) -> bool {
    if PLATFORM_FILES.contains(&name) || name.ends_with(".nomad") || name.ends_with(".nomad.hcl") {
        return true;
    }
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    match stem {
        Some(stem) => {
            stem == "compose"
                || stem == "podman-compose"
                || stem == "chart"
                || stem == "docker-compose"
                || stem.starts_with("compose.")
                || stem.starts_with("docker-compose.")
                || stem.starts_with("docker-compose-")
        }
        None => ["dockerfile", "containerfile"]
            .iter()
            .any(|kind| name == *kind || name.ends_with(&format!(".{kind}")) || name.starts_with(&format!("{kind}."))),
    }
}

fn is_manifest(files: &dyn Files, path: &Path) -> bool {
    let mut start = Vec::new();
    if !files.is_file(path) || files.read_start(path, MANIFEST_BYTES, &mut start).is_err() {
        return false;
    }
    let mut lines = start.split(|&byte| byte == b'\n');
    let is_workload = |line: &[u8]| {
        let kind = line.strip_prefix(b"kind:").map(|kind| String::from_utf8_lossy(kind).trim().to_string());
        kind.is_some_and(|kind| WORKLOADS.contains(&kind.trim_matches(['"', '\''])))
    };
    let has_version = start.split(|&byte| byte == b'\n').any(|line| line.starts_with(b"apiVersion:"));
    has_version && lines.any(is_workload)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::workspace::files::Disk;
    use std::fs;

    fn holds(file: &Path, root: &Path) -> bool {
        Containers::new(Arc::new(Disk)).holds(file, root)
    }

    #[test]
    fn a_dockerfile_counts_up_to_the_repository_and_no_further() {
        let outer = tempfile::tempdir().unwrap();
        let project = outer.path().join("project");
        fs::create_dir_all(project.join("app")).unwrap();
        fs::write(project.join("app/x.py"), "").unwrap();
        let file = project.join("app/x.py");
        fs::write(outer.path().join("Dockerfile"), "").unwrap();
        fs::create_dir(project.join(".git")).unwrap();
        assert!(!holds(&file, &file));
        fs::write(project.join("Dockerfile.dev"), "").unwrap();
        assert!(holds(&file, &file));
    }

    #[test]
    fn without_a_repository_the_nearest_project_counts() {
        let outer = tempfile::tempdir().unwrap();
        let project = outer.path().join("project");
        fs::create_dir_all(project.join("src/app")).unwrap();
        let file = project.join("src/app/x.py");
        fs::write(&file, "").unwrap();
        fs::write(outer.path().join("compose.yaml"), "").unwrap();
        fs::write(project.join("pyproject.toml"), "").unwrap();
        assert!(!holds(&file, &file));
        fs::write(project.join("Containerfile"), "").unwrap();
        assert!(holds(&file, &file));
    }

    #[test]
    fn deployments_are_looked_for_in_folders_that_are_called_so() {
        for (path, text, expected) in [
            ("k8s/site.yaml", "apiVersion: apps/v1\nkind: Deployment\n", true),
            ("k8s/base/site.yml", "---\napiVersion: v1\nkind: 'Service'\n", true),
            ("charts/site/Chart.yaml", "", true),
            ("docker/Dockerfile", "", true),
            ("other/Dockerfile", "", true),
            ("images/web/web.Dockerfile", "", true),
            (".devcontainer/Dockerfile", "", false),
            ("fly.toml", "", true),
            ("app.yaml", "", true),
            ("jobs/site.nomad.hcl", "", true),
            ("apps.yaml", "", false),
            ("k8s/notes.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\n", false),
            ("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\n", false),
            ("Procfile", "", true),
            ("docker-compose.prod.yml", "", true),
            ("dockerfile_parser.py", "", false),
        ] {
            let project = tempfile::tempdir().unwrap();
            fs::create_dir(project.path().join(".git")).unwrap();
            fs::create_dir(project.path().join("app")).unwrap();
            let (sign, file) = (project.path().join(path), project.path().join("app/x.py"));
            fs::create_dir_all(sign.parent().unwrap()).unwrap();
            fs::write(&sign, text).unwrap();
            fs::write(&file, "").unwrap();
            assert_eq!(holds(&file, &file), expected, "{path}");
        }
    }

    #[test]
    fn without_a_repository_what_was_named_is_the_project() {
        let outer = tempfile::tempdir().unwrap();
        let project = outer.path().join("project");
        fs::create_dir_all(project.join("app")).unwrap();
        let file = project.join("app/x.py");
        fs::write(&file, "").unwrap();
        fs::write(project.join("deploy.yaml"), "apiVersion: apps/v1\nkind: Deployment\n").unwrap();
        assert!(holds(&file, &project));
        assert!(!holds(&file, &project.join("app")));
    }
}
