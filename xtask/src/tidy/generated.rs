//! Generated documentation equals its source.

use crate::docs;
use crate::house::{Finding, House};

pub(super) fn rule(house: &House) -> Vec<Finding> {
    compare(house, docs::pages(house))
}

fn compare(house: &House, pages: Vec<(String, String)>) -> Vec<Finding> {
    let stale = |(path, text): &(String, String)| house.get(path).and_then(|file| file.text.as_ref()) != Some(text);
    let tell = |(path, _): (String, String)| Finding::new(&path, 0, "does not equal its source: run cargo xtask docs");
    pages.into_iter().filter(stale).map(tell).collect()
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::house::House;

    #[test]
    fn a_stale_page_is_red() {
        let house = House::of(&[("docs/reference/a.md", "old"), ("docs/reference/b.md", "same")]);
        let page = |name: &str, text: &str| (format!("docs/reference/{name}.md"), text.to_owned());
        let found = compare(&house, vec![page("a", "new"), page("b", "same"), page("c", "missing")]);
        let paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(paths, ["docs/reference/a.md", "docs/reference/c.md"]);
    }
}
