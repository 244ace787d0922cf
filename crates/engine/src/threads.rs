//! Work on all threads of the machine, with results that do not depend on how many there are.

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use thread_priority::ThreadPriority;

/// What is waited for people's questions before any work was done.
const FIRST: Duration = Duration::from_millis(100);

/// At most so long after the last question has been answered.
const LOOK: Duration = Duration::from_millis(1);

thread_local! {
    /// Whether work that begins here keeps to its own thread.
    static QUIET: Cell<bool> = const { Cell::new(false) };
    /// Since when such work is done here, and how long it has waited.
    static WORK: Cell<Option<(Instant, Duration)>> = const { Cell::new(None) };
}

/// Questions that are being answered.
static ANSWERING: AtomicUsize = AtomicUsize::new(0);

/// A question that is being answered until this is dropped.
pub(crate) struct Answering(());

impl Answering {
    /// One more.
    pub(crate) fn new() -> Self {
        ANSWERING.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        ANSWERING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Lets questions go first, where the work of this thread is done beside them: two threads that share a processor slow each other down,
/// whatever their priorities. It waits no longer in all than it has worked, so that questions without end only halve its pace.
pub(crate) fn give_way() {
    let Some((begun, mut waited)) = WORK.get() else { return };
    while ANSWERING.load(Ordering::Relaxed) > 0 && 2 * waited < begun.elapsed() + FIRST {
        std::thread::sleep(LOOK);
        waited += LOOK;
    }
    WORK.set(Some((begun, waited)));
}

/// Does work on this thread alone: others wait for what it holds, so that it must not wait itself.
pub(crate) fn alone<T>(work: impl FnOnce() -> T) -> T {
    struct Before(bool, Option<(Instant, Duration)>);
    impl Drop for Before {
        fn drop(&mut self) {
            QUIET.set(self.0);
            WORK.set(self.1);
        }
    }
    let _before = Before(QUIET.replace(true), WORK.replace(Some((Instant::now(), Duration::ZERO))));
    give_way();
    work()
}

/// Does work on one thread that makes way for all others, because people wait for theirs: what is done in the background of a service.
pub(crate) fn quietly<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let low = || {
        QUIET.set(true);
        WORK.set(Some((Instant::now(), Duration::ZERO)));
        // A system that knows no priorities does it all the same, only not as politely.
        let _ = ThreadPriority::Min.set_for_current();
        work()
    };
    // A thread of its own: a priority that was given away cannot be taken back.
    std::thread::scope(|scope| scope.spawn(low).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

/// Works tasks out on all threads: each thread takes the next task until there is none, and gathers in what `begin` gave it. Which
/// thread has which task is chance.
///
/// # Errors
/// The first thread's that failed.
pub(crate) fn share<S: Send, E: Send>(
    tasks: usize,
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> Result<(), E> + Sync,
) -> Result<Vec<S>, E> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut gathered = begin();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks {
                return Ok(gathered);
            }
            give_way();
            work(&mut gathered, task)?;
        }
    };
    let threads = threads();
    if threads < 2 || tasks < 2 || QUIET.get() {
        return Ok(vec![run()?]);
    }
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads.min(tasks)).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// How many threads work at once.
pub(crate) fn threads() -> usize {
    // Asking reads files of the system each time, and a service asks a hundred times a second.
    static THREADS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
    *THREADS
}

/// Works tasks out on all threads.
///
/// # Errors
/// The first thread's that failed.
pub(crate) fn all<E: Send>(tasks: usize, work: impl Fn(usize) -> Result<(), E> + Sync) -> Result<(), E> {
    share(tasks, || (), |(), task| work(task)).map(drop)
}

/// Works several tasks out, each on one thread; the results are in the order of the tasks.
pub(crate) fn each<T: Send>(tasks: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let Ok(gathered) = share(tasks, Vec::new, |done: &mut Vec<(usize, T)>, task| {
        done.push((task, work(task)));
        Ok::<_, Infallible>(())
    });
    let mut done: Vec<(usize, T)> = gathered.into_iter().flatten().collect();
    done.sort_by_key(|(task, _)| *task);
    done.into_iter().map(|(_, found)| found).collect()
}

/// Works each of several things out, each on one thread; the results are in their order. `work` is told the number of each.
pub(crate) fn each_of<T: Send, R: Send>(things: Vec<T>, work: impl Fn(usize, T) -> R + Sync) -> Vec<R> {
    let things: Vec<Mutex<Option<T>>> = things.into_iter().map(|thing| Mutex::new(Some(thing))).collect();
    let taken = |number: usize| things[number].lock().unwrap_or_else(PoisonError::into_inner).take();
    each(things.len(), |number| taken(number).map(|thing| work(number, thing))).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Answering, FIRST, alone, each};

    #[test]
    fn work_beside_questions_waits_for_them_and_not_for_ever() {
        let work = || {
            let begun = Instant::now();
            alone(|| each(4, |_| ()));
            begun.elapsed()
        };
        let answering = Answering::new();
        let kept_waiting = work();
        assert!(kept_waiting >= FIRST / 2, "{kept_waiting:?}");
        assert!(kept_waiting < 20 * FIRST, "{kept_waiting:?}");
        let begun = Instant::now();
        each(4, |_| ());
        assert!(begun.elapsed() < FIRST / 2, "who works for somebody waits for nobody");
        drop(answering);
        // Another test may ask something meanwhile.
        assert!((0..50).any(|_| work() < Duration::from_millis(5)), "nobody asks, so that nothing is waited for");
    }
}
