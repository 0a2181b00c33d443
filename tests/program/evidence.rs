//! Answers in a configuration, and the questions that they answer.

use crate::project::{Project, Ran};
use crate::trials::tests;
use serde_json::json;

tests! {
    a_host_that_speaks_tls_makes_its_fixes_safe,
    a_folder_for_this_machine_alone_makes_its_binds_safe,
    a_server_that_others_reach_is_not_bound_to_loopback,
    the_answer_is_named_where_it_counts,
    each_question_is_asked_once_for_all_fixes,
    answers_that_contradict_each_other_are_named_with_their_lines,
    a_host_in_two_spellings_is_one_host,
    a_question_names_the_port_that_tls_must_answer_on,
    an_answer_that_nothing_needs_is_named_by_a_run_over_all_that_it_is_about,
    an_answer_whose_date_has_passed_stops_counting_and_says_so,
    a_check_ends_with_the_question_whose_answer_frees_most,
    every_format_for_people_and_programs_carries_the_questions,
    no_question_is_asked_where_its_answer_would_free_nothing,
    an_answer_that_cannot_be_meant_is_refused_with_its_line,
}

const CLIENT: &str = "import http.client\n\nc = http.client.HTTPConnection(\"api.corp.example\")\nc.request(\"GET\", \"/\")\n\
                      d = http.client.HTTPConnection(\"10.0.3.4:8080\")\nd.request(\"GET\", \"/\")\n";
const SERVER: &str = "import socketserver\n\nsocketserver.TCPServer((\"0.0.0.0\", 8001), None).serve_forever()\n";

fn project(config: &str) -> Project {
    let files = [("client.py", CLIENT), ("tools/serve.py", SERVER), ("services/gateway/run.py", SERVER)];
    Project::new(&[&files[..], &[("tightwire.toml", config)]].concat())
}

/// Path, line and applicability of each finding.
fn applicability(project: &Project) -> Vec<String> {
    let report = project.run(&["check", "--output-format", "json"]).json();
    let line = |finding: &serde_json::Value| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        format!("{}:{} {}", text("path"), finding["start"]["line"], text("applicability"))
    };
    report["findings"].as_array().unwrap().iter().map(line).collect()
}

fn a_host_that_speaks_tls_makes_its_fixes_safe() {
    for (tls, first, second) in [
        ("", "unsafe", "unsafe"),
        ("'*.corp.example'", "safe", "unsafe"),
        ("'API.corp.example:443'", "safe", "unsafe"),
        ("'API.corp.example:8443'", "unsafe", "unsafe"),
        ("'10.0.0.0/8', 'other.example'", "unsafe", "safe"),
        ("'10.0.3.4:8080'", "unsafe", "safe"),
        ("'10.0.3.4:8443'", "unsafe", "unsafe"),
        ("{ about = 'api.corp.example', reason = 'asked' }", "safe", "unsafe"),
    ] {
        let project = project(&format!("[evidence]\ntls = [{tls}]\n"));
        let found = applicability(&project);
        assert_eq!(found[..2], [format!("client.py:3 {first}"), format!("client.py:5 {second}")], "{tls}");
    }
    let project = project("[evidence]\ntls = ['*.corp.example', '10.0.3.4']\n");
    assert_eq!(project.run(&["fix"]).code, Some(0));
    let fixed = project.read("client.py");
    assert!(fixed.contains("HTTPSConnection(\"api.corp.example\", context=ssl.create_default_context())"), "{fixed}");
    assert!(fixed.contains("HTTPSConnection(\"10.0.3.4:8080\", context="), "{fixed}");
}

