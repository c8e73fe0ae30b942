//! What has come of a request: whether its head says for whom it is and how it is written, and its body.

use std::error::Error as _;
use std::io;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::Version;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{HOST, TRANSFER_ENCODING};
use hyper::http::request::Parts;

use crate::service::dispatch::MAX_BODY_BYTES;

/// The client stopped in the middle of its request.
#[derive(Debug)]
pub(crate) struct Unfinished;

/// What came after a head.
#[derive(Debug)]
pub(crate) enum Body {
    Whole(Bytes),
    /// Longer than STS takes.
    TooLong,
    /// Chunks that are none.
    Malformed,
}

/// The whole body.
pub(crate) async fn read(body: Incoming) -> Result<Body, Unfinished> {
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Ok(Body::TooLong);
    }
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(collected) => Ok(Body::Whole(collected.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Ok(Body::TooLong),
        Err(error) => match error.downcast_ref().and_then(cause) {
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => Ok(Body::Malformed),
            _ => Err(Unfinished),
        },
    }
}

/// What kept the library from reading a body.
fn cause(error: &hyper::Error) -> Option<io::ErrorKind> {
    let cause: &io::Error = error.source()?.downcast_ref()?;
    Some(cause.kind())
}

/// Whether the head has the one `Host` that HTTP/1.1 asks for (RFC 9112, 3.2).
pub(crate) fn says_its_host(parts: &Parts) -> bool {
    let hosts = parts.headers.get_all(HOST).iter().count();
    hosts == 1 || hosts == 0 && parts.version < Version::HTTP_11
}

/// Whether the body is sent in another coding than chunks, which nobody here undoes (RFC 9112, 6.1).
pub(crate) fn has_unknown_coding(parts: &Parts) -> bool {
    let codings = parts.headers.get_all(TRANSFER_ENCODING).into_iter();
    codings
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .any(|coding| !coding.trim_ascii().eq_ignore_ascii_case(b"chunked"))
}

/// The headers as they count: the host of a target in absolute form replaces that of `Host` (RFC 9112, 3.2.2).
pub(crate) fn headers_of(parts: &Parts) -> Vec<(String, Vec<u8>)> {
    let host = parts.uri.authority().map(|host| host.as_str().as_bytes());
    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        let replaced = host.filter(|_| name == HOST);
        let value = replaced.unwrap_or_else(|| value.as_bytes());
        (name.as_str().to_owned(), value.to_vec())
    };
    parts.headers.iter().map(header).collect()
}
