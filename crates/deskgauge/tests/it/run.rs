//! Runs the built binary in a folder of its own, without the workspace of whoever runs the tests.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder with its own working directory.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// One with a workspace `w` made by `init`.
    pub(crate) fn with_workspace() -> Self {
        let place = Self::new();
        place.ok("init w --time-zone Europe/Bucharest");
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file to read")
    }

    /// The command, ready to run; words are parted by spaces, quoted ones kept whole.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskgauge"));
        command.args(words(line)).current_dir(self.folder.path()).env_remove("DESKGAUGE_WORKSPACE").stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, line: &str) -> Run {
        finished(self.command(line).output().expect("the binary runs"), self.folder.path())
    }

    /// Runs it with a text on standard input.
    pub(crate) fn run_with(&self, line: &str, input: &str) -> Run {
        use std::io::Write;
        let mut child = self
            .command(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the binary reads");
        finished(child.wait_with_output().expect("the binary ends"), self.folder.path())
    }

    /// Runs it and expects success; gives standard output.
    #[track_caller]
    pub(crate) fn ok(&self, line: &str) -> String {
        let run = self.run(line);
        assert_eq!(run.code, Some(0), "`{line}` failed:\n{}", run.stderr);
        run.stdout
    }

    /// Runs it in the workspace `w` and expects JSON.
    #[track_caller]
    pub(crate) fn json(&self, line: &str) -> serde_json::Value {
        let text = self.ok(&format!("--workspace w --format json {line}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("`{line}` printed no JSON: {error}\n{text}"))
    }
}

fn finished(output: Output, folder: &Path) -> Run {
    // Temporary names differ in each run; messages are compared without them.
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text").replace(&folder.display().to_string(), "FOLDER");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut quoted = false;
    let mut word = String::new();
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            other => word.push(other),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Three conversations of one morning: answered after ten minutes, after an hour, and not yet.
pub(crate) const EVENTS: &str = r#"{"id":"1","type":"opened","at":"2026-03-02T09:00:00+02:00","conversation":"t:1","actor_kind":"customer","actor":"c1","channel":"email"}
{"id":"2","type":"message","at":"2026-03-02T09:10:00+02:00","conversation":"t:1","actor_kind":"agent","actor":"ana"}
{"id":"3","type":"status","at":"2026-03-02T09:20:00+02:00","conversation":"t:1","actor_kind":"agent","actor":"ana","status":"solved"}
{"id":"4","type":"opened","at":"2026-03-02T10:00:00+02:00","conversation":"t:2","actor_kind":"customer","actor":"c2","channel":"chat"}
{"id":"5","type":"message","at":"2026-03-02T11:00:00+02:00","conversation":"t:2","actor_kind":"agent","actor":"ben"}
{"id":"6","type":"opened","at":"2026-03-02T12:00:00+02:00","conversation":"t:3","actor_kind":"customer","actor":"c3","channel":"chat"}
"#;
