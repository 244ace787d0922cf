//! Who asks, and what they may do: one table of rights for all routes.

use deskgauge_engine::people::{Person, Role, Scope, Token};

/// Whoever has a link to one view, and how they see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The path of the link.
    pub path: String,
    /// Whether agents have no names on it.
    pub nameless: bool,
    /// The theme of a view in a page of others: `auto`, `light` or `dark`, with nothing around it.
    pub frame: Option<&'static str>,
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody who has not signed in.
    Nobody,
    /// Anybody, where nobody needs to sign in.
    Anybody,
    /// A person with a session, and what their forms must bring.
    Person(Person, String),
    /// A program with a token.
    Program(Token),
    /// Whoever has a link to one view; they have come to that view already, and may nothing else.
    Guest(Guest),
}

impl Who {
    /// Their name in the log: never a secret.
    pub fn name(&self) -> String {
        match self {
            Self::Nobody => String::new(),
            Self::Anybody => "anybody".to_owned(),
            Self::Person(person, _) => person.name.clone(),
            Self::Program(token) => format!("token {}", token.id),
            Self::Guest(_) => "a shared link".to_owned(),
        }
    }

    /// Whether agents have no names for them.
    pub fn sees_no_names(&self) -> bool {
        matches!(self, Self::Guest(guest) if guest.nameless)
    }

    /// The role, of people.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Person(person, _) => Some(person.role),
            Self::Anybody => Some(Role::Viewer),
            Self::Nobody | Self::Program(_) | Self::Guest(_) => None,
        }
    }

    /// The agent whose rows alone they may see: `None` is no such limit.
    pub fn only(&self) -> Option<&str> {
        match self {
            Self::Person(person, _) if person.role == Role::Agent => Some(person.agent.as_deref().unwrap_or("")),
            _ => None,
        }
    }
}

/// What a route asks of who calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Nothing.
    Anyone,
    /// To have signed in.
    SignedIn,
    /// To see numbers; agents see their own.
    Read,
    /// To see everybody's rows.
    ReadAll,
    /// To send events.
    Ingest,
    /// To change what a team shares: its data, targets, views and notes.
    Change,
    /// To say who may do what.
    Manage,
}

impl Right {
    /// Whether somebody has it.
    pub fn allows(self, who: &Who) -> bool {
        let scope = |wanted: Scope| matches!(who, Who::Program(token) if token.scopes.contains(&wanted));
        let role = who.role();
        match self {
            Self::Anyone => true,
            Self::SignedIn => matches!(who, Who::Person(..)),
            Self::Read => role.is_some() || scope(Scope::Read),
            Self::ReadAll => role.is_some_and(|role| role != Role::Agent) || scope(Scope::Read),
            Self::Ingest => role == Some(Role::Administrator) || scope(Scope::Ingest),
            Self::Change => role.is_some_and(|role| role >= Role::Lead),
            Self::Manage => role == Some(Role::Administrator),
        }
    }
}
