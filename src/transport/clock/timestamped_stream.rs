//! The socket with a clock on it: when the request's bytes left and when the answer's bytes came.
//!
//! Two layers carry the timestamps. [`TimestampedStream`] sits on the socket, below TLS, and timestamps every read and write, by the
//! kernel's clock where the kernel lends it; [`TimedStream`] sits above TLS and notes which of those reads brought bytes of
//! the answer, so that session tickets, which arrive in the same direction, are not taken for the first byte.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::transport::clock::kernel_clock::KernelClock;
use crate::transport::clock::timestamps::{Arrived, Timestamps};

/// A socket that notes when bytes left and came.
#[derive(Debug)]
pub(crate) struct TimestampedStream {
    socket: TcpStream,
    timestamps: Rc<Timestamps>,
    clock: Option<KernelClock>,
    /// Whether the timestamps of what was written are still to be fetched.
    owed: bool,
}

impl TimestampedStream {
    pub(crate) fn new(
        socket: TcpStream,
        timestamps: Rc<Timestamps>,
        clock: Option<KernelClock>,
    ) -> Self {
        Self {
            socket,
            timestamps,
            clock,
            owed: false,
        }
    }

    fn wrote(&mut self, written: &Poll<io::Result<usize>>) {
        let Poll::Ready(Ok(bytes @ 1..)) = written else {
            return;
        };
        if let Some(clock) = &mut self.clock {
            // The first write since the timestamps were reset begins a request.
            if self.timestamps.last_write().is_none() {
                clock.forget();
            }
            clock.wrote(*bytes);
            self.owed = true;
        }
        self.timestamps.wrote();
    }

    /// Reads with the kernel's timestamps.
    fn poll_stamped(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self {
            socket,
            timestamps,
            clock: Some(clock),
            owed,
        } = self
        else {
            return Poll::Ready(Ok(()));
        };
        let arrived = loop {
            ready!(socket.poll_read_ready(cx))?;
            let mut arrived = None;
            let read = socket.try_io(Interest::READABLE, || {
                let read = clock.read(socket, buffer.initialize_unfilled())?;
                arrived = Some(read);
                // What the runtime is told to have been refused it waits for: the next read is spared a vain attempt.
                if read.drained {
                    Err(io::ErrorKind::WouldBlock.into())
                } else {
                    Ok(())
                }
            });
            match (arrived, read) {
                (Some(arrived), _) => break arrived,
                (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                (None, other) => return Poll::Ready(other),
            }
        };
        let Arrived {
            bytes, first, last, ..
        } = arrived;
        if bytes > 0 {
            let begin = buffer.filled().len();
            buffer.advance(bytes);
            if std::mem::take(owed) {
                timestamps.departed(clock.departed(socket));
            }
            timestamps.read(&buffer.filled()[begin..], first, last);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for TimestampedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.clock.is_some() && buffer.remaining() > 0 {
            return self.poll_stamped(cx, buffer);
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.timestamps.read(&buffer.filled()[before..], None, None);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for TimestampedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.timestamps.hold();
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.wrote(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.timestamps.hold();
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// An open connection, ready for HTTP.
pub(crate) struct TimedStream {
    channel: Channel,
    timestamps: Rc<Timestamps>,
}

enum Channel {
    Plain(TimestampedStream),
    // The session's state is a kilobyte; boxed, a connection moves cheaply.
    Tls(Box<TlsStream<TimestampedStream>>),
}

impl TimedStream {
    /// Plaintext, which only loopback may use.
    pub(crate) fn plain(stream: TimestampedStream) -> Self {
        let timestamps = Rc::clone(&stream.timestamps);
        Self {
            channel: Channel::Plain(stream),
            timestamps,
        }
    }

    /// After a handshake.
    pub(crate) fn tls(stream: TlsStream<TimestampedStream>) -> Self {
        let timestamps = Rc::clone(&stream.get_ref().0.timestamps);
        Self {
            channel: Channel::Tls(Box::new(stream)),
            timestamps,
        }
    }

    /// The connection's timestamps, shared.
    pub(crate) fn timestamps(&self) -> Rc<Timestamps> {
        Rc::clone(&self.timestamps)
    }
}

impl AsyncRead for TimedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(match &mut self.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Channel::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buffer),
        })?;
        if buffer.filled().len() > before {
            self.timestamps.answered();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Channel::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Channel::Tls(stream) => Pin::new(stream.as_mut()).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.channel {
            Channel::Plain(stream) => stream.is_write_vectored(),
            Channel::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Channel::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Channel::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}
