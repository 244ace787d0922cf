//! A metric: what a KPI is made of, as read from its file in the catalogue.
//!
//! A metric is data. Time is worked out in the fold, so that what is left is a filter, an expression and an aggregate over the rows of
//! one fact table: formulas are SQL over that table's columns, kept here as text with their place. A variant is read as a complete
//! definition of its own, so that whoever plans a question never merges anything. This module must not run a formula.

mod body;
mod formula;
mod keys;
mod parse;
mod profile;

use crate::diagnostic::Place;
use crate::question::Stat;
use crate::words::words;

pub use body::{Check, Example, Expected, Number, Section};
pub use formula::check;
pub use profile::{CANONICAL, Profile, Redefined, SWITCHES};

words!(
    /// What a value is measured in.
    Unit {
        /// Seconds.
        Seconds = "seconds",
        /// A number of things.
        Count = "count",
        /// A part of a whole, 0 to 1.
        Share = "share",
        /// Points from -100 to 100.
        Points = "points",
        /// A score on a scale.
        Score = "score",
        /// Money; the answer names the currency.
        Money = "money",
    }
);

words!(
    /// Which direction is better.
    Good {
        /// The lower the better.
        Low = "low",
        /// The higher the better.
        High = "high",
        /// Neither.
        None = "none",
    }
);

words!(
    /// The languages that every metric is named in.
    Language {
        /// English.
        En = "en",
        /// Russian.
        Ru = "ru",
        /// Romanian.
        Ro = "ro",
        /// Traditional Chinese.
        ZhHant = "zh-Hant",
    }
);

/// The parameters of `[catalogue]` that formulas may name as `$name`: seconds.
pub const PARAMETERS: &[&str] = &[
    "answer_within",
    "at_risk_within",
    "contact_window",
    "conversion_window",
    "fcr_window",
    "reopen_window",
    "one_touch_window",
    "recontact_window",
    "repeat_window",
    "resolution_window",
    "retention_window",
    "review_window",
    "survey_window",
    "short_call",
    "short_abandon_phone",
    "short_abandon_chat",
];

/// A SQL expression over one fact table, and where its text begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// The expression.
    pub text: String,
    /// Its first character.
    pub place: Place,
}

/// A metric file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Its id: the file's name, the URL and the key of the API.
    pub id: String,
    /// The file that it was read from.
    pub file: String,
    /// The folder in the catalogue: `speed`, `survey`, …
    pub area: Option<String>,
    /// The profile whose definition this is. None: the catalogue's own.
    pub profile: Option<String>,
    /// Raised whenever the number changes its meaning.
    pub revision: u32,
    /// Which direction is better.
    pub good: Good,
    /// The metric to show beside it, so that nobody improves one by spoiling the other.
    pub guard: Option<String>,
    /// Its names, in the order of [`Language::ALL`].
    pub names: Vec<(Language, String)>,
    /// How it is counted when no variant is asked for.
    pub definition: Definition,
    /// Its variants, in the order of the file.
    pub variants: Vec<Variant>,
    /// The prose before the first section: what it is.
    pub summary: String,
    /// The sections but the examples, in the order of the file.
    pub sections: Vec<Section>,
    /// The worked examples.
    pub examples: Vec<Example>,
}

/// A named other way to count a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its name, as in `--variant`.
    pub name: String,
    /// Its names where it has some of its own, in the order of [`Language::ALL`].
    pub names: Vec<(Language, String)>,
    /// The complete definition: the metric's own with the variant's keys put over it.
    pub definition: Definition,
}

