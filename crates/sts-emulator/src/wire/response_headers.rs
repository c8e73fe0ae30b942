//! The headers of an answer: which ids it has, what a browser is told, and what else stands above the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE, DATE, HeaderName,
    HeaderValue, LOCATION,
};
use time::OffsetDateTime;

use crate::service::reply::{Cors, Layer, Reply};
use crate::{clock, entropy};

/// The ids of one request.
#[derive(Debug, Clone)]
pub(crate) struct RequestIds {
    /// A UUID.
    pub request: String,
    /// Says which Region has answered and when.
    pub extended: String,
    /// The number by which the layer before the service knows it.
    gateway: u64,
}

impl RequestIds {
    /// New ones for a request that `region` answers at `wall`: the extended one is base64 of
    /// `1:<region>:S:<epoch ms>:R:<8 characters>`, as live responses carry it.
    pub(crate) fn new(region: &str, wall: OffsetDateTime) -> Self {
        let drawn: [u8; 32] = entropy::bytes();
        let (request, rest) = drawn.split_first_chunk().expect("32 bytes");
        let (gateway, suffix) = rest.split_first_chunk().expect("16 bytes");
        let suffix: String = suffix
            .iter()
            .map(|byte| char::from(BASE62[usize::from(*byte) % BASE62.len()]))
            .collect();
        let millis = clock::epoch_millis(wall);
        Self {
            request: entropy::uuid_of(*request),
            gateway: u64::from_le_bytes(*gateway),
            extended: STANDARD.encode(format!("1:{region}:S:{millis}:R:{suffix}")),
        }
    }
}

/// The headers of `reply` at `wall`.
pub(crate) fn headers(reply: &Reply, wall: OffsetDateTime, ids: &RequestIds) -> HeaderMap {
    let mut headers = HeaderMap::new();
    match reply.layer {
        Layer::Service => {
            headers.insert(REQUEST_ID, ascii(&ids.request));
            headers.insert(EXTENDED_REQUEST_ID, ascii(&ids.extended));
        }
        Layer::FrontEnd => {}
        Layer::Gateway => {
            headers.insert(GATEWAY_ID, ascii(&format!("{:X}", ids.gateway)));
        }
    }
    add_cors(&mut headers, &reply.cors);
    if let Some(content_type) = reply.content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some(location) = &reply.location {
        // A query that no header can carry is left out of the redirect.
        let location =
            HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static(IAM_PAGE));
        headers.insert(LOCATION, location);
    }
    headers.insert(DATE, ascii(&clock::http(wall)));
    headers
}

/// What pages of every origin may do (preflights of STS, recorded in 2020 and in 2026).
fn add_cors(headers: &mut HeaderMap, cors: &Cors) {
    if *cors == Cors::Nothing {
        return;
    }
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    if let Cors::Preflight(wanted) = cors {
        // Those that were asked for; what no header can carry is not allowed.
        let wanted = wanted
            .as_ref()
            .and_then(|it| HeaderValue::from_str(it).ok());
        if let Some(wanted) = wanted {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted);
        }
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("POST"),
        );
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    }
}

fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("ids and dates are ASCII")
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-sts-extended-request-id");
const GATEWAY_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,smithy-protocol";
const IAM_PAGE: &str = "https://aws.amazon.com/iam";
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn names(reply: &Reply) -> Vec<String> {
        let wall = OffsetDateTime::UNIX_EPOCH;
        let found = headers(reply, wall, &RequestIds::new("eu-west-1", wall));
        found.keys().map(|name| name.as_str().to_owned()).collect()
    }

    #[test]
    fn each_layer_has_ids_of_its_own() {
        for (layer, expected) in [
            (
                Layer::Service,
                &["x-amzn-requestid", "x-amz-sts-extended-request-id", "date"][..],
            ),
            (Layer::FrontEnd, &["date"]),
            (Layer::Gateway, &["x-amz-request-id", "date"]),
        ] {
            assert_eq!(names(&Reply::empty(400, layer)), expected);
        }
    }

    #[test]
    fn the_extended_id_ends_in_eight_characters_of_base62() {
        let mut seen = BTreeSet::new();
        for _ in 0..200 {
            let ids = RequestIds::new("eu-west-1", OffsetDateTime::UNIX_EPOCH);
            let decoded = STANDARD.decode(&ids.extended).expect("base64");
            let text = String::from_utf8(decoded).expect("ASCII");
            let suffix = text.strip_prefix("1:eu-west-1:S:0:R:").expect("its form");
            assert_eq!(suffix.len(), 8, "{text}");
            assert!(suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            seen.extend(suffix.bytes());
        }
        // Lower-case hexadecimal has sixteen.
        assert!(seen.len() > 50, "{}", seen.len());
    }

    #[test]
    fn the_gateways_id_is_a_number_in_upper_case_digits() {
        let wall = OffsetDateTime::UNIX_EPOCH;
        let reply = Reply::empty(400, Layer::Gateway);
        let found = headers(&reply, wall, &RequestIds::new("eu-west-1", wall));
        let id = found["x-amz-request-id"].to_str().expect("ASCII");
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
        assert!(
            (1..=16).contains(&id.len()) && id.bytes().all(is_digit),
            "{id}"
        );
    }

    #[test]
    fn a_preflight_allows_what_it_asks_for() {
        let preflight = |wanted: Option<&str>| Reply {
            cors: Cors::Preflight(wanted.map(str::to_owned)),
            ..Reply::empty(200, Layer::Service)
        };
        let wall = OffsetDateTime::UNIX_EPOCH;
        let ids = RequestIds::new("eu-west-1", wall);
        let found = headers(&preflight(Some("Content-Type,Authorization")), wall, &ids);
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-headers", "Content-Type,Authorization"),
            ("access-control-allow-methods", "POST"),
            ("access-control-max-age", "172800"),
            ("access-control-expose-headers", EXPOSED),
        ] {
            assert_eq!(found[name], value, "{name}");
        }
        for absent in [None, Some("bad\r\nheader: x")] {
            let found = headers(&preflight(absent), wall, &ids);
            assert!(!found.contains_key("access-control-allow-headers"));
        }
    }
}
