//! Files that people have sent to be imported: kept in the workspace until they are, or until somebody removes them.
//!
//! Each lies in a folder of its own beside a note of what is known of it. They are what others wrote, with everything that is in it, so
//! that they go as soon as their import is done, and are never served again. Nothing here reads what is in them.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use deskgauge_core::diagnostic::Diagnostic;
use multer::{Multipart, SizeLimit};
use serde_json::{Value, json};

use super::problem::Refusal;
use super::secret;
use crate::import::preview::Kind;
use crate::input::Place;

/// The folder of uploads in a workspace.
pub(super) const FOLDER: &str = deskgauge_engine::workspace::UPLOADS_FOLDER;
/// Most bytes of a file.
pub(super) const BYTES: u64 = 1 << 30;
/// Most files that wait.
const WAITING: usize = 20;
/// Most bytes of all that wait.
const ALL_BYTES: u64 = 4 << 30;
/// Most letters of a name.
const NAME: usize = 100;
const NOTE: &str = "about.json";
const CONTENT: &str = "content";

/// A file that waits.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// Its folder's name, which nobody can guess.
    pub(crate) id: String,
    /// How people know it.
    pub(crate) name: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// Who sent it.
    pub(crate) who: String,
    /// When, in seconds.
    pub(crate) at: i64,
    /// What it holds.
    pub(crate) kind: Kind,
    /// How its columns are understood, of tables.
    pub(crate) mapping: String,
    /// The source of events that name none.
    pub(crate) source: String,
    /// Whether its import has begun and not ended.
    pub(crate) begun: bool,
    /// Where it lies.
    pub(crate) folder: PathBuf,
}

impl Upload {
    /// The file.
    pub(crate) fn place(&self) -> Place {
        Place::Kept(self.folder.join(CONTENT), self.name.clone())
    }

    /// Notes what is known of it.
    ///
    /// # Errors
    /// The disk's.
    pub(crate) fn keep(&self) -> Result<(), Refusal> {
        let kind = if self.kind == Kind::Table { "table" } else { "events" };
        let note = json!({
            "name": self.name, "bytes": self.bytes, "who": self.who, "at": self.at, "kind": kind, "mapping": self.mapping,
            "source": self.source, "begun": self.begun,
        });
        let (next, path) = (self.folder.join("about.next"), self.folder.join(NOTE));
        std::fs::write(&next, note.to_string()).and_then(|()| std::fs::rename(&next, &path)).map_err(|error| disk(&error))
    }

    /// Removes it.
    pub(crate) fn remove(&self) {
        // What is gone already needs no second word.
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    fn read(folder: &Path) -> Option<Self> {
        let note: Value = serde_json::from_slice(&std::fs::read(folder.join(NOTE)).ok()?).ok()?;
        let text = |name: &str| note[name].as_str().unwrap_or_default().to_owned();
        Some(Self {
            id: folder.file_name()?.to_string_lossy().into_owned(),
            name: text("name"),
            bytes: note["bytes"].as_u64().unwrap_or(0),
            who: text("who"),
            at: note["at"].as_i64().unwrap_or(0),
            kind: if note["kind"] == "table" { Kind::Table } else { Kind::Events },
            mapping: text("mapping"),
            source: text("source"),
            begun: note["begun"] == true,
            folder: folder.to_owned(),
        })
    }
}

/// All files that wait in a workspace, the oldest first. Halves of what was being sent when the service ended are removed.
pub(super) fn list(workspace: &Path) -> Vec<Upload> {
    let entries = std::fs::read_dir(workspace.join(FOLDER)).into_iter().flatten().flatten();
    let mut found: Vec<Upload> = entries.filter_map(|entry| Upload::read(&entry.path())).collect();
    found.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    found
}

/// The file of that id.
pub(super) fn find(workspace: &Path, id: &str) -> Option<Upload> {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if plain { Upload::read(&workspace.join(FOLDER).join(id)) } else { None }
}

/// The limits of what a form with a file may bring.
pub(super) fn limits() -> SizeLimit {
    SizeLimit::new().whole_stream(BYTES + (1 << 20)).per_field(BYTES).for_field(super::gate::PROOF, 1 << 10)
}

/// Takes in the file of a form, byte by byte, so that no file is ever whole in memory.
///
/// # Errors
/// No file, too large a file, too many that wait; the disk's.
pub(super) async fn take(workspace: &Path, mut form: Multipart<'static>, who: &str, at: i64) -> Result<Upload, Refusal> {
    let waiting = list(workspace);
    let all: u64 = waiting.iter().map(|upload| upload.bytes).sum();
    if waiting.len() >= WAITING || all > ALL_BYTES {
        let message = format!("{} files wait to be imported already", waiting.len());
        return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too-busy", message, "import them, or remove some"));
    }
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = plain(field.file_name().unwrap_or_default());
        if field.name() != Some("file") || name.is_empty() {
            continue;
        }
        let id: String = secret::make().chars().take(22).collect();
        let folder = workspace.join(FOLDER).join(&id);
        std::fs::create_dir_all(&folder).map_err(|error| disk(&error))?;
        // Whatever ends this early leaves nothing behind.
        let half = Half(Some(folder.clone()));
        let mut file = BufWriter::new(File::create(folder.join(CONTENT)).map_err(|error| disk(&error))?);
        let mut bytes = 0;
        while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
            bytes += piece.len() as u64;
            file.write_all(&piece).map_err(|error| disk(&error))?;
        }
        file.flush().map_err(|error| disk(&error))?;
        if bytes == 0 {
            let message = format!("{name} is empty");
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "empty-file", message, "choose a file with rows in it"));
        }
        let (who, source, mapping) = (who.to_owned(), "import".to_owned(), String::new());
        let upload = Upload { id, name, bytes, who, at, kind: Kind::Events, mapping, source, begun: false, folder };
        upload.keep()?;
        half.keep();
        return Ok(upload);
    }
    Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "no-file", "no file was chosen", "go back and choose one"))
}

/// A folder that is being filled.
struct Half(Option<PathBuf>);

impl Half {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Half {
    fn drop(&mut self) {
        if let Some(folder) = self.0.take() {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// A name without folders and without what a terminal or a page could mistake.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(NAME).collect::<String>().trim().to_owned()
}

/// What a form that cannot be read means.
pub(super) fn broken(error: &multer::Error) -> Refusal {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            let message = format!("the file is larger than {} GiB", BYTES >> 30);
            let hint = "import it on the machine itself: deskgauge import events FILE";
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", message, hint)
        }
        _ => {
            let message = format!("the form did not come whole: {error}");
            Refusal::new(StatusCode::BAD_REQUEST, "bad-body", message, "send the file again")
        }
    }
}

fn disk(error: &io::Error) -> Refusal {
    let message = format!("the file could not be kept: {error}");
    Refusal::of(StatusCode::INSUFFICIENT_STORAGE, Diagnostic::error("disk", message).hint("look at the free space of the disk"))
}

#[cfg(test)]
mod tests {
    use super::{find, plain};

    #[test]
    fn names_lose_their_folders_and_ids_cannot_leave_theirs() {
        assert_eq!(plain("C:\\temp\\June tickets.csv"), "June tickets.csv");
        assert_eq!(plain("../../etc/passwd"), "passwd");
        assert_eq!(plain("a\u{1b}[31m.csv"), "a[31m.csv");
        assert!(find(std::path::Path::new("/"), "../etc").is_none());
    }
}
