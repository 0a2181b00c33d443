//! The `tightwire` program; everything is in the library.

fn main() -> std::process::ExitCode {
    tightwire::cli::main()
}
