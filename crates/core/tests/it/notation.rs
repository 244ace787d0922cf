//! The notation: what its lines mean, that printing and reading are inverse for any event, and that mistakes are named at their place.

mod random;

use std::sync::Arc;

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::*;
use deskgauge_core::notation::{ParseOptions, PrintOptions, VERBS, Words, parse, print};
use expect_test::expect;
use jiff::Timestamp;
use jiff::tz::TimeZone;

fn read(text: &str) -> Vec<Event> {
    let (events, diagnostics) = parse(text, &ParseOptions::default());
    assert!(diagnostics.is_empty(), "{}", shown(&diagnostics));
    events
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect()
}

fn problems(text: &str) -> String {
    shown(&parse(text, &ParseOptions::default()).1)
}

fn at(text: &str) -> Instant {
    Instant(text.parse::<Timestamp>().unwrap().as_millisecond())
}

const PARCEL: &str = r#"
conversation 7  channel=email  brand=acme  zone=Europe/Berlin
mon 09:00  customer  opens     "Where is my parcel?"   # the comment is not kept
mon 09:40  ana       says      "On its way"

tue 10:00  ana       solves
tue 12:00  customer  rates     csat=5
"#;

#[test]
fn a_simple_timeline_reads_as_it_looks() {
    let events = read(PARCEL);
    let ids: Vec<&str> = events.iter().map(|event| &*event.id).collect();
    assert_eq!(ids, ["e1", "e2", "e3", "e4"]);
    assert!(events.iter().all(|event| event.conversation.as_deref() == Some("7") && &*event.source == "import"));
    assert_eq!(events[0].at, at("2024-01-01T09:00:00+01:00"));
    assert_eq!(events[2].at, at("2024-01-02T10:00:00+01:00"));
    assert_eq!(events[0].actor_kind, ActorKind::Customer);
    assert_eq!((events[1].actor_kind, events[1].actor.as_deref()), (ActorKind::Agent, Some("ana")));
    let Body::Opened(opened) = &events[0].body else { panic!("{:?}", events[0]) };
    assert_eq!((opened.channel.as_deref(), opened.brand.as_deref()), (Some("email"), Some("acme")));
    let Body::Message(message) = &events[1].body else { panic!("{:?}", events[1]) };
    assert_eq!((message.public, message.chars), (true, Some(10)));
    let Body::SurveyAnswered(answer) = &events[3].body else { panic!("{:?}", events[3]) };
    assert_eq!((&*answer.survey, answer.score, answer.scale_max), ("7/csat", Decimal::from_int(5), Decimal::from_int(5)));
}

