//! The reading of events from JSON Lines and CSV, for `cargo xtask counts`: what stands in `kernel` is counted, instruction by instruction.

use std::hint::black_box;

use deskgauge_connect::events::{CsvWriter, csv, json_lines, to_json_line};
use deskgauge_core::event::Event;
use deskgauge_core::event::record::Defaults;
use deskgauge_core::shop::{Shop, ShopOptions};

fn main() {
    let events: Vec<Event> = Shop::new(ShopOptions::new(300, 1)).collect();
    let defaults = Defaults { source: "import".into() };
    let text = match std::env::args().nth(1).as_deref() {
        Some("csv") => {
            let mut text = Vec::new();
            let mut out = CsvWriter::new(&mut text).expect("memory takes it");
            events.iter().for_each(|event| out.write(event).expect("memory takes it"));
            out.flush().expect("memory takes it");
            drop(out);
            text
        }
        _ => events.iter().map(|event| to_json_line(event) + "\n").collect::<String>().into_bytes(),
    };
    kernel(&text, &defaults);
}

/// Reads all events of a text.
#[inline(never)]
fn kernel(text: &[u8], defaults: &Defaults) {
    let defaults = defaults.clone();
    if text.starts_with(b"{") {
        json_lines::json_lines(text, defaults).for_each(|event| drop(black_box(event)));
    } else {
        let events = csv::csv(text, b',', "events.csv", defaults).expect("its own header is a good one");
        events.for_each(|event| drop(black_box(event)));
    }
}
