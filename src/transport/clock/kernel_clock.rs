//! The kernel's own timestamps of a TCP connection's bytes: when they were handed to the network device, when they came.
//!
//! A reading of the clock after a system call includes the wait until the thread was woken and ran; the kernel's timestamps
//! do not. They are asked for with `SO_TIMESTAMPING` (Linux, Documentation/networking/timestamping.rst): receive timestamps
//! arrive with the bytes, send timestamps on the socket's error queue, each with the number of the byte that it belongs to.
//! The kernel timestamps by the wall clock; [`Correspondence`] brings that to the monotonic one and notices when the wall
//! clock was set in between.

use std::io::{self, IoSliceMut};
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::{Duration, Instant, SystemTime};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, MsgFlags, SockFlag, SockType, TimestampingFlag, recvmsg,
    setsockopt, socket, sockopt,
};
use tokio::net::TcpStream;

use crate::transport::clock::timestamps::{Arrived, Departed, now};

/// Keeps the kernel stamping whatever arrives. It begins to stamp shortly after the first socket has asked and stops
/// with the last one, so that without this a lone new connection would miss the timestamps of its first segments.
#[derive(Debug)]
pub(crate) struct KernelTimestamping {
    _socket: OwnedFd,
}

impl KernelTimestamping {
    /// Asks for timestamps on a socket that nothing is sent through.
    ///
    /// # Errors
    /// The kernel's refusal; then connections get no timestamps either.
    pub(crate) fn keep() -> io::Result<Self> {
        let idle = socket(
            AddressFamily::Inet,
            SockType::Datagram,
            SockFlag::SOCK_CLOEXEC,
            None,
        )?;
        setsockopt(&idle, sockopt::Timestamping, &wanted())?;
        Ok(Self { _socket: idle })
    }
}

/// The timestamps of one connection.
#[derive(Debug)]
pub(crate) struct KernelClock {
    /// Bytes written since the connection was opened; the kernel numbers them in 32 bits.
    written: u32,
    /// The last bytes of the first and of the last write whose send timestamps have not been collected.
    awaited: Option<(u32, u32)>,
    /// Of the last time that the send timestamps of a request were asked for; before, of the opening.
    correspondence: Correspondence,
}

impl KernelClock {
    /// Asks for the timestamps of a connection that has carried nothing yet; `None` where the kernel refuses.
    pub(crate) fn attach(stream: &TcpStream) -> Option<Self> {
        setsockopt(stream, sockopt::Timestamping, &wanted()).ok()?;
        Some(Self {
            written: 0,
            awaited: None,
            correspondence: Correspondence::read(),
        })
    }

    /// A request begins: timestamps of earlier writes are of no interest.
    pub(crate) fn forget(&mut self) {
        self.awaited = None;
    }

    /// `bytes`, more than none, were just written.
    pub(crate) fn wrote(&mut self, bytes: usize) {
        self.written = self.written.wrapping_add(bytes as u32);
        let last = self.written.wrapping_sub(1);
        let first = self.awaited.map_or(last, |(first, _)| first);
        self.awaited = Some((first, last));
    }

    /// Reads what there is into `buffer`, which is not empty.
    ///
    /// The first byte is read alone, because one system call tells only the stamp of the last segment that it took from.
    ///
    /// # Errors
    /// The socket's own; `WouldBlock` when there is nothing.
    pub(crate) fn read(&self, stream: &TcpStream, buffer: &mut [u8]) -> io::Result<Arrived> {
        let (head, rest) = buffer.split_at_mut(1);
        let (bytes, first) = receive(stream, head)?;
        let ended = Arrived {
            bytes,
            first: None,
            last: None,
            drained: false,
        };
        if bytes == 0 {
            return Ok(ended);
        }
        let (more, last) = if rest.is_empty() {
            (0, None)
        } else {
            receive(stream, rest).unwrap_or((0, None))
        };
        let correspondence = Correspondence::read();
        let at = |stamp: SystemTime| correspondence.instant(stamp);
        Ok(Arrived {
            bytes: bytes + more,
            first: first.map(at),
            last: last.or(first).map(at),
            drained: more < rest.len(),
        })
    }

