//! A formula's way from text to a checked expression over one fact table.
//!
//! The text is parsed as one expression, never pasted into a statement, so nothing can be smuggled in with it. What needs an order of
//! rows, another table or a clock is refused: subqueries, aggregates, windows, functions that are not pure. `now` and `$parameters`
//! become constants here, so that a plan never depends on when it runs.

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, DataFusionError, ScalarValue, SchemaError};
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::{Expr, ExprSchemable, Volatility, lit};
use datafusion::sql::sqlparser::parser::ParserError;
use deskgauge_core::diagnostic::{Diagnostic, Place, near_name};
use deskgauge_core::metric::Formula;
use deskgauge_core::rules::Rules;

use super::functions::instant_type;
use super::population::instant;

/// What a formula must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// True or false.
    Bool,
    /// An instant.
    Instant,
    /// A whole number or a decimal.
    Number,
    /// A value that a dimension can have.
    Cell,
    /// A person, or a list of people.
    Credit,
}

/// Why a formula cannot be used.
#[derive(Debug)]
pub(crate) struct Problem {
    code: &'static str,
    message: String,
    hint: Option<String>,
    /// The characters before the culprit, where it is known.
    offset: usize,
}

/// Parameters by name; one without a value compares as null.
pub(crate) type Parameters = BTreeMap<String, Option<i64>>;

/// What formulas over one table may name.
#[derive(Clone)]
pub(crate) struct Scope {
    context: SessionContext,
    schema: DFSchema,
    parameters: Parameters,
    now: i64,
}

/// The parameters of a question: the workspace's, then what the question sets.
pub(crate) fn parameters(rules: &Rules, set: &BTreeMap<String, i64>) -> Parameters {
    let known = deskgauge_core::metric::PARAMETERS.iter().map(|name| {
        let own = match name.strip_prefix("short_abandon_") {
            Some(channel) => Some(rules.catalogue.short_abandon_seconds(channel)),
            None => rules.catalogue.parameter(name),
        };
        ((*name).to_owned(), set.get(*name).copied().or(own))
    });
    known.collect()
}

impl Scope {
    /// For a table of that schema. `now` is in seconds since the epoch.
    pub(crate) fn new(context: &SessionContext, table: &Schema, parameters: Parameters, now: i64) -> Self {
        let mut fields: Vec<Field> = table.fields().iter().map(|field| field.as_ref().clone()).collect();
        fields.retain(|field| field.name() != "now");
        fields.push(Field::new("now", instant_type(), false));
        let schema = DFSchema::try_from(Schema::new(fields)).expect("a table's columns have different names");
        Self { context: context.clone(), schema, parameters, now }
    }

    /// The columns that formulas may name.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).filter(|name| *name != "now")
    }

    /// Whether the table has a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns().any(|name| name == column)
    }

    /// Reads a formula and checks it.
    pub(crate) fn formula(&self, formula: &Formula, wanted: Wanted) -> Result<Expr, Diagnostic> {
        self.read(&formula.text, wanted).map_err(|problem| problem.diagnostic(&formula.text, &formula.place))
    }

    /// Reads an expression and checks it.
    pub(crate) fn read(&self, text: &str, wanted: Wanted) -> Result<Expr, Problem> {
        let parsed = self.context.parse_sql_expr(text, &self.schema).map_err(|error| self.explain(text, error))?;
        refuse_impure(text, &parsed)?;
        let bound = self.bind(text, parsed)?;
        // Coercion happens when it is compiled; what cannot be compared is told there.
        let compiled =
            self.context.create_physical_expr(bound.clone(), &self.schema).map_err(|error| self.explain(text, error))?;
        let ty = compiled.data_type(self.schema.as_arrow()).map_err(|error| self.explain(text, error))?;
        if !fits(&ty, wanted) {
            let message = format!("the formula comes to {}, not to {}", type_name(&ty), wanted.name());
            return Err(Problem { code: "formula-type", message, hint: None, offset: 0 });
        }
        Ok(bound)
    }

    /// The type of an expression that this scope has read.
    pub(crate) fn type_of(&self, expr: &Expr) -> Result<DataType, DataFusionError> {
        expr.get_type(&self.schema)
    }

    /// The now of this scope as a constant.
    pub(crate) fn now(&self) -> Expr {
        instant(self.now)
    }

    /// A function of the session.
    pub(crate) fn function(&self, name: &str) -> Result<std::sync::Arc<datafusion::logical_expr::ScalarUDF>, DataFusionError> {
        use datafusion::execution::FunctionRegistry;
        self.context.udf(name)
    }

    /// The value of a parameter as a constant.
    pub(crate) fn parameter(&self, name: &str) -> Option<Expr> {
        self.parameters.get(name).map(|seconds| lit(ScalarValue::Int64(*seconds)))
    }

    fn bind(&self, text: &str, expr: Expr) -> Result<Expr, Problem> {
        let mut unknown = None;
        let bound = expr.transform_up(|expr| {
            Ok(match &expr {
                Expr::Column(column) if column.name == "now" => Transformed::yes(self.now()),
                Expr::Placeholder(placeholder) => {
                    let name = placeholder.id.trim_start_matches('$');
                    match self.parameter(name) {
                        Some(value) => Transformed::yes(value),
                        None => {
                            unknown.get_or_insert(name.to_owned());
                            Transformed::no(expr)
                        }
                    }
                }
                _ => Transformed::no(expr),
            })
        });
        if let Some(name) = unknown {
            let hint =
                near_name(&name, self.parameters.keys().map(String::as_str)).map(|near| format!("did you mean `${near}`?"));
            let message = format!("there is no parameter `${name}`");
            return Err(Problem { code: "unknown-parameter", message, hint, offset: position(text, &format!("${name}")) });
        }
        bound.map(|bound| bound.data).map_err(|error| self.explain(text, error))
    }

    /// Puts the engine's complaint into our words, with the near name of a column.
    fn explain(&self, text: &str, error: DataFusionError) -> Problem {
        if let DataFusionError::SchemaError(schema, _) = error.find_root()
            && let SchemaError::FieldNotFound { field, .. } = schema.as_ref()
        {
            let name = field.name();
            let hint = match near_name(name, self.columns()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the columns are {}", self.columns().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("there is no column `{name}`");
            return Problem { code: "unknown-column", message, hint: Some(hint), offset: position(text, name) };
        }
        let told = told(&error);
        let message = format!("the formula cannot be read: {told}");
        Problem { code: "bad-formula", message, hint: None, offset: 0 }
    }
}

