//! Tables by a mapping: small tables in the shapes of real ones, and the events that come of them.

use deskgauge_connect::events::to_json_line;
use deskgauge_connect::table::{Cell, Mapping, Report, Row, csv};
use expect_test::{Expect, expect};

/// The events of a table as JSON Lines, then its rejected rows, then its report.
pub(crate) fn events(mapping: &str, table: &str) -> (Vec<String>, Report) {
    let (mapping, problems) = Mapping::parse(mapping, "mapping.toml");
    assert!(problems.is_empty(), "{problems:?}");
    let mapping = mapping.unwrap();
    let mut rows = csv::open(table.as_bytes(), None, "table.csv").unwrap();
    let columns = rows.columns().to_vec();
    rows.only(mapping.columns_used(&columns));
    let mut events = mapping.events(&columns, rows, &"import".into()).unwrap();
    let lines = events.by_ref().map(|event| match event {
        Ok(event) => to_json_line(&event),
        Err(rejected) => {
            let problems = rejected.problems.iter().map(|p| format!("{} `{}` {} [{}]", p.field, p.value, p.reason, p.code));
            format!("rejected {}: {}", rejected.row, problems.collect::<Vec<_>>().join(" / "))
        }
    });
    let lines = lines.collect();
    (lines, events.report())
}

fn check(mapping: &str, table: &str, expected: &Expect) {
    let (lines, report) = events(mapping, table);
    expected.assert_eq(&format!("{}\n{report:?}", lines.join("\n")));
}

