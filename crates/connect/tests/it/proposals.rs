//! Mappings that are proposed for tables nobody has described.

use deskgauge_connect::table::propose::propose;
use deskgauge_connect::table::{Mapping, Row, csv};
use expect_test::{Expect, expect};

fn check(table: &str, expected: &Expect) {
    let rows = csv::open(table.as_bytes(), None, "table.csv").unwrap();
    let columns = rows.columns().to_vec();
    let sample: Vec<Row> = rows.map(|row| row.unwrap()).collect();
    let proposal = propose(&columns, &sample, "exports/table.csv");
    expected.assert_eq(&proposal);
    let (mapping, problems) = Mapping::parse(&proposal, "proposal.toml");
    assert!(problems.is_empty(), "{problems:?}");
    let mapping = mapping.unwrap();
    let events = mapping.events(&columns, sample.into_iter().map(Ok), &"import".into()).unwrap();
    for event in events {
        event.unwrap();
    }
}

#[test]
fn english() {
    check(
        "Ticket ID,Created At,First Response At,Resolved At,Due Date,Status,Assignee,Group,Source,Satisfaction Rating,Requester,SLA Met\n\
         1,01/31/2024 09:00,01/31/2024 09:30,02/01/2024 10:00,02/02/2024,Solved,ana,Support,Email,good,u1,true\n\
         2,02/01/2024 09:00,,N/A,02/03/2024,In progress,,Support,Live chat,offered,u2,false\n\
         3,02/02/2024 09:00,,N/A,02/03/2024,Escalated to Bob,,Support,Pigeon,,u2,false\n",
        &expect![[r##"
            # A mapping for table.csv, guessed from its header and 3 rows.
            # Lines with CHECK rest on an assumption. Each comment shows what the line was guessed from.
            # A word that the sample does not have is rejected at the import, with the line to add here.

            rows = "conversations"  # a row per conversation; CHECK if ids repeat
            source = "table"
            prefix = "table:"  # stands before ids, so that they are unique in the workspace
            zone = "UTC"  # CHECK: the times have no offset; write the zone that they are in, such as "Europe/Bucharest"
            day_first = false  # 01/31/2024 09:00 can only be month first
            missing = ["N/A"]  # stand where there is no value

            [columns]
            id = "Ticket ID"  # 1, 2, 3
            opened_at = "Created At"  # 01/31/2024 09:00, 02/01/2024 09:00, 02/02/2024 09:00
            first_reply_at = "First Response At"  # 01/31/2024 09:30
            resolved_at = "Resolved At"  # 02/01/2024 10:00
            due_at = "Due Date"  # 02/02/2024, 02/03/2024
            status = "Status"  # Solved, In progress, Escalated to Bob
            agent = "Assignee"  # ana
            team = "Group"  # Support
            channel = "Source"  # Email, Live chat, Pigeon
            customer = "Requester"  # u1, u2

            [values.status]
            Solved = "solved"  # 1 in the sample
            "In progress" = "open"  # 1 in the sample
            "Escalated to Bob" = "open"  # CHECK: not recognised; 1 in the sample

            [values.channel]
            Email = "email"  # 1 in the sample
            "Live chat" = "chat"  # 1 in the sample
            # Pigeon = "other"  # kept as it is; 1 in the sample

            [fields]  # own attributes; declare them in [fields] of deskgauge.toml too
            sla_met = "SLA Met"  # the source's own verdict: true, false

            [[survey]]
            kind = "csat"
            score = "Satisfaction Rating"  # good, offered
            scale = [1, 5]  # CHECK: words, see the map below

            [values.csat]
            good = "5"
            offered = ""
        "##]],
    );
}

#[test]
fn russian() {
    check(
        "Номер обращения;Дата создания;Первый ответ;Дата решения;Статус;Исполнитель;Группа;Канал;Оценка;Клиент\n\
         1;03.04.2024 09:00;03.04.2024 09:30;03.04.2024 12:00;Решено;Анна;Поддержка;Почта;5;u1\n\
         2;04.04.2024 09:00;;;Ожидание клиента;;Поддержка;Чат;;u2\n",
        &expect![[r##"
            # A mapping for table.csv, guessed from its header and 2 rows.
            # Lines with CHECK rest on an assumption. Each comment shows what the line was guessed from.
            # A word that the sample does not have is rejected at the import, with the line to add here.

            rows = "conversations"  # a row per conversation; CHECK if ids repeat
            source = "table"
            prefix = "table:"  # stands before ids, so that they are unique in the workspace
            zone = "UTC"  # CHECK: the times have no offset; write the zone that they are in, such as "Europe/Bucharest"
            day_first = true  # CHECK: 03.04.2024 09:00 can be read both ways, and no value of the sample decides it

            [columns]
            id = "Номер обращения"  # 1, 2
            opened_at = "Дата создания"  # 03.04.2024 09:00, 04.04.2024 09:00
            first_reply_at = "Первый ответ"  # 03.04.2024 09:30
            resolved_at = "Дата решения"  # 03.04.2024 12:00
            status = "Статус"  # Решено, Ожидание клиента
            agent = "Исполнитель"  # Анна
            team = "Группа"  # Поддержка
            channel = "Канал"  # Почта, Чат
            customer = "Клиент"  # u1, u2

            [values.status]
            "Решено" = "solved"  # 1 in the sample
            "Ожидание клиента" = "pending"  # 1 in the sample

            [values.channel]
            "Почта" = "email"  # 1 in the sample
            "Чат" = "chat"  # 1 in the sample

            [[survey]]
            kind = "csat"
            score = "Оценка"  # 5
            scale = [1, 5]  # CHECK: the sample has 5 to 5
        "##]],
    );
}

#[test]
fn romanian() {
    check(
        "Număr tichet,Data creării,Primul răspuns,Data rezolvării,Stare,Responsabil,Echipă,Canal,Notă,Solicitant\n\
         1,2024-01-31 09:00,2024-01-31 09:30,2024-01-31 12:00,Rezolvat,Ana,Suport,Telefon,5,u1\n\
         2,2024-02-01 09:00,,,În lucru,,Suport,E-mail,3,u2\n",
        &expect![[r##"
            # A mapping for table.csv, guessed from its header and 2 rows.
            # Lines with CHECK rest on an assumption. Each comment shows what the line was guessed from.
            # A word that the sample does not have is rejected at the import, with the line to add here.

            rows = "conversations"  # a row per conversation; CHECK if ids repeat
            source = "table"
            prefix = "table:"  # stands before ids, so that they are unique in the workspace
            zone = "UTC"  # CHECK: the times have no offset; write the zone that they are in, such as "Europe/Bucharest"

            [columns]
            id = "Număr tichet"  # 1, 2
            opened_at = "Data creării"  # 2024-01-31 09:00, 2024-02-01 09:00
            first_reply_at = "Primul răspuns"  # 2024-01-31 09:30
            resolved_at = "Data rezolvării"  # 2024-01-31 12:00
            status = "Stare"  # Rezolvat, În lucru
            agent = "Responsabil"  # Ana
            team = "Echipă"  # Suport
            channel = "Canal"  # Telefon, E-mail
            customer = "Solicitant"  # u1, u2

            [values.status]
            Rezolvat = "solved"  # 1 in the sample
            "În lucru" = "open"  # 1 in the sample

            [values.channel]
            Telefon = "phone"  # 1 in the sample
            E-mail = "email"  # 1 in the sample

            [[survey]]
            kind = "csat"
            score = "Notă"  # 5, 3
            scale = [1, 5]  # CHECK: the sample has 3 to 5
        "##]],
    );
}

#[test]
fn nothing_that_is_known() {
    check(
        "a,b\nx,1\ny,2\n",
        &expect![[r##"
        # A mapping for table.csv, guessed from its header and 2 rows.
        # Lines with CHECK rest on an assumption. Each comment shows what the line was guessed from.
        # A word that the sample does not have is rejected at the import, with the line to add here.

        rows = "conversations"  # a row per conversation; CHECK if ids repeat
        source = "table"
        prefix = "table:"  # stands before ids, so that they are unique in the workspace

        [columns]
        id = "a"  # x, y
        opened_at = { constant = "2000-01-01T00:00:00Z" }  # CHECK: no column was recognised. When the conversation began.

        [fields]  # own attributes; declare them in [fields] of deskgauge.toml too
        # b = "b"  # 1, 2
    "##]],
    );
}
