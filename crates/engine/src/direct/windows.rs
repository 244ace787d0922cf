//! Files in windows: as many rows as may be in memory at once, in the order of the files.
//!
//! A window is read in pieces, a thread each. Conversations begin and end near each other in most files, so that few of them are
//! waited for when a window is folded.

use std::ops::Range;
use std::path::PathBuf;

use arrow::record_batch::RecordBatch;
use deskgauge_core::event::fields::FieldId;

use super::DirectError;
use crate::files::EventFile;
use crate::threads::threads;

/// Rows of a window, unless memory is bound to fewer.
pub(super) const WINDOW: u64 = 512 * 1024;

/// Rows of a piece at most: as many as a group of most files has, since rows of a group that come before are gone over once more.
const PIECE: u64 = 128 * 1024;

/// Rows of a group of rows that follow each other.
#[derive(Debug)]
pub(super) struct Piece {
    file: usize,
    group: usize,
    rows: Range<usize>,
}

/// A batch of rows, or why there is none.
type Read = Result<RecordBatch, DirectError>;

/// Files, cut.
#[derive(Debug)]
pub(super) struct Windows {
    files: Vec<EventFile>,
    pieces: Vec<Piece>,
    /// By window, its pieces.
    windows: Vec<Range<usize>>,
    rows: u64,
}

impl Windows {
    /// Of these files, where at most so many events are to be in memory.
    pub(super) fn of(paths: &[PathBuf], most: u64) -> Result<Self, DirectError> {
        let files = paths.iter().map(|path| EventFile::open(path)).collect::<Result<Vec<_>, _>>()?;
        let most = (most / 4).clamp(1, WINDOW);
        // Of a window each thread has some.
        let piece = (most / threads() as u64).clamp(1, PIECE);
        let mut cut = Self { files, pieces: Vec::new(), windows: Vec::new(), rows: 0 };
        let mut begun = 0..0;
        let mut filled = 0;
        for (file, opened) in cut.files.iter().enumerate() {
            for group in 0..opened.groups() {
                let rows = opened.rows_of(group);
                cut.rows += rows;
                let mut first = 0;
                while first < rows {
                    let next = (first + piece).min(rows);
                    if filled + next - first > most {
                        cut.windows.push(begun.clone());
                        begun = begun.end..begun.end;
                        filled = 0;
                    }
                    filled += next - first;
                    begun.end += 1;
                    cut.pieces.push(Piece { file, group, rows: first as usize..next as usize });
                    first = next;
                }
            }
        }
        cut.windows.push(begun);
        Ok(cut)
    }

    pub(super) fn count(&self) -> usize {
        self.windows.len()
    }

    /// Rows of all files.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// The pieces of a window.
    pub(super) fn window(&self, number: usize) -> &[Piece] {
        &self.pieces[self.windows[number].clone()]
    }

    /// All pieces, each with the number of its window.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (u32, &Piece)> {
        (0..).zip(&self.windows).flat_map(|(number, pieces)| self.pieces[pieces.clone()].iter().map(move |piece| (number, piece)))
    }

    /// The rows of a piece as batches: of all fields, or of some.
    pub(super) fn read(&self, piece: &Piece, fields: Option<&[FieldId]>) -> Result<impl Iterator<Item = Read>, DirectError> {
        self.ranges(piece, std::iter::once(piece.rows.clone()), fields)
    }

    /// Some rows of a piece, by their places in it in their order, with all fields.
    pub(super) fn pick(&self, piece: &Piece, places: &[usize]) -> Result<impl Iterator<Item = Read>, DirectError> {
        let first = piece.rows.start;
        self.ranges(piece, places.iter().map(move |place| first + place..first + place + 1), None)
    }

    fn ranges(
        &self,
        piece: &Piece,
        ranges: impl Iterator<Item = Range<usize>>,
        fields: Option<&[FieldId]>,
    ) -> Result<impl Iterator<Item = Read>, DirectError> {
        let file = &self.files[piece.file];
        let batches = file.read(piece.group, ranges, fields)?;
        Ok(batches.map(|batch| batch.map_err(|error| file.broken(error).into())))
    }
}
