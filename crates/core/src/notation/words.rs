//! A line's words: cutting at spaces, quoting and its opposite.
//!
//! A word may be quoted whole or in parts (`agent:"ana maria"`, `tags="a;b";c`), so cutting keeps the quotes and every later split
//! looks outside of them only. Nothing here knows what a word means.

/// A word as it was written, quotes included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// The written form.
    pub(super) raw: &'a str,
    /// Column of its first character, from 1.
    pub(super) column: u32,
}

/// Characters besides letters and digits that a value may have without quotes.
pub(super) const VALUE: &str = "_-.:/@+;,";
/// The same for an item of a `;`-separated list.
pub(super) const ITEM: &str = "_-.:/@+";
/// The same for a name before a colon or an equals sign.
pub(super) const NAME: &str = "_-.@+";

/// Cuts a line into words, up to a comment. A comment begins with `#` where a word could begin.
///
/// # Errors
/// The column of a quote that is not closed.
pub(super) fn split_line(line: &str) -> Result<Vec<Word<'_>>, u32> {
    let mut words = Vec::new();
    let mut start: Option<(usize, u32)> = None;
    let mut quote: Option<u32> = None;
    let mut escaped = false;
    for (column, (at, char)) in (1..).zip(line.char_indices()) {
        if quote.is_some() {
            match char {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quote = None,
                _ => {}
            }
        } else if char.is_whitespace() {
            if let Some((from, column)) = start.take() {
                words.push(Word { raw: &line[from..at], column });
            }
        } else {
            if char == '#' && start.is_none() {
                return Ok(words);
            }
            start.get_or_insert((at, column));
            if char == '"' {
                quote = Some(column);
            }
        }
    }
    if let Some(column) = quote {
        return Err(column);
    }
    if let Some((from, column)) = start {
        words.push(Word { raw: &line[from..], column });
    }
    Ok(words)
}

/// Byte position of the first `wanted` outside quotes.
pub(super) fn find(raw: &str, wanted: char) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, char) in raw.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if !quoted && char == wanted => return Some(at),
            _ => {}
        }
    }
    None
}

/// Both sides of the first `wanted` outside quotes.
pub(super) fn split_once(raw: &str, wanted: char) -> Option<(&str, &str)> {
    find(raw, wanted).map(|at| (&raw[..at], &raw[at + wanted.len_utf8()..]))
}

/// All parts between the `wanted` outside quotes.
pub(super) fn split_all(mut raw: &str, wanted: char) -> Vec<&str> {
    let mut parts = Vec::new();
    while let Some((part, rest)) = split_once(raw, wanted) {
        parts.push(part);
        raw = rest;
    }
    parts.push(raw);
    parts
}

/// The text that a word means: without its quotes, escapes replaced.
///
/// # Errors
/// The escape that is not known.
pub(super) fn unquote(raw: &str) -> Result<String, String> {
    let mut text = String::with_capacity(raw.len());
    let mut quoted = false;
    let mut rest = raw.chars();
    while let Some(char) = rest.next() {
        match char {
            '"' => quoted = !quoted,
            '\\' if quoted => match rest.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some(same @ ('"' | '\\')) => text.push(same),
                Some('u') => text.push(code_point(&mut rest)?),
                Some(other) => return Err(format!("\\{other}")),
                None => return Err("\\".to_owned()),
            },
            _ => text.push(char),
        }
    }
    Ok(text)
}

/// The character of `{1b}`, after `\u`.
fn code_point(rest: &mut std::str::Chars<'_>) -> Result<char, String> {
    let digits: String = rest.by_ref().take_while(|char| *char != '}').collect();
    let code = digits.strip_prefix('{').and_then(|hex| u32::from_str_radix(hex, 16).ok());
    code.and_then(char::from_u32).ok_or_else(|| format!("\\u{digits}"))
}

/// The written form of a text: bare where letters, digits and `plain` suffice, else quoted.
pub(super) fn quote(text: &str, plain: &str) -> String {
    if !text.is_empty() && text.chars().all(|char| char.is_alphanumeric() || plain.contains(char)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if other.is_control() => out.push_str(&format!("\\u{{{:x}}}", u32::from(other))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
