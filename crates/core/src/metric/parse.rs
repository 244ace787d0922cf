//! From the text of a metric file to a metric: the front matter key by key, variants merged over the metric's own definition.
//!
//! What a variant inherits: everything, as long as it reads the same fact table. A key of the measure replaces what depends on it
//! (`value` its `business`; a key of another kind the whole measure). With another `from` only the unit is inherited, because no formula
//! over one table means anything over another. An empty text clears an inherited key.

use super::body;
use super::keys::{Keys, Source};
use super::{Definition, Formula, Good, Language, Measure, Metric, PARAMETERS, Per, Running, Unit, Variant};
use crate::diagnostic::{Diagnostic, near_name};
use crate::facts;
use crate::question::Stat;

const TOP: &[&str] = &[
    "id",
    "unit",
    "good",
    "revision",
    "from",
    "dated",
    "started",
    "cohort",
    "where",
    "value",
    "spread",
    "business",
    "default",
    "counting",
    "out_of",
    "weight",
    "count",
    "distinct",
    "sum",
    "stock",
    "entered",
    "left",
    "since",
    "kept",
    "overlap",
    "plus",
    "minus",
    "decided",
    "window",
    "window_from",
    "alike",
    "guard",
    "except",
    "running",
    "credit",
    "dimensions",
    "per",
    "name",
    "variant",
];
/// The keys of a variant.
pub(super) const IN_VARIANT: &[&str] = &[
    "unit",
    "from",
    "dated",
    "started",
    "cohort",
    "where",
    "value",
    "spread",
    "business",
    "default",
    "counting",
    "out_of",
    "weight",
    "count",
    "distinct",
    "sum",
    "stock",
    "entered",
    "left",
    "since",
    "kept",
    "overlap",
    "plus",
    "minus",
    "decided",
    "window",
    "window_from",
    "alike",
    "except",
    "running",
    "credit",
    "dimensions",
    "per",
    "name",
];
/// The key that names each kind of measure.
const KINDS: &[&str] = &["value", "counting", "count", "distinct", "sum", "stock", "plus", "overlap"];
/// The statistics that a metric may have as its own: all but the shares.
const DEFAULTS: &[&str] = &["mean", "median", "p90", "p95", "min", "max", "sum", "km_median", "km_p90"];
const FENCE: &str = "+++";

impl Metric {
    /// Reads a metric file. `file` is its path as the user knows it: places name it, its folder is the area, and its name must be the id.
    ///
    /// The metric is there when every key that it needs could be read; problems beside it are warnings or errors all the same.
    /// Formulas are not checked here: [`super::check`] does it, with the workspace's own fields.
    pub fn parse(text: &str, file: &str) -> (Option<Metric>, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        let metric = read(text, file, &mut problems);
        (metric, problems)
    }
}

fn read(text: &str, file: &str, problems: &mut Vec<Diagnostic>) -> Option<Metric> {
    let whole = Source { file, text, offset: 0 };
    let front = front_matter(&whole, "a metric", problems)?;
    let source = Source { file, text, offset: front.offset };
    let mut keys = Keys::new(&source, front.document.as_table(), "");
    let id = keys.text("id", problems);
    if let Some(id) = &id {
        check_id(id, file, problems);
    }
    let good = keys.word("good", Good::WORDS, Good::parse, problems);
    let revision = keys.integer("revision", problems).and_then(|number| {
        let revision = u32::try_from(number).ok().filter(|revision| *revision > 0);
        if revision.is_none() {
            let problem = Diagnostic::error("bad-value", format!("`revision` is {number}")).at(keys.place("revision"));
            problems.push(problem.hint("revisions count from 1"));
        }
        revision
    });
    let guard = keys.text("guard", problems).map(|guard| guard.text);
    let names = keys.table("name", problems).map(|table| names(table, problems));
    let variants = keys.table("variant", problems);
    let definition = definition(&mut keys, None, problems);
    keys.unknown(TOP, problems);
    for key in ["id", "unit", "good", "revision", "from", "dated", "name"].into_iter().filter(|key| !keys.has(key)) {
        missing(key, "", &source, problems);
    }
    if let Some(names) = &names {
        for language in Language::ALL.iter().filter(|language| !names.iter().any(|(own, _)| own == *language)) {
            problems.push(
                Diagnostic::error("missing-language", format!("the metric has no name in `{}`", language.name()))
                    .at(keys.place("name"))
                    .hint(format!("add {} = \"…\" to [name]", language.name())),
            );
        }
    }
    let body = body::read(&whole, front.body, problems);
    let definition = definition?;
    let mut read_variants = Vec::new();
    for (name, mut keys) in variants.map(|table| table.tables(problems)).unwrap_or_default() {
        let names = keys.table("name", problems).map(|table| self::names(table, problems)).unwrap_or_default();
        let merged = self::definition(&mut keys, Some(&definition), problems);
        keys.unknown(IN_VARIANT, problems);
        read_variants.extend(merged.map(|definition| Variant { name, names, definition }));
    }
    Some(Metric {
        id: id?.text,
        file: file.to_owned(),
        area: area(file),
        profile: None,
        revision: revision?,
        good: good?,
        guard,
        names: names?,
        definition,
        variants: read_variants,
        summary: body.summary,
        sections: body.sections,
        examples: body.examples,
    })
}

