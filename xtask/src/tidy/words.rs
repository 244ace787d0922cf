//! Words that do not belong: paths of one machine, package hosts, tools of whoever wrote it. And no file that is not text, but for
//! small pictures of the documents.
//!
//! The words are put together from halves here, so that this file does not hold them.

use crate::house::{Finding, House};

const WORDS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/tmp/", "plan"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("proxy.", "golang.org"),
    concat!("cl", "aude"),
    concat!("anth", "ropic"),
    concat!("chat", "gpt"),
    concat!("co", "pilot"),
];

/// The most bytes of a picture: a clone stays small.
const PICTURE: usize = 200_000;

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    // The lock file names where packages come from, in the packager's words.
    for file in house.files().filter(|file| file.path != "Cargo.lock") {
        let Some(text) = &file.text else {
            let is_picture = file.path.starts_with("docs/images/") && file.path.ends_with(".png");
            if !is_picture {
                found.push(Finding::new(&file.path, 0, "is not text: keep binary files out of the repository"));
            } else if file.size > PICTURE {
                found.push(Finding::new(&file.path, 0, format!("has {} bytes: make it smaller than {PICTURE}", file.size)));
            }
            continue;
        };
        for (index, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            if let Some(word) = WORDS.iter().find(|word| stands_in(&lower, word)) {
                found.push(Finding::new(&file.path, index + 1, format!("`{word}` does not belong here: say it without")));
            }
        }
    }
    found
}

/// Whether the word stands in the line, not as a part of a longer one: a folder of that name inside another is no path of a machine.
fn stands_in(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(part))
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::house::House;

    #[test]
    fn a_path_of_one_machine_is_red() {
        let path = concat!("/wo", "rk/");
        let text = format!("first catalogue{path}a.md\nsee {path}main\n");
        let found = rule(&House::of(&[("docs/a.md", &text), ("Cargo.lock", &text)]));
        let lines: Vec<(&str, usize)> = found.iter().map(|finding| (finding.path.as_str(), finding.line)).collect();
        assert_eq!(lines, [("docs/a.md", 2)]);
    }

    #[test]
    fn pictures_are_small_and_have_their_place() {
        let picture = vec![0xff; 200_000];
        let large = vec![0xff; 200_001];
        let files = [("docs/images/a.png", picture.clone()), ("docs/images/b.png", large), ("docs/c.png", picture)];
        let found: Vec<String> = rule(&House::of(&files)).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["docs/c.png", "docs/images/b.png"]);
    }
}
