//! What to say beside an answer that is right and easily misread: options that changed nothing, and numbers that a source cannot give.
//!
//! Remarks are warnings. They never change an answer, and a question that needs none costs nothing more.

use std::collections::BTreeMap;

use deskgauge_core::answer::{Answer, Answers};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::metric::{Definition, Measure, Metric, Unit};
use deskgauge_core::period::Grain;
use deskgauge_core::question::{Clock, Dated, Question, Stat, WITHIN};
use deskgauge_core::rules::Rules;

use super::{AskError, ask};
use crate::catalogue::Catalogue;
use crate::source::FactSource;

/// The parameter of KPIs that count answers within a target time.
const TARGET_TIME: &str = "answer_within";
/// The variant that counts what everybody did, of KPIs that count what some did.
const ANYONE: &str = "any";
/// How many channels a remark names.
const NAMED: usize = 4;

/// The options of a question that change nothing in its answers, or not in all of them.
pub fn without_effect(catalogue: &Catalogue, question: &Question) -> Vec<Diagnostic> {
    let variant = question.variant.as_deref();
    let metrics = question.metrics.iter().filter_map(|id| catalogue.under(id, &question.profile).ok());
    let asked: Vec<(&Metric, &Definition)> = metrics.filter_map(|metric| Some((metric, metric.definition(variant)?))).collect();
    let remark = |message: String, hint: &str| Diagnostic::warning("without-effect", message).hint(hint);
    let mut remarks = Vec::new();
    if let Ok(Some(profile)) = catalogue.profile(&question.profile) {
        let silent = |id: &&String| profile.redefined(id).is_none() && !profile.same.iter().any(|(same, _)| same == *id);
        let ids: Vec<String> = question.metrics.iter().filter(silent).map(|id| format!("`{id}`")).collect();
        if !ids.is_empty() {
            let message = format!("the profile `{}` says nothing of {}: counted canonically", profile.name, ids.join(", "));
            let hint = format!("`deskgauge metrics profiles {}` tells what it redefines and what is not known", profile.name);
            remarks.push(Diagnostic::warning("not-in-profile", message).hint(hint));
        }
    }
    for (metric, definition) in &asked {
        let measured = matches!(definition.measure, Measure::Value { .. });
        let timed = measured && (definition.unit == Unit::Seconds || definition.has_business());
        if question.clock == Some(Clock::Business) && !timed {
            let message = format!("`--clock business` has no effect on `{}`, which measures no time", metric.id);
            remarks.push(remark(message, "leave it out for this KPI; an SLA uses its policy's clock"));
        }
        if question.dated == Dated::Cohort && matches!(definition.measure, Measure::Stock { .. }) {
            let message = format!("`--dated cohort` has no effect on `{}`, which is a stock", metric.id);
            remarks.push(remark(message, "a stock is what is there at a period's end, whenever it began"));
        }
    }
    if question.credit.is_some() && !question.by.iter().any(|name| name == "agent") {
        let message = "`--credit` has no effect: the answer is not cut by agent".to_owned();
        remarks.push(remark(message, "add --by agent, or leave --credit out"));
    }
    for name in question.set.keys() {
        if name == WITHIN && question.stat == Some(Stat::Within) {
            continue;
        }
        if name == WITHIN {
            remarks.push(remark("`--set within` has no effect: its share is not asked for".to_owned(), "add --stat within"));
        } else if !asked.iter().any(|(_, definition)| uses(definition, name)) {
            let message = format!("`--set {name}` has no effect: no KPI of the question uses it");
            remarks.push(remark(message, "`deskgauge explain KPI` names the parameters of a KPI"));
        }
    }
    remarks
}

/// Whether a definition reads a parameter.
pub fn uses(definition: &Definition, parameter: &str) -> bool {
    let name = format!("${parameter}");
    definition.window.as_deref() == Some(parameter)
        || definition.parts().any(|part| part.formulas().iter().any(|(_, formula)| formula.text.contains(&name)))
}

