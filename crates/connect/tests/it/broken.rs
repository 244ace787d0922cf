//! Truncated, shuffled and cut up inputs: nothing panics, no row disappears, and readers come to an end.

use deskgauge_connect::events::{csv::csv, json_lines::json_lines};
use deskgauge_connect::table::propose::propose;
use deskgauge_connect::table::{self, Mapping, Row};

use crate::events::defaults;

const JSON: &str = r#"{"id":"1","type":"opened","at":"2024-01-31T09:00:00+02:00","conversation":"c1","tags":["vip","ü"],"channel":"email"}
{"id":"8","type":"reviewed","at":1706684400000,"conversation":"c1","review":"r1","ratings":[{"category":"tone","weight":2.5,"rating":null,"min":0,"max":5}]}
"#;
const CSV: &str = "id,type,at,conversation,tags,ratings\n1,opened,2024-01-31T09:00:00Z,\"c,1\",a;b,\n2,reviewed,2024-01-31T09:00:00Z,c1,,\"[{\"\"category\"\":\"\"t\"\",\"\"min\"\":0,\"\"max\"\":1}]\"\n";
const TABLE: &str = "number,state,opened_at,updated_at,sum,role\n1,New,1/2/2024 09:00,1/2/2024 09:00,3,client\n1,Closed,1/2/2024 09:00,2/2/2024 09:00,4.5,agent\n2,?,\"x\"\"y\",,,\n";

/// A small generator of numbers, so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// Pieces of an input: each prefix, then shuffles, flips and repeats.
fn pieces(text: &str, rounds: usize) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let mut pieces: Vec<Vec<u8>> = (0..bytes.len()).map(|end| bytes[..end].to_vec()).collect();
    let mut numbers = Numbers(7);
    for _ in 0..rounds {
        let mut piece = bytes.to_vec();
        for _ in 0..1 + numbers.below(6) {
            let (a, b) = (numbers.below(piece.len()), numbers.below(piece.len()));
            match numbers.below(4) {
                0 => piece.swap(a, b),
                1 => piece[a] = b"\"\n\r,;{}[]:\\\xff\0"[numbers.below(12)],
                2 => drop(piece.drain(a.min(b)..a.max(b))),
                _ => piece.extend_from_within(a.min(b)..a.max(b)),
            }
            if piece.is_empty() {
                piece.push(b'x');
            }
        }
        pieces.push(piece);
    }
    pieces
}

#[test]
fn json() {
    for piece in pieces(JSON, 3000) {
        let lines = piece.split(|byte| *byte == b'\n').count();
        assert!(json_lines(piece.as_slice(), defaults()).count() <= lines);
    }
}

#[test]
fn csv_of_ours() {
    for piece in pieces(CSV, 3000) {
        let lines = piece.split(|byte| *byte == b'\n').count();
        if let Ok(rows) = csv(piece.as_slice(), b',', "events.csv", defaults()) {
            assert!(rows.count() <= lines);
        }
    }
}

#[test]
fn tables_and_proposals() {
    for piece in pieces(TABLE, 1500) {
        let Ok(rows) = table::csv::open(piece.as_slice(), None, "table.csv") else { continue };
        let columns = rows.columns().to_vec();
        let sample: Vec<Row> = rows.filter_map(Result::ok).collect();
        let proposal = propose(&columns, &sample, "a \"table\"\n.csv");
        let (mapping, problems) = Mapping::parse(&proposal, "proposal.toml");
        assert!(problems.is_empty(), "{problems:?}\n{proposal}");
        let mapping = mapping.unwrap();
        let events = mapping.events(&columns, sample.into_iter().map(Ok), &"import".into()).unwrap();
        let _ = events.count();
    }
}

#[test]
fn mappings() {
    let text = include_str!("../../../../examples/uci_incident_event_log/mapping.toml");
    for piece in pieces(text, 1500) {
        let _ = Mapping::parse(&String::from_utf8_lossy(&piece), "mapping.toml");
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row() {
    let mut text = "type,at,conversation\nopened,1706684400000,\"c1\n".to_owned();
    for number in 0..5000 {
        text.push_str(&format!("opened,1706684400000,n{number}\n"));
    }
    let rows: Vec<_> = csv(text.as_bytes(), b',', "events.csv", defaults()).unwrap().collect();
    assert_eq!(rows.iter().filter(|row| row.is_ok()).count(), 5000);
    assert_eq!(rows.iter().filter(|row| row.is_err()).count(), 1);
}