impl Problem {
    /// As a diagnostic of a formula that begins at `place`.
    pub(crate) fn diagnostic(self, text: &str, place: &Place) -> Diagnostic {
        let before: String = text.chars().take(self.offset).collect();
        let mut place = place.clone();
        if place.line > 0 {
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32;
            let lines = before.matches('\n').count() as u32;
            place.column = if lines == 0 { place.column + column } else { column + 1 };
            place.line += lines;
        }
        self.plain().at(place)
    }

    /// As a diagnostic without a place.
    pub(crate) fn plain(self) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code, self.message);
        match self.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}

impl Wanted {
    fn name(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Instant => "an instant",
            Self::Number => "a number",
            Self::Cell => "text, a whole number or true or false",
            Self::Credit => "a text or a list of texts",
        }
    }
}

/// The first line of the engine's own words, without their wrapping.
pub(crate) fn told(error: &DataFusionError) -> String {
    let root = error.find_root();
    let text = match root {
        DataFusionError::SQL(error, _) => match error.as_ref() {
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => text.clone(),
            ParserError::RecursionLimitExceeded => "it is nested too deep".to_owned(),
        },
        DataFusionError::Plan(text) => text.clone(),
        other => other.strip_backtrace(),
    };
    let line = text.lines().next().unwrap_or("").trim();
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn refuse_impure(text: &str, expr: &Expr) -> Result<(), Problem> {
    let mut found: Option<(&'static str, String)> = None;
    let walked = expr.apply(|part| {
        let what = match part {
            Expr::AggregateFunction(function) => Some(("an aggregate", function.func.name().to_owned())),
            Expr::WindowFunction(_) => Some(("a window", "over".to_owned())),
            Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) | Expr::SetComparison(_) => {
                Some(("a subquery", "select".to_owned()))
            }
            Expr::ScalarFunction(function) if function.func.signature().volatility != Volatility::Immutable => {
                Some(("a function that is not pure", function.func.name().to_owned()))
            }
            Expr::Unnest(_) => Some(("an unnesting", "unnest".to_owned())),
            _ => None,
        };
        found = what;
        Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    debug_assert!(walked.is_ok(), "the walk itself does not fail");
    match found {
        None => Ok(()),
        Some((what, name)) => Err(Problem {
            code: "formula-not-allowed",
            message: format!("a formula may not have {what} (`{name}`)"),
            hint: Some("a formula sees one row, the parameters and `now`".to_owned()),
            offset: position(text, &name),
        }),
    }
}

fn fits(ty: &DataType, wanted: Wanted) -> bool {
    match wanted {
        Wanted::Bool => matches!(ty, DataType::Boolean | DataType::Null),
        Wanted::Instant => matches!(ty, DataType::Timestamp(..) | DataType::Null),
        Wanted::Number => ty.is_numeric(),
        Wanted::Credit => match ty {
            DataType::List(element) => fits(element.data_type(), Wanted::Credit),
            ty => matches!(ty, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8),
        },
        Wanted::Cell => {
            ty.is_integer() || matches!(ty, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 | DataType::Boolean)
        }
    }
}

fn type_name(ty: &DataType) -> &'static str {
    match ty {
        DataType::Boolean => "true or false",
        DataType::Timestamp(..) => "an instant",
        DataType::List(_) => "a list",
        DataType::Null => "null",
        ty if ty.is_integer() => "a whole number",
        ty if ty.is_numeric() => "a number",
        _ => "text",
    }
}

/// Where a word first stands on its own, in characters; 0 where it does not.
fn position(text: &str, word: &str) -> usize {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    let lower = text.to_lowercase();
    let found = lower.match_indices(&word.to_lowercase()).map(|(at, _)| at).find(|at| {
        let before = lower[..*at].chars().next_back().is_some_and(inside);
        let after = lower[at + word.len()..].chars().next().is_some_and(inside);
        !before && !after
    });
    found.map_or(0, |at| lower[..at].chars().count())
}
