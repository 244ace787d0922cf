//! The filters of a page as its address has them: period, comparison, clock, and values of dimensions. Short, stable, and never ignored:
//! what cannot be read is told, and the rest holds.
//!
//! `r=30d|2026-11-01..2026-11-30`, `cmp=wd|prev|yoy|off|A..B`, `bh=1`, `f.channel=email,chat`, `f.team=!returns`.

use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_core::facts;
use deskgauge_core::metric::Metric;
use deskgauge_core::question::{Clock, Compare, DIMENSIONS, Question, Source};
use deskgauge_engine::plan::frequent;

use jiff::civil::Date;

use super::shell::Words;
use crate::asking::{Asking, ask_failure};
use crate::board::period::Range;
use crate::conversation::quoted;
use crate::forms::words::dimension;
use crate::locale::list;
use crate::serve::gate::Visit;
use crate::serve::identity::Who;

/// The periods that one click chooses.
const PERIODS: [&str; 8] = ["7d", "30d", "90d", "week", "month", "quarter", "year", "this-month"];
/// The comparisons that one click chooses.
const COMPARES: [&str; 5] = ["wd", "prev", "yoy", "elapsed", "off"];
/// The dimensions that the form offers; addresses may name any.
pub(in crate::serve) const OFFERED: [&str; 3] = ["channel", "team", "priority"];
/// Values that the form offers of one.
const VALUES: usize = 30;

/// Values of a dimension that rows must have, or must not have.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pick {
    dimension: String,
    values: Vec<String>,
    without: bool,
}

/// The filters of a page.
pub(super) struct Filters {
    pub(super) range: Range,
    period: String,
    compare: String,
    business: bool,
    picks: Vec<Pick>,
    /// What of the address could not be read.
    pub(super) problems: Vec<Diagnostic>,
    kept: Vec<(String, String)>,
}

/// A choice of the form.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

/// The values of a dimension, to choose from.
pub(super) struct Offer {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) choices: Vec<Choice>,
}

/// A filter that holds, and the address without it.
pub(super) struct Chip {
    pub(super) label: String,
    pub(super) without: String,
}

/// The form as a template shows it.
pub(super) struct FilterBar {
    /// What a page lets choose before all filters, such as the KPI whose rows are listed.
    pub(super) first: Option<Offer>,
    pub(super) periods: Vec<Choice>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) compares: Vec<Choice>,
    pub(super) business: bool,
    pub(super) offers: Vec<Offer>,
    pub(super) chips: Vec<Chip>,
    pub(super) problems: Vec<(String, String)>,
    /// What else the address has and the form must keep.
    pub(super) kept: Vec<(String, String)>,
    /// Where the form leads.
    pub(super) action: String,
    /// Whether the reader may look at anything else than this.
    pub(super) is_open: bool,
}

