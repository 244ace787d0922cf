//! `[fields]`, `[catalogue]` and `[limits]`: own attributes, parameters of KPIs, bounds of the program.

use std::collections::BTreeMap;

use super::read::{Reader, Section};
use crate::condition::CONVERSATION_FIELDS;
use crate::facts::ColumnType;

const DAY: i64 = 86_400;
const MEMORY: u64 = 2 << 30;

/// An own attribute of conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, as events and questions use it.
    pub name: String,
    /// Its type; never a list.
    pub ty: ColumnType,
}

impl Field {
    /// The types with their names in the file.
    pub const TYPES: [(&'static str, ColumnType); 5] = [
        ("text", ColumnType::Text),
        ("int", ColumnType::Int),
        ("decimal", ColumnType::Decimal),
        ("bool", ColumnType::Bool),
        ("instant", ColumnType::Instant),
    ];

    /// The name of its type.
    pub fn type_name(&self) -> &'static str {
        Self::TYPES.into_iter().find(|(_, ty)| *ty == self.ty).map_or("text", |(name, _)| name)
    }
}

/// `[catalogue]`: the workspace's values of what KPIs leave open. A question may set the windows anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// Seconds by name: `answer_within` and the windows.
    pub parameters: BTreeMap<&'static str, i64>,
    /// By channel: an abandonment in less than this many seconds is a short one. A channel that is not named has the usual bound.
    pub short_abandon: BTreeMap<String, i64>,
}

impl Catalogue {
    /// The parameters with their defaults in seconds.
    pub const DEFAULTS: [(&'static str, i64); 14] = [
        ("answer_within", 20),
        ("at_risk_within", 30 * 60),
        ("contact_window", 30 * DAY),
        ("conversion_window", 5 * DAY),
        ("fcr_window", 7 * DAY),
        ("one_touch_window", 7 * DAY),
        ("recontact_window", 7 * DAY),
        ("repeat_window", 90 * DAY),
        ("reopen_window", 7 * DAY),
        ("resolution_window", 7 * DAY),
        ("retention_window", 90 * DAY),
        ("review_window", 14 * DAY),
        ("short_call", 10),
        ("survey_window", 7 * DAY),
    ];
    /// What is short on the phone where the workspace does not say: who hangs up within the greeting never waited. Elsewhere nothing.
    pub const SHORT_ABANDON_PHONE: i64 = 5;

    /// A parameter in seconds; None: there is none of that name.
    pub fn parameter(&self, name: &str) -> Option<i64> {
        self.parameters.get(name).copied()
    }

    /// In how many seconds an abandonment on a channel is a short one; 0: none is.
    pub fn short_abandon_seconds(&self, channel: &str) -> i64 {
        let usual = if channel == "phone" { Self::SHORT_ABANDON_PHONE } else { 0 };
        self.short_abandon.get(channel).copied().unwrap_or(usual)
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self { parameters: Self::DEFAULTS.into(), short_abandon: BTreeMap::new() }
    }
}

/// `[limits]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory that an import may use before it spills to disk; a quarter as many are for decoded columns that the
    /// service keeps between questions, and an eighth for what it has counted.
    pub memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: MEMORY }
    }
}

/// `[privacy]`: what answers must not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Privacy {
    /// Nothing is cut by, filtered by or listed with people: agents, customers, reviewers.
    pub hide_individuals: bool,
    /// A number that stands on fewer conversations is suppressed, and so is one of a team of fewer agents. 0 and 1: none is.
    pub minimum_group: i64,
}

impl Privacy {
    /// Whether single conversations are hidden: each names who handled it and is a group of one.
    pub fn hides_conversations(&self) -> bool {
        self.hide_individuals || self.minimum_group > 1
    }
}

