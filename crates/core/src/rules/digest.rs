//! The fingerprint of the rules: one canonical print of what decides the facts, hashed.
//!
//! Too much in it makes people rebuild for nothing, too little lets old facts answer under new rules; so what the fold reads is
//! in it and what a question reads is not. The print's first line carries the version of the fold's own meaning.

use std::fmt::Write;

use super::{Rules, SlaSchedule, Target};
use crate::calendar::{Interval, Schedule};
use crate::condition::Condition;
use crate::period::duration_text;

pub(super) fn digest(rules: &Rules, fold_version: u32) -> String {
    format!("{:032x}", xxhash_rust::xxh3::xxh3_128(print(rules, fold_version).as_bytes()))
}

/// Texts are printed with `{:?}`: quoted, so that no text can look like another line.
fn print(rules: &Rules, fold_version: u32) -> String {
    let mut out = format!("rules {fold_version}\n");
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("zone {:?}", rules.workspace.time_zone_name));
    line(format!("business {:?}", rules.default_schedule()));
    for schedule in &rules.schedules {
        line(schedule_line(schedule));
    }
    for policy in &rules.sla {
        let schedule = match &policy.schedule {
            SlaSchedule::Always => "always".to_owned(),
            SlaSchedule::Default => "default".to_owned(),
            SlaSchedule::Named(name) => format!("{name:?}"),
        };
        let targets = policy.targets.iter().map(|(target, length)| match length {
            Target::Seconds(seconds) => format!(" {} {}", target.name(), duration_text(*seconds)),
            Target::BusinessDays(days) => format!(" {} {days}bd", target.name()),
        });
        let targets: String = targets.collect();
        line(format!(
            "sla {:?} from {:?} when {:?} on {schedule}{targets}",
            policy.name,
            policy.from,
            when(policy.when.as_ref())
        ));
    }
    for field in &rules.fields {
        line(format!("field {:?} {}", field.name, field.type_name()));
    }
    for (channel, seconds) in &rules.catalogue.short_abandon {
        line(format!("short_abandon {channel:?} {seconds}"));
    }
    out
}

fn schedule_line(schedule: &Schedule) -> String {
    let mut line = format!("schedule {:?}", schedule.name);
    let zone = schedule.time_zone.iana_name().unwrap_or("UTC");
    // Writing to a string cannot fail.
    let _ = write!(line, " from {:?} when {:?} zone {zone}", schedule.from, when(schedule.when.as_ref()));
    for (day, hours) in schedule.weekly.iter().enumerate() {
        let _ = write!(line, " {day}:{}", list(hours));
    }
    for date in &schedule.holidays {
        let _ = write!(line, " holiday {date}");
    }
    for (date, hours) in &schedule.breaks {
        let _ = write!(line, " break {date} {}", list(hours));
    }
    for (date, hours) in &schedule.overrides {
        let _ = write!(line, " override {date} {}", list(hours));
    }
    line
}

fn when(condition: Option<&Condition>) -> &str {
    condition.map_or("", Condition::canonical)
}

fn list(hours: &[Interval]) -> String {
    hours.iter().map(Interval::to_string).collect::<Vec<_>>().join(",")
}
