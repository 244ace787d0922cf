//! Shares texts that repeat: channels, teams, words of the format.
//!
//! A table of fixed size, so that a file of unique texts costs no memory: a slot keeps the last text that fell into it. Nothing
//! depends on whether a text was shared.

use std::sync::Arc;

use deskgauge_core::event::Text;

const SLOTS: usize = 4096;
/// Longer texts seldom repeat.
const LONGEST: usize = 64;

/// A bounded store of shared texts.
#[derive(Debug)]
pub struct Interner {
    slots: Vec<Option<Text>>,
}

impl Default for Interner {
    fn default() -> Self {
        Self { slots: vec![None; SLOTS] }
    }
}

impl Interner {
    /// The text, shared with an earlier equal one where that is still at hand.
    pub fn text(&mut self, text: &str) -> Text {
        if text.len() > LONGEST {
            return Arc::from(text);
        }
        let hash = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
        let slot = &mut self.slots[hash as usize % SLOTS];
        match slot {
            Some(kept) if &**kept == text => kept.clone(),
            _ => {
                let fresh: Text = Arc::from(text);
                *slot = Some(fresh.clone());
                fresh
            }
        }
    }
}
