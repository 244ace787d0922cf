//! A workspace of somebody else: who may not write there reads the same numbers, changes nothing and is told why.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::run::{EVENTS, Place};

/// A user without any rights: `nobody` on every usual system.
const NOBODY: u32 = 65534;

/// Runs a line as somebody who may not write in the place. The superuser may write everywhere, so he runs it as another one.
fn as_guest(place: &Place, line: &str) -> Output {
    let program = place.path("guest");
    if !program.exists() {
        // The build may lie where nobody else looks.
        let own = env!("CARGO_BIN_EXE_deskgauge");
        std::fs::hard_link(own, &program).or_else(|_| std::fs::copy(own, &program).map(drop)).expect("a program for the guest");
    }
    let mut command = Command::new(program);
    let own = place.command(line);
    command.args(own.get_args()).current_dir(place.path("")).env_remove("DESKGAUGE_WORKSPACE");
    if is_superuser(&place.path("w")) {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().expect("the binary runs")
}

/// Whether whoever runs the tests may write into a folder that nobody may write into.
fn is_superuser(folder: &Path) -> bool {
    let probe = folder.join("probe");
    let wrote = std::fs::write(&probe, "").is_ok();
    if wrote {
        std::fs::remove_file(&probe).expect("a file to remove");
    }
    wrote
}

/// Takes the right to write from everything below a folder, or gives it back; others may always read.
fn lock_up(path: &Path, closed: bool) {
    let folder = path.is_dir();
    let mode = match (folder, closed) {
        (true, true) => 0o555,
        (true, false) => 0o755,
        (false, true) => 0o444,
        (false, false) => 0o644,
    };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("rights");
    if folder {
        for entry in std::fs::read_dir(path).expect("a folder") {
            lock_up(&entry.expect("an entry").path(), closed);
        }
    }
}

#[test]
fn who_may_not_write_reads_the_same_numbers_and_changes_nothing() {
    let place = Place::with_workspace();
    place.write("events.jsonl", EVENTS);
    place.ok("--workspace w import events events.jsonl");
    let question = "--workspace w query first_response_time --now 2026-03-03T00:00:00+02:00";
    let own = place.ok(question);
    // The temporary folder is its maker's alone.
    std::fs::set_permissions(place.path(""), std::fs::Permissions::from_mode(0o755)).expect("rights");
    lock_up(&place.path("w"), true);

    let read = as_guest(&place, question);
    assert_eq!(String::from_utf8_lossy(&read.stdout), own, "{}", String::from_utf8_lossy(&read.stderr));
    for line in ["sql \"select count(*) from conversations\"", "import list", "report --now 2026-03-03", "doctor"] {
        let run = as_guest(&place, &format!("--workspace w {line}"));
        assert!(run.status.success(), "`{line}`: {}", String::from_utf8_lossy(&run.stderr));
    }
    for line in ["import events events.jsonl", "rebuild", "import undo 1", "expire --keep 0s"] {
        let run = as_guest(&place, &format!("--workspace w {line}"));
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(3), "`{line}`: {told}");
        assert!(told.contains("error[read-only-workspace]") && told.contains("change a copy"), "`{line}`: {told}");
    }
    lock_up(&place.path("w"), false);
    // Nothing of all that is left in the way of its owner.
    assert_eq!(place.ok(question), own);
    place.ok("--workspace w import undo 1");
}
