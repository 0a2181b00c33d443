//! A repository of three services, a gateway and tools (`shop/`), from no unasked edit to all that are right, by five answers.

use crate::project::Project;
use crate::trials::tests;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

tests! {
    five_answers_make_all_right_fixes_of_a_repository_safe,
}

/// What must become of the repository: in which file, the text before and after.
const RIGHT: [(&str, &str, &str); 8] = [
    ("services/catalog/stock.py", "import json\n", "import json\nimport ssl\n"),
    (
        "services/catalog/stock.py",
        "HTTPConnection(INVENTORY, timeout=5)",
        "HTTPSConnection(INVENTORY, timeout=5, context=ssl.create_default_context())",
    ),
    ("services/orders/payments.py", "import json\nfrom", "import json\nimport ssl\nfrom"),
    ("services/orders/payments.py", "HTTPConnection", "HTTPSConnection"),
    ("services/orders/payments.py", "8443)", "8443, context=ssl.create_default_context())"),
    ("services/orders/worker.py", "0.0.0.0", "127.0.0.1"),
    ("tools/replay.py", "(\"\", 7100)", "(\"127.0.0.1\", 7100)"),
    ("tools/watch.py", "0.0.0.0", "127.0.0.1"),
];

fn python_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let inner = folders.iter().flat_map(|folder| python_files(folder));
    files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "py")).chain(inner).collect()
}

fn five_answers_make_all_right_fixes_of_a_repository_safe() {
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("shop");
    let texts: Vec<(String, String)> = python_files(&shop)
        .iter()
        .map(|path| {
            let below = path.strip_prefix(&shop).unwrap().to_str().unwrap().to_owned();
            (below, fs::read_to_string(path).unwrap())
        })
        .collect();
    assert_eq!(texts.len(), 7);
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::new(&files);

    let unasked = project.run(&["fix"]);
    assert_eq!((unasked.code, &unasked.err.contains("Fixed nothing")), (Some(0), &true), "{}", unasked.err);
    let questions = project.run(&["questions", "--output-format", "json"]).json();
    assert_eq!(questions.as_array().unwrap().len(), 6, "{questions}");
    for (path, text) in &texts {
        assert_eq!(project.read(path), *text, "{path}");
    }

    let answers = fs::read_to_string(shop.join("answers.toml")).unwrap();
    assert_eq!(answers.matches("about").count(), 5);
    fs::write(project.path("tightwire.toml"), answers).unwrap();
    let used = project.run(&["check", "--report-unused"]);
    assert!(used.err.contains("Findings need 5 answers."), "{}", used.err);
    assert_eq!(project.run(&["fix"]).code, Some(0));
    for (path, text) in &texts {
        let right = RIGHT.iter().filter(|(file, ..)| file == path);
        let expected = right.fold(text.clone(), |text, (_, old, new)| {
            assert!(text.contains(old), "{path}: {old}");
            text.replace(old, new)
        });
        assert_eq!(project.read(path), expected, "{path}");
        let compiled = Command::new("python3").args(["-m", "py_compile"]).arg(project.path(path)).status().unwrap();
        assert!(compiled.success(), "{path}");
    }
    // What is left: the gateway, which others reach, and a printer without TLS.
    let left = project.run(&["check", "--output-format", "concise"]).out;
    let places: Vec<&str> = left.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(places, ["services/catalog/labels.py", "services/gateway/proxy.py"], "{left}");
}
