//! Everything that a reader sees speaks the reader's language: no word of the English rendering is in another one, but for names.

use std::collections::BTreeSet;

use crate::run::Place;

const LANGUAGES: [&str; 3] = ["ru", "ro", "zh-Hant"];
/// Names of the shop's data, ids and SQL, and what has one name everywhere.
const NAMES: &str =
    "lumina nordvik europe bucharest email chat whatsapp phone social channel in n sla csat nps spam bot format json";

/// Words of Latin letters without marks, in lower case. Chinese characters part words as spaces do.
fn words(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !(c.is_alphabetic() || c == '_') || c > '\u{2e80}');
    parts.filter(|word| !word.is_empty() && word.is_ascii()).map(str::to_lowercase).collect()
}

/// What a page says: its text, and what it says to those who hear it.
fn told(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").expect("a style sheet");
    let (_, body) = rest.split_once("</style>").expect("its end");
    let title = head.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).expect("a title").0;
    let mut told = format!("{title} ");
    for (index, part) in body.split('<').enumerate() {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        let label = tag.split("aria-label=\"").nth(1).and_then(|rest| rest.split('"').next());
        told.push_str(label.unwrap_or_default());
        told.push(' ');
        if index > 0 {
            told.push_str(text);
        }
    }
    told.replace("&quot;", " ").replace("&amp;", " ").replace("&gt;", " ").replace("&lt;", " ")
}

#[track_caller]
fn speaks(language: &str, what: &str, english: &str, own: &str, allowed: &str) {
    let allowed: BTreeSet<String> = words(&format!("{NAMES} {allowed}"));
    let english = words(english);
    let common: Vec<String> = words(own).into_iter().filter(|word| english.contains(word) && !allowed.contains(word)).collect();
    assert!(common.is_empty(), "{what} in {language} says {common:?}:\n{own}");
}

#[test]
fn boards_answers_and_explanations_speak_one_language() {
    let place = Place::new();
    let demo = place.run("demo --dir w --conversations 600 --seed 2");
    let now = demo.stderr.split("ask with ").nth(1).and_then(|rest| rest.lines().next()).expect("the fitting now").to_owned();
    let rendered = |language: &str| {
        place.ok(&format!("--workspace w report --period 7d {now} --html {language}.html --lang {language}"));
        let page = place.read(&format!("{language}.html"));
        is_in_order(&page, language);
        // The other forms of a board share nearly all of the page's words, so one more language is enough for them.
        let board = match language {
            "en" | "ru" => place.ok(&format!("--workspace w report --period 7d {now} --lang {language}")),
            _ => String::new(),
        };
        let asked = "query first_response_time,csat,backlog,nps --by channel,customer_kind --grain month --clock business";
        let answers = place.ok(&format!("--workspace w {asked} {now} --lang {language}"));
        let text = place.ok(&format!("--workspace w explain first_response_time {now} --lang {language}"));
        // The formulas are SQL, and quoted columns are, too.
        let lines = text.lines().filter(|line| !FORMULAS.iter().any(|key| line.trim_start().starts_with(key)));
        let explained: String = lines.map(|line| line.split('`').step_by(2).collect::<String>() + "\n").collect();
        [told(&page), board, answers, explained]
    };
    let english = rendered("en");
    assert!(words(&english[0]).len() > 100, "{}", english[0]);
    for language in LANGUAGES {
        // Written alike in English and Romanian.
        let alike = if language == "ro" { "jan feb apr nov dec h s mar net interval min formula" } else { "" };
        let own = rendered(language);
        for (what, (own, english)) in ["page", "board", "answer", "explanation"].iter().zip(own.iter().zip(&english)) {
            let names = "returning new first_response_time first_responses c";
            speaks(language, what, english, own, &format!("{alike} {names}"));
        }
    }
}

/// The keys of formulas, which are SQL in every language.
const FORMULAS: [&str; 8] = ["from", "dated", "started", "value", "business", "running.", "except.", "credit."];

#[test]
fn what_machines_read_is_the_same_in_every_language() {
    let place = Place::with_workspace();
    place.write("e.jsonl", crate::run::EVENTS);
    place.ok("--workspace w import events e.jsonl");
    let now = "--now 2026-03-03T00:00:00Z";
    for line in [
        format!("query first_response_time,backlog --by channel --format json {now}"),
        format!("query first_response_time,backlog --by channel --format csv {now}"),
        format!("report --period 2026-03-02 --format json {now}"),
        format!("report --period 2026-03-02 --format csv {now}"),
        format!("explain first_response_time --format json {now}"),
        "metrics show backlog --format json".to_owned(),
    ] {
        let line = format!("--workspace w {line}");
        let english = place.ok(&line);
        assert_eq!(place.ok(&format!("{line} --lang ru")), english, "{line}");
    }
}

#[test]
fn one_conversation_is_explained_in_the_language() {
    let place = Place::with_workspace();
    place.write("e.jsonl", crate::run::EVENTS);
    place.ok("--workspace w import events e.jsonl");
    let text = place.ok("--workspace w explain first_response_time --conversation t:1 --lang ru --now 2026-03-03T00:00:00Z");
    for words in ["Время первого ответа: t:1", "Интервалы", "10 мин 0 с (600 с)", "  учтено", "Строка 1 из first_responses"]
    {
        assert!(text.contains(words), "`{words}` is missing:\n{text}");
    }
    let text = place.ok("--workspace w metrics show reopen_rate --lang zh-Hant");
    for words in ["# 重新開啟率（reopen_rate）", "## 為何重要", "## 注意事項", "變體"] {
        assert!(text.contains(words), "`{words}` is missing:\n{text}");
    }
}

/// The page holds to what makes it readable without a screen, a mouse or a script.
#[track_caller]
fn is_in_order(page: &str, language: &str) {
    assert!(page.contains(&format!("<html lang=\"{language}\">")));
    for forbidden in ["<script", " style=", "NaN", "http:", "https:"] {
        assert!(!page.contains(forbidden), "the page contains {forbidden}");
    }
    // Headings go down by one level at most, and there is one of the first.
    let levels: Vec<u32> = page.match_indices("<h").filter_map(|(at, _)| page[at + 2..].chars().next()?.to_digit(10)).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    // Ids are unique, what refers to one finds it, and cells of headers say what they head.
    let ids: Vec<&str> = attributes(page, " id=\"");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    let references = attributes(page, "aria-labelledby=\"").into_iter().flat_map(str::split_whitespace);
    assert!(references.chain(attributes(page, "href=\"#")).all(|id| ids.contains(&id)));
    assert_eq!(page.matches("<th ").count(), page.matches("<th scope=").count());
    assert_eq!(page.matches("<th>").count(), 0);
    let pictures = page.matches("role=\"img\"").count();
    assert!(pictures >= 4 && page.matches("<desc id=").count() == pictures, "{pictures} pictures");
    // A value and its unit are never parted; why there is none stands beside it and may break.
    for value in page.split("<p class=\"value").skip(1) {
        let value = value.split_once('>').and_then(|(_, rest)| rest.split_once("</p>")).expect("a value").0;
        let value = value.split(" <small>").next().expect("a part");
        assert!(!value.contains(' '), "{value}");
    }
}

fn attributes<'a>(page: &'a str, start: &str) -> Vec<&'a str> {
    page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}
