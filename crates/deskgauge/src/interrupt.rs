//! Ctrl-C: a flag that long loops look at, and a way out of waiting.
//!
//! The first Ctrl-C asks the command to stop by itself, so that it can leave the workspace as it was; work that is waited for is
//! dropped, which everything that commits bears by design. A command that does not stop within two seconds is ended.

use std::future::Future;
use std::time::Duration;

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_web::stop::Stop;
use tokio::runtime::{Builder, Runtime};

use crate::config::Format;
use crate::failure::{Failure, Outcome, exit, print_problems};

/// How long a command has to stop by itself.
const GRACE: Duration = Duration::from_secs(2);

/// Begins to listen. Must be called within the runtime.
pub(crate) fn flag(format: Format) -> Stop {
    let flag = Stop::default();
    let state = flag.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        state.set();
        tokio::time::sleep(GRACE).await;
        // The command waits where it cannot look, such as for input that does not come. Nothing of it is committed, so that ending here
        // leaves the workspace as it was, too.
        let problem = Failure::interrupted("the workspace is as it was");
        print_problems(&problem.problems, format);
        std::process::exit(i32::from(problem.exit));
    });
    flag
}

/// Waits until somebody asks a service to stop, by Ctrl-C or as systems do.
pub(crate) async fn asked_to_stop() {
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Threads of their own for work that may compute without a pause: it cannot keep the clock and Ctrl-C from being heard, which the
/// command's own threads look after. Dropping them ends the work, whatever it is doing.
pub(crate) struct Threads(Option<Runtime>);

impl Threads {
    /// As many as there are cores.
    ///
    /// # Errors
    /// `no-threads`.
    pub(crate) fn new() -> Outcome<Self> {
        let built = Builder::new_multi_thread().enable_all().build();
        built.map(|runtime| Self(Some(runtime))).map_err(|error| no_threads(&error))
    }

    /// Runs work on them.
    ///
    /// # Errors
    /// `engine-failed`, where the work breaks down.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Outcome<T> {
        let runtime = self.0.as_ref().expect("the threads live until they are dropped");
        runtime.spawn(work).await.map_err(|error| {
            Failure::new(exit::DATA, Diagnostic::error("engine-failed", format!("the work ended early: {error}")))
        })
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The failure of a start without threads.
pub(crate) fn no_threads(error: &std::io::Error) -> Failure {
    Failure::new(exit::STATE, Diagnostic::error("no-threads", format!("could not start: {error}")))
}
