//! `token`: what programs show to the service.

use clap::{Args, Subcommand};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_engine::people::{People, Scope};
use deskgauge_web::serve::tokens;
use serde_json::json;

use crate::config::{Format, Global, clock};
use crate::failure::{Failure, Outcome, exit, note};
use crate::output::grid::Grid;
use crate::{output, workspace};

/// Make, list and revoke the tokens of programs that use the service
///
/// A token's secret is printed once, when it is made; what is kept of it opens nothing. It works for a running service at once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge token add helpdesk --scope ingest\n  deskgauge token list\n  deskgauge token revoke 3"
)]
pub(crate) struct Token {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a token
    Add {
        /// What it is for
        #[arg(value_name = "NAME")]
        name: String,
        /// What it may do: read, ingest
        #[arg(long, value_name = "SCOPE,…", value_delimiter = ',', required = true)]
        scope: Vec<String>,
    },
    /// List the tokens that hold
    List,
    /// Revoke a token
    Revoke {
        /// Its number, as `token list` tells it
        #[arg(value_name = "ID")]
        id: i64,
    },
}

impl Token {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let people = People::open(workspace.lake()).await.map_err(tokens::failure)?;
        match self.what {
            What::Add { name, scope } => {
                let scopes: Result<Vec<Scope>, String> = scope.iter().map(|word| Scope::parse(word.trim())).collect();
                let mut scopes = scopes.map_err(|told| Failure::new(exit::USAGE, Diagnostic::error("unknown-word", told)))?;
                scopes.sort();
                scopes.dedup();
                let (id, secret) = tokens::add(&people, &name, &scopes, clock()).await?;
                people.note(clock(), "command line", "token-made", &name, "").await.map_err(tokens::failure)?;
                if global.format == Format::Json {
                    return output::print(&json!({ "id": id, "name": name, "token": secret }).to_string());
                }
                note(format_args!("token {id} for {name}; this is the only time that it is shown"));
                output::print(&secret)
            }
            What::List => {
                let mut grid = Grid::new([">id", "name", "scopes", "made"]);
                for token in people.tokens().await.map_err(tokens::failure)? {
                    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
                    let made = output::value::instant(deskgauge_core::facts::At(token.made_at));
                    grid.push(vec![token.id.to_string(), token.name, scopes.join(" "), made]);
                }
                output::print(&output::grid_as(&grid, global.format))
            }
            What::Revoke { id } => {
                if !people.revoke_token(id, clock()).await.map_err(tokens::failure)? {
                    let problem = Diagnostic::error("unknown-token", format!("there is no token {id} that holds"));
                    return Err(Failure::new(exit::USAGE, problem.hint("`deskgauge token list` shows them")));
                }
                people.note(clock(), "command line", "token-revoked", &id.to_string(), "").await.map_err(tokens::failure)?;
                note(format_args!("token {id} is revoked"));
                Ok(())
            }
        }
    }
}
