//! What leads on from pages: pictures that are taken along, the search, and the team beside an agent's own numbers.

use super::pages::{RANGE, shop};
use super::rights::join;
use super::wire::Service;
use super::{place, token};

#[test]
fn pictures_are_taken_along_with_their_numbers() {
    let place = shop();
    let token = token(&place, "read");
    let service = Service::start(&place, "--no-sign-in");
    let page = service.get(&format!("/volume?{RANGE}&f.channel=email,chat&by=team"), None).text();
    let ways: Vec<String> = page
        .split("<p class=\"ways\">")
        .skip(1)
        .flat_map(|part| {
            part.split("</p>")
                .next()
                .unwrap()
                .split("href=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
        })
        .collect();
    assert!(ways.len() >= 8 && ways.len() == 2 * page.matches("<figure").count(), "{ways:?}");
    for way in &ways {
        let taken = service.get(way, None);
        assert_eq!(taken.status, 200, "{way}");
        let (media, begin) = if way.ends_with("csv") {
            ("text/csv", if way.contains("chart=arrivals") { "weekday,hour," } else { "day," })
        } else {
            ("image/svg+xml", "<svg xmlns=")
        };
        assert!(
            taken.header("content-type").unwrap().starts_with(media) && taken.text().starts_with(begin),
            "{way}: {}",
            taken.text()
        );
        assert!(taken.header("content-disposition").unwrap().starts_with("attachment"), "{way}");
    }
    let csv = service.get(ways.iter().find(|way| way.contains("chart=created&format=csv")).unwrap(), None).text();
    let sum: f64 = csv.lines().skip(1).flat_map(|line| line.split(',').skip(1)).map(|cell| cell.parse::<f64>().unwrap()).sum();
    let asked = "/v1/answers?metrics=conversations_created&from=2026-01-05&to=2026-01-09&where=channel%20in%20('email','chat')";
    assert_eq!(service.get(asked, Some(&token)).json()["answers"][0]["value"].as_f64(), Some(sum), "{csv}");
    // The ages of what is open at the end of a day make the backlog of the day.
    let csv = service.get(ways.iter().find(|way| way.contains("chart=ages&format=csv")).unwrap(), None).text();
    let asked = "/v1/answers?metrics=backlog&grain=day&from=2026-01-05&to=2026-01-09&where=channel%20in%20('email','chat')";
    let backlog = service.get(asked, Some(&token)).json();
    let backlog: Vec<f64> =
        backlog["answers"].as_array().unwrap().iter().map(|answer| answer["value"].as_f64().unwrap()).collect();
    let rows: Vec<Vec<f64>> =
        csv.lines().skip(1).map(|line| line.split(',').skip(1).map(|cell| cell.parse().unwrap()).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 4) && rows.iter().any(|row| row[0] > 0.0), "{csv}");
    assert_eq!(rows.iter().map(|row| row.iter().sum::<f64>()).collect::<Vec<_>>(), backlog, "{csv}");
    for (way, status) in [("chart=nothing&format=csv", 404), ("chart=created&format=png", 400), ("chart=nothing&format=svg", 404)]
    {
        assert_eq!(service.get(&format!("/volume?{RANGE}&{way}"), None).status, status, "{way}");
    }
    // The script that makes PNG of them is ours and is kept by its content.
    let script = page.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
    let answer = service.get(script, None);
    assert!(answer.header("content-type").unwrap().starts_with("text/javascript") && answer.body.len() < 14_000);
    assert!(answer.header("cache-control").unwrap().contains("immutable"));
    let conversions = service.get(&format!("/conversions?{RANGE}"), None).text();
    assert!(conversions.contains("if it follows within"), "{conversions}");
}

