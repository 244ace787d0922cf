//! Bad mappings and tables, and what is said of them.

use deskgauge_connect::table::{Mapping, csv, xlsx};
use expect_test::expect;

fn said(text: &str) -> String {
    let (mapping, problems) = Mapping::parse(text, "mapping.toml");
    assert!(mapping.is_none(), "it is bad");
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn mappings() {
    let bad = [
        "rows = ",
        "",
        "rows = \"tickets\"\n",
        "rows = 7\n",
        "rows = \"conversations\"\nzonne = \"UTC\"\nzone = \"Mars/Base\"\nday_first = \"yes\"\nmissing = \"?\"\n[columns]\nid = \"n\"\nopend_at = \"o\"\nrole = \"r\"\nagent = 7\nteam = { column = \"a\", constant = \"b\" }\n",
        "rows = \"surveys\"\n[columns]\nat = \"at\"\n",
        "rows = \"surveys\"\n[columns]\nat = \"at\"\n[[survey]]\nkind = \"npss\"\n[[survey]]\nkind = \"nps\"\nscore = \"s\"\nscale = [10, 0]\n[[survey]]\nscore = \"s\"\n",
        "rows = \"surveys\"\n[columns]\nat = \"at\"\n[[survey]]\nkind = \"csat\"\nscore = \"a\"\n[[survey]]\nkind = \"csat\"\nscore = \"b\"\n",
        "rows = \"orders\"\n[columns]\nid = \"a\"\nat = \"a\"\ncustomer = \"a\"\namount = \"a\"\n[values.chanel]\na = \"b\"\n[values]\nchannel = 7\n[[survey]]\nkind = \"nps\"\nscore = \"s\"\n",
        "rows = \"changes\"\nclears = [\"agnt\"]\n[columns]\nid = \"a\"\nat = { column = \"b\", of = \"agent\" }\n[fields]\nx = { colum = \"a\" }\n",
    ];
    let all: Vec<String> = bad.into_iter().map(said).collect();
    expect![[r#"
        error[bad-toml]: the mapping is not TOML: string values must be quoted, expected literal string
          at mapping.toml:1:8
        ---
        error[missing-key]: the mapping does not say what a row is: `rows` is missing
          at mapping.toml
          help: rows = one of conversations, calls, messages, changes, surveys, orders
        ---
        error[unknown-key]: `tickets` does not fit `rows`
          at mapping.toml:1:8
          help: it knows conversations, calls, messages, changes, surveys, orders
        ---
        error[bad-value]: `rows` is not text
          at mapping.toml:1:8
          help: put it in quotes
        ---
        error[unknown-key]: `zonne` is not a key of a mapping
          at mapping.toml:2:9
          help: did you mean `zone`?
        error[bad-value]: `day_first` is neither true nor false
          at mapping.toml:4:13
          help: write it without quotes
        error[unknown-zone]: `Mars/Base` is not a time zone
          at mapping.toml:3:8
          help: write an IANA name, such as "Europe/Berlin" or "UTC"
        error[bad-value]: `missing` is not a list of texts
          at mapping.toml:5:11
          help: write ["one", "two"]
        error[unknown-key]: `columns` knows no `opend_at`
          at mapping.toml:8:12
          help: did you mean `opened_at`?
        error[unknown-key]: `columns.role` means nothing for rows = "conversations"
          at mapping.toml:9:8
          help: it can have id, opened_at, first_reply_at, first_reply_by, resolved_at, resolved_by, closed_at, updated_at, due_at, status, agent, team, actor_kind, channel, brand, priority, reason, tags, language, customer, origin, parent, handle_seconds, revision
        error[bad-value]: `agent` does not name a column
          at mapping.toml:10:9
          help: write the name of a column, { column = "…" } or { constant = "…" }
        error[bad-value]: `team` needs either `column` or `constant`
          at mapping.toml:11:8
          help: keep one of them
        error[missing-key]: rows = "conversations" need `columns.opened_at`
          at mapping.toml:6:1
          help: write opened_at = "COLUMN" under [columns] (When the conversation began)
        ---
        error[missing-key]: rows = "surveys" need a [[survey]]
          at mapping.toml
          help: add [[survey]] with kind, score and scale
        ---
        error[unknown-key]: `npss` does not fit `kind`
          at mapping.toml:5:8
          help: did you mean `nps`?
        error[bad-value]: `scale` is not a lowest and a highest point
          at mapping.toml:9:9
          help: write scale = [1, 5]
        error[missing-key]: a `survey` needs `kind`
          at mapping.toml:10:1
        error[missing-key]: rows = "surveys" need a [[survey]]
          at mapping.toml
          help: add [[survey]] with kind, score and scale
        ---
        error[duplicate-key]: two surveys have the name `csat`
          at mapping.toml:4:1
          help: give each its own `name`
        ---
        error[unknown-key]: `survey` means nothing for rows = "orders"
          at mapping.toml:11:1
          help: answers come with rows of conversations or surveys
        error[unknown-key]: `values` knows no `chanel`
          at mapping.toml:7:1
          help: did you mean `channel`?
        error[bad-value]: `values.channel` is not a table
          at mapping.toml:10:11
          help: write "theirs" = "ours" lines under it
        ---
        error[bad-value]: `columns.at.of` is for rows = "messages" only
          at mapping.toml:5:6
          help: remove `of`
        error[unknown-key]: `colum` does not fit `x`
          at mapping.toml:7:15
          help: did you mean `column`?
        error[bad-value]: `x` needs either `column` or `constant`
          at mapping.toml:7:5
          help: keep one of them
        error[unknown-key]: `clears` knows no `agnt`
          at mapping.toml:2:10
          help: did you mean `agent`?"#]].assert_eq(&all.join("\n---\n"));
}

#[test]
fn columns_that_the_table_does_not_have() {
    let text = "rows = \"orders\"\n[columns]\nid = \"order\"\nat = \"placed\"\ncustomer = \"who\"\namount = \"sum\"\n[fields]\nx = \"category#2\"\n";
    let (mapping, problems) = Mapping::parse(text, "mapping.toml");
    assert!(problems.is_empty());
    let mapping = mapping.unwrap();
    let rows = csv::open("order,place,who,sum,category\n".as_bytes(), None, "orders.csv").unwrap();
    let columns = rows.columns().to_vec();
    let said = mapping.events(&columns, rows, &"import".into()).err().unwrap_or_default();
    expect![[r#"
        error[no-column]: `columns.at` names the column `placed`, which the table does not have
          at mapping.toml
          help: did you mean `place`?
        error[no-column]: `fields.x` names the column `category#2`, which the table does not have
          at mapping.toml
          help: did you mean `category`?"#]]
    .assert_eq(&said.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn tables() {
    let mut said: Vec<String> = Vec::new();
    for bytes in [&b""[..], b"\"a\nb", b"a,\xff\n"] {
        said.push(csv::open(bytes, None, "table.csv").err().map_or("taken".to_owned(), |problem| problem.to_string()));
    }
    said.push(xlsx::read(b"PK, no", None, "table.xlsx").err().map_or("taken".to_owned(), |problem| problem.to_string()));
    expect![[r#"
        error[no-header]: the file is empty
          at table.csv
          help: its first line names the columns
        error[bad-header]: the header cannot be read: a quote is opened and never closed: close it, or double the quotes inside a quoted cell
          at table.csv:1
        error[bad-header]: the header cannot be read: the line is not UTF-8: save the file as UTF-8
          at table.csv:1
        error[bad-spreadsheet]: the file cannot be read as XLSX: Zip error: invalid Zip archive: Could not find EOCD
          at table.xlsx
          help: save it again as .xlsx, or export the sheet as CSV"#]].assert_eq(&said.join("\n"));
}
