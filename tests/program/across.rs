//! A literal in one file that a sink in another one binds: the finding is the literal's, in every way of using the program.

use crate::project::Project;
use crate::trials::{Need, PTY, tests};
use serde_json::Value;
use std::fs;

tests! {
    the_finding_belongs_to_the_file_of_the_literal_and_names_the_other_place,
    a_file_that_names_no_sink_is_read_for_the_wildcard_that_it_passes_on,
    with_the_file_of_the_sink_alone_it_is_a_report,
    threads_and_the_order_of_paths_change_nothing,
    the_dry_run_is_what_the_fix_writes_and_undo_takes_back: [Need::Tool("git")],
    the_baseline_holds_it,
    a_review_writes_it_to_the_file_of_the_literal: [PTY],
    a_comment_at_the_literal_silences_it,
    a_comment_at_the_sink_silences_it,
    a_file_has_the_same_verdict_alone_as_with_its_project,
}

const SETTINGS: &str = "HOST = \"0.0.0.0\"\nPORT = 8000\n\n\nclass Web:\n    listen = \"0.0.0.0\"\n";
const SERVER: &str =
    "import uvicorn\nfrom app.settings import HOST\n\n\ndef main(app):\n    uvicorn.run(app, host=HOST)\n";
const WEB: &str = "import uvicorn\nfrom .settings import Web\n\nuvicorn.run(None, host=Web.listen)\n";

fn project() -> Project {
    let files =
        [("app/__init__.py", ""), ("app/settings.py", SETTINGS), ("app/server.py", SERVER), ("app/web.py", WEB)];
    Project::new(&files)
}

/// Rule, path, line and applicability of each finding, and path and line of its last related place.
fn findings(report: &Value) -> Vec<String> {
    let line = |finding: &Value| {
        let place = |of: &Value| format!("{}:{}", of["path"].as_str().unwrap(), of["start"]["line"]);
        let related = finding["related"].as_array().unwrap().last().map(place).unwrap_or_default();
        let text = |key: &str| finding[key].as_str().unwrap();
        format!("{} {} {} {related}", place(finding), text("rule"), text("applicability")).trim_end().to_owned()
    };
    report["findings"].as_array().unwrap().iter().map(line).collect()
}

fn check(project: &Project, args: &[&str]) -> Vec<String> {
    findings(&project.run(&[&["check", "--output-format", "json"], args].concat()).json())
}

const HOST: &str = "app/settings.py:1 unrestricted-bind unsafe app/server.py:6";
const LISTEN: &str = "app/settings.py:6 unrestricted-bind unsafe app/web.py:4";

fn the_finding_belongs_to_the_file_of_the_literal_and_names_the_other_place() {
    let project = project();
    for paths in [&["."][..], &["app/settings.py"], &["app/settings.py", "app/web.py"]] {
        assert_eq!(check(&project, paths), [HOST, LISTEN], "{paths:?}");
    }
    // From a folder of the project, the other file is named from there, too.
    let inner = project.run_in(&project.path("app"), &["check", "--output-format", "concise"]);
    assert!(inner.out.starts_with("settings.py:1:8: "), "{}", inner.out);
    assert!(inner.out.contains("(server.py, line 6: bound here)"), "{}", inner.out);
    let text = project.run(&["check", "app/settings.py"]).out;
    assert!(text.contains("= bound here: app/server.py:6:5\n"), "{text}");
    assert!(text.contains("code in app/server.py reads the address"), "{text}");
    let sarif = project.run(&["check", "--output-format", "sarif"]).json();
    let result = &sarif["runs"][0]["results"][0];
    let related = &result["relatedLocations"][0]["physicalLocation"];
    assert_eq!(related["artifactLocation"]["uri"], "app/server.py");
    assert_eq!(related["region"]["startLine"], 6);
    let flow = &result["codeFlows"][0]["threadFlows"][0]["locations"];
    let uri = |at: usize| flow[at]["location"]["physicalLocation"]["artifactLocation"]["uri"].as_str();
    assert_eq!((uri(0), uri(1)), (Some("app/settings.py"), Some("app/server.py")));
}

