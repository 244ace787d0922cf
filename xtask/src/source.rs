//! Rust source apart: code, string literals and comments, so that a rule about one is not misled by another.
//!
//! It is a lexer of a few dozen lines and no parser: rules need to know where a word stands, not what it means.

/// A piece of text and the line on which it begins, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) line: usize,
    /// Where it stands in the file, in bytes.
    pub(crate) at: usize,
    pub(crate) text: String,
}

/// A file taken apart.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The file with comments and the contents of literals turned into spaces; lines and places stay.
    pub(crate) code: String,
    /// Contents of string literals, escapes as written.
    pub(crate) strings: Vec<Piece>,
    /// Comments with their marks.
    pub(crate) comments: Vec<Piece>,
}

impl Source {
    /// Takes a file apart.
    pub(crate) fn new(text: &str) -> Self {
        let mut found = Self::default();
        let mut blank: Vec<(usize, usize)> = Vec::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &text[at..];
            let end = if rest.starts_with("//") {
                let end = at + rest.find('\n').unwrap_or(rest.len());
                found.comments.push(piece(text, at, end));
                blank.push((at, end));
                end
            } else if rest.starts_with("/*") {
                let end = block_end(text, at);
                found.comments.push(piece(text, at, end));
                blank.push((at, end));
                end
            } else if let Some(opened) = raw_string(rest).filter(|_| !word_before(bytes, at)) {
                let start = at + opened;
                let close = format!("\"{}", "#".repeat(rest[..opened].matches('#').count()));
                let end = text[start..].find(&close).map_or(text.len(), |length| start + length);
                found.strings.push(piece(text, start, end));
                blank.push((start, end));
                (end + close.len()).min(text.len())
            } else if rest.starts_with('"') {
                let end = string_end(bytes, at + 1);
                found.strings.push(piece(text, at + 1, end));
                blank.push((at + 1, end));
                (end + 1).min(text.len())
            } else if rest.starts_with('\'') {
                let end = char_end(rest).map_or(at + 1, |length| at + length);
                if end > at + 1 {
                    blank.push((at + 1, end - 1));
                }
                end
            } else {
                at + rest.chars().next().map_or(1, char::len_utf8)
            };
            at = end;
        }
        found.code = blanked(text, &blank);
        found
    }

    /// The line of a place in the file, from 1.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        line_of(&self.code, at)
    }

    /// The lines of code in which a word stands, not as a part of a longer one.
    pub(crate) fn lines_with(&self, word: &str) -> Vec<usize> {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let whole =
            |(at, _): &(usize, &str)| !self.code[..*at].ends_with(part) && !self.code[at + word.len()..].starts_with(part);
        self.code.match_indices(word).filter(whole).map(|(at, _)| self.line_of(at)).collect()
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn piece(text: &str, start: usize, end: usize) -> Piece {
    Piece { line: line_of(text, start), at: start, text: text[start..end].to_owned() }
}

/// The text with these ranges turned into spaces, byte for byte, line ends kept.
fn blanked(text: &str, ranges: &[(usize, usize)]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (start, end) in ranges {
        for byte in &mut bytes[*start..*end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn block_end(text: &str, start: usize) -> usize {
    let (mut depth, mut at) = (0_u32, start);
    while at < text.len() {
        match &text.as_bytes()[at..(at + 2).min(text.len())] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// How many bytes open a raw string here, if one begins.
fn raw_string(rest: &str) -> Option<usize> {
    let marks = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let open = marks.trim_start_matches('#').strip_prefix('"')?;
    Some(rest.len() - open.len())
}

fn word_before(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// The length of a character literal; None where the quote begins a lifetime.
fn char_end(rest: &str) -> Option<usize> {
    let inside = &rest[1..];
    if let Some(escaped) = inside.strip_prefix('\\') {
        return escaped[1..].find('\'').map(|length| length + 4);
    }
    let first = inside.chars().next()?;
    inside[first.len_utf8()..].starts_with('\'').then_some(first.len_utf8() + 2)
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn words_in_strings_and_comments_are_no_code() {
        let source = Source::new(
            "// std::fs\nlet a: &'static str = \"std::fs \\\" //\"; /* std /* x */ fs */ let b = '\"'; std::fs::read(r#\"a\"b\"#)\n",
        );
        assert_eq!(source.lines_with("std::fs"), [2]);
        let strings: Vec<&str> = source.strings.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(strings, ["std::fs \\\" //", "a\"b"]);
        assert_eq!(source.comments.len(), 2);
    }

    #[test]
    fn a_word_is_found_whole_only() {
        assert_eq!(Source::new("use a::base;\nlet baseline = 1;").lines_with("base"), [1]);
    }
}
