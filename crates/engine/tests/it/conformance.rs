//! The standard's worked examples, A to G: each id is cited by a test or by an example of the
//! catalogue. And the two of shops that need more orders than a file of the catalogue could hold.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use deskgauge_core::answer::{Answer, DataCut};
use deskgauge_core::fold::fold_all;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_engine::ask::ask;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::source::FactSource;

/// The ids of the standard's rows.
const IDS: &str = "A1 A2 A3 A4 A5 A6 A7 A10 A11 A12 A14 A15 A16 A17 A18 A21 A22 A23 A26 A28 A30 A31 A32 A40 A41 A43 A45 A46 \
    B1 B3 B4 B6 B7 B8 B9 B10 B13 B14 B17 B18 B20 B21 B30 B33 B34 C1 C3 C4 C5 C6 C7 C8 C11 C12 A50 A51 A52 A54 A56 C20 C23 C24 C25 \
    C29 C30 D1 D2 D3 D5 D5b D5c D7 D8 D10 D12 D20 D23 E1 E3 E4 E6 E7 E8 F1 F2 F3 F4 F5 F7 F8 F10 G1 G2 G3 G4 G6 G7 G8 G9 G10 G12 \
    G15 G16 G17 G19 G20 G21";

#[test]
fn every_row_of_the_standard_is_cited() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut cited = BTreeSet::new();
    let crates = ["core", "connect", "engine", "deskgauge"].map(|name| format!("crates/{name}/tests"));
    for folder in crates.iter().map(String::as_str).chain(["catalogue"]) {
        cite(&root.join(folder), &mut cited);
    }
    let missing: Vec<&str> = IDS.split_whitespace().filter(|id| !cited.contains(*id)).collect();
    assert!(missing.is_empty(), "no test cites {missing:?}");
}

/// Adds the ids that the files of a folder cite: as they stand, or small in the name of a test.
fn cite(folder: &Path, cited: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            cite(&entry, cited);
        } else if !entry.ends_with("conformance.rs")
            && let Ok(text) = std::fs::read_to_string(&entry)
        {
            text.lines().for_each(|line| cited.extend(ids(line)));
        }
    }
    // This file's list must not cite itself; its tests do.
    cited.extend(["A52", "G2", "G6", "G12", "G16"].map(str::to_owned));
}

fn ids(line: &str) -> Vec<String> {
    let name = line.trim_start().trim_start_matches("async ").strip_prefix("fn ");
    let is_id = |word: &str| {
        let rest = word.strip_prefix(|letter: char| ('A'..='G').contains(&letter)).unwrap_or_default();
        rest.starts_with(|digit: char| digit.is_ascii_digit())
            && rest.trim_end_matches(['b', 'c']).bytes().all(|byte| byte.is_ascii_digit())
    };
    let words = line.split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::to_owned);
    let small = name.into_iter().flat_map(|name| name.split(['_', '('])).map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    });
    words.chain(small).filter(|word| is_id(word)).collect()
}

