//! What a machine does to a run: killed half way, a full disk, a folder that cannot be written, a file that someone else
//! changes. Whatever happens, a file is the old one or the new one, the run says what it did not write, and nothing is
//! left beside it.
//!
//! Full disks and read-only file systems are mounted in a name space of their own, which needs `unshare`.

use crate::project::{PROGRAM, STATE, command};
use crate::sources::{BIND, FIXED};
use crate::trials::{MODES, Need, tests};
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tightwire::write::{self, WriteError};

tests! {
    a_killed_run_leaves_old_or_new_files_and_the_next_run_cleans_up,
    a_full_disk_leaves_the_file_and_says_so: [MOUNTS],
    a_limit_on_the_size_of_files_leaves_the_file_and_is_told,
    a_read_only_file_system_leaves_the_file_and_says_so: [MOUNTS],
    a_read_only_folder_leaves_the_file_and_says_so: [MODES],
    a_file_that_someone_else_changes_meanwhile_keeps_their_change,
}

const SIGKILL: i32 = 9;

fn a_killed_run_leaves_old_or_new_files_and_the_next_run_cleans_up() {
    const FILES: usize = 400;
    const KILLS: usize = 12;
    let folder = tempfile::tempdir().unwrap();
    let path = |number: usize| folder.path().join(format!("d{}/f{number}.py", number % 20));
    for number in 0..20 {
        fs::create_dir(folder.path().join(format!("d{number}"))).unwrap();
    }
    let (mut killed, mut midway, mut left) = (0, 0, 0);
    for round in 0..KILLS {
        (0..FILES).for_each(|number| fs::write(path(number), BIND).unwrap());
        let mut run = command(folder.path(), &["fix", "-q", "."]).stdout(Stdio::null()).spawn().unwrap();
        // Killed when some number of files is done, whatever the machine's speed: that many, and a little more.
        let done = round * FILES / KILLS;
        while fs::read(path(done)).unwrap() == BIND.as_bytes() && run.try_wait().unwrap().is_none() {}
        std::thread::sleep(Duration::from_micros(u64::try_from(round * 37 % 300).unwrap()));
        // It may have ended by itself.
        drop(run.kill());
        killed += usize::from(run.wait().unwrap().signal() == Some(SIGKILL));

        let new = (0..FILES).filter(|number| is_new(&path(*number))).count();
        midway += usize::from((1..FILES).contains(&new));
        let leftovers = hidden(folder.path());
        left += leftovers.len();
        let next = command(folder.path(), &["fix", "-q", "."]).output().unwrap();
        assert_eq!(next.status.code(), Some(0), "{}", String::from_utf8_lossy(&next.stderr));
        assert!((0..FILES).all(|number| is_new(&path(number))), "the next run does the rest");
        assert_eq!(hidden(folder.path()), Vec::<String>::new(), "after {leftovers:?}");
    }
    println!("{killed} of {KILLS} runs killed, {midway} of them half way; {left} temporary files left and removed");
    assert!(midway > 0, "no run was killed half way");
}

/// Takes most of a disk of 128 KiB: there is no room for another.
fn big() -> String {
    format!("{BIND}{}", "# filler\n".repeat(9_000))
}

fn a_full_disk_leaves_the_file_and_says_so() {
    let big = big();
    let run = mounted("mount -t tmpfs -o size=128k tmpfs disk && cp source.py disk/a.py", "disk/a.py", &big);
    run.refused("writing the temporary file", &big);
}

/// The same error from the same call as on a full disk.
fn a_limit_on_the_size_of_files_leaves_the_file_and_is_told() {
    let big = big();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.py");
    fs::write(&path, &big).unwrap();
    let script = format!("trap '' XFSZ; ulimit -f 8; exec '{PROGRAM}' fix a.py");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(folder.path()).env("TIGHTWIRE_STATE_DIR", STATE);
    let output = command.output().unwrap();
    let run = Run { output, contents: fs::read_to_string(&path).unwrap(), hidden: hidden(folder.path()) };
    run.refused("writing the temporary file", &big);
}

fn a_read_only_file_system_leaves_the_file_and_says_so() {
    let prepare = "mount -t tmpfs tmpfs disk && cp source.py disk/a.py && mount -o remount,ro disk";
    mounted(prepare, "disk/a.py", BIND).refused("creating a temporary file beside it", BIND);
}

fn a_read_only_folder_leaves_the_file_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.py");
    fs::write(&path, BIND).unwrap();
    set_mode(folder.path(), 0o555);
    let output = command(folder.path(), &["fix", "a.py"]).output().unwrap();
    set_mode(folder.path(), 0o755);
    let run = Run { output, contents: fs::read_to_string(&path).unwrap(), hidden: hidden(folder.path()) };
    run.refused("creating a temporary file beside it", BIND);
}

