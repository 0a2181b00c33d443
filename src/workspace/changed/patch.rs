//! Parses the changed lines from `git diff --unified=0`.

use crate::text::Lines;
use std::collections::HashMap;

/// The changed lines of each file, by its current name.
pub(super) fn lines(patch: &[u8]) -> HashMap<Vec<u8>, Lines> {
    let mut files: HashMap<Vec<u8>, Lines> = HashMap::new();
    let mut name: Option<Vec<u8>> = None;
    let mut rest = patch.split(|&byte| byte == b'\n');
    while let Some(line) = rest.next() {
        if line.starts_with(b"diff --git ") {
            name = None;
        } else if let Some(new) = line.strip_prefix(b"+++ ") {
            name = named(new);
        } else if let Some((removed, start, count)) = line.strip_prefix(b"@@ -").and_then(hunk) {
            if let Some(name) = &name {
                files.entry(name.clone()).or_default().add(start, count);
            }
            // The body is skipped: an added line may look like a header.
            let mut body = removed.saturating_add(count);
            while body > 0 {
                match rest.next() {
                    Some(line) if line.starts_with(b"\\") => {}
                    Some(_) => body -= 1,
                    None => break,
                }
            }
        }
    }
    files
}

/// Parses `12,3 +14,2 @@ …`: the number of removed lines, then the first added line and the number of added lines.
fn hunk(header: &[u8]) -> Option<(usize, usize, usize)> {
    let text = String::from_utf8_lossy(header);
    let mut parts = text.split(' ');
    let (old, new) = (parts.next()?, parts.next()?.strip_prefix('+')?);
    let (_, removed) = range(old)?;
    let (start, count) = range(new)?;
    Some((removed, start, count))
}

fn range(text: &str) -> Option<(usize, usize)> {
    match text.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

/// Parses `b/name`, C-quoted if git found that necessary; `None` for `/dev/null`.
fn named(header: &[u8]) -> Option<Vec<u8>> {
    let name = match header.strip_prefix(b"\"") {
        Some(quoted) => unquoted(quoted)?,
        // git writes a tab after a name with a space, for programs that would end the name at the space.
        None => header.strip_suffix(b"\t").unwrap_or(header).to_vec(),
    };
    name.strip_prefix(b"b/").map(<[u8]>::to_vec)
}

fn unquoted(quoted: &[u8]) -> Option<Vec<u8>> {
    let mut name = Vec::with_capacity(quoted.len());
    let mut bytes = quoted.iter().copied();
    loop {
        match bytes.next()? {
            b'"' => return Some(name),
            b'\\' => name.push(match bytes.next()? {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                digit @ b'0'..=b'3' => {
                    let mut octal =
                        || bytes.next().filter(|digit| (b'0'..=b'7').contains(digit)).map(|digit| digit - b'0');
                    (digit - b'0') * 64 + octal()? * 8 + octal()?
                }
                other => other,
            }),
            byte => name.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_of_a_hunk_is_no_header_and_names_are_unquoted() {
        let patch = b"diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1,2 @@ def f\n--- a\n+++ b/evil.py\n+@@ -1 +1 @@\n\
            @@ -9,2 +10,0 @@\n-a\n-b\n\\ No newline at end of file\ndiff --git a/y b/y\n--- /dev/null\n+++ \"b/\\303\\244 \\\"\\n.py\"\n\
            @@ -0,0 +1,3 @@\n+1\n+2\n+3\ndiff --git a/old b/old\n--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n\
            diff --git a/b c.py b/b c.py\n--- a/b c.py\t\n+++ b/b c.py\t\n@@ -1 +1 @@\n-1\n+2\n";
        let files = lines(patch);
        let mut names: Vec<_> = files.keys().cloned().collect();
        names.sort();
        assert_eq!(names, [b"b c.py".to_vec(), b"x.py".to_vec(), "ä \"\n.py".as_bytes().to_vec()]);
        let x = files.get(b"x.py".as_slice()).cloned().unwrap_or_default();
        assert!(x.touch(1, 1) && x.touch(2, 2) && !x.touch(3, 10) && x.touch(10, 11));
    }

    #[test]
    fn what_is_no_patch_has_no_lines() {
        for text in
            [&b""[..], b"@@", b"+++ \"b/\\", b"+++ b/x\n@@ -1 +99999999999999999999 @@", b"+++ b/x\n@@ -9 +1 @@"]
        {
            assert!(lines(text).values().all(|lines| !lines.touch(2, usize::MAX)), "{}", text.escape_ascii());
        }
    }
}
