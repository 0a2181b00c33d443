//! The README's console blocks print what it says they print, and the review that it shows was held like that.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[cfg(unix)]
mod terminal;

#[test]
fn the_readme_shows_what_the_program_prints() {
    trycmd::TestCases::new().case("README.md").env("NO_COLOR", "1").env("TERM", "dumb");
}

/// A review of the sample at a pseudo-terminal of 80 columns; what is shown is the block after the mark. With
/// `TIGHTWIRE_RECORD` set, the block is written anew.
#[cfg(unix)]
#[test]
fn the_readme_shows_a_review_as_it_is_seen() {
    use std::fs;
    const MARK: &str = "<!-- A review of the sample, recorded by tests/readme.rs -->\n```text\n";
    let folder = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::copy("sample/status.py", folder.path().join("status.py")).unwrap();
    let asked = "q,Q,?]";
    let session = terminal::Terminal::new(state.path())
        .size(60, 80)
        .variable("NO_COLOR", "1")
        .keys(asked, "y")
        .keys(asked, "\r")
        .keys(asked, "\r");
    let Some(session) = session.run(folder.path(), &["fix", "--interactive"]) else { return };
    assert_eq!(session.code, Some(0), "{}", session.shown);
    let lines = session.shown.replace("\r\n", "\n");
    let recorded: String = lines.trim().lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let recorded = format!("$ tightwire fix --interactive\n{recorded}");
    let readme = fs::read_to_string("README.md").unwrap();
    let start = readme.find(MARK).expect("the README has the mark") + MARK.len();
    let end = start + readme[start..].find("```").unwrap();
    if std::env::var_os("TIGHTWIRE_RECORD").is_some() {
        fs::write("README.md", format!("{}{recorded}{}", &readme[..start], &readme[end..])).unwrap();
        println!("the review in README.md was recorded anew");
        return;
    }
    assert_eq!(readme[start..end], recorded, "record it anew with TIGHTWIRE_RECORD=1");
}
