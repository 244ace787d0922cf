//! Who may sign in, with what, and what was done: kept in the workspace's database, only as hashes where it is secret.

use deskgauge_engine::people::{Arrival, Entitled, Identity, People, Role, Scope};
use deskgauge_engine::workspace::{CellSizes, Workspace};

use crate::agrees::workspace;

async fn people(folder: &std::path::Path) -> (Workspace, People) {
    let workspace = workspace(folder, "", CellSizes::default()).await;
    let people = People::open(workspace.lake()).await.unwrap();
    (workspace, people)
}

#[tokio::test]
async fn an_invitation_makes_one_person_once() {
    let folder = tempfile::tempdir().unwrap();
    let (_workspace, people) = people(folder.path()).await;
    assert_eq!(people.count().await.unwrap(), 0);
    people.invite(b"first", Role::Administrator, 100).await.unwrap();
    assert!(people.invited(b"first", 100).await.unwrap().is_none(), "at its end it is over");
    assert_eq!(people.invited(b"first", 99).await.unwrap(), Some(Role::Administrator));
    let ana = people.join(b"first", "ana", "hash", 99).await.unwrap().unwrap();
    assert_eq!((ana.name.as_str(), ana.role), ("ana", Role::Administrator));
    assert!(people.join(b"first", "eve", "hash", 99).await.unwrap().is_none(), "a link works once");
    people.invite(b"second", Role::Viewer, 100).await.unwrap();
    assert!(people.join(b"second", "Ana", "hash", 99).await.is_err(), "a name is there once, however it is written");
}

#[tokio::test]
async fn sessions_and_tokens_end() {
    let folder = tempfile::tempdir().unwrap();
    let (_workspace, people) = people(folder.path()).await;
    people.invite(b"first", Role::Lead, 100).await.unwrap();
    let ana = people.join(b"first", "ana", "hash", 1).await.unwrap().unwrap();
    people.begin_session(ana.id, b"cookie", "form", 10, 50).await.unwrap();
    assert_eq!(people.session(b"cookie", 49).await.unwrap().unwrap().person, ana);
    assert!(people.session(b"cookie", 50).await.unwrap().is_none());
    people.begin_session(ana.id, b"other", "form", 10, 50).await.unwrap();
    people.end_session(b"other").await.unwrap();
    assert!(people.session(b"other", 11).await.unwrap().is_none());
    let id = people.add_token("import", b"secret", &[Scope::Ingest], 1).await.unwrap();
    assert_eq!(people.token(b"secret").await.unwrap().unwrap().scopes, [Scope::Ingest]);
    assert!(people.revoke_token(id, 5).await.unwrap());
    assert!(people.token(b"secret").await.unwrap().is_none());
    assert!(!people.revoke_token(id, 6).await.unwrap());
    people.begin_session(ana.id, b"third", "form", 10, 50).await.unwrap();
    people.set_role(ana.id, Role::Agent, Some("ana")).await.unwrap();
    let session = people.session(b"third", 11).await.unwrap().unwrap();
    assert_eq!((session.person.role, session.person.agent.as_deref()), (Role::Agent, Some("ana")), "a role holds at once");
    people.disable(ana.id).await.unwrap();
    assert!(people.session(b"third", 11).await.unwrap().is_none());
}

#[tokio::test]
async fn what_was_done_is_kept_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (_workspace, people) = people(folder.path()).await;
    people.note(5, "ana", "signed-in", "", "127.0.0.1").await.unwrap();
    people.note(6, "ana", "token-made", "import", "127.0.0.1").await.unwrap();
    let noted: Vec<String> = people.audit(10).await.unwrap().into_iter().map(|entry| entry.what).collect();
    assert_eq!(noted, ["token-made", "signed-in"]);
}

