//! What other tools run of us: the GitHub Action, as far as that can be done without GitHub, and pre-commit's hooks.

use crate::project::PROGRAM;
use crate::sources::BIND;
use crate::trials::{Need, succeeds, tests};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

tests! {
    the_action_annotates_and_fails_where_there_are_findings: [BASH],
    the_action_leaves_findings_to_code_scanning_when_it_writes_sarif: [BASH],
    the_hooks_are_yaml_and_name_commands_that_there_are: [YAML],
    the_action_uses_its_inputs_and_steps_by_their_names: [YAML],
    the_action_runs_from_its_first_step_to_its_last: [YAML, BASH],
    shellcheck_finds_nothing_in_our_scripts: [Need::Tool("shellcheck")],
    the_action_is_valid_by_the_schema_of_actions: [Need::Tool("check-jsonschema")],
}

const BASH: Need = Need::Tool("bash");
/// What reads YAML.
const YAML: Need = Need::Attempt(|| {
    if succeeds("python3", &["-c", "import yaml"]) {
        Ok(())
    } else {
        Err("no python3 with yaml on this machine".into())
    }
});

/// The script of the action's step `Check`, as the runner gives it to bash.
fn script() -> String {
    let action = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/action.yml")).unwrap();
    let (_, step) = action.split_once("    - name: Check\n").unwrap();
    let (_, body) = step.split_once("      run: |\n").unwrap();
    let lines = body.lines().take_while(|line| line.is_empty() || line.starts_with("        "));
    lines.map(|line| format!("{}\n", line.strip_prefix("        ").unwrap_or_default())).collect()
}

/// A runner's folders, with the program installed.
fn runner() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("temp/tightwire/bin")).unwrap();
    let program = folder.path().join("temp/tightwire/bin/tightwire");
    std::os::unix::fs::symlink(PROGRAM, program).unwrap();
    fs::create_dir(folder.path().join("work")).unwrap();
    fs::write(folder.path().join("work/a.py"), BIND).unwrap();
    fs::write(folder.path().join("work/b c.py"), "x = 1\n").unwrap();
    folder
}

fn check(runner: &Path, inputs: &[(&str, &str)]) -> Output {
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script()]).current_dir(runner.join("work"));
    bash.env("RUNNER_TEMP", runner.join("temp")).env("GITHUB_OUTPUT", runner.join("output"));
    for name in ["PATHS", "SINCE", "ARGS", "SARIF_FILE"] {
        let given = inputs.iter().find(|(input, _)| *input == name).map(|(_, value)| *value);
        bash.env(format!("INPUT_{name}"), given.unwrap_or(if name == "PATHS" { "." } else { "" }));
    }
    bash.output().unwrap()
}

fn the_action_annotates_and_fails_where_there_are_findings() {
    let runner = runner();
    for (inputs, code, annotations) in [
        (&[][..], 1, 1),
        (&[("PATHS", "b c.py\n")], 0, 0),
        (&[("PATHS", "a.py\nb c.py")], 1, 1),
        (&[("ARGS", "--select\ntelnet")], 0, 0),
        (&[("PATHS", "missing.py")], 2, 1),
        // Not in a repository.
        (&[("SINCE", "main")], 2, 0),
        // Nothing that is passed becomes an option or a command.
        (&[("PATHS", "--help")], 2, 1),
        (&[("PATHS", "$(touch proof)\n`touch proof`; touch proof")], 2, 2),
        (&[("SINCE", "$(touch proof)")], 2, 0),
    ] {
        let output = check(runner.path(), inputs);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{inputs:?}: {err}");
        assert_eq!(out.lines().filter(|line| line.starts_with("::")).count(), annotations, "{inputs:?}: {out}");
        assert!(!runner.path().join("work/proof").exists());
    }
    let told = fs::read_to_string(runner.path().join("output")).unwrap();
    assert!(told.starts_with("exit-code=1\nexit-code=0\n"), "{told}");
}

