//! A request, as far as a server must not repeat it.

use zeroize::Zeroizing;

use super::forms;

/// The parts of a request that must not come back.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    /// The header of the signature, empty without one.
    pub(crate) authorization: &'a str,
    /// The token of the session, empty without one.
    pub(crate) session_token: &'a str,
    /// The form, with its parameters; empty where the body is none.
    pub(crate) form: &'a str,
}

impl<'a> Sent<'a> {
    /// Whether `text`, which a server sent, repeats something of this request that must not be kept: the key's id, the
    /// signature, the session token or a parameter's value, whole or as many characters of it as are no chance.
    ///
    /// Names that every request has, as of the operation, are not meant.
    pub(crate) fn is_repeated_by(&self, text: &str) -> bool {
        let sent = |sent: &str| sent.len() >= SHORTEST_SECRET && repeats(text, sent);
        self.headers().any(sent) || self.values().any(|value| sent(&decoded(value)))
    }

    /// Whether `text` repeats one of them in another form: in another case, backwards, encoded. An id of AWS's own form has no
    /// room for one.
    pub(crate) fn is_repeated_otherwise_by(&self, text: &str) -> bool {
        let sent = |sent: &str| forms::repeats(text, sent);
        !forms::is_uuid(text)
            && (self.headers().any(sent) || self.values().any(|value| sent(&decoded(value))))
    }

    /// The key's id, the signature, the session token.
    fn headers(&self) -> impl Iterator<Item = &'a str> {
        let parts = self.authorization.split([' ', ',']);
        let secrets = parts.filter_map(|part| {
            let credential = part.strip_prefix("Credential=");
            let id = credential.and_then(|scope| scope.split('/').next());
            id.or_else(|| part.strip_prefix("Signature="))
        });
        secrets.chain([self.session_token])
    }

    /// The parameters' values, as they stand in the form.
    fn values(&self) -> impl Iterator<Item = &'a str> {
        let fields = self.form.split('&');
        let named = fields.filter_map(|field| field.split_once('='));
        named.filter_map(|(name, value)| (!matches!(name, "Action" | "Version")).then_some(value))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn request(form: &str) -> Sent<'_> {
        Sent {
            session_token: "IQoJb3JpZ2luX2VjEJr//////////wEaDGV1LXdlc3Qt",
            authorization: "AWS4-HMAC-SHA256 Credential=ASIAQNZGCANARYKEY234/20261128/us-east-1/sts/aws4_request, \
                     SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
                     Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            form,
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
