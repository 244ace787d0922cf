//! The workspace's key: by it people are named where their ids must not stand, in the log of what was forgotten, and their addresses and
//! numbers are hashed.
//!
//! It lives in a file of its own that only its owner may read, beside the workspace's database and not in it, and in no backup: who has
//! a copy of the data alone can try no list of ids against the hashes. It is made when it is first needed. Where it lies is the caller's
//! matter.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use deskgauge_core::diagnostic::Diagnostic;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::failure::{Failure, Outcome, exit};

/// The key's file inside a workspace's folder, unless it is kept elsewhere.
pub const KEY_FILE: &str = "deskgauge.key";

/// The key.
pub struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    /// No part of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// Reads the key of a file; makes both where there is none.
    ///
    /// # Errors
    /// `key` (exit 3): the file is no key; the disk's.
    pub fn of(path: &Path) -> Outcome<Self> {
        let failed = |what: String| Failure::new(exit::STATE, Diagnostic::error("key", what));
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(text.trim()).ok_or_else(|| {
                let what = format!("{} holds no key: 64 hexadecimal digits are expected", path.display());
                Failure::new(
                    exit::STATE,
                    Diagnostic::error("key", what).hint("bring the right file back; a new key names people otherwise"),
                )
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::make(path),
            Err(error) => Err(failed(format!("could not read {}: {error}", path.display()))),
        }
    }

    fn make(path: &Path) -> Outcome<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives randomness once it runs");
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(path).and_then(|mut file| {
            file.write_all(format!("{text}\n").as_bytes())?;
            file.sync_all()
        });
        match written {
            Ok(()) => Ok(Self(bytes.to_vec())),
            // Somebody else was quicker.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::of(path),
            Err(error) => Err(Failure::file("write", path, &error)),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = |at: usize| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok();
        if digits { (0..32).map(byte).collect::<Option<Vec<u8>>>().map(Self) } else { None }
    }

    /// The hash that names something of a kind: 32 hexadecimal digits of HMAC-SHA-256.
    pub fn mark(&self, kind: &str, id: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length will do");
        mac.update(kind.as_bytes());
        mac.update(b"\0");
        mac.update(id.as_bytes());
        mac.finalize().into_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_key_is_made_once_and_names_the_same_each_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let first = Key::of(&path).expect("made").mark("customer", "u1");
        assert_eq!(first, Key::of(&path).expect("read").mark("customer", "u1"));
        let key = Key::of(&path).expect("read");
        assert!(first.len() == 32 && first != key.mark("customer", "u2") && first != key.mark("email", "u1"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "no key").expect("written");
        let refused = Key::of(&path).expect_err("refused");
        assert_eq!(refused.problems[0].code, "key");
    }
}
