//! The page of settings: every key of `deskgauge.toml` with its meaning, its default and an example.
//!
//! What the keys mean stands here; which keys there are is asked of the reader of the rules, and a test compares the two.

use deskgauge_core::rules::Catalogue;

use super::{code, head};

/// One key.
struct Setting {
    key: &'static str,
    /// As shown; empty: there is none.
    default: &'static str,
    example: &'static str,
    sentence: &'static str,
}

const fn setting(key: &'static str, default: &'static str, example: &'static str, sentence: &'static str) -> Setting {
    Setting { key, default, example, sentence }
}

/// The tables of the file with their keys.
const TABLES: &[(&str, &str, &[Setting])] = &[
    (
        "",
        "On top of the file.",
        &[
            setting("format", "1", "1", "The version of the file's form; a newer one is refused."),
            setting(
                "preset",
                "none",
                "\"zendesk_2023\"",
                "Published targets by name, behind one's own; `deskgauge metrics presets` lists them.",
            ),
        ],
    ),
    (
        "[workspace]",
        "The workspace as a whole.",
        &[
            setting("name", "", "\"Acme\"", "What people call it."),
            setting(
                "time_zone",
                "\"UTC\"",
                "\"Europe/Bucharest\"",
                "The IANA zone in which periods are cut and dates are midnights.",
            ),
            setting("week_starts", "\"monday\"", "\"sunday\"", "The first day of a week."),
            setting("schedule", "the only schedule there is", "\"support\"", "The schedule of `--clock business`."),
            setting(
                "embed_origins",
                "none",
                "[\"https://intranet.example\"]",
                "Origins whose pages may hold shared views by `/embed/`; this service's own may always.",
            ),
        ],
    ),
    (
        "[[schedule]]",
        "Hours of work. Several of one name are versions: by `from`, and by `when` the first that holds serves a conversation.",
        &[
            setting("name", "", "\"support\"", "Its name; needed."),
            setting("from", "always", "\"2024-01-01\"", "The first date of this version."),
            setting(
                "when",
                "every conversation",
                "\"team = 'returns'\"",
                "The conversations that it serves, as SQL over their fields.",
            ),
            setting("time_zone", "the workspace's", "\"Europe/Berlin\"", "The zone of its hours."),
            setting(
                "mon",
                "closed",
                "[\"09:00-13:00\", \"14:00-18:00\"]",
                "Monday's hours, half-open; `22:00-02:00` crosses midnight.",
            ),
            setting("tue", "closed", "[\"09:00-18:00\"]", "Tuesday's hours."),
            setting("wed", "closed", "[\"09:00-18:00\"]", "Wednesday's hours."),
            setting("thu", "closed", "[\"09:00-18:00\"]", "Thursday's hours."),
            setting("fri", "closed", "[\"09:00-18:00\"]", "Friday's hours."),
            setting("sat", "closed", "[\"22:00-24:00\"]", "Saturday's hours."),
            setting("sun", "closed", "[\"00:00-24:00\"]", "Sunday's hours."),
            setting("holidays", "none", "[\"2024-12-25\"]", "Dates that are closed."),
            setting(
                "breaks",
                "none",
                "[{ on = \"2024-01-02\", hours = [\"13:30-15:30\"] }]",
                "Hours that are cut out of everything.",
            ),
            setting(
                "overrides",
                "none",
                "[{ on = \"2024-01-04\", hours = [\"08:00-12:00\"] }]",
                "Hours of a date in place of weekday and holiday.",
            ),
        ],
    ),
    (
        "[[sla]]",
        "What is promised. The first that matches wins; several of one name are versions by `from`. Lengths are durations such as `4h`, `d` being 24 hours, or business days such as `2bd`.",
        &[
            setting("name", "", "\"chat\"", "Its name; needed."),
            setting("from", "always", "\"2024-01-01\"", "When this version begins."),
            setting(
                "when",
                "every conversation",
                "\"channel = 'chat'\"",
                "The conversations that it covers, as SQL over their fields at that moment.",
            ),
            setting(
                "schedule",
                "the workspace's schedule",
                "\"always\"",
                "The clock: a schedule's name, or `always` for calendar time.",
            ),
            setting("first_reply", "", "\"1m\"", "From the first customer message to the first public human reply."),
            setting("next_reply", "", "\"5m\"", "From a later customer message that is unanswered to the reply."),
            setting("periodic_update", "", "\"1d\"", "Between agents' public replies until solved."),
            setting("pausable_update", "", "\"1d\"", "The same, paused while pending."),
            setting("requester_wait", "", "\"8h\"", "Time in new, open and hold."),
            setting("agent_work", "", "\"6h\"", "Time in new and open."),
            setting("total_resolution", "", "\"2bd\"", "From creation to solved."),
            setting("team_ownership", "", "\"4h\"", "While one team owns it."),
            setting("answer_within", "", "\"20s\"", "From the queue to the answer of a call or live chat."),
        ],
    ),
    (
        "[[target]]",
        "Goals of a KPI. At least one band; bounds are inclusive, durations as text, anything else as a number.",
        &[
            setting("metric", "", "\"first_response_time\"", "The KPI; needed."),
            setting("where", "all rows", "\"channel = 'email'\"", "Which answers it is for, as SQL over the KPI's dimensions."),
            setting("excellent", "", "\"1h\"", "The best band's bound."),
            setting("good", "", "\"4h\"", "The next band's bound."),
            setting("satisfactory", "", "\"12h\"", "The last band's bound."),
        ],
    ),
    (
        "[[cost]]",
        "What support costs in a month, spread evenly over its days: what the costs per contact, resolution and order are made of. Changing it needs no rebuild.",
        &[
            setting("month", "", "\"2026-01\"", "The month; needed."),
            setting("amount", "", "12500.50", "All that one counts as support, such as wages, tools and rent; needed."),
            setting("currency", "", "\"EUR\"", "Its currency; needed. Costs of different currencies have no sum."),
            setting("team", "all", "\"returns\"", "The team that it is of."),
            setting("channel", "all", "\"phone\"", "The channel that it is of."),
        ],
    ),
    (
        "[catalogue]",
        "Parameters of KPIs; a question may set them by `--set`.",
        &[
            setting("answer_within", "\"20s\"", "\"30s\"", "A wait up to this is answered in time."),
            setting("at_risk_within", "\"30m\"", "\"1h\"", "A running SLA clock that breaches within this is at risk."),
            setting("contact_window", "\"30d\"", "\"14d\"", "How long after an order a contact counts for it."),
            setting("conversion_window", "\"5d\"", "\"7d\"", "How long after a contact an order counts for it."),
            setting("fcr_window", "\"7d\"", "\"3d\"", "How long without another contact a first contact counts as resolving."),
            setting("one_touch_window", "\"7d\"", "\"3d\"", "How long a resolution must stand to count as one touch."),
            setting("recontact_window", "\"7d\"", "\"3d\"", "How long another contact counts as one again."),
            setting("reopen_window", "\"7d\"", "\"14d\"", "How long after a resolution a reopening counts against it."),
            setting("repeat_window", "\"90d\"", "\"365d\"", "How long after an order another one counts as a repeat purchase."),
            setting(
                "resolution_window",
                "\"7d\"",
                "\"3d\"",
                "How soon after its creation a conversation must be resolved to count as resolved.",
            ),
            setting("retention_window", "\"90d\"", "\"365d\"", "Who ordered within this is a customer still."),
            setting(
                "review_window",
                "\"14d\"",
                "\"30d\"",
                "How long after its resolution a conversation counts as reviewed by a review.",
            ),
            setting("short_call", "\"10s\"", "\"20s\"", "An answered call that is over in less than this is a short one."),
            setting("survey_window", "\"7d\"", "\"14d\"", "How long a survey may be answered before it counts as not answered."),
            setting(
                "short_abandon",
                "{ phone = \"5s\", chat = \"0s\" }",
                "{ phone = \"10s\" }",
                "For `phone` and `chat`: an abandonment in less than this is a short one. What is not on the phone goes by `chat`.",
            ),
        ],
    ),
    (
        "[privacy]",
        "What answers must not show; its limits are told in [concepts](../concepts.md#privacy).",
        &[
            setting(
                "hide_individuals",
                "false",
                "true",
                "Nothing is cut by, filtered by or listed with people: agents, customers, reviewers.",
            ),
            setting(
                "minimum_group",
                "none",
                "5",
                "A number that stands on fewer conversations, or is of a team of fewer agents, is suppressed.",
            ),
        ],
    ),
    (
        "[limits]",
        "Bounds of the program.",
        &[setting(
            "memory",
            "\"2GiB\"",
            "\"512MiB\"",
            "Memory that an import may use before it spills to disk; in the service a quarter as much is for columns that questions have read and an eighth for what they have counted, kept for the next ones.",
        )],
    ),
    (
        "[oidc]",
        "By whom people sign in to the service beside names and passwords, in a build with the feature `oidc`; [the service](../service.md#sign-in-by-openid-connect) tells how.",
        OIDC,
    ),
];

