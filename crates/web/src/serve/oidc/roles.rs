//! What somebody may do here, by what their provider says of them: a confirmed address of a known domain, and a role.
//!
//! Total and without any asking: the claims have been checked before, and who is known here is looked up after.

use deskgauge_core::rules;
use deskgauge_engine::people::{self, Role};
use serde_json::Value;

use super::Told;
use crate::serve::pages::sign_in::Problem;

/// What an account gives a right to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entitled {
    role: Option<Role>,
    agent: Option<String>,
    new: Option<Role>,
}

impl Entitled {
    pub(super) fn as_asked(&self) -> people::Entitled<'_> {
        people::Entitled { role: self.role, agent: self.agent.as_deref(), new: self.new }
    }
}

/// Why an account gives no right to anything.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no address, or the provider has not confirmed it.
    Unconfirmed,
    /// The address is of another domain.
    Domain(String),
    /// No value of the claim gives a role.
    Role(String),
}

impl Refused {
    /// Who they said they are, as far as it is known; why, for the log; and what they are told.
    pub(super) fn told(self) -> (String, &'static str, Problem) {
        match self {
            Self::Unconfirmed => (String::new(), "no confirmed address", Problem::plain("page-oidc-unconfirmed")),
            Self::Domain(email) => {
                let problem = Problem::with("page-oidc-domain", "email", &email);
                (email, "another domain", problem)
            }
            Self::Role(email) => {
                let problem = Problem::with("page-oidc-role", "email", &email);
                (email, "no role", problem)
            }
        }
    }
}

/// The address, and what the account gives a right to.
pub(super) fn entitled(rules: &rules::Oidc, told: &Told) -> Result<(String, Entitled), Refused> {
    let email = told.claims.get("email").and_then(Value::as_str).unwrap_or_default().trim();
    // Some providers write truth as text.
    let is_confirmed = told.claims.get("email_verified").is_some_and(|it| it == &Value::Bool(true) || it == "true");
    let Some((_, domain)) = email.rsplit_once('@').filter(|_| is_confirmed && is_address(email)) else {
        return Err(Refused::Unconfirmed);
    };
    if let Some(domains) = &rules.email_domains
        && !domains.contains(&domain.to_lowercase())
    {
        return Err(Refused::Domain(email.to_owned()));
    }
    let parse = |word: &str| Role::parse(word).ok();
    let default = rules.default_role.as_deref().and_then(parse);
    let role = match &rules.role_claim {
        Some(claim) => {
            let values = values(told, claim);
            let given = rules.roles.iter().filter(|(value, _)| values.contains(&value.as_str()));
            let widest = given.filter_map(|(_, word)| parse(word)).max_by_key(|role| width(*role)).or(default);
            Some(widest.ok_or_else(|| Refused::Role(email.to_owned()))?)
        }
        None => None,
    };
    let agent = rules.agent_claim.as_deref().and_then(|claim| values(told, claim).first().map(|agent| (*agent).to_owned()));
    let new = role.or(default).filter(|_| rules.new_people);
    Ok((email.to_owned(), Entitled { role, agent, new }))
}

