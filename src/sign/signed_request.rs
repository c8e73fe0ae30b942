//! A request ready to be sent.

use std::fmt;

use zeroize::Zeroizing;

/// A request ready to be sent: a POST with these headers and this body, valid for fifteen minutes.
pub struct SignedRequest {
    /// The `Host` header, which is signed; always the endpoint's authority.
    pub host: String,
    /// What it is sent to, which is signed; always the endpoint's path.
    pub path: String,
    /// All other headers in wire order, names in lower case. Values can be secret.
    pub headers: Vec<(String, Zeroizing<String>)>,
    /// The form. It can hold secret parameters.
    pub body: Zeroizing<String>,
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