fn a_folder_for_this_machine_alone_makes_its_binds_safe() {
    for (local, gateway, tools) in [
        ("'tools/'", "unsafe", "safe"),
        ("'/tools'", "unsafe", "safe"),
        ("'tools/*.py', 'other/'", "unsafe", "safe"),
        ("'services/'", "safe", "unsafe"),
        ("'run.py', 'serve.py'", "safe", "safe"),
        ("'tool'", "unsafe", "unsafe"),
    ] {
        let project = project(&format!("[evidence]\nlocal-only = [{local}]\n"));
        let found = applicability(&project);
        let expected = [format!("services/gateway/run.py:3 {gateway}"), format!("tools/serve.py:3 {tools}")];
        assert_eq!(found[2..], expected, "{local}");
    }
    let project = project("[evidence]\nlocal-only = ['tools/']\n");
    project.run(&["fix", "tools"]);
    assert_eq!(project.read("tools/serve.py"), SERVER.replace("0.0.0.0", "127.0.0.1"));
    // A nearer configuration goes first.
    std::fs::write(project.path("tools/tightwire.toml"), "[evidence]\nreachable = ['serve.py']\n").unwrap();
    std::fs::write(project.path("tools/serve.py"), SERVER).unwrap();
    assert_eq!(applicability(&project)[3], "tools/serve.py:3 report");
}

fn a_server_that_others_reach_is_not_bound_to_loopback() {
    let project = project("[evidence]\nreachable = ['services/gateway/']\nlocal-only = ['tools/', 'services/']\n");
    let found = applicability(&project);
    assert_eq!(found[2..], ["services/gateway/run.py:3 report", "tools/serve.py:3 safe"]);
    project.run(&["fix", "--unsafe-fixes"]);
    assert_eq!(project.read("services/gateway/run.py"), SERVER);
    // Of `http.server`, it is what makes the comment right.
    let by_option = "import sys\nfrom http.server import HTTPServer, SimpleHTTPRequestHandler\n\n\
                     HTTPServer((sys.argv[1], 8001), SimpleHTTPRequestHandler).serve_forever()\n";
    for (config, expected) in [
        ("", "unsafe"),
        ("[evidence]\nreachable = ['web.py']\n", "safe"),
        ("[evidence]\nlocal-only = ['web.py']\n", "unsafe"),
    ] {
        let project = Project::new(&[("web.py", by_option), ("tightwire.toml", config)]);
        assert_eq!(applicability(&project), [format!("web.py:4 {expected}")], "{config}");
    }
}

fn the_answer_is_named_where_it_counts() {
    let project = project("[evidence]\ntls = [{ about = '*.corp.example', reason = 'asked on 2026-11-30' }]\n");
    let said = "accepted by `tls = \"*.corp.example\"` (tightwire.toml, asked on 2026-11-30)";
    for format in ["text", "markdown"] {
        let out = project.run(&["check", "--output-format", format]).out;
        assert!(out.contains(said) || out.contains(&said.replace('*', "\\*")), "{format}: {out}");
    }
    let finding = &project.run(&["check", "--output-format", "json"]).json()["findings"][0];
    assert_eq!(finding["accepted"][0]["reason"], "local-host");
    let shown = project.run(&["config", "show"]).out;
    assert!(shown.contains("evidence.tls = [\"*.corp.example\"]  # tightwire.toml"), "{shown}");
}

fn each_question_is_asked_once_for_all_fixes() {
    let project = project("");
    std::fs::write(project.path("other.py"), CLIENT).unwrap();
    let asked = project.run(&["questions", "--output-format", "json"]).json();
    let question = |about: &str| asked.as_array().unwrap().iter().find(|one| one["about"] == about).unwrap();
    let tls = question("api.corp.example");
    assert_eq!((&tls["setting"], &tls["fixes"], &tls["files"]), (&json!("tls"), &json!(2), &json!(2)));
    assert_eq!(question("10.0.3.4:8080")["fixes"], 2);
    assert_eq!(question("tools/")["setting"], "local-only");
    let text = project.run(&["questions"]);
    assert_eq!(text.code, Some(0));
    let first = "does `10.0.3.4:8080` speak TLS, with a certificate that Python accepts? 2 fixes in 2 files\n  \
                 tls = [\"10.0.3.4:8080\"]\n";
    assert!(text.out.starts_with(first), "{}", text.out);
    // What it prints is what the configuration takes, and then there is nothing left to ask.
    let answers = |setting: &str| {
        let all = asked.as_array().unwrap().iter().filter(|one| one["setting"] == setting);
        all.map(|one| one["about"].to_string()).collect::<Vec<_>>().join(", ")
    };
    let config = format!("[evidence]\ntls = [{}]\nlocal-only = [{}]\n", answers("tls"), answers("local-only"));
    std::fs::write(project.path("tightwire.toml"), config).unwrap();
    assert_eq!(project.run(&["questions"]).out, "");
    assert!(applicability(&project).iter().all(|line| line.ends_with(" safe")));
}

