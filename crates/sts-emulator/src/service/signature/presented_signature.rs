//! What a request says about its own signature: in the `Authorization` header, or in the query of a presigned URL.
//!
//! Nothing is believed here, only read, in the order in which AWS reads it: the query's escapes, then header or query but
//! not both, the algorithm, the parts, the signed host, and the date's form. AWS publishes no list of these rules; codes and
//! messages are those of live services.

use time::OffsetDateTime;

use sts_model::FaultCode;

use crate::clock;
use crate::service::answer::FaultReply;
use crate::service::signature::canonical_request::{
    ALGORITHM, Received, canonical_path, canonical_query, canonical_request, has_bad_escape,
    query_decoded, query_text,
};

/// A claimed signature.
#[derive(Debug)]
pub(crate) struct PresentedSignature {
    /// Key id, date, Region, service and terminator, if it is well-formed.
    pub credential: String,
    /// In the client's order, which is that of the canonical request.
    pub signed_headers: Vec<String>,
    pub signature: String,
    pub date: OffsetDateTime,
    pub token: Option<Token>,
    /// The payload's hash as the client states it; no request has to.
    pub stated_hash: Option<String>,
    form: Form,
}

/// A session token, and whether the signature covers it.
#[derive(Debug)]
pub(crate) struct Token {
    pub text: Vec<u8>,
    pub is_signed: bool,
}

/// Where a signature can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Header,
    Query,
}

/// The parts of a claim as they were found.
struct Parts {
    form: Form,
    credential: Option<String>,
    signature: Option<String>,
    signed_headers: Option<String>,
    date: Option<String>,
}

impl PresentedSignature {
    /// Reads the claim of `request`.
    pub(crate) fn read(request: &Received<'_>) -> Result<Self, FaultReply> {
        if has_bad_escape(request.query) {
            return Err(FaultReply::new(
                400,
                FaultCode::MalformedQueryString,
                "The query string contains a syntax error",
            ));
        }
        let parts = Parts::find(request)?;
        let form = parts.form;
        let (Some(credential), Some(signature), Some(signed_headers), Some(date)) = (
            &parts.credential,
            &parts.signature,
            &parts.signed_headers,
            &parts.date,
        ) else {
            return Err(incomplete(parts.missing()));
        };
        let signed_headers: Vec<String> = signed_headers.split(';').map(str::to_owned).collect();
        let signs = |name: &str| signed_headers.iter().any(|signed| signed == name);
        if !signs("host") {
            return Err(FaultReply::new(
                403,
                FaultCode::SignatureDoesNotMatch,
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ));
        }
        // The `Date` header has a form of its own; a presigned URL's date has not.
        let http_date = || {
            (form == Form::Header)
                .then(|| clock::read_http(date))
                .flatten()
        };
        let read_date = clock::read_basic(date).or_else(http_date).ok_or_else(|| {
            incomplete(format!(
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ))
        })?;
        // The query is always signed as a whole, in either form.
        let in_query = query_value(request.query, TOKEN).map(|text| Token {
            text: text.into_bytes(),
            is_signed: true,
        });
        let in_header = request.header("x-amz-security-token");
        let in_header = in_header.map(|text| Token {
            text: text.to_vec(),
            is_signed: signs("x-amz-security-token"),
        });
        let hash_in_header = request.header("x-amz-content-sha256");
        let hash_in_header = hash_in_header.map(|hash| String::from_utf8_lossy(hash).into_owned());
        Ok(Self {
            credential: credential.clone(),
            signature: signature.clone(),
            date: read_date,
            token: in_query.or(in_header),
            stated_hash: query_value(request.query, HASH).or(hash_in_header),
            form,
            signed_headers,
        })
    }

    /// The canonical request that the claim is about.
    pub(crate) fn canonical(&self, request: &Received<'_>) -> Vec<u8> {
        let apart: &[&str] = if self.form == Form::Query {
            &[SIGNATURE]
        } else {
            &[]
        };
        let (path, query) = (
            canonical_path(request.path),
            canonical_query(request.query, apart),
        );
        canonical_request(request, &path, &query, &self.signed_headers)
    }
}

