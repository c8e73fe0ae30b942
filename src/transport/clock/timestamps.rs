//! When things happened on one connection since the last request began, by the thread's clock and by the kernel's.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// The monotonic clock, read where a phase ends.
#[expect(
    clippy::disallowed_methods,
    reason = "the transport is the one place where phases are stamped"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Watches the clock until `at` and does nothing else; gives how long that took. For moments that are close: of one that is
/// farther away than [`LONGEST_HOLD`] only so much is waited for.
pub(crate) fn hold(at: Instant) -> Duration {
    let began = now();
    let end = at.min(began + LONGEST_HOLD);
    let mut last = began;
    while last < end {
        std::hint::spin_loop();
        last = now();
    }
    last - began
}

/// Nobody else gets a turn meanwhile, so this is the most that a held send can delay another call's doings.
pub(crate) const LONGEST_HOLD: Duration = Duration::from_micros(120);

/// One moment as two clocks tell it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// When the thread knew.
    pub(crate) thread: Instant,
    /// When it happened to the packet; `None` without a kernel that timestamps.
    pub(crate) kernel: Option<Instant>,
}

/// What one read brought, by the kernel's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrived {
    pub(crate) bytes: usize,
    /// When the segment with the first of them came, and that with the last.
    pub(crate) first: Option<Instant>,
    pub(crate) last: Option<Instant>,
    /// Whether the kernel had no more.
    pub(crate) drained: bool,
}

/// When the writes of a request were handed to the network device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Departed {
    /// The last byte of the first write.
    pub(crate) first: Instant,
    /// The last byte of the last write.
    pub(crate) last: Instant,
}

/// The times of an answered request by the kernel's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Conversed {
    /// When the first write left: the beginning of a request over a kept connection.
    pub(crate) began: Instant,
    /// When the request's last byte left.
    pub(crate) sent: Instant,
    /// When the answer's first byte came.
    pub(crate) first: Instant,
    /// When its last byte came.
    pub(crate) last: Instant,
}

/// How a request that was ready was held back until its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// When it was let go.
    pub(crate) until: Instant,
    /// For how long.
    pub(crate) length: Duration,
}

/// When things happened on one connection since the last request began.
#[derive(Debug, Default)]
pub(crate) struct Timestamps {
    not_before: Cell<Option<Instant>>,
    held: Cell<Option<Held>>,
    last_write: Cell<Option<Instant>>,
    departed: Cell<Option<Departed>>,
    record: RefCell<Records>,
    record_began: Cell<Option<Moment>>,
    last_read: Cell<Option<Moment>>,
    first_answer: Cell<Option<Moment>>,
    last_answer: Cell<Option<Moment>>,
}

impl Timestamps {
    /// For a connection that carries TLS records.
    pub(crate) fn of_records(self) -> Self {
        Self {
            record: RefCell::new(Records::Between {
                header: 0,
                length: 0,
            }),
            ..self
        }
    }

    /// Forgets everything but the place in the stream: a request begins.
    pub(crate) fn reset(&self) {
        self.not_before.set(None);
        self.held.set(None);
        self.last_write.set(None);
        self.departed.set(None);
        self.last_read.set(None);
        self.first_answer.set(None);
        self.last_answer.set(None);
    }

    /// Forgets the answer's first byte: what came so far was an interim response.
    pub(crate) fn reset_answer(&self) {
        self.first_answer.set(None);
    }

    /// The request's first byte is not to leave before `at`.
    pub(crate) fn not_before(&self, at: Instant) {
        self.not_before.set(Some(at));
    }

    /// Waits for the moment before which nothing is to leave, if one was set.
    pub(crate) fn hold(&self) {
        if let Some(at) = self.not_before.take() {
            let length = hold(at);
            self.held.set(Some(Held {
                until: now(),
                length,
            }));
        }
    }