/// An address that can be a name here: of a plain form and length.
fn is_address(email: &str) -> bool {
    email.chars().count() <= 100 && !email.starts_with('@') && !email.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// How much a role allows: an agent sees less than a viewer.
fn width(role: Role) -> u8 {
    match role {
        Role::Agent => 0,
        Role::Viewer => 1,
        Role::Lead => 2,
        Role::Administrator => 3,
    }
}

/// The texts of a claim: it is named whole, or by the objects that lead to it.
fn values<'t>(told: &'t Told, claim: &str) -> Vec<&'t str> {
    let nested = || {
        let mut parts = claim.split('.');
        let first = told.claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    };
    match told.claims.get(claim).or_else(nested) {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(more: &str) -> rules::Oidc {
        let head = "[oidc]\nissuer = \"https://login.example\"\nclient_id = \"d\"\npublic_url = \"https://desk.example\"\n";
        let (rules, problems) = rules::Rules::parse(&format!("{head}{more}"), "deskgauge.toml");
        assert!(problems.is_empty(), "{problems:?}");
        rules.oidc.expect("it has them")
    }

    fn told(claims: Value) -> Told {
        Told { subject: "s".to_owned(), claims: claims.as_object().expect("an object").clone() }
    }

    fn role(rules: &rules::Oidc, groups: Value) -> Result<Option<Role>, Refused> {
        let claims = json!({"email": "ana@example.com", "email_verified": true, "realm": {"groups": groups}});
        entitled(rules, &told(claims)).map(|(_, entitled)| entitled.role)
    }

    #[test]
    fn only_a_confirmed_address_of_a_known_domain_counts() {
        let rules = rules("email_domains = [\"Example.com\"]\n");
        let asked = |claims| entitled(&rules, &told(claims)).map(|(email, _)| email);
        assert_eq!(asked(json!({"email": "Ana@EXAMPLE.com", "email_verified": true})), Ok("Ana@EXAMPLE.com".to_owned()));
        assert_eq!(asked(json!({"email": "ana@example.com", "email_verified": "true"})), Ok("ana@example.com".to_owned()));
        for claims in [
            json!({"email": "ana@example.com"}),
            json!({"email": "ana@example.com", "email_verified": false}),
            json!({"email_verified": true}),
            json!({"email": "@example.com", "email_verified": true}),
            json!({"email": "a na@example.com", "email_verified": true}),
        ] {
            assert_eq!(asked(claims.clone()), Err(Refused::Unconfirmed), "{claims}");
        }
        for foreign in ["ana@example.com.evil.org", "ana@evil.org", "ana@example.com@evil.org"] {
            let told = asked(json!({"email": foreign, "email_verified": true}));
            assert_eq!(told, Err(Refused::Domain(foreign.to_owned())));
        }
    }

    #[test]
    fn the_widest_role_of_a_claim_counts_and_no_role_is_refused() {
        let claim = "role_claim = \"realm.groups\"\nroles = { support = \"agent\", readers = \"viewer\", leads = \"lead\" }\n";
        let strict = rules(claim);
        assert_eq!(role(&strict, json!(["support", "leads", "others"])), Ok(Some(Role::Lead)));
        assert_eq!(role(&strict, json!("support")), Ok(Some(Role::Agent)));
        assert_eq!(role(&strict, json!(["support", "readers"])), Ok(Some(Role::Viewer)));
        for none in [json!(["others"]), json!([]), json!(null), json!({"leads": true})] {
            assert_eq!(role(&strict, none), Err(Refused::Role("ana@example.com".to_owned())));
        }
        let mild = rules(&format!("{claim}default_role = \"viewer\"\n"));
        assert_eq!(role(&mild, json!(["others"])), Ok(Some(Role::Viewer)));
    }

    #[test]
    fn without_a_claim_people_keep_their_role_and_new_ones_get_the_usual_one() {
        let claims = json!({"email": "ana@example.com", "email_verified": true, "nick": "zendesk:7"});
        let kept = rules("agent_claim = \"nick\"\n");
        let (_, entitled_kept) = entitled(&kept, &told(claims.clone())).expect("they are let in");
        assert_eq!(entitled_kept, Entitled { role: None, agent: Some("zendesk:7".to_owned()), new: None });
        let open = rules("new_people = true\nemail_domains = [\"*\"]\ndefault_role = \"viewer\"\n");
        let (_, entitled_new) = entitled(&open, &told(claims)).expect("they are let in");
        assert_eq!(entitled_new, Entitled { role: None, agent: None, new: Some(Role::Viewer) });
    }

    #[test]
    fn the_rules_know_the_roles() {
        assert_eq!(rules::Oidc::ROLES, Role::ALL.map(Role::name));
    }
}
