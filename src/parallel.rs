//! Threads and their runtimes, and work that falls into like parts on several of them. What comes out does not depend
//! on how many there are. It knows nothing of the work.

use std::io;
use std::panic::resume_unwind;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Runtime};

/// Starts the thread `name`.
///
/// # Errors
/// The system refuses it; the error names the thread.
pub(crate) fn start_thread<R: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> R + Send + 'static,
) -> io::Result<JoinHandle<R>> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|error| cannot_start("thread", name, &error))
}

/// A runtime for the thread that asks, which calls itself `name`.
///
/// # Errors
/// The system refuses it; the error names it.
pub(crate) fn runtime(name: &str) -> io::Result<Runtime> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| cannot_start("runtime", name, &error))
}

fn cannot_start(what: &str, name: &str, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("the {what} {name:?} cannot be started: {error}"),
    )
}

/// Threads that share a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workers(usize);

impl Workers {
    /// So many, but at least 1 and at most 8.
    pub fn of(threads: usize) -> Self {
        Self(threads.clamp(1, MOST_WORKERS))
    }

    /// One for each processor that this program may use, at most 8.
    pub fn available() -> Self {
        Self::of(thread::available_parallelism().map_or(1, usize::from))
    }

    /// What becomes of each item, in their order. A panic there is one here.
    pub fn map<T: Sync, R: Send>(self, items: &[T], of: impl Fn(&T) -> R + Sync) -> Vec<R> {
        if self.0 == 1 || items.len() < 2 {
            return items.iter().map(of).collect();
        }
        let share = items.len().div_ceil(self.0);
        thread::scope(|scope| {
            let part = |part: &'_ [T]| part.iter().map(&of).collect::<Vec<R>>();
            let threads: Vec<_> = items
                .chunks(share)
                .map(|items| {
                    let spawned = thread::Builder::new().spawn_scoped(scope, move || part(items));
                    (items, spawned)
                })
                .collect();
            threads
                .into_iter()
                .flat_map(|(items, thread)| match thread {
                    Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                    // A system that has no thread to give leaves the work to this one.
                    Err(_) => part(items),
                })
                .collect()
        })
    }
}

/// More threads would wait for each other's memory, and each takes some.
const MOST_WORKERS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_mapped_once_and_in_order_by_any_number_of_workers() {
        for items in [0_u64, 1, 2, 7, 8, 9, 1000] {
            let items: Vec<u64> = (0..items).collect();
            let squares: Vec<u64> = items.iter().map(|i| i * i).collect();
            for workers in [0, 1, 2, 3, 8, 99] {
                assert_eq!(
                    Workers::of(workers).map(&items, |i| i * i),
                    squares,
                    "{workers} workers"
                );
            }
        }
    }

    #[test]
    fn what_cannot_be_started_is_named() {
        let refused = io::Error::from(io::ErrorKind::WouldBlock);
        let error = cannot_start("thread", "measuring", &refused);
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        assert!(
            error
                .to_string()
                .starts_with("the thread \"measuring\" cannot be started: "),
            "{error}"
        );
    }

    #[test]
    #[should_panic(expected = "the seventh")]
    fn a_panic_of_a_worker_is_not_lost() {
        Workers::of(3).map(&[1, 2, 3, 4, 5, 6, 7, 8, 9], |&i| {
            assert!(i != 7, "the seventh");
        });
    }
}