#[test]
fn each_hour_of_the_week_leads_to_as_many_rows_as_it_says() {
    let place = shop();
    let token = token(&place, "read");
    let service = Service::start(&place, "--no-sign-in");
    let asked = "/v1/answers?metrics=contacts_received&from=2026-01-05&to=2026-01-09&where=channel%20in%20('email','chat')";
    let wanted = service.get(asked, Some(&token)).json()["answers"][0]["value"].as_f64();
    for path in ["/overview", "/volume"] {
        let page = service.get(&format!("{path}?{RANGE}&f.channel=email,chat"), None).text();
        let figure = page.split("id=\"arrivals-t\"").nth(1).unwrap().split("</figure>").next().unwrap();
        assert_eq!(figure.matches("dy=\"0.32em\"").count(), 7 * 24, "every hour of the week has its number");
        let links: Vec<String> = figure
            .split("<a href=\"/tickets?")
            .skip(1)
            .map(|rest| rest.split("</a>").next().unwrap().replace("&amp;", "&"))
            .collect();
        let count = |link: &str| link.split("\">").nth(1).unwrap().parse::<f64>().unwrap();
        assert_eq!(Some(links.iter().map(|link| count(link)).sum()), wanted, "{links:?}");
        for link in links.iter().take(5) {
            let address = link.split('"').next().unwrap();
            assert!(address.contains("weekday=") && address.contains("hour=") && address.contains("f.channel=email,chat"));
            let rows = service.get(&format!("/tickets?{address}"), None).text();
            let told = rows.split("<p class=\"count\">").nth(1).unwrap().split('<').next().unwrap();
            assert!(told.starts_with(&format!("{} ", count(link))), "{told} of {link}");
            let csv = service.get(&format!("/tickets?{address}&format=csv"), None).text();
            assert_eq!(csv.lines().count() - 1, count(link) as usize, "{csv}");
            let chip = rows.split("<ul class=\"chips\"").nth(1).unwrap().split("</ul>").next().unwrap();
            assert!(chip.contains("hour: ") && chip.contains("weekday: "), "{chip}");
        }
    }
    // Of these four days the week has no more.
    let csv = service.get(&format!("/volume?{RANGE}&chart=arrivals&format=csv"), None).text();
    assert_eq!(csv.lines().filter(|line| line.ends_with(',')).count(), 3 * 24, "{csv}");
    for wrong in ["hour=24", "hour=x", "weekday=0", "weekday=8"] {
        assert_eq!(service.get(&format!("/tickets?{RANGE}&{wrong}"), None).status, 400, "{wrong}");
    }
}

#[test]
fn durations_are_spread_with_the_share_that_is_within_the_target() {
    let place = shop();
    let rules = place.read("w/deskgauge.toml");
    let target = "\n[[target]]\nmetric = \"full_resolution_time\"\ngood = \"8h\"\n";
    place.write("w/deskgauge.toml", &format!("{rules}{target}"));
    let token = token(&place, "read");
    let service = Service::start(&place, "--no-sign-in");
    let asked = |metric: &str| {
        let address = format!("/v1/answers?metrics={metric}&stat=within&set=within=8h&from=2026-01-05&to=2026-01-09");
        service.get(&address, Some(&token)).json()["answers"][0].clone()
    };
    for (path, metric) in [("/speed", "full_resolution_time"), ("/speed", "first_response_time"), ("/sla", "sla_remaining")] {
        let answer = asked(metric);
        let csv = service.get(&format!("{path}?{RANGE}&chart=spread-{metric}&format=csv"), None).text();
        assert!(csv.starts_with("from_seconds,below_seconds,n\n"), "{csv}");
        let sum: i64 = csv.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse::<i64>().unwrap()).sum();
        assert_eq!(answer["n"].as_i64(), Some(sum), "{metric}: {csv}");
        let page = service.get(&format!("{path}?{RANGE}"), None).text();
        let figure = page.split(&format!("id=\"spread-{metric}-t\"")).next().unwrap().rsplit("<figure").next().unwrap();
        let told = format!("{:.1} % within 8h", answer["value"].as_f64().unwrap() * 100.0);
        let is_told = figure.contains(&told) && figure.contains(&format!("n {sum}"));
        assert_eq!(is_told, metric == "full_resolution_time", "{metric}, {told}: {figure}");
    }
}

#[test]
fn the_score_of_promoters_is_drawn_between_both_its_ends() {
    let place = place();
    let answer = |id: u8, day: u8, score: u8| {
        format!(
            "{{\"id\":\"n{id}\",\"type\":\"survey_answered\",\"at\":\"2026-03-0{day}T12:00:00+02:00\",\"conversation\":\"t:1\",\"actor_kind\":\"customer\",\"actor\":\"c1\",\"survey\":\"s{id}\",\"kind\":\"nps\",\"score\":{score},\"scale_min\":0,\"scale_max\":10}}\n"
        )
    };
    place.write("nps.jsonl", &[answer(1, 2, 2), answer(2, 3, 10), answer(3, 3, 8)].concat());
    place.ok("--workspace w import events nps.jsonl --strict");
    let service = Service::start(&place, "--no-sign-in");
    let page = service.get("/quality?r=2026-03-01..2026-03-04", None).text();
    let figure = page.split("id=\"nps-t\"").next().unwrap().rsplit("<figure").next().unwrap();
    assert!(page.contains("id=\"nps-t\"") && figure.contains("100</text>"), "{figure}");
    let marks = page.split("id=\"nps-t\"").nth(1).unwrap().split("</figure>").next().unwrap();
    // From the foot of the axis at -100 to three quarters of it at 50.
    assert!(marks.contains("class=\"line s1\" d=\"M333.33 180L666.67 45\""), "{marks}");
}

