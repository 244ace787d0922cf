//! Spreadsheets. The test writes its own workbook: a ZIP of stored XML, so that no binary file stands in the repository.

use deskgauge_connect::table::xlsx;
use deskgauge_connect::table::{Cell, Mapping};
use expect_test::expect;

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let offset = u32::try_from(bytes.len()).unwrap();
        let (size, name_size) = (u32::try_from(text.len()).unwrap(), u16::try_from(name.len()).unwrap());
        let mut entry = Vec::new();
        entry.extend([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
        entry.extend(crc.sum().to_le_bytes());
        entry.extend(size.to_le_bytes());
        entry.extend(size.to_le_bytes());
        entry.extend(name_size.to_le_bytes());
        entry.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&entry);
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&entry);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size) = (u32::try_from(bytes.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(files.len()).unwrap();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn workbook() -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let sheet = |rows: &str| format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let text = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = format!(
        "<row r=\"1\">{}{}{}</row><row r=\"2\"><c r=\"A2\"><v>1001</v></c><c r=\"B2\" s=\"1\"><v>45322.375</v></c>{}</row><row r=\"4\"><c r=\"A4\"><v>1002</v></c><c r=\"B4\" s=\"1\"><v>45323</v></c></row>",
        text("A1", "Ticket"),
        text("B1", "Opened"),
        text("C1", "Tags"),
        text("C2", "a;b"),
    );
    zip(&[
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Tickets\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"Empty\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet2.xml\"/><Relationship Id=\"r3\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            &format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", &sheet(&rows)),
        ("xl/worksheets/sheet2.xml", &sheet("")),
    ])
}

#[test]
fn a_sheet_is_read_with_its_dates() {
    let sheet = xlsx::read(&workbook(), None, "tickets.xlsx").unwrap();
    assert_eq!((sheet.name.as_str(), sheet.columns.join(",").as_str()), ("Tickets", "Ticket,Opened,Tags"));
    assert_eq!(sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4]);
    assert!(matches!(sheet.rows[0].cells[1], Cell::Local(at) if at.to_string() == "2024-01-31T09:00:00"), "{:?}", sheet.rows[0]);

    let text = "rows = \"conversations\"\nzone = \"UTC\"\nprefix = \"x:\"\n[columns]\nid = \"Ticket\"\nopened_at = \"Opened\"\ntags = \"Tags\"\n";
    let mapping = Mapping::parse(text, "mapping.toml").0.unwrap();
    let columns = sheet.columns.clone();
    let events = mapping.events(&columns, sheet.into_rows(), &"import".into()).unwrap();
    let lines: Vec<String> = events.map(|event| deskgauge_connect::events::to_json_line(&event.unwrap())).collect();
    expect![[r#"
        {"id":"x:1001:opened","source":"import","type":"opened","at":"2024-01-31T09:00:00Z","conversation":"x:1001","actor_kind":"customer","tags":["a","b"]}
        {"id":"x:1002:opened","source":"import","type":"opened","at":"2024-02-01T00:00:00Z","conversation":"x:1002","actor_kind":"customer"}"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn sheets_that_are_not_there() {
    let mut said: Vec<String> = Vec::new();
    for name in ["ticket", "Empty"] {
        said.push(
            xlsx::read(&workbook(), Some(name), "tickets.xlsx").err().map_or("taken".to_owned(), |problem| problem.to_string()),
        );
    }
    expect![[r#"
        error[no-sheet]: the file has no sheet `ticket`
          at tickets.xlsx
          help: did you mean `Tickets`?
        error[no-header]: the sheet `Empty` is empty
          at tickets.xlsx
          help: its first row names the columns"#]]
    .assert_eq(&said.join("\n"));
}