fn every_format_for_people_and_programs_carries_the_questions() {
    let project = project("");
    let asked = project.run(&["questions", "--output-format", "json"]).json();
    let about: Vec<&str> = asked.as_array().unwrap().iter().map(|asked| asked["about"].as_str().unwrap()).collect();
    assert_eq!(about.len(), 4, "{asked}");

    let check = |format| project.run(&["check", "--output-format", format]);
    assert_eq!(check("json").json()["questions"], asked);
    let last: serde_json::Value = serde_json::from_str(check("jsonl").out.lines().last().unwrap()).unwrap();
    assert_eq!((&last["kind"], &last["questions"]), (&json!("summary"), &asked));
    let sarif = check("sarif").json();
    let told = &sarif["runs"][0]["invocations"][0];
    assert_eq!(told["executionSuccessful"], true);
    let page = check("markdown").out;
    for (at, about) in about.iter().enumerate() {
        let setting = asked[at]["setting"].as_str().unwrap();
        // `tools/` alone would be about every folder of that name.
        let about = if *about == "tools/" { "/tools/" } else { about };
        let line = format!("{setting} = [\"{about}\"]");
        let note = &told["toolExecutionNotifications"][at];
        assert_eq!(note["level"], "note");
        assert!(note["message"]["text"].as_str().unwrap().ends_with(&format!("\n{line}")), "{note}");
        assert!(page.contains(&format!(" 1 fix in 1 file: `{line}`\n")), "{page}");
    }

    // What is fixed is no longer asked about.
    let fixed = project.run(&["fix", "--unsafe-fixes", "--dry-run", "--output-format", "json"]).json();
    assert_eq!(fixed["questions"], json!([]));
}

fn no_question_is_asked_where_its_answer_would_free_nothing() {
    // A host that is empty, one that the code does not show, a second reason that no answer takes away, a suppressed finding, this machine.
    let text = "import http.client\n\n\ndef none():\n    return http.client.HTTPConnection('')\n\n\ndef one(host):\n    return http.client.HTTPConnection(host)\n\n\n\
                def two(host='api.corp.example'):\n    return http.client.HTTPConnection(host)\n\n\n\
                def three():\n    return http.client.HTTPConnection('api.corp.example')  # tightwire: ignore\n\n\n\
                def four():\n    return http.client.HTTPConnection('localhost:8080')\n\n\n\
                def five():\n    return http.client.HTTPConnection('127.0.0.1')\n";
    let project = Project::new(&[("client.py", text)]);
    let asked = project.run(&["questions"]);
    assert_eq!((asked.code, asked.out.as_str()), (Some(0), ""));
    assert!(asked.err.contains("No questions"), "{}", asked.err);
    let missing = project.run(&["questions", "missing.py"]);
    assert_eq!((missing.code, missing.err.contains("No questions")), (Some(2), false), "{}", missing.err);
    assert_eq!(project.run(&["questions", "--output-format", "sarif"]).code, Some(2));
}

