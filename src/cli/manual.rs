//! `tightwire completions` and `tightwire man`, generated from the definition of the command line.

use super::args::{Cli, Common};
use super::exit::{Exit, Stop};
use super::output::Output;
use crate::problem::Problem;
use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;
use std::io::Write as _;

/// The completions for a shell.
pub(super) fn completions(shell: Shell, common: &Common) -> Result<Exit, Stop> {
    // Generated in memory: the generator panics if a pipe is closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tightwire", &mut script);
    write(&script, common)
}

/// The page of the program, or of one of its commands.
pub(super) fn man(command: Option<&str>, common: &Common) -> Result<Exit, Stop> {
    let mut program = Cli::command();
    // Adds the common options to each command.
    program.build();
    let page = match command {
        None => program,
        Some(name) => {
            let found = program.get_subcommands().find(|command| command.get_name() == name).cloned();
            found.ok_or_else(|| {
                let names: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
                let help = format!("the commands are: {}", names.join(", "));
                Problem::new(format!("unknown command `{name}`"), help)
            })?
        }
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text)?;
    write(&text, common)
}

fn write(text: &[u8], common: &Common) -> Result<Exit, Stop> {
    let mut out = Output::open(common.output_file.as_deref())?;
    out.write_all(text)?;
    out.finish()?;
    Ok(Exit::Clean)
}
