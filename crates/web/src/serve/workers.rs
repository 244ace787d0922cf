//! Threads of their own for questions and commits, apart from those that listen.
//!
//! Work that nobody waits for any more is dropped: whoever hangs up cancels their question.

use std::future::Future;
use std::pin::Pin;
use std::pin::pin;
use std::task::{Context, Poll};

use deskgauge_core::diagnostic::Diagnostic;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::failure::{Failure, Outcome, exit};

/// As many threads as there are cores, at least two.
#[derive(Debug)]
pub(super) struct Workers(Option<Runtime>);

impl Workers {
    /// Starts them.
    ///
    /// # Errors
    /// `no-threads`.
    pub(super) fn new() -> Outcome<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let built = Builder::new_multi_thread().worker_threads(cores).thread_name("work").enable_all().build();
        built
            .map(|runtime| Self(Some(runtime)))
            .map_err(|error| Failure::new(exit::STATE, Diagnostic::error("no-threads", format!("could not start: {error}"))))
    }

    /// Runs work on them. It is cancelled when what this returns is dropped.
    ///
    /// # Errors
    /// `engine-failed`, where the work breaks down.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Outcome<T> {
        let runtime = self.0.as_ref().expect("the threads live until they are dropped");
        Watched(runtime.spawn(work)).await
    }

    /// Runs long work on a thread of its own beside them, to its end: nobody needs to wait for it.
    pub(super) fn beside<T: Send + 'static, F: Future<Output = T>>(
        &self,
        work: impl FnOnce() -> F + Send + 'static,
    ) -> JoinHandle<T> {
        let runtime = self.0.as_ref().expect("the threads live until they are dropped");
        let own = runtime.handle().clone();
        runtime.spawn_blocking(move || own.block_on(work()))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Work that ends with whoever waits for it.
struct Watched<T>(JoinHandle<T>);

impl<T> Future for Watched<T> {
    type Output = Outcome<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        pin!(&mut self.0).poll(context).map_err(|error| {
            let how = if error.is_panic() { "broke down" } else { "was ended" };
            Failure::new(exit::DATA, Diagnostic::error("engine-failed", format!("the work {how}")))
        })
    }
}

impl<T> Drop for Watched<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::Workers;

    #[tokio::test]
    async fn work_that_nobody_waits_for_is_dropped() {
        struct Tells(Arc<AtomicBool>);
        impl Drop for Tells {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let workers = Workers::new().expect("threads");
        let dropped = Arc::new(AtomicBool::new(false));
        let told = Tells(dropped.clone());
        let endless = workers.run(async move {
            let _told = told;
            std::future::pending::<()>().await;
        });
        assert!(tokio::time::timeout(Duration::from_millis(50), endless).await.is_err());
        for _ in 0..200 {
            if dropped.load(Ordering::SeqCst) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it still runs");
    }
}
