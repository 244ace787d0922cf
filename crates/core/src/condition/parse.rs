//! From SQL text to a condition: what the parser accepts is narrowed to what can be evaluated totally.

use std::collections::BTreeSet;

use sqlparser::ast::{BinaryOperator, Expr, Ident, UnaryOperator, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::like::Pattern;
use super::{Node, Operand, Operator};
use crate::diagnostic::{Diagnostic, near_name};

/// Longer texts are refused, so that nobody can make evaluation deep.
const LENGTH_LIMIT: usize = 20_000;

pub(super) struct Parsed {
    pub(super) root: Node,
    pub(super) names: Vec<String>,
    pub(super) canonical: String,
}

pub(super) fn parse(text: &str, known_names: &[&str]) -> Result<Parsed, Diagnostic> {
    if text.len() > LENGTH_LIMIT {
        return Err(bad(format!("condition is longer than {LENGTH_LIMIT} bytes")));
    }
    let refuse = |error: sqlparser::parser::ParserError| {
        let words = error.to_string();
        let words = words.split_once("error: ").map_or(words.as_str(), |(_, rest)| rest);
        bad(format!("cannot read condition `{text}`: {}", lower_first(words)))
    };
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).map_err(refuse)?;
    let tree = parser.parse_expr().map_err(refuse)?;
    let next = parser.peek_token();
    if next.token != Token::EOF {
        return Err(bad(format!("cannot read condition `{text}`: nothing may follow `{tree}`, found `{next}`")));
    }
    let mut reader = Reader { known_names, names: BTreeSet::new() };
    let root = reader.node(&tree)?;
    Ok(Parsed { root, names: reader.names.into_iter().collect(), canonical: tree.to_string() })
}

struct Reader<'a> {
    known_names: &'a [&'a str],
    names: BTreeSet<String>,
}

