//! The formats for other programs: valid by their own definitions, whatever files are called and whatever is in them, with the
//! outcome of each finding; and where the output goes.

use crate::project::{Ran, folder, run};
use crate::sources::{BIND, PUBLIC};
use crate::trials::{Need, tests};
use serde_json::Value;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

tests! {
    sarif_is_valid_by_the_official_schema: [SARIF_SCHEMA],
    sarif_has_rules_regions_and_places_from_the_projects_root_and_nothing_that_is_silenced,
    a_rule_that_a_configuration_selects_is_in_the_log_with_its_page,
    the_fixes_in_sarif_make_what_fix_makes,
    two_projects_in_one_sarif_log_have_a_root_each,
    gitlab_gets_unique_fingerprints_and_paths_from_the_root,
    json_lines_are_the_findings_of_json_one_by_one,
    #[cfg(unix)]
    no_name_and_no_line_gets_out_of_its_place,
    what_a_reader_would_not_see_is_not_suggested,
    fix_tells_the_outcome_of_each_finding_in_every_format,
    an_error_is_told_where_the_format_has_a_place_for_it,
    a_summary_in_markdown_has_an_end,
    statistics_stand_in_the_place_of_the_list_and_beside_everything_else,
    an_output_file_is_replaced_whole_and_stdout_stays_empty,
    #[cfg(unix)]
    an_output_file_that_cannot_be_written_is_refused_before_the_run,
}

static SCHEMA: LazyLock<Result<Value, String>> = LazyLock::new(sarif_schema);
const SARIF_SCHEMA: Need =
    Need::Attempt(|| SCHEMA.as_ref().map(|_| ()).map_err(|reason| format!("the SARIF schema cannot be had: {reason}")));

const HTTP: &str = "import http.client\n\nX = 'ä€𝄞'; c = http.client.HTTPConnection(\"api.example.com\")\r\n";
const FORMATS: [&str; 6] = ["json", "jsonl", "sarif", "github", "gitlab", "markdown"];

fn run_as(folder: &Path, format: &str, args: &[&str]) -> Ran {
    run(folder, &[args, &["--output-format", format]].concat())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A folder with a finding of each outcome that `check` knows, a file that cannot be read, and names that need care.
fn everything() -> TempDir {
    let suppressed = BIND.replace("8080))", "8080))  # tightwire: ignore");
    let folder = folder(&[
        ("app/safe.py", BIND),
        ("app/unsafe.py", PUBLIC),
        ("app/report.py", "import ftplib\nf = ftplib.FTP('example.com')\n"),
        ("app/two.py", HTTP),
        ("app/silenced.py", &suppressed),
        ("app/known.py", &BIND.replace("8080", "9090")),
        (
            "app/broken.py",
            "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\ns.bind((\"0.0.0.0\", 8080) if else\n",
        ),
        ("app/a b%:,#?ä.py", BIND),
    ]);
    let made = run(folder.path(), &["baseline", "create", "app/known.py"]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    folder
}

/// The official schema, out of a crate that has it: cargo downloads that by its exact version, as any other test input.
fn sarif_schema() -> Result<Value, String> {
    const DIGEST: &str = "155c05aa379b5c034c9f1f5300a8f80c4cb5de56edffd26246f428e1bb1a10db";
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sarif-schema");
    fs::create_dir_all(folder.join("src")).map_err(|error| error.to_string())?;
    let manifest = "[package]\nname = \"sarif-schema\"\nedition = \"2024\"\n[dependencies]\nserde-sarif = \"=0.8.0\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).map_err(|error| error.to_string())?;
    fs::write(folder.join("src/lib.rs"), "").map_err(|error| error.to_string())?;
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1"])
        .current_dir(&folder)
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif");
    let manifest = PathBuf::from(package.unwrap()["manifest_path"].as_str().unwrap());
    let schema = fs::read(manifest.with_file_name("src/schema.json")).map_err(|error| error.to_string())?;
    assert_eq!(blake3::hash(&schema).to_hex().as_str(), DIGEST, "it is another schema");
    // Its pattern of a language has a bracket that closes nothing, which a strict validator refuses.
    let schema = String::from_utf8(schema).unwrap().replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    serde_json::from_str(&schema).map_err(|error| error.to_string())
}

fn sarif_is_valid_by_the_official_schema() {
    let schema = SCHEMA.as_ref().unwrap();
    let validator = jsonschema::validator_for(schema).unwrap();
    assert!(!validator.is_valid(&json("{\"version\": \"2.1.0\"}")), "the schema does check");
    let folder = everything();
    let select = "--select=unrestricted-bind,plaintext-http-connection,plaintext-ftp";
    for args in [
        &["check"][..],
        &["check", select],
        &["fix", "--dry-run"],
        &["fix", "--unsafe-fixes"],
        &["check", "app/report.py"],
    ] {
        let log = json(&run_as(folder.path(), "sarif", args).out);
        let errors: Vec<_> =
            validator.iter_errors(&log).map(|error| format!("{} at {}", error, error.instance_path())).collect();
        assert!(errors.is_empty(), "{args:?}: {errors:#?}");
    }
}

fn sarif_has_rules_regions_and_places_from_the_projects_root_and_nothing_that_is_silenced() {
    let folder = everything();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let log = json(&run_as(&folder.path().join("app"), "sarif", &["check", "."]).out);
    let run = &log["runs"][0];
    let root = run["originalUriBaseIds"]["SRCROOT"]["uri"].as_str().unwrap();
    assert!(root.starts_with("file:///") && root.ends_with('/'), "{root}");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().len(), 1);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let of = |file: &str| {
        let uri = |result: &&Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == file;
        results.iter().find(uri).unwrap_or_else(|| panic!("{file} is not in {results:#?}"))
    };
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains(rule["id"].as_str().unwrap()));
        assert!(rule["properties"]["security-severity"].as_str().unwrap().parse::<f64>().unwrap() > 0.0);
        assert!(rule["properties"]["tags"][1].as_str().unwrap().starts_with("external/cwe/cwe-"));
        assert!(!rule["properties"]["aliases"].as_array().unwrap().is_empty());
    }
    assert_eq!(of("app/a%20b%25%3A%2C%23%3F%C3%A4.py")["kind"], "fail");
    // GitHub would open alerts for them, see src/report/sarif.rs.
    assert_eq!(results.len(), 4, "what a comment or the baseline silences is not in it: {results:#?}");
    for silenced in ["silenced.py", "known.py"] {
        assert!(!log["runs"].to_string().contains(silenced));
    }
    assert_eq!(of("app/two.py")["locations"][0]["physicalLocation"]["region"]["startColumn"], 28);
    let prints: HashSet<_> = results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    assert_eq!(prints.len(), results.len());
}