#[tokio::test]
async fn an_account_is_one_person_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let (_workspace, people) = people(folder.path()).await;
    let account = |subject: &'static str, email: &'static str| Identity { issuer: "https://one", subject, email };
    let nothing = Entitled { role: None, agent: None, new: None };
    assert_eq!(people.arrive(&account("1", "ana@x"), &nothing, 1).await.unwrap(), Arrival::Unknown);
    let ana = people.add("Ana@x", Role::Lead, None, 1).await.unwrap();
    assert!(people.add("ana@X", Role::Lead, None, 1).await.is_err(), "a name is there once, however it is written");
    assert_eq!(people.arrive(&account("1", "ana@x"), &nothing, 2).await.unwrap(), Arrival::Linked(ana.clone(), false));
    assert_eq!(people.arrive(&account("1", "new@x"), &nothing, 3).await.unwrap(), Arrival::Known(ana.clone(), false));
    assert_eq!(people.arrive(&account("2", "ana@x"), &nothing, 3).await.unwrap(), Arrival::Taken);
    let elsewhere = Identity { issuer: "https://two", subject: "1", email: "new@x" };
    assert_eq!(people.arrive(&elsewhere, &nothing, 3).await.unwrap(), Arrival::Unknown, "a subject is one's of its issuer only");
    let taken_in = Entitled { role: Some(Role::Agent), agent: Some("z:1"), new: Some(Role::Agent) };
    let Arrival::Made(new) = people.arrive(&elsewhere, &taken_in, 4).await.unwrap() else { panic!("they are taken in") };
    assert_eq!((new.name.as_str(), new.role, new.agent.as_deref()), ("new@x", Role::Agent, Some("z:1")));
    assert_eq!(people.find("new@x").await.unwrap().unwrap().1, "", "no password fits");
    people.disable(ana.id).await.unwrap();
    assert_eq!(people.arrive(&account("1", "ana@x"), &nothing, 5).await.unwrap(), Arrival::ShutOut);
    assert_eq!(people.arrive(&account("3", "ana@x"), &taken_in, 5).await.unwrap(), Arrival::ShutOut, "the name stays taken");
}

#[tokio::test]
async fn a_provider_gives_roles_but_leaves_an_administrator() {
    let folder = tempfile::tempdir().unwrap();
    let (_workspace, people) = people(folder.path()).await;
    let (ana, ben) = ("ana@x", "ben@x");
    people.add(ana, Role::Administrator, Some("z:1"), 1).await.unwrap();
    people.add(ben, Role::Administrator, None, 1).await.unwrap();
    let come = async |email: &str| {
        let identity = Identity { issuer: "https://one", subject: email, email };
        let entitled = Entitled { role: Some(Role::Viewer), agent: None, new: None };
        people.arrive(&identity, &entitled, 2).await.unwrap()
    };
    let Arrival::Linked(first, true) = come(ana).await else { panic!("they are somebody else now") };
    assert_eq!((first.role, first.agent.as_deref()), (Role::Viewer, Some("z:1")));
    let Arrival::Linked(last, false) = come(ben).await else { panic!("they are who they were") };
    assert_eq!(last.role, Role::Administrator, "somebody must be");
}

#[tokio::test]
async fn whoever_took_the_name_of_an_address_is_out_when_its_owner_comes() {
    let folder = tempfile::tempdir().unwrap();
    let (_workspace, people) = people(folder.path()).await;
    people.invite(b"link", Role::Viewer, 100).await.unwrap();
    let taken = people.join(b"link", "boss@x", "the hash of a password of eve's", 1).await.unwrap().unwrap();
    people.begin_session(taken.id, b"eve's", "form", 2, 50).await.unwrap();
    let identity = Identity { issuer: "https://one", subject: "boss", email: "boss@x" };
    let entitled = Entitled { role: Some(Role::Administrator), agent: None, new: None };
    assert!(matches!(people.arrive(&identity, &entitled, 3).await.unwrap(), Arrival::Linked(_, true)));
    assert!(people.session(b"eve's", 4).await.unwrap().is_none());
    assert_eq!(people.find("boss@x").await.unwrap().unwrap().1, "", "no password fits any more");
}
