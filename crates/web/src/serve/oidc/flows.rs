//! Sign-ins that were begun and have not come back: each for one browser, for ten minutes, and for one return.
//!
//! They live in memory alone, because a service that was started anew asks people to click once more, and a database has one secret less.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use super::Way;
use crate::serve::pages::sign_in::address_key;
use crate::serve::secret;

/// For how many seconds a sign-in may take.
pub(super) const SECONDS: i64 = 600;
/// Most sign-ins of one address that have not come back: several people may share one.
const OF_ONE: usize = 40;
/// Most of all.
const OF_ALL: usize = 10_000;

/// What must fit when somebody comes back.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    browser: Vec<u8>,
    address: String,
    begun_at: i64,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// The page that they wanted.
    pub(super) next: String,
}

impl Flow {
    /// One that begins now.
    pub(super) fn new(browser: &str, address: IpAddr, next: String, way: &Way, now: i64) -> Self {
        let (nonce, verifier) = (way.nonce.clone(), way.verifier.clone());
        Self { browser: secret::hash(browser), address: address_key(address), begun_at: now, nonce, verifier, next }
    }
}

/// All of them, by the hash of their state.
#[derive(Default)]
pub(super) struct Flows(Mutex<BTreeMap<Vec<u8>, Flow>>);

impl Flows {
    /// Remembers one. False: there are too many.
    pub(super) fn add(&self, state: &str, flow: Flow, now: i64) -> bool {
        let mut flows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flows.retain(|_, flow| now - flow.begun_at < SECONDS);
        let own = flows.values().filter(|other| other.address == flow.address).count();
        if own >= OF_ONE || flows.len() >= OF_ALL {
            return false;
        }
        flows.insert(secret::hash(state), flow);
        true
    }

    /// The one of a state, for the browser in which it was begun: once.
    pub(super) fn take(&self, state: &str, browser: &str, now: i64) -> Option<Flow> {
        let (key, browser) = (secret::hash(state), secret::hash(browser));
        let mut flows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = flows.get(&key).is_some_and(|flow| flow.browser == browser && now - flow.begun_at < SECONDS);
        if fits { flows.remove(&key) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(state: &str) -> Way {
        Way { url: String::new(), state: state.to_owned(), nonce: "n".to_owned(), verifier: "v".to_owned() }
    }

    fn flow(browser: &str, last: u8, now: i64) -> Flow {
        Flow::new(browser, IpAddr::from([10, 0, 0, last]), "/sla".to_owned(), &way("s"), now)
    }

    #[test]
    fn a_sign_in_comes_back_once_to_its_own_browser_in_time() {
        let flows = Flows::default();
        assert!(flows.add("one", flow("mine", 1, 100), 100));
        assert!(flows.take("one", "theirs", 101).is_none() && flows.take("other", "mine", 101).is_none());
        assert!(flows.take("one", "mine", 100 + SECONDS).is_none(), "too late");
        let back = flows.take("one", "mine", 101).expect("it is there");
        assert_eq!((back.nonce.as_str(), back.verifier.as_str(), back.next.as_str()), ("n", "v", "/sla"));
        assert!(flows.take("one", "mine", 101).is_none(), "once");
    }

    #[test]
    fn one_address_cannot_fill_the_memory() {
        let flows = Flows::default();
        for number in 0..OF_ONE {
            assert!(flows.add(&number.to_string(), flow("mine", 1, 100), 100));
        }
        assert!(!flows.add("more", flow("mine", 1, 100), 100));
        assert!(flows.add("others", flow("theirs", 2, 100), 100), "another address has its own bound");
        assert!(flows.add("later", flow("mine", 1, 100 + SECONDS), 100 + SECONDS), "with time there is room again");
    }
}
