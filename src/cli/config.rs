//! `tightwire config`: prints the settings that apply to a path and where each comes from, and the JSON schema of a
//! configuration.

use super::args::{Common, ConfigCommand};
use super::exit::{Exit, Stop};
use super::format;
use super::input;
use super::output::Output;
use crate::problem::Problem;
use crate::report::{ListForm, json};
use crate::text::display_path;
use crate::text::sanitize::visible_line;
use crate::transforms;
use crate::workspace::config;
use crate::workspace::config::Entry;
use crate::workspace::preload;
use crate::workspace::{Holding, Workspace};
use serde::Serialize;
use std::io;
use std::io::Write as _;
use std::path::Path;

pub(super) fn run(command: &ConfigCommand, common: &Common) -> Result<Exit, Stop> {
    let mut out = Output::open(common.output_file.as_deref())?;
    match command {
        ConfigCommand::Show { path } => {
            let shown = show(path, common)?;
            match format::list_form(common.output_format, "settings")? {
                ListForm::Json => json::write_value(&mut out, &shown)?,
                ListForm::Text => out.write_all(text(&shown).as_bytes())?,
            }
        }
        ConfigCommand::Schema => {
            let schema = serde_json::to_string_pretty(&config::schema(transforms::all())).map_err(io::Error::other)?;
            writeln!(out, "{schema}")?;
        }
    }
    out.finish()?;
    Ok(Exit::Clean)
}

/// The settings that apply to a path.
#[derive(Serialize)]
struct Shown {
    path: String,
    /// The configuration excludes the path, unless it is named.
    excluded: bool,
    /// The ids of the rules that run there.
    rules: Vec<String>,
    settings: Vec<Entry>,
    /// The day of the HSTS preload list that ships with the program.
    hsts_preload: &'static str,
}

fn show(path: &Path, common: &Common) -> Result<Shown, Stop> {
    if std::fs::symlink_metadata(path).is_err() {
        let help = "name an existing file or folder";
        return Err(Problem::new(format!("`{}` does not exist", path.display()), help).into());
    }
    // A folder's own configuration applies in it. The settings of an excluded folder are shown too.
    let inner = if path.is_dir() { path.join("__init__.py") } else { path.to_path_buf() };
    let Holding { is_excluded, engine, settings } = Workspace::new(input::options(common))?.holding(&inner)?;
    let rules = engine.rules().iter().map(|transform| transform.metadata().id.to_string()).collect();
    Ok(Shown { path: display_path(path), excluded: is_excluded, rules, settings, hsts_preload: preload::DATE })
}

fn text(shown: &Shown) -> String {
    let mut text = String::new();
    let excluded = if shown.excluded { " (excluded)" } else { "" };
    let mut line = |line: String| {
        text.push_str(&visible_line(&line));
        text.push('\n');
    };
    line(format!("# {}{excluded}", shown.path));
    line(format!("# rules: {}", shown.rules.join(", ")));
    line(format!("# hosts that speak TLS: those here, and the HSTS preload list of {}", shown.hsts_preload));
    for Entry { name, value, origin } in &shown.settings {
        line(format!("{name} = {value}  # {origin}"));
    }
    if shown.settings.is_empty() {
        line("# no configuration applies here".to_string());
    }
    text
}
