//! Our own format: what is read, and that what is written is read again as the same.

use deskgauge_connect::events::{Columns, CsvWriter, csv::csv, json_lines::json_lines, to_json_line};
use deskgauge_core::event::Event;
use deskgauge_core::event::record::{Defaults, Value};
use expect_test::expect;

pub(crate) fn defaults() -> Defaults {
    Defaults { source: "import".into() }
}

const ONE_OF_EACH: &str = r#"
{"id":"1","type":"opened","at":"2024-01-31T09:00:00+02:00","conversation":"c1","channel":"email","customer":"u1","tags":["vip","a"]}
{"id":"2","type":"message","at":"2024-01-31T07:00:00.250Z","conversation":"c1","actor_kind":"agent","actor":"ana","chars":12}
{"id":"3","type":"status","at":1706684400000,"conversation":"c1","status":"solved","actor_kind":"agent","actor":"ana","seq":5}
{"id":"4","type":"assigned","at":"2024-01-31T07:01:00Z","conversation":"c1","agent":"ana","team":"first"}
{"id":"5","type":"field","at":"2024-01-31T07:01:00Z","conversation":"c1","field":"priority","value":"high"}
{"id":"6","type":"field","at":"2024-01-31T07:02:00Z","conversation":"c1","field":"priority","value":null}
{"id":"7","type":"survey_answered","at":"2024-02-01T07:00:00Z","conversation":"c1","survey":"s1","kind":"csat","score":4.5}
{"id":"8","type":"reviewed","at":"2024-02-01T08:00:00Z","conversation":"c1","review":"r1","agent":"ana","ratings":[{"category":"tone","weight":2.5,"rating":null,"min":0,"max":5,"critical":true}]}
{"id":"9","type":"order","at":"2024-02-01T09:00:00Z","order_id":"o1","customer":"u1","amount":"12.3400","currency":"EUR"}
{"id":"10","type":"worked","at":"2024-02-01T09:00:00Z","conversation":"c1","agent":"ana","seconds":90,"revision":2}
{"type":"ended","at":"2024-02-01T09:00:00Z","conversation":"c2","call":"k1","hung_up_by":"agent"}
"#;

fn read(text: &str) -> Vec<Event> {
    json_lines(text.as_bytes(), defaults()).map(|event| event.unwrap()).collect()
}

