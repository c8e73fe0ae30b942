//! A request ready to be sent.

use std::fmt;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use crate::echo::Sent;

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
    sent: OnceLock<Sent>,
}

impl SignedRequest {
    /// Of these parts.
    pub fn new(
        host: String,
        path: String,
        headers: Vec<(String, Zeroizing<String>)>,
        body: Zeroizing<String>,
    ) -> Self {
        Self {
            host,
            path,
            headers,
            body,
            sent: OnceLock::new(),
        }
    }

    /// Whether `text`, which a server sent, repeats something of this request that must not be kept.
    pub fn is_repeated_by(&self, text: &str) -> bool {
        self.sent().is_repeated_by(text)
    }

    /// Whether `text` repeats a secret of this request in another form.
    pub fn is_repeated_otherwise_by(&self, text: &str) -> bool {
        self.sent().is_repeated_otherwise_by(text)
    }

    fn sent(&self) -> &Sent {
        let header = |name: &str| {
            let found = self.headers.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let (authorization, token) = ("authorization", "x-amz-security-token");
        self.sent
            .get_or_init(|| Sent::new(header(authorization), header(token), &self.body))
    }
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
