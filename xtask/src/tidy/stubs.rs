//! What is in the repository is finished: no stubs, and no comment that promises to come back.

use crate::house::{Finding, House};

/// Macros of code that is not there.
const STUBS: &[&str] = &["todo!", "unimplemented!"];
/// Marks of comments that postpone.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("HA", "CK:")];

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, source) in house.rust() {
        for word in STUBS {
            let bare = word.trim_end_matches('!');
            let called = |line: &usize| source.code.lines().nth(line - 1).is_some_and(|line| line.contains(word));
            let tell = |line| Finding::new(&file.path, line, format!("{word} is a stub: write it or leave it out"));
            found.extend(source.lines_with(bare).into_iter().filter(called).map(tell));
        }
        for comment in &source.comments {
            if let Some(mark) = MARKS.iter().find(|mark| comment.text.contains(**mark)) {
                let message = format!("{mark} in a comment: do it, or say in an issue what is missing");
                found.push(Finding::new(&file.path, comment.line, message));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::house::House;

    #[test]
    fn a_stub_is_red() {
        let text = format!("let a = \"todo!()\";\n// {}: later\ntodo!()\nlet todo = 1;", concat!("TO", "DO"));
        let lines: Vec<usize> =
            rule(&House::of(&[("crates/core/src/a.rs", &text)])).into_iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [3, 2]);
    }
}
