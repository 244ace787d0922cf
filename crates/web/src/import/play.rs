//! The play of the demo shop, as an import.

use deskgauge_core::shop::{Shop, ShopOptions};

use super::{Session, Watching};
use crate::failure::Outcome;

/// How the name of such an import begins.
pub const NAMED: &str = "simulated shop: ";

/// How the import of a play is called: the same play twice has the same name.
pub fn name(shop: &ShopOptions) -> String {
    format!("{NAMED}{} conversations, seed {}, {} days", shop.conversations, shop.seed, shop.day_count())
}

/// Takes the events of a play.
///
/// # Errors
/// Those of the session.
pub fn take<W: Watching>(session: &mut Session<'_, W>, shop: Shop) -> Outcome {
    session.take_all("the simulated shop", shop.map(Ok))
}