impl Filters {
    /// Reads the filters of an address. The address to go to instead, where the form has sent it in another shape.
    pub(super) fn read(visit: &Visit, own: &[&str]) -> Result<Self, String> {
        let now = visit.desk.now().0;
        let rules = &visit.desk.rules;
        let mut problems = Vec::new();
        let mut picks: Vec<Pick> = Vec::new();
        let (mut period, mut compare, mut business) = ("30d".to_owned(), "wd".to_owned(), false);
        let (mut first, mut last, mut several) = (String::new(), String::new(), false);
        let mut kept = Vec::new();
        for (name, value) in &visit.query {
            let value = value.trim();
            match name.as_str() {
                "r" if !value.is_empty() => period = value.to_owned(),
                "from" => first = value.to_owned(),
                "to" => last = value.to_owned(),
                "cmp" => compare = value.to_owned(),
                "bh" => business = value == "1",
                "r" | "lang" => {}
                _ => match name.strip_prefix("f.") {
                    Some(dimension) if !value.is_empty() => {
                        let without = value.starts_with('!');
                        let values = value.trim_start_matches('!').split(',').map(|part| part.trim().to_owned());
                        let values: Vec<String> = values.filter(|part| !part.is_empty()).collect();
                        match picks.iter_mut().find(|pick| pick.dimension == dimension && pick.without == without) {
                            Some(pick) => {
                                several = true;
                                pick.values.extend(values);
                            }
                            None => picks.push(Pick { dimension: dimension.to_owned(), values, without }),
                        }
                    }
                    Some(_) => several = true,
                    // What this page does not know may be another's.
                    None if own.contains(&name.as_str()) || !value.is_empty() => kept.push((name.clone(), value.to_owned())),
                    None => {}
                },
            }
        }
        let chosen = !first.is_empty() || !last.is_empty();
        if chosen {
            period =
                format!("{}..{}", if first.is_empty() { &last } else { &first }, if last.is_empty() { &first } else { &last });
        }
        let refused = |failure: crate::failure::Failure| failure.problems;
        let range = Range::parse(&period, now, rules).or_else(|failure| {
            problems.extend(refused(failure));
            period = "30d".to_owned();
            Range::parse(&period, now, rules)
        });
        let range = range.unwrap_or_else(|_| {
            let today = deskgauge_core::period::local_date(now, &rules.workspace.time_zone);
            Range { from: today, to: today }
        });
        if compare != "elapsed"
            && let Err(problem) = Compare::parse(&compare)
        {
            problems.push(problem);
            compare = "wd".to_owned();
        }
        picks.retain(|pick| {
            let known = column(visit, &pick.dimension).is_some();
            if !known {
                let names = names(visit);
                let near = near_name(&pick.dimension, names.iter().map(String::as_str)).map(str::to_owned);
                let hint = near.map_or_else(|| names.join(", "), |near| format!("did you mean `{near}`?"));
                let message = format!("`{}` is nothing to filter by", pick.dimension);
                problems.push(Diagnostic::error("unknown-dimension", message).hint(hint));
            }
            known
        });
        let filters = Self { range, period, compare, business, picks, problems, kept };
        // A form sends each box by itself; the address that people copy is the short one.
        if chosen || several {
            let path = visit.path.split('?').next().unwrap_or_default();
            return Err(format!("{path}?{}", filters.query(&filters.kept)));
        }
        Ok(filters)
    }

    /// The question of the filters, about no KPI yet.
    pub(super) fn question(&self, visit: &Visit) -> Question {
        let conditions: Vec<String> = self
            .picks
            .iter()
            .filter_map(|pick| {
                let column = column(visit, &pick.dimension)?;
                let values: Vec<String> = pick.values.iter().map(|value| quoted(value)).collect();
                let list = values.join(", ");
                Some(match pick.without {
                    false => format!("{column} in ({list})"),
                    true => format!("({column} is null or {column} not in ({list}))"),
                })
            })
            .collect();
        let mut question = Question::new(Vec::new());
        question.from = Some(self.range.from);
        question.to = Some(self.range.to);
        question.compare = Compare::parse(&self.compare).ok().flatten();
        question.clock = self.business.then_some(Clock::Business);
        question.filter = (!conditions.is_empty()).then(|| conditions.join(" and "));
        question.now = Some(visit.desk.now().into());
        question
    }

