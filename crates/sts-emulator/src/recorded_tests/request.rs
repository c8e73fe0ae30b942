//! A recorded request, made and signed anew by AWS's own signer.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;

use super::case::RequestSpec;
use super::template::written_out;
use crate::emulator::tests::Key;
use crate::{EndpointAnnouncement, clock};

/// `spec` for the endpoint `at`, signed with `key`.
pub(super) fn request(
    spec: &RequestSpec,
    at: &EndpointAnnouncement,
    key: &Key,
) -> Request<Full<Bytes>> {
    let method = spec.method.as_deref().unwrap_or("POST");
    let path = spec.path.as_deref().unwrap_or("/");
    let query = spec
        .query
        .as_deref()
        .map(|query| format!("?{}", written_out(query)));
    let query = query.unwrap_or_default();
    let mut headers = spec.headers.clone().unwrap_or_default();
    let body = body(spec, &mut headers);
    let signed_path = spec.signed_path.as_deref().unwrap_or(path);
    let url = format!("https://{}{signed_path}{query}", at.host);
    headers.extend(signature(spec, at, key, (method, &url, &body), &headers));
    let target = format!("{path}{query}");
    if let Some(head) = spec.head {
        headers.push(filler(head, &format!("{method} {target}"), at, &headers));
    }
    let mut request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", &at.host);
    for [name, value] in headers {
        request = request.header(name, value);
    }
    request.body(Full::from(body)).expect("a request")
}

/// The body, with its content type among the headers if it is a form.
fn body(spec: &RequestSpec, headers: &mut Vec<[String; 2]>) -> String {
    if let Some(body) = &spec.body {
        return written_out(body);
    }
    let Some(form) = &spec.form else {
        return String::new();
    };
    headers.push([
        "content-type".to_owned(),
        "application/x-www-form-urlencoded".to_owned(),
    ]);
    let mut body = form_urlencoded::Serializer::new(String::new());
    for pair in form.iter().chain(&spec.also) {
        let (name, value) = pair.split_once('=').expect("Name=value");
        body.append_pair(name, &written_out(value));
    }
    body.finish()
}

/// The headers of the signature. It is made as that of S3 is: the path as it stands, and the body's hash in a header.
fn signature(
    spec: &RequestSpec,
    at: &EndpointAnnouncement,
    key: &Key,
    (method, url, body): (&str, &str, &str),
    headers: &[[String; 2]],
) -> Vec<[String; 2]> {
    let identity = Credentials::new(&key.id, &key.secret, key.token.clone(), None, "test").into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let now = u64::try_from(clock::wall(0).unix_timestamp()).expect("after 1970");
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(
            spec.region
                .as_deref()
                .unwrap_or(&at.endpoint.signing_region),
        )
        .name(spec.service.as_deref().unwrap_or("sts"))
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(now))
        .settings(settings)
        .build()
        .expect("every parameter is given")
        .into();
    let signed = headers
        .iter()
        .map(|[name, value]| (name.as_str(), value.as_str()));
    let signable = SignableRequest::new(method, url, signed, SignableBody::Bytes(body.as_bytes()));
    let (instructions, _) = sign(signable.expect("a plain request"), &parameters)
        .expect("signable")
        .into_parts();
    instructions
        .headers()
        .map(|(name, value)| [name.to_owned(), value.to_owned()])
        .collect()
}

/// A header that makes the head `head` bytes long.
fn filler(
    head: usize,
    line: &str,
    at: &EndpointAnnouncement,
    headers: &[[String; 2]],
) -> [String; 2] {
    let name = "user-agent".to_owned();
    let length = |name: &str, value: &str| format!("{name}: {value}\r\n").len();
    let others: usize = headers
        .iter()
        .map(|[name, value]| length(name, value))
        .sum();
    let so_far = format!("{line} HTTP/1.1\r\n\r\n").len()
        + length("host", &at.host)
        + others
        + length(&name, "");
    [
        name,
        "x".repeat(head.checked_sub(so_far).expect("a longer head")),
    ]
}
