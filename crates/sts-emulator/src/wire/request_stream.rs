//! What clients send, held to a deadline for each request, and heads that are too long or give a length in two ways.
//!
//! A request that has begun has to be whole in time, so that nobody can keep connections open by sending slowly; a connection
//! without a request may wait for longer. Where a request ends is counted here, because the HTTP library tells neither that nor that a
//! head had both a length and chunks: it ignores the length (RFC 9112, 6.3), which others on the way may not.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::wire::connections::connection::Connection;

/// A connection that reads requests.
#[derive(Debug)]
pub(crate) struct RequestStream<S> {
    inner: S,
    connection: Arc<Connection>,
    /// From a request's first byte to its last.
    deadline: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    place: Place,
}

/// What the next byte belongs to.
#[derive(Debug)]
enum Place {
    Head(Head),
    /// A body of which so many bytes are missing.
    Body(u64),
    /// A body in chunks (RFC 9112, 7.1).
    Chunks(Chunks),
}

/// The place in a body that comes in chunks.
#[derive(Debug)]
enum Chunks {
    /// The line before a chunk: its length so far, and whether that is over and an extension follows.
    Length { length: u64, is_over: bool },
    /// A chunk, of which so many bytes are missing, its line end included.
    Data(u64),
    /// The lines after the last chunk; whether the one that has begun is empty so far.
    Trailer { is_empty: bool },
}

/// A head as far as it has come.
#[derive(Debug, Default)]
struct Head {
    /// The beginning of the line: more than the fields that matter are long.
    line: Vec<u8>,
    /// Its length so far.
    bytes: usize,
    has_lines: bool,
    length: Option<u64>,
    has_chunks: bool,
}

impl<S> RequestStream<S> {
    pub(crate) fn new(inner: S, connection: Arc<Connection>, deadline: Duration) -> Self {
        Self {
            inner,
            connection,
            deadline,
            timer: None,
            place: Place::default(),
        }
    }

    /// Follows what has been read.
    fn follow(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((&byte, following)) = rest.split_first() {
            if self.timer.is_none() {
                self.connection.idle.leave();
                self.timer = Some(Box::pin(sleep(self.deadline)));
            }
            match &mut self.place {
                Place::Head(head) => {
                    rest = following;
                    if head.take(byte) {
                        self.begin_body();
                    }
                }
                Place::Body(missing) => {
                    let here = (*missing).min(rest.len() as u64);
                    *missing -= here;
                    rest = &rest[here as usize..];
                }
                Place::Chunks(Chunks::Data(missing)) => {
                    let here = (*missing).min(rest.len() as u64);
                    *missing -= here;
                    rest = &rest[here as usize..];
                    if *missing == 0 {
                        self.place = Place::Chunks(Chunks::default());
                    }
                }
                Place::Chunks(chunks) => {
                    rest = following;
                    if chunks.take(byte) {
                        self.begin_next();
                    }
                }
            }
            if matches!(self.place, Place::Body(0)) {
                self.begin_next();
            }
        }
    }

    fn begin_body(&mut self) {
        let Place::Head(head) = &self.place else {
            return;
        };
        let contradicts = head.has_chunks && head.length.is_some();
        let refuses = contradicts || head.bytes > LONGEST_HEAD;
        self.connection.heads.push(refuses);
        self.place = if head.has_chunks {
            Place::Chunks(Chunks::default())
        } else {
            Place::Body(head.length.unwrap_or_default())
        };
    }

    fn begin_next(&mut self) {
        self.timer = None;
        self.place = Place::default();
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::Head(Head::default())
    }
}

impl Head {
    /// Takes the next byte; whether it was the last.
    fn take(&mut self, byte: u8) -> bool {
        self.bytes += 1;
        if byte != b'\n' {
            if self.line.len() < LONGEST_FIELD {
                self.line.push(byte);
            }
            return false;
        }
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        if line.is_empty() {
            self.line.clear();
            // Empty lines before a request are passed over (RFC 9112, 2.2).
            return self.has_lines;
        }
        self.has_lines = true;
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (parts.next().unwrap_or_default(), parts.next());
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.has_chunks = true;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            let value = value.and_then(|value| std::str::from_utf8(value).ok());
            // The library refuses what is no number.
            self.length = value.and_then(|value| value.trim().parse().ok());
        }
        self.line.clear();
        false
    }
}

impl Default for Chunks {
    fn default() -> Self {
        Self::Length {
            length: 0,
            is_over: false,
        }
    }
}