impl Reader<'_> {
    fn node(&mut self, tree: &Expr) -> Result<Node, Diagnostic> {
        Ok(match tree {
            Expr::Nested(inner) => self.node(inner)?,
            Expr::BinaryOp { op: BinaryOperator::And, .. } => Node::All(self.chain(tree, &BinaryOperator::And)?),
            Expr::BinaryOp { op: BinaryOperator::Or, .. } => Node::Any(self.chain(tree, &BinaryOperator::Or)?),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => Node::Not(Box::new(self.node(expr)?)),
            Expr::BinaryOp { left, op, right } => self.compare(left, op, right, tree)?,
            Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => {
                self.compare(left, &BinaryOperator::Eq, right, tree)?
            }
            Expr::InList { expr, list, negated } => {
                let operand = self.operand(expr)?;
                let list = list.iter().map(|item| self.operand(item)).collect::<Result<_, _>>()?;
                negate(Node::In { operand, list }, *negated)
            }
            Expr::Between { expr, negated, low, high } => {
                let operand = self.operand(expr)?;
                let low = Node::Compare { left: operand.clone(), operator: Operator::GreaterOrEqual, right: self.operand(low)? };
                let high = Node::Compare { left: operand, operator: Operator::LessOrEqual, right: self.operand(high)? };
                negate(Node::All(vec![low, high]), *negated)
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char } => {
                self.like(expr, pattern, escape_char.as_ref(), *negated, false, tree)?
            }
            Expr::ILike { negated, any: false, expr, pattern, escape_char } => {
                self.like(expr, pattern, escape_char.as_ref(), *negated, true, tree)?
            }
            Expr::IsNull(inner) => Node::IsNull(self.operand(inner)?),
            Expr::IsNotNull(inner) => negate(Node::IsNull(self.operand(inner)?), true),
            Expr::IsTrue(inner) => Node::Is { node: Box::new(self.node(inner)?), truth: true },
            Expr::IsFalse(inner) => Node::Is { node: Box::new(self.node(inner)?), truth: false },
            Expr::IsNotTrue(inner) => negate(Node::Is { node: Box::new(self.node(inner)?), truth: true }, true),
            Expr::IsNotFalse(inner) => negate(Node::Is { node: Box::new(self.node(inner)?), truth: false }, true),
            Expr::Identifier(_) | Expr::Value(_) => match self.operand(tree)? {
                Operand::Bool(truth) => Node::Constant(Some(truth)),
                Operand::Null => Node::Constant(None),
                column @ Operand::Column(_) => Node::Column(column),
                Operand::Text(_) | Operand::Number(_) => return Err(bad(format!("`{tree}` is neither true nor false"))),
            },
            _ => return Err(unsupported(tree)),
        })
    }

    /// The parts of a chain of one operator, without recursion along it: chains grow long, nesting does not.
    fn chain(&mut self, tree: &Expr, operator: &BinaryOperator) -> Result<Vec<Node>, Diagnostic> {
        let mut parts = Vec::new();
        let mut rest = tree;
        while let Expr::BinaryOp { left, op, right } = rest
            && op == operator
        {
            parts.push(right.as_ref());
            rest = left;
        }
        parts.push(rest);
        parts.into_iter().rev().map(|part| self.node(part)).collect()
    }

    fn compare(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr, tree: &Expr) -> Result<Node, Diagnostic> {
        let operator = match op {
            BinaryOperator::Eq => Operator::Equal,
            BinaryOperator::NotEq => Operator::Unequal,
            BinaryOperator::Lt => Operator::Less,
            BinaryOperator::LtEq => Operator::LessOrEqual,
            BinaryOperator::Gt => Operator::Greater,
            BinaryOperator::GtEq => Operator::GreaterOrEqual,
            _ => return Err(unsupported(tree)),
        };
        Ok(Node::Compare { left: self.operand(left)?, operator, right: self.operand(right)? })
    }

    fn like(
        &mut self,
        expr: &Expr,
        pattern: &Expr,
        escape: Option<&sqlparser::ast::ValueWithSpan>,
        negated: bool,
        any_case: bool,
        tree: &Expr,
    ) -> Result<Node, Diagnostic> {
        let Operand::Text(pattern) = self.operand(pattern)? else { return Err(unsupported(tree)) };
        let escape = match escape.map(|escape| &escape.value) {
            None => None,
            Some(Value::SingleQuotedString(text)) => text.chars().next(),
            Some(_) => return Err(unsupported(tree)),
        };
        let pattern = Pattern::new(&pattern, escape, any_case);
        Ok(negate(Node::Like { operand: self.operand(expr)?, pattern }, negated))
    }

    fn operand(&mut self, tree: &Expr) -> Result<Operand, Diagnostic> {
        match tree {
            Expr::Nested(inner) => self.operand(inner),
            Expr::Identifier(name) => self.column(name),
            Expr::Value(value) => match &value.value {
                Value::SingleQuotedString(text) => Ok(Operand::Text(text.clone())),
                Value::Number(digits, _) => {
                    digits.parse().map(Operand::Number).map_err(|_| bad(format!("`{digits}` is not a number")))
                }
                Value::Boolean(truth) => Ok(Operand::Bool(*truth)),
                Value::Null => Ok(Operand::Null),
                _ => Err(unsupported(tree)),
            },
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match self.operand(expr)? {
                Operand::Number(number) => Ok(Operand::Number(-number)),
                _ => Err(unsupported(tree)),
            },
            _ => Err(unsupported(tree)),
        }
    }

    fn column(&mut self, name: &Ident) -> Result<Operand, Diagnostic> {
        let lower = name.value.to_lowercase();
        let candidates = [name.value.as_str(), lower.as_str()];
        if let Some(known) = candidates.into_iter().find(|name| self.known_names.contains(name)) {
            self.names.insert(known.to_owned());
            return Ok(Operand::Column(known.to_owned()));
        }
        let problem = Diagnostic::error("unknown-field", format!("no field is named `{}`", name.value));
        if let Some(near) = near_name(&name.value, self.known_names.iter().copied()) {
            return Err(problem.hint(format!("did you mean `{near}`?")));
        }
        if name.quote_style.is_some() {
            return Err(problem.hint(format!("text stands in single quotes: '{}'", name.value)));
        }
        Err(problem.hint(format!("fields are {}; declare your own in [fields]", self.known_names.join(", "))))
    }
}

fn negate(node: Node, negated: bool) -> Node {
    if negated { Node::Not(Box::new(node)) } else { node }
}

fn bad(message: String) -> Diagnostic {
    Diagnostic::error("bad-condition", message)
        .hint("compare fields with literals: channel = 'email' and priority in ('high', 'urgent')")
}

fn unsupported(tree: &Expr) -> Diagnostic {
    bad(format!("a condition cannot contain `{tree}`"))
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}