#[test]
fn a_simple_timeline_prints_as_simply() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let printed = print(&read(PARCEL), &PrintOptions { zone, ..PrintOptions::default() });
    expect![[r#"
        conversation 7  channel=email  brand=acme  zone=Europe/Berlin
        2024-01-01 09:00:00  customer  opens
        2024-01-01 09:40:00  ana       says    chars=10
        2024-01-02 10:00:00  ana       solves
        2024-01-02 12:00:00  customer  rates   csat=5
    "#]]
    .assert_eq(&printed);
}

#[test]
fn each_type_prints_in_its_own_words() {
    let text: String = VERBS.iter().map(|verb| format!("+1m {}\n", verb.example)).collect();
    let events = read(&format!("mon 09:00 customer says\n{text}"));
    expect![[r#"
        conversation c1  channel=chat
        2024-01-01 09:00:00  customer     says
        2024-01-01 09:01:00  customer     opens
        2024-01-01 09:02:00  ana          says              chars=11
        2024-01-01 09:03:00  ana          notes             chars=40
        2024-01-01 09:04:00  ana          solves
        2024-01-01 09:05:00  rule         closes            cause=auto_close
        2024-01-01 09:06:00  customer     reopens
        2024-01-01 09:07:00  ana          pends
        2024-01-01 09:08:00  ana          holds
        2024-01-01 09:09:00  ana          snoozes
        2024-01-01 09:10:00  system       marks_new
        2024-01-01 09:11:00  ana          spams
        2024-01-01 09:12:00  ana          deletes
        2024-01-01 09:13:00  ana          merges            into=8
        2024-01-01 09:14:00  rule         assigns           agent=ana team=returns
        2024-01-01 09:15:00  ana          sets              priority=high
        2024-01-01 09:16:00  ana          clears            priority
        2024-01-01 09:17:00  ana          escalates         tier=2 kind=functional
        2024-01-01 09:18:00  bot          hands_off
        2024-01-01 09:19:00  customer     queues            queue=sales
        2024-01-01 09:20:00  system       rings             agent=ana
        2024-01-01 09:21:00  ana          answers
        2024-01-01 09:22:00  ana          holds_call
        2024-01-01 09:23:00  ana          resumes
        2024-01-01 09:24:00  ana          transfers         agent=bo
        2024-01-01 09:25:00  customer     leaves_voicemail
        2024-01-01 09:26:00  customer     asks_callback
        2024-01-01 09:27:00  ana          calls_back        direction=out
        2024-01-01 09:28:00  customer     abandons
        2024-01-01 09:29:00  ana          ends              by=customer
        2024-01-01 09:30:00  ana          wraps
        2024-01-01 09:31:00  ana          works             5m
        2024-01-01 09:32:00  system       applies           policy=gold
        2024-01-01 09:33:00  system       removes_policy    policy=gold
        2024-01-01 09:34:00  customer     is_asked          csat
        2024-01-01 09:35:00  system       asks              nps survey=s1
        2024-01-01 09:36:00  customer     rates             csat=5
        2024-01-01 09:37:00  eva          reviews           review=r1 agent=ana ratings=tone:2:4/0..5,safety:1:-/0..1!
        2024-01-01 09:38:00  customer:u1  orders            order=o1 amount=10.5 currency=EUR
        2024-01-01 09:39:00  customer     cancels           order=o1
        2024-01-01 09:40:00  ana          refunds           order=o1 amount=5
        2024-01-01 09:41:00  ana          is                available
        2024-01-01 09:42:00  customer:u1  is_customer       segment=vip
        2024-01-01 09:43:00  ana          is_agent          role=lead team=returns
    "#]]
    .assert_eq(&print(&events, &PrintOptions::default()));
}

#[test]
fn printing_and_reading_are_inverse_for_any_events() {
    for seed in 0..60 {
        let events = random::events(seed, 60);
        for zone in ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"] {
            let zone = TimeZone::get(zone).unwrap();
            let reader =
                ParseOptions { zone: if seed % 2 == 0 { zone.clone() } else { TimeZone::UTC }, ..ParseOptions::default() };
            let printing = PrintOptions { zone, reader: reader.clone() };
            let text = print(&events, &printing);
            let (again, diagnostics) = parse(&text, &reader);
            assert!(diagnostics.is_empty(), "seed {seed}: {}\n{text}", shown(&diagnostics));
            for (one, other) in events.iter().zip(&again) {
                assert_eq!(one, other, "seed {seed}:\n{text}");
            }
            assert_eq!(events.len(), again.len(), "seed {seed}");
            assert_eq!(text, print(&again, &printing), "seed {seed}");
        }
    }
}

#[test]
fn random_events_cover_every_type() {
    let mut seen: Vec<&str> = (0..60).flat_map(|seed| random::events(seed, 60)).map(|event| event.type_name()).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), deskgauge_core::event::fields::TYPES.len());
}