    /// Of these KPIs those whose rows have what the filters pick by. The others have no part in the filtered rows, and that is told.
    pub(super) fn answerable<'m>(&mut self, visit: &Visit, mut metrics: Vec<&'m Metric>) -> Vec<&'m Metric> {
        for pick in &self.picks {
            let (kept, left): (Vec<&Metric>, Vec<&Metric>) = metrics.iter().partition(|metric| has(metric, &pick.dimension));
            if left.is_empty() || kept.is_empty() {
                continue;
            }
            let name = dimension(&pick.dimension, visit.language);
            let named = |metric: &&Metric| metric.name(visit.language).unwrap_or(&metric.id).to_owned();
            let left = list(visit.language, &left.iter().map(named).collect::<Vec<_>>());
            let texts = [("name", name.as_str()), ("kpis", left.as_str())];
            let told = crate::locale::fill(visit.language, "page-filter-leaves-out", &texts);
            self.problems.push(Diagnostic::warning("unknown-dimension", told));
            metrics = kept;
        }
        metrics
    }

    /// The query that brings these filters again, with more.
    pub(super) fn query<N: AsRef<str>, V: AsRef<str>>(&self, more: &[(N, V)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs());
        for (name, value) in more {
            query.append_pair(name.as_ref(), value.as_ref());
        }
        // What browsers leave alone reads better as it is.
        query.finish().replace("%2C", ",").replace("%21", "!")
    }

    /// The names and values of that query.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = vec![("r".to_owned(), self.period.clone())];
        if self.compare != "wd" {
            pairs.push(("cmp".to_owned(), self.compare.clone()));
        }
        if self.business {
            pairs.push(("bh".to_owned(), "1".to_owned()));
        }
        let picked = |pick: &Pick| {
            let mark = if pick.without { "!" } else { "" };
            (format!("f.{}", pick.dimension), format!("{mark}{}", pick.values.join(",")))
        };
        pairs.extend(self.picks.iter().map(picked));
        pairs
    }

    /// These filters and only those rows that have a value. None: an address cannot name the value.
    pub(super) fn within(&self, dimension: &str, value: &str) -> Option<Self> {
        let plain = !value.is_empty() && value.trim() == value && !value.contains(',') && !value.starts_with('!');
        if !plain {
            return None;
        }
        let mut picks: Vec<Pick> = self.picks.clone();
        // Only rows with the value are in its cell, so that a choice among several gives way to it; what is left out stays left out.
        picks.retain(|pick| pick.dimension != dimension || pick.without);
        picks.push(Pick { dimension: dimension.to_owned(), values: vec![value.to_owned()], without: false });
        Some(self.with(picks))
    }

    /// The query of the same filters over another period, with what else the address says.
    pub(super) fn over(&self, period: &str) -> String {
        let period = period.to_owned();
        Self { period, ..self.with(self.picks.clone()) }.query(&self.kept)
    }

    /// The same filters on a single day.
    pub(super) fn on(&self, day: Date) -> Self {
        Self { period: format!("{day}..{day}"), ..self.with(self.picks.clone()) }
    }

    fn with(&self, picks: Vec<Pick>) -> Self {
        let (period, compare) = (self.period.clone(), self.compare.clone());
        Self { picks, period, compare, problems: Vec::new(), kept: Vec::new(), range: self.range, business: self.business }
    }

    /// The form. `kept` goes with it, unseen.
    pub(super) async fn bar(&self, visit: &Visit, asking: &Asking, kept: &[(String, String)]) -> FilterBar {
        let words = Words(visit.language);
        let path = visit.path.split('?').next().unwrap_or_default().to_owned();
        let is_preset = PERIODS.contains(&self.period.as_str());
        let mut periods: Vec<Choice> =
            PERIODS.iter().map(|own| choice(own, words.text(&format!("page-period-{own}")), *own == self.period)).collect();
        if !is_preset {
            periods.push(choice(&self.period, self.period.replace("..", " – "), true));
        }
        let mut compares: Vec<Choice> =
            COMPARES.iter().map(|own| choice(own, words.text(&format!("page-compare-{own}")), *own == self.compare)).collect();
        if !COMPARES.contains(&self.compare.as_str()) {
            compares.push(choice(&self.compare, self.compare.replace("..", " – "), true));
        }
        let source = asking.source().clone();
        let values = async move { frequent(&source, "conversations", &OFFERED, VALUES).await.map_err(ask_failure) };
        // Filters are a help: a page without them is better than none.
        let values = visit.desk.work(values).await.unwrap_or_default();
        let offers = OFFERED.iter().zip(values).filter_map(|(name, values)| self.offer(visit, name, values));
        let offers: Vec<Offer> = offers.collect();
        let offered: Vec<&str> = offers.iter().map(|offer| offer.name.as_str()).collect();
        let beside = self.picks.iter().filter(|pick| pick.without || !offered.contains(&pick.dimension.as_str()));
        let beside = beside.map(|pick| {
            let mark = if pick.without { "!" } else { "" };
            (format!("f.{}", pick.dimension), format!("{mark}{}", pick.values.join(",")))
        });
        FilterBar {
            first: None,
            periods,
            from: if is_preset { String::new() } else { self.range.from.to_string() },
            to: if is_preset { String::new() } else { self.range.last().to_string() },
            compares,
            business: self.business,
            chips: self.chips(visit, &path, kept),
            problems: self.problems.iter().map(|own| (own.message.clone(), own.hint.clone().unwrap_or_default())).collect(),
            kept: kept.iter().cloned().chain(beside).collect(),
            offers,
            action: path,
            is_open: !matches!(visit.who, Who::Guest(_)),
        }
    }

    /// The filters on dimensions, each with the address without it.
    fn chips(&self, visit: &Visit, path: &str, kept: &[(String, String)]) -> Vec<Chip> {
        let language = visit.language;
        let chip = |index: usize, pick: &Pick| {
            let mut picks = self.picks.clone();
            picks.remove(index);
            let others = self.with(picks);
            let label = dimension(&pick.dimension, language);
            let key = if pick.without { "page-chip-without" } else { "page-chip" };
            let is_hidden = visit.who.sees_no_names() && names_agents(&pick.dimension);
            let values = if is_hidden { Words(language).text("share-hidden") } else { list(language, &pick.values) };
            let label = crate::locale::fill(language, key, &[("name", &label), ("values", &values)]);
            Chip { label, without: format!("{path}?{}", others.query(kept)) }
        };
        self.picks.iter().enumerate().map(|(index, pick)| chip(index, pick)).collect()
    }

    fn offer(&self, visit: &Visit, name: &str, values: Vec<(String, u64)>) -> Option<Offer> {
        let chosen = self.picks.iter().find(|pick| pick.dimension == name && !pick.without);
        let chosen: Vec<&String> = chosen.iter().flat_map(|pick| &pick.values).collect();
        let mut values: Vec<String> = values.into_iter().map(|(value, _)| value).collect();
        let others: Vec<String> = chosen.iter().filter(|own| !values.contains(own)).map(|own| (*own).clone()).collect();
        values.extend(others);
        if values.len() < 2 && chosen.is_empty() {
            return None;
        }
        let choices = values.into_iter().map(|own| Choice { is_chosen: chosen.contains(&&own), label: own.clone(), value: own });
        Some(Offer { name: name.to_owned(), label: dimension(name, visit.language), choices: choices.collect() })
    }
}

