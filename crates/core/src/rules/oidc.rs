//! `[oidc]`: the provider of OpenID Connect by which people sign in to the service, and what they may do then.
//!
//! Nothing of it decides a fact, so the digest does not know it. A secret has no place in a file that is meant for git: its own file is
//! named here, or the environment has it. Whether this program was built to ask a provider is not this file's matter.

use toml_edit::Item;

use super::read::{Reader, Section, Span};

/// `[oidc]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oidc {
    /// The provider, as its own documents name it: `https`, or `http` on this machine.
    pub issuer: String,
    /// How the provider knows this service.
    pub client_id: String,
    /// The file of the client's secret; relative to the workspace.
    pub client_secret_file: Option<String>,
    /// Where people reach the service, without a slash at its end.
    pub public_url: String,
    /// Whom the button names.
    pub label: Option<String>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The domains whose addresses are let in, in small letters; `None`: all of them.
    pub email_domains: Option<Vec<String>>,
    /// The claim that says what somebody may do; points lead into objects.
    pub role_claim: Option<String>,
    /// Values of that claim, each with the role that it gives.
    pub roles: Vec<(String, String)>,
    /// The role of whom no value gives one. `None`: they are refused where a claim gives roles, and keep theirs where none does.
    pub default_role: Option<String>,
    /// The claim that says which agent of the data somebody is.
    pub agent_claim: Option<String>,
    /// Whether somebody whom nobody has taken in before is taken in by signing in.
    pub new_people: bool,
}

impl Oidc {
    /// The roles that there are.
    pub const ROLES: [&'static str; 4] = ["viewer", "agent", "lead", "administrator"];
}

const KEYS: &[&str] = &[
    "issuer",
    "client_id",
    "client_secret_file",
    "public_url",
    "label",
    "scopes",
    "email_domains",
    "role_claim",
    "roles",
    "default_role",
    "agent_claim",
    "new_people",
];

/// Reads the table; `None` where there is none, or too little of it.
pub(super) fn read(reader: &mut Reader<'_>, top: &Section<'_>) -> Option<Oidc> {
    let section = reader.section(top, "oidc")?;
    keys(reader, &section);
    let issuer = address(reader, &section, "issuer");
    let client_id = needed(reader, &section, "client_id").map(|(text, _)| text.to_owned());
    let public_url = address(reader, &section, "public_url").and_then(|url| origin(reader, &section, url));
    let text = |reader: &mut Reader<'_>, key| reader.text(&section, key).map(|(text, _)| text.to_owned());
    let client_secret_file = text(reader, "client_secret_file");
    let label = text(reader, "label").filter(|label| !label.trim().is_empty());
    let scopes = scopes(reader, &section);
    let email_domains = domains(reader, &section);
    let role_claim = text(reader, "role_claim");
    let roles = roles(reader, &section, role_claim.is_some());
    let default_role = reader.text(&section, "default_role").and_then(|(word, span)| role(reader, word, span));
    let agent_claim = text(reader, "agent_claim");
    let new_people = new_people(reader, &section);
    let oidc = Oidc {
        issuer: issuer?,
        client_id: client_id?,
        client_secret_file,
        public_url: public_url?,
        label,
        scopes,
        email_domains: email_domains.filter(|domains| !domains.iter().any(|domain| domain == "*")),
        role_claim,
        roles,
        default_role,
        agent_claim,
        new_people,
    };
    Some(oidc)
}

/// Says which keys have no meaning; a secret is refused by its own word.
fn keys(reader: &mut Reader<'_>, section: &Section<'_>) {
    let mut known = KEYS.to_vec();
    if let Some(item) = section.table.get("client_secret") {
        let hint = "put it into a file of its own and name that by client_secret_file, or into the environment";
        reader.refuse_with("secret-in-rules", "a client's secret does not belong into this file", item.span(), hint);
        known.push("client_secret");
    }
    reader.only_keys(section, &known);
}

/// Text that must be there and say something: without it nobody could sign in, and nobody would know why.
fn needed<'d>(reader: &mut Reader<'_>, section: &Section<'d>, key: &str) -> Option<(&'d str, Span)> {
    let found = reader.required_text(section, key);
    if let Some((_, span)) = reader.quiet_text(section, key).filter(|(text, _)| text.is_empty()) {
        reader.refuse("bad-value", format!("`{key}` in {} is empty", section.title), span);
    }
    found
}

