//! A request, as far as a server must not repeat it.

use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::forms;
use super::pieces::Pieces;

/// The parts of a request that must not come back: the key's id, the signature, the session token, the values of parameters.
/// Names that every request has, as of the operation, are not meant.
pub(crate) struct Sent {
    secrets: Vec<Zeroizing<String>>,
    /// Made when they are needed: an id of AWS's own form is looked at without them.
    forms: OnceLock<Vec<Zeroizing<String>>>,
}

impl Sent {
    /// Of a request with these headers, of its signature and of its session, and with this form; each is empty where the
    /// request has none.
    pub(crate) fn new(authorization: &str, session_token: &str, form: &str) -> Self {
        let headers = signed_with(authorization).chain([session_token]);
        let mut secrets: Vec<_> = headers
            .map(|text| Zeroizing::new(text.to_owned()))
            .collect();
        secrets.extend(values(form).map(decoded));
        secrets.retain(|secret| secret.len() >= SHORTEST_SECRET);
        Self {
            secrets,
            forms: OnceLock::new(),
        }
    }

    /// Whether `text`, which a server sent, repeats something of this request that must not be kept, whole or as many
    /// characters of it as are no chance.
    pub(crate) fn is_repeated_by(&self, text: &str) -> bool {
        let pieces = Pieces::of(text);
        self.secrets.iter().any(|secret| {
            text.contains(secret.as_str())
                || (text.len() >= SHORTEST_SECRET && secret.contains(text))
                || pieces.occur_in(secret)
        })
    }

    /// Whether `text` repeats one of them in another form: in another case, backwards, encoded. An id of AWS's own form has room
    /// for hexadecimal digits alone.
    pub(crate) fn is_repeated_otherwise_by(&self, text: &str) -> bool {
        if forms::is_uuid(text) {
            let mut secrets = self.secrets.iter();
            return secrets.any(|secret| forms::spells_part_of(text, secret));
        }
        let text = forms::plain(text);
        let pieces = Pieces::of(&text);
        let of_all = || {
            self.secrets
                .iter()
                .flat_map(|secret| forms::of(secret))
                .collect()
        };
        let mut forms = self.forms.get_or_init(of_all).iter();
        forms.any(|form| pieces.occur_in(form))
    }
}

/// The key's id and the signature.
fn signed_with(authorization: &str) -> impl Iterator<Item = &str> {
    let parts = authorization.split([' ', ',']);
    parts.filter_map(|part| {
        let credential = part.strip_prefix("Credential=");
        let id = credential.and_then(|scope| scope.split('/').next());
        id.or_else(|| part.strip_prefix("Signature="))
    })
}

/// The parameters' values, as they stand in the form.
fn values(form: &str) -> impl Iterator<Item = &str> {
    let named = form.split('&').filter_map(|field| field.split_once('='));
    named.filter_map(|(name, value)| (!matches!(name, "Action" | "Version")).then_some(value))
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
#[cfg(test)]
mod tests {
    use super::*;

    fn request(form: &str) -> Sent {
        Sent::new(
            "AWS4-HMAC-SHA256 Credential=ASIAQNZGCANARYKEY234/20261128/us-east-1/sts/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            "IQoJb3JpZ2luX2VjEJr//////////wEaDGV1LXdlc3Qt",
            form,
        )
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

    #[test]
    fn the_words_that_every_request_has_are_no_secret_in_any_form() {
        let request =
            request("Action=GetCallerIdentity&Version=2011-06-15&ExternalId=TeamOfCanaries");
        for arn in [
            "arn:aws:sts::123456789012:assumed-role/GetCallerIdentity/security-token",
            "arn:aws:iam::123456789012:user/us-east-1-sts-aws4-request",
        ] {
            assert!(!request.is_repeated_otherwise_by(arn), "{arn}");
        }
        for text in [
            "IQOJB3JPZ2LUX2VJEJR",
            "VGVhbU9mQ2FuYXJpZXM",
            "seiranaCfOmaeT",
        ] {
            assert!(request.is_repeated_otherwise_by(text), "{text}");
        }
    }
}
