//! Secrets: made of the system's randomness, told once, kept as hashes.
//!
//! Those that we make have 256 bits, so that a plain hash of them cannot be turned back; passwords, which people make, get a slow one
//! elsewhere.

use sha2::{Digest, Sha256};

/// A new secret, 43 letters and digits of base 64 for URLs.
pub(super) fn make() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system gives randomness once it runs");
    base64(&bytes)
}

/// Its hash, as it is stored.
pub(super) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (Sha256::digest(one.as_bytes()), Sha256::digest(other.as_bytes()));
    one.iter().zip(other.iter()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for lot in bytes.chunks(3) {
        let bits = lot.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - lot.len()));
        for place in 0..=lot.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, hash, make, same};

    #[test]
    fn secrets_differ_and_fit_into_a_link() {
        let (one, other) = (make(), make());
        assert!(one.len() == 43 && one.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)), "{one}");
        assert!(!same(&one, &other) && same(&one, &one));
        assert_ne!(hash(&one), hash(&other));
        assert_eq!(base64(b"light w"), "bGlnaHQgdw");
    }
}
