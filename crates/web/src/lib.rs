//! What people and other programs read: boards, pages, words in four languages, the forms of answers, and the service that serves them.
//!
//! It asks the engine and computes no KPI itself. It reads no clock and no environment: the binary hands both in. Files that are brought
//! in are read here, so that the command line and the service read them alike.

pub mod asking;
pub mod board;
pub mod chart;
pub mod conceal;
pub mod conversation;
pub mod explain;
pub mod failure;
pub mod forms;
pub mod import;
pub mod input;
pub mod key;
pub mod locale;
pub mod report;
pub mod serve;
pub mod silence;
pub mod stop;
pub mod targets;
