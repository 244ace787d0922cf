//! Checks the formulas of a metric: names against the columns of its fact table, constructs that a formula may not use, and types.
//!
//! The engine would refuse most of this too, but late, without the place in the file and without the near name. Types are inferred as far
//! as that is certain; what is not certain is left to the engine.

use sqlparser::ast::{BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token};

use super::{Definition, Formula, Measure, Metric, PARAMETERS};
use crate::diagnostic::{Diagnostic, Place, near_name};
use crate::facts::{self, ColumnType, FactTable};

/// What a formula yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FormulaType {
    /// True or false.
    Bool,
    /// A number.
    Number,
    /// An instant.
    Instant,
    /// Text.
    Text,
    /// A list.
    List,
    /// Null, or not certain.
    Unknown,
}

impl FormulaType {
    fn of(column: ColumnType) -> Self {
        match column {
            ColumnType::Text => Self::Text,
            ColumnType::Int | ColumnType::Decimal => Self::Number,
            ColumnType::Bool => Self::Bool,
            ColumnType::Instant => Self::Instant,
            ColumnType::List | ColumnType::Ints => Self::List,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Instant => "an instant",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Unknown => "unknown",
        }
    }
}

/// The functions that a formula may call, with what they yield. Unknown: the type of their arguments.
const FUNCTIONS: &[(&str, FormulaType)] = &[
    ("seconds_between", FormulaType::Number),
    ("add_seconds", FormulaType::Instant),
    ("coalesce", FormulaType::Unknown),
    ("nullif", FormulaType::Unknown),
    ("least", FormulaType::Unknown),
    ("greatest", FormulaType::Unknown),
    ("abs", FormulaType::Number),
    ("lower", FormulaType::Text),
    ("upper", FormulaType::Text),
    ("starts_with", FormulaType::Bool),
    ("array_has", FormulaType::Bool),
    ("cardinality", FormulaType::Number),
    ("parts", FormulaType::List),
];

/// Checks every formula of a metric and of its variants. `own` are the workspace's own fields.
pub fn check(metric: &Metric, own: &[(&str, ColumnType)]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    check_definition(&metric.definition, own, &mut problems);
    for variant in &metric.variants {
        let mut of_variant = Vec::new();
        check_definition(&variant.definition, own, &mut of_variant);
        problems.extend(of_variant.into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>());
    }
    problems
}

fn check_definition(definition: &Definition, own: &[(&str, ColumnType)], problems: &mut Vec<Diagnostic>) {
    for part in definition.parts() {
        let Some(table) = facts::find(&part.from) else { continue };
        for (key, formula) in part.formulas() {
            let checker = Checker { table, own, formula };
            match checker.check() {
                Ok(ty) => problems.extend(wrong_type(key, &part.measure, ty, formula)),
                Err(found) => problems.extend(found),
            }
        }
    }
}

fn wrong_type(key: &str, measure: &Measure, ty: FormulaType, formula: &Formula) -> Option<Diagnostic> {
    let wanted = match key {
        "dated" | "started" | "cohort" | "window_from" | "entered" | "left" | "since" | "running.until" => FormulaType::Instant,
        "where" | "counting" | "out_of" | "plus" | "minus" | "decided" | "except" | "running.where" => FormulaType::Bool,
        "sum" | "weight" | "spread" => FormulaType::Number,
        "value" | "business" if matches!(measure, Measure::Value { .. } | Measure::Agreement { .. }) => FormulaType::Number,
        // Of several people each is credited.
        "credit" if ty == FormulaType::List => return None,
        "credit" => FormulaType::Text,
        _ => return None,
    };
    (ty != wanted && ty != FormulaType::Unknown).then(|| {
        Diagnostic::error("wrong-type", format!("`{key}` must be {}, but `{}` is {}", wanted.words(), formula.text, ty.words()))
            .at(formula.place.clone())
    })
}

struct Checker<'a> {
    table: &'static FactTable,
    own: &'a [(&'a str, ColumnType)],
    formula: &'a Formula,
}

