//! Two hundred pairs of a KPI and a filter, drawn by a seed: the number on the page is that of the API and, for some, of the command
//! line, and as many rows stand behind it, on the page of tickets and in its file, as it rests on.

use deskgauge_core::metric::{Language, Unit};
use deskgauge_web::forms::value;

use super::pages::{between, shop, ticket_links};
use super::token;
use super::wire::Service;
use crate::run::Place;

const SEED: u64 = 20_261_122;
const PAIRS: usize = 200;
/// One pair of so many is asked at the command line, too.
const AT_THE_COMMAND_LINE: usize = 10;
const PAGES: [&str; 7] = ["/overview", "/volume", "/speed", "/sla", "/quality", "/agents", "/conversions"];
const DIMENSIONS: [&str; 5] = ["channel", "team", "priority", "brand", "reason"];

/// Random numbers that are the same each time: a splitmix.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// A filter as an address, as a condition, and as days.
struct Filter {
    address: String,
    condition: String,
    from: String,
    /// The day after the last.
    to: String,
    business: bool,
}

/// The values of each dimension that the data have.
fn values(place: &Place) -> Vec<(&'static str, Vec<String>)> {
    let of = |dimension: &'static str| {
        let sql = format!("select distinct {dimension} from conversations where {dimension} is not null order by 1");
        let text = place.ok(&format!("--workspace w --format csv sql \"{sql}\""));
        (dimension, text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>())
    };
    DIMENSIONS.map(of).into_iter().filter(|(_, values)| !values.is_empty()).collect()
}

fn draw(dice: &mut Dice, values: &[(&'static str, Vec<String>)]) -> Filter {
    let first = 5 + dice.below(4);
    let last = first + 1 + dice.below(5);
    let mut filter = Filter {
        address: format!("r=2026-01-{first:02}..2026-01-{last:02}"),
        condition: String::new(),
        from: format!("2026-01-{first:02}"),
        to: format!("2026-01-{:02}", last + 1),
        business: dice.below(3) == 0,
    };
    if filter.business {
        filter.address.push_str("&bh=1");
    }
    let begin = dice.below(values.len());
    let mut conditions = Vec::new();
    for (dimension, known) in (0..dice.below(3)).map(|step| &values[(begin + step) % values.len()]) {
        let without = dice.below(4) == 0;
        let picked: Vec<&String> = (0..=dice.below(2)).map(|_| &known[dice.below(known.len())]).collect();
        let words: Vec<String> = picked.iter().map(|word| form_urlencoded::byte_serialize(word.as_bytes()).collect()).collect();
        let quoted: Vec<String> = picked.iter().map(|word| format!("'{word}'")).collect();
        filter.address.push_str(&format!("&f.{dimension}={}{}", if without { "!" } else { "" }, words.join(",")));
        let list = quoted.join(",");
        conditions.push(if without {
            format!("({dimension} is null or {dimension} not in ({list}))")
        } else {
            format!("{dimension} in ({list})")
        });
    }
    filter.condition = conditions.join(" and ");
    filter
}

fn unit(name: &str) -> Unit {
    let all = [Unit::Seconds, Unit::Count, Unit::Share, Unit::Points, Unit::Score, Unit::Money];
    all.into_iter().find(|unit| unit.name() == name).expect("a unit")
}

#[test]
fn a_number_its_rows_its_file_the_api_and_the_command_line_agree() {
    let place = shop();
    let token = token(&place, "read");
    let values = values(&place);
    assert!(values.len() >= 3, "{values:?}");
    let now = "2026-01-20T00:00:00Z";
    let service = Service::start(&place, &format!("--no-sign-in --now {now}"));
    let mut dice = Dice(SEED);
    let (mut pairs, mut at_the_command_line, mut looked) = (0, 0, 0);
    while pairs < PAIRS {
        looked += 1;
        assert!(looked < 100, "only {pairs} pairs on {looked} pages");
        let (page, filter) = (PAGES[dice.below(PAGES.len())], draw(&mut dice, &values));
        let seen = service.get(&format!("{page}?{}&cmp=off", filter.address), None).text();
        let cards = seen.split("<article").skip(1).filter_map(|rest| rest.split("</article>").next());
        let linked = cards.filter_map(|card| {
            let link = ticket_links(card).pop()?;
            let metric = between(&format!("{link}&"), "metric=", "&")?.to_owned();
            let shown = between(card, ": </span>", "</a>")?.replace('\u{a0}', " ");
            Some((metric, link, shown))
        });
        let linked: Vec<(String, String, String)> = linked.take(PAIRS - pairs).collect();
        if linked.is_empty() {
            continue;
        }
        let metrics: Vec<&str> = linked.iter().map(|(metric, ..)| metric.as_str()).collect();
        let mut asked = form_urlencoded::Serializer::new(String::new());
        asked.append_pair("metrics", &metrics.join(",")).append_pair("from", &filter.from).append_pair("to", &filter.to);
        if !filter.condition.is_empty() {
            asked.append_pair("where", &filter.condition);
        }
        if filter.business {
            asked.append_pair("clock", "business");
        }
        let told = service.get(&format!("/v1/answers?{}", asked.finish()), Some(&token));
        assert_eq!(told.status, 200, "{}", told.text());
        let told = told.json();
        for (metric, link, shown) in linked {
            let case = format!("{page} {metric} {}: {link}", filter.address);
            let answer =
                told["answers"].as_array().unwrap().iter().find(|answer| answer["metric"] == metric.as_str()).expect(&case);
            let number = answer["value"].as_f64().unwrap_or_else(|| panic!("{case}: {answer}"));
            let mut words = value::value(number, unit(answer["unit"].as_str().unwrap()), Language::En).replace('\u{a0}', " ");
            if let Some(currency) = answer["currency"].as_str() {
                words = format!("{words} {currency}");
            }
            assert_eq!(shown, words, "{case}: the page and the API");
            let list = service.get(&link, None).text();
            let rows = between(&list, "<p class=\"count\">", " row").unwrap_or_else(|| panic!("{case}: {list}")).replace(',', "");
            // Of what is divided by something else, the rows are those that are divided.
            let n = if metric == "contact_rate" { "numerator" } else { "n" };
            let n = answer[n].as_i64().map_or_else(|| number.to_string(), |n| n.to_string());
            assert_eq!(rows, n, "{case}: the rows and the API");
            let file = service.get(&format!("{link}&format=csv"), None).text();
            assert_eq!((file.lines().count() - 1).to_string(), rows, "{case}: the rows and the file");
            if pairs % AT_THE_COMMAND_LINE == 0 {
                let condition =
                    if filter.condition.is_empty() { String::new() } else { format!(" --where \"{}\"", filter.condition) };
                let clock = if filter.business { " --clock business" } else { "" };
                let line = format!("query {metric} --from {} --to {}{condition}{clock} --now {now}", filter.from, filter.to);
                let own = place.json(&line)["answers"][0].clone();
                for field in ["value", "n", "numerator", "denominator", "excluded"] {
                    assert_eq!(own[field], answer[field], "{case}: `{line}` and the API differ in {field}");
                }
                at_the_command_line += 1;
            }
            pairs += 1;
        }
    }
    assert_eq!((pairs, at_the_command_line), (PAIRS, PAIRS / AT_THE_COMMAND_LINE));
}
