//! Tests by name, each with what it needs. A test whose need is not met prints why and counts as ignored: libtest cannot say
//! that while it runs, so these tests have a harness of their own, with the same arguments.

#![allow(dead_code, reason = "each test program has its own needs")]

use libtest_mimic::{Arguments, Completion, Trial};
use std::process::{Command, ExitCode};
use std::sync::LazyLock;
use std::{env, fs};

/// What a test cannot do without.
pub enum Need {
    /// A program on the path.
    Tool(&'static str),
    /// Something that must be tried; the error says what is missing.
    Attempt(fn() -> Result<(), String>),
    /// More time or network than everybody has: the test is ignored until it is asked for. Says what it takes.
    Patience(&'static str),
}

/// The pseudo-terminals of `pty.rs`.
pub const PTY: Need = Need::Attempt(|| {
    static HAS_PTY: LazyLock<bool> = LazyLock::new(|| succeeds("python3", &["-c", "import pty, fcntl, termios"]));
    if *HAS_PTY { Ok(()) } else { Err("no python3 with the pty module on this machine".into()) }
});

/// A user whom the modes of files and folders stop.
#[cfg(unix)]
pub const MODES: Need = Need::Attempt(|| {
    use std::os::unix::fs::PermissionsExt as _;
    let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o000)).map_err(|error| error.to_string())?;
    if fs::read(file.path()).is_ok() { Err("this user (root?) may read and write everything".into()) } else { Ok(()) }
});

/// A test. [`tests`] makes it.
pub struct Test {
    /// With the path of its module, from the test program on.
    pub path: &'static str,
    pub needs: &'static [Need],
    pub run: fn(),
}

/// Lists the tests of a module, as `TESTS`: `name`, or `name: [needs]`. One that is not in the list is dead code, about which
/// the compiler warns.
macro_rules! tests {
    ($($(#[$condition:meta])* $name:ident $(: [$($need:expr),+])?),+ $(,)?) => {
        pub const TESTS: &[$crate::trials::Test] = &[$(
            $(#[$condition])*
            $crate::trials::Test {
                path: concat!(module_path!(), "::", stringify!($name)),
                needs: &[$($($need),+)?],
                run: $name,
            }
        ),+];
    };
}
pub(crate) use tests;

/// Runs the tests that the command line asks for.
pub fn run(modules: &[&'static [Test]]) -> ExitCode {
    let trials = modules.iter().copied().flatten().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(test: &'static Test) -> Trial {
    let name = test.path.split_once("::").map_or(test.path, |(_, name)| name);
    let is_patient = test.needs.iter().any(|need| matches!(need, Need::Patience(_)));
    let runner = move || {
        if let Some(why) = test.needs.iter().find_map(missing) {
            eprintln!("skipped: {name}: {why}");
            return Ok(Completion::ignored_with(why));
        }
        (test.run)();
        Ok(Completion::Completed)
    };
    Trial::ignorable_test(name, runner).with_ignored_flag(is_patient)
}

/// Why a need is not met.
fn missing(need: &Need) -> Option<String> {
    match need {
        Need::Tool(name) => {
            let path = env::var_os("PATH").unwrap_or_default();
            let is_there = env::split_paths(&path).any(|folder| folder.join(name).is_file());
            (!is_there).then(|| format!("no {name} on this machine"))
        }
        Need::Attempt(attempt) => attempt().err(),
        // It was asked for.
        Need::Patience(_) => None,
    }
}

/// Whether a program is there, and ends well.
pub fn succeeds(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}