const OIDC: &[Setting] = &[
    setting(
        "issuer",
        "",
        "\"https://login.example.com/realms/acme\"",
        "The provider, as its own documents name it; needed. `https`, or `http` on this machine.",
    ),
    setting("client_id", "", "\"deskgauge\"", "How the provider knows this service; needed."),
    setting(
        "client_secret_file",
        "none",
        "\"/run/secrets/oidc\"",
        "The file of the client's secret, relative to the workspace; `DESKGAUGE_OIDC_SECRET` in the environment goes before it. Without both the client is a public one.",
    ),
    setting(
        "public_url",
        "",
        "\"https://desk.example.com\"",
        "Where people reach the service; needed. The provider must know it with `/sign-in/oidc/callback` behind it.",
    ),
    setting("label", "none", "\"Acme\"", "Whom the button names: *Sign in with Acme*."),
    setting("scopes", "[\"email\", \"profile\"]", "[\"email\", \"groups\"]", "What is asked for beside `openid`."),
    setting(
        "email_domains",
        "all",
        "[\"example.com\"]",
        "The domains whose addresses are let in; `[\"*\"]` says all in so many words.",
    ),
    setting(
        "role_claim",
        "none",
        "\"groups\"",
        "The claim that gives roles, at each sign-in; points lead into objects, as in `realm_access.roles`.",
    ),
    setting(
        "roles",
        "none",
        "{ support = \"agent\", \"team leads\" = \"lead\" }",
        "Its values, each with a role: `viewer`, `agent`, `lead` or `administrator`. Of several the one counts that allows most.",
    ),
    setting(
        "default_role",
        "none",
        "\"viewer\"",
        "The role of whom no value gives one; without it they are refused. Where there is no `role_claim`, the role of new people only.",
    ),
    setting("agent_claim", "none", "\"zendesk_id\"", "The claim that says which agent of the data somebody is."),
    setting(
        "new_people",
        "false",
        "true",
        "Whether whoever may come is taken in at the first sign-in; needs `email_domains`, and a way to a role.",
    ),
];

