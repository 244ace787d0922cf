//! The fold of a shop's timelines, for `cargo xtask counts`: what stands in `kernel` is counted, instruction by instruction.

use std::hint::black_box;

use deskgauge_core::event::Event;
use deskgauge_core::facts::Facts;
use deskgauge_core::fold::{People, Timeline, fold_into, people, timelines};
use deskgauge_core::rules::Rules;
use deskgauge_core::shop::{Shop, ShopOptions};

fn main() {
    let events: Vec<Event> = Shop::new(ShopOptions::new(2000, 1)).collect();
    let (rules, _) = Rules::parse(&Shop::rules_toml(), "deskgauge.toml");
    let timelines = timelines(events);
    let people = people(&timelines);
    kernel(&timelines, &rules, &people);
}

/// Folds each timeline into room that is used again.
#[inline(never)]
fn kernel(timelines: &[Timeline], rules: &Rules, people: &People) {
    let mut facts = Facts::default();
    for timeline in timelines {
        facts.clear();
        fold_into(black_box(timeline), rules, people, &mut facts);
        black_box(&facts);
    }
}
