//! What stands beside a number in words: its name, its statistic, what was left out, and of which data it is.
//!
//! Tables, pages and Markdown put these sentences together; none of them computes.

use deskgauge_core::answer::{Aim, Answer, Answers};
use deskgauge_core::metric::{Good, Language, Metric, Unit};
use deskgauge_core::question::Stat;
use deskgauge_core::rules::Band;
use jiff::tz::TimeZone;

use super::value;
use crate::locale::{self, date};

/// What a table needs to know beside the answers.
pub struct Reading<'a> {
    /// The dimensions of the question.
    pub by: &'a [String],
    /// The language of names and numbers.
    pub language: Language,
    /// Names of metrics, by id and variant.
    pub name: &'a dyn Fn(&str, Option<&str>) -> String,
    /// The zone of instants.
    pub zone: &'a TimeZone,
}

pub fn name(answer: &Answer, reading: &Reading<'_>) -> String {
    (reading.name)(&answer.metric, answer.variant.as_deref())
}

/// A dimension's name; own fields have only the one that the workspace gave them.
pub fn dimension(name: &str, language: Language) -> String {
    locale::find(language, &format!("dimension-{name}")).unwrap_or_else(|| name.to_owned())
}

/// A KPI with the statistic of its number, where that is one of several that times have.
pub fn named(metric: &Metric, answer: &Answer, language: Language) -> String {
    let name = metric.name(language).unwrap_or(&metric.id);
    match answer.stat.filter(|_| answer.unit == Unit::Seconds) {
        Some(stat) => {
            let stat = locale::text(language, &format!("stat-{}", stat.name()));
            locale::fill(language, "in-brackets", &[("text", name), ("more", &stat)])
        }
        None => name.to_owned(),
    }
}

/// The statistic and the clock, where they are worth a word.
pub fn statistic(answer: &Answer, language: Language) -> String {
    let stat = answer.stat.filter(|stat| *stat != Stat::Share).map(|stat| match answer.within {
        Some(bound) => locale::fill(language, "stat-within-bound", &[("bound", &locale::duration::short(bound, language))]),
        None => locale::text(language, &format!("stat-{}", stat.name())),
    });
    let clock = answer.clock.map(|clock| clock.name()).filter(|clock| *clock != "calendar");
    let mut words: Vec<String> = stat.into_iter().collect();
    words.extend(clock.map(|clock| locale::text(language, &format!("clock-{clock}"))));
    locale::list(language, &words)
}

pub fn period(answer: &Answer, language: Language) -> String {
    let Some(period) = answer.period.map(|period| period.to_string()) else { return String::new() };
    if answer.partial {
        locale::fill(language, "in-brackets", &[("text", &period), ("more", &locale::text(language, "partial"))])
    } else {
        period
    }
}

/// Few values deserve a word wherever the number is read. A small count is no estimate from few values: it is the number itself.
pub fn few(answer: &Answer) -> bool {
    answer.small_n && answer.value.is_some() && answer.unit != Unit::Count
}

/// The word for it.
pub fn mark(answer: &Answer, language: Language) -> String {
    if few(answer) { locale::text(language, "few-values") } else { String::new() }
}

/// What one answer left out, in words.
pub fn left_out(answer: &Answer, reading: &Reading<'_>) -> Option<String> {
    let language = reading.language;
    let mut parts = Vec::new();
    parts.extend(answer.running.filter(|n| *n > 0).map(|n| locale::counted(language, "left-running", n, &[])));
    parts.extend(answer.provisional.filter(|n| *n > 0).map(|n| locale::counted(language, "left-provisional", n, &[])));
    let excluded: Vec<String> = answer
        .excluded
        .iter()
        .map(|(reason, n)| locale::counted(language, "left-reason", *n, &[("reason", &locale::reason(language, reason))]))
        .collect();
    if !excluded.is_empty() {
        parts.push(locale::fill(language, "left-excluded", &[("reasons", &locale::list(language, &excluded))]));
    }
    let label = name(answer, reading);
    (!parts.is_empty()).then(|| locale::fill(language, "left-label", &[("label", &label), ("text", &parts.join(" · "))]))
}