async fn asked(text: &str, metric: &str, options: &str) -> Answer {
    let (events, problems) = parse(text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let rules = Rules::default();
    let source = FactSource::memory(&fold_all(events.clone(), &rules), &events, &[]).unwrap();
    let mut question = Question::new(vec![metric.to_owned()]);
    assert_eq!(question.set_options(options), []);
    let catalogue = Catalogue::load(&[], &[]).0;
    let answers = ask(&source, &catalogue, &rules, &question, DataCut { snapshot: 0, watermark: 0, at: None }).await.unwrap();
    answers.answers.into_iter().next().unwrap()
}

/// A shop of 100 customers in January and 110 in February, 30 of them new: (110 − 30) ÷ 100. Where nobody's contract ends, who is still
/// there is who came back.
#[tokio::test]
async fn g2_eighty_of_a_hundred_customers_stay() {
    let mut text = "no conversation\n".to_owned();
    for customer in 1..=100 {
        writeln!(text, "2024-01-10 09:00  customer:u{customer}  orders order=a{customer} amount=10").unwrap();
        if customer <= 80 {
            writeln!(text, "2024-02-10 09:00  customer:u{customer}  orders order=b{customer} amount=10").unwrap();
        }
    }
    for customer in 101..=130 {
        writeln!(text, "2024-02-11 09:00  customer:u{customer}  orders order=a{customer} amount=10").unwrap();
    }
    let january = "--from 2024-01-01 --to 2024-02-01 --set repeat_window=60d --now 2024-06-01T00:00:00Z";
    let answer = asked(&text, "repeat_purchase_rate", january).await;
    assert_eq!((answer.value, answer.numerator, answer.denominator), (Some(0.8), Some(80), Some(100)));
}

/// 10,000 orders and a contact rate of 5 % are 500 conversations; at 8 to 15 a conversation they cost 4,000 to 7,500.
#[tokio::test]
async fn g6_five_of_a_hundred_orders_ask() {
    let mut text = "no conversation\n".to_owned();
    for order in 0..10_000 {
        writeln!(text, "2024-01-10 09:00  customer:u{order}  orders order=o{order} amount=10").unwrap();
    }
    for order in (0..10_000).step_by(20) {
        writeln!(text, "conversation c{order}  customer=u{order}\n2024-01-11 09:00  customer  opens").unwrap();
    }
    let answer = asked(&text, "contact_rate", "--now 2024-06-01T00:00:00Z").await;
    assert_eq!((answer.value, answer.numerator, answer.denominator), (Some(0.05), Some(500), Some(10_000)));
    let conversations = answer.numerator.unwrap();
    assert_eq!((conversations * 8, conversations * 15), (4_000, 7_500));
}

/// Somebody's own KPI with a vendor's half-open buckets as its dimension: 3,599 s are below an hour, 3,600 s are not, a day is over it.
#[tokio::test]
async fn g12_half_open_buckets_are_an_own_dimension() {
    let metric = "+++\nid = \"reply_buckets\"\nunit = \"count\"\ngood = \"none\"\nrevision = 1\nfrom = \"first_responses\"\n\
        dated = \"answered_at\"\ncount = true\n[dimensions]\n\
        bucket = \"case when seconds < 3600 then '0-1h' when seconds < 14400 then '1-4h' when seconds < 86400 then '4-24h' else '24h+' end\"\n\
        [name]\nen = \"a\"\nru = \"a\"\nro = \"a\"\nzh-Hant = \"a\"\n+++\nReplies by how long they took.\n";
    let own = [("speed/reply_buckets.md".to_owned(), metric.to_owned())];
    let (catalogue, _) = Catalogue::load(&own, &[]);
    let mut text = String::new();
    for (number, seconds) in [3599, 3600, 86_400].into_iter().enumerate() {
        writeln!(text, "conversation {number}\nmon 09:00  customer  opens\n+{seconds}s  ana  says").unwrap();
    }
    let (events, _) = parse(&text, &ParseOptions::default());
    let rules = Rules::default();
    let source = FactSource::memory(&fold_all(events.clone(), &rules), &events, &[]).unwrap();
    let mut question = Question::new(vec!["reply_buckets".to_owned()]);
    assert_eq!(question.set_options("--by bucket --now 2024-02-01T00:00:00Z"), []);
    let cut = DataCut { snapshot: 0, watermark: 0, at: None };
    let answers = ask(&source, &catalogue, &rules, &question, cut).await.unwrap().answers;
    let cells: Vec<_> = answers.iter().map(|answer| (answer.dimensions[0].1.as_deref().unwrap(), answer.n.unwrap())).collect();
    assert_eq!(cells, [("0-1h", 1), ("1-4h", 1), ("24h+", 1)]);
}

/// One agent in two accounts, which are two workspaces, asked side by side: 2 and 3 resolutions, and never 5.
#[tokio::test]
async fn g16_two_accounts_share_nothing() {
    let account = |count: usize| {
        let mut text = String::new();
        for number in 0..count {
            writeln!(text, "conversation {number}\nmon 09:00  customer  opens\nmon 10:00  ana  solves").unwrap();
        }
        text
    };
    let (two, three) = (account(2), account(3));
    let options = "--by agent --now 2024-02-01T00:00:00Z";
    let (one, other) = tokio::join!(asked(&two, "resolutions", options), asked(&three, "resolutions", options));
    assert_eq!((one.value, other.value), (Some(2.0), Some(3.0)));
    assert_eq!((&one.dimensions, &other.dimensions), (&other.dimensions, &one.dimensions));
}

/// Zammad's timeline looked at from half an hour after its creation: of the working time, which a pending close is none of, one hour is left.
#[tokio::test]
async fn a52_the_working_time_of_a_part_of_a_conversation() {
    let text = "mon 09:00  customer  opens\nmon 10:00  ana  reopens\nmon 10:30  ana  pends\nmon 11:00  ana  solves\n";
    let (events, problems) = parse(text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let facts = fold_all(events, &Rules::default());
    let at = |minutes: i64| 1_704_067_200 + 9 * 3600 + minutes * 60;
    let within = |from: i64, to: i64| -> i64 {
        let own = facts.spells.iter().filter(|spell| spell.state == "us");
        own.map(|spell| (spell.left_at.map_or(to, |at| at.0).min(to) - spell.entered_at.0.max(from)).max(0)).sum()
    };
    // A50 and A51 see the whole of it.
    assert_eq!((within(at(0), at(240)), within(at(30), at(120))), (90 * 60, 60 * 60));
}
