//! What stands in for a provider in a build without the feature `oidc`: there is none, and whoever asks for one is told how to build it.
//!
//! The type has no values, so everything that a provider would do is here proven not to happen.

use deskgauge_core::rules;

use super::{Told, Trouble, Way};
use crate::failure::Outcome;

/// No provider.
pub(super) enum Provider {}

impl Provider {
    /// Refuses.
    pub(super) fn of(_: &rules::Oidc, _: Option<String>, _: &str) -> Outcome<Self> {
        Err(super::not_built())
    }

    pub(super) async fn begin(&self) -> Result<Way, Trouble> {
        match *self {}
    }

    pub(super) async fn finish(&self, _: String, _: &str, _: String) -> Result<Told, Trouble> {
        match *self {}
    }
}