    /// The send timestamps of everything written since [`Self::forget`]; `None` while one is missing, and when the wall clock
    /// was set since they were asked for last.
    pub(crate) fn departed(&mut self, stream: &TcpStream) -> Option<Departed> {
        let (first_byte, last_byte) = self.awaited.take()?;
        let (mut first, mut last) = (None, None);
        for _ in 0..MAX_QUEUED {
            let Ok((byte, stamp)) = next_departure(stream) else {
                break;
            };
            // A segment that had to be sent again is stamped again; the first time is when it left.
            if byte == Some(first_byte) {
                first = first.or(stamp);
            }
            if byte == Some(last_byte) {
                last = last.or(stamp);
            }
            if first.is_some() && last.is_some() {
                break;
            }
        }
        let correspondence = Correspondence::read();
        let earlier = std::mem::replace(&mut self.correspondence, correspondence);
        let at = |stamp| correspondence.instant(stamp);
        (correspondence.agrees_with(&earlier)).then_some(())?;
        Some(Departed {
            first: at(first?),
            last: at(last?),
        })
    }
}

/// The same moment on both clocks.
#[derive(Debug, Clone, Copy)]
struct Correspondence {
    instant: Instant,
    wall: SystemTime,
}

impl Correspondence {
    /// Reads both clocks; tries again when the thread lost the processor in between.
    fn read() -> Self {
        let mut before = now();
        for _ in 0..3 {
            let wall = wall();
            let after = now();
            if after - before < CLOSE {
                return Self {
                    instant: before + (after - before) / 2,
                    wall,
                };
            }
            before = now();
        }
        Self {
            instant: before,
            wall: wall(),
        }
    }

    /// The monotonic moment of a stamp from about the same time.
    fn instant(&self, stamp: SystemTime) -> Instant {
        match self.wall.duration_since(stamp) {
            Ok(age) => self.instant.checked_sub(age).unwrap_or(self.instant),
            Err(ahead) => self.instant + ahead.duration(),
        }
    }

    /// Whether the wall clock ran on undisturbed between the two readings.
    fn agrees_with(&self, earlier: &Self) -> bool {
        let moved = self.instant(earlier.wall);
        moved.max(earlier.instant) - moved.min(earlier.instant) < STEP
    }
}

/// Which timestamps are asked for: software timestamps of both directions, numbered by byte, without a copy of the packet.
fn wanted() -> TimestampingFlag {
    TimestampingFlag::SOF_TIMESTAMPING_SOFTWARE
        | TimestampingFlag::SOF_TIMESTAMPING_RX_SOFTWARE
        | TimestampingFlag::SOF_TIMESTAMPING_TX_SOFTWARE
        | TimestampingFlag::SOF_TIMESTAMPING_OPT_ID
        | TimestampingFlag::SOF_TIMESTAMPING_OPT_TSONLY
}

fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, Option<SystemTime>)> {
    let mut control = [0; CONTROL_BYTES];
    let mut slices = [IoSliceMut::new(buffer)];
    let message = recvmsg::<()>(
        stream.as_raw_fd(),
        &mut slices,
        Some(&mut control),
        MsgFlags::MSG_DONTWAIT,
    )?;
    let stamp = message.cmsgs().ok().and_then(|mut messages| {
        messages.find_map(|message| match message {
            ControlMessageOwned::ScmTimestampsns(timestamps) => software(timestamps.system),
            _ => None,
        })
    });
    Ok((message.bytes, stamp))
}

/// The next send stamp on the error queue with the number of its byte.
fn next_departure(stream: &TcpStream) -> Result<(Option<u32>, Option<SystemTime>), Errno> {
    let mut control = [0; CONTROL_BYTES];
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let message = recvmsg::<()>(stream.as_raw_fd(), &mut [], Some(&mut control), flags)?;
    let (mut byte, mut stamp) = (None, None);
    for message in message.cmsgs()? {
        match message {
            ControlMessageOwned::ScmTimestampsns(timestamps) => stamp = software(timestamps.system),
            ControlMessageOwned::Ipv4RecvErr(error, _)
            | ControlMessageOwned::Ipv6RecvErr(error, _)
                if error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING =>
            {
                byte = Some(error.ee_data);
            }
            _ => {}
        }
    }
    Ok((byte, stamp))
}

/// A stamp of zero is one that was not taken.
fn software(stamp: nix::sys::time::TimeSpec) -> Option<SystemTime> {
    let since_1970 = Duration::from(stamp);
    (!since_1970.is_zero()).then(|| SystemTime::UNIX_EPOCH + since_1970)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the kernel timestamps by this clock; nothing is timed with it alone"
)]
fn wall() -> SystemTime {
    SystemTime::now()
}

