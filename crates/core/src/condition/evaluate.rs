//! Three-valued evaluation: null wherever a comparison has no answer, and logic that lets null through only where it matters.

use std::cmp::Ordering;

use super::{Attribute, Attributes, Node, Operand, Operator};

/// The truth of a node: None is null.
pub(super) fn truth(node: &Node, attributes: &dyn Attributes) -> Option<bool> {
    match node {
        Node::Constant(truth) => *truth,
        Node::All(nodes) => fold(nodes, attributes, false),
        Node::Any(nodes) => fold(nodes, attributes, true),
        Node::Not(node) => truth(node, attributes).map(|truth| !truth),
        Node::Column(operand) => as_bool(value(operand, attributes)),
        Node::Compare { left, operator, right } => compare(value(left, attributes), *operator, value(right, attributes)),
        Node::In { operand, list } => {
            let left = value(operand, attributes);
            some(list.iter().map(|item| compare(left, Operator::Equal, value(item, attributes))))
        }
        Node::IsNull(operand) => Some(match value(operand, attributes) {
            Attribute::Null => true,
            Attribute::List(list) => list.is_empty(),
            _ => false,
        }),
        Node::Is { node, truth: wanted } => Some(truth(node, attributes) == Some(*wanted)),
        Node::Like { operand, pattern } => match value(operand, attributes) {
            Attribute::Text(text) => Some(pattern.matches(text)),
            Attribute::List(list) => Some(list.iter().any(|text| pattern.matches(text))),
            _ => None,
        },
    }
}

/// `and` ends at the first false, `or` at the first true; a null on the way makes the rest null.
fn fold(nodes: &[Node], attributes: &dyn Attributes, decisive: bool) -> Option<bool> {
    let mut unknown = false;
    for node in nodes {
        match truth(node, attributes) {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(!decisive)
}

/// True when some is true, null when none is but one is null.
fn some(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut unknown = false;
    for truth in truths {
        match truth {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(false)
}

fn value<'a>(operand: &'a Operand, attributes: &'a dyn Attributes) -> Attribute<'a> {
    match operand {
        Operand::Column(name) => attributes.get(name).unwrap_or(Attribute::Null),
        Operand::Text(text) => Attribute::Text(text),
        Operand::Number(number) => Attribute::Number(*number),
        Operand::Bool(bool) => Attribute::Bool(*bool),
        Operand::Null => Attribute::Null,
    }
}

fn compare(left: Attribute<'_>, operator: Operator, right: Attribute<'_>) -> Option<bool> {
    match (left, right) {
        // The opposite of "is in the set", not "something else is in it too".
        (Attribute::List(_), _) | (_, Attribute::List(_)) if operator == Operator::Unequal => {
            compare(left, Operator::Equal, right).map(|equal| !equal)
        }
        (Attribute::List(list), right) => elements(list, right, |text| compare(text, operator, right)),
        (left, Attribute::List(list)) => elements(list, left, |text| compare(left, operator, text)),
        (left, right) => order(left, right).map(|order| operator.accepts(order)),
    }
}

/// Whether some element compares true with the `other` side; null only when that side is.
fn elements<'a>(
    list: &'a [std::sync::Arc<str>],
    other: Attribute<'_>,
    mut compare: impl FnMut(Attribute<'a>) -> Option<bool>,
) -> Option<bool> {
    match other {
        Attribute::Null => None,
        _ => Some(list.iter().any(|text| compare(Attribute::Text(text)) == Some(true))),
    }
}

/// The order of two single values; of different kinds, the text is read as the other kind. None: not comparable.
fn order(left: Attribute<'_>, right: Attribute<'_>) -> Option<Ordering> {
    match (left, right) {
        (Attribute::Text(left), Attribute::Text(right)) => Some(left.cmp(right)),
        (Attribute::Number(_), _) | (_, Attribute::Number(_)) => as_number(left)?.partial_cmp(&as_number(right)?),
        (Attribute::Bool(_), _) | (_, Attribute::Bool(_)) => Some(as_bool(left)?.cmp(&as_bool(right)?)),
        _ => None,
    }
}

fn as_number(value: Attribute<'_>) -> Option<f64> {
    match value {
        Attribute::Number(number) => Some(number),
        Attribute::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn as_bool(value: Attribute<'_>) -> Option<bool> {
    match value {
        Attribute::Bool(bool) => Some(bool),
        Attribute::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Attribute::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

impl Operator {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
