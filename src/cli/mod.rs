//! To come.
pub fn main() -> std::process::ExitCode {
    todo!()
}
