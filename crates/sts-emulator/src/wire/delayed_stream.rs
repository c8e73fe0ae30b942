//! The simulated path between client and endpoint: every byte arrives half a round trip after it was written.
//!
//! A user-space server cannot delay the kernel's TCP handshake, so *connecting* takes what loopback takes; TLS flights,
//! requests and answers are delayed exactly. Only a link inside the kernel's network could delay the handshake too.
//!
//! The stream has to be read from, and by the same task that writes, as HTTP servers do: there is no task of its own.
//! Order is kept, nothing is lost, and each direction holds at most [`IN_FLIGHT_BYTES`]: beyond that the sender waits, as
//! with a full TCP window.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::clock;
use crate::wire::timer::precise_sleep::{PreciseSleep, Sleeper};

/// A connection whose bytes take `one_way` in each direction.
#[derive(Debug)]
pub(crate) struct DelayedStream {
    inner: TcpStream,
    one_way: Duration,
    incoming: Direction,
    outgoing: Direction,
    end_of_input: bool,
    ending: Arc<Ending>,
}

/// How the connection ends when it is dropped: with FIN, unless a fault has asked for a reset.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    reset: AtomicBool,
}

#[derive(Debug)]
struct Direction {
    chunks: VecDeque<Chunk>,
    held_bytes: usize,
    sleeper: Sleeper,
    sleep: Option<PreciseSleep>,
}

#[derive(Debug)]
struct Chunk {
    due: Instant,
    bytes: Vec<u8>,
    /// Bytes of the front that have already been delivered.
    delivered: usize,
}

impl DelayedStream {
    /// Wraps an accepted connection; `round_trip` of zero delays nothing.
    pub(crate) fn new(
        inner: TcpStream,
        round_trip: Duration,
        sleeper: &Sleeper,
        ending: Arc<Ending>,
    ) -> Self {
        let direction = || Direction {
            chunks: VecDeque::new(),
            held_bytes: 0,
            sleeper: sleeper.clone(),
            sleep: None,
        };
        let (incoming, outgoing) = (direction(), direction());
        Self {
            inner,
            one_way: round_trip / 2,
            incoming,
            outgoing,
            end_of_input: false,
            ending,
        }
    }

