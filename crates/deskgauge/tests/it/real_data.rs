//! The examples on the public data that they are for: each README's commands do what it shows, and answers are those that DuckDB
//! worked out from the files, digit by digit. Where ours differ on purpose, the difference itself is asserted; `docs/real-data.md`
//! tells the reasons. Where the data is not at hand, a line says so.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::Place;

/// A folder in which a README's commands have been run.
struct Tried {
    place: Place,
    workspace: String,
}

/// One answer: its dimension or period, its value, its n.
type Row = (String, Option<f64>, i64);

/// Runs all commands of an example's README beside the data file that they name, and compares what the README shows of their output.
fn tried(example: &str, data: &str) -> Option<Tried> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = here.join("../../../shared/data").join(data);
    if !data.is_file() {
        println!("skipped: {} is not at hand", data.display());
        return None;
    }
    let place = Place::new();
    let name = data.file_name().expect("a name");
    std::fs::copy(&data, place.path("").join(name)).expect("a copy of the data");
    let folder = here.join("../../examples").join(example);
    copy(&folder, &place.path("examples").join(example));
    let readme = std::fs::read_to_string(folder.join("README.md")).expect("a README");
    let mut workspace = String::new();
    for (command, shown) in commands(&readme) {
        match command.split_whitespace().collect::<Vec<_>>()[..] {
            ["cp", "-r", from, to] => copy(&place.path(from), &place.path(to)),
            ["cd", to] => to.clone_into(&mut workspace),
            ["deskgauge", ..] => {
                let line = command.strip_prefix("deskgauge ").expect("the binary's name");
                let output = place.command(line).current_dir(place.path(&workspace)).output().expect("the binary runs");
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "`{command}` failed:\n{said}");
                if !shown.is_empty() {
                    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &said;
                    assert_eq!(lasting(&text), lasting(&shown), "`{command}` prints something else than the README of {example}");
                }
            }
            _ => panic!("the README of {example} has a command that the test does not know: {command}"),
        }
    }
    Some(Tried { place, workspace })
}

impl Tried {
    /// The answers to a question, in their order.
    #[track_caller]
    fn answers(&self, question: &str) -> Vec<Value> {
        let text = self.place.ok(&format!("--workspace {} --format json {question}", self.workspace));
        let all: Value = serde_json::from_str(&text).expect("JSON");
        all["answers"].as_array().expect("a list").clone()
    }

    #[track_caller]
    fn rows(&self, question: &str) -> Vec<Row> {
        let row = |answer: &Value| {
            let dimension = answer["dimensions"].as_object().and_then(|all| all.values().next());
            let key = dimension.or(answer.get("period")).and_then(Value::as_str).unwrap_or("-");
            (key.to_owned(), answer["value"].as_f64(), answer["n"].as_i64().expect("n"))
        };
        self.answers(question).iter().map(row).collect()
    }

    /// Holds one answer to a value in units of `unit`, such as 3600 for hours, and to its n.
    #[track_caller]
    fn one(&self, question: &str, unit: f64, value: f64, n: i64) {
        self.all(question, unit, &[("-", value, n)]);
    }

    /// Holds all answers to their keys, values and n, in order.
    #[track_caller]
    fn all(&self, question: &str, unit: f64, expected: &[(&str, f64, i64)]) {
        let rows = self.rows(question);
        let same = |(row, wanted): (&Row, &(&str, f64, i64))| {
            row.0 == wanted.0 && row.2 == wanted.2 && row.1.is_some_and(|value| close(value / unit, wanted.1))
        };
        assert!(
            rows.len() == expected.len() && rows.iter().zip(expected).all(same),
            "`{question}`:\n{rows:?}\nnot\n{expected:?}"
        );
    }

