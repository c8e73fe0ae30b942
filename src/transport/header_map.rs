//! The headers of a signed request, as either client sends them.

use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};

use crate::sample::FailureKind;
use crate::sign::SignedRequest;

/// The host and the signed headers. Their values are marked as sensitive, so that no debug print shows a signature or a token.
///
/// # Errors
/// [`FailureKind::ClientRequest`] for what HTTP cannot carry.
pub(super) fn header_map(request: &SignedRequest) -> Result<HeaderMap, FailureKind> {
    let refused = FailureKind::ClientRequest;
    let mut headers = HeaderMap::new();
    let host = HeaderValue::from_str(&request.host).map_err(|_| refused)?;
    headers.insert(HOST, host);
    for (name, value) in &request.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| refused)?;
        let mut value = HeaderValue::from_str(value).map_err(|_| refused)?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}
