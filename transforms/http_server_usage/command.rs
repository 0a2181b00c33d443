//! Command lines: which words a call runs, and whether they start a server.

use crate::python::syntax::literals::string_value;
use crate::python::{Call, Kind, Node, PythonFile};

/// A word of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// As it is written.
    Text(String),
    /// `sys.executable`, or a name that looks like an interpreter.
    Interpreter,
    /// Something else that is computed.
    Unknown,
    /// `&&`, `;`, `|`: another command follows.
    End,
}

/// Commands that run another command.
const WRAPPERS: [&str; 10] = ["sudo", "env", "nohup", "exec", "nice", "timeout", "uv", "poetry", "pipenv", "run"];

/// The maximum number of words.
const MOST_WORDS: usize = 256;

/// Whether `call` runs one of `modules` with `-m` and does not say where to bind. With `spread`, each argument is one
/// word; otherwise the first argument is the command line.
pub(super) fn runs(file: &PythonFile, call: &Call<'_>, spread: bool, modules: &[&str]) -> bool {
    let keyword = ["args", "cmd", "command"].into_iter().find(|name| call.keyword(name).is_some());
    let words = match (spread, call.argument(Some(0), keyword)) {
        (true, _) => call.positional().into_iter().take(MOST_WORDS).map(|word| argument(file, word)).collect(),
        (false, Some(command)) => words_of(file, command),
        (false, None) => return false,
    };
    // A shell with its command as a string.
    if let [Word::Text(shell), Word::Text(option), Word::Text(line)] = words.as_slice()
        && matches!(base_name(shell), "sh" | "bash" | "zsh" | "cmd" | "cmd.exe")
        && matches!(option.as_str(), "-c" | "-lc" | "/c" | "/C")
    {
        return serves(&split(line), modules);
    }
    serves(&words, modules)
}

fn words_of(file: &PythonFile, command: Node<'_>) -> Vec<Word> {
    let Some(value) = file.value(command).filter(|value| !value.reassigned) else { return Vec::new() };
    match value.node.kind() {
        Kind::List | Kind::Tuple => {
            value.node.named_children().take(MOST_WORDS).map(|element| argument(file, element)).collect()
        }
        _ => line(file, value.node),
    }
}

fn argument(file: &PythonFile, element: Node<'_>) -> Word {
    match string_value(element) {
        Some(text) => Word::Text(text),
        None if is_interpreter(file, element) => Word::Interpreter,
        None => Word::Unknown,
    }
}

/// Whether an expression is the interpreter: `sys.executable`, or a name that looks like one.
fn is_interpreter(file: &PythonFile, node: Node<'_>) -> bool {
    let name = match node.kind() {
        Kind::Identifier | Kind::Attribute => node.last_identifier(),
        _ => return false,
    };
    let says_so = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("python") || name == "interpreter" || name == "executable"
    };
    file.qualified_name(node).as_deref() == Some("sys.executable") || says_so(name.text())
}

/// The words of a command line in one string, which may be composed: an interpolation is part of its word.
fn line(file: &PythonFile, node: Node<'_>) -> Vec<Word> {
    if let Some(text) = string_value(node) {
        return split(&text);
    }
    let mut text = String::new();
    let mut skipped_to = 0;
    for part in node.descendants().take(64 * MOST_WORDS) {
        if part.start() < skipped_to {
            continue;
        }
        match part.kind() {
            Kind::StringContent => text.push_str(part.text()),
            Kind::Interpolation => {
                let inner = part.named_children().next();
                text.push_str(if inner.is_some_and(|inner| is_interpreter(file, inner)) { "python" } else { "{}" });
                skipped_to = part.end();
            }
            Kind::Identifier | Kind::Attribute => {
                text.push_str(if is_interpreter(file, part) { "python" } else { "{}" });
                skipped_to = part.end();
            }
            _ => {}
        }
    }
    split(&text)
}

/// The words of a shell command; good enough for finding `python -m`.
fn split(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for command in line.split(['\n', ';', '&', '|', '(', ')']) {
        for word in command.split_whitespace().take(MOST_WORDS) {
            let word = word.trim_matches(['"', '\'']);
            words.push(if word == "{}" { Word::Unknown } else { Word::Text(word.to_string()) });
        }
        words.push(Word::End);
    }
    words
}

fn serves(words: &[Word], modules: &[&str]) -> bool {
    words.split(|word| *word == Word::End).any(|command| command_serves(command, modules))
}

fn command_serves(command: &[Word], modules: &[&str]) -> bool {
    let is_wrapping = |word: &&Word| match word {
        // `env A=b`, `timeout 5`, `sudo -E`.
        Word::Text(text) => {
            WRAPPERS.contains(&base_name(text))
                || text.contains('=')
                || text.starts_with('-')
                || text.chars().all(|c| c.is_ascii_digit())
        }
        Word::Interpreter | Word::Unknown | Word::End => false,
    };
    let mut words = command.iter().skip_while(is_wrapping);
    let starts_python = match words.next() {
        Some(Word::Interpreter) => true,
        Some(Word::Text(text)) => names_python(text),
        Some(Word::Unknown | Word::End) | None => false,
    };
    if !starts_python {
        return false;
    }
    // The interpreter's own options come before the module.
    let mut module = None;
    while let Some(word) = words.next() {
        let Word::Text(text) = word else { return false };
        if matches!(text.as_str(), "-W" | "-X" | "-Q") {
            words.next();
        } else if let Some(options) = text.strip_prefix('-').filter(|options| !options.starts_with('-')) {
            // Short options stand together, and `-m` takes the rest of its word.
            let flags = options.find('m');
            match flags.and_then(|at| options.get(at + 1..)) {
                Some("") => module = words.next().cloned(),
                Some(rest) => module = Some(Word::Text(rest.to_string())),
                None => continue,
            }
            break;
        } else {
            return false;
        }
    }
    let Some(Word::Text(module)) = module else { return false };
    let binds = |word: &Word| match word {
        Word::Text(text) => text.starts_with("--b") || text.starts_with("-b"),
        Word::Interpreter | Word::Unknown | Word::End => false,
    };
    modules.contains(&module.as_str()) && !words.any(binds)
}

/// `python`, `/usr/bin/python3.12`, `pythonw.exe`, `pypy3`, `py`.
fn names_python(word: &str) -> bool {
    let name = base_name(word).to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(name, "python" | "pythonw" | "pypy" | "py")
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