#[test]
fn json_lines_are_read_and_written() {
    let lines: Vec<String> = read(ONE_OF_EACH).iter().map(to_json_line).collect();
    expect![[r#"
        {"id":"1","source":"import","type":"opened","at":"2024-01-31T07:00:00Z","conversation":"c1","actor_kind":"customer","customer":"u1","channel":"email","tags":["a","vip"]}
        {"id":"2","source":"import","type":"message","at":"2024-01-31T07:00:00.25Z","conversation":"c1","actor_kind":"agent","actor":"ana","public":true,"via":"human","chars":12}
        {"id":"3","source":"import","type":"status","at":"2024-01-31T07:00:00Z","seq":5,"conversation":"c1","actor_kind":"agent","actor":"ana","status":"solved"}
        {"id":"4","source":"import","type":"assigned","at":"2024-01-31T07:01:00Z","conversation":"c1","actor_kind":"system","team":"first","agent":"ana"}
        {"id":"5","source":"import","type":"field","at":"2024-01-31T07:01:00Z","conversation":"c1","actor_kind":"system","field":"priority","value":"high"}
        {"id":"6","source":"import","type":"field","at":"2024-01-31T07:02:00Z","conversation":"c1","actor_kind":"system","field":"priority"}
        {"id":"7","source":"import","type":"survey_answered","at":"2024-02-01T07:00:00Z","conversation":"c1","actor_kind":"customer","survey":"s1","kind":"csat","score":4.5,"scale_min":1,"scale_max":5,"better":"high"}
        {"id":"8","source":"import","type":"reviewed","at":"2024-02-01T08:00:00Z","conversation":"c1","actor_kind":"agent","agent":"ana","review":"r1","ratings":[{"category":"tone","weight":2.5,"rating":null,"min":0,"max":5,"critical":true}]}
        {"id":"9","source":"import","type":"order","at":"2024-02-01T09:00:00Z","actor_kind":"customer","customer":"u1","order_id":"o1","amount":12.34,"currency":"EUR"}
        {"id":"10","source":"import","revision":2,"type":"worked","at":"2024-02-01T09:00:00Z","conversation":"c1","actor_kind":"agent","agent":"ana","seconds":90}
        {"id":"d40686672750afd5455edd9200d44e04","source":"import","type":"ended","at":"2024-02-01T09:00:00Z","conversation":"c2","actor_kind":"agent","call":"k1","hung_up_by":"agent"}"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn what_is_exported_comes_back_as_it_was() {
    let before = read(ONE_OF_EACH);
    let lines: Vec<String> = before.iter().map(to_json_line).collect();
    assert_eq!(read(&lines.join("\r\n")), before, "as JSON Lines");

    let mut bytes = Vec::new();
    let mut writer = CsvWriter::new(&mut bytes).unwrap();
    for event in &before {
        writer.write(event).unwrap();
    }
    writer.flush().unwrap();
    drop(writer);
    let after: Vec<Event> = csv(bytes.as_slice(), b',', "events.csv", defaults()).unwrap().map(|event| event.unwrap()).collect();
    assert_eq!(after, before, "as CSV");
}

#[test]
fn a_mark_at_the_beginning_and_windows_lines_do_not_matter() {
    let text = "\u{feff}type,at,conversation,tags\r\nopened,2024-01-31T09:00:00Z,c1,b; a;\r\n\r\n";
    let events: Vec<Event> = csv(text.as_bytes(), b',', "events.csv", defaults()).unwrap().map(|event| event.unwrap()).collect();
    expect![[r#"{"id":"8f6e7c88a73c7e82cd399d4133496bb9","source":"import","type":"opened","at":"2024-01-31T09:00:00Z","conversation":"c1","actor_kind":"customer","tags":["a","b"]}"#]].assert_eq(&events.iter().map(to_json_line).collect::<Vec<_>>().join("\n"));
}

#[test]
fn tabs_part_cells_too() {
    let text = "type\tat\tconversation\tchannel\nopened\t1706684400000\tc1\tweb, or so\n";
    let events: Vec<Event> = csv(text.as_bytes(), b'\t', "events.tsv", defaults()).unwrap().map(|event| event.unwrap()).collect();
    assert!(to_json_line(&events[0]).contains(r#""channel":"web, or so""#));
}

#[test]
fn an_unknown_key_is_said_once_and_ignored() {
    let text = r#"{"type":"opened","at":1706684400000,"conversation":"c1","chanel":"web","own":{"a":[1]}}
{"type":"opened","at":1706684400000,"conversation":"c2","chanel":"web"}"#;
    let mut reader = json_lines(text.as_bytes(), defaults());
    assert_eq!(reader.by_ref().filter(Result::is_ok).count(), 2);
    let warnings: Vec<String> = reader.warnings().iter().map(ToString::to_string).collect();
    expect![[r#"
        warning[unknown-field]: `chanel` is not a field of the event format and is ignored
          help: did you mean `channel`?
        warning[unknown-field]: `own` is not a field of the event format and is ignored
          help: own attributes are events of type `field`; other tables are imported by a mapping"#]]
    .assert_eq(&warnings.join("\n"));
}

#[test]
fn columnar_cells_become_events() {
    let names = ["type", "at", "conversation", "tags", "ratings", "other"];
    let cells = vec![
        Some(Value::Text("opened".into())),
        Some(Value::Int(1_706_684_400_000)),
        Some(Value::Int(7)),
        Some(Value::Text("a;b".into())),
        None,
        Some(Value::Bool(true)),
    ];
    let columns = Columns::new(names).unwrap();
    assert_eq!(columns.warnings().len(), 1, "other");
    let event = columns.read(cells, &defaults()).unwrap();
    assert!(to_json_line(&event).ends_with(
        r#""type":"opened","at":"2024-01-31T07:00:00Z","conversation":"7","actor_kind":"customer","tags":["a","b"]}"#
    ));
}
