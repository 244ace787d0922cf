//! Files with more events than may be in memory, asked all the same: imported into a room of their own, which is gone with the answer.
//!
//! The room is a workspace in the system's folder for temporary files; `TMPDIR` names another. It takes about as much disk as the
//! import of the files would.

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::record::Defaults;
use deskgauge_core::rules::Rules;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_web::import;
use tempfile::TempDir;

use super::ephemeral::left_out;
use crate::commands::import::{Options, begin};
use crate::config::Global;
use crate::failure::{Failure, Outcome, exit, note};
use crate::input::{self, Form, Place};
use crate::workspace::{self, Asking, now};

/// Where the files wait while they are asked.
pub(super) struct Room {
    _folder: TempDir,
}

impl Room {
    /// Takes the files in.
    pub(super) async fn of(
        files: &[String],
        form: Option<Form>,
        (rules, text): (Rules, &str),
        catalogue: Catalogue,
        global: &Global,
    ) -> Outcome<(Self, Asking)> {
        let places = input::places(files)?;
        if places.contains(&Place::Standard) {
            return Err(Failure::new(
                exit::DATA,
                Diagnostic::error("too-large", "standard input has more events than fit in memory, and cannot be read twice")
                    .hint("write it to a file, or raise `memory` in [limits] of deskgauge.toml"),
            ));
        }
        let folder = tempfile::Builder::new().prefix("deskgauge-").tempdir();
        let folder = folder.map_err(|error| Failure::file("make a folder in", &std::env::temp_dir(), &error))?;
        note(format_args!(
            "more events than fit in memory (`memory` in [limits]): they go over the disk, into {}",
            folder.path().display()
        ));
        let workspace = workspace::init_at(folder.path(), text, global).await?;
        let options = Options { source: "import".to_owned(), strict: false, rejects: None };
        let total = places.iter().map(Place::size).sum::<Option<u64>>();
        let mut session = begin(&workspace, "files".to_owned(), &options, total, global.format).await?;
        let defaults = Defaults { source: "import".into() };
        for place in &places {
            import::events(&mut session, place, form, &defaults)?;
        }
        let done = session.finish(None).await?;
        if let Some(first) = done.first.first() {
            left_out(done.rejected, first, global);
        }
        let view = workspace.at(None).await.map_err(workspace::failure)?;
        Ok((Self { _folder: folder }, Asking::unstored(view.source, rules, catalogue, now())))
    }
}
