//! Heads that are no HTTP, or too long: answered as AWS answers them, a bare 400 and the end of the connection.
//!
//! The HTTP library answers those itself, before any request exists, and with finer statuses than STS has (431, 414). Its
//! answers are known by lacking the date that every answer of the emulator carries; here they become STS's, and get their place in
//! the ledger.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::ledger::writer::LedgerWriter;

/// A connection whose refused heads are answered as STS answers them.
#[derive(Debug)]
pub(crate) struct MalformedHeadStream<S> {
    inner: S,
    ledger: Arc<LedgerWriter>,
    endpoint: String,
    /// What is left of the one refusal; after it nothing else is written.
    refusal: Option<&'static [u8]>,
}

impl<S> MalformedHeadStream<S> {
    /// Around a connection to `endpoint`.
    pub(crate) fn new(inner: S, ledger: Arc<LedgerWriter>, endpoint: &str) -> Self {
        Self {
            inner,
            ledger,
            endpoint: endpoint.to_owned(),
            refusal: None,
        }
    }
}

impl<S: AsyncWrite + Unpin> MalformedHeadStream<S> {
    /// Writes what is left of the refusal.
    fn refuse(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.refusal.filter(|rest| !rest.is_empty()) {
            let written = ready!(Pin::new(&mut self.inner).poll_write(context, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.refusal = rest.get(written..);
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
            self.refusal = Some(REFUSAL);
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

const REFUSAL: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn the_librarys_refusal_is_replaced_and_counted_and_other_answers_pass() {
        let ledger = LedgerWriter::open(["global"]);
        for (written, read) in [
            (
                "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n",
                REFUSAL,
            ),
            (
                "HTTP/1.1 404 Not Found\r\ndate: 1\r\n\r\n",
                b"HTTP/1.1 404 Not Found\r\ndate: 1\r\n\r\n",
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\n",
                b"HTTP/1.1 100 Continue\r\n\r\n",
            ),
        ] {
            // Narrower than the refusal, which therefore needs several writes.
            let (near, mut far) = duplex(16);
            let mut stream = MalformedHeadStream::new(near, Arc::clone(&ledger), "global");
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
            assert_eq!(
                String::from_utf8_lossy(&found),
                String::from_utf8_lossy(read)
            );
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