#[test]
fn a_row_per_conversation() {
    check(
        r#"
rows = "conversations"
source = "desk"
prefix = "desk:"
zone = "Europe/Bucharest"
day_first = true
missing = ["-"]
[columns]
id = "Ticket"
opened_at = "Opened"
first_reply_at = "First reply"
resolved_at = "Solved"
updated_at = "Updated"
due_at = "Due"
status = "Status"
agent = "Agent"
channel = "Channel"
customer = "Customer"
tags = "Tags"
handle_seconds = "Seconds"
[values.status]
"Waiting for customer" = "pending"
[values.channel]
"E-mail" = "email"
[fields]
made_sla = "SLA"
rated = { column = "Rating", present = true }
[[survey]]
kind = "csat"
score = "Rating"
comment = "Comment"
"#,
        "Ticket;Opened;First reply;Solved;Updated;Due;Status;Agent;Channel;Customer;Tags;Seconds;SLA;Rating;Comment\n\
         1;31/01/2024 09:00;31/01/2024 09:30;31/01/2024 11:00;31/01/2024 11:00;01/02/2024 09:00;Solved;ana;E-mail;u1;b;;yes;5;Mulțumesc\n\
         2;31/01/2024 10:00;-;-;31/01/2024 12:00;-;Waiting for customer;-;Fax;u2;;;no;-;\n\
         3;31/01/2024 10:00;;;;;Hold;;;;;120;;;\n\
         4;31/01/2024;;31/02/2024 10:00;;;Fixed;;;;;x;;9;\n",
        &expect![[r#"
            {"id":"desk:1:opened","source":"desk","type":"opened","at":"2024-01-31T07:00:00Z","conversation":"desk:1","actor_kind":"customer","customer":"u1","channel":"email","tags":["b"]}
            {"id":"desk:1:assigned","source":"desk","type":"assigned","at":"2024-01-31T07:00:00Z","seq":2,"conversation":"desk:1","actor_kind":"system","agent":"ana"}
            {"id":"desk:1:field:due_at","source":"desk","type":"field","at":"2024-01-31T07:00:00Z","seq":1,"conversation":"desk:1","actor_kind":"system","field":"due_at","value":"2024-02-01T07:00:00Z"}
            {"id":"desk:1:field:made_sla","source":"desk","type":"field","at":"2024-01-31T07:00:00Z","seq":1,"conversation":"desk:1","actor_kind":"system","field":"made_sla","value":"yes"}
            {"id":"desk:1:field:rated","source":"desk","type":"field","at":"2024-01-31T07:00:00Z","seq":1,"conversation":"desk:1","actor_kind":"system","field":"rated","value":"true"}
            {"id":"desk:1:first_reply","source":"desk","type":"message","at":"2024-01-31T07:30:00Z","seq":3,"conversation":"desk:1","actor_kind":"agent","actor":"ana","public":true,"via":"human"}
            {"id":"desk:1:solved","source":"desk","type":"status","at":"2024-01-31T09:00:00Z","seq":5,"conversation":"desk:1","actor_kind":"system","status":"solved"}
            {"id":"desk:1:answer:csat","source":"desk","type":"survey_answered","at":"2024-01-31T09:00:00Z","seq":7,"conversation":"desk:1","actor_kind":"customer","customer":"u1","survey":"desk:1:csat","kind":"csat","score":5,"scale_min":1,"scale_max":5,"better":"high","comment_chars":9}
            {"id":"desk:2:opened","source":"desk","type":"opened","at":"2024-01-31T08:00:00Z","conversation":"desk:2","actor_kind":"customer","customer":"u2","channel":"Fax"}
            {"id":"desk:2:field:made_sla","source":"desk","type":"field","at":"2024-01-31T08:00:00Z","seq":1,"conversation":"desk:2","actor_kind":"system","field":"made_sla","value":"no"}
            {"id":"desk:2:field:rated","source":"desk","type":"field","at":"2024-01-31T08:00:00Z","seq":1,"conversation":"desk:2","actor_kind":"system","field":"rated","value":"false"}
            {"id":"desk:2:status","source":"desk","type":"status","at":"2024-01-31T10:00:00Z","seq":6,"conversation":"desk:2","actor_kind":"system","status":"pending"}
            {"id":"desk:3:opened","source":"desk","type":"opened","at":"2024-01-31T08:00:00Z","conversation":"desk:3","actor_kind":"customer"}
            {"id":"desk:3:field:rated","source":"desk","type":"field","at":"2024-01-31T08:00:00Z","seq":1,"conversation":"desk:3","actor_kind":"system","field":"rated","value":"false"}
            {"id":"desk:3:worked","source":"desk","type":"worked","at":"2024-01-31T08:00:00Z","seq":4,"conversation":"desk:3","actor_kind":"agent","seconds":120}
            rejected 5: Solved `31/02/2024 10:00` is no date of the calendar: check `day_first` and the value [unreadable] / Status `Fixed` is no status of ours: add "Fixed" = "…" to [values.status] of the mapping, with one of new, open, pending, hold, snoozed, solved, closed, spam, deleted, merged [unmapped-value] / Seconds `x` is not a whole number [unreadable] / score `9` the score lies outside its scale 1 to 5: correct score, scale_min or scale_max [out-of-scale]
            Report { rows: 4, events: 15, rejected: 1, groups: 0, shifted_times: 0, kept_times: 0, untimed_statuses: 1 }"#]],
    );
}

#[test]
fn a_row_per_change() {
    check(
        r#"
rows = "changes"
prefix = "uci:"
zone = "UTC"
day_first = true
missing = ["?"]
clears = ["agent"]
[missing_in]
state = ["-100"]
[columns]
id = "number"
at = "updated"
order = "mod"
opened_at = "opened"
status = "state"
resolved_at = "resolved"
closed_at = "closed"
team = "group"
agent = "assigned"
priority = "priority"
[values.status]
New = "new"
Active = "open"
"Awaiting User Info" = "pending"
Resolved = "solved"
Closed = "closed"
[fields]
made_sla = "sla"
subcategory = "category#2"
reopen_count = { column = "reopens", history = true }
"#,
        "number,state,mod,sla,opened,updated,category,category,priority,group,assigned,reopens,resolved,closed\n\
         A,New,0,true,1/2/2024 09:00,1/2/2024 09:05,1,10,3,g1,?,0,3/2/2024 12:00,8/2/2024 12:00\n\
         B,Active,0,true,1/2/2024 09:10,1/2/2024 09:10,1,11,3,g1,ana,0,?,2/2/2024 10:00\n\
         A,Active,1,true,1/2/2024 09:00,1/2/2024 09:20,1,10,3,g2,ana,0,3/2/2024 12:00,8/2/2024 12:00\n\
         A,Resolved,2,true,1/2/2024 09:00,1/2/2024 10:00,1,10,3,g2,ana,0,3/2/2024 12:00,8/2/2024 12:00\n\
         A,-100,3,true,1/2/2024 09:00,1/2/2024 11:00,1,10,?,g2,?,0,3/2/2024 12:00,8/2/2024 12:00\n\
         A,Active,4,true,1/2/2024 09:00,2/2/2024 10:00,1,10,2,g2,?,1,3/2/2024 12:00,8/2/2024 12:00\n\
         A,Resolved,5,false,1/2/2024 09:00,3/2/2024 11:58,1,12,2,g2,bob,1,3/2/2024 12:00,8/2/2024 12:00\n\
         A,Closed,6,false,1/2/2024 09:00,8/2/2024 12:00,1,12,2,g2,bob,1,3/2/2024 12:00,8/2/2024 12:00\n\
         B,Resolved,1,true,1/2/2024 09:10,1/2/2024 09:50,1,11,3,g1,ana,0,?,2/2/2024 10:00\n",
        &expect![[r#"
            {"id":"uci:A:opened","source":"import","type":"opened","at":"2024-02-01T09:00:00Z","conversation":"uci:A","actor_kind":"customer","team":"g1","priority":"3"}
            {"id":"uci:A:field:made_sla","source":"import","type":"field","at":"2024-02-01T09:00:00Z","seq":1,"conversation":"uci:A","actor_kind":"system","field":"made_sla","value":"false"}
            {"id":"uci:A:field:subcategory","source":"import","type":"field","at":"2024-02-01T09:00:00Z","seq":1,"conversation":"uci:A","actor_kind":"system","field":"subcategory","value":"12"}
            {"id":"uci:A:field:reopen_count","source":"import","type":"field","at":"2024-02-01T09:00:00Z","seq":1,"conversation":"uci:A","actor_kind":"system","field":"reopen_count","value":"0"}
            {"id":"uci:A:1:assigned","source":"import","type":"assigned","at":"2024-02-01T09:20:00Z","seq":12,"conversation":"uci:A","actor_kind":"system","team":"g2","agent":"ana"}
            {"id":"uci:A:3:assigned","source":"import","type":"assigned","at":"2024-02-01T11:00:00Z","seq":32,"conversation":"uci:A","actor_kind":"system"}
            {"id":"uci:A:4:priority","source":"import","type":"field","at":"2024-02-02T10:00:00Z","seq":41,"conversation":"uci:A","actor_kind":"system","field":"priority","value":"2"}
            {"id":"uci:A:4:field:reopen_count","source":"import","type":"field","at":"2024-02-02T10:00:00Z","seq":41,"conversation":"uci:A","actor_kind":"system","field":"reopen_count","value":"1"}
            {"id":"uci:A:5:assigned","source":"import","type":"assigned","at":"2024-02-03T11:58:00Z","seq":52,"conversation":"uci:A","actor_kind":"system","agent":"bob"}
            {"id":"uci:A:1:status","source":"import","type":"status","at":"2024-02-01T09:20:00Z","seq":15,"conversation":"uci:A","actor_kind":"system","status":"open"}
            {"id":"uci:A:2:status","source":"import","type":"status","at":"2024-02-01T10:00:00Z","seq":25,"conversation":"uci:A","actor_kind":"system","status":"solved"}
            {"id":"uci:A:4:status","source":"import","type":"status","at":"2024-02-02T10:00:00Z","seq":45,"conversation":"uci:A","actor_kind":"system","status":"open"}
            {"id":"uci:A:5:status","source":"import","type":"status","at":"2024-02-03T12:00:00Z","seq":55,"conversation":"uci:A","actor_kind":"system","status":"solved"}
            {"id":"uci:A:6:status","source":"import","type":"status","at":"2024-02-08T12:00:00Z","seq":65,"conversation":"uci:A","actor_kind":"system","status":"closed"}
            {"id":"uci:B:opened","source":"import","type":"opened","at":"2024-02-01T09:10:00Z","conversation":"uci:B","actor_kind":"customer","team":"g1","priority":"3"}
            {"id":"uci:B:0:assigned","source":"import","type":"assigned","at":"2024-02-01T09:10:00Z","seq":2,"conversation":"uci:B","actor_kind":"system","team":"g1","agent":"ana"}
            {"id":"uci:B:field:made_sla","source":"import","type":"field","at":"2024-02-01T09:10:00Z","seq":1,"conversation":"uci:B","actor_kind":"system","field":"made_sla","value":"true"}
            {"id":"uci:B:field:subcategory","source":"import","type":"field","at":"2024-02-01T09:10:00Z","seq":1,"conversation":"uci:B","actor_kind":"system","field":"subcategory","value":"11"}
            {"id":"uci:B:field:reopen_count","source":"import","type":"field","at":"2024-02-01T09:10:00Z","seq":1,"conversation":"uci:B","actor_kind":"system","field":"reopen_count","value":"0"}
            {"id":"uci:B:0:status","source":"import","type":"status","at":"2024-02-01T09:10:00Z","seq":5,"conversation":"uci:B","actor_kind":"system","status":"open"}
            {"id":"uci:B:1:status","source":"import","type":"status","at":"2024-02-01T09:50:00Z","seq":15,"conversation":"uci:B","actor_kind":"system","status":"solved"}
            {"id":"uci:B:closed","source":"import","type":"status","at":"2024-02-02T10:00:00Z","seq":21,"conversation":"uci:B","actor_kind":"system","status":"closed"}
            Report { rows: 9, events: 22, rejected: 0, groups: 2, shifted_times: 0, kept_times: 0, untimed_statuses: 0 }"#]],
    );
}

#[test]
fn a_time_that_would_pass_another_status_is_not_taken() {
    let (lines, report) = events(
        "rows = \"changes\"\n[columns]\nid = \"n\"\nat = \"at\"\nstatus = \"s\"\nresolved_at = \"r\"\n",
        "n,at,s,r\n\
         1,2024-01-01T10:00Z,new,2024-01-01T13:00Z\n\
         1,2024-01-01T11:00Z,solved,2024-01-01T13:00Z\n\
         1,2024-01-01T12:00Z,open,2024-01-01T13:00Z\n",
    );
    assert!(lines[1].contains(r#""at":"2024-01-01T11:00:00Z""#), "{lines:?}");
    assert_eq!(report.kept_times, 1);
}

#[test]
fn a_row_per_message() {
    check(
        r#"
rows = "messages"
prefix = "tw:"
[columns]
id = "tweet"
conversation = "conv"
at = "time"
role = "role"
account = "account"
brand = { column = "account", of = "agent" }
customer = { column = "account", of = "customer" }
text = "text"
channel = { constant = "social" }
[values.role]
client = "customer"
"#,
        "conv,role,account,time,tweet,text\n\
         d1,client,u1,2020-04-01T17:31:32.000Z,11,Hello?\n\
         d2,agent,AcmeCare,2020-04-01T17:40:00Z,21,We are back\n\
         d1,agent,AcmeCare,2020-04-01T18:58:27.000Z,12,\"Hi, how can\nwe help?\"\n\
         d1,robot,x,2020-04-01T18:58:27.000Z,13,no\n\
         d1,,x,2020-04-01T18:58:27.000Z,13,no\n",
        &expect![[r#"
            rejected 6: role `robot` is no role of ours: add "robot" = "…" to [values.role] of the mapping, with one of customer, agent, light_agent, bot, rule, system [unmapped-value]
            rejected 7: role `` is missing: a row needs its role [missing-field]
            {"id":"tw:d1:opened","source":"import","type":"opened","at":"2020-04-01T17:31:32Z","conversation":"tw:d1","actor_kind":"customer","actor":"u1","customer":"u1","channel":"social","origin":"customer","brand":"AcmeCare"}
            {"id":"tw:d1:message:11","source":"import","type":"message","at":"2020-04-01T17:31:32Z","seq":3,"conversation":"tw:d1","actor_kind":"customer","actor":"u1","public":true,"via":"human","chars":6}
            {"id":"tw:d1:message:12","source":"import","type":"message","at":"2020-04-01T18:58:27Z","seq":3,"conversation":"tw:d1","actor_kind":"agent","actor":"AcmeCare","public":true,"via":"human","chars":20}
            {"id":"tw:d2:opened","source":"import","type":"opened","at":"2020-04-01T17:40:00Z","conversation":"tw:d2","actor_kind":"agent","actor":"AcmeCare","channel":"social","origin":"agent","brand":"AcmeCare"}
            {"id":"tw:d2:message:21","source":"import","type":"message","at":"2020-04-01T17:40:00Z","seq":3,"conversation":"tw:d2","actor_kind":"agent","actor":"AcmeCare","public":true,"via":"human","chars":11}
            Report { rows: 5, events: 5, rejected: 2, groups: 2, shifted_times: 0, kept_times: 0, untimed_statuses: 0 }"#]],
    );
}

#[test]
fn a_row_per_call() {
    check(
        r#"
rows = "calls"
prefix = "pbx:"
zone = "America/New_York"
[columns]
id = "uniqueid"
started_at = "start"
outcome = "disposition"
wait_seconds = "wait"
talk_seconds = "talk"
wrap_seconds = "wrap"
queue = "queue"
agent = "agent"
direction = "dir"
hung_up_by = "by"
[values.outcome]
"NO ANSWER" = "abandoned"
[values.direction]
inbound = "in"
outbound = "out"
"#,
        "uniqueid|start|disposition|wait|talk|wrap|queue|agent|dir|by\n\
         k1|2024-03-09 10:00:00|ANSWERED|20|300|30|support|ana|inbound|customer\n\
         k2|2024-03-09 10:05:00|NO ANSWER|45||||support||inbound\n\
         k3|2024-03-09 10:05:00|NO ANSWER|45|||support||inbound|\n",
        &expect![[r#"
            {"id":"pbx:k1:opened","source":"import","type":"opened","at":"2024-03-09T15:00:00Z","conversation":"pbx:k1","actor_kind":"customer","channel":"phone","origin":"customer"}
            {"id":"pbx:k1:queued","source":"import","type":"queued","at":"2024-03-09T15:00:00Z","seq":1,"conversation":"pbx:k1","actor_kind":"customer","call":"k1","queue":"support","direction":"in"}
            {"id":"pbx:k1:answered","source":"import","type":"answered","at":"2024-03-09T15:00:20Z","seq":2,"conversation":"pbx:k1","actor_kind":"agent","actor":"ana","agent":"ana","call":"k1","queue":"support","direction":"in"}
            {"id":"pbx:k1:ended","source":"import","type":"ended","at":"2024-03-09T15:05:20Z","seq":4,"conversation":"pbx:k1","actor_kind":"agent","actor":"ana","agent":"ana","call":"k1","queue":"support","direction":"in","hung_up_by":"customer"}
            {"id":"pbx:k1:wrapped","source":"import","type":"wrapped","at":"2024-03-09T15:05:50Z","seq":5,"conversation":"pbx:k1","actor_kind":"agent","actor":"ana","agent":"ana","call":"k1","queue":"support","direction":"in"}
            rejected 3: by `inbound` is no hung_up_by of ours: add "inbound" = "…" to [values.hung_up_by] of the mapping, with one of customer, agent, system [unmapped-value]
            {"id":"pbx:k3:opened","source":"import","type":"opened","at":"2024-03-09T15:05:00Z","conversation":"pbx:k3","actor_kind":"customer","channel":"phone","origin":"customer"}
            {"id":"pbx:k3:queued","source":"import","type":"queued","at":"2024-03-09T15:05:00Z","seq":1,"conversation":"pbx:k3","actor_kind":"customer","call":"k3","queue":"support","direction":"in"}
            {"id":"pbx:k3:abandoned","source":"import","type":"abandoned","at":"2024-03-09T15:05:45Z","seq":3,"conversation":"pbx:k3","actor_kind":"customer","call":"k3","queue":"support","direction":"in"}
            Report { rows: 3, events: 8, rejected: 1, groups: 0, shifted_times: 0, kept_times: 0, untimed_statuses: 0 }"#]],
    );
}

#[test]
fn a_row_per_answer_of_several_questions() {
    check(
        r#"
rows = "surveys"
source = "panel"
prefix = "panel:"
[columns]
id = "id"
at = { constant = "2018-01-01T00:00:00Z" }
[[survey]]
kind = "nps"
score = "nps"
scale = [0, 10]
comment = "why"
[[survey]]
name = "satisfaction"
kind = "csat"
score = "sat"
scale = [1, 10]
[values.satisfaction]
top = 10
"#,
        "id,nps,sat,why\n1,10.0,8,déjà vu\n2,,7,\n3,,,\n4,11,top,\n5,3,top,\n",
        &expect![[r#"
            {"id":"panel:1:answer:nps","source":"panel","type":"survey_answered","at":"2018-01-01T00:00:00Z","seq":7,"actor_kind":"customer","survey":"panel:1:nps","kind":"nps","score":10,"scale_min":0,"scale_max":10,"better":"high","comment_chars":7}
            {"id":"panel:1:answer:satisfaction","source":"panel","type":"survey_answered","at":"2018-01-01T00:00:00Z","seq":7,"actor_kind":"customer","survey":"panel:1:satisfaction","kind":"csat","score":8,"scale_min":1,"scale_max":10,"better":"high"}
            {"id":"panel:2:answer:satisfaction","source":"panel","type":"survey_answered","at":"2018-01-01T00:00:00Z","seq":7,"actor_kind":"customer","survey":"panel:2:satisfaction","kind":"csat","score":7,"scale_min":1,"scale_max":10,"better":"high"}
            rejected 5: score `11` the score lies outside its scale 0 to 10: correct score, scale_min or scale_max [out-of-scale]
            {"id":"panel:5:answer:nps","source":"panel","type":"survey_answered","at":"2018-01-01T00:00:00Z","seq":7,"actor_kind":"customer","survey":"panel:5:nps","kind":"nps","score":3,"scale_min":0,"scale_max":10,"better":"high"}
            {"id":"panel:5:answer:satisfaction","source":"panel","type":"survey_answered","at":"2018-01-01T00:00:00Z","seq":7,"actor_kind":"customer","survey":"panel:5:satisfaction","kind":"csat","score":10,"scale_min":1,"scale_max":10,"better":"high"}
            Report { rows: 5, events: 5, rejected: 1, groups: 0, shifted_times: 0, kept_times: 0, untimed_statuses: 0 }"#]],
    );
}

#[test]
fn a_row_per_order() {
    check(
        "rows = \"orders\"\nzone = \"UTC\"\n[columns]\nid = \"no\"\nat = \"at\"\ncustomer = \"who\"\namount = \"sum\"\ncurrency = { constant = \"EUR\" }\nrefunded_at = \"back\"\n",
        "no\tat\twho\tsum\tback\n7\t2024-01-01\tu1\t19.90\t2024-01-05 10:00\n8\t2024-01-01\t\t5,00\t\n",
        &expect![[r#"
            {"id":"7:order","source":"import","type":"order","at":"2024-01-01T00:00:00Z","actor_kind":"customer","customer":"u1","order_id":"7","amount":19.9,"currency":"EUR"}
            {"id":"7:refunded","source":"import","type":"order_changed","at":"2024-01-05T10:00:00Z","seq":6,"actor_kind":"system","customer":"u1","status":"refunded","order_id":"7"}
            rejected 3: who `` is missing: a row needs its customer [missing-field] / sum `5,00` is not a number with up to four decimal places [unreadable]
            Report { rows: 2, events: 2, rejected: 1, groups: 0, shifted_times: 0, kept_times: 0, untimed_statuses: 0 }"#]],
    );
}

#[test]
fn the_same_table_twice_gives_the_same_events() {
    let mapping = "rows = \"conversations\"\nzone = \"UTC\"\n[columns]\nid = \"n\"\nopened_at = \"o\"\nagent = \"a\"\n";
    let first = events(mapping, "n,o,a\n1,2024-01-01,x\n2,2024-01-02,y\n").0;
    let mut second = events(mapping, "n,o,a\n2,2024-01-02,y\n1,2024-01-01,x\n").0;
    second.rotate_left(2);
    assert_eq!(first, second, "the order of rows does not matter either");
}

#[test]
fn rows_that_should_stand_together_and_do_not() {
    let mapping = "rows = \"messages\"\ntogether = true\n[columns]\nconversation = \"c\"\nat = \"at\"\nrole = \"r\"\n";
    let table = "c,at,r\n1,2024-01-01T10:00Z,customer\n2,2024-01-01T10:00Z,customer\n1,2024-01-01T10:01Z,agent\n";
    let (lines, report) = events(mapping, table);
    expect!["rejected 4:  `` the row stands apart from the other rows of its conversation: remove `together` from the mapping [scattered-rows]"].assert_eq(lines.last().unwrap());
    assert_eq!((report.groups, report.rejected), (2, 1));
}

#[test]
fn cells_with_types_as_columnar_files_have_them() {
    let text = "rows = \"conversations\"\nzone = \"UTC\"\nmissing = [\"-1\"]\n[columns]\nid = \"id\"\nopened_at = \"opened\"\nclosed_at = \"closed\"\npriority = \"level\"\nrevision = \"opened\"\n[fields]\nvip = \"vip\"\n";
    let mapping = Mapping::parse(text, "mapping.toml").0.unwrap();
    let columns: Vec<String> = ["id", "opened", "closed", "level", "vip"].map(str::to_owned).into();
    let day = jiff::civil::date(2024, 2, 1);
    let rows = [
        vec![Cell::Int(7), Cell::Instant(1_706_684_400_000), Cell::Date(day), Cell::Float(2.0), Cell::Bool(true)],
        vec![Cell::Float(8.0), Cell::Local(day.at(9, 0, 0, 0)), Cell::Null, Cell::Int(-1), Cell::Null],
        vec![Cell::Int(9), Cell::Bool(true), Cell::Float(1.5), Cell::Null, Cell::Null],
    ];
    let rows = rows.into_iter().zip(2..).map(|(cells, number)| Ok(Row::new(number, cells)));
    let lines = mapping.events(&columns, rows, &"lake".into()).unwrap().map(|event| match event {
        Ok(event) => to_json_line(&event),
        Err(rejected) => format!("rejected {}: {} problems in {}", rejected.row, rejected.problems.len(), rejected.raw),
    });
    expect![[r#"
        {"id":"7:opened","source":"lake","revision":1706684400000,"type":"opened","at":"2024-01-31T07:00:00Z","conversation":"7","actor_kind":"customer","priority":"2"}
        {"id":"7:field:vip","source":"lake","revision":1706684400000,"type":"field","at":"2024-01-31T07:00:00Z","seq":1,"conversation":"7","actor_kind":"system","field":"vip","value":"true"}
        {"id":"7:closed","source":"lake","revision":1706684400000,"type":"status","at":"2024-02-01T00:00:00Z","seq":6,"conversation":"7","actor_kind":"system","status":"closed"}
        {"id":"8:opened","source":"lake","revision":1706778000000,"type":"opened","at":"2024-02-01T09:00:00Z","conversation":"8","actor_kind":"customer"}
        rejected 4: 2 problems in 9,true,1.5,,"#]].assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_rejected_row_is_kept_as_it_was_written() {
    let mapping =
        Mapping::parse("rows = \"conversations\"\n[columns]\nid = \"n\"\nopened_at = \"o\"\n", "mapping.toml").0.unwrap();
    let mut rows = csv::open("n,unused,o\n1,\"a \"\"b\"\"\",never\n".as_bytes(), None, "table.csv").unwrap();
    let columns = rows.columns().to_vec();
    rows.only(mapping.columns_used(&columns));
    let rejected = mapping.events(&columns, rows, &"import".into()).unwrap().next().unwrap().unwrap_err();
    assert_eq!(rejected.raw, "1,\"a \"\"b\"\"\",never");
}