fn an_answer_that_cannot_be_meant_is_refused_with_its_line() {
    for (evidence, what) in [
        ("tls = ['*']", "covers every host"),
        ("tls = ['ok.example',\n'*:443']", "covers every host"),
        ("tls = ['0.0.0.0/0']", "covers every host"),
        ("local-only = ['*.py']", "covers every file"),
        ("local-only = ['**/[!x]*']", "covers every file"),
        ("tls = ['api.example:70000']", "`70000` is not a port"),
        ("tls = ['https://api.example/x']", "is not a host name"),
        ("tls = [3]", "a text, or a table"),
        ("tls = [{ about = 'a.example' }]", "a text, or a table"),
        ("local-only = ['**']", "covers every file"),
        ("local-only = ['/']", "covers every file"),
        ("local-only = ['../other']", "other"),
        ("speaks-tls = []", "speaks-tls"),
        (
            "tls = [{ about = 'a.example', reason = 'x', until = '2027-02-30' }]",
            "`until = \"2027-02-30\"` is not a day",
        ),
        ("tls = [{ about = 'a.example', reason = 'x', until = 'soon' }]", "`until = \"soon\"` is not a day"),
        ("tls = [{ about = 'a.example', reason = 'x', until = '12:00:00' }]", "is not a day"),
        ("local-only = ['x/',\n{ about = 'y/', reason = 'x', until = 2027-03-01T10:00:00Z }]", "is not a day"),
        ("tls = [{ about = 'a.example', reason = 'x', until = 2027 }]", "a text, or a table"),
    ] {
        let project = project(&format!("[evidence]\n{evidence}\n"));
        let run = project.run(&["check"]);
        assert_eq!(run.code, Some(2), "{evidence}");
        assert!(run.err.contains(what) && run.err.contains("tightwire.toml:"), "{evidence}: {}", run.err);
        let asked = project.run(&["questions"]);
        assert_eq!((asked.code, asked.err.matches(what).count()), (Some(2), 1), "{evidence}: {}", asked.err);
    }
}

fn a_check_ends_with_the_question_whose_answer_frees_most() {
    let project = project("");
    let held_back = |project: &Project| project.run(&["check"]).err;
    assert!(!held_back(&project).contains("hang on one answer"));
    std::fs::write(project.path("other.py"), CLIENT.replace("10.0.3.4", "10.0.3.5")).unwrap();
    let told = held_back(&project);
    let line = "2 of them hang on one answer: does `api.corp.example` speak TLS, with a certificate that Python accepts? \
                `tightwire questions` lists what to ask.\n";
    assert!(told.ends_with(line), "{told}");
}