/// By which model agents are credited, in a line for each model: whose row it is differs more than anything else in numbers by agent.
pub fn credits(answers: &Answers, reading: &Reading<'_>) -> Vec<String> {
    let mut models: Vec<(&str, Vec<String>)> = Vec::new();
    for answer in &answers.answers {
        let Some(model) = answer.credit.as_deref() else { continue };
        let own = name(answer, reading);
        match models.iter_mut().find(|(known, _)| *known == model) {
            Some((_, names)) if names.contains(&own) => {}
            Some((_, names)) => names.push(own),
            None => models.push((model, vec![own])),
        }
    }
    let language = reading.language;
    let told = |(model, names): (&str, Vec<String>)| {
        let texts = [("model", model), ("names", &*locale::list(language, &names))];
        locale::fill(language, "credited", &texts)
    };
    models.into_iter().map(told).collect()
}

/// The reasons that stand behind the column of excluded rows.
pub fn reasons(answers: &Answers, language: Language) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (reason, _) in answers.answers.iter().flat_map(|answer| &answer.excluded) {
        let name = locale::reason(language, reason);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        Vec::new()
    } else {
        vec![locale::fill(language, "left-reasons", &[("reasons", &locale::list(language, &names))])]
    }
}

/// The names of the metrics that the profile of the question does not redefine, each once.
pub fn canonical(answers: &Answers, reading: &Reading<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for answer in answers.answers.iter().filter(|answer| answer.profile.is_none()) {
        let name = name(answer, reading);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The profile, its date, and what was counted canonically under it; none for the canonical one.
pub fn profile_line(answers: &Answers, canonical: &[String], language: Language) -> Option<String> {
    let (as_of, revision) = (answers.profile_as_of?.to_string(), answers.profile_revision?.to_string());
    let texts = [("profile", answers.profile.as_str()), ("date", &as_of), ("revision", &revision)];
    let line = locale::fill(language, "profile-line", &texts);
    if canonical.is_empty() {
        return Some(line);
    }
    let names = locale::list(language, canonical);
    Some(format!("{line} · {}", locale::fill(language, "profile-canonical", &[("metrics", &names)])))
}

/// Which data, which now.
pub fn data_line(answers: &Answers, zone: &TimeZone, language: Language) -> String {
    let cut = &answers.data_cut;
    let (snapshot, now) = (cut.snapshot.to_string(), date::instant(answers.now, zone, language));
    let mut texts = vec![("snapshot", snapshot.as_str()), ("now", now.as_str()), ("zone", answers.time_zone.as_str())];
    let made = cut.at.map(|at| date::instant(at, zone, language));
    if let Some(made) = &made {
        texts.push(("made", made));
        return locale::fill(language, "data-line-dated", &texts);
    }
    locale::fill(language, "data-line", &texts)
}

/// The word of a band.
pub fn band(band: Band, language: Language) -> String {
    locale::text(language, &format!("band-{}", band.name()))
}

/// The band that an answer lies in, the bound that it met or missed, and the preset that it comes from, such as `good (≤ 4h,
/// zendesk_2023)`.
pub fn target(aim: &Aim, unit: Unit, language: Language) -> String {
    let sign = if aim.good == Good::Low { "≤" } else { "≥" };
    let shown = aim.bounds.iter().find(|(name, _)| *name == aim.band.name()).or(aim.bounds.last());
    let bound = shown.map(|(_, bound)| format!("{sign} {}", value::value(*bound, unit, language)));
    let more: Vec<String> = bound.into_iter().chain(aim.preset.clone()).collect();
    let word = band(aim.band, language);
    if more.is_empty() {
        return word;
    }
    locale::fill(language, "in-brackets", &[("text", &word), ("more", &locale::list(language, &more))])
}