    /// Takes in what the socket has, stamped with the time of its arrival at the far end.
    fn take_in(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let mut scratch = [0; SCRATCH_BYTES];
        while !self.end_of_input && self.incoming.held_bytes < IN_FLIGHT_BYTES {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.inner).poll_read(context, &mut buffer) {
                Poll::Pending => break,
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Ready(Ok(())) => {
                    let bytes = buffer.filled().to_vec();
                    self.end_of_input = bytes.is_empty();
                    // The end of input travels as an empty chunk, so that it too arrives late.
                    self.incoming.push(bytes, self.one_way);
                }
            }
        }
        Ok(())
    }

    /// Gives the socket what is due; ready when nothing is left on the way.
    fn give_out(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(chunk) = ready!(self.outgoing.poll_front(context)) {
            let pending = &chunk.bytes[chunk.delivered..];
            let written = ready!(Pin::new(&mut self.inner).poll_write(context, pending))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.outgoing.deliver(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for DelayedStream {
    fn drop(&mut self) {
        if self.ending.reset.load(Ordering::Relaxed) {
            // A peer that has already gone needs no reset, so a failure here changes nothing.
            let _ = self.inner.set_zero_linger();
        }
    }
}

impl Ending {
    /// Has the connection end with RST, as a crashed or overloaded host ends it.
    pub(crate) fn ask_for_reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }
}

impl Direction {
    fn push(&mut self, bytes: Vec<u8>, one_way: Duration) {
        self.held_bytes += bytes.len();
        self.chunks.push_back(Chunk {
            due: clock::monotonic() + one_way,
            bytes,
            delivered: 0,
        });
    }

    /// The front chunk once it is due; `None` when nothing is on the way.
    fn poll_front(&mut self, context: &mut Context<'_>) -> Poll<Option<&Chunk>> {
        let Some(due) = self.chunks.front().map(|chunk| chunk.due) else {
            return Poll::Ready(None);
        };
        if self
            .sleep
            .as_ref()
            .is_none_or(|sleep| sleep.deadline() != due)
        {
            self.sleep = Some(self.sleeper.until(due));
        }
        if let Some(sleep) = &mut self.sleep {
            ready!(Pin::new(sleep).poll(context));
        }
        Poll::Ready(self.chunks.front())
    }

    fn deliver(&mut self, count: usize) {
        self.held_bytes -= count;
        if let Some(front) = self.chunks.front_mut() {
            front.delivered += count;
            if front.delivered == front.bytes.len() {
                self.chunks.pop_front();
            }
        }
    }
}

impl AsyncRead for DelayedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.one_way.is_zero() {
            return Pin::new(&mut this.inner).poll_read(context, buffer);
        }
        // The task that serves a connection reads from it whenever it wakes, so reading is what keeps both directions moving.
        if let Poll::Ready(Err(error)) = this.give_out(context) {
            return Poll::Ready(Err(error));
        }
        this.take_in(context)?;
        let Some(chunk) = ready!(this.incoming.poll_front(context)) else {
            return if this.end_of_input {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            };
        };
        let bytes = &chunk.bytes[chunk.delivered..];
        let count = bytes.len().min(buffer.remaining());
        buffer.put_slice(&bytes[..count]);
        this.incoming.deliver(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for DelayedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.one_way.is_zero() {
            return Pin::new(&mut this.inner).poll_write(context, bytes);
        }
        if this.outgoing.held_bytes >= IN_FLIGHT_BYTES {
            ready!(this.give_out(context))?;
        }
        let count = bytes.len().min(IN_FLIGHT_BYTES);
        if count > 0 {
            this.outgoing.push(bytes[..count].to_vec(), this.one_way);
            if let Poll::Ready(Err(error)) = this.give_out(context) {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Bytes on the way have left the sender: a server that waited here for their arrival would start on the next
        // request half a round trip late.
        match self.give_out(context) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.give_out(context))?;
        Pin::new(&mut this.inner).poll_shutdown(context)
    }
}

/// Most bytes on the way in one direction.
pub const IN_FLIGHT_BYTES: usize = 256 * 1024;

const SCRATCH_BYTES: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::wire::timer::precise_sleep::PreciseTimer;

    async fn pair(round_trip: Duration) -> (TcpStream, DelayedStream, PreciseTimer) {
        let clock = PreciseTimer::start().expect("a thread starts");
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback binds");
        let client = TcpStream::connect(listener.local_addr().expect("bound"))
            .await
            .expect("loopback connects");
        let (accepted, _) = listener.accept().await.expect("the client has connected");
        let delayed = DelayedStream::new(accepted, round_trip, &clock.sleeper(), Arc::default());
        (client, delayed, clock)
    }

    #[tokio::test]
    async fn an_echo_takes_at_least_the_round_trip_and_keeps_the_order() {
        let (mut client, mut server, _clock) = pair(Duration::from_millis(20)).await;
        let echo = tokio::spawn(async move {
            let mut buffer = [0; 4096];
            loop {
                let count = server.read(&mut buffer).await.expect("the client writes");
                if count == 0 {
                    break server.shutdown().await.expect("the client still listens");
                }
                server
                    .write_all(&buffer[..count])
                    .await
                    .expect("the client reads");
                server.flush().await.expect("the client reads");
            }
        });
        let message: Vec<u8> = (0..60_000_u32).flat_map(u32::to_le_bytes).collect();
        let start = clock::monotonic();
        let mut answer = vec![0; message.len()];
        let (mut reader, mut writer) = client.split();
        let (sent, received) =
            tokio::join!(writer.write_all(&message), reader.read_exact(&mut answer));
        sent.expect("the server reads");
        received.expect("the server answers");
        assert!(clock::monotonic() - start >= Duration::from_millis(20));
        assert!(answer == message, "bytes were lost or reordered");
        client.shutdown().await.expect("the server listens");
        echo.await.expect("the server ends after the end of input");
    }

    #[tokio::test]
    async fn flushing_does_not_wait_for_the_arrival_but_ending_does() {
        let (_client, mut server, _clock) = pair(Duration::from_secs(7200)).await;
        server
            .write_all(b"an hour away")
            .await
            .expect("the client is there");
        server.flush().await.expect("the client is there");
        assert_eq!(server.outgoing.held_bytes, 12);
        let mut ending = std::pin::pin!(server.shutdown());
        let pending = ending
            .as_mut()
            .poll(&mut Context::from_waker(std::task::Waker::noop()));
        assert!(pending.is_pending(), "the end must not overtake the data");
    }

    #[tokio::test]
    async fn the_end_of_input_is_as_late_as_data() {
        let (client, mut server, _clock) = pair(Duration::from_millis(30)).await;
        let start = clock::monotonic();
        drop(client);
        assert_eq!(server.read(&mut [0; 8]).await.expect("an orderly end"), 0);
        assert!(clock::monotonic() - start >= Duration::from_millis(15));
        assert_eq!(server.read(&mut [0; 8]).await.expect("still at the end"), 0);
    }

    #[tokio::test]
    async fn asking_for_a_reset_makes_the_client_see_one() {
        let (mut client, server, _clock) = pair(Duration::ZERO).await;
        server.ending.ask_for_reset();
        drop(server);
        let error = client
            .read(&mut [0; 8])
            .await
            .expect_err("the connection was reset");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
