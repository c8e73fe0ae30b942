//! Heads that are no HTTP, or too long: answered as AWS answers them, a bare 400 and the end of the connection.
//!
//! The HTTP library answers those itself, before any request exists, and with finer statuses than STS has (431, 414). Its
//! answers are known by lacking the date that every answer of the emulator carries; here they become STS's, with the date, and get
//! their place in the ledger.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::body::{Buf as _, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::clock::{self, WallClock};
use crate::ledger::writer::LedgerWriter;

/// The clock that an endpoint dates its answers by.
#[derive(Debug)]
pub(crate) struct EndpointClock {
    pub clock: WallClock,
    /// How far it is ahead. Unit: seconds.
    pub offset_seconds: i64,
}

/// A connection whose refused heads are answered as STS answers them.
#[derive(Debug)]
pub(crate) struct MalformedHeadStream<S> {
    inner: S,
    ledger: Arc<LedgerWriter>,
    endpoint: String,
    clock: EndpointClock,
    /// What is left of the one refusal; after it nothing else is written.
    refusal: Option<Bytes>,
}

impl<S> MalformedHeadStream<S> {
    /// Around a connection to `endpoint`.
    pub(crate) fn new(
        inner: S,
        ledger: Arc<LedgerWriter>,
        endpoint: &str,
        clock: EndpointClock,
    ) -> Self {
        Self {
            inner,
            ledger,
            endpoint: endpoint.to_owned(),
            clock,
            refusal: None,
        }
    }
}

impl<S: AsyncWrite + Unpin> MalformedHeadStream<S> {
    /// Writes what is left of the refusal.
    fn refuse(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.refusal.as_mut().filter(|rest| !rest.is_empty()) {
            let written = ready!(Pin::new(&mut self.inner).poll_write(context, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            rest.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for MalformedHeadStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for MalformedHeadStream<S> {
    // Vectored writes are left at their default, which is none: whole heads come in one piece.
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.refusal.is_none() && is_the_librarys(bytes) {
            self.refusal = Some(refusal(&self.clock));
            self.ledger.request(&self.endpoint).conclude("http:400");
        }
        if self.refusal.is_some() {
            // The library closes after its own answer, so that what it writes now is that answer and nothing else.
            return self.refuse(context).map_ok(|()| bytes.len());
        }
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.refuse(context))?;
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.refuse(context))?;
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

/// Whether `bytes` begin with a refusal that the emulator has not made.
fn is_the_librarys(bytes: &[u8]) -> bool {
    let is_refusal = bytes.starts_with(b"HTTP/1.") && bytes.get(9) == Some(&b'4');
    let date: &[u8] = b"\r\ndate: ";
    is_refusal
        && !bytes
            .windows(date.len())
            .any(|window| window.eq_ignore_ascii_case(date))
}

fn refusal(clock: &EndpointClock) -> Bytes {
    let date = clock::http(clock.clock.read(clock.offset_seconds).told);
    let head = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0";
    Bytes::from(format!("{head}\r\ndate: {date}\r\n\r\n"))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn the_librarys_refusal_is_replaced_and_counted_and_other_answers_pass() {
        let ledger = LedgerWriter::open(["global"]);
        for (written, read) in [
            (
                "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n",
                "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\ndate: Thu, 01 Jan 1970 00:01:30 GMT\r\n\r\n",
            ),
            (
                "HTTP/1.1 404 Not Found\r\ndate: 1\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\ndate: 1\r\n\r\n",
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n",
            ),
        ] {
            // Narrower than the refusal, which therefore needs several writes.
            let (near, mut far) = duplex(16);
            let clock = EndpointClock {
                clock: WallClock {
                    fixed: Some(OffsetDateTime::UNIX_EPOCH),
                },
                offset_seconds: 90,
            };
            let mut stream = MalformedHeadStream::new(near, Arc::clone(&ledger), "global", clock);
            let mut found = Vec::new();
            let write = async {
                stream
                    .write_all(written.as_bytes())
                    .await
                    .expect("it is read");
                stream.shutdown().await.expect("it is read");
            };
            let (_, read_to_end) = tokio::join!(write, far.read_to_end(&mut found));
            read_to_end.expect("it ends");
            assert_eq!(String::from_utf8_lossy(&found), read);
        }
        assert_eq!(
            (
                ledger.snapshot().requests(),
                ledger.snapshot().count("http:400")
            ),
            (1, 1)
        );
    }
}
