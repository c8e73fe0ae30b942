//! What is taken from a response: a few fields of its head, cut to size, and a bounded body.

use hyper::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, DATE, HeaderMap, HeaderName, HeaderValue,
    RETRY_AFTER, TRANSFER_ENCODING,
};
use hyper::http::{StatusCode, Version};
use zeroize::Zeroizing;

use super::exchange::Response;
use crate::sample::FailureKind;
use sts_model::{Remote, region_of_request_id};

/// The largest head, in bytes.
pub(super) const MAX_HEAD_BYTES: usize = 32 * 1024;
/// The most fields in a head.
pub(super) const MAX_FIELDS: usize = 100;
/// The largest body, in bytes.
pub(super) const MAX_BODY_BYTES: usize = 64 * 1024;
/// The most interim responses before the real one.
pub(super) const MAX_INTERIM_RESPONSES: u32 = 8;

/// How the end of a body is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// By a length or by chunks.
    Delimited,
    /// By the end of the connection.
    UntilClose,
}

/// A head that a response can be made of, and its body so far.
pub(super) struct Incoming {
    response: Response,
    framing: Framing,
}

impl Incoming {
    /// Takes what is kept of a head.
    ///
    /// # Errors
    /// What makes the head unacceptable; its body is not read.
    pub(super) fn new(
        version: Version,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<Self, FailureKind> {
        check_status(status)?;
        let framing = check_framing(headers)?;
        let has_encoding = headers
            .get_all(CONTENT_ENCODING)
            .iter()
            .any(|value| !is_identity(value));
        if has_encoding {
            return Err(FailureKind::BodyEncoding);
        }
        let declared = headers
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
        let expected = match declared {
            Some(length) if length > MAX_BODY_BYTES as u64 => {
                return Err(FailureKind::BodyTooLarge);
            }
            Some(length) => usize::try_from(length).expect("64 KiB fits a usize"),
            None => MAX_BODY_BYTES,
        };
        let response = Response {
            status: status.as_u16(),
            request_id: text(headers, &REQUEST_ID).and_then(Remote::new),
            served_by: text(headers, &EXTENDED_REQUEST_ID).and_then(region_of_request_id),
            date: visible(headers, &DATE, 64),
            retry_after_seconds: headers
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok()?.trim().parse().ok()),
            closes: framing == Framing::UntilClose || closes(version, headers),
            // The whole body has room from the start: a vector that grew would leave copies of secrets behind.
            body: Zeroizing::new(Vec::with_capacity(expected)),
        };
        Ok(Self { response, framing })
    }

    /// How the end of the body is known.
    pub(super) fn framing(&self) -> Framing {
        self.framing
    }

    /// Takes a piece of the body.
    ///
    /// # Errors
    /// [`FailureKind::BodyTooLarge`] beyond 64 KiB.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), FailureKind> {
        if self.response.body.len() + piece.len() > MAX_BODY_BYTES {
            return Err(FailureKind::BodyTooLarge);
        }
        self.response.body.extend_from_slice(piece);
        Ok(())
    }

    /// The body is complete.
    ///
    /// # Errors
    /// [`FailureKind::BodyEmpty`] when a success says nothing: STS always sends XML.
    pub(super) fn finish(self) -> Result<Response, FailureKind> {
        if self.response.body.is_empty() && (200..300).contains(&self.response.status) {
            return Err(FailureKind::BodyEmpty);
        }
        Ok(self.response)
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-sts-extended-request-id");

/// RFC 9112 §9.3: a connection persists unless either side says `close`, and with HTTP/1.0 only where it says `keep-alive`.
fn closes(version: Version, headers: &HeaderMap) -> bool {
    let says = |option: &str| {
        let options = headers.get_all(CONNECTION).iter();
        options
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|given| given.trim().eq_ignore_ascii_case(option))
    };
    says("close") || (version < Version::HTTP_11 && !says("keep-alive"))
}

fn check_status(status: StatusCode) -> Result<(), FailureKind> {
    match status.as_u16() {
        // Nobody asked to switch protocols, and a status beyond 599 means nothing.
        100..200 | 600.. => Err(FailureKind::HttpMalformed),
        300..400 => Err(FailureKind::HttpRedirect),
        _ => Ok(()),
    }
}

/// RFC 9112 §6.3 lets a client go on when lengths contradict each other; here the two readings of such a message would
/// be two different measurements, so it is refused.
fn check_framing(headers: &HeaderMap) -> Result<Framing, FailureKind> {
    let lengths = headers.get_all(CONTENT_LENGTH).iter().count();
    let last_coding = headers.get_all(TRANSFER_ENCODING).iter().next_back();
    match (lengths, last_coding) {
        (0, None) => Ok(Framing::UntilClose),
        (1, None) => Ok(Framing::Delimited),
        (0, Some(coding)) if ends_in_chunked(coding) => Ok(Framing::Delimited),
        _ => Err(FailureKind::HttpFraming),
    }
}

fn ends_in_chunked(value: &HeaderValue) -> bool {
    let last = value
        .to_str()
        .ok()
        .and_then(|codings| codings.rsplit(',').next());
    last.is_some_and(|coding| coding.trim().eq_ignore_ascii_case("chunked"))
}

fn is_identity(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|coding| {
        coding.trim().is_empty() || coding.trim().eq_ignore_ascii_case("identity")
    })
}

