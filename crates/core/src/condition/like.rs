//! `like`: `%` stands for any text, `_` for one character, matched over characters without allocating.

/// A pattern, split once.
#[derive(Debug)]
pub(super) struct Pattern {
    parts: Vec<Part>,
    any_case: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Exact(char),
    One,
    Many,
}

impl Pattern {
    /// `escape` makes the character after it stand for itself.
    pub(super) fn new(pattern: &str, escape: Option<char>, any_case: bool) -> Self {
        let mut parts = Vec::new();
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            parts.push(match character {
                c if Some(c) == escape => Part::Exact(characters.next().unwrap_or(c)),
                '%' => Part::Many,
                '_' => Part::One,
                c => Part::Exact(c),
            });
        }
        parts.dedup_by(|a, b| *a == Part::Many && *b == Part::Many);
        Self { parts, any_case }
    }

    /// Goes back only to the last `%`, so the time is at most length times length.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut rest = text.chars();
        let mut index = 0;
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let before = rest.clone();
            let matched = match (self.parts.get(index), rest.next()) {
                (None, None) => return true,
                (Some(Part::Many), _) => {
                    index += 1;
                    rest = before.clone();
                    retry = Some((index, before));
                    continue;
                }
                (Some(Part::One), Some(_)) => true,
                (Some(Part::Exact(want)), Some(have)) => self.same(*want, have),
                _ => false,
            };
            if matched {
                index += 1;
                continue;
            }
            let Some((part, mut from)) = retry.take() else { return false };
            if from.next().is_none() {
                return false;
            }
            index = part;
            rest = from.clone();
            retry = Some((part, from));
        }
    }

    fn same(&self, want: char, have: char) -> bool {
        want == have || (self.any_case && want.to_lowercase().eq(have.to_lowercase()))
    }
}
