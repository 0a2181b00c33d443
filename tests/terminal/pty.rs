//! The built program at a pseudo-terminal: what is shown is waited for, then keys are sent.
//!
//! The terminal is Python's `pty` module in `driver.py`: these tests need `trials::PTY`.

#![allow(dead_code, reason = "each test program uses its part")]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What the program did.
pub struct Session {
    /// All that was shown, escape sequences included.
    pub shown: String,
    /// Its exit code; none when a signal ended it.
    pub code: Option<i64>,
    /// The signal that ended it.
    pub signal: Option<i64>,
    /// The terminal's settings are those that it had before.
    pub is_restored: bool,
    /// These settings, for who finds that they are not.
    pub settings: String,
}

/// A terminal, before the program is started in it.
pub struct Terminal {
    size: (u16, u16),
    environment: BTreeMap<String, String>,
    steps: Vec<Value>,
}

impl Terminal {
    /// 40 rows and 100 columns of an `xterm`, with the state of runs in `state`.
    pub fn new(state: &Path) -> Self {
        let mut environment: BTreeMap<String, String> =
            std::env::vars().filter(|(name, _)| ["PATH", "HOME", "SYSTEMROOT"].contains(&name.as_str())).collect();
        environment.insert("TERM".into(), "xterm".into());
        environment.insert("TIGHTWIRE_STATE_DIR".into(), state.display().to_string());
        Self { size: (40, 100), environment, steps: Vec::new() }
    }

    /// A variable of the environment.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Rows and columns.
    pub fn size(mut self, rows: u16, columns: u16) -> Self {
        self.size = (rows, columns);
        self
    }

    /// Waits until `text` is shown (after what was waited for before), then sends `keys`.
    pub fn keys(self, text: &str, keys: &str) -> Self {
        self.step(json!({"wait": text, "keys": keys}))
    }

    /// Waits until `text` is shown, then sends a signal after `pause` seconds.
    pub fn signal(self, text: &str, signal: &str, pause: f64) -> Self {
        self.step(json!({"wait": text, "signal": signal, "pause": pause}))
    }

    /// Any step, as `driver.py` takes them.
    pub fn step(mut self, step: Value) -> Self {
        self.steps.push(step);
        self
    }

    /// Runs the program with `args` in `folder`.
    pub fn run(self, folder: &Path, args: &[&str]) -> Session {
        let plan = json!({
            "program": env!("CARGO_BIN_EXE_tightwire"),
            "args": args,
            "folder": folder,
            "env": self.environment,
            "size": [self.size.0, self.size.1],
            "steps": self.steps,
            "patience": 30,
        });
        let mut driver = Command::new("python3")
            .args(["-c", include_str!("driver.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        driver.stdin.take().unwrap().write_all(plan.to_string().as_bytes()).unwrap();
        let output = driver.wait_with_output().unwrap();
        let done: Value = serde_json::from_slice(&output.stdout).unwrap();
        let digits = done["shown"].as_str().unwrap();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        let bytes: Vec<u8> = digits.as_bytes().chunks(2).map(byte).collect();
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert!(done["problem"].is_null(), "{}, after:\n{shown}", done["problem"]);
        assert!(!shown.contains("panicked"), "{shown}");
        Session {
            shown,
            code: done["code"].as_i64(),
            signal: done["signal"].as_i64(),
            is_restored: done["restored"] == true,
            settings: done["settings"].to_string(),
        }
    }
}