/// The keys of a file.
pub(super) struct FrontMatter<'t> {
    /// Where they begin, in bytes.
    pub(super) offset: usize,
    /// They.
    pub(super) document: toml_edit::Document<&'t str>,
    /// Where the body begins.
    pub(super) body: usize,
}

/// Reads the keys of a file of some kind.
pub(super) fn front_matter<'t>(whole: &Source<'t>, kind: &str, problems: &mut Vec<Diagnostic>) -> Option<FrontMatter<'t>> {
    let Some((offset, front, body)) = split(whole.text) else {
        problems.push(
            Diagnostic::error("no-front-matter", format!("{kind} file begins with its keys between two lines of `+++`"))
                .at(whole.place_in_file(0))
                .hint("put `+++` on the first line and after the last key"),
        );
        return None;
    };
    match toml_edit::Document::parse(front) {
        Ok(document) => Some(FrontMatter { offset, document, body }),
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start);
            let message = error.message().lines().next().unwrap_or("").to_lowercase();
            let problem = Diagnostic::error("bad-toml", format!("cannot read the keys: {message}"));
            problems.push(problem.at(Source { offset, ..*whole }.place(start)));
            None
        }
    }
}

/// Where the front matter begins, its text, and where the body begins.
fn split(text: &str) -> Option<(usize, &str, usize)> {
    let first = text.split_inclusive('\n').next()?;
    if first.trim_end() != FENCE {
        return None;
    }
    let start = first.len();
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == FENCE {
            return Some((start, &text[start..at], at + line.len()));
        }
        at += line.len();
    }
    None
}

fn area(file: &str) -> Option<String> {
    let mut parts = file.rsplit(['/', '\\']).skip(1);
    parts.next().filter(|part| !part.is_empty() && *part != "catalogue").map(str::to_owned)
}

fn check_id(id: &Formula, file: &str, problems: &mut Vec<Diagnostic>) {
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".md");
    let written = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !id.text.starts_with(|c: char| c.is_ascii_lowercase()) || !id.text.chars().all(written) {
        problems.push(
            Diagnostic::error("bad-value", format!("`{}` cannot be an id", id.text))
                .at(id.place.clone())
                .hint("use lower-case letters, digits and underscores, a letter first"),
        );
    } else if id.text != stem {
        problems.push(
            Diagnostic::error("wrong-id", format!("the id is `{}` but the file is `{stem}.md`", id.text))
                .at(id.place.clone())
                .hint(format!("rename the file to `{}.md`, or write id = \"{stem}\"", id.text)),
        );
    }
}

/// The names in a table of languages.
pub(super) fn names(mut table: Keys<'_>, problems: &mut Vec<Diagnostic>) -> Vec<(Language, String)> {
    let mut names = Vec::new();
    for (language, word) in Language::ALL.iter().zip(Language::WORDS) {
        names.extend(table.text(word, problems).map(|name| (*language, name.text)));
    }
    table.unknown(Language::WORDS, problems);
    names
}

