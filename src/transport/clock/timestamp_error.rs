//! How far the kernel's timestamps can be off: each against the stamp of the same segment at the other end of a connection.

use std::io;
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::transport::clock::kernel_clock::{KernelClock, KernelTimestamping};
use crate::transport::clock::timestamps::now;

/// The two timestamps of segments that went from one socket of this machine to another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TimestampError {
    /// From the stamp of leaving to that of coming, of each segment that has both: its way over loopback and the
    /// difference of both timestamps' errors. Zero where the order was the wrong one.
    pub passages: Vec<Duration>,
    /// Of those, by how much a segment seems to have come before it left.
    pub reversed: Vec<Duration>,
    /// Segments of which a stamp is missing.
    pub unstamped: u64,
}

/// Sends `pairs` requests and answers over a loopback connection between two sockets of this thread, both stamped by the
/// kernel; `None` where it refuses to stamp. Must run on a runtime with I/O and time.
///
/// # Errors
/// Loopback's: no socket, or bytes that did not come within five seconds.
pub(crate) async fn timestamp_error(pairs: u32) -> io::Result<Option<TimestampError>> {
    let Ok(_awake) = KernelTimestamping::keep() else {
        return Ok(None);
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let caller = TcpStream::connect(listener.local_addr()?).await?;
    let (answerer, _) = listener.accept().await?;
    let (Some(mut caller), Some(mut answerer)) = (End::new(caller)?, End::new(answerer)?) else {
        return Ok(None);
    };
    // The kernel begins to stamp a moment after it was first asked, which is no error of its timestamps.
    let began = now();
    while caller.send_to(&answerer).await?.is_none() && now() - began < WAKING {}
    let mut found = TimestampError::default();
    for _ in 0..pairs {
        found.count(caller.send_to(&answerer).await?);
        found.count(answerer.send_to(&caller).await?);
    }
    Ok(Some(found))
}

impl TimestampError {
    fn count(&mut self, timestamps: Option<(Instant, Instant)>) {
        let Some((left, came)) = timestamps else {
            self.unstamped += 1;
            return;
        };
        self.passages.push(came.saturating_duration_since(left));
        if came < left {
            self.reversed.push(left - came);
        }
    }
}

struct End {
    stream: TcpStream,
    clock: KernelClock,
}

impl End {
    fn new(stream: TcpStream) -> io::Result<Option<Self>> {
        stream.set_nodelay(true)?;
        Ok(KernelClock::attach(&stream).map(|clock| Self { stream, clock }))
    }

    /// Sends a segment; when it left here, and when it came there.
    async fn send_to(&mut self, peer: &Self) -> io::Result<Option<(Instant, Instant)>> {
        self.clock.forget();
        self.stream.writable().await?;
        let written = self.stream.try_write(&SEGMENT)?;
        self.clock.wrote(written);
        let mut buffer = [0; 2 * SEGMENT.len()];
        let (mut taken, mut came) = (0, None);
        while taken < written {
            timeout(PATIENCE, peer.stream.readable())
                .await
                .map_err(|_| io::ErrorKind::TimedOut)??;
            match peer.stream.try_io(Interest::READABLE, || {
                peer.clock.read(&peer.stream, &mut buffer)
            }) {
                Ok(arrived) if arrived.bytes == 0 => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok(arrived) => (taken, came) = (taken + arrived.bytes, arrived.last),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        let left = self
            .clock
            .departed(&self.stream)
            .map(|departed| departed.last);
        Ok(left.zip(came))
    }
}

/// As long as an answer of STS; one segment on any network.
const SEGMENT: [u8; 512] = [0; 512];
/// Hundreds of times what it takes.
const WAKING: Duration = Duration::from_secs(1);
/// Loopback loses nothing, so what takes longer will not come.
const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_counted_in_their_order_against_it_and_missing() {
        let now = now();
        let us = Duration::from_micros;
        let mut found = TimestampError::default();
        for timestamps in [Some((now, now + us(3))), Some((now + us(2), now)), None] {
            found.count(timestamps);
        }
        let expected = TimestampError {
            passages: vec![us(3), us(0)],
            reversed: vec![us(2)],
            unstamped: 1,
        };
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn every_segment_over_loopback_has_two_stamps_or_the_kernel_has_none() {
        let found = timestamp_error(50).await.expect("loopback works");
        assert_eq!(found.is_some(), cfg!(target_os = "linux"));
        if let Some(found) = found {
            assert_eq!(
                (found.passages.len(), found.unstamped),
                (100, 0),
                "{found:?}"
            );
            assert!(
                found.reversed.len() < 50,
                "the timestamps of one segment have an order: {found:?}"
            );
        }
    }
}