/// Whether the values of a dimension are agents.
pub(super) fn names_agents(name: &str) -> bool {
    DIMENSIONS.iter().any(|own| own.name == name && matches!(own.source, Source::Credit))
}

fn choice(value: &str, label: String, is_chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label, is_chosen }
}

/// Whether a KPI's rows have a column to filter by.
fn has(metric: &Metric, name: &str) -> bool {
    let table = facts::find(&metric.definition.from);
    // The workspace's own fields stand beside the common columns.
    let is_own = !DIMENSIONS.iter().any(|own| own.name == name);
    table.is_some_and(|table| table.all_columns().any(|column| column.name == name) || (is_own && table.common))
}

/// The column of a dimension, if rows can be filtered by it.
fn column(visit: &Visit, name: &str) -> Option<String> {
    let built_in = DIMENSIONS.iter().any(|own| own.name == name && matches!(own.source, Source::Common | Source::Credit));
    let own = visit.desk.rules.fields.iter().any(|field| field.name == name);
    (built_in || own).then(|| name.to_owned())
}

fn names(visit: &Visit) -> Vec<String> {
    let own = visit.desk.rules.fields.iter().map(|field| field.name.clone());
    DIMENSIONS.iter().map(|own| own.name.to_owned()).chain(own).filter(|name| column(visit, name).is_some()).collect()
}
