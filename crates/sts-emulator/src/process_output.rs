//! What a child process prints, read on a thread of its own: nobody waits for a line longer than they mean to, and the end of
//! the child is noticed while nobody reads.

use std::io::{self, BufRead as _, BufReader};
use std::process::ChildStdout;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Instant;

use crate::clock;

/// The lines of a child.
#[derive(Debug)]
pub(crate) struct ProcessOutput {
    lines: Receiver<io::Result<String>>,
    ended: Arc<AtomicBool>,
}

/// Why there is no line.
#[derive(Debug)]
pub(crate) enum NoLine {
    /// The child has ended, or closed its output.
    Ended,
    /// None came in time.
    Late,
    /// The output cannot be read.
    Unreadable(io::Error),
}

impl ProcessOutput {
    /// Begins to read; `when_it_ends` is called once, on the reading thread, when nothing more can come.
    ///
    /// # Errors
    /// The system refuses the thread.
    pub(crate) fn of(
        stdout: ChildStdout,
        when_it_ends: impl FnOnce() + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, lines) = mpsc::sync_channel(LINES_AHEAD);
        let ended = Arc::new(AtomicBool::new(false));
        let tell = Arc::clone(&ended);
        std::thread::Builder::new()
            .name("fleet-output".to_owned())
            .spawn(move || {
                for line in BufReader::new(stdout).lines() {
                    let is_broken = line.is_err();
                    // Without a receiver the lines are of no use, and their end still is.
                    sender.send(line).ok();
                    if is_broken {
                        break;
                    }
                }
                tell.store(true, Ordering::Release);
                drop(sender);
                when_it_ends();
            })?;
        Ok(Self { lines, ended })
    }

    /// The next line, if it comes before `deadline`.
    pub(crate) fn line_before(&self, deadline: Instant) -> Result<String, NoLine> {
        let left = deadline
            .checked_duration_since(clock::monotonic())
            .ok_or(NoLine::Late)?;
        match self.lines.recv_timeout(left) {
            Ok(line) => line.map_err(NoLine::Unreadable),
            Err(RecvTimeoutError::Timeout) => Err(NoLine::Late),
            Err(RecvTimeoutError::Disconnected) => Err(NoLine::Ended),
        }
    }

    /// Whether nothing more can come.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

/// Lines that are read before anybody asks for them.
const LINES_AHEAD: usize = 64;