impl Chunks {
    /// Takes the next byte of a line; whether the body ends with it. What is no chunk the library refuses.
    fn take(&mut self, byte: u8) -> bool {
        match self {
            Self::Length { length: 0, .. } if byte == b'\n' => {
                *self = Self::Trailer { is_empty: true };
            }
            Self::Length { length, .. } if byte == b'\n' => {
                *self = Self::Data(length.saturating_add(LINE_END));
            }
            Self::Length { length, is_over } => match char::from(byte).to_digit(16) {
                Some(digit) if !*is_over => {
                    *length = length.saturating_mul(16).saturating_add(u64::from(digit));
                }
                _ => *is_over = true,
            },
            Self::Trailer { is_empty } if byte == b'\n' => {
                return std::mem::replace(is_empty, true);
            }
            Self::Trailer { is_empty } => *is_empty &= byte == b'\r',
            Self::Data(_) => {}
        }
        false
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for RequestStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.inner).poll_read(context, buffer) {
            Poll::Ready(read) => {
                self.follow(&buffer.filled()[before..]);
                Poll::Ready(read)
            }
            Poll::Pending => {
                self.follow(&[]);
                let late = self
                    .timer
                    .as_mut()
                    .map(|timer| timer.as_mut().poll(context));
                if late.is_some_and(|late| late.is_ready()) {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                Poll::Pending
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for RequestStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

/// Longer than the fields that matter, with any length that fits 64 bits.
const LONGEST_FIELD: usize = 64;
/// The longest head that AWS reads, request line and last line end included. Unit: bytes.
const LONGEST_HEAD: usize = 16_384;
/// Bytes after those of a chunk.
const LINE_END: u64 = 2;

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    fn stream() -> (RequestStream<DuplexStream>, DuplexStream, Arc<Connection>) {
        let (near, far) = duplex(4096);
        let connection = Arc::new(Connection::default());
        let stream = RequestStream::new(near, Arc::clone(&connection), DEADLINE);
        (stream, far, connection)
    }

    /// Whether a reader of `parts`, each after a second, is still waiting an hour later instead of being told of a delay.
    async fn waits(parts: &[&str]) -> bool {
        let (mut stream, mut far, _) = stream();
        let write = async {
            for part in parts {
                far.write_all(part.as_bytes()).await.expect("written");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            tokio::time::sleep(Duration::from_secs(3600)).await;
        };
        let read = async {
            let mut buffer = [0; 7];
            loop {
                if let Err(error) = stream.read(&mut buffer).await {
                    break assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                }
            }
        };
        tokio::select! { biased; () = read => false, () = write => true }
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_connection_without_a_request_under_way_may_wait() {
        let whole = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
        for idle in [
            &[][..],
            &[whole],
            &[whole, whole],
            &["GET / HTTP/1.1\r\n\r\n"],
            &["\r\nGET / HTTP/1.1\nhost: x\n\n"],
            &["POST / HTTP/1.1\r\ncontent-LENGTH:3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n"],
        ] {
            assert!(waits(idle).await, "{idle:?}");
        }
        for slow in [
            &["P"][..],
            &["POST / HTTP/1.1\r\nHost: x\r\n"],
            &[
                "P", "O", "S", "T", " ", "/", " ", "H", "T", "T", "P", "/", "1", ".", "1",
            ],
            &["POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabc"],
            &[whole, "G"],
            &["POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /"],
            &["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"],
        ] {
            assert!(!waits(slow).await, "{slow:?}");
        }
    }

    #[tokio::test]
    async fn chunks_end_with_the_empty_line_after_the_last_one_wherever_they_are_cut() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        for chunks in [
            "0\r\n\r\n",
            "3\r\nabc\r\n0\r\n\r\n",
            "00b;name=\"1\"\r\n0\r\n\r\n0\r\n\r\nx\r\n0\r\n\r\n",
            "1\r\na\r\n0\r\nTrailer: 1\r\n\r\n",
        ] {
            let request = format!("{head}{chunks}");
            for cut in 1..request.len() {
                let (mut stream, _far, _) = stream();
                let (first, second) = request.split_at(cut);
                stream.follow(first.as_bytes());
                assert!(stream.timer.is_some(), "{first:?}");
                stream.follow(second.as_bytes());
                assert!(stream.timer.is_none(), "{chunks:?} cut at {cut}");
            }
        }
    }

    #[tokio::test]
    async fn each_of_several_heads_in_one_read_is_judged_by_itself() {
        let good = "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\na";
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        let both =
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(LONGEST_HEAD));
        let (mut stream, _far, connection) = stream();
        stream.follow([good, both, chunked, both, &long, good].concat().as_bytes());
        let refused: Vec<bool> = (0..6).map(|_| connection.heads.next_is_refused()).collect();
        assert_eq!(refused, [false, true, false, true, true, false]);
    }

    #[tokio::test]
    async fn a_length_beside_chunks_is_noticed_in_every_spelling() {
        let heads = [
            ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", true),
            ("transfer-encoding: chunked\r\nCONTENT-LENGTH:3\r\n", true),
            (
                "Transfer-Encoding: gzip, chunked\nContent-Length: 0\n",
                true,
            ),
            ("Transfer-Encoding: chunked\r\n", false),
            ("Content-Length: 3\r\n", false),
            (
                "X: Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
                false,
            ),
        ];
        for (fields, contradicts) in heads {
            let (mut stream, _far, connection) = stream();
            // Byte by byte, as a slow network brings it.
            for byte in format!("POST / HTTP/1.1\r\n{fields}\r\n").bytes() {
                stream.follow(&[byte]);
            }
            assert_eq!(
                connection.heads.next_is_refused(),
                contradicts,
                "{fields:?}"
            );
        }
    }
}
