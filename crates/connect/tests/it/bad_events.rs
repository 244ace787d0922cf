//! Bad rows of our own format and what is said of them. The list is read before a release: messages that do not help are mistakes.

use deskgauge_connect::Rejected;
use deskgauge_connect::events::{csv::csv, json_lines::json_lines};
use expect_test::expect;

use crate::events::defaults;

fn said(rejected: &Rejected) -> String {
    let problems = rejected.problems.iter().map(|problem| {
        let value = if problem.value.is_empty() { String::new() } else { format!(" `{}`", problem.value) };
        format!(
            "{}:{}{value} {} [{}]",
            rejected.row,
            if problem.field.is_empty() { "row" } else { &problem.field },
            problem.reason,
            problem.code
        )
    });
    problems.collect::<Vec<_>>().join("\n")
}

#[test]
fn lines_of_json() {
    let long = format!("{{\"type\":\"{}\"}}", "x".repeat(1 << 20));
    let bad: Vec<Vec<u8>> = vec![
        b"{".to_vec(),
        b"[1]".to_vec(),
        b"{\"type\":\"opened\"} trailing".to_vec(),
        b"{\"type\":\"opened\",\"type\":\"message\"}".to_vec(),
        b"\xff\xfe".to_vec(),
        b"{}".to_vec(),
        br#"{"type":"opend","at":"2024-01-31 09:00","conversation":"c"}"#.to_vec(),
        br#"{"type":"status","at":1706684400,"conversation":"c","status":"fixed"}"#.to_vec(),
        br#"{"type":"message","at":"yesterday"}"#.to_vec(),
        br#"{"type":"opened","at":{"s":1},"conversation":["a",1],"tags":7}"#.to_vec(),
        br#"{"type":"survey_answered","at":1706684400000,"survey":"s","kind":"nps","score":11}"#.to_vec(),
        br#"{"type":"survey_answered","at":1706684400000,"survey":"s","kind":"nps","score":"high"}"#.to_vec(),
        br#"{"type":"order","at":1706684400000,"order_id":"o","amount":1.23456}"#.to_vec(),
        br#"{"type":"reviewed","at":1706684400000,"conversation":"c","review":"r","ratings":[{"category":"tone"}]}"#.to_vec(),
        br#"{"type":"worked","at":1706684400000,"conversation":"c","seconds":-1}"#.to_vec(),
        br#"{"type":"message","at":1706684400000,"conversation":"c","actor_kind":"robot","public":"maybe"}"#.to_vec(),
        long.into_bytes(),
    ];
    let rejected: Vec<String> =
        json_lines(&*bad.join(&b'\n'), defaults()).map(|row| said(&row.expect_err("each line is bad"))).collect();
    expect![[r#"
        1:row the line is not a JSON object: EOF while parsing an object (column 1) [bad-json]
        2:row the line is not a JSON object: invalid type: sequence, expected an event (column 0) [bad-json]
        3:row the line is not a JSON object: trailing characters (column 19) [bad-json]
        4:row the key `type` stands twice in the line: remove one [duplicate-key]
        5:row the line is not UTF-8: save the file as UTF-8 [not-utf8]
        6:at is missing: write RFC 3339 with an offset, such as 2024-01-31T09:00:00+02:00, or epoch milliseconds [missing-field]
        6:type is missing: this type needs it [missing-field]
        7:at `2024-01-31 09:00` has no time zone: add an offset such as Z or +02:00, or import it as a table with a zone [no-zone]
        7:type `opend` is not a word of the format: did you mean `opened`? [unknown-word]
        8:at `1706684400` lies outside 1980 to 2100: epoch values are milliseconds [out-of-range]
        8:status `fixed` is not a word of the format: it is one of new, open, pending, hold, snoozed, solved, closed, spam, deleted, merged [unknown-word]
        9:at `yesterday` is not an instant in RFC 3339 with an offset, or epoch milliseconds [unreadable]
        9:actor_kind is missing: a message needs to say who wrote it: fill actor_kind [missing-field]
        9:conversation is missing: this type belongs to a conversation: fill conversation [missing-field]
        10:at `{"s":1}` is not an instant in RFC 3339 with an offset, or epoch milliseconds [unreadable]
        10:tags `7` is not a list of texts [unreadable]
        10:conversation `["a",1]` is not text [unreadable]
        11:score `11` the score lies outside its scale 0 to 10: correct score, scale_min or scale_max [out-of-scale]
        12:score `high` is not a number with up to four decimal places [unreadable]
        13:customer is missing: an order belongs to a customer: fill customer [missing-field]
        14:ratings `[{"category":"tone"}]` is not a list of {category, weight, rating, min, max, critical} [unreadable]
        15:seconds `-1` must not be negative [negative]
        16:actor_kind `robot` is not a word of the format: did you mean `bot`? [unknown-word]
        16:public `maybe` is not true or false [unreadable]
        17:row the line is longer than 1048576 bytes: shorten or remove it [line-too-long]"#]].assert_eq(&rejected.join("\n"));
}

#[test]
fn csv_rows() {
    let text = "type,at,conversation,ratings\n\
        opened,2024-01-31T09:00:00Z\n\
        opened,2024-01-31T09:00:00Z,c1,,\n\
        opened,2024-01-31T09:00:00Z,\"c\"1,\n\
        opened,2024-01-31T09:00:00Z,\"c1,\n\
        opened,2024-01-31T09:00:00Z,c2,\n\
        reviewed,2024-01-31T09:00:00Z,c3,not json\n\
        opened,2024-01-31T09:00:00Z,\"over\ntwo \"\"lines\"\"\",\n";
    let rows: Vec<_> = csv(text.as_bytes(), b',', "events.csv", defaults()).unwrap().collect();
    let rejected: Vec<String> = rows.iter().filter_map(|row| row.as_ref().err()).map(said).collect();
    expect![[r#"
        2:row the row has 2 cells where the header has 4 [wrong-width]
        3:row the row has 5 cells where the header has 4 [wrong-width]
        4:row text follows a closing quote: double the quotes inside a quoted cell [bad-quotes]
        5:row text follows a closing quote: double the quotes inside a quoted cell [bad-quotes]
        7:review is missing: this type needs it [missing-field]"#]]
    .assert_eq(&rejected.join("\n"));
    let taken: Vec<_> = rows.into_iter().filter_map(Result::ok).filter_map(|event| event.conversation).collect();
    assert_eq!(taken.iter().map(|text| &**text).collect::<Vec<_>>(), ["c2", "over\ntwo \"lines\""]);
}

#[test]
fn csv_files() {
    let bad: [&[u8]; 5] = [b"", b"\n\n", b"type,at,type\n", b"ticket,opened\n1,2\n", b"type,\"at\nno end"];
    let said: Vec<String> = bad
        .iter()
        .map(|bytes| csv(*bytes, b',', "events.csv", defaults()).err().map_or("taken".to_owned(), |problem| problem.to_string()))
        .collect();
    expect![[r#"
        error[no-header]: the file is empty
          at events.csv
          help: its first line names the fields: type,at,conversation,…
        error[no-header]: the file is empty
          at events.csv
          help: its first line names the fields: type,at,conversation,…
        error[duplicate-column]: the header names `type` twice
          at events.csv:1
          help: remove or rename one of the columns
        error[bad-header]: the header names no field of the event format
          at events.csv:1
          help: name the fields in the first line (type,at,conversation,…), or import other tables by a mapping: deskgauge map FILE
        error[bad-header]: the header cannot be read: a quote is opened and never closed: close it, or double the quotes inside a quoted cell
          at events.csv:1"#]].assert_eq(&said.join("\n"));
}

#[test]
fn an_input_that_breaks_off_is_said() {
    struct Breaks(bool);
    impl std::io::Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(std::io::Error::other("corrupt deflate stream"));
            }
            buffer[..5].copy_from_slice(b"\n\n\n\n\n");
            Ok(5)
        }
    }
    let rows: Vec<_> = json_lines(Breaks(false), defaults()).collect();
    assert_eq!(rows.len(), 1);
    expect!["6:row the file cannot be read any further: corrupt deflate stream [read-failed]"]
        .assert_eq(&said(rows[0].as_ref().unwrap_err()));
}
