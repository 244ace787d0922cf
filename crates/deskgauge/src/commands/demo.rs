//! `demo`: a workspace of a simulated shop, its board, and what to try next.
//!
//! The workspace is an ordinary one and is reused when it is there. Its events end at a known instant, which is the `--now` that fits:
//! the clock on the wall would find every window elapsed.

use std::path::{Path, PathBuf};

use clap::Args;
use deskgauge_core::event::Instant;
use deskgauge_core::facts::At;
use deskgauge_core::question::{Compare, Question};
use deskgauge_core::shop::{Shop, ShopOptions};
use deskgauge_engine::workspace::Workspace;
use deskgauge_web::import::play;

use super::import::{Options, Summary, begin};
use super::simulate::{fitting_now, options};
use crate::config::{Format, Global};
use crate::failure::{Outcome, note};
use crate::workspace::{self, Asking, now};

/// Make a simulated shop, import it, and show its board
///
/// The shop is played by a discrete-event simulation; the same seed gives the same shop. The workspace stays and can be asked further.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  deskgauge demo\n  deskgauge demo --dir /tmp/shop --conversations 50000 --seed 7")]
pub(crate) struct Demo {
    /// The workspace; made where there is none, else reused
    #[arg(long, value_name = "DIR", default_value = "./deskgauge-demo")]
    dir: PathBuf,
    /// How many conversations begin
    #[arg(long, value_name = "N", default_value_t = 12_000, value_parser = clap::value_parser!(u64).range(1..))]
    conversations: u64,
    /// The seed of all randomness
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

impl Demo {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let shop = options(self.conversations, self.seed, None);
        let (workspace, end) = fill(&self.dir, shop, global).await?;
        let asking = Asking::of(&workspace, None, now()).await?;
        let base =
            Question { now: Some(At(end.seconds()).into()), compare: Some(Compare::Weekdays), ..Question::new(Vec::new()) };
        super::report::show(&asking, "30d", &base, None, global).await?;
        if global.format != Format::Json {
            note(next(&self.dir, end));
        }
        Ok(())
    }
}

/// Plays a shop into a workspace, which is made where there is none. A play that is in it already is not imported again.
pub(crate) async fn fill(folder: &Path, shop: ShopOptions, global: &Global) -> Outcome<(Workspace, Instant)> {
    let name = play::name(&shop);
    let workspace = workspace::init_at(folder, &shop.rules_toml(), global).await?;
    let shop = Shop::new(shop);
    let end = shop.end();
    let imports = workspace.imports().await.map_err(workspace::failure)?;
    if imports.iter().any(|import| import.name == name && !import.undone) {
        note(format_args!("{} holds this shop already", folder.display()));
    } else {
        let options = Options { source: "shop".to_owned(), strict: false, rejects: None };
        let mut session = begin(&workspace, name, &options, None, global.format).await?;
        play::take(&mut session, shop)?;
        // The import's answer belongs on standard error here: standard output is the board's.
        Summary(session.finish(None).await?).tell(&[], &Global { format: Format::Table, ..global.clone() })?;
    }
    note(format_args!("the play ends at {0}: ask with --now {0}\n", fitting_now(end)));
    Ok((workspace, end))
}

fn next(folder: &Path, end: Instant) -> String {
    let (dir, now) = (folder.display(), fitting_now(end));
    format!(
        "\nTry next:\n  \
         deskgauge --workspace {dir} serve --no-sign-in --now {now}\n  \
         deskgauge --workspace {dir} report --now {now} --html board.html\n  \
         deskgauge --workspace {dir} query first_response_time --by channel --stat p90 --now {now}\n  \
         deskgauge --workspace {dir} query csat --grain month --now {now}\n  \
         deskgauge --workspace {dir} explain first_response_time --now {now}\n  \
         deskgauge --workspace {dir} sql \"select channel, count(*) from conversations group by channel\"\n  \
         deskgauge metrics list"
    )
}
