//! A request ready to be sent.

use std::fmt;

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
}

impl SignedRequest {
    /// Whether `text`, which a server sent, repeats something of this request that must not be kept.
    pub fn is_repeated_by(&self, text: &str) -> bool {
        self.sent().is_repeated_by(text)
    }

    /// Whether `text` repeats a secret of this request in another form.
    pub fn is_repeated_otherwise_by(&self, text: &str) -> bool {
        self.sent().is_repeated_otherwise_by(text)
    }

    fn sent(&self) -> Sent<'_> {
        let header = |name: &str| {
            let found = self.headers.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        Sent {
            authorization: header("authorization"),
            session_token: header("x-amz-security-token"),
            form: &self.body,
        }
    }
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
