//! `[oidc]`: what it gives, and what a wrong one is told.

use deskgauge_core::rules::{Oidc, Rules};
use expect_test::{Expect, expect};

const LEAST: &str =
    "[oidc]\nissuer = \"https://login.example/realms/desk\"\nclient_id = \"desk\"\npublic_url = \"https://desk.example/\"\n";

fn good(text: &str) -> Oidc {
    let (rules, problems) = Rules::parse(text, "deskgauge.toml");
    assert!(problems.is_empty(), "{problems:?}");
    rules.oidc.expect("it is there")
}

fn check(text: &str, expected: &Expect) {
    let (_, problems) = Rules::parse(text, "deskgauge.toml");
    expected.assert_eq(&problems.iter().map(|problem| format!("{problem}\n")).collect::<String>());
}

#[test]
fn little_is_needed() {
    let oidc = good(LEAST);
    assert_eq!((oidc.issuer.as_str(), oidc.client_id.as_str()), ("https://login.example/realms/desk", "desk"));
    assert_eq!((oidc.public_url.as_str(), oidc.scopes.join(" ").as_str()), ("https://desk.example", "email profile"));
    assert!(!oidc.new_people && oidc.roles.is_empty() && oidc.email_domains.is_none() && oidc.default_role.is_none());
    assert!(Rules::parse("", "deskgauge.toml").0.oidc.is_none());
    let with = Rules::parse(LEAST, "deskgauge.toml").0;
    assert_eq!(with.digest(), Rules::default().digest(), "no fact depends on who signs in");
}

#[test]
fn a_full_table() {
    let oidc = good(&format!(
        "{LEAST}client_secret_file = \"/run/secret\"\nlabel = \"Acme\"\nscopes = [\"openid\", \"email\", \"groups\"]\n\
         email_domains = [\"Acme.example\"]\nrole_claim = \"realm.groups\"\ndefault_role = \"viewer\"\nagent_claim = \"desk\"\n\
         new_people = true\n[oidc.roles]\n\"support leads\" = \"lead\"\n"
    ));
    assert_eq!(oidc.scopes, ["email", "groups"]);
    assert_eq!(oidc.email_domains, Some(vec!["acme.example".to_owned()]));
    assert_eq!(oidc.roles, [("support leads".to_owned(), "lead".to_owned())]);
    assert_eq!(oidc.label.as_deref(), Some("Acme"));
    assert!(oidc.new_people);
    let all = good(&format!("{LEAST}email_domains = [\"*\"]\nnew_people = true\ndefault_role = \"viewer\"\n"));
    assert!(all.email_domains.is_none(), "all of them");
}

#[test]
fn only_addresses_that_nobody_can_read_on_the_way_are_trusted() {
    for issuer in ["https://login.example", "http://127.0.0.1:3000", "http://localhost/x", "http://[::1]:3000"] {
        assert_eq!(good(&LEAST.replace("https://login.example/realms/desk", issuer)).issuer, issuer);
    }
    for issuer in [
        "http://login.example",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
        "https://",
        "login.example",
        "",
    ] {
        let (rules, problems) = Rules::parse(&LEAST.replace("https://login.example/realms/desk", issuer), "deskgauge.toml");
        assert!(rules.oidc.is_none(), "{issuer}");
        assert!(problems.iter().any(|problem| problem.code == "bad-value"), "{issuer}: {problems:?}");
    }
}

#[test]
fn everything_wrong_is_told() {
    check(
        "[oidc]\nissuer = \"http://login.example\"\nclient_secret = \"hush\"\npublic_url = \"https://desk.example/x\"\nscopse = []\n\
         email_domains = [\"@acme.example\"]\nrole_claim = \"groups\"\ndefault_role = \"vewer\"\nnew_people = \"yes\"\n",
        &expect![[r#"
            error[missing-key]: [oidc] needs `client_id`
              at deskgauge.toml:1:1
            error[missing-key]: `role_claim` in [oidc] needs `roles`: its values, each with a role
              at deskgauge.toml:1:1
            error[bad-value]: `issuer`: `http://login.example` is no address that can be trusted
              at deskgauge.toml:2:10
              help: write https://HOST, or http://127.0.0.1:PORT on this machine; no name, question mark or number sign in it
            error[secret-in-rules]: a client's secret does not belong into this file
              at deskgauge.toml:3:17
              help: put it into a file of its own and name that by client_secret_file, or into the environment
            error[bad-value]: `public_url`: `https://desk.example/x` has a path
              at deskgauge.toml:4:14
              help: leave the path out
            error[unknown-key]: unknown key `scopse` in [oidc]
              at deskgauge.toml:5:1
              help: did you mean `scopes`?
            error[bad-value]: `@acme.example` is no domain of addresses
              at deskgauge.toml:6:18
              help: write what stands behind the @, such as example.com, or * for all domains
            error[bad-value]: `vewer` is no role
              at deskgauge.toml:8:16
              help: did you mean `viewer`?
            error[bad-value]: `new_people` is true or false
              at deskgauge.toml:9:14
        "#]],
    );
    check(
        &format!("{LEAST}new_people = true\nroles = {{ a = \"boss\" }}\nscopes = [1, \"a b\"]\n"),
        &expect![[r#"
        error[missing-key]: `new_people` in [oidc] needs `email_domains`
          at deskgauge.toml:5:14
          help: name the domains, or write email_domains = ["*"] where the provider knows your people only
        error[missing-key]: `new_people` in [oidc] needs `default_role` or `role_claim`
          at deskgauge.toml:5:14
          help: write default_role = "viewer"
        error[missing-key]: `roles` in [oidc] needs `role_claim`: the claim that has these values
          at deskgauge.toml:6:9
        error[bad-value]: `boss` is no role
          at deskgauge.toml:6:15
          help: known are viewer, agent, lead, administrator
        error[bad-value]: `scopes` in [oidc] is a list of texts in quotes
          at deskgauge.toml:7:11
        error[bad-value]: `a b` is no scope
          at deskgauge.toml:7:14
          help: write each scope in quotes of its own
    "#]],
    );
    check(
        "oidc = 1\n",
        &expect![[r#"
        error[bad-value]: `oidc` in deskgauge.toml must be a table, found integer
          at deskgauge.toml:1:8
    "#]],
    );
}
