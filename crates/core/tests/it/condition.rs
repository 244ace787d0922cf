//! Conditions: what they accept, what they answer, and what they say when they refuse.

use std::collections::BTreeMap;
use std::sync::Arc;

use deskgauge_core::condition::{Attribute, Attributes, CONVERSATION_FIELDS, Condition};
use expect_test::{Expect, expect};

/// A conversation on email, high priority, tagged vip and late, tier 2, made_sla true, without a team.
struct Sample {
    tags: Vec<Arc<str>>,
    texts: BTreeMap<&'static str, &'static str>,
}

impl Sample {
    fn new() -> Self {
        let texts = [("channel", "email"), ("priority", "high"), ("tier_text", "10"), ("language", "ro")];
        Self { tags: vec!["vip".into(), "late".into()], texts: texts.into() }
    }
}

impl Attributes for Sample {
    fn get(&self, name: &str) -> Option<Attribute<'_>> {
        match name {
            "tag" | "tags" => Some(Attribute::List(&self.tags)),
            "tier" => Some(Attribute::Number(2.0)),
            "made_sla" => Some(Attribute::Bool(true)),
            "team" => Some(Attribute::Null),
            _ => self.texts.get(name).map(|text| Attribute::Text(text)),
        }
    }
}

fn names() -> Vec<&'static str> {
    [CONVERSATION_FIELDS, &["tier", "tier_text", "made_sla"]].concat()
}

/// `yes`, `no` or `null`.
fn check(text: &str, answer: &str) {
    let condition = Condition::parse(text, &names()).unwrap_or_else(|problem| panic!("{problem}"));
    let found = match condition.evaluate(&Sample::new()) {
        Some(true) => "yes",
        Some(false) => "no",
        None => "null",
    };
    assert_eq!(found, answer, "{text}");
}

fn refuse(text: &str, expected: &Expect) {
    expected.assert_eq(&Condition::parse(text, &names()).unwrap_err().to_string());
}

#[test]
fn comparisons() {
    check("channel = 'email'", "yes");
    check("channel <> 'email'", "no");
    check("Channel != 'chat'", "yes");
    check("'email' = channel", "yes");
    check("tier < 3 and tier >= 2 and tier <= 2 and tier > -1", "yes");
    check("tier between 1 and 2", "yes");
    check("tier not between 1 and 2", "no");
    check("tier_text > 9", "yes");
    check("channel > 9", "null");
    check("channel in ('chat', 'email')", "yes");
    check("channel not in ('chat', 'phone')", "yes");
    check("channel in ('chat', null)", "null");
    check("made_sla", "yes");
    check("made_sla = true", "yes");
    check("made_sla is not true", "no");
    check("not made_sla", "no");
    check("true", "yes");
}

#[test]
fn null_is_not_false() {
    check("team = 'returns'", "null");
    check("not team = 'returns'", "null");
    check("team = 'returns' or channel = 'email'", "yes");
    check("team = 'returns' and channel = 'chat'", "no");
    check("team = 'returns' and channel = 'email'", "null");
    check("team is null", "yes");
    check("team is not null", "no");
    check("(team = 'returns') is true", "no");
    check("team in ('a', 'b')", "null");
    check("null", "null");
}

#[test]
fn tags_are_a_set() {
    check("tag = 'vip'", "yes");
    check("tags = 'vip' and tags = 'late'", "yes");
    check("tag = 'new'", "no");
    check("tag <> 'vip'", "no");
    check("tag <> 'new'", "yes");
    check("'vip' = any(tags)", "yes");
    check("'new' = any(tags)", "no");
    check("tag in ('new', 'late')", "yes");
    check("tag like 'v%'", "yes");
    check("tags is null", "no");
}

#[test]
fn patterns() {
    check("language like 'r_'", "yes");
    check("language like 'R%'", "no");
    check("language ilike 'R%'", "yes");
    check("channel like '%ai%'", "yes");
    check("channel like 'e%l'", "yes");
    check("channel like '%a%a%'", "no");
    check("channel like 'email%'", "yes");
    check("channel not like '%x%'", "yes");
    check("channel like ''", "no");
    check("channel like '%\\_%' escape '\\'", "no");
    check("team like '%'", "null");
}

#[test]
fn the_same_in_other_spelling_is_equal() {
    let one = Condition::parse("channel='chat' AND tier>1", &names()).unwrap();
    let two = Condition::parse("channel = 'chat'  and tier > 1", &names()).unwrap();
    assert_eq!(one, two);
    assert_eq!(two.text(), "channel = 'chat'  and tier > 1");
    assert_eq!(one.names(), ["channel", "tier"]);
}

#[test]
fn refusals() {
    refuse(
        "chanel = 'email'",
        &expect![[r#"
        error[unknown-field]: no field is named `chanel`
          help: did you mean `channel`?"#]],
    );
    refuse(
        r#"channel = "quarterly""#,
        &expect![[r#"
        error[unknown-field]: no field is named `quarterly`
          help: text stands in single quotes: 'quarterly'"#]],
    );
    refuse(
        "weather = 'rain'",
        &expect![[r#"
        error[unknown-field]: no field is named `weather`
          help: fields are channel, brand, team, agent, priority, reason, tags, tag, language, segment, origin, customer, status, state, tier, tier_text, made_sla; declare your own in [fields]"#]],
    );
    refuse(
        "channel = ",
        &expect![[r#"
        error[bad-condition]: cannot read condition `channel = `: expected: an expression, found: EOF
          help: compare fields with literals: channel = 'email' and priority in ('high', 'urgent')"#]],
    );
    refuse(
        "channel = 'email' priority",
        &expect![[r#"
        error[bad-condition]: cannot read condition `channel = 'email' priority`: nothing may follow `channel = 'email'`, found `priority`
          help: compare fields with literals: channel = 'email' and priority in ('high', 'urgent')"#]],
    );
    refuse(
        "upper(channel) = 'EMAIL'",
        &expect![[r#"
        error[bad-condition]: a condition cannot contain `upper(channel)`
          help: compare fields with literals: channel = 'email' and priority in ('high', 'urgent')"#]],
    );
    refuse(
        "tier + 1 > 2",
        &expect![[r#"
        error[bad-condition]: a condition cannot contain `tier + 1`
          help: compare fields with literals: channel = 'email' and priority in ('high', 'urgent')"#]],
    );
    refuse(
        "channel in (select 1)",
        &expect![[r#"
        error[bad-condition]: a condition cannot contain `channel IN (SELECT 1)`
          help: compare fields with literals: channel = 'email' and priority in ('high', 'urgent')"#]],
    );
    refuse(
        "'email'",
        &expect![[r#"
        error[bad-condition]: `'email'` is neither true nor false
          help: compare fields with literals: channel = 'email' and priority in ('high', 'urgent')"#]],
    );
    refuse(
        "",
        &expect![[r#"
        error[bad-condition]: cannot read condition ``: expected: an expression, found: EOF
          help: compare fields with literals: channel = 'email' and priority in ('high', 'urgent')"#]],
    );
}

#[test]
fn long_chains_do_not_overflow() {
    let chain = vec!["tier = 1"; 1500].join(" or ");
    check(&chain, "no");
    assert!(Condition::parse(&vec!["tier = 1"; 5000].join(" or "), &names()).is_err());
    assert!(Condition::parse(&"(".repeat(5000), &names()).is_err());
}