pub(super) fn page() -> String {
    let intro = "All settings of a workspace stand in its `deskgauge.toml`.\n\
        `deskgauge check` reads the file and tells every problem in it; an unknown key is an error with the near name.\n\
        After a change of what decides the facts (zone, schedules, SLA, fields) run `deskgauge rebuild`.";
    let mut page = head("Settings", "`xtask/src/docs/settings.rs`, which is tested against the reader of the rules", intro);
    for (table, sentence, settings) in TABLES {
        let title = if table.is_empty() { "Top".to_owned() } else { code(table) };
        page.push_str(&format!("\n## {title}\n\n{sentence}\n\n| key | default | example | meaning |\n|---|---|---|---|\n"));
        for setting in *settings {
            let default = match setting.default {
                "" => String::new(),
                text if text.contains('"') || text.parse::<u32>().is_ok() => code(text),
                text => text.to_owned(),
            };
            let row = [
                code(setting.key),
                default,
                code(&format!("{} = {}", setting.key, setting.example)),
                setting.sentence.to_owned(),
            ];
            page.push_str(&format!("| {} |\n", row.join(" | ")));
        }
        if *table == "[catalogue]" {
            debug_assert!(Catalogue::DEFAULTS.iter().all(|(name, _)| settings.iter().any(|setting| setting.key == *name)));
        }
    }
    page.push_str(FIELDS);
    page
}

const FIELDS: &str = "\n## `[fields]`\n\nOwn attributes of conversations, each with its type: `text`, `int`, `decimal`, `bool` or `instant`.\n\
    They are columns of every fact table of conversations, dimensions of questions, and words of conditions.\n\n\
    ```toml\n[fields]\nmade_sla = \"bool\"\n```\n";

#[cfg(test)]
mod tests {
    use deskgauge_core::period::parse_duration;
    use deskgauge_core::rules::{Catalogue, Rules};

    use super::TABLES;

    /// A key that no table knows and no near name is found for.
    const NO_KEY: &str = "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";

    #[test]
    fn the_page_names_the_keys_that_the_rules_know() {
        for (table, _, settings) in TABLES {
            let (_, problems) = Rules::parse(&format!("{table}\n{NO_KEY} = 1\n"), "deskgauge.toml");
            let hint = problems.iter().find(|problem| problem.code == "unknown-key").and_then(|problem| problem.hint.clone());
            let hint = hint.unwrap_or_default();
            let mut known: Vec<&str> = hint.trim_start_matches("known are ").split(", ").collect();
            known.sort_unstable();
            let mut told: Vec<&str> = settings.iter().map(|setting| setting.key).collect();
            if table.is_empty() {
                told.extend([
                    "workspace",
                    "schedule",
                    "sla",
                    "target",
                    "cost",
                    "fields",
                    "catalogue",
                    "privacy",
                    "limits",
                    "oidc",
                ]);
            }
            told.sort_unstable();
            assert_eq!(known, told, "{table}");
        }
    }

    #[test]
    fn the_examples_are_legal() {
        let mut text = String::new();
        let mut rest = String::new();
        for (table, _, settings) in TABLES {
            let into = if table.is_empty() { &mut text } else { &mut rest };
            into.push_str(&format!("{table}\n"));
            for setting in *settings {
                into.push_str(&format!("{} = {}\n", setting.key, setting.example));
            }
        }
        let (_, problems) = Rules::parse(&(text + &rest), "deskgauge.toml");
        let errors: Vec<String> = problems.iter().filter(|problem| problem.is_error()).map(ToString::to_string).collect();
        assert_eq!(errors, Vec::<String>::new());
    }

    #[test]
    fn the_defaults_are_the_program_s() {
        let settings = TABLES.iter().filter(|(table, ..)| *table == "[catalogue]").flat_map(|(_, _, settings)| *settings);
        for setting in settings.filter(|setting| setting.key != "short_abandon") {
            let known = Catalogue::DEFAULTS.iter().find(|(name, _)| *name == setting.key).map(|(_, seconds)| *seconds);
            assert_eq!(parse_duration(setting.default.trim_matches('"')), known, "{}", setting.key);
        }
    }
}