#[test]
fn times_are_read_in_every_form() {
    let cases = [
        ("mon 09:00", "2024-01-01T09:00:00Z"),
        ("sun 23:59:30", "2024-01-07T23:59:30Z"),
        ("tue 09:00:30.250", "2024-01-02T09:00:30.25Z"),
        ("tue 09:00:30.5", "2024-01-02T09:00:30.5Z"),
        ("mon+1 09:00", "2024-01-08T09:00:00Z"),
        ("2024-01-31 09:00", "2024-01-31T09:00:00Z"),
        ("2024-01-31 09:00+02:00", "2024-01-31T07:00:00Z"),
        ("mon 09:00:01-03:30", "2024-01-01T12:30:01Z"),
        ("mon 09:00Z", "2024-01-01T09:00:00Z"),
    ];
    for (time, instant) in cases {
        assert_eq!(read(&format!("{time} ana says"))[0].at, at(instant), "{time}");
    }
    let events = read("mon 09:00 ana says\n+20s ana says\nconversation 2\n+1h30m ana says\n+1d250ms ana says");
    let instants: Vec<Instant> = events.iter().map(|event| event.at).collect();
    let wanted = ["2024-01-01T09:00:00Z", "2024-01-01T09:00:20Z", "2024-01-01T10:30:20Z", "2024-01-02T10:30:20.25Z"];
    assert_eq!(instants, wanted.map(at));
}

