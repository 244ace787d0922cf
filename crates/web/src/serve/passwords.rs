//! Passwords: kept by argon2id, checked in the same time whether there is such a person or not.
//!
//! A check takes memory and a core on purpose, so only few run at once, and not on the threads that listen.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::http::StatusCode;
use tokio::sync::Semaphore;

use super::problem::Refusal;

/// The fewest characters of a password.
pub(super) const SHORTEST: usize = 12;
/// The most bytes: a password is no file.
pub(super) const LONGEST: usize = 512;

/// Checks that run at once.
static TURNS: Semaphore = Semaphore::const_new(2);

/// The hash of no password, to check against where there is nobody.
static NOBODY: LazyLock<String> = LazyLock::new(|| hashed("a password that nobody has").unwrap_or_default());

fn argon2() -> Argon2<'static> {
    // 19 MiB, two passes, one lane: what OWASP recommends.
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hashed(password: &str) -> Option<String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).ok()?;
    let salt = SaltString::encode_b64(&salt).ok()?;
    argon2().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// The hash of a new password.
///
/// # Errors
/// The system gives no randomness or memory.
pub(super) async fn make(password: String) -> Result<String, Refusal> {
    let made = match TURNS.acquire().await {
        Ok(_turn) => tokio::task::spawn_blocking(move || hashed(&password)).await.ok().flatten(),
        Err(_) => None,
    };
    made.ok_or_else(|| {
        let hint = "try again in a moment";
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "no-hash", "the password could not be kept", hint).later(5)
    })
}

/// Whether a password is the one of a hash. Without a hash it never is, and takes as long.
pub(super) async fn check(password: String, kept: Option<String>) -> bool {
    let Ok(_turn) = TURNS.acquire().await else { return false };
    let checked = tokio::task::spawn_blocking(move || {
        let known = kept.is_some();
        let hash = kept.unwrap_or_else(|| NOBODY.clone());
        let right = PasswordHash::new(&hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok());
        known && password.len() <= LONGEST && right
    });
    checked.await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let hash = make("correct horse battery".to_owned()).await.unwrap_or_default();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(check("correct horse battery".to_owned(), Some(hash.clone())).await);
        assert!(!check("correct horse".to_owned(), Some(hash)).await);
        assert!(!check("a password that nobody has".to_owned(), None).await, "nobody signs in without a person");
    }
}
