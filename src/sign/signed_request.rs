//! A request ready to be sent.

use std::fmt;

use zeroize::Zeroizing;

use super::forms;

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
    /// Whether `text`, which a server sent, repeats something of this request that must not be kept: the key's id, the
    /// signature, the session token or a parameter's value, whole or as many characters of it as are no chance.
    ///
    /// Names that every request has, as of the operation, are not meant.
    pub fn is_repeated_by(&self, text: &str) -> bool {
        let sent = |sent: &str| sent.len() >= SHORTEST_SECRET && repeats(text, sent);
        let header = |name: &str| {
            let found = self.headers.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let values = || {
            self.body
                .split('&')
                .filter_map(|field| field.split_once('='))
        };
        let authorization = || {
            let parts = header("authorization").split([' ', ',']);
            parts.filter_map(|part| {
                let credential = part.strip_prefix("Credential=");
                let id = credential.and_then(|scope| scope.split('/').next());
                id.or_else(|| part.strip_prefix("Signature="))
            })
        };
        authorization().any(sent)
            || sent(header("x-amz-security-token"))
            || values()
                .any(|(name, value)| !matches!(name, "Action" | "Version") && sent(&decoded(value)))
    }

    /// Whether `text` repeats a secret of this request in another form: in another case, backwards, encoded. An id of AWS's own
    /// form has no room for one.
    pub fn is_repeated_otherwise_by(&self, text: &str) -> bool {
        let headers = || {
            let secrets = self.headers.iter().filter(|(name, _)| {
                matches!(name.as_str(), "authorization" | "x-amz-security-token")
            });
            secrets.flat_map(|(_, value)| value.split([' ', ',', '=']))
        };
        let values = || {
            self.body
                .split('&')
                .filter_map(|field| field.split_once('='))
        };
        !forms::is_uuid(text)
            && (headers().any(|secret| forms::repeats(text, secret))
                || values().any(|(_, value)| forms::repeats(text, &decoded(value))))
    }
}

/// Whether one holds the other, or the two have [`NO_CHANCE`] characters in a row in common.
fn repeats(text: &str, sent: &str) -> bool {
    // A piece of both has no byte that the one sent lacks, which leaves next to nothing of most texts.
    let mut is_sent = [false; 256];
    sent.bytes()
        .for_each(|byte| is_sent[usize::from(byte)] = true);
    let common = text.as_bytes().split(|&byte| !is_sent[usize::from(byte)]);
    text.contains(sent)
        || (text.len() >= SHORTEST_SECRET && sent.contains(text))
        || common
            .flat_map(|common| common.windows(NO_CHANCE))
            .filter_map(|piece| std::str::from_utf8(piece).ok())
            .any(|piece| sent.contains(piece))
}

/// A value as it was before it was written into the form.
fn decoded(value: &str) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(value.len()));
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair = (digit(rest.next()), digit(rest.next()));
                let (Some(high), Some(low)) = pair else {
                    continue;
                };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            other => other,
        });
    }
    Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
}

/// Shorter values are words that a server can say of itself.
const SHORTEST_SECRET: usize = 6;
/// So many characters in a row are the same in two texts only when one repeats the other.
const NO_CHANCE: usize = 12;

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &str) -> SignedRequest {
        let header = |name: &str, value: &str| (name.to_owned(), Zeroizing::new(value.to_owned()));
        SignedRequest {
            host: "sts.amazonaws.com".to_owned(),
            path: "/".to_owned(),
            headers: vec![
                header(
                    "content-type",
                    "application/x-www-form-urlencoded; charset=utf-8",
                ),
                header("x-amz-date", "20261128T000000Z"),
                header(
                    "x-amz-security-token",
                    "IQoJb3JpZ2luX2VjEJr//////////wEaDGV1LXdlc3Qt",
                ),
                header(
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=ASIAQNZGCANARYKEY234/20261128/us-east-1/sts/aws4_request, \
                     SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
                     Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
                ),
            ],
            body: Zeroizing::new(body.to_owned()),
        }
    }

    #[test]
    fn what_was_sent_is_found_in_what_comes_back() {
        let request = request(
            "Action=AssumeRoleWithSAML&Version=2011-06-15&SAMLAssertion=PHNhbWw%2BQ0FOQVJZ%2Fc2FtbA&TokenCode=271828",
        );
        for text in [
            "ASIAQNZGCANARYKEY234",
            "prefix-ASIAQNZGCANARYKEY234-suffix",
            "NZGCANARYKEY",
            "IQoJb3JpZ2luX2VjEJr",
            "IQoJb3JpZ2luX2VjEJr//////////wEaDGV1LXdlc3Qt",
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            "9b0855cfba6789a8",
            "PHNhbWw+Q0FOQVJZ/c2FtbA",
            "Q0FOQVJZ",
            "271828",
        ] {
            assert!(request.is_repeated_by(text), "{text}");
        }
        for text in [
            "c6104cbe-af31-11e0-8154-cbc7ccf896c7",
            "InvalidParameterCombination",
            "AssumeRoleWithSAML",
            "us-east-1",
            "eu-central-1",
            "",
        ] {
            assert!(!request.is_repeated_by(text), "{text}");
        }
    }

    #[test]
    fn broken_escapes_hide_nothing_that_stands_beside_them() {
        for body in ["A=%", "A=%4", "A=%zz", "=", "A", "A=CANARY%FFCANARY"] {
            let _ = request(body).is_repeated_by("text");
        }
        assert!(request("A=%2CANARYcanary%").is_repeated_by("NARYcanary"));
    }
}
