//! `people`: who may sign in to the service.

use clap::{Args, Subcommand};
use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_engine::people::{People as Kept, Person, Role};
use deskgauge_web::serve::tokens;

use crate::config::{Global, clock};
use crate::failure::{Failure, Outcome, exit, note};
use crate::output::grid::Grid;
use crate::{output, workspace};

/// Invite, list and remove those who may sign in to the service, and say what they may do
///
/// Roles: viewer (all numbers), agent (their own numbers), lead, administrator (says who may do what). A change holds for a running
/// service at once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge people invite --role lead\n  deskgauge people add ana@example.com --role lead         signs in by [oidc]\n  deskgauge people list\n  deskgauge people role ana agent --agent zendesk:1234\n  deskgauge people remove ana"
)]
pub(crate) struct People {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a link by which somebody can join, once, within 7 days
    Invite {
        /// viewer, agent, lead or administrator
        #[arg(long, value_name = "ROLE", default_value = "viewer")]
        role: String,
    },
    /// Take in somebody who signs in by the provider of [oidc], before they come
    Add {
        /// The address by which the provider knows them
        #[arg(value_name = "EMAIL")]
        name: String,
        /// viewer, agent, lead or administrator
        #[arg(long, value_name = "ROLE", default_value = "viewer")]
        role: String,
        /// The agent of the data who they are, for the role agent
        #[arg(long, value_name = "AGENT", required_if_eq("role", "agent"))]
        agent: Option<String>,
    },
    /// List who may sign in
    List,
    /// Give somebody another role
    Role {
        /// The name that they sign in with
        #[arg(value_name = "NAME")]
        name: String,
        /// viewer, agent, lead or administrator
        #[arg(value_name = "ROLE")]
        role: String,
        /// The agent of the data who they are, for the role agent
        #[arg(long, value_name = "AGENT", required_if_eq("role", "agent"))]
        agent: Option<String>,
    },
    /// Let somebody sign in no more, from now on
    Remove {
        /// The name that they sign in with
        #[arg(value_name = "NAME")]
        name: String,
    },
}

impl People {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let people = Kept::open(workspace.lake()).await.map_err(tokens::failure)?;
        match self.what {
            What::Invite { role } => {
                let role = parse(&role)?;
                let path = tokens::invite(&people, role, clock()).await?;
                people.note(clock(), "command line", "invited", role.name(), "").await.map_err(tokens::failure)?;
                note("put the address of the service before it; it works once, within 7 days");
                output::print(&path)
            }
            What::Add { name, role, agent } => {
                let (role, name) = (parse(&role)?, address(&name)?);
                let person = people.add(&name, role, agent.as_deref(), clock()).await.map_err(tokens::failure)?;
                let about = format!("{} {}", person.name, role.name());
                people.note(clock(), "command line", "added", &about, "").await.map_err(tokens::failure)?;
                note(format_args!("{} is {} now, and signs in by the provider", person.name, role.name()));
                Ok(())
            }
            What::List => {
                let mut grid = Grid::new(["name", "role", "agent"]);
                for person in people.list().await.map_err(tokens::failure)? {
                    grid.push(vec![person.name, person.role.name().to_owned(), person.agent.unwrap_or_default()]);
                }
                output::print(&output::grid_as(&grid, global.format))
            }
            What::Role { name, role, agent } => {
                let (role, person) = (parse(&role)?, find(&people, &name).await?);
                people.set_role(person.id, role, agent.as_deref()).await.map_err(tokens::failure)?;
                let about = format!("{} {}", person.name, role.name());
                people.note(clock(), "command line", "role-changed", &about, "").await.map_err(tokens::failure)?;
                note(format_args!("{} is {} now", person.name, role.name()));
                Ok(())
            }
            What::Remove { name } => {
                let person = find(&people, &name).await?;
                people.disable(person.id).await.map_err(tokens::failure)?;
                people.note(clock(), "command line", "removed", &person.name, "").await.map_err(tokens::failure)?;
                note(format_args!("{} can sign in no more", person.name));
                Ok(())
            }
        }
    }
}

/// What is no address would never be matched by a provider's.
fn address(text: &str) -> Outcome<String> {
    let text = text.trim();
    let is_one = text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'));
    if is_one && text.chars().count() <= 100 && !text.contains(char::is_whitespace) {
        return Ok(text.to_owned());
    }
    let hint = "write the address by which the provider knows them; whoever has a password here is invited instead";
    Err(Failure::usage("bad-value", format!("`{text}` is no e-mail address"), hint))
}

fn parse(word: &str) -> Outcome<Role> {
    Role::parse(word).map_err(|told| Failure::new(exit::USAGE, Diagnostic::error("unknown-word", told)))
}

async fn find(people: &Kept, name: &str) -> Outcome<Person> {
    if let Some((person, _)) = people.find(name).await.map_err(tokens::failure)? {
        return Ok(person);
    }
    let all = people.list().await.map_err(tokens::failure)?;
    let near = near_name(name, all.iter().map(|person| person.name.as_str()));
    let problem = Diagnostic::error("unknown-person", format!("nobody who may sign in is called `{name}`"));
    let hint = near.map_or_else(|| "`deskgauge people list` shows them".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(Failure::new(exit::USAGE, problem.hint(hint)))
}