fn missing(key: &str, hint: &str, source: &Source<'_>, problems: &mut Vec<Diagnostic>) {
    let problem = Diagnostic::error("missing-key", format!("the metric has no `{key}`")).at(source.place(0));
    problems.push(if hint.is_empty() { problem } else { problem.hint(hint) });
}

/// Reads the keys that a metric and its variants share, over what is inherited.
pub(super) fn definition(keys: &mut Keys<'_>, over: Option<&Definition>, problems: &mut Vec<Diagnostic>) -> Option<Definition> {
    let unit = keys.word("unit", Unit::WORDS, Unit::parse, problems).or(over.map(|base| base.unit));
    let from = keys.text("from", problems).and_then(|name| table_name(name, problems));
    let base = over.filter(|base| from.as_ref().is_none_or(|from| *from == base.from));
    let mut formula = |key: &'static str, inherited: Option<&Formula>| {
        let own = keys.text(key, problems);
        if own.as_ref().is_some_and(|own| own.text.trim().is_empty()) { None } else { own.or(inherited.cloned()) }
    };
    let dated = formula("dated", base.map(|base| &base.dated));
    let started = formula("started", base.and_then(|base| base.started.as_ref()));
    let cohort = formula("cohort", base.and_then(|base| base.cohort.as_ref()));
    let filter = formula("where", base.and_then(|base| base.filter.as_ref()));
    let decided = formula("decided", base.and_then(|base| base.decided.as_ref()));
    let window_from = formula("window_from", base.and_then(|base| base.window_from.as_ref()));
    let inherited = base.and_then(|base| base.window.as_ref());
    let window = keys.text("window", problems).map(|name| window_name(name, problems));
    let window = window.unwrap_or(inherited.cloned());
    let alike = keys.text("alike", problems).map(|own| Some(own).filter(|own| !own.text.trim().is_empty()));
    let alike = alike.unwrap_or_else(|| base.and_then(|base| base.alike.clone()));
    let measure = measure(keys, base, problems);
    let own = keys.word("default", DEFAULTS, |word| Stat::parse(word).filter(|_| DEFAULTS.contains(&word)), problems);
    let values = matches!(measure, Some(Measure::Value { .. } | Measure::Stock { since: Some(_), .. }));
    let usual = if unit == Some(Unit::Seconds) { Stat::Median } else { Stat::Mean };
    let default = if values { own.or(base.and_then(|base| base.default)).or(Some(usual)) } else { own };
    if let (Some(stat), false) = (own, values) {
        problems.push(
            Diagnostic::error("bad-value", format!("`default` is {}, but the measure has no statistics", stat.name()))
                .at(keys.place("default"))
                .hint("only a metric with a `value`, or a stock with `since`, has a default statistic"),
        );
    }
    let named =
        |key: &'static str, inherited: Option<&Vec<(String, Formula)>>, keys: &mut Keys<'_>, problems: &mut Vec<_>| match keys
            .table(key, problems)
        {
            Some(table) => table.texts(problems),
            None => inherited.cloned().unwrap_or_default(),
        };
    let except = named("except", base.map(|base| &base.except), keys, problems);
    let credit = named("credit", base.map(|base| &base.credit), keys, problems);
    let dimensions = named("dimensions", base.map(|base| &base.dimensions), keys, problems);
    let running = match keys.table("running", problems) {
        Some(table) => running(table, problems),
        None => base.and_then(|base| base.running.clone()),
    };
    let per = match keys.table("per", problems) {
        Some(table) => per(table, measure.as_ref(), problems),
        None => base.and_then(|base| base.per.clone()),
    };
    let (from, dated, unit, measure) = (from.or(base.map(|base| base.from.clone())), dated, unit, measure);
    if over.is_some() && dated.is_none() {
        problems.push(
            Diagnostic::error("missing-key", "the variant reads another table and has no `dated`")
                .at(keys.place("from"))
                .hint("a variant with its own `from` inherits only the unit"),
        );
    }
    Some(Definition {
        unit: unit?,
        from: from?,
        dated: dated?,
        started,
        cohort,
        filter,
        measure: measure?,
        default,
        decided,
        window,
        window_from,
        alike,
        except,
        running,
        credit,
        dimensions,
        per,
        empty: None,
    })
}

