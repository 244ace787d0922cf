//! Addresses and numbers that events bring where digests belong: they are hashed by the workspace's key before anything is stored.
//!
//! A source that has no digests of its own may send the address itself as `email_hash`, and the number as `phone_hash`; the same person
//! then has the same digest whichever source told of them. What is a digest already stays as it is. The key is read when it is first
//! needed, since most events need none.

use std::path::PathBuf;
use std::sync::OnceLock;

use deskgauge_core::event::{Body, Event, Text};

use crate::failure::Outcome;
use crate::key::Key;

/// The fewest and the most digits of a number of a telephone.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Conceals by the key of a file.
#[derive(Debug)]
pub struct Conceal {
    path: PathBuf,
    key: OnceLock<Key>,
}

impl Conceal {
    /// By the key of that file, which is made when it is first needed.
    pub fn by(path: PathBuf) -> Self {
        Self { path, key: OnceLock::new() }
    }

    /// Hashes what stands in an event as it is.
    ///
    /// # Errors
    /// The key cannot be read or made.
    pub fn event(&self, event: &mut Event) -> Outcome {
        let Body::Customer(profile) = &mut event.body else { return Ok(()) };
        if let Some(address) = profile.email_hash.as_deref().and_then(address) {
            profile.email_hash = Some(Text::from(self.key()?.mark("email", &address)));
        }
        if let Some(number) = profile.phone_hash.as_deref().and_then(number) {
            profile.phone_hash = Some(Text::from(self.key()?.mark("phone", &number)));
        }
        Ok(())
    }

    fn key(&self) -> Outcome<&Key> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key = Key::of(&self.path)?;
        Ok(self.key.get_or_init(|| key))
    }
}

/// An address as it is compared; `None`: it is none.
fn address(text: &str) -> Option<String> {
    text.contains('@').then(|| text.trim().to_lowercase())
}

/// The digits of a number that is written as one; a digest has letters, or is longer.
fn number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let written = text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | ' ' | '-' | '.' | '/' | '(' | ')'));
    (written && DIGITS.contains(&digits.len())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::{address, number};

    #[test]
    fn an_address_and_a_number_are_told_from_digests() {
        assert_eq!(address(" Ana@Example.org ").as_deref(), Some("ana@example.org"));
        assert_eq!(address("3f1c9be0a1"), None);
        assert_eq!(number("+40 (721) 000-123").as_deref(), Some("40721000123"));
        for digest in ["3f1c9be0a1", "12345", "1234567890123456", "e-1234567"] {
            assert_eq!(number(digest), None, "{digest}");
        }
    }
}