    /// Holds shares to their keys, numerators and denominators, in order.
    #[track_caller]
    fn shares(&self, question: &str, expected: &[(&str, i64, i64)]) {
        let rows = self.answers(question);
        let rows = rows.iter().map(|answer| {
            let key = answer["dimensions"].as_object().and_then(|all| all.values().next()).and_then(Value::as_str);
            (
                key.unwrap_or("-").to_owned(),
                answer["numerator"].as_i64().unwrap_or(-1),
                answer["denominator"].as_i64().unwrap_or(-1),
            )
        });
        let expected: Vec<_> = expected.iter().map(|(key, met, of)| ((*key).to_owned(), *met, *of)).collect();
        assert_eq!(rows.collect::<Vec<_>>(), expected, "`{question}`");
    }
}

#[test]
fn incidents_agree_with_the_log() {
    let Some(log) = tried("uci_incident_event_log", "uci_incident_event_log/incident_event_log.csv.gz") else { return };
    log.one("query conversations_created", 1.0, 24_918.0, 24_918);
    let months = [207, 8995, 7934, 7508, 5, 14, 15, 12, 16, 26, 37, 94, 55];
    let rows = log.rows("query conversations_created --grain month --from 2016-02-01 --to 2017-03-01");
    assert_eq!(rows.iter().map(|row| row.2).collect::<Vec<_>>(), months);
    let contact_types = [
        ("Direct opening", 4.0, 4),
        ("Email", 59.0, 59),
        ("IVR", 9.0, 9),
        ("Phone", 24_688.0, 24_688),
        ("Self service", 158.0, 158),
    ];
    log.all("query conversations_created --by contact_type", 1.0, &contact_types);

    // The source's verdict, by an own KPI.
    log.shares("query made_sla", &[("-", 15_803, 24_918)]);
    let by_priority = [("1", 5, 270), ("2", 2, 408), ("3", 15_145, 23_466), ("4", 651, 774)];
    log.shares("query made_sla --by priority", &by_priority);

    // Reopenings, as the log counts them and as the catalogue does.
    log.shares("query reopened_incidents", &[("-", 275, 24_918)]);
    log.one("query reopened_incidents --variant reopenings", 1.0, 331.0, 24_918);
    log.shares("query reopen_rate --variant any --set reopen_window=400d", &[("-", 331, 25_249)]);
    log.shares("query reopen_rate --variant any", &[("-", 320, 25_249)]);
    log.shares("query reopen_rate", &[("-", 0, 25_249)]);

    let resolved = "query full_resolution_time --where resolution_recorded";
    log.one(resolved, 3600.0, 22.1, 23_362);
    log.one(&format!("{resolved} --stat mean"), 3600.0, 178.171_582_056_330_8, 23_362);
    log.one(&format!("{resolved} --stat p90"), 3600.0, 381.548_333_333_333_35, 23_362);
    let medians = [
        ("1", 80.241_666_666_666_66, 270),
        ("2", 38.233_333_333_333_334, 408),
        ("3", 21.55, 22_010),
        ("4", 5.016_666_666_666_667, 674),
    ];
    log.all(&format!("{resolved} --by priority"), 3600.0, &medians);
    let means = [
        ("1", 266.084_012_345_679, 270),
        ("2", 152.456_617_647_058_83, 408),
        ("3", 174.354_042_859_306_36, 22_010),
        ("4", 283.185_509_396_637, 674),
    ];
    log.all(&format!("{resolved} --by priority --stat mean"), 3600.0, &means);

    // The stock by the column, as reports from the table have it, and by the history of the statuses.
    let both = [("2016-03-14", 1914.0, 1914), ("2016-03-14", 1726.0, 1726)];
    log.all("query recorded_backlog,backlog --grain day --from 2016-03-14 --to 2016-03-15", 1.0, &both);
    let months = [("2016-03-01", 2288, 1502, 783, 3), ("2016-04-01", 2429, 1198, 1230, 1), ("2016-05-01", 2786, 1238, 1546, 2)];
    let rows = log.rows("query recorded_backlog,backlog --grain month --from 2016-03-01 --to 2016-06-01");
    for (index, (month, recorded, ours, without_time, in_between)) in months.into_iter().enumerate() {
        let [by_column, by_history] = [&rows[index], &rows[index + months.len()]];
        assert_eq!((&*by_column.0, by_column.2, by_history.2), (month, recorded, ours));
        assert_eq!(recorded - ours, without_time + in_between, "the difference is told in full");
    }
    let in_the_list = log.place.ok(&format!("--workspace {} --format json sql \"{}\"", log.workspace, IN_ONE_STOCK_ONLY));
    let parts: Value = serde_json::from_str(&in_the_list).expect("JSON");
    let numbers = numbers(&parts);
    assert_eq!(numbers, [783, 3, 0], "without a time, between a resolution and a reopening, in ours only: {in_the_list}");
}

