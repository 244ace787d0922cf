//! `ingest`: events of a running system, line by line, each acknowledged when it is durable.
//!
//! A line of standard output is a promise: up to that input line everything is on disk and in every answer, whatever happens next.
//! Whoever sends the lines may go on from the last promise; what comes twice changes nothing.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use clap::Args;
use deskgauge_connect::Rejected;
use deskgauge_connect::events::json_lines;
use deskgauge_core::event::Event;
use deskgauge_core::event::record::Defaults;
use deskgauge_engine::workspace::Workspace;
use deskgauge_web::conceal::Conceal;
use deskgauge_web::stop::Stop;
use serde_json::json;

use crate::config::{Global, clock_micros, key_file};
use crate::failure::{Failure, Outcome, note};
use crate::interrupt;
use crate::{output, workspace};

/// Events that one acknowledgement covers at most.
const GROUP: usize = 1000;
/// How long the first event of a group waits for others.
const PATIENCE: Duration = Duration::from_millis(20);

/// Take live events from standard input, one JSON object a line, and acknowledge them as they become durable
///
/// Every acknowledgement is a line of JSON on standard output: {"line":…,"accepted":…,"duplicates":…,"rejected":…}. Acknowledged events
/// survive a crash and are in every answer at once; in groups they move into the lake.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  tail -f events.jsonl | deskgauge ingest\n  deskgauge ingest --commit < /dev/null      bring what waits into the lake"
)]
pub(crate) struct Ingest {
    /// The source of events that name none
    #[arg(long, value_name = "NAME", default_value = "live")]
    source: String,
    /// Move events into the lake when so many wait
    #[arg(long, value_name = "EVENTS", default_value_t = 10_000)]
    commit_at: u64,
    /// Move what waits into the lake at the end of the input, too
    #[arg(long)]
    commit: bool,
}

type Line = Result<Event, Rejected>;

impl Ingest {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let workspace = workspace::open(global).await?;
        let stop = interrupt::flag(global.format);
        let lines = lines(&self.source);
        let conceal = Conceal::by(key_file(workspace.folder()));
        let mut waiting = 0;
        let mut line = 0;
        while let Some(group) = group(&lines, &stop) {
            line += group.len() as u64;
            let (events, rejected): (Vec<Line>, Vec<Line>) = group.into_iter().partition(Result::is_ok);
            let mut events: Vec<Event> = events.into_iter().flatten().collect();
            events.iter_mut().try_for_each(|event| conceal.event(event))?;
            for row in rejected.iter().filter_map(|row| row.as_ref().err()) {
                for problem in &row.problems {
                    note(format_args!("line {}: {} {} [{}]", row.row, problem.field, problem.reason, problem.code));
                }
            }
            let receipt = workspace.receive(&events).await.map_err(workspace::failure)?;
            let told = json!({
                "line": line, "accepted": receipt.accepted, "duplicates": receipt.duplicates, "rejected": rejected.len(),
            });
            output::print(&told.to_string())?;
            waiting += receipt.accepted;
            if waiting >= self.commit_at {
                commit(&workspace).await?;
                waiting = 0;
            }
        }
        if stop.is_set() {
            return Err(Failure::interrupted("what was acknowledged is kept"));
        }
        if self.commit {
            commit(&workspace).await?;
        }
        Ok(())
    }
}

async fn commit(workspace: &Workspace) -> Outcome {
    let fresh = workspace.commit_inbox(clock_micros()).await.map_err(workspace::failure)?;
    note(format_args!("{fresh} events moved into the lake"));
    Ok(())
}

/// Reads standard input beside the runtime, which must not block.
fn lines(source: &str) -> Receiver<Line> {
    let defaults = Defaults { source: Arc::from(source) };
    let (send, receive) = sync_channel(4 * GROUP);
    std::thread::spawn(move || {
        for line in json_lines::json_lines(std::io::stdin().lock(), defaults) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    receive
}

/// The next lines: at least one, and those that follow within moments. `None` at the end of the input or when asked to stop.
fn group(lines: &Receiver<Line>, stop: &Stop) -> Option<Vec<Line>> {
    let first = loop {
        match lines.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => break line,
            Err(RecvTimeoutError::Timeout) if !stop.is_set() => {}
            Err(_) => return None,
        }
    };
    let mut group = vec![first];
    let until = Instant::now() + PATIENCE;
    while group.len() < GROUP {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => group.push(line),
            Err(_) => break,
        }
    }
    Some(group)
}
