//! A damaged file of the workspace, as a user meets it: the question says which one, the doctor mends it.

use crate::run::Place;

#[test]
fn a_damaged_fact_file_ends_a_question_with_its_name_and_the_doctor_mends_it() {
    let place = Place::with_workspace();
    place.ok("simulate --conversations 30 --to events.jsonl");
    place.ok("--workspace w import events events.jsonl");
    let folder = place.path("w/data/main/waits");
    let file = std::fs::read_dir(&folder).expect("files").next().expect("a file").expect("an entry").path();
    let length = std::fs::metadata(&file).expect("a file").len();
    std::fs::write(&file, vec![b'x'; usize::try_from(length).expect("a length")]).expect("a file");
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();

    for line in [
        "query reply_time --now 2026-02-01T00:00:00Z",
        "sql \"select * from waits\"",
        "export waits",
        "report --now 2026-02-01T00:00:00Z",
    ] {
        let run = place.run(&format!("--workspace w {line}"));
        assert_eq!(run.code, Some(3), "`{line}`: {}", run.stderr);
        assert!(run.stderr.contains("error[damaged-file]") && run.stderr.contains(&name), "`{line}`: {}", run.stderr);
        assert!(run.stderr.contains("run `deskgauge doctor`"), "`{line}`: {}", run.stderr);
    }
    assert_eq!(place.run("--workspace w doctor").code, Some(1));
    place.ok("--workspace w doctor --mend");
    place.ok("--workspace w query reply_time --now 2026-02-01T00:00:00Z");
    // The state of before the mending stays damaged until it is let go.
    let run = place.run("--workspace w doctor");
    assert!(run.stdout.contains("deskgauge expire --keep 0s"), "{}", run.stdout);
    place.ok("--workspace w expire --keep 0s");
    place.ok("--workspace w doctor");
}
