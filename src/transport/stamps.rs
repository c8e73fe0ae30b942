//! When things happened on one connection since the last request began, by the thread's clock and by the kernel's.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// The monotonic clock, read where a phase ends.
#[expect(
    clippy::disallowed_methods,
    reason = "the transport is the one place where phases are stamped"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Watches the clock until `at` and does nothing else; gives how long that took. For moments that are close: of one that is
/// farther away than [`LONGEST_HOLD`] only so much is waited for.
pub(super) fn hold(at: Instant) -> Duration {
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
pub(super) const LONGEST_HOLD: Duration = Duration::from_micros(120);

/// One moment as two clocks tell it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// When the thread knew.
    pub(super) thread: Instant,
    /// When it happened to the packet; `None` without a kernel that stamps.
    pub(super) kernel: Option<Instant>,
}

/// What one read brought, by the kernel's clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrived {
    pub(super) bytes: usize,
    /// When the segment with the first of them came, and that with the last.
    pub(super) first: Option<Instant>,
    pub(super) last: Option<Instant>,
    /// Whether the kernel had no more.
    pub(super) drained: bool,
}

/// When the writes of a request were handed to the network device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Departed {
    /// The last byte of the first write.
    pub(super) first: Instant,
    /// The last byte of the last write.
    pub(super) last: Instant,
}

/// The times of an answered request by the kernel's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conversed {
    /// When the first write left: the beginning of a request over a kept connection.
    pub(super) began: Instant,
    /// When the request's last byte left.
    pub(super) sent: Instant,
    /// When the answer's first byte came.
    pub(super) first: Instant,
    /// When its last byte came.
    pub(super) last: Instant,
}

/// How a request that was ready was held back until its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// When it was let go.
    pub(super) until: Instant,
    /// For how long.
    pub(super) length: Duration,
}

/// When things happened on one connection since the last request began.
#[derive(Debug, Default)]
pub(super) struct Stamps {
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

impl Stamps {
    /// For a connection that carries TLS records.
    pub(super) fn of_records(self) -> Self {
        Self {
            record: RefCell::new(Records::Between {
                header: 0,
                length: 0,
            }),
            ..self
        }
    }

    /// Forgets everything but the place in the stream: a request begins.
    pub(super) fn reset(&self) {
        self.not_before.set(None);
        self.held.set(None);
        self.last_write.set(None);
        self.departed.set(None);
        self.last_read.set(None);
        self.first_answer.set(None);
        self.last_answer.set(None);
    }

    /// Forgets the answer's first byte: what came so far was an interim response.
    pub(super) fn reset_answer(&self) {
        self.first_answer.set(None);
    }

    /// The request's first byte is not to leave before `at`.
    pub(super) fn not_before(&self, at: Instant) {
        self.not_before.set(Some(at));
    }

    /// Waits for the moment before which nothing is to leave, if one was set.
    pub(super) fn hold(&self) {
        if let Some(at) = self.not_before.take() {
            let length = hold(at);
            self.held.set(Some(Held {
                until: now(),
                length,
            }));
        }
    }

    /// How the request's first byte was held back, if it was.
    pub(super) fn held(&self) -> Option<Held> {
        self.held.get()
    }

    /// Bytes were written.
    pub(super) fn wrote(&self) {
        self.last_write.set(Some(now()));
    }

    /// The kernel told when the writes left.
    pub(super) fn departed(&self, departed: Option<Departed>) {
        self.departed.set(departed);
    }

    /// Bytes were read; `first` and `last` are the kernel's stamps of them.
    pub(super) fn read(&self, bytes: &[u8], first: Option<Instant>, last: Option<Instant>) {
        let thread = now();
        let mut record = self.record.borrow_mut();
        if record.is_between() {
            self.record_began.set(Some(Moment {
                thread,
                kernel: first,
            }));
        }
        if record.advance(bytes) {
            // Another record began within these bytes. Which of them hold the answer is not told below TLS; the later
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
    pub(super) fn answered(&self) {
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
    pub(super) fn last_write(&self) -> Option<Instant> {
        self.last_write.get()
    }

    /// Whether a byte of an answer came.
    pub(super) fn heard(&self) -> bool {
        self.first_answer.get().is_some()
    }

    /// When the thread read the answer's first byte.
    pub(super) fn first_answer(&self) -> Option<Instant> {
        self.first_answer.get().map(|moment| moment.thread)
    }

    /// When the thread read the answer's latest byte.
    pub(super) fn last_answer(&self) -> Option<Instant> {
        self.last_answer.get().map(|moment| moment.thread)
    }

    /// By the kernel's clock; `None` when one of its stamps is missing.
    pub(super) fn by_kernel(&self) -> Option<Conversed> {
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
    fn first_answer(stamps: &Stamps, pieces: &[&[u8]]) -> Duration {
        let start = now();
        for (at, piece) in (1..).zip(pieces) {
            stamps.read(piece, Some(start + at * MS), Some(start + at * MS));
        }
        stamps.answered();
        let first = stamps
            .first_answer
            .get()
            .and_then(|moment| moment.kernel)
            .expect("an answer came");
        first - start
    }

    #[test]
    fn an_answer_in_a_record_of_several_segments_begins_with_the_first() {
        let whole = record(300);
        let stamps = Stamps::default().of_records();
        assert_eq!(
            first_answer(&stamps, &[&whole[..100], &whole[100..200], &whole[200..]]),
            MS
        );
    }

    #[test]
    fn a_held_request_is_let_go_at_its_time_and_a_far_one_not_waited_for() {
        let stamps = Stamps::default();
        stamps.hold();
        assert_eq!(stamps.held(), None);
        let at = now() + LONGEST_HOLD / 2;
        stamps.not_before(at);
        stamps.hold();
        assert!(stamps.held().is_some_and(
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
        let stamps = Stamps::default().of_records();
        assert_eq!(first_answer(&stamps, &[&record(200), &record(300)]), 2 * MS);
    }

    #[test]
    fn a_head_cut_in_two_is_put_together() {
        let whole = record(0x0102);
        let stamps = Stamps::default().of_records();
        assert_eq!(
            first_answer(&stamps, &[&whole[..2], &whole[2..4], &whole[4..]]),
            MS
        );
        assert!(stamps.record.borrow().is_between());
    }

    #[test]
    fn plaintext_begins_with_the_first_read_after_the_request() {
        let stamps = Stamps::default();
        let start = now();
        for at in 1..=2 {
            stamps.read(b"x", Some(start + at * MS), Some(start + at * MS));
            stamps.answered();
        }
        stamps.wrote();
        stamps.departed(Some(Departed {
            first: start,
            last: start,
        }));
        let by_kernel = stamps.by_kernel().expect("all stamps are there");
        assert_eq!(
            (by_kernel.first, by_kernel.last),
            (start + MS, start + 2 * MS)
        );
    }

    #[test]
    fn one_missing_stamp_leaves_the_thread_alone_to_tell() {
        let stamps = Stamps::default();
        stamps.wrote();
        stamps.read(b"x", None, None);
        stamps.answered();
        assert!(stamps.by_kernel().is_none());
        assert!(
            stamps.last_write().is_some()
                && stamps.first_answer().is_some()
                && stamps.last_answer().is_some()
        );
    }
}
