//! The textual notation of timelines: one sentence per line, for tests, worked examples, explanations and bug reports.
//!
//! ```text
//! conversation 7  channel=email  brand=acme  zone=Europe/Berlin
//! mon 09:00  customer  opens     "Where is my parcel?"
//! mon 09:40  ana       says
//! tue 10:00  ana       solves
//! ```
//! Reading and printing share one table of verbs ([`VERBS`]) and one idea of what may be left out, so that `parse(print(x)) == x`
//! holds for every event and simple timelines print simply. A line becomes a flat record and goes through
//! [`event::record`](crate::event::record), so a wrong value gets the same message as in every other format. The notation gives
//! events no meaning: an impossible order of legal lines is the fold's matter.

mod automatic;
mod lists;
mod parse;
mod print;
mod times;
mod verbs;
mod words;

use std::sync::Arc;

use jiff::tz::TimeZone;

pub use parse::parse;
pub use print::print;
pub use verbs::{COMMON_KEYS, HEADER_KEYS, VERBS, Verb, Words};

use crate::event::Text;

/// What a reader assumes where the text says nothing.
#[derive(Debug, Clone)]
pub struct ParseOptions {
    /// The name of the text in diagnostics.
    pub file: String,
    /// The zone of local times under headers without `zone=`.
    pub zone: TimeZone,
    /// The source of lines without `source=`.
    pub source: Text,
}

impl Default for ParseOptions {
    /// A text called `timeline`, in UTC, of the source `import`.
    fn default() -> Self {
        Self { file: "timeline".to_owned(), zone: TimeZone::UTC, source: Arc::from("import") }
    }
}

/// How to print.
#[derive(Debug, Clone)]
pub struct PrintOptions {
    /// The zone that times are written in. One that has no IANA name is replaced by UTC, unless the reader assumes it anyway.
    pub zone: TimeZone,
    /// What the reader of the text will assume, and printing therefore leaves out.
    pub reader: ParseOptions,
}

impl Default for PrintOptions {
    /// In UTC, for a reader with default options.
    fn default() -> Self {
        Self { zone: TimeZone::UTC, reader: ParseOptions::default() }
    }
}
