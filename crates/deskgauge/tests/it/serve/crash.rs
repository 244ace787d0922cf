//! Killed at any moment: what was acknowledged is there, and nothing is there twice.
//!
//! Five rounds by default; `DESKGAUGE_CRASHES=50` kills as often as the promise says.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::wire::{Service, ask};
use super::{place, token};

/// Sends events until told to stop, and remembers which were acknowledged.
fn send(
    address: SocketAddr,
    token: &str,
    sender: usize,
    round: usize,
    stop: &AtomicBool,
    acknowledged: &Mutex<BTreeSet<String>>,
) {
    let bearer = format!("Bearer {token}");
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let ids: Vec<String> = (0..1 + number % 5).map(|part| format!("r{round}s{sender}n{number}p{part}")).collect();
        let event = |id: &String| {
            json!({
                "id": id, "type": "opened", "at": "2026-03-03T09:00:00+02:00", "conversation": format!("crash:{id}"),
                "actor_kind": "customer", "actor": format!("c{sender}"), "channel": "chat",
            })
        };
        let body = Value::from(ids.iter().map(event).collect::<Vec<Value>>()).to_string();
        match ask(address, "POST", "/v1/events", &[("Authorization", &bearer)], body.as_bytes()) {
            Ok(receipt) if receipt.status == 200 => acknowledged.lock().unwrap().extend(ids),
            _ => {}
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let rounds = std::env::var("DESKGAUGE_CRASHES").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let place = place();
    let token = token(&place, "ingest");
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    for round in 0..rounds {
        // Commits come often, so that many deaths fall into one.
        let service = Service::start(&place, "--commit-at 20 --commit-after 1");
        let stop = Arc::new(AtomicBool::new(false));
        let senders: Vec<_> = (0..3)
            .map(|sender| {
                let (address, token, stop, acknowledged) = (service.address, token.clone(), stop.clone(), acknowledged.clone());
                std::thread::spawn(move || send(address, &token, sender, round, &stop, &acknowledged))
            })
            .collect();
        // Another instant in each round, spread over what a commit takes.
        std::thread::sleep(Duration::from_millis(300 + (round as u64 * 271) % 700));
        service.kill();
        stop.store(true, Ordering::Relaxed);
        senders.into_iter().for_each(|sender| sender.join().unwrap());
    }
    place.ok("--workspace w ingest --commit");
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for line in place.ok("--workspace w --format json export events").lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        *found.entry(event["id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let acknowledged = acknowledged.lock().unwrap();
    assert!(acknowledged.len() > rounds * 10, "{} events in {rounds} rounds are too few to tell", acknowledged.len());
    let lost: Vec<&String> = acknowledged.iter().filter(|id| !found.contains_key(*id)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged events are lost: {lost:?}", lost.len(), acknowledged.len());
    let twice: Vec<&String> = found.iter().filter(|(_, times)| **times > 1).map(|(id, _)| id).collect();
    assert!(twice.is_empty(), "there twice: {twice:?}");
}
