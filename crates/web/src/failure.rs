//! Why something asked for did not come: the problems with their stable codes, and how bad it is.
//!
//! The command line ends with the exit code, the API answers with the status that belongs to it; both tell the same problems. Nothing in
//! here decides what is an error, and nothing prints.

use std::io;
use std::path::Path;

use deskgauge_core::diagnostic::Diagnostic;

/// Exit codes.
pub mod exit {
    /// The data, the rules or the catalogue are wrong.
    pub const DATA: u8 = 1;
    /// The command line or the question is wrong.
    pub const USAGE: u8 = 2;
    /// The workspace is not in a state in which the command makes sense.
    pub const STATE: u8 = 3;
    /// Ended by Ctrl-C, as shells expect it.
    pub const INTERRUPTED: u8 = 130;
}

/// A command's bad end.
#[derive(Debug)]
pub struct Failure {
    /// The exit code of the process.
    pub exit: u8,
    /// What to say. Empty: nothing, such as when the reader of our output has gone.
    pub problems: Vec<Diagnostic>,
}

/// What commands return.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// One problem.
    pub fn new(exit: u8, problem: Diagnostic) -> Self {
        Self { exit, problems: vec![problem] }
    }

    /// Several.
    pub fn all(exit: u8, problems: Vec<Diagnostic>) -> Self {
        Self { exit, problems }
    }

    /// A wrong command line.
    pub fn usage(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(exit::USAGE, Diagnostic::error(code, message).hint(hint))
    }

    /// A file that could not be read or written.
    pub fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(exit::DATA, file_problem(doing, path, error))
    }

    /// The reader of standard output has gone: nothing to say, and no error.
    pub fn gone() -> Self {
        Self { exit: 0, problems: Vec::new() }
    }

    /// Ctrl-C.
    pub fn interrupted(what: &str) -> Self {
        Self::new(exit::INTERRUPTED, Diagnostic::error("interrupted", format!("interrupted: {what}")))
    }
}

/// The problem of a file, with advice where the cause is an everyday one.
pub fn file_problem(doing: &str, path: &Path, error: &io::Error) -> Diagnostic {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound if matches!(doing, "write" | "create") && missing_folder(path).is_some() => {
            let folder = missing_folder(path).unwrap_or(path).display();
            Diagnostic::error("no-folder", format!("could not write {shown}: the folder {folder} does not exist"))
                .hint(format!("make it with `mkdir -p {folder}`, or name a file in a folder that exists"))
        }
        io::ErrorKind::NotFound => {
            Diagnostic::error("no-file", format!("there is no file {shown}")).hint("check the path and the working directory")
        }
        io::ErrorKind::PermissionDenied => {
            Diagnostic::error("not-allowed", format!("could not {doing} {shown}: permission denied"))
                .hint("check who owns the file")
        }
        io::ErrorKind::StorageFull => Diagnostic::error("disk-full", format!("could not {doing} {shown}: the disk is full"))
            .hint("free some space and run the same command again"),
        _ => Diagnostic::error("file-failed", format!("could not {doing} {shown}: {error}")),
    }
}

/// The folder of a file that is to be written, where there is none.
fn missing_folder(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
}
