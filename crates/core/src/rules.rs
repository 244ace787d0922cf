//! The workspace's rules: `deskgauge.toml` as a value.
//!
//! Everything that decides how events are counted and is not an event stands in this one file: zones, schedules, SLA policies,
//! targets, own fields, parameters. It is read by hand over a document that knows its places, so that every problem of the file
//! is told in one run, with line and column. Reading never fails: what is wrong keeps its default and is in the diagnostics.
//!
//! This module must not read files; the text comes in as a value.

mod costs;
mod digest;
mod oidc;
mod parameters;
mod presets;
mod read;
mod schedules;
mod sla;
mod targets;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::calendar::{Calendar, Calendars, Schedule};
use crate::condition::{Attributes, CONVERSATION_FIELDS, Condition};
use crate::diagnostic::Diagnostic;
use crate::period::parse_weekday;

pub use costs::{COSTS, Cost, DayCost};
pub use oidc::Oidc;
pub use parameters::{Catalogue, Field, Limits, Privacy};
pub use presets::Preset;
pub use sla::{SlaPolicy, SlaSchedule, SlaTarget, Target};
pub use targets::{BANDS, Band, Bound, Goal};

use read::{Reader, Section, Span};

/// The newest version of the file that this program understands.
pub const FORMAT: i64 = 1;

/// The tables and keys on top of the file.
const TOP: &[&str] =
    &["format", "preset", "workspace", "schedule", "sla", "target", "cost", "fields", "catalogue", "privacy", "limits", "oidc"];

/// All rules of a workspace.
#[derive(Debug, Clone)]
pub struct Rules {
    /// `[workspace]`.
    pub workspace: Workspace,
    /// `[[schedule]]` in the order of the file.
    pub schedules: Vec<Schedule>,
    calendars: Calendars,
    /// `[[sla]]` in the order of the file: the first that matches wins.
    pub sla: Vec<SlaPolicy>,
    /// `[[target]]` in the order of the file, then those of the preset.
    pub goals: Vec<Goal>,
    /// `[fields]`: own attributes of conversations, by name.
    pub fields: Vec<Field>,
    /// `[catalogue]`: parameters of KPIs.
    pub catalogue: Catalogue,
    /// `[privacy]`.
    pub privacy: Privacy,
    /// `[limits]`.
    pub limits: Limits,
    /// `[[cost]]` in the order of the file.
    pub costs: Vec<Cost>,
    /// `[oidc]`: by whom people sign in, beside names and passwords.
    pub oidc: Option<Oidc>,
}

/// `[workspace]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// What people call it.
    pub name: String,
    /// The zone in which periods are cut and dates are midnights.
    pub time_zone: TimeZone,
    /// Its IANA name.
    pub time_zone_name: String,
    /// The first day of a week.
    pub week_starts: Weekday,
    /// The schedule of the business clock; None: the only one there is, see `Rules::default_schedule`.
    pub schedule: Option<String>,
    /// Origins whose pages may hold shared views, such as `https://intranet.example`.
    pub embed_origins: Vec<String>,
}

