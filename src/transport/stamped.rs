//! The socket with a clock on it: when the last byte left and when the answer's bytes came.
//!
//! Two layers carry the stamps. [`Stamped`] sits on the socket, below TLS, and notes every read and write of the
//! kernel; [`Opened`] sits above TLS and notes which of those reads brought bytes of the answer, so that session
//! tickets, which arrive in the same direction, are not taken for the first byte. Stamps made by the kernel itself can
//! take the place of the clock readings in [`Stamped`] without a change elsewhere.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::client::TlsStream;

/// The monotonic clock, read where a phase ends.
#[expect(clippy::disallowed_methods, reason = "the transport is the one place where phases are stamped")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// When things happened on one connection since the last request began.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    last_write: Cell<Option<Instant>>,
    last_read: Cell<Option<Instant>>,
    first_answer: Cell<Option<Instant>>,
    last_answer: Cell<Option<Instant>>,
}

impl Stamps {
    /// Forgets everything: a request begins.
    pub(super) fn reset(&self) {
        self.last_write.set(None);
        self.last_read.set(None);
        self.first_answer.set(None);
        self.last_answer.set(None);
    }

    /// Forgets the answer's first byte: what came so far was an interim response.
    pub(super) fn reset_answer(&self) {
        self.first_answer.set(None);
    }

    /// When the kernel took the last byte, if it took any.
    pub(super) fn last_write(&self) -> Option<Instant> {
        self.last_write.get()
    }

    /// When the read returned that brought the answer's first byte.
    pub(super) fn first_answer(&self) -> Option<Instant> {
        self.first_answer.get()
    }

    /// When the read returned that brought the answer's latest byte.
    pub(super) fn last_answer(&self) -> Option<Instant> {
        self.last_answer.get()
    }

    fn wrote(&self, written: &Poll<io::Result<usize>>) {
        if matches!(written, Poll::Ready(Ok(bytes)) if *bytes > 0) {
            self.last_write.set(Some(now()));
        }
    }

    fn answered(&self) {
        let at = self.last_read.get().unwrap_or_else(now);
        if self.first_answer.get().is_none() {
            self.first_answer.set(Some(at));
        }
        self.last_answer.set(Some(at));
    }
}

/// A socket that notes when the kernel gave and took bytes.
#[derive(Debug)]
pub(super) struct Stamped<S> {
    socket: S,
    stamps: Rc<Stamps>,
}

impl<S> Stamped<S> {
    pub(super) fn new(socket: S, stamps: Rc<Stamps>) -> Self {
        Self { socket, stamps }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stamped<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.stamps.last_read.set(Some(now()));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stamped<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.stamps.wrote(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.stamps.wrote(&written);
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
pub(super) struct Opened<S> {
    channel: Channel<S>,
    stamps: Rc<Stamps>,
}

enum Channel<S> {
    Plain(Stamped<S>),
    // The session's state is a kilobyte; boxed, a connection moves cheaply.
    Tls(Box<TlsStream<Stamped<S>>>),
}

impl<S> Opened<S> {
    /// Plaintext, which only loopback may use.
    pub(super) fn plain(stream: Stamped<S>) -> Self {
        let stamps = Rc::clone(&stream.stamps);
        Self { channel: Channel::Plain(stream), stamps }
    }

    /// After a handshake.
    pub(super) fn tls(stream: TlsStream<Stamped<S>>) -> Self {
        let stamps = Rc::clone(&stream.get_ref().0.stamps);
        Self { channel: Channel::Tls(Box::new(stream)), stamps }
    }

    /// The connection's stamps, shared.
    pub(super) fn stamps(&self) -> Rc<Stamps> {
        Rc::clone(&self.stamps)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Opened<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(match &mut self.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Channel::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, buffer),
        })?;
        if buffer.filled().len() > before {
            self.stamps.answered();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Opened<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
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