impl Parts {
    fn find(request: &Received<'_>) -> Result<Self, FaultReply> {
        let mut headers = request
            .headers
            .iter()
            .filter(|(name, _)| name == "authorization");
        let header = headers
            .next()
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned());
        let algorithm = query_value(request.query, "X-Amz-Algorithm");
        match (header, algorithm) {
            (None, None) => {
                let message = "Request is missing Authentication Token";
                Err(FaultReply::new(
                    403,
                    FaultCode::MissingAuthenticationToken,
                    message,
                ))
            }
            // Of two claims about one request nobody can tell which is meant.
            (Some(_), Some(_)) => Err(mismatch()),
            (Some(_), None) if headers.next().is_some() => Err(mismatch()),
            (Some(authorization), None) => Self::in_header(request, &authorization),
            (None, Some(algorithm)) => Self::in_query(request, &algorithm),
        }
    }

    fn in_header(request: &Received<'_>, authorization: &str) -> Result<Self, FaultReply> {
        let (algorithm, parameters) = authorization.split_once(' ').unwrap_or((authorization, ""));
        known(algorithm)?;
        let [credential, signature, signed_headers] = read_parameters(parameters)?;
        let date = request
            .header("x-amz-date")
            .or_else(|| request.header("date"));
        let date = date.map(|date| String::from_utf8_lossy(date).into_owned());
        Ok(Self {
            form: Form::Header,
            credential,
            signature,
            signed_headers,
            date,
        })
    }

    /// `X-Amz-Expires` is not looked at: STS takes presigned requests for fifteen minutes whatever it says, as the
    /// authenticators of EKS clusters know, which hand such URLs around as tokens.
    fn in_query(request: &Received<'_>, algorithm: &str) -> Result<Self, FaultReply> {
        known(algorithm)?;
        let value = |name: &str| query_value(request.query, name).filter(|value| !value.is_empty());
        Ok(Self {
            form: Form::Query,
            credential: value("X-Amz-Credential"),
            signature: value(SIGNATURE),
            signed_headers: value("X-Amz-SignedHeaders"),
            date: value("X-Amz-Date"),
        })
    }

    /// The message that names what is missing.
    fn missing(&self) -> String {
        let parts = [
            ("Credential", &self.credential),
            ("Signature", &self.signature),
        ];
        let parts = parts.into_iter().chain([
            ("SignedHeaders", &self.signed_headers),
            ("Date", &self.date),
        ]);
        let missing = parts
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name);
        match self.form {
            Form::Query => {
                let listed = missing.map(|name| {
                    format!("AWS query-string parameters must include 'X-Amz-{name}'. ")
                });
                listed.collect::<String>() + "Re-examine the query-string parameters."
            }
            Form::Header => {
                let listed = missing.map(|name| match name {
                    "Date" => "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                        .to_owned(),
                    name => format!("Authorization header requires '{name}' parameter. "),
                });
                // Only the algorithm is repeated, so that no signature appears in a message.
                listed.collect::<String>() + "Authorization=" + ALGORITHM
            }
        }
    }
}

/// Signature Version 4 with a shared key is the one algorithm; version 4A's signatures are of another kind.
fn known(algorithm: &str) -> Result<(), FaultReply> {
    if algorithm == ALGORITHM {
        Ok(())
    } else {
        Err(incomplete(format!(
            "Unsupported AWS 'algorithm': '{algorithm}'"
        )))
    }
}

/// `Credential`, `Signature` and `SignedHeaders`, where present, from the part after the algorithm.
fn read_parameters(parameters: &str) -> Result<[Option<String>; 3], FaultReply> {
    let mut found = [None, None, None];
    for parameter in parameters
        .split(',')
        .map(str::trim)
        .filter(|parameter| !parameter.is_empty())
    {
        let (name, value) = parameter.split_once('=').ok_or_else(|| {
            incomplete(format!(
                "'{parameter}' not a valid key=value pair (missing equal-sign) in Authorization header: \
                 '{ALGORITHM} {parameters}'."
            ))
        })?;
        let position = ["Credential", "Signature", "SignedHeaders"]
            .iter()
            .position(|known| *known == name);
        if let Some(slot) = position.and_then(|position| found.get_mut(position)) {
            *slot = Some(value.to_owned());
        }
    }
    Ok(found)
}

/// The first value of the query parameter `name`.
fn query_value(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|parameter| {
        let (found, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        (query_decoded(found) == name.as_bytes()).then(|| query_text(value))
    })
}

/// The fault for a signature that is not the right one, whatever the reason.
pub(crate) fn mismatch() -> FaultReply {
    FaultReply::new(403, FaultCode::SignatureDoesNotMatch, MISMATCH)
}

/// The fault for a claim that lacks something or cannot be read.
pub(crate) fn incomplete(message: impl Into<String>) -> FaultReply {
    FaultReply::new(400, FaultCode::IncompleteSignature, message)
}

const SIGNATURE: &str = "X-Amz-Signature";
const TOKEN: &str = "X-Amz-Security-Token";
const HASH: &str = "X-Amz-Content-Sha256";
pub(crate) const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check \
                                   your AWS Secret Access Key and signing method. Consult the service documentation for \
                                   details.";