const IN_PER: &[&str] =
    &["from", "dated", "where", "count", "distinct", "sum", "window", "window_from", "except", "credit", "trailing_days"];

/// Reads what a number is divided by.
fn per(mut keys: Keys<'_>, divided: Option<&Measure>, problems: &mut Vec<Diagnostic>) -> Option<Box<Per>> {
    let counted = |measure: &Measure| matches!(measure, Measure::Count | Measure::Distinct(_) | Measure::Sum(_));
    let stock = |measure: &Measure| matches!(measure, Measure::Stock { since: None, kept: None, .. });
    if divided.is_some_and(|measure| !counted(measure) && !stock(measure)) {
        problems.push(
            Diagnostic::error("bad-value", "only a count, a sum or a stock is divided")
                .at(keys.place("from"))
                .hint("a share has its own denominator: `out_of`"),
        );
    }
    for key in ["from", "dated"].into_iter().filter(|key| !keys.has(key)) {
        let problem = Diagnostic::error("missing-key", format!("[per] has no `{key}`")).at(keys.place(key));
        problems.push(problem.hint("it counts rows of a table by an instant, as the metric itself does"));
    }
    let trailing_days = keys.integer("trailing_days", problems);
    if trailing_days.is_some_and(|days| !(1..=3660).contains(&days)) {
        problems.push(Diagnostic::error("bad-value", "`trailing_days` is from 1 to 3660").at(keys.place("trailing_days")));
    }
    let from = keys.text("from", problems).and_then(|name| table_name(name, problems))?;
    let dated = keys.text("dated", problems)?;
    let filter = keys.text("where", problems);
    let window = keys.text("window", problems).and_then(|name| window_name(name, problems));
    let window_from = keys.text("window_from", problems);
    let measure = measure(&mut keys, None, problems)?;
    if !counted(&measure) {
        let problem = Diagnostic::error("bad-value", "[per] is a count, a sum or the number of different values");
        problems.push(problem.at(keys.place("from")).hint("give one of count, sum, distinct"));
    }
    let except = keys.table("except", problems).map(|table| table.texts(problems)).unwrap_or_default();
    let credit = keys.table("credit", problems).map(|table| table.texts(problems)).unwrap_or_default();
    keys.unknown(IN_PER, problems);
    let definition = Definition {
        unit: Unit::Count,
        from,
        dated,
        started: None,
        cohort: None,
        filter,
        measure,
        default: None,
        decided: None,
        window,
        window_from,
        alike: None,
        except,
        running: None,
        credit,
        dimensions: Vec::new(),
        per: None,
        empty: None,
    };
    Some(Box::new(Per { definition, trailing_days }))
}

fn table_name(name: Formula, problems: &mut Vec<Diagnostic>) -> Option<String> {
    if facts::find(&name.text).is_some() {
        return Some(name.text);
    }
    let problem = Diagnostic::error("unknown-table", format!("there is no fact table `{}`", name.text)).at(name.place);
    problems.push(match near_name(&name.text, facts::FACTS.iter().map(|table| table.name)) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint("see the reference of the facts for their names"),
    });
    None
}

fn window_name(name: Formula, problems: &mut Vec<Diagnostic>) -> Option<String> {
    if name.text.is_empty() || PARAMETERS.contains(&name.text.as_str()) {
        return Some(name.text).filter(|name| !name.is_empty());
    }
    let problem = Diagnostic::error("unknown-parameter", format!("`[catalogue]` has no `{}`", name.text)).at(name.place);
    problems.push(match near_name(&name.text, PARAMETERS.iter().copied()) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint(format!("the parameters are {}", PARAMETERS.join(", "))),
    });
    None
}