fn a_file_that_names_no_sink_is_read_for_the_wildcard_that_it_passes_on() {
    let net = "import socket\n\n\ndef listen(host, port):\n    s = socket.socket(socket.AF_INET6)\n    s.bind((host, port))\n    s.listen()\n    return s\n";
    for written in
        ["host=\"::\"", "host = '::'", "host = host or \"::\"", "host = host or '::'", "host = host if host else '::'"]
    {
        let call = match written.starts_with("host=") {
            true => format!("def serve():\n    listen({written}, port=8000)\n\n\nserve()\n"),
            false => format!("def serve(host):\n    {written}\n    listen(host, 8000)\n\n\nserve('')\n"),
        };
        let project = Project::new(&[("net.py", net), ("app.py", &format!("from net import listen\n\n\n{call}"))]);
        let found = check(&project, &[]);
        assert!(found.iter().any(|finding| finding.starts_with("app.py:5 unrestricted-bind ")), "{written}: {found:?}");
    }
}

fn with_the_file_of_the_sink_alone_it_is_a_report() {
    let project = project();
    assert_eq!(check(&project, &["app/server.py"]), ["app/server.py:6 unrestricted-bind report"]);
    let told = project.run(&["check", "app/server.py"]).out;
    assert!(told.contains("the address is written in app/settings.py, line 1"), "{told}");
}

fn threads_and_the_order_of_paths_change_nothing() {
    let project = project();
    for number in 0..40 {
        fs::write(project.path(&format!("app/other{number}.py")), SERVER).unwrap();
    }
    let one = check(&project, &["--threads", "1"]);
    assert_eq!(one.iter().filter(|finding| finding.starts_with("app/settings.py:1 ")).count(), 41);
    for _ in 0..4 {
        assert_eq!(check(&project, &["--threads", "4"]), one);
    }
    assert_eq!(check(&project, &["app/web.py", "app/settings.py", "app/server.py"]), one);
}