fn a_rule_that_a_configuration_selects_is_in_the_log_with_its_page() {
    let folder = folder(&[
        ("a.py", BIND),
        ("mail/tightwire.toml", "select = [\"plaintext-ftp\"]\n"),
        ("mail/b.py", "import ftplib\nf = ftplib.FTP('example.com')\n"),
    ]);
    let log = json(&run_as(folder.path(), "sarif", &["check"]).out);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        assert_eq!(rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()]["id"], result["ruleId"]);
    }
}

fn the_fixes_in_sarif_make_what_fix_makes() {
    for text in [HTTP, BIND, &HTTP.replace("http.client\n", "http.client\r\n"), &format!("\u{feff}{HTTP}")] {
        let folder = folder(&[("a.py", text)]);
        let log = json(&run_as(folder.path(), "sarif", &["check"]).out);
        let mut lines: Vec<String> =
            text.trim_start_matches('\u{feff}').split_inclusive('\n').map(str::to_owned).collect();
        let replacements =
            log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"].as_array().unwrap();
        for replacement in replacements.iter().rev() {
            let region = &replacement["deletedRegion"];
            let at = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap() - 1;
            assert_eq!(at("startLine"), at("endLine"));
            let line: Vec<char> = lines[at("startLine")].chars().collect();
            let (before, after) = (&line[..at("startColumn")], &line[at("endColumn")..]);
            let new = replacement["insertedContent"]["text"].as_str().unwrap();
            lines[at("startLine")] = before.iter().chain(&new.chars().collect::<Vec<_>>()).chain(after).collect();
        }
        assert_eq!(run(folder.path(), &["fix"]).code, Some(0));
        let fixed = fs::read_to_string(folder.path().join("a.py")).unwrap();
        assert_eq!(lines.concat(), fixed.trim_start_matches('\u{feff}'));
    }
}

fn two_projects_in_one_sarif_log_have_a_root_each() {
    let folder = folder(&[("one/.git/HEAD", ""), ("one/a.py", BIND), ("two/.git/HEAD", ""), ("two/a.py", BIND)]);
    let log = json(&run_as(folder.path(), "sarif", &["check", "one", "two"]).out);
    assert_eq!(log["runs"][0]["originalUriBaseIds"].as_object().unwrap().len(), 2);
    let issues = json(&run_as(folder.path(), "gitlab", &["check", "one", "two"]).out);
    assert_eq!(issues[0]["location"], issues[1]["location"]);
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
}

