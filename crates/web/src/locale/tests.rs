//! What holds of the files of messages: the same keys and variables in every language, all plurals, nothing that nobody asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use deskgauge_core::answer::NullReason;
use deskgauge_core::metric::{Good, Language, Unit};
use deskgauge_core::question::{Clock, DIMENSIONS, Stat};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::data_quality::Base;
use fluent_bundle::FluentResource;

use super::{counted, list, reason, sources, text};

/// Messages of a language by their keys, each with the lines of its text.
fn messages(language: Language) -> BTreeMap<String, String> {
    let mut messages: BTreeMap<String, String> = BTreeMap::new();
    let mut key = String::new();
    for line in sources(language).into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let text = match line.split_once(" =") {
            Some((name, text)) if !line.starts_with(' ') => {
                key = name.to_owned();
                assert!(!messages.contains_key(name), "{name} stands twice in {}", language.name());
                text
            }
            _ => line,
        };
        messages.entry(key.clone()).or_default().push_str(&format!("{text}\n"));
    }
    messages
}

/// The variables of a text.
fn variables(text: &str) -> BTreeSet<&str> {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '-';
    text.split('$').skip(1).map(|rest| rest.split(ends).next().unwrap_or(rest)).collect()
}

#[test]
fn every_file_of_messages_is_well_formed() {
    for language in Language::ALL {
        for source in sources(*language) {
            if let Err((_, problems)) = FluentResource::try_new(source.to_owned()) {
                panic!("{}: {problems:?}", language.name());
            }
        }
    }
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let english = messages(Language::En);
    for language in Language::ALL {
        let own = messages(*language);
        let keys = |messages: &BTreeMap<String, String>| messages.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&own), keys(&english), "{}", language.name());
        for (key, text) in &own {
            // A language may need no number to be shown, but it cannot show one that nobody gives.
            let (given, wanted) = (variables(text), variables(&english[key]));
            assert_eq!(given, wanted, "{key} in {}", language.name());
            assert!(!text.trim().is_empty(), "{key} in {} is empty", language.name());
        }
    }
}

#[test]
fn every_plural_has_the_branches_of_its_language() {
    for language in Language::ALL {
        let wanted: &[&str] = match language {
            Language::En => &["[one]", "*[other]"],
            Language::Ru => &["[one]", "[few]", "[many]", "*[other]"],
            Language::Ro => &["[one]", "[few]", "*[other]"],
            Language::ZhHant => &["*[other]"],
        };
        for (key, text) in messages(*language).iter().filter(|(_, text)| text.contains("$count ->")) {
            let branches: Vec<&str> =
                text.split_whitespace().filter(|word| word.starts_with('[') || word.starts_with("*[")).collect();
            assert_eq!(branches, wanted, "{key} in {}", language.name());
        }
    }
}

#[test]
fn plurals_are_chosen_by_the_number() {
    let days = [("from", "A"), ("to", "B"), ("before-from", "C"), ("before-to", "D")];
    let heading = |language: Language, count: i64| counted(language, "compared-weekdays", count, &days);
    for (count, words) in [(1, "1 day earlier"), (7, "7 days earlier")] {
        assert!(heading(Language::En, count).contains(words));
    }
    for (count, words) in [(21, "на 21 день"), (364, "на 364 дня"), (35, "на 35 дней")] {
        assert!(heading(Language::Ru, count).contains(words), "{}", heading(Language::Ru, count));
    }
    for (count, words) in [(1, "cu o zi"), (7, "cu 7 zile"), (35, "cu 35 de zile")] {
        assert!(heading(Language::Ro, count).contains(words), "{}", heading(Language::Ro, count));
    }
    assert!(heading(Language::ZhHant, 7).contains("提前 7 天"));
}

#[test]
fn no_message_is_without_a_reader() {
    let mut code = String::new();
    // The binary prints what is told here, too.
    for sources in ["/src", "/templates", "/../deskgauge/src"] {
        read(Path::new(&format!("{}{sources}", env!("CARGO_MANIFEST_DIR"))), &mut code);
    }
    let prefixed = ["column-", "explain-", "list-", "verdict-"];
    let contract = contract();
    let unread: Vec<String> = messages(Language::En)
        .into_keys()
        .filter(|key| !contract.contains(key))
        .filter(|key| {
            let rest = prefixed.iter().find_map(|prefix| key.strip_prefix(prefix));
            let named = |word: &str| code.contains(&format!("\"{word}\""));
            !named(key) && !rest.is_some_and(named)
        })
        .collect();
    assert!(unread.is_empty(), "nobody reads {unread:?}");
}

