//! What the service counts about itself, as Prometheus reads it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskgauge_engine::plan::kept_counts;
use deskgauge_engine::source::kept_columns;

/// Upper bounds of the classes of durations, in seconds.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Durations by class.
#[derive(Debug, Default)]
pub(crate) struct Durations {
    classes: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

impl Durations {
    /// Counts one.
    pub(crate) fn add(&self, took: Duration) {
        let class = BOUNDS.iter().position(|bound| took.as_secs_f64() <= *bound).unwrap_or(BOUNDS.len());
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn print(&self, out: &mut String, name: &str, help: &str) {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} histogram");
        let mut below = 0;
        for (bound, class) in BOUNDS.iter().zip(&self.classes) {
            below += class.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}_bucket{{le=\"{bound}\"}} {below}");
        }
        let all = below + self.classes[BOUNDS.len()].load(Ordering::Relaxed);
        let sum = self.micros.load(Ordering::Relaxed) as f64 / 1e6;
        let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {all}\n{name}_sum {sum}\n{name}_count {all}");
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    /// Requests by route and status.
    requests: Mutex<BTreeMap<(&'static str, &'static str, u16), u64>>,
    /// Events acknowledged.
    pub(crate) accepted: AtomicU64,
    /// Events among them that were known.
    pub(crate) duplicates: AtomicU64,
    /// Events refused.
    pub(crate) refused: AtomicU64,
    /// Requests sent away because too much waits.
    pub(crate) throttled: AtomicU64,
    /// Rows in the inbox.
    pub(crate) waiting: AtomicU64,
    /// How often what had arrived was folded before anybody asked.
    pub(crate) follows: AtomicU64,
    /// Commits of the inbox.
    pub(crate) commits: AtomicU64,
    /// Commits that failed.
    pub(crate) failed_commits: AtomicU64,
    /// The last commit: its end in seconds since 1970, how long it took in milliseconds, and its events.
    pub(crate) committed: [AtomicU64; 3],
    /// From an event's arrival to its acknowledgement.
    pub(crate) acknowledging: Durations,
    /// Questions.
    pub(crate) asking: Durations,
}

impl Gauges {
    /// Counts a request.
    pub(crate) fn request(&self, method: &'static str, path: &'static str, status: u16) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((method, path, status)).or_default() += 1;
    }

    /// All of them as text.
    pub(crate) fn print(&self, uptime: Duration) -> String {
        let mut out = String::new();
        let single = [
            ("deskgauge_events_accepted_total", "counter", "Events acknowledged.", &self.accepted),
            ("deskgauge_events_duplicate_total", "counter", "Acknowledged events that were known.", &self.duplicates),
            ("deskgauge_events_refused_total", "counter", "Events refused.", &self.refused),
            ("deskgauge_ingest_throttled_total", "counter", "Requests sent away because too much waited.", &self.throttled),
            ("deskgauge_inbox_events", "gauge", "Events that wait for the lake.", &self.waiting),
            ("deskgauge_follows_total", "counter", "Times that arrivals were folded before anybody asked.", &self.follows),
            ("deskgauge_commits_total", "counter", "Commits of waiting events.", &self.commits),
            ("deskgauge_commits_failed_total", "counter", "Commits that failed and will be tried again.", &self.failed_commits),
            (
                "deskgauge_last_commit_timestamp_seconds",
                "gauge",
                "The end of the last commit, 0 before there was one.",
                &self.committed[0],
            ),
            ("deskgauge_last_commit_milliseconds", "gauge", "How long the last commit took.", &self.committed[1]),
            ("deskgauge_last_commit_events", "gauge", "Events that the last commit found new.", &self.committed[2]),
        ];
        for (name, kind, help, value) in single {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {}", value.load(Ordering::Relaxed));
        }
        let _ = writeln!(
            out,
            "# HELP deskgauge_uptime_seconds Seconds since the start.\n# TYPE deskgauge_uptime_seconds gauge\ndeskgauge_uptime_seconds {}",
            uptime.as_secs()
        );
        if let Some(bytes) = resident() {
            let name = "process_resident_memory_bytes";
            let _ = writeln!(out, "# HELP {name} Resident memory.\n# TYPE {name} gauge\n{name} {bytes}");
        }
        let name = "deskgauge_kept_bytes";
        let _ = writeln!(out, "# HELP {name} Kept of stored files for the next questions.\n# TYPE {name} gauge");
        for (what, bytes) in [("columns", kept_columns()), ("counts", kept_counts())] {
            let _ = writeln!(out, "{name}{{what=\"{what}\"}} {bytes}");
        }
        self.acknowledging.print(
            &mut out,
            "deskgauge_acknowledge_seconds",
            "From arrival to acknowledgement of a request's events.",
        );
        self.asking.print(&mut out, "deskgauge_question_seconds", "Questions, from the request to the answer.");
        let name = "deskgauge_requests_total";
        let _ = writeln!(out, "# HELP {name} Requests by route and status.\n# TYPE {name} counter");
        for ((method, path, status), count) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writeln!(out, "{name}{{method=\"{method}\",route=\"{path}\",status=\"{status}\"}} {count}");
        }
        out
    }
}

/// Resident memory in bytes, where the system tells it.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