fn gitlab_gets_unique_fingerprints_and_paths_from_the_root() {
    let twice = format!("{BIND}s.bind((\"0.0.0.0\", 8080))\n");
    let folder = folder(&[("app/a.py", &twice), ("app/b.py", BIND)]);
    fs::create_dir(folder.path().join(".git")).unwrap();
    let issues = json(&run_as(&folder.path().join("app"), "gitlab", &["check", "./"]).out);
    let issues = issues.as_array().unwrap();
    let prints: HashSet<_> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!((issues.len(), prints.len()), (3, 3));
    assert_eq!(issues[0]["location"], json("{\"path\": \"app/a.py\", \"lines\": {\"begin\": 3, \"end\": 3}}"));
    for key in ["description", "check_name", "severity"] {
        assert!(issues[0][key].is_string(), "{key}");
    }
    assert_eq!(run_as(folder.path(), "gitlab", &["check", "--select", "telnet"]).out, "[]\n");
}

fn json_lines_are_the_findings_of_json_one_by_one() {
    let folder = everything();
    let whole = json(&run_as(folder.path(), "json", &["check"]).out);
    let lines: Vec<Value> = run_as(folder.path(), "jsonl", &["check"]).out.lines().map(json).collect();
    let of = |kind: &str| {
        let mut of: Vec<Value> = lines.iter().filter(|line| line["kind"] == kind).cloned().collect();
        of.iter_mut().for_each(|line| drop(line.as_object_mut().unwrap().remove("kind")));
        of
    };
    assert_eq!(of("finding"), whole["findings"].as_array().unwrap().clone());
    assert_eq!(of("error"), whole["errors"].as_array().unwrap().clone());
    assert_eq!(of("summary")[0]["summary"], whole["summary"]);
    assert_eq!(lines.last().unwrap()["kind"], "summary");
}

#[cfg(unix)]
fn no_name_and_no_line_gets_out_of_its_place() {
    let evil = "x\n::error::,a=b%0A``` <b>\u{1b}[2J\u{202e}`.py";
    let text = BIND.replace("8080))", "8080))  # ````` \u{60}::set-env name=X::y");
    let folder = folder(&[(evil, &text)]);
    let github = run_as(folder.path(), "github", &["check"]).out;
    assert_eq!(github.lines().count(), 1, "{github}");
    let head = github.split("::").nth(1).unwrap();
    assert!(head.starts_with("warning file=x%0A%3A%3Aerror%3A%3A%2Ca=b%250A``` <b>"), "{github}");
    let markdown = run_as(folder.path(), "markdown", &["check"]).out;
    assert!(markdown.contains("\n``````suggestion\ns.bind((\"127.0.0.1\", 8080))  # ````` `::"), "{markdown}");
    assert!(markdown.contains("### ````x\u{240a}::error::,a=b%0A``` <b>"), "{markdown}");
    for format in FORMATS {
        let out = run_as(folder.path(), format, &["check"]).out;
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{format}: {}", out.escape_debug());
    }
}

fn what_a_reader_would_not_see_is_not_suggested() {
    let folder = folder(&[("a.py", &BIND.replace("8080))", "8080))  # \u{202e}"))]);
    assert!(!run_as(folder.path(), "markdown", &["check"]).out.contains("```suggestion"));
}

fn fix_tells_the_outcome_of_each_finding_in_every_format() {
    for format in FORMATS {
        let folder = folder(&[("a.py", BIND), ("b.py", PUBLIC)]);
        let told = |args: &[&str]| run_as(folder.path(), format, args).out;
        let dry = told(&["fix", "--dry-run"]);
        assert!(!dry.contains("+++ "), "{format}: a diff is no {format}");
        assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BIND);
        let done = told(&["fix"]);
        let [fixed, open] = match format {
            "json" | "jsonl" => ["\"outcome\":\"fixed\"", "\"outcome\":\"found\""],
            "sarif" => ["\"kind\":\"informational\",\"level\":\"none\"", "\"outcome\":\"found\""],
            "github" => ["::notice file=a.py", "::warning file=b.py"],
            "gitlab" => ["(applied)", "(unsafe: `--unsafe-fixes`"],
            _ => ["1 of them fixed", "(unsafe: `--unsafe-fixes`"],
        };
        assert_eq!((done.matches(fixed).count(), done.matches(open).count()), (1, 1), "{format}: {done}");
        assert!(fs::read_to_string(folder.path().join("a.py")).unwrap().contains("127.0.0.1"));
    }
}

fn an_error_is_told_where_the_format_has_a_place_for_it() {
    let folder = everything();
    for (format, expected) in [
        ("github", "::error file=app/broken.py,line=3,title=tightwire::syntax error on a line"),
        ("markdown", "\n**Error** (`app/broken.py`, line 3): syntax error on a line"),
        ("jsonl", "{\"kind\":\"error\",\"path\":\"app/broken.py\",\"line\":3,"),
        ("sarif", "\"executionSuccessful\":false"),
    ] {
        let ran = run_as(folder.path(), format, &["check"]);
        assert_eq!((ran.code, ran.out.matches(expected).count()), (Some(2), 1), "{format}: {}", ran.out);
    }
}