fn an_answer_whose_date_has_passed_stops_counting_and_says_so() {
    let config = "[evidence]\ntls = [\n    { about = '*.corp.example', reason = 'asked', until = '2027-03-01' },\n    \
                  '10.0.3.4',\n]\nlocal-only = [{ about = 'tools/', reason = 'asked', until = 2027-03-02 }]\n\
                  reachable = [{ about = 'services/', reason = 'asked', until = 2027-03-01 }]\n";
    let project = project(config);
    let on = |day: &str, args: &[&str]| {
        let mut command = project.command_in(project.folder.path(), args);
        Ran::of(&command.env("TIGHTWIRE_TODAY", day).output().unwrap())
    };
    let applicability = |ran: &Ran| {
        let findings = ran.json()["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["applicability"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let check = ["check", "--output-format", "json"];
    let last_day = on("2027-03-01", &check);
    assert_eq!(applicability(&last_day), ["safe", "safe", "report", "safe"]);
    assert!(!last_day.err.contains("warning"), "{}", last_day.err);
    let after = on("2027-03-02", &check);
    assert_eq!(applicability(&after), ["unsafe", "safe", "unsafe", "safe"]);
    assert_eq!(after.code, Some(1));
    let told = "warning: tightwire.toml:3: `tls = \"*.corp.example\"` counted until 2027-03-01, and no longer does: \
                find out whether it still holds and change `until`, or remove it\n";
    let reach = "warning: tightwire.toml:7: `reachable = \"services/\"` counted until 2027-03-01";
    for args in [&check[..], &["fix", "--dry-run"], &["questions"]] {
        let ran = on("2027-03-02", args);
        assert_eq!((ran.err.matches(told).count(), ran.err.matches(reach).count()), (1, 1), "{args:?}: {}", ran.err);
        assert!(!ran.err.contains("tools/\"`"), "{}", ran.err);
    }
    assert_eq!(on("2027-03-02", &["check", "tools"]).err.matches("counted until").count(), 0);
    assert!(on("2027-03-02", &["questions"]).out.contains("does `api.corp.example` speak TLS"));
    // An exception whose date has passed leaves its servers to nobody: a broader answer does not make their fixes safe.
    let exception = "[evidence]\nlocal-only = ['services/']\n\
                     reachable = [{ about = 'services/gateway/', reason = 'asked', until = 2027-03-01 }]\n";
    std::fs::write(project.path("tightwire.toml"), exception).unwrap();
    assert_eq!(applicability(&on("2027-03-01", &check))[2], "report");
    let after = on("2027-03-02", &check);
    assert_eq!(applicability(&after)[2], "unsafe");
    assert!(after.err.contains("`reachable = \"services/gateway/\"` counted until 2027-03-01"), "{}", after.err);
    // Where another answer says the same, nobody misses it.
    std::fs::write(project.path("tightwire.toml"), config.replace("'10.0.3.4'", "'10.0.3.4', 'api.corp.example'"))
        .unwrap();
    assert!(!on("2027-03-02", &check).err.contains("corp.example"));
    let shown = project.run(&["config", "show"]).out;
    assert!(shown.contains("evidence.local-only = [{ about = \"tools/\", until = \"2027-03-02\" }]"), "{shown}");
}

fn answers_that_contradict_each_other_are_named_with_their_lines() {
    for (own, project_file, expected) in [
        ("reachable = ['tools/']\nlocal-only = ['tools']", "", Some("tightwire.toml:3")),
        ("local-only = ['services/gateway/']\nreachable = ['services/']", "", Some("tightwire.toml:2")),
        ("local-only = ['./tools/serve.py']\nreachable = ['tools/']", "", Some("tightwire.toml:2")),
        ("local-only = ['tools/']", "reachable = ['/tools/']", Some("tightwire.toml:2")),
        ("reachable = ['/services/']", "local-only = ['services/gateway/']", Some("pyproject.toml:2")),
        // An exception from what is said of the folder around it.
        ("local-only = ['services/']\nreachable = ['services/gateway/']", "", None),
        ("local-only = ['tools/']\nreachable = ['/tools/x/']", "", None),
        ("local-only = ['tools/']", "reachable = ['services/']", None),
    ] {
        let project = project(&format!("[evidence]\n{own}\n"));
        std::fs::write(project.path("pyproject.toml"), format!("[tool.tightwire.evidence]\n{project_file}\n")).unwrap();
        let run = project.run(&["check"]);
        let Some(place) = expected else {
            assert_eq!(run.code, Some(1), "{own}: {}", run.err);
            continue;
        };
        assert_eq!(run.code, Some(2), "{own}: {project_file}");
        let other = if project_file.contains("reachable") { "(pyproject.toml:2)" } else { "(tightwire.toml:" };
        assert!(run.err.contains("contradicts `reachable = "), "{own}: {}", run.err);
        assert!(run.err.contains(&format!("--> {place}\n")) && run.err.contains(other), "{own}: {}", run.err);
    }
}

fn a_host_in_two_spellings_is_one_host() {
    let text = "import http.client\n\na = http.client.HTTPConnection(\"b\u{fc}cher.corp\")\n\
                b = http.client.HTTPConnection(\"XN--BCHER-KVA.corp:80\")\n";
    let asked = Project::new(&[("client.py", text)]).run(&["questions", "--output-format", "json"]).json();
    assert_eq!(asked.as_array().unwrap().len(), 1, "{asked}");
    assert_eq!((&asked[0]["about"], &asked[0]["fixes"]), (&json!("b\u{fc}cher.corp"), &json!(2)));
    for answer in ["b\u{fc}cher.corp", "xn--bcher-kva.corp", "*.corp", "B\u{dc}CHER.corp:443"] {
        let config = format!("[evidence]\ntls = ['{answer}']\n");
        let project = Project::new(&[("client.py", text), ("tightwire.toml", &config)]);
        assert_eq!(applicability(&project), ["client.py:3 safe", "client.py:4 safe"], "{answer}");
    }
}

fn a_question_names_the_port_that_tls_must_answer_on() {
    for (call, expected) in [
        ("http.client.HTTPConnection('a.corp')", json!("a.corp")),
        ("http.client.HTTPConnection('a.corp', 80)", json!("a.corp")),
        ("http.client.HTTPConnection('a.corp:80')", json!("a.corp")),
        ("http.client.HTTPConnection('a.corp', 8080)", json!("a.corp:8080")),
        ("http.client.HTTPConnection('fd00::1', 8080)", json!("[fd00::1]:8080")),
        ("imaplib.IMAP4('a.corp')", json!("a.corp:993")),
        ("imaplib.IMAP4('a.corp', 993)", json!("a.corp:993")),
        ("imaplib.IMAP4('a.corp', 143)", json!("a.corp:993")),
        ("imaplib.IMAP4('a.corp', 1143)", json!("a.corp:1143")),
        ("xmlrpc.client.ServerProxy('http://a.corp:80/')", json!("a.corp")),
        ("xmlrpc.client.ServerProxy('http://a.corp:8080/')", json!("a.corp:8080")),
    ] {
        let text = format!("import http.client\nimport imaplib\nimport xmlrpc.client\n\nc = {call}\n");
        let python = ("pyproject.toml", "[project]\nname = 'x'\nrequires-python = '>=3.9'\n");
        let project = Project::new(&[("a.py", &text), python]);
        let rules = "plaintext-http-connection,plaintext-imap";
        let asked = project.run(&["questions", "--output-format", "json", "--select", rules]);
        let about: Vec<_> = asked.json().as_array().unwrap().iter().map(|one| one["about"].clone()).collect();
        assert_eq!(about, [expected], "{call}");
    }
}

fn an_answer_that_nothing_needs_is_named_by_a_run_over_all_that_it_is_about() {
    let config = "[evidence]\ntls = [\n    '*.corp.example',\n    'gone.example',\n]\nlocal-only = ['tools/', 'old/']\n\
                  reachable = ['services/']\n";
    let project = project(config);
    let unused = |ran: &Ran| -> Vec<String> {
        let lines = ran.err.lines().filter(|line| line.contains("is an answer that no finding needs"));
        lines.map(|line| line.split('`').nth(1).unwrap().to_owned()).collect()
    };
    let whole = project.run(&["check", "--report-unused"]);
    assert_eq!(unused(&whole), ["tls = \"gone.example\"", "local-only = \"old/\""], "{}", whole.err);
    assert!(whole.err.contains("warning: tightwire.toml:4: `tls = \"gone.example\"`"), "{}", whole.err);
    assert_eq!(whole.code, project.run(&["check"]).code);
    // Another part may need it.
    let part = project.run(&["check", "--report-unused", "tools"]);
    assert_eq!(unused(&part), [""; 0], "{}", part.err);
    assert!(
        part.err.contains("4 more answers in configurations of folders that the run did not look at"),
        "{}",
        part.err
    );
    for part in [&["--since", "HEAD"][..], &["--select", "unrestricted-bind"], &["--exclude", "tools/"], &["-"]] {
        let ran = project.run(&[&["check", "--report-unused"], part].concat());
        assert_eq!(ran.code, Some(2), "{part:?}");
        assert!(ran.err.contains("--report-unused cannot judge the answers"), "{part:?}: {}", ran.err);
    }
    // A file that cannot be read may need it too.
    std::fs::write(project.path("broken.py"), "import http.client\nhttp.client.HTTPConnection('gone.example'\n")
        .unwrap();
    let broken = project.run(&["check", "--report-unused"]);
    assert_eq!(unused(&broken), [""; 0], "{}", broken.err);
    assert!(broken.err.contains("not all files could be checked"), "{}", broken.err);
}