#[test]
fn a_local_time_twice_is_the_earlier_and_one_that_is_missing_is_shifted() {
    let events = read(
        "conversation 1  zone=Europe/Berlin\n2024-10-27 02:30 ana says\n2024-10-27 02:30+01:00 ana says\n2024-03-31 02:30 ana says",
    );
    let instants: Vec<Instant> = events.iter().map(|event| event.at).collect();
    assert_eq!(instants, ["2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z", "2024-03-31T01:30:00Z"].map(at));
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    expect![[r#"
        conversation 1  zone=Europe/Berlin
        2024-10-27 02:30:00+02:00  ana  says
        2024-10-27 02:30:00+01:00  ana  says
        2024-03-31 03:30:00        ana  says
    "#]]
    .assert_eq(&print(&events, &PrintOptions { zone, ..PrintOptions::default() }));
}

#[test]
fn lines_of_one_instant_keep_their_order() {
    let events = read(
        "mon 09:00 customer says\nmon 09:00 ana says\nmon 09:00 ana solves\nmon 09:01 ana notes\nmon 09:00 ana notes seq=9\n\
         +0s bo notes\nconversation 2\nmon 09:00 ana says",
    );
    let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, [0, 1, 2, 0, 9, 10, 0]);
}

#[test]
fn actors_and_customers_follow_from_the_form() {
    let text = "conversation 1  customer=u1\nmon 09:00 customer opens\nmon 09:01 customer:u2 says\nmon 09:02 light:bo notes\n\
                mon 09:03 agent:\"ana maria\" says\nmon 09:04 rule:42 closes customer=u3\nmon 09:05 customer says customer=\n\
                mon 09:06 agent:bot says\nno conversation\nmon 09:07 customer:u4 orders order=o1 amount=10.50\nmon 09:08 ana is busy";
    let events = read(text);
    let actors: Vec<(&str, Option<&str>, Option<&str>)> =
        events.iter().map(|event| (event.actor_kind.name(), event.actor.as_deref(), event.customer.as_deref())).collect();
    let wanted = [
        ("customer", None, Some("u1")),
        ("customer", Some("u2"), Some("u2")),
        ("light_agent", Some("bo"), None),
        ("agent", Some("ana maria"), None),
        ("rule", Some("42"), Some("u3")),
        ("customer", None, None),
        ("agent", Some("bot"), None),
        ("customer", Some("u4"), Some("u4")),
        ("agent", Some("ana"), None),
    ];
    assert_eq!(actors, wanted);
    assert!(events[7].conversation.is_none() && events[8].conversation.is_none());
    expect![[r#"
        conversation 1  customer=u1
        2024-01-01 09:00:00  customer           opens
        2024-01-01 09:01:00  customer:u2        says
        2024-01-01 09:02:00  light:bo           notes
        2024-01-01 09:03:00  agent:"ana maria"  says
        2024-01-01 09:04:00  rule:42            closes  customer=u3
        2024-01-01 09:05:00  customer           says    customer=
        2024-01-01 09:06:00  agent:bot          says

        no conversation
        2024-01-01 09:07:00  customer:u4  orders  order=o1 amount=10.5
        2024-01-01 09:08:00  ana          is      busy
    "#]]
    .assert_eq(&print(&events, &PrintOptions::default()));
}

#[test]
fn a_survey_that_is_asked_and_rated_in_one_conversation_matches() {
    let events = read("mon 09:00 system asks csat agent=ana\nmon 09:05 customer rates csat=7 scale=1..10 better=low");
    let (Body::SurveySent(sent), Body::SurveyAnswered(answer)) = (&events[0].body, &events[1].body) else { panic!("{events:?}") };
    assert_eq!(sent.survey, answer.survey);
    assert_eq!((answer.scale_max, answer.better), (Decimal::from_int(10), Better::Low));
}

#[test]
fn awkward_texts_are_quoted() {
    let mut event = read("mon 09:00 ana sets reason=x").remove(0);
    event.body =
        Body::Field(FieldChange { field: Arc::from("a=b \"c\""), value: Some(Arc::from("#1 \\ two\nlines\t\u{1b}日本")) });
    let text = print(&[event.clone()], &PrintOptions::default());
    expect![[r##"
        conversation c1
        2024-01-01 09:00:00  ana  sets  "a=b \"c\""="#1 \\ two\nlines\t\u{1b}日本"
    "##]]
    .assert_eq(&text);
    assert_eq!(read(&text), [event]);
}

#[test]
fn what_the_reader_assumes_is_left_out() {
    let reader = ParseOptions { source: Arc::from("zendesk"), zone: TimeZone::get("Asia/Taipei").unwrap(), file: "x".into() };
    let text = "conversation 1\n2024-01-01 09:00:00  ana  says\n";
    let (events, diagnostics) = parse(text, &reader);
    assert!(diagnostics.is_empty());
    assert_eq!((&*events[0].source, events[0].at), ("zendesk", at("2024-01-01T01:00:00Z")));
    assert_eq!(print(&events, &PrintOptions { zone: reader.zone.clone(), reader }), text);
    expect![[r#"
        conversation 1
        2024-01-01 01:00:00  ana  says  source=zendesk
    "#]]
    .assert_eq(&print(&events, &PrintOptions::default()));
    assert_eq!(print(&[], &PrintOptions::default()), "");
}

#[test]
fn every_mistake_is_named_at_its_place() {
    expect![[r#"
        error[unknown-day]: `mno` is not a day
          at timeline:1:1
          help: did you mean `mon`?
        error[bad-time]: `9:00` is not a time
          at timeline:2:5
          help: write it like `09:00`, `09:00:30.250` or `09:00+02:00`
        error[unknown-verb]: `sovles` is not a verb
          at timeline:3:15
          help: did you mean `solves`?
        error[unknown-key]: `says` has no key `cahrs`
          at timeline:4:20
          help: did you mean `chars`?
        error[unknown-word]: via `macor` is not a word of the format
          at timeline:5:24
          help: did you mean `macro`?
        error[missing-field]: order is missing
          at timeline:6:20
          help: write it like `customer:u1 orders order=o1 amount=10.50 currency=EUR`
        error[out-of-scale]: score `9`: the score lies outside its scale 1 to 5
          at timeline:7:31
          help: correct score, scale_min or scale_max
        error[unclosed-quote]: a quote is not closed
          at timeline:8:20
          help: close it with `"` on the same line
        error[unknown-actor]: `custmer:1` is not an actor
          at timeline:9:11
          help: did you mean `customer`?
        error[short-line]: a line needs a time, an actor and a verb
          at timeline:10:1
          help: write it like `mon 09:40  ana  says`
        error[repeated-key]: `chars` is said twice
          at timeline:11:28
          help: keep one of them
        error[bad-word]: `quickly` has no place behind `solves`
          at timeline:12:22
          help: write it like `ana solves`
        error[bad-duration]: `5x` is not a duration of whole seconds
          at timeline:13:21
          help: write it like `5m`, `1h30m` or `45s`
        error[bad-escape]: `\q` is not an escape
          at timeline:14:20
          help: escapes are \" \\ \n \r \t and \u{1b}
        error[missing-field]: `assigns` does not say who
          at timeline:15:15
          help: add agent=, team= or `nobody`
        error[unreadable]: `tone:4` is not a list of ratings
          at timeline:16:41
          help: write it like `ratings=tone:2:4/0..5,safety:1:-/0..1!`: category, weight, rating or `-`, scale, `!` if critical
        error[bad-header]: the conversation has no id
          at timeline:17:1
          help: write it like `conversation 7  channel=email`
        error[unknown-zone]: `Europe/Berln` is not a time zone
          at timeline:18:22
          help: write an IANA name such as `Europe/Berlin`
        error[unknown-key]: a header has no key `chanel`
          at timeline:19:17
          help: did you mean `channel`?
    "#]]
    .assert_eq(&problems(
        r#"mno 09:00 ana says
mon 9:00  ana says
mon 09:00 ana sovles
mon 09:00 ana says cahrs=3
mon 09:00 ana says via=macor
mon 09:00 customer orders amount=3 customer=u
mon 09:00 customer rates csat=9
mon 09:00 ana says "never
mon 09:00 custmer:1 says
mon 09:00 ana
mon 09:00 ana says chars=1 "x"
mon 09:00 ana solves quickly
mon 09:00 ana works 5x
mon 09:00 ana says "\q"
mon 09:00 ana assigns
mon 09:00 ana reviews review=r1 ratings=tone:4
conversation
conversation 1  zone=Europe/Berln
conversation 2  chanel=chat
"#,
    ));
}

#[test]
fn relative_and_odd_first_lines_are_refused() {
    expect![[r#"
        error[bad-time]: a relative time needs a line before it
          at timeline:1:1
          help: give the first line a day or a date, such as `mon 09:00`
        error[missing-field]: conversation is missing
          at timeline:3:15
          help: write it like `ana says "On its way."`
        error[out-of-range]: at `-2208956400000` lies outside 1980 to 2100
          at timeline:4:22
          help: epoch values are milliseconds
    "#]]
    .assert_eq(&problems("+20s ana says\nno conversation\nmon 09:00 ana says\n1900-01-01 09:00 ana is busy"));
}

#[test]
fn a_line_with_a_problem_keeps_the_ids_of_the_others() {
    let (events, diagnostics) = parse("mon 09:00 ana says\nmon 09:01 ana syas\nmon 09:02 ana says", &ParseOptions::default());
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(events.iter().map(|event| &*event.id).collect::<Vec<_>>(), ["e1", "e3"]);
}

#[test]
fn any_text_is_read_without_a_panic() {
    let pieces = [
        "mon",
        " ",
        "09:00",
        "\"",
        "\\",
        "=",
        ":",
        "+",
        "é",
        "#",
        "ana",
        "says",
        "\n",
        "conversation",
        "ratings=",
        "日",
        "-",
        "..",
        "!",
    ];
    for seed in 0..3000 {
        let _ = parse(&random::text_of(seed, &pieces), &ParseOptions::default());
    }
}

#[test]
fn the_reference_lists_every_verb_and_its_examples_read() {
    let reference = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/notation.md")).unwrap();
    for verb in VERBS {
        let keys: Vec<String> = verb.keys.iter().map(|(key, _)| format!("`{key}`")).collect();
        let words = match verb.words {
            Words::Nothing => "",
            Words::Counted(_) | Words::Ignored => "a quoted text",
            Words::Value("field") => "a name",
            Words::Value(_) => "a word",
            Words::Pair("kind", _) => "kind=score",
            Words::Pair(..) => "name=value",
            Words::Seconds(_) => "a duration",
            Words::Nobody => "`nobody`",
        };
        let behind: Vec<&str> =
            [words].into_iter().chain(keys.iter().map(String::as_str)).filter(|part| !part.is_empty()).collect();
        let row = format!("| `{}` | {} | {} | `{}` |", verb.word, verb.sentence, behind.join(" "), verb.example);
        assert!(reference.contains(&row), "docs/notation.md needs the row:\n{row}");
    }
    for block in reference.split("```events\n").skip(1) {
        let block = block.split("```").next().unwrap();
        assert!(!read(block).is_empty(), "{block}");
    }
}
