//! What programs ask over HTTP, a file per kind of question. The forms are those of the command line.

pub(super) mod answers;
pub(super) mod catalogue;
pub(super) mod conversation;
pub(super) mod events;
pub(super) mod explain;
pub(super) mod export;
pub(super) mod state;