/// An address that may be trusted: nobody on the way can read or change what goes over it.
fn address(reader: &mut Reader<'_>, section: &Section<'_>, key: &str) -> Option<String> {
    let (text, span) = needed(reader, section, key)?;
    if is_safe(text) {
        return Some(text.to_owned());
    }
    let hint = "write https://HOST, or http://127.0.0.1:PORT on this machine; no name, question mark or number sign in it";
    reader.refuse_with("bad-value", format!("`{key}`: `{text}` is no address that can be trusted"), span, hint);
    None
}

fn is_safe(text: &str) -> bool {
    let rest = |scheme: &str| text.strip_prefix(scheme).filter(|rest| !rest.contains(['?', '#', '@', '\\', ' ']));
    let host = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
    if let Some(rest) = rest("https://") {
        return !host(rest).is_empty();
    }
    rest("http://").is_some_and(|rest| {
        let host = host(rest);
        let name = match host.strip_prefix('[') {
            Some(six) => six.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        matches!(name, "localhost" | "127.0.0.1" | "::1")
    })
}

/// The service stands at the root of its host.
fn origin(reader: &mut Reader<'_>, section: &Section<'_>, url: String) -> Option<String> {
    let url = url.trim_end_matches('/').to_owned();
    if url.matches('/').count() == 2 {
        return Some(url);
    }
    let span = reader.quiet_text(section, "public_url").and_then(|(_, span)| span);
    reader.refuse_with("bad-value", format!("`public_url`: `{url}` has a path"), span, "leave the path out");
    None
}

fn scopes(reader: &mut Reader<'_>, section: &Section<'_>) -> Vec<String> {
    if section.table.get("scopes").is_none() {
        return vec!["email".to_owned(), "profile".to_owned()];
    }
    let mut scopes = Vec::new();
    for (scope, span) in reader.texts(section, "scopes") {
        if scope.is_empty() || scope.contains(char::is_whitespace) {
            reader.refuse_with("bad-value", format!("`{scope}` is no scope"), span, "write each scope in quotes of its own");
        } else if scope != "openid" {
            scopes.push(scope);
        }
    }
    scopes
}

/// The domains as they are written; `None`: the key is not there.
fn domains(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Vec<String>> {
    section.table.get("email_domains")?;
    let mut domains = Vec::new();
    for (domain, span) in reader.texts(section, "email_domains") {
        let legal = domain == "*" || domain.contains('.') && !domain.contains(['@', '*', ' ', '/']);
        if legal {
            domains.push(domain.to_lowercase());
        } else {
            let hint = "write what stands behind the @, such as example.com, or * for all domains";
            reader.refuse_with("bad-value", format!("`{domain}` is no domain of addresses"), span, hint);
        }
    }
    Some(domains)
}

fn roles(reader: &mut Reader<'_>, section: &Section<'_>, has_claim: bool) -> Vec<(String, String)> {
    let Some(table) = reader.section(section, "roles") else {
        if has_claim && section.table.get("roles").is_none() {
            reader.refuse(
                "missing-key",
                "`role_claim` in [oidc] needs `roles`: its values, each with a role",
                section.span.clone(),
            );
        }
        return Vec::new();
    };
    if !has_claim {
        reader.refuse("missing-key", "`roles` in [oidc] needs `role_claim`: the claim that has these values", table.span.clone());
    }
    let mut roles = Vec::new();
    for (value, _) in table.table.iter() {
        let word = reader.text(&table, value);
        let known = word.and_then(|(word, span)| role(reader, word, span));
        roles.extend(known.map(|known| (value.to_owned(), known)));
    }
    roles
}

fn role(reader: &mut Reader<'_>, word: &str, span: Span) -> Option<String> {
    if Oidc::ROLES.contains(&word) {
        return Some(word.to_owned());
    }
    reader.unknown("bad-value", format!("`{word}` is no role"), span, word, &Oidc::ROLES);
    None
}

/// Taking in whoever comes asks for a word on who that may be: many providers know all the world.
fn new_people(reader: &mut Reader<'_>, section: &Section<'_>) -> bool {
    let Some(item) = section.table.get("new_people") else { return false };
    let Some(wanted) = item.as_bool() else {
        reader.refuse("bad-value", "`new_people` is true or false", item.span());
        return false;
    };
    let has = |key: &str| section.table.get(key).is_some_and(|item| !matches!(item, Item::None));
    if wanted && !has("email_domains") {
        let hint = "name the domains, or write email_domains = [\"*\"] where the provider knows your people only";
        reader.refuse_with("missing-key", "`new_people` in [oidc] needs `email_domains`", item.span(), hint);
    }
    if wanted && !has("role_claim") && !has("default_role") {
        let hint = "write default_role = \"viewer\"";
        reader.refuse_with("missing-key", "`new_people` in [oidc] needs `default_role` or `role_claim`", item.span(), hint);
    }
    wanted
}