/// What the data cannot tell, or tell of too much at once, of answers to a question.
///
/// # Errors
/// As for [`ask`].
pub async fn pitfalls(
    source: &FactSource,
    catalogue: &Catalogue,
    rules: &Rules,
    question: &Question,
    answers: &Answers,
) -> Result<Vec<Diagnostic>, AskError> {
    let mut remarks = Vec::new();
    for id in &question.metrics {
        let metric = catalogue.under(id, &question.profile)?;
        let Some(definition) = metric.definition(question.variant.as_deref()) else { continue };
        let own = || answers.answers.iter().filter(|answer| answer.metric == *id);
        let sum = |part: fn(&Answer) -> Option<i64>| own().filter_map(part).sum::<i64>();
        let (numerator, denominator) = (sum(|answer| answer.numerator), sum(|answer| answer.denominator));
        if !matches!(definition.measure, Measure::Share { .. }) || denominator == 0 {
            continue;
        }
        let again = Again { source, catalogue, rules, question, answers, id };
        if uses(definition, TARGET_TIME) {
            remarks.extend(match numerator {
                0 if !again.replied(&definition.from).await? => Some(no_replies(id)),
                _ => again.mixed().await?,
            });
        }
        let narrow = question.variant.is_none() && metric.variants.iter().any(|variant| variant.name == ANYONE);
        if numerator == 0 && narrow {
            remarks.extend(again.by_others().await?);
        }
    }
    Ok(remarks)
}

/// The question once more, about one of its KPIs.
struct Again<'a> {
    source: &'a FactSource,
    catalogue: &'a Catalogue,
    rules: &'a Rules,
    question: &'a Question,
    answers: &'a Answers,
    id: &'a str,
}

impl Again<'_> {
    async fn ask(&self, by: &[&str], variant: Option<&str>) -> Result<Vec<Answer>, AskError> {
        let question = Question {
            metrics: vec![self.id.to_owned()],
            by: by.iter().map(|name| (*name).to_owned()).collect(),
            variant: variant.map(str::to_owned).or_else(|| self.question.variant.clone()),
            grain: Grain::All,
            stat: None,
            now: Some(self.answers.now.into()),
            ..self.question.clone()
        };
        Ok(ask(self.source, self.catalogue, self.rules, &question, self.answers.data_cut.clone()).await?.answers)
    }

    /// Whether any row of a table has a reply of a person at all.
    async fn replied(&self, table: &str) -> Result<bool, AskError> {
        let rows = self.source.table(table).await?;
        let replies = ["answered_at", "replied_at"];
        let Some(column) = replies.into_iter().find(|name| rows.schema().has_column_with_unqualified_name(name)) else {
            return Ok(true);
        };
        let found = rows.filter(crate::plan::column(column).is_not_null())?.limit(0, Some(1))?.count().await?;
        Ok(found > 0)
    }

    /// That one target time is put to several channels.
    async fn mixed(&self) -> Result<Option<Diagnostic>, AskError> {
        let told_apart = self.question.by.iter().any(|name| name == "channel" || name == "queue");
        if told_apart || self.question.filter.as_deref().is_some_and(|filter| filter.contains("channel")) {
            return Ok(None);
        }
        let mut channels: BTreeMap<String, i64> = BTreeMap::new();
        for answer in self.ask(&["channel"], None).await? {
            let channel = answer.dimensions.into_iter().next().and_then(|(_, channel)| channel);
            if let (Some(channel), Some(rows @ 1..)) = (channel, answer.denominator) {
                channels.insert(channel, rows);
            }
        }
        if channels.len() < 2 {
            return Ok(None);
        }
        let mut named: Vec<(&String, &i64)> = channels.iter().collect();
        named.sort_by_key(|(channel, rows)| (std::cmp::Reverse(**rows), *channel));
        let shown: Vec<String> = named.iter().take(NAMED).map(|(channel, rows)| format!("{channel} {rows}")).collect();
        let more = if named.len() > NAMED { ", …" } else { "" };
        let message = format!("`{}` holds one target time against several channels: {}{more}", self.id, shown.join(", "));
        let hint = "cut it --by channel, or ask for one, such as --where \"channel = 'chat'\"";
        Ok(Some(Diagnostic::warning("mixed-channels", message).hint(hint)))
    }

    /// That others did what nobody did who is counted.
    async fn by_others(&self) -> Result<Option<Diagnostic>, AskError> {
        let rows: i64 = self.ask(&[], Some(ANYONE)).await?.iter().filter_map(|answer| answer.numerator).sum();
        let message =
            format!("`{}` counts none, and its variant `{ANYONE}` counts {rows}: a source may not tell who did it", self.id);
        let hint = format!("ask for all with --variant {ANYONE}");
        Ok((rows > 0).then(|| Diagnostic::warning("counted-elsewhere", message).hint(hint)))
    }
}

fn no_replies(id: &str) -> Diagnostic {
    let message = format!("no conversation has a reply of a person, so that `{id}` counts all as missed");
    Diagnostic::warning("no-replies", message).hint("if the source brings no messages, this KPI cannot be told of it")
}
