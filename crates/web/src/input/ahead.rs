//! Work done ahead on all threads, its results taken in the order of what it was done for: reading is no faster than its slowest part.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Works each input out on some thread and hands the results to `take` on this one, in the order of the inputs. Few are under way at once.
///
/// # Errors
/// The first of `take`; then no more inputs are asked for.
pub fn in_order<I: Send, O: Send, E>(
    inputs: impl Iterator<Item = I>,
    work: impl Fn(I) -> O + Sync,
    mut take: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (give, jobs) = sync_channel::<(I, SyncSender<O>)>(threads);
    let jobs = Mutex::new(jobs);
    let run = || {
        loop {
            let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((input, answer)) = job else { return };
            // Nobody waits any more where `take` has failed.
            let _ = answer.send(work(input));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(run);
        }
        // Moved in, so that the threads end when this does.
        let give = give;
        let mut waiting: VecDeque<Receiver<O>> = VecDeque::new();
        for input in inputs {
            let (answer, comes) = sync_channel(1);
            if give.send((input, answer)).is_err() {
                break;
            }
            waiting.push_back(comes);
            if waiting.len() > 2 * threads
                && let Some(first) = waiting.pop_front()
            {
                next(&first, &mut take)?;
            }
        }
        waiting.iter().try_for_each(|comes| next(comes, &mut take))
    })
}

/// Takes a result over. A thread that died gives none; the scope tells of it.
fn next<O, E>(comes: &Receiver<O>, take: &mut impl FnMut(O) -> Result<(), E>) -> Result<(), E> {
    comes.recv().map_or(Ok(()), take)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_inputs() {
        let slow = |number: u64| {
            std::thread::sleep(std::time::Duration::from_millis(if number.is_multiple_of(3) { 5 } else { 0 }));
            number * 2
        };
        let mut taken = Vec::new();
        in_order(0..40, slow, |number| {
            taken.push(number);
            Ok::<_, ()>(())
        })
        .unwrap();
        assert_eq!(taken, (0..40).map(|number| number * 2).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_failure_ends_it() {
        let mut asked = 0;
        let inputs = (0..1000).inspect(|_| asked += 1);
        let failed = in_order(inputs, |number| number, |number| if number == 3 { Err(number) } else { Ok(()) });
        assert_eq!(failed, Err(3));
        assert!(asked < 50, "{asked} were asked for");
    }
}