/// Why the two stocks of 1 April 2016 differ, incident by incident.
const IN_ONE_STOCK_ONLY: &str = "
with recorded as (
  select conversation, resolution_recorded as has_time from resolutions
  where (last or pending) and started_at <= timestamp '2016-04-01'
    and (not resolution_recorded or resolved_at > timestamp '2016-04-01')),
ours as (
  select distinct conversation from spells
  where state in ('us', 'customer', 'third_party') and entered_at <= timestamp '2016-04-01'
    and (left_at is null or left_at > timestamp '2016-04-01')),
reopened as (select distinct conversation from resolutions where reopened_at > timestamp '2016-04-01')
select count(*) filter (where ours.conversation is null and not has_time) as without_time,
  count(*) filter (where ours.conversation is null and has_time and reopened.conversation is not null) as in_between,
  count(*) filter (where recorded.conversation is null) as ours_only
from recorded full join ours on recorded.conversation = ours.conversation
  left join reopened on recorded.conversation = reopened.conversation";

#[test]
fn tweets_are_answered_as_fast_as_they_say() {
    let Some(tweets) = tried("ibm_twitter_care", "ibm_twitter_care/messages.csv") else { return };
    tweets.one("query conversations_created", 1.0, 1025.0, 1025);
    tweets.one("query messages_handled", 1.0, 1173.0, 1173);
    tweets.one("query first_response_time", 60.0, 118.783_333_333_333_33, 1025);
    tweets.one("query first_response_time --stat mean", 60.0, 2077.915_804_878_047_3, 1025);
    tweets.one("query first_response_time --stat p90", 60.0, 3164.856_666_666_669_8, 1025);
    tweets.shares("query answered_within --set answer_within=15m", &[("-", 286, 1025)]);
    tweets.shares("query answered_within --set answer_within=1h", &[("-", 445, 1025)]);
    tweets.shares("query one_reply", &[("-", 911, 1025)]);
    // Nothing is ever resolved, so that nothing can have been resolved by one touch.
    assert_eq!(tweets.rows("query one_touch_rate"), [("-".to_owned(), None, 0)]);

    let brands = [
        ("TeamYouTube", 168, 597.591_666_666_666_7, 5500.182_341_269_839_5),
        ("RockstarSupport", 146, 3.058_333_333_333_333_6, 80.152_968_036_529_64),
        ("-", 145, 66.266_666_666_666_67, 308.187_701_149_425_5),
        ("XboxSupport", 102, 573.8, 899.695_098_039_215_6),
        ("AskeBay", 49, 935.3, 1060.736_394_557_823_4),
        ("AdobeCare", 45, 252.833_333_333_333_34, 2101.35),
        ("AppleSupport", 39, 27.716_666_666_666_665, 88.502_991_452_991_44),
        ("DropboxSupport", 34, 13.0, 6289.649_019_607_844),
        ("HPSupport", 30, 384.825, 2158.383_888_888_889),
        ("zoom_us", 29, 110.566_666_666_666_66, 339.487_931_034_482_87),
        ("SpotifyCares", 28, 30.466_666_666_666_67, 40.579_761_904_761_9),
        ("hulu_support", 28, 144.858_333_333_333_35, 282.320_238_095_238_1),
        ("AskPlayStation", 27, 530.85, 663.100_617_283_950_7),
        ("Ask_WellsFargo", 23, 982.083_333_333_333_4, 964.484_057_971_014_5),
        ("Google", 22, 15_820.408_333_333_333, 21_020.849_242_424_247),
        ("YahooCare", 20, 9.925, 12.154_166_666_666_667),
    ];
    let medians = tweets.rows("query first_response_time --by brand");
    let means = tweets.rows("query first_response_time --by brand --stat mean");
    assert_eq!(medians.len(), 26, "25 brands and none");
    assert_eq!(medians.iter().filter(|row| row.2 >= 20).count(), brands.len());
    for (brand, n, median, mean) in brands {
        for (rows, minutes) in [(&medians, median), (&means, mean)] {
            let row = rows.iter().find(|row| row.0 == brand).unwrap_or_else(|| panic!("no answer for {brand}"));
            assert!(
                row.2 == n && row.1.is_some_and(|value| close(value / 60.0, minutes)),
                "{brand}: {row:?}, not {minutes} min of {n}"
            );
        }
    }
}