/// A field's value, when it is ASCII.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn visible(headers: &HeaderMap, name: &HeaderName, most: usize) -> Option<String> {
    let value = headers.get(name)?.as_bytes();
    let kept = value.iter().filter(|byte| (b' '..=b'~').contains(byte));
    Some(kept.take(most).map(|&byte| char::from(byte)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(
                *name,
                HeaderValue::from_bytes(value.as_bytes()).expect("a header value"),
            );
        }
        map
    }

    fn kind_of(status: u16, fields: &[(&'static str, &str)]) -> Option<FailureKind> {
        Incoming::new(
            Version::HTTP_11,
            StatusCode::from_u16(status).expect("a status"),
            &headers(fields),
        )
        .err()
    }

    #[test]
    fn fault_22_every_redirect_is_a_failure() {
        for status in [300, 301, 302, 303, 304, 307, 308] {
            assert_eq!(
                kind_of(status, &[("content-length", "0")]),
                Some(FailureKind::HttpRedirect),
                "{status}"
            );
        }
    }

    #[test]
    fn bad_097_contradicting_lengths_are_a_framing_failure() {
        let both = [("content-length", "5"), ("transfer-encoding", "chunked")];
        assert_eq!(kind_of(200, &both), Some(FailureKind::HttpFraming));
        assert_eq!(
            kind_of(200, &[("content-length", "5"), ("content-length", "5")]),
            Some(FailureKind::HttpFraming)
        );
        assert_eq!(
            kind_of(200, &[("transfer-encoding", "gzip")]),
            Some(FailureKind::HttpFraming)
        );
        assert_eq!(
            kind_of(200, &[("transfer-encoding", "gzip, chunked")]),
            None
        );
    }

    #[test]
    fn bad_101_an_encoding_that_was_not_asked_for_is_refused_unread() {
        let gzip = [("content-length", "5"), ("content-encoding", "gzip")];
        assert_eq!(kind_of(200, &gzip), Some(FailureKind::BodyEncoding));
        assert_eq!(
            kind_of(
                200,
                &[("content-length", "5"), ("content-encoding", "identity")]
            ),
            None
        );
    }

    #[test]
    fn fault_18_a_declared_or_a_real_body_beyond_64_kib_is_refused() {
        assert_eq!(
            kind_of(200, &[("content-length", "65537")]),
            Some(FailureKind::BodyTooLarge)
        );
        let mut incoming = Incoming::new(Version::HTTP_11, StatusCode::OK, &HeaderMap::new())
            .expect("a plain head");
        assert_eq!(incoming.push(&vec![b'x'; MAX_BODY_BYTES]), Ok(()));
        assert_eq!(incoming.push(b"x"), Err(FailureKind::BodyTooLarge));
    }

    #[test]
    fn fault_21_a_success_without_a_body_is_a_failure_and_an_error_without_one_is_left_to_its_status()
     {
        for (status, kind) in [
            (200, Some(FailureKind::BodyEmpty)),
            (204, Some(FailureKind::BodyEmpty)),
            (500, None),
        ] {
            let head = Incoming::new(
                Version::HTTP_11,
                StatusCode::from_u16(status).expect("a status"),
                &HeaderMap::new(),
            );
            assert_eq!(head.expect("a plain head").finish().err(), kind, "{status}");
        }
    }

    #[test]
    fn bad_114_ids_are_ids_or_are_dropped_and_a_date_is_visible_and_bounded() {
        let of = |id: &str| {
            let map = headers(&[
                ("x-amzn-requestid", id),
                ("x-amz-sts-extended-request-id", id),
                ("date", id),
            ]);
            Incoming::new(Version::HTTP_11, StatusCode::FORBIDDEN, &map)
                .and_then(Incoming::finish)
                .expect("a whole answer")
        };
        let id = "c6104cbe-af31-11e0-8154-cbc7ccf896c7";
        assert_eq!(of(id).request_id.as_deref(), Some(id));
        let region = of("MTpldS13ZXN0LTE6UzoxOlI6eA==");
        assert_eq!(
            (region.request_id, region.served_by.as_deref()),
            (None, Some("eu-west-1"))
        );
        let long = "é\t".repeat(50) + &"x".repeat(600);
        for odd in [
            long.as_str(),
            &"x".repeat(65),
            "a b",
            "IQoJb3/+==",
            "=cmd",
            "",
        ] {
            let response = of(odd);
            assert_eq!(
                (response.request_id, response.served_by),
                (None, None),
                "{odd}"
            );
        }
        let date = of(&long).date.expect("something visible");
        assert!(date.len() == 64 && date.bytes().all(|byte| byte == b'x'));
    }

    #[test]
    fn a_server_closes_when_it_says_so_or_when_its_version_or_its_body_can_only_end_so() {
        for (version, connection, length, closes) in [
            (Version::HTTP_11, None, true, false),
            (Version::HTTP_11, Some("keep-alive"), true, false),
            (Version::HTTP_11, Some("close"), true, true),
            (Version::HTTP_11, Some("TE, Close"), true, true),
            (Version::HTTP_11, None, false, true),
            (Version::HTTP_10, None, true, true),
            (Version::HTTP_10, Some("Keep-Alive"), true, false),
        ] {
            let connection = connection.map(|value| ("connection", value));
            let length = length.then_some(("content-length", "5"));
            let fields: Vec<_> = connection.into_iter().chain(length).collect();
            let head = Incoming::new(version, StatusCode::OK, &headers(&fields));
            let response = head.map(|head| head.response).expect("a plain head");
            assert_eq!(response.closes, closes, "{version:?} {fields:?}");
        }
    }

    #[test]
    fn bad_093_a_status_that_means_nothing_is_malformed() {
        assert_eq!(kind_of(600, &[]), Some(FailureKind::HttpMalformed));
        assert_eq!(kind_of(999, &[]), Some(FailureKind::HttpMalformed));
        assert_eq!(kind_of(101, &[]), Some(FailureKind::HttpMalformed));
    }
}