#[test]
fn the_search_finds_conversations_by_their_ids_and_kpis_by_their_names() {
    let place = place();
    let service = Service::start(&place, "--no-sign-in");
    let find = |text: &str| service.get(&format!("/search?q={text}"), None).text();
    for text in ["t:1", "T:1", "1"] {
        assert!(find(text).contains("href=\"/conversations/t:1\""), "{text}: {}", find(text));
    }
    assert!(!find("1").contains("/conversations/t:2\""));
    for text in [
        "backlog",
        "first+response",
        "%D0%B2%D1%80%D0%B5%D0%BC%D1%8F+%D0%BF%D0%B5%D1%80%D0%B2%D0%BE%D0%B3%D0%BE+%D0%BE%D1%82%D0%B2%D0%B5%D1%82%D0%B0",
    ] {
        assert!(find(text).contains("href=\"/definitions/"), "{text}: {}", find(text));
    }
    for text in ["%25", "zzzz", "'+or+1=1"] {
        assert!(find(text).contains("Nothing is found"), "{text}: {}", find(text));
    }
    assert!(find("").contains("role=\"search\""));
}

#[test]
fn agents_are_ranked_by_the_column_of_the_readers_choice_as_far_as_the_numbers_bear_it() {
    let place = shop();
    let service = Service::start(&place, "--no-sign-in");
    let table = |address: &str| {
        let page = service.get(address, None).text();
        page.split("id=\"by\"").nth(1).unwrap().split("</section>").next().unwrap().replace("&amp;", "&")
    };
    let ranks = |table: &str| -> Vec<String> {
        let told = table.split("class=\"rank\"><span class=\"unseen\">rank </span>").skip(1);
        told.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    };
    let own = table(&format!("/agents?{RANGE}"));
    assert!(own.contains("aria-sort=\"descending\" ") || own.contains("aria-sort=\"descending\">Resolutions"), "{own}");
    assert!(own.contains("href=\"/agents?r=2026-01-05..2026-01-08&by=agent&sort=csat#by\""), "{own}");
    for column in ["first_response_time", "first_contact_resolution", "csat"] {
        let own = table(&format!("/agents?{RANGE}&sort={column}"));
        let sorted = if column == "first_response_time" { "ascending" } else { "descending" };
        assert!(own.contains(&format!("aria-sort=\"{sorted}\"")), "{column}: {own}");
        let ranks = ranks(&own);
        let known: Vec<usize> = ranks.iter().filter_map(|rank| rank.parse().ok()).collect();
        assert!(known.is_sorted() && known.iter().enumerate().all(|(place, rank)| *rank <= place + 1), "{ranks:?}");
        assert!(ranks[known.len()..].iter().all(|rank| rank == "–"), "who has no rank comes last: {ranks:?}");
    }
    assert!(!table(&format!("/agents?{RANGE}&by=channel")).contains("class=\"rank\""));
    let wrong = service.get(&format!("/agents?{RANGE}&sort=nonsense"), None);
    assert!(wrong.status == 200 && wrong.text().contains("`nonsense` is no column to rank agents by"), "{}", wrong.text());
}

#[test]
fn agents_see_the_median_of_their_team_beside_their_own_numbers() {
    let place = shop();
    let service = Service::start(&place, "");
    join(&service, &service.link.clone().unwrap(), "dora");
    let invitation = place.ok("--workspace w people invite --role agent");
    let agent = join(&service, invitation.trim(), "ana");
    let agents = place
        .ok("--workspace w --format csv sql \"select distinct agent from first_responses where agent is not null order by 1\"");
    let name = agents.lines().nth(1).expect("an agent").to_owned();
    place.ok(&format!("--workspace w people role ana agent --agent {name}"));
    let page = service.ask("GET", &format!("/agents?{RANGE}"), &[("Cookie", &agent)], b"").unwrap().text();
    let table = page.split("id=\"by\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(table.contains("Team median") && table.matches("<tr>").count() <= 3, "{table}");
    assert!(
        !table.contains("f.agent=Team") && !table.contains("class=\"rank\""),
        "who sees only themselves has no rank: {table}"
    );
    for other in agents.lines().skip(2) {
        assert!(!table.contains(&format!(">{other}<")), "{other} in {table}");
    }
}
