//! What has come of a request: whether its head says for whom it is, and its body.

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::Version;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::HOST;
use hyper::http::request::Parts;

use crate::service::dispatch::MAX_BODY_BYTES;

/// The client stopped in the middle of its request.
#[derive(Debug)]
pub(crate) struct Unfinished;

/// The whole body, or `None` when it is longer than STS takes.
pub(crate) async fn read(body: Incoming) -> Result<Option<Bytes>, Unfinished> {
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Ok(None);
    }
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(collected) => Ok(Some(collected.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(_) => Err(Unfinished),
    }
}

/// Whether the head has the one `Host` that HTTP/1.1 asks for (RFC 9112, 3.2).
pub(crate) fn says_its_host(parts: &Parts) -> bool {
    let hosts = parts.headers.get_all(HOST).iter().count();
    hosts == 1 || hosts == 0 && parts.version < Version::HTTP_11
}