    /// How the request's first byte was held back, if it was.
    pub(crate) fn held(&self) -> Option<Held> {
        self.held.get()
    }

    /// Bytes were written.
    pub(crate) fn wrote(&self) {
        self.last_write.set(Some(now()));
    }

    /// The kernel's timestamps of the writes came.
    pub(crate) fn departed(&self, departed: Option<Departed>) {
        self.departed.set(departed);
    }

    /// Bytes were read; `first` and `last` are the kernel's timestamps of them.
    pub(crate) fn read(&self, bytes: &[u8], first: Option<Instant>, last: Option<Instant>) {
        let thread = now();
        let mut record = self.record.borrow_mut();
        if record.is_between() {
            self.record_began.set(Some(Moment {
                thread,
                kernel: first,
            }));
        }
        if record.advance(bytes) {
            // Another record began within these bytes. Which of them hold the answer cannot be seen below TLS; the later
            // segment is taken, because what comes before an answer are session tickets.
            self.record_began.set(Some(Moment {
                thread,
                kernel: last,
            }));
        }
        self.last_read.set(Some(Moment {
            thread,
            kernel: last,
        }));
    }

    /// Bytes of the answer came out of what was read last.
    pub(crate) fn answered(&self) {
        let Some(last) = self.last_read.get() else {
            return;
        };
        if self.first_answer.get().is_none() {
            self.first_answer
                .set(Some(self.record_began.get().unwrap_or(last)));
        }
        self.last_answer.set(Some(last));
    }

    /// When the thread had written the last byte, if it wrote any.
    pub(crate) fn last_write(&self) -> Option<Instant> {
        self.last_write.get()
    }

    /// Whether a byte of an answer came.
    pub(crate) fn heard(&self) -> bool {
        self.first_answer.get().is_some()
    }

    /// When the thread read the answer's first byte.
    pub(crate) fn first_answer(&self) -> Option<Instant> {
        self.first_answer.get().map(|moment| moment.thread)
    }

    /// When the thread read the answer's latest byte.
    pub(crate) fn last_answer(&self) -> Option<Instant> {
        self.last_answer.get().map(|moment| moment.thread)
    }

    /// By the kernel's clock; `None` when one of its timestamps is missing.
    pub(crate) fn by_kernel(&self) -> Option<Conversed> {
        let departed = self.departed.get()?;
        let first = self.first_answer.get()?.kernel?;
        let last = self.last_answer.get()?.kernel?;
        Some(Conversed {
            began: departed.first,
            sent: departed.last,
            first,
            last,
        })
    }
}

/// The place in a stream of bytes: between TLS records (RFC 8446, 5.1) or within one.
///
/// An answer that comes in a record of several segments is readable only with the last of them, and began with the first.
#[derive(Debug, Default)]
enum Records {
    /// Plaintext: every read begins anew.
    #[default]
    None,
    /// `header` bytes of a head have come, with the length so far.
    Between { header: usize, length: usize },
    /// So many bytes of a record are still to come.
    Within { left: usize },
}

impl Records {
    fn is_between(&self) -> bool {
        matches!(self, Self::None | Self::Between { header: 0, .. })
    }

    /// Goes over `bytes`; whether a record began after the first of them.
    fn advance(&mut self, bytes: &[u8]) -> bool {
        let mut began_within = false;
        let mut at = 0;
        while at < bytes.len() {
            match *self {
                Self::None => return false,
                Self::Between { header, length } => {
                    began_within |= header == 0 && at > 0;
                    let length = if header < LENGTH_AT {
                        0
                    } else {
                        length << 8 | usize::from(bytes[at])
                    };
                    at += 1;
                    *self = match header + 1 {
                        HEADER_BYTES if length > 0 => Self::Within { left: length },
                        HEADER_BYTES => Self::Between {
                            header: 0,
                            length: 0,
                        },
                        header => Self::Between { header, length },
                    };
                }
                Self::Within { left } => {
                    let taken = left.min(bytes.len() - at);
                    at += taken;
                    *self = match left - taken {
                        0 => Self::Between {
                            header: 0,
                            length: 0,
                        },
                        left => Self::Within { left },
                    };
                }
            }
        }
        began_within
    }
}