fn read(folder: &Path, code: &mut String) {
    for entry in std::fs::read_dir(folder).expect("the sources").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            read(&entry, code);
        } else if entry.extension().is_some_and(|extension| extension == "rs" || extension == "html")
            && !entry.ends_with("locale/tests.rs")
        {
            code.push_str(&std::fs::read_to_string(&entry).expect("a source"));
        }
    }
}

/// The keys that are put together from a word of the contract or of the catalogue.
fn contract() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut add = |family: &str, word: &str| keys.insert(format!("{family}-{word}"));
    let families = [
        ("stat", Stat::WORDS),
        ("clock", Clock::WORDS),
        ("null", NullReason::WORDS),
        ("unit", Unit::WORDS),
        ("good", Good::WORDS),
        ("band", &["excellent", "good", "satisfactory", "poor"]),
        ("duration", &["d", "h", "m", "s"]),
        ("area", &["own"]),
        ("sla", &["none", "met", "missed"]),
        ("staff", &["agents", "occupancy", "waits_share", "wait_seconds", "service_level"]),
        // Who is offline is not shown.
        ("live-state", &["available", "busy", "wrap", "break", "training"]),
        ("restated", &["new", "gone", "changed"]),
        ("page-period", &["7d", "30d", "90d", "week", "month", "quarter", "year", "this-month"]),
        ("page-compare", &["wd", "prev", "yoy", "elapsed", "off"]),
        ("page-role", &["viewer", "agent", "lead", "administrator"]),
        ("page-scope", &["read", "ingest"]),
        ("page-part", &["all", "numerator", "rest"]),
        ("page-sort", &["newest", "largest", "smallest"]),
        ("turn", &["us", "customer", "third_party", "resolved", "removed"]),
        ("reason", &["no_value"]),
        ("reconcile-unit", &["seconds", "minutes", "hours", "days", "count", "share", "percent", "score"]),
        (
            "reconcile",
            &[
                "equal",
                "both_none",
                "other_clock",
                "other_profile",
                "counted_otherwise",
                "whole_hours",
                "left_out",
                "no_row",
                "only_ours",
                "not_here",
                "unknown",
            ],
        ),
        (
            "contrast",
            &[
                "start",
                "end",
                "start_and_end",
                "value",
                "left_out_by_other",
                "left_out_by_one",
                "other_period_of_other",
                "other_period_of_one",
                "only_one",
                "only_other",
            ],
        ),
    ];
    for (family, words) in families {
        words.iter().for_each(|word| _ = add(family, word));
    }
    for code in deskgauge_engine::data_quality::codes() {
        add("quality", code);
        add("quality", &format!("{code}-do"));
    }
    Base::ALL.iter().for_each(|base| _ = add("quality-of", base.name()));
    (1..=7).for_each(|day| _ = add("weekday", &day.to_string()));
    (1..=12).for_each(|month| _ = add("month", &month.to_string()));
    DIMENSIONS.iter().for_each(|dimension| _ = add("dimension", dimension.name));
    let (catalogue, _) = Catalogue::load(&[], &[]);
    for metric in catalogue.metrics() {
        metric.area.iter().for_each(|area| _ = add("area", area));
        for definition in metric.variants.iter().map(|variant| &variant.definition).chain([&metric.definition]) {
            definition.except.iter().for_each(|(reason, _)| _ = add("reason", reason));
        }
        metric.sections.iter().for_each(|section| _ = add("show", &section.title.to_lowercase().replace(' ', "_")));
    }
    let redefined = catalogue.profiles().flat_map(|profile| &profile.metrics);
    for definition in redefined.map(|redefined| &redefined.metric.definition) {
        definition.except.iter().for_each(|(reason, _)| _ = add("reason", reason));
    }
    keys
}

#[test]
fn every_word_of_the_contract_has_its_message() {
    let english = messages(Language::En);
    let missing: Vec<String> = contract().into_iter().filter(|key| !english.contains_key(key)).collect();
    assert!(missing.is_empty(), "there is no message for {missing:?}");
}

#[test]
fn what_only_a_workspace_knows_keeps_its_own_words() {
    assert_eq!(reason(Language::Ru, "spam"), "спам");
    assert_eq!(reason(Language::Ru, "test_orders"), "test orders");
    assert_eq!(list(Language::ZhHant, &["甲".to_owned(), "乙".to_owned()]), "甲、乙");
    assert_eq!(text(Language::Ro, "none"), "(fără)");
}