#[test]
fn requests_are_judged_by_the_city_and_by_the_clock() {
    let Some(requests) = tried("boston_311", "boston_311/boston311_sample5k.csv") else { return };
    requests.shares("query city_ontime", &[("-", 4520, 4994)]);
    assert_eq!(requests.answers("query city_ontime")[0]["excluded"]["no_verdict"], 1);
    requests.shares("query sla_compliance", &[("-", 3809, 4284)]);
    let parts = requests.place.ok(&format!("--workspace {} --format json sql \"{}\"", requests.workspace, VERDICTS));
    let parts: Value = serde_json::from_str(&parts).expect("JSON");
    assert_eq!(numbers(&parts), [3809, 711, 474, 1], "in time, on time without a due date, overdue, late without a verdict");

    let years = [378, 393, 432, 461, 471, 528, 596, 615, 557, 564];
    let rows = requests.rows("query conversations_created --grain year --from 2015-01-01 --to 2025-01-01");
    assert_eq!(rows.iter().map(|row| row.2).collect::<Vec<_>>(), years);
    let sources = [
        ("Citizens Connect App", 1973, 2183),
        ("City Worker App", 540, 593),
        ("Constituent Call", 1637, 1825), // and the one without a verdict
        ("Employee Generated", 170, 180),
        ("Maximo Integration", 2, 2),
        ("Self Service", 193, 206),
        ("Twitter", 5, 5),
    ];
    requests.shares("query city_ontime --by source", &sources);

    requests.one("query full_resolution_time", 3600.0, 11.951_111_111_111_11, 4995);
    // In instants the mean is 16 hours of 4,995 requests less: 65 requests lived through one more spring than autumn, 49 the other way.
    requests.one("query full_resolution_time --stat mean", 3600.0, 103.155_515_293_070_85 - 16.0 / 4995.0, 4995);
    requests.one("query full_resolution_time --stat p90", 1.0, 941_698.4, 4995);
    requests.all("query full_resolution_time --by source", 3600.0, &BY_SOURCE);
    requests.all("query full_resolution_time --by team", 3600.0, &BY_DEPARTMENT);

    // By the wall clock, as if Boston had no summer time, all of it is to the digit what the file says.
    let mapping = requests.place.read(&format!("{}/mapping.toml", requests.workspace));
    let by_the_wall = mapping.replace("zone = \"America/New_York\"", "zone = \"UTC\"");
    assert_ne!(mapping, by_the_wall);
    requests.place.write("wall.toml", &by_the_wall);
    copy(&requests.place.path("examples/boston_311"), &requests.place.path("wall"));
    requests.place.ok("init wall");
    requests.place.ok("--workspace wall import table boston311_sample5k.csv --map wall.toml");
    let wall = Tried { place: requests.place, workspace: "wall".to_owned() };
    wall.one("query full_resolution_time --stat mean", 3600.0, 103.155_515_293_070_85, 4995);
    wall.one("query full_resolution_time --stat p90", 3600.0, 261.905_500_000_000_2, 4995);
    wall.all("query full_resolution_time --by source", 3600.0, &BY_SOURCE);
    wall.all("query full_resolution_time --by team", 3600.0, &BY_DEPARTMENT);
}

