//! The console blocks of the README and of `docs/` print what stands there: each line that begins with `$ tightwire` is run
//! in this repository, and what is between it and the next one, or the end of the block, is its output.
//!
//! `...` alone on a line stands for lines that are left out, `[..]` for a part of a line. A block whose commands do not exit
//! with 0 has `<!-- exits 1 -->` on the line above it. With `TIGHTWIRE_RECORD` set, blocks that are out of date are written
//! anew, without what they left out. The review that the README shows is another test's, see `terminal/recording.rs`.

use crate::project::run_with;
use crate::trials::tests;
use std::fs;
use std::path::Path;

tests! {
    the_readme_shows_what_the_program_prints,
    the_docs_show_what_the_program_prints,
    a_block_that_shows_something_else_is_noticed,
}

fn the_readme_shows_what_the_program_prints() {
    holds("README.md", 3);
}

fn the_docs_show_what_the_program_prints() {
    holds("docs/outputs.md", 7);
    holds("docs/answers.md", 3);
}

fn a_block_that_shows_something_else_is_noticed() {
    let prints = |text: &str| (text.len() as i32 % 2, format!("{text}\nand a line\n"));
    for (page, is_the_same) in [
        ("```console\n$ tightwire four\nfour\nand a line\n```\n", true),
        ("```console\n$ tightwire four\nfour\nand a line\n\n$ tightwire five\n```\n", false),
        ("<!-- exits 1 -->\n```console\n$ tightwire three\nthree\n...\n```\n", true),
        ("```console\n$ tightwire three\nthree\n...\n```\n", false),
        ("<!-- exits 1 -->\n```console\n$ tightwire four\nfour\n...\n```\n", false),
        ("````console\n$ tightwire four\nf[..]r\n[..] a [..]\n````\n", true),
        ("```console\n$ tightwire four\nf[..]r\nand a [..]x\n```\n", false),
        ("```console\n$ tightwire four\nfour\n```\n", false),
        ("```console\n$ tightwire four\nfour\nand a line\nand one more\n```\n", false),
        ("```console\n$ tightwire four\nand a line\nfour\n```\n", false),
    ] {
        let (recorded, count) = shown(page, &|args| prints(&args.join(" ")));
        assert_eq!((recorded == page, count), (is_the_same, page.matches('$').count()), "{page}{recorded}");
        assert_eq!(shown(&recorded, &|args| prints(&args.join(" "))).0, recorded);
    }
}

/// Holds a page against the program; it has at least so many commands.
fn holds(page: &str, commands: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join(page)).unwrap();
    let run = |args: &[String]| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ran = run_with(root, &args, &[("NO_COLOR", "1"), ("TERM", "dumb")]);
        (ran.code.unwrap(), ran.out + &ran.err)
    };
    let (recorded, count) = shown(&text, &run);
    assert!(count >= commands, "{page}: {count} commands are too few, so they are not found");
    if std::env::var_os("TIGHTWIRE_RECORD").is_some() {
        fs::write(root.join(page), &recorded).unwrap();
        return;
    }
    let differ = text.lines().zip(recorded.lines()).position(|(there, printed)| there != printed);
    let from = |text: &str| text.lines().skip(differ.unwrap_or(usize::MAX)).take(20).collect::<Vec<_>>().join("\n");
    assert!(
        text == recorded,
        "{page}, line {}, shows\n{}\n--- and the program prints\n{}\n--- write it anew: TIGHTWIRE_RECORD=1 cargo test --test program readme",
        differ.map_or(0, |line| line + 1),
        from(&text),
        from(&recorded)
    );
}

/// `page` as it should be, and the number of its commands. `run` gives a command's exit code and what it prints.
fn shown(page: &str, run: &dyn Fn(&[String]) -> (i32, String)) -> (String, usize) {
    let (mut recorded, mut count) = (String::new(), 0);
    let mut lines = page.lines().peekable();
    let mut code = 0;
    while let Some(line) = lines.next() {
        let exits = line.strip_prefix("<!-- exits ").and_then(|rest| rest.strip_suffix(" -->"));
        let Some(fence) = line.strip_suffix("console").filter(|fence| fence.starts_with("```")) else {
            code = exits.map_or(0, |code| code.parse().unwrap());
            recorded += &format!("{line}\n");
            continue;
        };
        let mut block = format!("{line}\n");
        while let Some(line) = lines.next_if(|line| *line != fence) {
            let Some(command) = line.strip_prefix("$ tightwire ") else {
                panic!("a console block begins with `$ tightwire`: {line}");
            };
            count += 1;
            let mut there = Vec::new();
            while let Some(line) = lines.next_if(|line| *line != fence && !line.starts_with("$ ")) {
                there.push(line);
            }
            let (exited, printed) = run(&shell_words::split(command).unwrap());
            let is_same = matches(without_blank_end(&there), without_blank_end(&printed.lines().collect::<Vec<_>>()));
            block += &format!("{line}\n");
            block += &if is_same { there.iter().map(|line| format!("{line}\n")).collect() } else { printed };
            if exited != code {
                recorded = recorded.strip_suffix(&format!("<!-- exits {code} -->\n")).unwrap_or(&recorded).to_owned();
                if exited != 0 {
                    recorded += &format!("<!-- exits {exited} -->\n");
                }
                code = exited;
            }
        }
        recorded += &block;
        code = 0;
    }
    (recorded, count)
}

/// The empty lines before the next command, or the end of the block, are nobody's.
fn without_blank_end<'l>(lines: &'l [&'l str]) -> &'l [&'l str] {
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    &lines[..end]
}

/// Whether `there`, with what it leaves out, is `printed`.
fn matches(there: &[&str], printed: &[&str]) -> bool {
    match there.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..])),
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(other, others)| is_line(line, other) && matches(rest, others))
        }
    }
}

/// Whether `line`, with what it leaves out, is `printed`.
fn is_line(line: &str, printed: &str) -> bool {
    let mut parts = line.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}
