//! The canonical request and the string to sign of Signature Version 4, from a request as it was received.
//!
//! Written from AWS's public description ("Create a signed AWS API request") and judged by AWS's own test suite. Pure
//! functions over bytes; who may sign and with which key is decided elsewhere.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};

use crate::hex::hex;

/// A request as it was received, before anything is believed about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Received<'a> {
    /// As sent: upper case for the methods in use.
    pub method: &'a str,
    /// As sent, still percent-encoded, without the query.
    pub path: &'a str,
    /// As sent, without the question mark; empty when there is none.
    pub query: &'a str,
    /// Lower-case names; values with the same name in the order in which they came.
    pub headers: &'a [(String, Vec<u8>)],
    /// The whole body.
    pub body: &'a [u8],
}

impl Received<'_> {
    /// The first value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_slice())
    }
}

/// The canonical form that is hashed into the signature: `path` and `query` in their canonical forms, `signed_headers` in
/// the order in which the client lists them.
pub(crate) fn canonical_request(
    request: &Received<'_>,
    path: &str,
    query: &str,
    signed_headers: &[String],
) -> Vec<u8> {
    let mut canonical = Vec::with_capacity(512);
    canonical.extend_from_slice(request.method.as_bytes());
    canonical.push(b'\n');
    canonical.extend_from_slice(path.as_bytes());
    canonical.push(b'\n');
    canonical.extend_from_slice(query.as_bytes());
    canonical.push(b'\n');
    for name in signed_headers {
        canonical.extend_from_slice(name.as_bytes());
        canonical.push(b':');
        let values = request.headers.iter().filter(|(found, _)| found == name);
        for (position, (_, value)) in values.enumerate() {
            if position > 0 {
                canonical.push(b',');
            }
            push_collapsed(&mut canonical, value);
        }
        canonical.push(b'\n');
    }
    canonical.push(b'\n');
    canonical.extend_from_slice(signed_headers.join(";").as_bytes());
    canonical.push(b'\n');
    canonical.extend_from_slice(hex(digest(&SHA256, request.body).as_ref()).as_bytes());
    canonical
}

/// What the signing key signs.
pub(crate) fn string_to_sign(date: &str, scope: &str, canonical_request: &[u8]) -> String {
    format!(
        "{ALGORITHM}\n{date}\n{scope}\n{}",
        hex(digest(&SHA256, canonical_request).as_ref())
    )
}

/// The one algorithm, as it names itself.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The bytes of a query's name or value. A plus sign is a space: so AWS's own signer reads it as well. A percent sign that
/// begins no escape stands for itself.
pub(crate) fn query_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => {
                if let (Some(high), Some(low)) = (digit(*high), digit(*low)) {
                    bytes.push((high * 16 + low) as u8);
                    rest = after;
                } else {
                    bytes.push(first);
                }
            }
            _ => bytes.push(first),
        }
    }
    bytes
}

/// The same as text; what is no UTF-8 becomes U+FFFD.
pub(crate) fn query_text(text: &str) -> String {
    String::from_utf8(query_decoded(text))
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Whether a percent sign in `text` begins no escape.
pub(crate) fn has_bad_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_escape = |at: usize| {
        bytes
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    bytes
        .iter()
        .enumerate()
        .any(|(at, byte)| *byte == b'%' && !is_escape(at))
}

/// Dot segments and empty segments removed (RFC 3986, 5.2.4), then every segment encoded once more.
pub(crate) fn canonical_path(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let mut canonical = String::from("/");
    for (position, segment) in segments.iter().enumerate() {
        if position > 0 {
            canonical.push('/');
        }
        push_encoded(&mut canonical, segment.as_bytes());
    }
    let ends_in_directory = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    if ends_in_directory && !segments.is_empty() {
        canonical.push('/');
    }
    canonical
}

/// Parameters decoded, encoded in the one strict way, and sorted by name and then by value; those called as one of `apart`
/// left out.
pub(crate) fn canonical_query(query: &str, apart: &[&str]) -> String {
    let encoded = |text: &str| {
        let mut encoded = String::new();
        push_encoded(&mut encoded, &query_decoded(text));
        encoded
    };
    let mut parameters: Vec<(String, String)> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            (encoded(name), encoded(value))
        })
        .filter(|(name, _)| !apart.contains(&name.as_str()))
        .collect();
    parameters.sort();
    parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// RFC 3986's unreserved characters stand for themselves, everything else is `%XY`.
pub(crate) fn push_encoded(text: &mut String, bytes: &[u8]) {
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

/// A header's value without white space at its ends and with single spaces inside.
fn push_collapsed(canonical: &mut Vec<u8>, value: &[u8]) {
    let words = value
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    for (position, word) in words.enumerate() {
        if position > 0 {
            canonical.push(b' ');
        }
        canonical.extend_from_slice(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_and_encoded_twice() {
        // The last two are from AWS's suite: double-encode-path and double-url-encode.
        for (path, canonical) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/../..", "/"),
            ("/a/./b/../c/", "/a/c/"),
            ("/a/..", "/"),
            ("/a/b/.", "/a/b/"),
            (
                "/test/@connections/JBDvjfGEIAMCERw%3D",
                "/test/%40connections/JBDvjfGEIAMCERw%253D",
            ),
            (
                "/functions/arn%3Aaws%3Alambda/invocations",
                "/functions/arn%253Aaws%253Alambda/invocations",
            ),
        ] {
            assert_eq!(canonical_path(path), canonical, "{path}");
        }
    }

    #[test]
    fn queries_are_sorted_after_encoding_and_percent_signs_survive() {
        assert_eq!(canonical_query("b=2&a=1&a=0&&c", &[]), "a=0&a=1&b=2&c=");
        assert_eq!(
            canonical_query("x=%zz%4&y=a%20b", &[]),
            "x=%25zz%254&y=a%20b"
        );
        assert_eq!(canonical_query("a=1+2%2B3", &[]), "a=1%202%2B3");
        assert_eq!(canonical_query("b=1&%61=2&c", &["a"]), "b=1&c=");
    }

    #[test]
    fn escapes_are_a_percent_sign_and_two_digits() {
        for good in ["", "/", "a%20b%2F%2f", "%00%ff"] {
            assert!(!has_bad_escape(good), "{good}");
        }
        for bad in ["%", "%2", "a%zz", "%2g", "%%20", "%20%"] {
            assert!(has_bad_escape(bad), "{bad}");
        }
    }
}