/// Type, version and length.
const HEADER_BYTES: usize = 5;
/// Where the two bytes of the length begin.
const LENGTH_AT: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn record(length: u16) -> Vec<u8> {
        let mut bytes = vec![23, 3, 3];
        bytes.extend(length.to_be_bytes());
        bytes.extend(vec![0; usize::from(length)]);
        bytes
    }

    /// Reads `pieces`, one a millisecond, and then has the last one complete the answer.
    fn first_answer(timestamps: &Timestamps, pieces: &[&[u8]]) -> Duration {
        let start = now();
        for (at, piece) in (1..).zip(pieces) {
            timestamps.read(piece, Some(start + at * MS), Some(start + at * MS));
        }
        timestamps.answered();
        let first = timestamps
            .first_answer
            .get()
            .and_then(|moment| moment.kernel)
            .expect("an answer came");
        first - start
    }

    #[test]
    fn an_answer_in_a_record_of_several_segments_begins_with_the_first() {
        let whole = record(300);
        let timestamps = Timestamps::default().of_records();
        assert_eq!(
            first_answer(
                &timestamps,
                &[&whole[..100], &whole[100..200], &whole[200..]]
            ),
            MS
        );
    }

    #[test]
    fn a_held_request_is_let_go_at_its_time_and_a_far_one_not_waited_for() {
        let timestamps = Timestamps::default();
        timestamps.hold();
        assert_eq!(timestamps.held(), None);
        let at = now() + LONGEST_HOLD / 2;
        timestamps.not_before(at);
        timestamps.hold();
        assert!(timestamps.held().is_some_and(
            |held| held.until >= at && held.length <= held.until - at + LONGEST_HOLD / 2
        ));
        let held = hold(now() + Duration::from_secs(3600));
        assert!(
            held >= LONGEST_HOLD && held < Duration::from_secs(60),
            "{held:?}"
        );
        assert_eq!(hold(now() - MS), Duration::ZERO);
    }

    #[test]
    fn a_ticket_in_a_segment_of_its_own_is_not_the_answers_beginning() {
        let timestamps = Timestamps::default().of_records();
        assert_eq!(
            first_answer(&timestamps, &[&record(200), &record(300)]),
            2 * MS
        );
    }

    #[test]
    fn a_head_cut_in_two_is_put_together() {
        let whole = record(0x0102);
        let timestamps = Timestamps::default().of_records();
        assert_eq!(
            first_answer(&timestamps, &[&whole[..2], &whole[2..4], &whole[4..]]),
            MS
        );
        assert!(timestamps.record.borrow().is_between());
    }

    #[test]
    fn plaintext_begins_with_the_first_read_after_the_request() {
        let timestamps = Timestamps::default();
        let start = now();
        for at in 1..=2 {
            timestamps.read(b"x", Some(start + at * MS), Some(start + at * MS));
            timestamps.answered();
        }
        timestamps.wrote();
        timestamps.departed(Some(Departed {
            first: start,
            last: start,
        }));
        let by_kernel = timestamps.by_kernel().expect("all timestamps are there");
        assert_eq!(
            (by_kernel.first, by_kernel.last),
            (start + MS, start + 2 * MS)
        );
    }

    #[test]
    fn one_missing_stamp_leaves_the_thread_alone_to_tell() {
        let timestamps = Timestamps::default();
        timestamps.wrote();
        timestamps.read(b"x", None, None);
        timestamps.answered();
        assert!(timestamps.by_kernel().is_none());
        assert!(
            timestamps.last_write().is_some()
                && timestamps.first_answer().is_some()
                && timestamps.last_answer().is_some()
        );
    }
}