fn a_summary_in_markdown_has_an_end() {
    let many = format!("{BIND}{}", "s.bind((\"0.0.0.0\", 8080))\n".repeat(2000));
    let folder = folder(&[("a.py", &many)]);
    let page = run_as(folder.path(), "markdown", &["check"]).out;
    assert!(page.len() < 65_536 && page.contains("more findings are not shown here"), "{}", page.len());
}

fn statistics_stand_in_the_place_of_the_list_and_beside_everything_else() {
    let folder = everything();
    let table = run(folder.path(), &["check", "--statistics"]);
    assert_eq!(table.code, Some(2));
    let row = |name: &str| {
        let line = table.out.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{}", table.out));
        line.split_whitespace().skip(1).map(|cell| cell.parse::<usize>().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(row("unrestricted-bind"), [3, 2, 1, 0, 0, 1, 1]);
    assert_eq!(row("all"), [4, 3, 1, 0, 0, 1, 1]);
    let beside = run_as(folder.path(), "json", &["check", "--statistics"]);
    assert!(
        json(&beside.out)["findings"].is_array() && beside.err.contains("unrestricted-bind      "),
        "{}",
        beside.err
    );
    let diff = run(folder.path(), &["fix", "--dry-run", "--statistics"]);
    assert!(diff.out.starts_with("--- a/app/") && diff.err.contains("baselined"), "{}", diff.err);
}

fn an_output_file_is_replaced_whole_and_stdout_stays_empty() {
    let folder = folder(&[("a.py", BIND), ("report.json", "old")]);
    let report = folder.path().join("report.json");
    for (format, args) in
        [("json", &["check"][..]), ("text", &["check", "--color", "auto"]), ("text", &["fix", "--dry-run"])]
    {
        let expected = run_as(folder.path(), format, args);
        let ran = run_as(folder.path(), format, &[args, &["--output-file", "report.json"]].concat());
        assert_eq!((ran.code, ran.out.as_str(), &ran.err), (expected.code, "", &expected.err));
        assert_eq!(fs::read_to_string(&report).unwrap(), expected.out);
    }
    // Files that are written in the same folder do not get in its way.
    let fixed = run(folder.path(), &["fix", "--output-file", "report.json"]);
    assert_eq!((fixed.code, fixed.out.as_str()), (Some(0), ""), "{}", fixed.err);
    assert!(fs::read_to_string(&report).unwrap().starts_with("a.py: fixed 1"));
    assert_eq!(run(folder.path(), &["rules", "--output-file", "rules.txt"]).out, "");
    assert!(fs::read_to_string(folder.path().join("rules.txt")).unwrap().contains("unrestricted-bind"));
    assert_eq!(run(folder.path(), &["undo", "--output-file", "x"]).code, Some(2));
    for args in [
        &["config", "schema"][..],
        &["config", "show", "a.py"],
        &["man"],
        &["completions", "bash"],
        &["explain", "telnet"],
    ] {
        assert_eq!(run(folder.path(), &[args, &["--output-file", "rules.txt"]].concat()).out, "");
        assert_eq!(fs::read_to_string(folder.path().join("rules.txt")).unwrap(), run(folder.path(), args).out);
    }
    // A run that comes to nothing leaves the old one.
    fs::write(&report, "old").unwrap();
    let ran = run(folder.path(), &["check", "--output-file", "report.json", "--exclude", "a{b"]);
    assert_eq!((ran.code, fs::read_to_string(&report).unwrap().as_str()), (Some(2), "old"));
    let names: HashSet<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a.py", "report.json", "rules.txt"].map(Into::into).into());
}

#[cfg(unix)]
fn an_output_file_that_cannot_be_written_is_refused_before_the_run() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = folder(&[("a.py", BIND), ("read-only", ""), ("target", "kept")]);
    fs::set_permissions(folder.path().join("read-only"), fs::Permissions::from_mode(0o444)).unwrap();
    symlink("target", folder.path().join("link")).unwrap();
    symlink("nowhere", folder.path().join("dangling")).unwrap();
    for path in ["none/x", ".", "read-only", "link", "dangling"] {
        let ran = run(folder.path(), &["fix", "--output-file", path]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{path}");
        assert!(ran.err.contains(&format!("--> {path}")) && ran.err.contains("help: "), "{}", ran.err);
        assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BIND);
    }
    assert_eq!(fs::read_to_string(folder.path().join("target")).unwrap(), "kept");
    assert_eq!(run(folder.path(), &["check", "--output-file", "/dev/null"]).code, Some(1));
    assert!(fs::metadata("/dev/null").is_ok_and(|metadata| !metadata.is_file()));
    run(folder.path(), &["check", "--output-file", "new"]);
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("new"), mode("a.py"));
}