impl Rules {
    /// Reads `deskgauge.toml`; `file_name` is how the user named it, for places.
    pub fn parse(text: &str, file_name: &str) -> (Self, Vec<Diagnostic>) {
        let document = match toml_edit::Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let mut reader = Reader::new(text, file_name);
                reader.refuse("bad-toml", error.message().trim().replace('\n', ", "), error.span());
                return (Self::default(), reader.problems);
            }
        };
        let mut reader = Reader::new(text, file_name);
        let top = Section { title: "deskgauge.toml".to_owned(), table: document.as_table(), span: None };
        reader.only_keys(&top, TOP);
        format(&mut reader, &top);
        let mut workspace = workspace(&mut reader, &top);
        let fields = parameters::fields(&mut reader, &top);
        let names: Vec<&str> =
            CONVERSATION_FIELDS.iter().copied().chain(fields.iter().map(|field| field.name.as_str())).collect();
        let (schedules, schedule_names) = schedules::read(&mut reader, &top, &workspace, &names);
        keep_known_schedule(&mut reader, &top, &mut workspace, &schedule_names);
        let sla = sla::read(&mut reader, &top, &workspace, &names, &schedule_names);
        let mut goals = targets::read(&mut reader, &top);
        presets::read(&mut reader, &top, &mut goals);
        let catalogue = parameters::catalogue(&mut reader, &top);
        let privacy = parameters::privacy(&mut reader, &top);
        let limits = parameters::limits(&mut reader, &top);
        let costs = costs::read(&mut reader, &top);
        let oidc = oidc::read(&mut reader, &top);
        let calendars = Calendars::new(&schedules);
        let rules = Self { workspace, schedules, calendars, sla, goals, fields, catalogue, privacy, limits, costs, oidc };
        reader.problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.line, place.column)));
        (rules, reader.problems)
    }

    /// Whether a condition of the rules reads a field of conversations.
    pub fn reads(&self, field: &str) -> bool {
        let conditions = self.sla.iter().filter_map(|policy| policy.when.as_ref());
        conditions.flat_map(Condition::names).any(|name| name == field)
    }

    /// The same rules with the `[[sla]]` of another file in place of their own, and with its `[[schedule]]` where it has any; nothing else
    /// of that file is looked at, so that a whole `deskgauge.toml` will do.
    pub fn with_policies(&self, text: &str, file_name: &str) -> (Self, Vec<Diagnostic>) {
        let mut reader = Reader::new(text, file_name);
        let document = match toml_edit::Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                reader.refuse("bad-toml", error.message().trim().replace('\n', ", "), error.span());
                return (self.clone(), reader.problems);
            }
        };
        let top = Section { title: file_name.to_owned(), table: document.as_table(), span: None };
        reader.only_keys(&top, TOP);
        if top.table.get("sla").is_none() {
            reader.refuse_with("missing-key", format!("{file_name} has no [[sla]]"), None, "write policies as in deskgauge.toml");
        }
        let own = self.fields.iter().map(|field| field.name.as_str());
        let names: Vec<&str> = CONVERSATION_FIELDS.iter().copied().chain(own).collect();
        let mut rules = self.clone();
        if top.table.get("schedule").is_some() {
            rules.schedules = schedules::read(&mut reader, &top, &self.workspace, &names).0;
            rules.calendars = Calendars::new(&rules.schedules);
        }
        let known = rules.calendars.names();
        rules.sla = sla::read(&mut reader, &top, &self.workspace, &names, &known);
        let problems = reader.problems;
        (Self { calendars: Calendars::new(&rules.schedules), ..rules }, problems)
    }

    /// What each local day costs, in the order of time.
    pub fn day_costs(&self) -> Vec<DayCost> {
        costs::days(&self.costs, &self.workspace.time_zone)
    }

    /// The schedules, compiled.
    pub fn calendars(&self) -> &Calendars {
        &self.calendars
    }

    /// The name of the schedule that the business clock uses: the workspace's choice, else the only name there is.
    pub fn default_schedule(&self) -> Option<&str> {
        if let Some(name) = &self.workspace.schedule {
            return Some(name);
        }
        match self.calendars.names()[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The calendar of the business clock for a conversation; None: no schedule, so no business time (null, `no_schedule`).
    pub fn business_calendar(&self, attributes: &dyn Attributes) -> Option<&Calendar> {
        self.calendars.serving(self.default_schedule()?, attributes)
    }

    /// A fingerprint of what decides the facts, 32 hexadecimal digits. Two files with the same digest fold alike; names of
    /// people, targets, parameters that a question may set, comments and the order of keys do not count.
    pub fn digest(&self) -> String {
        self.digest_under(crate::fold::FOLD_VERSION)
    }

    /// The fingerprint as a program with another version of the fold has it: to tell whether the rules, the fold or both have changed.
    pub fn digest_under(&self, fold_version: u32) -> String {
        digest::digest(self, fold_version)
    }
}

impl Default for Rules {
    /// The rules of an empty file: UTC, weeks from Monday, no schedule, no SLA.
    fn default() -> Self {
        Self {
            workspace: Workspace::default(),
            schedules: Vec::new(),
            calendars: Calendars::default(),
            sla: Vec::new(),
            goals: Vec::new(),
            fields: Vec::new(),
            catalogue: Catalogue::default(),
            privacy: Privacy::default(),
            limits: Limits::default(),
            costs: Vec::new(),
            oidc: None,
        }
    }
}

impl Default for Workspace {
    fn default() -> Self {
        Self {
            name: String::new(),
            time_zone: TimeZone::UTC,
            time_zone_name: "UTC".to_owned(),
            week_starts: Weekday::Monday,
            schedule: None,
            embed_origins: Vec::new(),
        }
    }
}

fn format(reader: &mut Reader<'_>, top: &Section<'_>) {
    let Some((number, span)) = reader.integer(top, "format") else { return };
    if number > FORMAT {
        let problem = format!("these rules have format {number}, this program knows formats up to {FORMAT}");
        reader.refuse_with("newer-format", problem, span, "use a newer deskgauge");
    } else if number < 1 {
        reader.refuse_with("bad-value", format!("there is no format {number}"), span, format!("write format = {FORMAT}"));
    }
}

fn workspace(reader: &mut Reader<'_>, top: &Section<'_>) -> Workspace {
    let mut workspace = Workspace::default();
    let Some(section) = reader.section(top, "workspace") else { return workspace };
    reader.only_keys(&section, &["name", "time_zone", "week_starts", "schedule", "embed_origins"]);
    if let Some((name, _)) = reader.text(&section, "name") {
        workspace.name = name.to_owned();
    }
    if let Some((zone, name)) = reader.zone(&section, "time_zone") {
        workspace.time_zone = zone;
        workspace.time_zone_name = name;
    }
    if let Some((name, span)) = reader.text(&section, "week_starts") {
        match parse_weekday(name) {
            Some(day) => workspace.week_starts = day,
            None => {
                reader.refuse_with("bad-value", format!("`{name}` is not a weekday"), span, "write monday or sunday");
            }
        }
    }
    workspace.schedule = reader.text(&section, "schedule").map(|(name, _)| name.to_owned());
    workspace.embed_origins = embed_origins(reader, &section);
    workspace
}

/// They stand in a header, so nothing but a scheme, a host and a port may be in them.
fn embed_origins(reader: &mut Reader<'_>, section: &Section<'_>) -> Vec<String> {
    let Some(item) = section.table.get("embed_origins") else { return Vec::new() };
    let Some(list) = item.as_array() else {
        let hint = "write embed_origins = [\"https://intranet.example\"]";
        reader.refuse_with("bad-value", "`embed_origins` is not a list of texts", item.span(), hint);
        return Vec::new();
    };
    let mut origins = Vec::new();
    for value in list.iter() {
        let text = value.as_str().unwrap_or_default();
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
        if !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-:".contains(letter)) {
            origins.push(text.to_owned());
        } else {
            let told = format!("{} is not the origin of a page", value.to_string().trim());
            reader.refuse_with(
                "bad-value",
                told,
                value.span(),
                "write a scheme and a host without a path, such as https://intranet.example",
            );
        }
    }
    origins
}

/// Drops the workspace's schedule when no schedule has that name, and says so.
fn keep_known_schedule(reader: &mut Reader<'_>, top: &Section<'_>, workspace: &mut Workspace, names: &[&str]) {
    let Some(section) = reader.quiet_section(top, "workspace") else { return };
    let Some((name, span)) = reader.quiet_text(&section, "schedule") else { return };
    if !names.contains(&name) {
        reader.unknown("unknown-schedule", format!("no schedule is named `{name}`"), span, name, names);
        workspace.schedule = None;
    }
}
