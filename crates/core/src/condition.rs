//! Conditions: the SQL of a `when`, answered for one conversation at one moment.
//!
//! A small language on purpose: columns, literals, comparisons and logic, parsed once by the SQL parser that questions use too,
//! so that both read alike. Evaluation is total (three-valued, never an error) because the fold must not fail on data; what
//! cannot be evaluated is refused when the rules are read. Comparing allocates nothing: the fold asks at every change.
//!
//! A list (`tags`) compares as "some element does": `tag = 'vip'` holds when the set contains it, `tag <> 'vip'` when it does not.

mod evaluate;
mod like;
mod parse;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;

/// One field of a conversation at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Attribute<'a> {
    /// Nothing is known.
    Null,
    /// Text; an instant is its RFC 3339 text.
    Text(&'a str),
    /// An integer or decimal.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A set of texts, such as the tags. Empty counts as null in `is null`.
    List(&'a [Arc<str>]),
}

/// What a condition is asked about.
pub trait Attributes {
    /// The value of a field, None when there is no such field; that counts as null.
    fn get(&self, name: &str) -> Option<Attribute<'_>>;
}

/// The fields that every conversation has, for `Condition::parse`; declared `[fields]` come on top.
pub const CONVERSATION_FIELDS: &[&str] = &[
    "channel", "brand", "team", "agent", "priority", "reason", "tags", "tag", "language", "segment", "origin", "customer",
    "status", "state",
];

/// A parsed condition. Two are equal when they say the same but for spaces and the case of keywords.
#[derive(Debug, Clone)]
pub struct Condition {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    text: String,
    canonical: String,
    names: Vec<String>,
    root: Node,
}

/// A truth-valued part.
#[derive(Debug)]
enum Node {
    /// True, false or null.
    Constant(Option<bool>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// A column that is itself true or false.
    Column(Operand),
    Compare {
        left: Operand,
        operator: Operator,
        right: Operand,
    },
    In {
        operand: Operand,
        list: Vec<Operand>,
    },
    IsNull(Operand),
    /// `is true`, `is false`: never null.
    Is {
        node: Box<Node>,
        truth: bool,
    },
    Like {
        operand: Operand,
        pattern: like::Pattern,
    },
}

/// A value: a field or a literal.
#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Column(String),
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    /// Reads a condition over `known_names`. The diagnostic has no place: the caller knows where the text stands.
    ///
    /// Errors: `bad-condition` (not SQL, or SQL that a condition may not use), `unknown-field` with the near name.
    pub fn parse(text: &str, known_names: &[&str]) -> Result<Self, Diagnostic> {
        let parse::Parsed { root, names, canonical } = parse::parse(text, known_names)?;
        Ok(Self { shared: Arc::new(Shared { text: text.to_owned(), canonical, names, root }) })
    }

    /// Whether it is true; null counts as not true, as in a SQL `where`.
    pub fn holds(&self, attributes: &dyn Attributes) -> bool {
        self.evaluate(attributes) == Some(true)
    }

    /// True, false or null (None).
    pub fn evaluate(&self, attributes: &dyn Attributes) -> Option<bool> {
        evaluate::truth(&self.shared.root, attributes)
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.shared.text
    }

    /// In one spelling, for comparing and digests.
    pub fn canonical(&self) -> &str {
        &self.shared.canonical
    }

    /// The fields that it reads, sorted: a change of any other cannot change its answer.
    pub fn names(&self) -> &[String] {
        &self.shared.names
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.shared.canonical == other.shared.canonical
    }
}

impl Eq for Condition {}