/// How a number is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The unit of the value.
    pub unit: Unit,
    /// The fact table.
    pub from: String,
    /// The instant that decides the period of a row that counts.
    pub dated: Formula,
    /// The instant of the row's start: it dates running and excluded rows that `dated` does not. Absent: `dated`.
    pub started: Option<Formula>,
    /// The instant that decides the period when a cohort is asked for. Absent: `started`.
    pub cohort: Option<Formula>,
    /// Rows that are the metric's own at all. Absent: every row.
    pub filter: Option<Formula>,
    /// What is made of the rows.
    pub measure: Measure,
    /// The statistic when none is asked for; only measures with values have one.
    pub default: Option<Stat>,
    /// Whether the row is decided; rows for which it is false are running. Absent: every row is.
    pub decided: Option<Formula>,
    /// The parameter that holds how long a row stays provisional after `window_from`.
    pub window: Option<String>,
    /// The instant at which a row's window begins, where that is not the one that decides its period. Absent: `dated`.
    pub window_from: Option<Formula>,
    /// What all rows of a cell must have in common, such as the scale of a score: where they differ, there is no number. Absent:
    /// any rows can stand together.
    pub alike: Option<Formula>,
    /// The clauses that leave rows out, in order: the first that holds counts the row.
    pub except: Vec<(String, Formula)>,
    /// Which rows run.
    pub running: Option<Running>,
    /// The allowed credit models and their columns, the default first.
    pub credit: Vec<(String, Formula)>,
    /// Dimensions of this metric's own, or that read something other than usual here.
    pub dimensions: Vec<(String, Formula)>,
    /// What the number is divided by; only counts, sums and stocks are.
    pub per: Option<Box<Per>>,
    /// What is shown where there is nothing to count; only profiles have it. Absent: null, which is the truth.
    pub empty: Option<i64>,
}

/// What a number is divided by: something else that is counted over the same periods, of the same or of another table.
#[derive(Debug, Clone, PartialEq)]
pub struct Per {
    /// How it is counted: a count, a sum or different values.
    pub definition: Definition,
    /// It is the rate of so many full days before each period's end instead of the number of the period itself: the answer is then the
    /// time, in seconds, that the number lasts at that rate.
    pub trailing_days: Option<i64>,
}

/// What is made of the rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// A statistic of a number: durations and scores.
    Value {
        /// The number.
        value: Formula,
        /// The same in business time, where it has one.
        business: Option<Formula>,
    },
    /// Rows for which `counting` holds, of those for which `out_of` holds.
    Share {
        /// The numerator. Counted only where `out_of` holds too.
        counting: Formula,
        /// The denominator. Absent: every row.
        out_of: Option<Formula>,
        /// A whole number by which each row weighs, such as its seconds. Absent: each counts as one.
        weight: Option<Formula>,
    },
    /// The number of rows.
    Count,
    /// The number of different values, in each period and cell of the dimensions.
    Distinct(Formula),
    /// The sum of a whole number.
    Sum(Formula),
    /// Rows that are in stock at an instant t: `entered` <= t < `left`, or no `left`.
    Stock {
        /// When the row enters the stock.
        entered: Formula,
        /// When it leaves; null while it is in.
        left: Formula,
        /// Since when a row has its age, where the ages of those in stock are asked for and not their number.
        since: Option<Formula>,
        /// Whose a row is, where the share is asked for of those in stock at a period's start who are in at its end, too.
        kept: Option<Formula>,
    },
    /// How many stretches of the same owner lie over each other: their lengths together over the time in which there is any.
    Overlap {
        /// Whose the row is.
        of: Formula,
        /// Its start.
        entered: Formula,
        /// Its end.
        left: Formula,
    },
    /// How far those who measured the same thing agree: Krippendorff's alpha of numbers.
    Agreement {
        /// The number.
        value: Formula,
        /// The square of its distance from the mean of those who measured the same, times n ÷ (n − 1), in hundredths of the number's
        /// unit; null where nobody else has measured it.
        spread: Formula,
    },
    /// 100 × (plus − minus) ÷ out_of: a difference of shares.
    Points {
        /// Rows that add.
        plus: Formula,
        /// Rows that take away.
        minus: Formula,
        /// The denominator. Absent: every row.
        out_of: Option<Formula>,
    },
}

/// Which rows run at an instant T: those with `started` <= T, `until` null or after T, for which `filter` holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// Rows that can run. Absent: every row.
    pub filter: Option<Formula>,
    /// When a row stopped running.
    pub until: Formula,
}