fn the_action_leaves_findings_to_code_scanning_when_it_writes_sarif() {
    let runner = runner();
    let output = check(runner.path(), &[("SARIF_FILE", "out put.sarif")]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
    let log = fs::read_to_string(runner.path().join("work/out put.sarif")).unwrap();
    assert!(log.starts_with("{\"$schema\":") && log.contains("\"uri\":\"a.py\""), "{log}");
    assert_eq!(fs::read_to_string(runner.path().join("output")).unwrap(), "exit-code=1\n");
    let failed = check(runner.path(), &[("SARIF_FILE", "x.sarif"), ("PATHS", "missing.py")]);
    assert_eq!(failed.status.code(), Some(2));
}

/// A YAML file of ours as JSON.
fn yaml(file: &str) -> Value {
    let read = "import sys, json, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
    let mut python = Command::new("python3");
    let output = python.args(["-c", read, file]).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn the_hooks_are_yaml_and_name_commands_that_there_are() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    for hook in hooks.as_array().unwrap() {
        let words: Vec<&str> = hook["entry"].as_str().unwrap().split(' ').collect();
        assert_eq!((words[0], hook["language"].as_str()), ("tightwire", Some("rust")));
        let help = Command::new(PROGRAM).args(&words[1..]).arg("--help").output().unwrap();
        assert!(help.status.success());
    }
}

/// Every expression of the action names what there is, and every input is used.
fn the_action_uses_its_inputs_and_steps_by_their_names() {
    let action = yaml("action.yml");
    let text = [&action["runs"], &action["outputs"]].map(ToString::to_string).concat();
    let names = |prefix: &str, stop: &[char]| -> BTreeSet<String> {
        text.split(prefix).skip(1).map(|rest| rest.split(stop).next().unwrap().to_owned()).collect()
    };
    let declared: BTreeSet<String> = action["inputs"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names("inputs.", &[' ', '}']), declared);
    let steps = action["runs"]["steps"].as_array().unwrap();
    let ids: BTreeSet<String> = steps.iter().filter_map(|step| Some(step["id"].as_str()?.to_owned())).collect();
    assert_eq!(names("steps.", &['.']), ids);
    assert_eq!(action["runs"]["using"], "composite");
    for step in steps.iter().filter(|step| step["run"].is_string()) {
        assert_eq!(step["shell"], "bash", "a composite action must say so");
        assert!(!step["run"].as_str().unwrap().contains("${{"), "an input would be part of the script");
    }
}

/// The steps with a script, one after the other, as a runner has them: each in a file, with the workspace as its folder and
/// its expressions filled in. `cargo` is one that puts the program of this build where it was told to.
fn the_action_runs_from_its_first_step_to_its_last() {
    let action = yaml("action.yml");
    for (given, code) in [
        (&[][..], 1),
        (&[("paths", "b c.py")], 0),
        (&[("sarif-file", "out.sarif"), ("args", "--select\nunrestricted-bind")], 0),
    ] {
        let runner = tempfile::tempdir().unwrap();
        let at = |path: &str| runner.path().join(path);
        for folder in ["bin", "temp", "work"] {
            fs::create_dir(at(folder)).unwrap();
        }
        fs::write(at("work/a.py"), BIND).unwrap();
        fs::write(at("work/b c.py"), "x = 1\n").unwrap();
        let cargo = format!(
            "#!/bin/sh\n[ \"$1 $2 $3 $4 $5\" = 'install --locked --path /the action --root' ] || exit 9\nmkdir -p \"$6/bin\" && ln -s '{PROGRAM}' \"$6/bin/tightwire\"\n"
        );
        fs::write(at("bin/cargo"), cargo).unwrap();
        fs::set_permissions(at("bin/cargo"), fs::Permissions::from_mode(0o755)).unwrap();
        let input = |name: &str| {
            let given = given.iter().find(|(input, _)| *input == name).map(|(_, value)| (*value).to_owned());
            given.unwrap_or_else(|| action["inputs"][name]["default"].as_str().unwrap().to_owned())
        };
        let filled_in = |text: &str| match text.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")) {
            Some("github.action_path") => "/the action".to_owned(),
            Some(expression) => input(expression.strip_prefix("inputs.").unwrap()),
            None => text.to_owned(),
        };
        let mut last = None;
        for step in action["runs"]["steps"].as_array().unwrap() {
            let Some(script) = step["run"].as_str() else { continue };
            assert_ne!(last, Some(1), "a step that failed ends the job");
            fs::write(at("temp/step.sh"), script).unwrap();
            let mut bash = Command::new("bash");
            bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(at("temp/step.sh")).env_clear();
            let path = format!("{}:{}", at("bin").display(), std::env::var("PATH").unwrap());
            bash.env("PATH", path).env("HOME", at("temp")).env("CI", "true").env("GITHUB_ACTIONS", "true");
            for (name, path) in [
                ("RUNNER_TEMP", "temp"),
                ("GITHUB_WORKSPACE", "work"),
                ("GITHUB_OUTPUT", "temp/output"),
                ("GITHUB_STEP_SUMMARY", "temp/summary"),
            ] {
                bash.env(name, at(path));
            }
            for (name, value) in step["env"].as_object().into_iter().flatten() {
                bash.env(name, filled_in(value.as_str().unwrap()));
            }
            let output = bash.current_dir(at("work")).output().unwrap();
            assert_ne!(output.status.code(), Some(9), "cargo is called in another way");
            last = output.status.code();
        }
        assert_eq!(last, Some(code), "{given:?}");
        let told = fs::read_to_string(at("temp/output")).unwrap();
        assert!(told.starts_with("exit-code=") && told.lines().count() == 1, "{told}");
        assert_eq!(at("work/out.sarif").exists(), given.iter().any(|(name, _)| *name == "sarif-file"));
    }
}

/// A check of others, with its arguments, which finds nothing.
fn passes(tool: &str, args: &[&str]) {
    let output = Command::new(tool).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn shellcheck_finds_nothing_in_our_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let step = folder.path().join("check.sh");
    fs::write(&step, format!("#!/usr/bin/env bash\n{}", script())).unwrap();
    passes("shellcheck", &[step.to_str().unwrap(), ".ci/run"]);
}

/// The schema of schemastore.org, which comes with the tool.
fn the_action_is_valid_by_the_schema_of_actions() {
    passes("check-jsonschema", &["--builtin-schema", "vendor.github-actions", "action.yml"]);
}