fn a_file_that_someone_else_changes_meanwhile_keeps_their_change() {
    type Meanwhile = fn(&Path);
    type IsExpected = fn(&WriteError) -> bool;
    let table: [(&str, Meanwhile, IsExpected); 6] = [
        ("edited", |path| fs::write(path, "theirs = 1\n").unwrap(), |e| matches!(e, WriteError::Changed)),
        (
            "edited to the same length",
            |path| fs::write(path, BIND.replace("8080", "9090")).unwrap(),
            |e| matches!(e, WriteError::Changed),
        ),
        (
            "replaced by a rename",
            |path| {
                let theirs = path.with_extension("theirs");
                fs::write(&theirs, "theirs = 1\n").unwrap();
                fs::rename(theirs, path).unwrap();
            },
            |e| matches!(e, WriteError::Changed),
        ),
        ("removed", |path| fs::remove_file(path).unwrap(), |e| matches!(e, WriteError::Gone)),
        (
            "made a link",
            |path| {
                fs::remove_file(path).unwrap();
                std::os::unix::fs::symlink("elsewhere.py", path).unwrap();
            },
            |e| matches!(e, WriteError::Symlink),
        ),
        ("made read-only", |path| set_mode(path, 0o444), |e| matches!(e, WriteError::ReadOnly)),
    ];
    for (what, meanwhile, expected) in table {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, BIND).unwrap();
        let read = fs::read(&path).unwrap();
        meanwhile(&path);
        let state = |path: &Path| (fs::symlink_metadata(path).ok().map(|m| m.file_type()), fs::read(path).ok());
        let theirs = state(&path);
        let error = write::replace(&path, &read, FIXED.as_bytes()).unwrap_err();
        assert!(expected(&error), "{what}: {error}");
        assert!(state(&path) == theirs, "{what}: the change is lost");
        assert_eq!(hidden(folder.path()), Vec::<String>::new(), "{what}");
    }
}

/// What a run on one file gave.
struct Run {
    output: Output,
    contents: String,
    hidden: Vec<String>,
}

impl Run {
    /// Exit code 2, the step that failed named, the file as it was, nothing beside it.
    fn refused(&self, step: &str, contents: &str) {
        let said = String::from_utf8_lossy(&self.output.stderr);
        assert_eq!(self.output.status.code(), Some(2), "{said}");
        assert!(said.contains("not written") && said.contains(step), "{said}");
        assert_eq!(self.contents, contents);
        assert_eq!(self.hidden, Vec::<String>::new());
    }
}

/// A name space in which file systems may be mounted.
const MOUNTS: Need = Need::Attempt(|| name_space().map(|_| ()));

/// How `unshare` gives a name space for mounts: root needs no name space of users, and others may not have one.
fn name_space() -> Result<&'static [&'static str], String> {
    const FLAGS: [&str; 2] = ["--mount", "--map-root-user"];
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut reason = String::new();
    for flags in [&FLAGS[..1], &FLAGS] {
        let mut unshare = Command::new("unshare");
        match unshare.args(flags).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(folder.path()).output() {
            Ok(output) if output.status.success() => return Ok(flags),
            Ok(output) => reason = String::from_utf8_lossy(&output.stderr).trim().into(),
            Err(error) => reason = format!("unshare: {error}"),
        }
    }
    Err(format!("no file system can be mounted: {reason}"))
}

/// Runs `fix` on `file` after the shell command `prepare`, which mounts on the folder `disk`, in a name space of its own: no
/// mount is left, whatever happens. The file system goes with it, so what is on it is copied out in the end.
fn mounted(prepare: &str, file: &str, contents: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    for name in ["disk", "out"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("source.py"), contents).unwrap();
    let script = format!("({prepare}) || exit 99; '{PROGRAM}' fix {file}; code=$?; cp -a disk/. out; exit $code");
    let mut unshare = Command::new("unshare");
    unshare.args(name_space().unwrap()).args(["sh", "-c", &script]).current_dir(folder.path());
    let output = unshare.env("TIGHTWIRE_STATE_DIR", STATE).output().unwrap();
    let out = folder.path().join("out");
    Run { output, contents: fs::read_to_string(out.join("a.py")).unwrap(), hidden: hidden(&out) }
}

/// Whether the file is the new one; anything but the old one else is a fault.
fn is_new(path: &Path) -> bool {
    let contents = fs::read_to_string(path).unwrap();
    assert!(contents == BIND || contents == FIXED, "{}: {contents:?}", path.display());
    contents == FIXED
}

/// Names of hidden files below `folder`: temporary files.
fn hidden(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().unwrap().is_dir() {
            found.extend(hidden(&entry.path()));
        } else if name.starts_with('.') {
            found.push(name);
        }
    }
    found
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