fn the_dry_run_is_what_the_fix_writes_and_undo_takes_back() {
    let (project, by_git) = (project(), project());
    let unsafe_too = |more: &[&'static str]| [&["fix", "--unsafe-fixes"], more].concat();
    let patch = project.run(&unsafe_too(&["--dry-run"])).out;
    fs::write(by_git.path("fix.patch"), &patch).unwrap();
    crate::project::git(by_git.folder.path(), &["init", "-q"]);
    crate::project::git(by_git.folder.path(), &["apply", "fix.patch"]);

    assert_eq!(project.run(&unsafe_too(&[])).code, Some(0));
    let loopback = SETTINGS.replace("0.0.0.0", "127.0.0.1");
    for (path, text) in [("app/settings.py", loopback.as_str()), ("app/server.py", SERVER), ("app/web.py", WEB)] {
        assert_eq!((project.read(path), by_git.read(path)), (text.to_owned(), text.to_owned()), "{path}");
    }
    assert_eq!(check(&project, &[]), [""; 0]);
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!(project.read("app/settings.py"), SETTINGS);

    // With the file of the sink alone nothing is edited, with that of the literal alone all of it is.
    project.run(&unsafe_too(&["app/server.py", "app/web.py"]));
    assert_eq!((project.read("app/settings.py").as_str(), project.read("app/server.py").as_str()), (SETTINGS, SERVER));
    project.run(&unsafe_too(&["app/settings.py"]));
    assert_eq!(project.read("app/settings.py"), loopback);
}

fn the_baseline_holds_it() {
    let project = project();
    assert_eq!(project.run(&["baseline", "create"]).code, Some(0));
    assert_eq!(project.run(&["check"]).code, Some(0));
    assert_eq!(project.run(&["check", "app/settings.py"]).code, Some(0));
    // The sink may move, and the place of the finding is the literal's.
    fs::write(project.path("app/server.py"), format!("\n\n{SERVER}")).unwrap();
    assert_eq!(project.run(&["check"]).code, Some(0));
    fs::write(project.path("app/settings.py"), SETTINGS.replace("HOST = ", "HOST = BIND = ")).unwrap();
    assert_eq!(project.run(&["check"]).code, Some(1));
}

fn a_review_writes_it_to_the_file_of_the_literal() {
    const ASKED: &str = "q,Q,?]";
    let project = project();
    let session = project.review(project.terminal().keys(ASKED, "y").keys(ASKED, "n").keys(ASKED, "q"));
    let shown = session.shown.replace("\r\n", "\n");
    assert!(shown.contains("  app/server.py:6: bound here\n"), "{shown}");
    assert_eq!(project.read("app/settings.py"), SETTINGS.replacen("0.0.0.0", "127.0.0.1", 1), "{shown}");
    assert_eq!(project.read("app/server.py"), SERVER);
}

fn a_comment_at_the_literal_silences_it() {
    let project = project();
    fs::write(project.path("app/settings.py"), SETTINGS.replace("0\"\nP", "0\"  # nosec B104\nP")).unwrap();
    assert_eq!(check(&project, &[]).len(), 2);
    let outcomes = project.run(&["check", "--output-format", "concise"]).out;
    assert_eq!(outcomes.lines().count(), 1, "{outcomes}");
    assert!(outcomes.starts_with("app/settings.py:6:"), "{outcomes}");
}

fn a_comment_at_the_sink_silences_it() {
    for (file, server) in [
        ("app/server.py", SERVER.replace("HOST)\n", "HOST)  # nosec B104\n")),
        (
            "app/server.py",
            SERVER.replace("    uvicorn", "    # tightwire: ignore[unrestricted-bind] for the proxy\n    uvicorn"),
        ),
        ("app/server.py", format!("# ruff: noqa: S104\n{SERVER}")),
        // Characters before the place that have several bytes.
        ("app/server.py", format!("\u{feff}# \u{e9}\u{1f600}\n{}", SERVER.replace("HOST)\n", "HOST)  # noqa: S104\n"))),
    ] {
        let project = project();
        fs::write(project.path(file), &server).unwrap();
        let told = project.run(&["check", "--output-format", "concise", "app/settings.py"]).out;
        assert_eq!(told.lines().count(), 1, "{server}\n{told}");
        assert!(told.starts_with("app/settings.py:6:"), "{server}\n{told}");
        project.run(&["fix", "--unsafe-fixes", "."]);
        assert_eq!(project.read("app/settings.py"), SETTINGS.replace("n = \"0.0.0.0", "n = \"127.0.0.1"), "{server}");
    }
    // A comment elsewhere in that file says nothing.
    let project = project();
    fs::write(project.path("app/server.py"), SERVER.replace("HOST\n\n", "HOST  # noqa: S104\n\n")).unwrap();
    assert_eq!(project.run(&["check", "--output-format", "concise"]).out.lines().count(), 2);
}

fn a_file_has_the_same_verdict_alone_as_with_its_project() {
    let replaced = "import ssl\nssl._create_default_https_context = ssl._create_unverified_context\n";
    let client = "import http.client\n\nhttp.client.HTTPSConnection(\"api.example.com\")\n";
    let project = Project::new(&[("app/misc.py", replaced), ("app/notify.py", client)]);
    let verdict = |args: &[&str]| check(&project, &[args, &["--select", "https-without-context"]].concat());
    let replaced_elsewhere = verdict(&["app/notify.py"]);
    assert!(
        replaced_elsewhere[0].starts_with("app/notify.py:3 https-without-context unsafe"),
        "{replaced_elsewhere:?}"
    );
    assert_eq!(verdict(&["."]), replaced_elsewhere);
    fs::remove_file(project.path("app/misc.py")).unwrap();
    assert_eq!(verdict(&["app/notify.py"]), [replaced_elsewhere[0].replace("unsafe", "safe")]);
}
