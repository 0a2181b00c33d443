//! The README's console blocks print what it says they print. The review that it shows is `recording.rs`'s.

#[test]
fn the_readme_shows_what_the_program_prints() {
    trycmd::TestCases::new().case("README.md").env("NO_COLOR", "1").env("TERM", "dumb");
}