/// Reads all of them, by name: the order of the file must not reach the facts.
pub(super) fn fields(reader: &mut Reader<'_>, top: &Section<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let Some(section) = reader.section(top, "fields") else { return fields };
    for (name, _) in section.table.iter() {
        let span = section.table.get_key_value(name).and_then(|(key, _)| key.span());
        let legal = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
        if !legal || name.is_empty() {
            let hint = "use letters, digits and underscores";
            reader.refuse_with("bad-field-name", format!("`{name}` cannot be a field's name"), span, hint);
            continue;
        }
        if CONVERSATION_FIELDS.contains(&name) {
            let message = format!("`{name}` is a field of every conversation");
            reader.refuse_with("reserved-name", message, span, "leave it out or choose another name");
            continue;
        }
        let Some((type_name, span)) = reader.text(&section, name) else { continue };
        let known = Field::TYPES.into_iter().find(|(known, _)| *known == type_name);
        if known.is_none() {
            let message = format!("`{type_name}` is not a type of field");
            reader.unknown("bad-field-type", message, span, type_name, &Field::TYPES.map(|(known, _)| known));
        }
        // One of a bad type stays declared, so that conditions over it are not told to be wrong as well.
        fields.push(Field { name: name.to_owned(), ty: known.map_or(ColumnType::Text, |(_, ty)| ty) });
    }
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    fields
}

pub(super) fn catalogue(reader: &mut Reader<'_>, top: &Section<'_>) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let Some(section) = reader.section(top, "catalogue") else { return catalogue };
    let names = Catalogue::DEFAULTS.map(|(name, _)| name);
    let keys: Vec<&str> = names.into_iter().chain(["short_abandon"]).collect();
    reader.only_keys(&section, &keys);
    for name in names {
        if let Some(seconds) = reader.duration(&section, name) {
            catalogue.parameters.insert(name, seconds);
        }
    }
    if let Some(channels) = reader.section(&section, "short_abandon") {
        for (channel, _) in channels.table.iter() {
            if let Some(seconds) = reader.duration(&channels, channel) {
                catalogue.short_abandon.insert(channel.to_owned(), seconds);
            }
        }
    }
    catalogue
}

pub(super) fn privacy(reader: &mut Reader<'_>, top: &Section<'_>) -> Privacy {
    let mut privacy = Privacy::default();
    let Some(section) = reader.section(top, "privacy") else { return privacy };
    reader.only_keys(&section, &["hide_individuals", "minimum_group"]);
    if let Some(item) = section.table.get("hide_individuals") {
        match item.as_bool() {
            Some(hide) => privacy.hide_individuals = hide,
            None => reader.refuse("bad-value", "`hide_individuals` is true or false", item.span()),
        }
    }
    if let Some((group, span)) = reader.integer(&section, "minimum_group") {
        if (0..=1000).contains(&group) {
            privacy.minimum_group = group;
        } else {
            let hint = "write how many conversations, and agents of a team, a number must stand on at least, such as 5";
            reader.refuse_with("bad-value", format!("{group} is no minimum group"), span, hint);
        }
    }
    privacy
}

pub(super) fn limits(reader: &mut Reader<'_>, top: &Section<'_>) -> Limits {
    let mut limits = Limits::default();
    let Some(section) = reader.section(top, "limits") else { return limits };
    reader.only_keys(&section, &["memory"]);
    if let Some((text, span)) = reader.text(&section, "memory") {
        match bytes(text).filter(|bytes| *bytes > 0) {
            Some(bytes) => limits.memory_bytes = bytes,
            None => {
                let message = format!("`{text}` is not an amount of memory");
                reader.refuse_with("bad-value", message, span, "write 512MiB or 2GiB");
            }
        }
    }
    limits
}

/// Bytes of `2GiB`, `512MiB` or, in powers of ten, `4GB`.
fn bytes(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 6] =
        [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    UNITS.into_iter().find_map(|(unit, size)| text.trim().strip_suffix(unit)?.trim().parse::<u64>().ok()?.checked_mul(size))
}