fn measure(keys: &mut Keys<'_>, base: Option<&Definition>, problems: &mut Vec<Diagnostic>) -> Option<Measure> {
    let kinds: Vec<_> = KINDS.iter().filter(|kind| keys.has(kind)).collect();
    if kinds.len() > 1 {
        problems.push(
            Diagnostic::error("two-measures", format!("`{}` and `{}` cannot stand in one definition", kinds[0], kinds[1]))
                .at(keys.place(kinds[1]))
                .hint("keep one; the other may be a variant"),
        );
    }
    let old = base.map(|base| &base.measure);
    let mut text = |key: &'static str| keys.text(key, problems);
    let (value, business, spread) = (text("value"), text("business"), text("spread"));
    let (counting, out_of, weight) = (text("counting"), text("out_of"), text("weight"));
    let (distinct, sum, overlap) = (text("distinct"), text("sum"), text("overlap"));
    let (entered, left, since, kept) = (text("entered"), text("left"), text("since"), text("kept"));
    let (plus, minus) = (text("plus"), text("minus"));
    let (count, stock) = (keys.mark("count", problems), keys.mark("stock", problems));
    let kind = kinds.first().map_or("", |kind| **kind);
    let built = match (kind, old) {
        ("value", _) => value.map(|value| match spread {
            Some(spread) => Measure::Agreement { value, spread },
            None => Measure::Value { value, business },
        }),
        ("", Some(Measure::Value { value, business: inherited })) => {
            Some(Measure::Value { value: value_or(None, value), business: business.or(inherited.clone()) })
        }
        ("counting", Some(Measure::Share { out_of: old_out_of, weight: old_weight, .. })) => counting.map(|counting| {
            let (out_of, weight) = (out_of.or(old_out_of.clone()), weight.or(old_weight.clone()));
            Measure::Share { counting, out_of, weight }
        }),
        ("counting", _) => counting.map(|counting| Measure::Share { counting, out_of, weight }),
        ("", Some(Measure::Share { counting, out_of: old_out_of, weight: old_weight })) => Some(Measure::Share {
            counting: value_or(None, counting),
            out_of: out_of.or(old_out_of.clone()),
            weight: weight.or(old_weight.clone()),
        }),
        ("count", _) => count.then_some(Measure::Count),
        ("distinct", _) => distinct.map(Measure::Distinct),
        ("sum", _) => sum.map(Measure::Sum),
        ("stock", _) if stock => entered.zip(left).map(|(entered, left)| Measure::Stock { entered, left, since, kept }),
        ("", Some(Measure::Stock { entered: old_entered, left: old_left, since: old_since, kept: old_kept })) => {
            Some(Measure::Stock {
                entered: value_or(entered, old_entered),
                left: value_or(left, old_left),
                since: since.or(old_since.clone()),
                kept: kept.or(old_kept.clone()),
            })
        }
        ("overlap", _) => overlap.zip(entered.zip(left)).map(|(of, (entered, left))| Measure::Overlap { of, entered, left }),
        ("plus", _) => plus.zip(minus).map(|(plus, minus)| Measure::Points { plus, minus, out_of }),
        ("", Some(old)) => Some(old.clone()),
        _ => None,
    };
    if built.is_none() {
        let problem = match kind {
            "" => Diagnostic::error("missing-key", "the metric does not say what it counts")
                .at(keys.place("from"))
                .hint(format!("give one of {}", KINDS.join(", "))),
            "stock" => Diagnostic::error("missing-key", "a stock needs `entered` and `left`").at(keys.place("stock")),
            "overlap" => Diagnostic::error("missing-key", "`overlap` needs `entered` and `left`").at(keys.place("overlap")),
            "plus" => Diagnostic::error("missing-key", "points need `plus` and `minus`").at(keys.place("plus")),
            _ => return None,
        };
        problems.push(problem);
    }
    built
}

fn value_or(own: Option<Formula>, inherited: &Formula) -> Formula {
    own.unwrap_or_else(|| inherited.clone())
}

fn running(mut table: Keys<'_>, problems: &mut Vec<Diagnostic>) -> Option<Running> {
    let filter = table.text("where", problems);
    let until = table.text("until", problems);
    table.unknown(&["where", "until"], problems);
    if filter.is_some() && until.is_none() {
        problems.push(
            Diagnostic::error("missing-key", "`running` has no `until`")
                .at(table.place("where"))
                .hint("name the instant at which a row stops running; null while it runs"),
        );
    }
    until.map(|until| Running { filter, until })
}
