//! `[[schedule]]`: hours, days off and exceptions, each version on its own.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Workspace;
use super::read::{Reader, Section};
use crate::calendar::{Interval, Schedule};

const KEYS: &[&str] =
    &["name", "from", "when", "time_zone", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays", "breaks", "overrides"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads all of them, and the names of all that were written. One without a usable name or condition is left out, for it would
/// serve whom it should not; its name still counts as known, so that one mistake is told once.
pub(super) fn read<'d>(
    reader: &mut Reader<'_>,
    top: &Section<'d>,
    workspace: &Workspace,
    fields: &[&str],
) -> (Vec<Schedule>, Vec<&'d str>) {
    let mut found: Vec<Schedule> = Vec::new();
    let mut names: Vec<&'d str> = Vec::new();
    for section in reader.sections(top, "schedule", "[[schedule]]") {
        reader.only_keys(&section, KEYS);
        let before = reader.problems.len();
        let mut schedule = Schedule::closed("", workspace.time_zone.clone());
        let name = reader.required_text(&section, "name");
        names.extend(name.as_ref().map(|(name, _)| *name).filter(|name| !names.contains(name)));
        schedule.from = reader.date(&section, "from");
        schedule.when = reader.condition(&section, "when", fields);
        let usable = reader.problems.len() == before;
        if let Some((zone, _)) = reader.zone(&section, "time_zone") {
            schedule.time_zone = zone;
        }
        for (hours, key) in schedule.weekly.iter_mut().zip(WEEKDAYS) {
            *hours = reader.hours(&section, key);
        }
        schedule.holidays = reader.dates(&section, "holidays").into_iter().collect();
        schedule.breaks = exceptions(reader, &section, "breaks");
        schedule.overrides = exceptions(reader, &section, "overrides");
        let Some((name, span)) = name.filter(|_| usable) else { continue };
        schedule.name = name.to_owned();
        if name == "always" {
            reader.refuse_with("reserved-name", "a schedule cannot be named `always`", span, "`always` is calendar time already");
            continue;
        }
        let twin = |other: &&Schedule| other.name == name && other.when == schedule.when && other.from == schedule.from;
        if found.iter().any(|other| twin(&other)) {
            let message = format!("two versions of schedule `{name}` begin at the same time");
            reader.refuse_with("duplicate-schedule", message, span, "give each its own `from`, or another `when`");
            continue;
        }
        let shadow = |other: &Schedule| other.name == name && other.when.is_none();
        if schedule.when.is_some() && found.iter().any(shadow) {
            let message = format!("this version of schedule `{name}` never serves: one without `when` stands before it");
            reader.warn("unreachable-schedule", message, section.span.clone(), "move it up");
        }
        found.push(schedule);
    }
    (found, names)
}

/// `[{ on = "2024-01-02", hours = ["13:30-15:30"] }]`. Several for one day add up.
fn exceptions(reader: &mut Reader<'_>, section: &Section<'_>, key: &str) -> BTreeMap<Date, Vec<Interval>> {
    let mut found: BTreeMap<Date, Vec<Interval>> = BTreeMap::new();
    for entry in reader.sections(section, key, key) {
        reader.only_keys(&entry, &["on", "hours"]);
        if entry.table.get("on").is_none() || entry.table.get("hours").is_none() {
            reader.refuse_with(
                "missing-key",
                format!("an entry of `{key}` needs `on` and `hours`"),
                entry.span.clone(),
                "write { on = \"2024-01-02\", hours = [\"13:30-15:30\"] }",
            );
            continue;
        }
        let hours = reader.hours(&entry, "hours");
        if let Some(date) = reader.date(&entry, "on") {
            let all = found.entry(date).or_default();
            all.extend(hours);
            all.sort_unstable();
        }
    }
    found
}
