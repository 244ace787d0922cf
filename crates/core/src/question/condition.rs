//! A condition by itself: what somebody asks for, read and written again, so that it can be put beside a condition of ours.

use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use crate::diagnostic::Diagnostic;

/// The condition as it is written out after reading: one expression, its brackets closed, without comments.
///
/// # Errors
/// `bad-condition`: it is not one expression.
pub fn condition(text: &str) -> Result<String, Diagnostic> {
    let refused = |why: &str| {
        Diagnostic::error("bad-condition", format!("`{text}` is not a condition: {why}"))
            .hint("write one expression over the facts' columns, such as channel = 'chat'")
    };
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).map_err(|error| refused(&error.to_string()))?;
    let tree = parser.parse_expr().map_err(|error| refused(&error.to_string()))?;
    match parser.next_token().token {
        Token::EOF => Ok(tree.to_string()),
        rest => Err(refused(&format!("`{rest}` follows its end"))),
    }
}