impl Checker<'_> {
    fn check(&self) -> Result<FormulaType, Vec<Diagnostic>> {
        let refuse = |error: sqlparser::parser::ParserError| {
            let words = error.to_string();
            let words = words.split_once("error: ").map_or(words.as_str(), |(_, rest)| rest).to_owned();
            let words = words.split(" at Line").next().unwrap_or_default().to_owned();
            vec![self.bad(format!("cannot read the formula `{}`: {}", self.formula.text, lower_first(&words)))]
        };
        let mut parser = Parser::new(&GenericDialect {}).try_with_sql(&self.formula.text).map_err(refuse)?;
        let tree = parser.parse_expr().map_err(refuse)?;
        let next = parser.peek_token();
        if next.token != Token::EOF {
            return Err(vec![self.bad(format!("nothing may follow `{tree}`, found `{next}`")).at(self.place(next.span.start))]);
        }
        let mut problems = Vec::new();
        self.walk(&tree, &mut problems);
        if problems.is_empty() { Ok(self.type_of(&tree)) } else { Err(problems) }
    }

    fn walk(&self, part: &Expr, problems: &mut Vec<Diagnostic>) {
        problems.extend(self.refused(part));
        let mut walk = |parts: &[&Expr]| parts.iter().for_each(|part| self.walk(part, problems));
        match part {
            Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } | Expr::Cast { expr: inner, .. } => walk(&[inner]),
            Expr::IsNull(inner) | Expr::IsNotNull(inner) | Expr::IsTrue(inner) | Expr::IsNotTrue(inner) => walk(&[inner]),
            Expr::IsFalse(inner) | Expr::IsNotFalse(inner) => walk(&[inner]),
            Expr::BinaryOp { left, right, .. } => walk(&[left, right]),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => walk(&[left, right]),
            Expr::Like { expr, pattern, .. } => walk(&[expr, pattern]),
            Expr::Between { expr, low, high, .. } => walk(&[expr, low, high]),
            Expr::InList { expr, list, .. } => {
                walk(&[expr]);
                list.iter().for_each(|part| self.walk(part, problems));
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                operand.iter().chain(else_result).for_each(|part| self.walk(part, problems));
                for when in conditions {
                    self.walk(&when.condition, problems);
                    self.walk(&when.result, problems);
                }
            }
            Expr::Function(function) => arguments(function).into_iter().for_each(|part| self.walk(part, problems)),
            _ => {}
        }
    }

    /// Why a part may not stand in a formula.
    fn refused(&self, part: &Expr) -> Option<Diagnostic> {
        match part {
            Expr::Identifier(ident) => {
                if ident.value == "now" || self.column(&ident.value).is_some() {
                    return None;
                }
                let names = self.table.all_columns().map(|column| column.name);
                let names = names.chain(self.own.iter().map(|(name, _)| *name)).chain(["now"]);
                let message = format!("the fact table `{}` has no column `{}`", self.table.name, ident.value);
                let problem = Diagnostic::error("unknown-column", message).at(self.place(ident.span.start));
                Some(match near_name(&ident.value, names) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint("see the reference of the facts for its columns"),
                })
            }
            Expr::Value(value) => match &value.value {
                Value::Placeholder(name) => {
                    let name = name.trim_start_matches('$');
                    if PARAMETERS.contains(&name) {
                        return None;
                    }
                    let problem = Diagnostic::error("unknown-parameter", format!("`[catalogue]` has no `{name}`"));
                    let problem = problem.at(self.place(value.span.start));
                    Some(match near_name(name, PARAMETERS.iter().copied()) {
                        Some(near) => problem.hint(format!("did you mean `${near}`?")),
                        None => problem.hint(format!("the parameters are {}", PARAMETERS.join(", "))),
                    })
                }
                _ => None,
            },
            Expr::Function(function) => self.refused_function(function),
            Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => Some(self.bad("a formula has no subquery")),
            Expr::CompoundIdentifier(_) => Some(self.bad(format!("`{part}` names a table; a formula reads one only"))),
            Expr::Nested(_)
            | Expr::BinaryOp { .. }
            | Expr::UnaryOp { .. }
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::InList { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::Case { .. }
            | Expr::Cast { .. } => None,
            _ => Some(self.bad(format!("`{part}` cannot stand in a formula"))),
        }
    }

    fn refused_function(&self, function: &Function) -> Option<Diagnostic> {
        let name = function.name.to_string().to_lowercase();
        if function.over.is_some() {
            return Some(self.bad(format!("`{name}` has a window; a formula sees one row")));
        }
        if FUNCTIONS.iter().any(|(known, _)| *known == name) {
            return None;
        }
        let aggregates = ["count", "sum", "avg", "min", "max", "median", "first_value", "last_value", "array_agg"];
        if aggregates.contains(&name.as_str()) {
            let problem = self.bad(format!("`{name}` is an aggregate; a formula sees one row"));
            return Some(problem.hint("the metric's kind says how rows are aggregated"));
        }
        let problem = self.bad(format!("a formula has no function `{name}`"));
        let names = FUNCTIONS.iter().map(|(name, _)| *name);
        Some(match near_name(&name, names.clone()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint(format!("the functions are {}", names.collect::<Vec<_>>().join(", "))),
        })
    }

    fn column(&self, name: &str) -> Option<ColumnType> {
        let own = self.own.iter().find(|(own, _)| *own == name).map(|(_, ty)| *ty);
        self.table.column(name).map(|column| column.ty).or(own)
    }

    fn type_of(&self, part: &Expr) -> FormulaType {
        use FormulaType::{Bool, Instant, Number, Text, Unknown};
        match part {
            Expr::Nested(inner) => self.type_of(inner),
            Expr::Identifier(ident) if ident.value == "now" => Instant,
            Expr::Identifier(ident) => self.column(&ident.value).map_or(Unknown, FormulaType::of),
            Expr::Value(value) => match &value.value {
                Value::Boolean(_) => Bool,
                Value::Number(..) | Value::Placeholder(_) => Number,
                Value::SingleQuotedString(_) => Text,
                _ => Unknown,
            },
            Expr::UnaryOp { op: UnaryOperator::Not, .. } => Bool,
            Expr::UnaryOp { .. } => Number,
            Expr::BinaryOp { op, .. } => match op {
                BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply | BinaryOperator::Divide => Number,
                BinaryOperator::Modulo => Number,
                BinaryOperator::StringConcat => Text,
                _ => Bool,
            },
            Expr::Case { conditions, else_result, .. } => {
                let results = conditions.iter().map(|when| &when.result).chain(else_result.as_deref());
                self.first_certain(results)
            }
            Expr::Cast { .. } => Unknown,
            Expr::Function(function) => {
                let name = function.name.to_string().to_lowercase();
                match FUNCTIONS.iter().find(|(known, _)| *known == name) {
                    Some((_, Unknown)) | None => self.first_certain(arguments(function).into_iter()),
                    Some((_, ty)) => *ty,
                }
            }
            _ => Bool,
        }
    }

    fn first_certain<'e>(&self, parts: impl Iterator<Item = &'e Expr>) -> FormulaType {
        parts.map(|part| self.type_of(part)).find(|ty| *ty != FormulaType::Unknown).unwrap_or(FormulaType::Unknown)
    }

    fn bad(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error("bad-formula", message).at(self.formula.place.clone())
    }

    /// The place in the file of a place in the formula.
    fn place(&self, location: Location) -> Place {
        let start = &self.formula.place;
        let (line, column) = (location.line as u32, location.column as u32);
        let (line, column) = match line {
            0 => (start.line, start.column),
            1 => (start.line, start.column + column.saturating_sub(1)),
            _ => (start.line + line - 1, column),
        };
        Place { file: start.file.clone(), line, column }
    }
}

fn arguments(function: &Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return Vec::new() };
    let plain = |argument| match argument {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref part)) => Some(part),
        _ => None,
    };
    list.args.iter().filter_map(plain).collect()
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
