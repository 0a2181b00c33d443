//! One named test for each case in `fixtures/`, `folder::case`; `fixtures/README.md` says what a case is.
//!
//! The tests are the independent check on the transforms: what they expect is written by hand in the cases, and what they
//! compare with is not ours (a second parser, every CPython that is installed, `git apply`).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    reason = "a test may panic, and says what it skips"
)]

#[path = "fixtures/case.rs"]
mod case;
#[path = "fixtures/check.rs"]
mod check;
#[path = "fixtures/cpython.rs"]
mod cpython;
#[path = "fixtures/diff.rs"]
mod diff;
#[path = "fixtures/interpreter.rs"]
mod interpreter;
#[path = "fixtures/variant.rs"]
mod variant;

use case::Case;
use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = Arc::new(Case::all());
    let count = cases.len();
    let mut trials: Vec<Trial> = (0..cases.len())
        .map(|index| {
            let cases = Arc::clone(&cases);
            Trial::test(cases[index].title(), move || check::case(&cases[index]).map_err(Into::into))
        })
        .collect();
    let (found, missing) = interpreter::all();
    for interpreter in found {
        let cases = Arc::clone(&cases);
        let name = format!("cpython::{}", interpreter.version);
        trials.push(Trial::test(name, move || cpython::judge(&interpreter, &cases).map_err(Into::into)));
    }
    for version in missing {
        eprintln!("skipped: cpython::{version}: no such interpreter in ~/.pyenv/versions");
        trials.push(Trial::test(format!("cpython::{version}"), || Ok(())).with_ignored_flag(true));
    }
    trials.push(Trial::test("dry_run::git_apply", move || diff::git_apply(&cases).map_err(Into::into)));
    let conclusion = libtest_mimic::run(&arguments, trials);
    let [variants, subsets] = [&check::VARIANTS, &check::SUBSETS].map(|number| number.load(Ordering::Relaxed));
    eprintln!("{count} cases, {variants} variants and {subsets} subsets of fixes tried");
    conclusion.exit_code()
}