/// Room for a stamp (three times 16 bytes) and the byte's number (16 bytes and an address), each with its head.
const CONTROL_BYTES: usize = 256;
/// Departures of one connection that are looked at for one request; a handshake before it makes a few more.
const MAX_QUEUED: usize = 64;
/// Two readings of a clock this close were not interrupted.
const CLOSE: Duration = Duration::from_micros(2);
/// From here on a difference between the clocks is no error of reading. A wall clock that is slewed takes the monotonic
/// one along, so only a clock that was set moves this far.
const STEP: Duration = Duration::from_micros(100);
/// `SO_EE_ORIGIN_TIMESTAMPING` of linux/errqueue.h.
const SO_EE_ORIGIN_TIMESTAMPING: u8 = libc::SO_EE_ORIGIN_TIMESTAMPING;

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
    use tokio::net::TcpListener;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn correspondence(instant: Instant, wall_ms: u64) -> Correspondence {
        Correspondence {
            instant,
            wall: SystemTime::UNIX_EPOCH + Duration::from_millis(wall_ms),
        }
    }

    #[test]
    fn a_stamp_becomes_the_instant_that_is_as_far_away() {
        let here = now();
        let readings = correspondence(here, 5_000);
        assert_eq!(
            readings.instant(SystemTime::UNIX_EPOCH + 4_990 * MS),
            here - 10 * MS
        );
        assert_eq!(
            readings.instant(SystemTime::UNIX_EPOCH + 5_003 * MS),
            here + 3 * MS
        );
    }

    #[test]
    fn a_clock_that_was_set_between_two_readings_is_noticed_both_ways() {
        let start = now();
        let before = correspondence(start, 5_000);
        assert!(correspondence(start + 20 * MS, 5_020).agrees_with(&before));
        assert!(!correspondence(start + 20 * MS, 5_021).agrees_with(&before));
        assert!(!correspondence(start + 20 * MS, 1_000).agrees_with(&before));
    }

    #[tokio::test]
    async fn bytes_are_stamped_on_their_way_out_and_in_and_the_answer_after_the_request() {
        let _awake = KernelTimestamping::keep().expect("Linux timestamps");
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback binds");
        let stream = TcpStream::connect(listener.local_addr().expect("bound"))
            .await
            .expect("loopback connects");
        let (mut peer, _) = listener.accept().await.expect("the client has connected");
        let mut clock = KernelClock::attach(&stream).expect("Linux timestamps");
        let (mut stamped, mut unstamped) = (0, 0);
        while stamped < 3 {
            clock.forget();
            let before = now();
            for piece in [&b"request"[..], b"in two pieces"] {
                let written = stream.try_write(piece).expect("the buffer has room");
                clock.wrote(written);
            }
            let mut heard = [0; 20];
            peer.read_exact(&mut heard)
                .await
                .expect("both pieces arrive");
            peer.write_all(b"answer").await.expect("the client listens");
            let mut buffer = [0; 64];
            let arrived = loop {
                stream.readable().await.expect("the answer comes");
                if let Ok(read) =
                    stream.try_io(Interest::READABLE, || clock.read(&stream, &mut buffer))
                {
                    break read;
                }
            };
            let departed = clock.departed(&stream).expect("both writes were stamped");
            let (Some(first), Some(last)) = (arrived.first, arrived.last) else {
                // The kernel begins to stamp what arrives shortly after it was asked, on a busy machine later.
                unstamped += 1;
                assert!(stamped == 0 && unstamped < 1_000, "{stamped} {unstamped}");
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            stamped += 1;
            assert_eq!((arrived.bytes, arrived.drained), (6, true), "{stamped}");
            let order = [
                before,
                departed.first,
                departed.last,
                first,
                last,
                now() + CLOSE,
            ];
            assert!(order.is_sorted(), "round {stamped}: {order:?}");
            assert!(
                clock.departed(&stream).is_none(),
                "nothing is awaited any more"
            );
        }
    }

    #[tokio::test]
    async fn the_number_of_a_byte_may_wrap_around() {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback binds");
        let stream = TcpStream::connect(listener.local_addr().expect("bound"))
            .await
            .expect("loopback connects");
        let mut clock = KernelClock::attach(&stream).expect("Linux timestamps");
        clock.written = u32::MAX;
        clock.wrote(2);
        assert_eq!(clock.written, 1);
        assert_eq!(clock.awaited, Some((0, 0)));
    }
}
