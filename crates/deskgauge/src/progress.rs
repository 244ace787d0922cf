//! How far a long command is: a bar with events per second and time left on a terminal, plain lines every few seconds in a log.
//!
//! It writes to standard error only, and nothing at all where the work ends within the first seconds of a log.

use std::io::{IsTerminal, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use deskgauge_core::metric::Language;
use deskgauge_core::period::short_duration;
use deskgauge_engine::workspace::Extent;
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::note;
use crate::output::value;

/// How often a log gets a line.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// How often a bar is drawn.
const LOOK_AT: Duration = Duration::from_millis(200);
/// How many events pass between two looks at the clock.
const LOOK_EVERY: u64 = 1024;

/// A count of events (of rows where one cannot be read), and of bytes where their total is known.
pub(crate) struct Progress {
    what: &'static str,
    bar: Option<ProgressBar>,
    began: Instant,
    last_line: Instant,
    events: u64,
    /// Bytes read so far, counted by the readers.
    pub(crate) bytes: Arc<AtomicU64>,
    total: Option<u64>,
}

impl Progress {
    /// Begins. `total`: the bytes that there are to read, where that is known.
    pub(crate) fn new(what: &'static str, total: Option<u64>) -> Self {
        let bar = stderr().is_terminal().then(|| bar(total));
        let now = Instant::now();
        Self { what, bar, began: now, last_line: now, events: 0, bytes: Arc::default(), total }
    }

    /// One more event is done.
    pub(crate) fn event(&mut self) {
        self.events(self.events + 1);
    }

    /// So many events are done by now.
    pub(crate) fn events(&mut self, events: u64) {
        self.events = events;
        if self.events.is_multiple_of(LOOK_EVERY) {
            self.look();
        }
    }

    /// Says what goes on after the last event.
    pub(crate) fn phase(&mut self, text: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text);
            bar.enable_steady_tick(Duration::from_millis(200));
        } else if self.began.elapsed() >= LINE_EVERY {
            note(format_args!("{}: {text}", self.what));
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn look(&mut self) {
        let bytes = self.bytes.load(Ordering::Relaxed);
        let elapsed = self.began.elapsed().as_secs_f64().max(0.001);
        let rate = self.events as f64 / elapsed;
        let text = format!("{} events, {} events/s", count(self.events), count(rate as u64));
        if let Some(bar) = &self.bar {
            bar.set_position(if self.total.is_some() { bytes } else { self.events });
            bar.set_message(text);
            return;
        }
        if self.last_line.elapsed() < LINE_EVERY {
            return;
        }
        self.last_line = Instant::now();
        let left = self.total.filter(|total| bytes > 0 && *total > 0).map(|total| {
            let share = (bytes as f64 / total as f64).min(1.0);
            let left = elapsed * (1.0 - share) / share;
            format!(", {:.0} %, {} left", share * 100.0, short_duration(left.round() as i64))
        });
        note(format_args!("{}: {text}{}", self.what, left.unwrap_or_default()));
    }
}

/// Shows how far a workspace's long work is, until it is dropped: it is looked at from beside, because the work itself waits for nobody.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins.
    pub(crate) fn new(what: &'static str, extent: Arc<Extent>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = stop.clone();
        let thread = std::thread::spawn(move || {
            let bar = stderr().is_terminal().then(|| bar(Some(0)));
            let (began, mut last_line) = (Instant::now(), Instant::now());
            while !seen.load(Ordering::Relaxed) {
                std::thread::park_timeout(LOOK_AT);
                let (total, done) = extent.events();
                let text = format!("{what}: {} of {} steps", count(done), count(total));
                if let Some(bar) = &bar {
                    bar.set_length(total);
                    bar.set_position(done);
                    bar.set_message(text);
                } else if last_line.elapsed() >= LINE_EVERY && total > 0 {
                    last_line = Instant::now();
                    let share = (done as f64 / total as f64).clamp(0.001, 1.0);
                    let left = (began.elapsed().as_secs_f64() * (1.0 - share) / share).round() as i64;
                    note(format_args!("{text}, {:.0} %, {} left", share * 100.0, short_duration(left)));
                }
            }
            if let Some(bar) = &bar {
                bar.finish_and_clear();
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic there has said what it had to say, and the work is not concerned.
            let _ = thread.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:30} {percent:>3} %  {msg}  {eta} left"),
        None => (ProgressBar::no_length(), "{spinner} {msg}  {elapsed}"),
    };
    bar.set_style(ProgressStyle::with_template(template).expect("the template is a constant"));
    bar
}

fn count(number: u64) -> String {
    value::count(i64::try_from(number).unwrap_or(i64::MAX), Language::En)
}
