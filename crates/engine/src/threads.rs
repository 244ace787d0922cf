//! Work on all threads of the machine, with results that do not depend on how many there are.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs the same work on every thread that the machine has, and gathers what each found.
pub(crate) fn on_threads<T: Send, E: Send>(work: impl Fn() -> Result<T, E> + Sync) -> Result<Vec<T>, E> {
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..count()).map(|_| scope.spawn(&work)).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Works several tasks out, each on one thread; the results are in the order of the tasks.
pub(crate) fn each<T: Send>(tasks: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if tasks < 2 || count() < 2 {
        return (0..tasks).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks {
                return Ok::<_, Infallible>(done);
            }
            done.push((task, work(task)));
        }
    };
    let mut done: Vec<(usize, T)> = on_threads(share).unwrap_or_default().into_iter().flatten().collect();
    done.sort_by_key(|(task, _)| *task);
    done.into_iter().map(|(_, found)| found).collect()
}

/// How many threads there are.
fn count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