/// The City's verdict beside the due date's, request by request.
const VERDICTS: &str = "
with judged as (select conversation, fulfilled_at <= due_at as in_time from sla_clocks)
select count(*) filter (where ontime_status = 'ONTIME' and in_time) as in_time,
  count(*) filter (where ontime_status = 'ONTIME' and in_time is null) as without_due_date,
  count(*) filter (where ontime_status = 'OVERDUE' and not in_time) as overdue,
  count(*) filter (where ontime_status is null and not in_time) as late_without_verdict
from conversations left join judged on conversations.conversation = judged.conversation";

/// Median hours from opening to closing.
const BY_SOURCE: [(&str, f64, i64); 7] = [
    ("Citizens Connect App", 6.292_777_777_777_777, 2183),
    ("City Worker App", 1.375_833_333_333_333_2, 593),
    ("Constituent Call", 22.334_583_333_333_335, 1826),
    ("Employee Generated", 5.621_25, 180),
    ("Maximo Integration", 84.908_055_555_555_55, 2),
    ("Self Service", 69.754_444_444_444_45, 206),
    ("Twitter", 88.947_777_777_777_77, 5),
];

const BY_DEPARTMENT: [(&str, f64, i64); 11] = [
    ("ANML", 27.148_333_333_333_333, 7),
    ("BTDT", 6.445_694_444_444_444, 1094),
    ("BWSC", 84.875_694_444_444_45, 14),
    ("DISB", 0.015_138_888_888_888_89, 2),
    ("DND_", 413.684_722_222_222_2, 2),
    ("GEN_", 0.951_388_888_888_888_9, 175),
    ("INFO", 17.107_5, 98),
    ("ISD", 87.992_083_333_333_33, 358),
    ("PARK", 41.452_222_222_222_225, 284),
    ("PROP", 312.303_888_888_888_9, 56),
    ("PWDx", 10.291_666_666_666_666, 2905),
];

#[test]
fn customers_of_a_supermarket_recommend_it() {
    let Some(answers) = tried("nps_benavent", "nps_benavent/nps_utf8.csv") else { return };
    answers.one("query nps", 1.0, 53.416_103_438_142_81, 13_612);
    answers.shares("query nps", &[("-", 8465 - 1194, 13_612)]);
    answers.shares("query csat", &[("-", 10_807, 13_893)]);
    answers.one("query csat", 1.0, 0.777_873_749_370_186_4, 13_893);
    answers.one("query csat --variant mean", 1.0, 8.349_384_582_163_68, 13_893);
}

/// Equal but for the last bits, in which sums of another order differ.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

/// The whole numbers of the only row of an SQL answer, in the order of its columns.
fn numbers(answer: &Value) -> Vec<i64> {
    fn collect(value: &Value, into: &mut Vec<i64>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            Value::Object(fields) => fields.values().for_each(|field| collect(field, into)),
            other => into.extend(other.as_i64()),
        }
    }
    let mut found = Vec::new();
    collect(answer, &mut found);
    found
}

/// The commands of a text's console blocks, each with the output that stands below it.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            let command = command.split(" # ").next().unwrap_or_default().trim();
            found.push((command.to_owned(), String::new()));
        } else if let Some((_, shown)) = found.last_mut().filter(|_| inside) {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    found
}

/// The lines that are the same in each run, without the width of columns: no progress, no time of asking.
fn lasting(text: &str) -> Vec<String> {
    let passing = |line: &&str| line.starts_with("snapshot ") || line.starts_with("import: ");
    let lines = text.lines().filter(|line| !passing(line)).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to read").flatten() {
        let (path, into): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &into);
        } else {
            std::fs::copy(&path, &into).expect("a copy");
        }
    }
}