impl Metric {
    /// The definition of a variant, or the metric's own.
    pub fn definition(&self, variant: Option<&str>) -> Option<&Definition> {
        match variant {
            None => Some(&self.definition),
            Some(name) => self.variants.iter().find(|variant| variant.name == name).map(|variant| &variant.definition),
        }
    }

    /// Its name in a language.
    pub fn name(&self, language: Language) -> Option<&str> {
        self.names.iter().find(|(own, _)| *own == language).map(|(_, name)| name.as_str())
    }

    /// The name of a variant in a language, where it has one of its own; else the metric's.
    pub fn name_of(&self, variant: Option<&str>, language: Language) -> Option<&str> {
        let variant = variant.and_then(|wanted| self.variants.iter().find(|variant| variant.name == wanted));
        let own = variant.and_then(|variant| variant.names.iter().find(|(own, _)| *own == language));
        own.map(|(_, name)| name.as_str()).or_else(|| self.name(language))
    }
}

impl Definition {
    /// The instant that dates rows which `dated` does not.
    pub fn started(&self) -> &Formula {
        self.started.as_ref().unwrap_or(&self.dated)
    }

    /// The instant that dates rows of a cohort.
    pub fn cohort(&self) -> &Formula {
        self.cohort.as_ref().unwrap_or_else(|| self.started())
    }

    /// Whether it knows a second clock.
    pub fn has_business(&self) -> bool {
        matches!(&self.measure, Measure::Value { business: Some(_), .. })
    }

    /// Whether it is made of a value of each row, so that it has statistics.
    pub fn has_values(&self) -> bool {
        matches!(self.measure, Measure::Value { .. } | Measure::Stock { since: Some(_), .. })
    }

    /// Itself and, where it is divided, what it is divided by: each over one table of its own.
    pub fn parts(&self) -> impl Iterator<Item = &Definition> {
        std::iter::once(self).chain(self.per.iter().map(|per| &per.definition))
    }

    /// Every formula with the key that it stands under; not those of what it is divided by, which are over a table of their own.
    pub fn formulas(&self) -> Vec<(&str, &Formula)> {
        let mut all = vec![("dated", &self.dated)];
        let optional = [
            ("started", &self.started),
            ("cohort", &self.cohort),
            ("where", &self.filter),
            ("decided", &self.decided),
            ("window_from", &self.window_from),
            ("alike", &self.alike),
        ];
        all.extend(optional.into_iter().filter_map(|(key, formula)| formula.as_ref().map(|formula| (key, formula))));
        match &self.measure {
            Measure::Value { value, business } => {
                all.push(("value", value));
                all.extend(business.iter().map(|formula| ("business", formula)));
            }
            Measure::Share { counting, out_of, weight } => {
                all.push(("counting", counting));
                all.extend(out_of.iter().map(|formula| ("out_of", formula)));
                all.extend(weight.iter().map(|formula| ("weight", formula)));
            }
            Measure::Count => {}
            Measure::Distinct(formula) => all.push(("distinct", formula)),
            Measure::Sum(formula) => all.push(("sum", formula)),
            Measure::Stock { entered, left, since, kept } => {
                all.extend([("entered", entered), ("left", left)]);
                all.extend(since.iter().map(|formula| ("since", formula)));
                all.extend(kept.iter().map(|formula| ("kept", formula)));
            }
            Measure::Overlap { of, entered, left } => all.extend([("overlap", of), ("entered", entered), ("left", left)]),
            Measure::Agreement { value, spread } => all.extend([("value", value), ("spread", spread)]),
            Measure::Points { plus, minus, out_of } => {
                all.extend([("plus", plus), ("minus", minus)]);
                all.extend(out_of.iter().map(|formula| ("out_of", formula)));
            }
        }
        all.extend(self.except.iter().map(|(_, formula)| ("except", formula)));
        if let Some(running) = &self.running {
            all.extend(running.filter.iter().map(|formula| ("running.where", formula)));
            all.push(("running.until", &running.until));
        }
        all.extend(self.credit.iter().map(|(_, formula)| ("credit", formula)));
        all.extend(self.dimensions.iter().map(|(_, formula)| ("dimensions", formula)));
        all
    }
}
