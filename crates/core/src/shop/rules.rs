//! The rules of a workspace that holds the simulated shop: its `deskgauge.toml` as text.
//!
//! The hours and holidays are those that the agents keep, the targets those that the shop could meet on a good day. The text is
//! read by the same reader as anybody's rules; nothing here knows that reader.

use std::fmt::Write;

use super::{ShopOptions, year};

pub(super) fn rules_toml(options: &ShopOptions) -> String {
    let zone = options.zone.iana_name().unwrap_or("UTC");
    let (first, last) = (options.date(0).year(), options.date(options.day_count()).year());
    let mut holidays = String::new();
    for year in first..=last {
        let days: Vec<String> = year::holidays(year).iter().map(|day| format!("\"{day}\"")).collect();
        writeln!(holidays, "    {},", days.join(", ")).expect("writing to a text");
    }
    TEMPLATE.replace("{zone}", zone).replace("{holidays}\n", &holidays)
}

const TEMPLATE: &str = r#"# The simulated shop: two brands, five channels, four languages.

[workspace]
name = "Lumina & Nordvik"
time_zone = "{zone}"
week_starts = "monday"
schedule = "support"

# The back office closes for lunch and on Saturdays.
[[schedule]]
name = "support"
when = "team in ('returns', 'tier2')"
mon = ["09:00-13:00", "14:00-18:00"]
tue = ["09:00-13:00", "14:00-18:00"]
wed = ["09:00-13:00", "14:00-18:00"]
thu = ["09:00-13:00", "14:00-18:00"]
fri = ["09:00-13:00", "14:00-18:00"]
holidays = [
{holidays}
]

# The frontline takes its lunch in turns.
[[schedule]]
name = "support"
mon = ["09:00-20:00"]
tue = ["09:00-20:00"]
wed = ["09:00-20:00"]
thu = ["09:00-20:00"]
fri = ["09:00-20:00"]
sat = ["10:00-16:00"]
holidays = [
{holidays}
]

[[sla]]
name = "phone"
when = "channel = 'phone'"
schedule = "support"
answer_within = "30s"

[[sla]]
name = "chat"
when = "channel = 'chat'"
schedule = "support"
first_reply = "3m"
next_reply = "5m"
total_resolution = "1d"

[[sla]]
name = "urgent"
when = "priority in ('high', 'urgent')"
schedule = "support"
first_reply = "1h"
next_reply = "2h"
total_resolution = "1bd"

[[sla]]
name = "messengers"
when = "channel in ('social', 'whatsapp')"
schedule = "support"
first_reply = "1h"
next_reply = "2h"
total_resolution = "2bd"

[[sla]]
name = "email"
when = "channel = 'email'"
schedule = "support"
first_reply = "4h"
next_reply = "8h"
total_resolution = "3bd"

[[target]]
metric = "first_response_time"
where = "channel = 'email'"
excellent = "1h"
good = "4h"
satisfactory = "12h"

[[target]]
metric = "first_response_time"
where = "channel in ('social', 'whatsapp')"
excellent = "15m"
good = "1h"
satisfactory = "2h"

[[target]]
metric = "first_response_time"
where = "channel = 'chat'"
excellent = "1m"
good = "5m"
satisfactory = "1h"

[[target]]
metric = "first_response_time"
where = "channel = 'phone'"
excellent = "20s"
good = "60s"
satisfactory = "3m"

[[target]]
metric = "csat"
excellent = 0.9
good = 0.8
satisfactory = 0.7

[catalogue]
answer_within = "20s"
conversion_window = "5d"
fcr_window = "7d"
reopen_window = "7d"
survey_window = "7d"
short_abandon = { phone = "5s", chat = "0s" }
"#;
