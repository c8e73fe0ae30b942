//! Every reader's target, and those that need an emulator or providers to ask.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use sts_model::{MAX_XML_DEPTH, Operation, Reading, region_of_request_id, region_of_session_token};

use super::texts::{fleet_file, form, json_answer, policy, split, url_and_form};
use crate::clock;
use crate::config::emulator_config::EmulatorConfig;
use crate::config::placement::Placement;
use crate::iam::federation::{
    IdentityProviders, OidcProvider, ProviderState, Rejection, SamlIdentity, SamlProvider,
    issuer_of,
};
use crate::iam::identities::{Identities, Principal, Terms, TokenVersion};
use crate::service::answer::Representation;
use crate::service::dispatch::{Moment, Service};
use crate::service::quota::{Buckets, Quota};
use crate::service::reply::{Cors, Reply};
use crate::service::signature::canonical_request::Received;

/// A reader under a name: that of its file in `tests/fuzz/fuzz_targets` and of its folder of seeds.
pub type Target = (&'static str, fn(&[u8]));

/// Every one of them.
pub const TARGETS: [Target; 13] = [
    ("answer", answer),
    ("authorization", authorization),
    ("extended_request_id", extended_request_id),
    ("fleet_file", fleet_file),
    ("form", form),
    ("json_answer", json_answer),
    ("policy", policy),
    ("presigned", presigned),
    ("request", request),
    ("saml_response", saml_response),
    ("session_token", session_token),
    ("url_and_form", url_and_form),
    ("web_identity_token", web_identity_token),
];

/// The body of an answer, read as the answer to each call.
pub fn answer(body: &[u8]) {
    for call in Operation::DEFAULT.map(Operation::default_call) {
        for status in [200, 400, 503] {
            let reading = call.read(status, body);
            if let Reading::Fault(fault) = &reading {
                assert!(
                    fault.message.len() <= 512 && fault.code.as_str().len() <= 64,
                    "kept whole: {fault:?}"
                );
                assert!(
                    !fault.message.chars().any(char::is_control),
                    "a terminal would obey it: {fault:?}"
                );
            }
            if let Some(region) = reading.origin() {
                assert_is_region(region);
            }
        }
    }
}

/// The value of an `Authorization` header, on a request that is otherwise in order.
pub fn authorization(value: &[u8]) {
    let headers = [
        ("authorization".to_owned(), value.to_vec()),
        (
            "content-type".to_owned(),
            b"application/x-www-form-urlencoded; charset=utf-8".to_vec(),
        ),
        ("host".to_owned(), host()),
        ("x-amz-date".to_owned(), clock::basic(NOW).into_bytes()),
    ];
    let body = b"Action=GetCallerIdentity&Version=2011-06-15";
    let reply = EMULATOR.answer(&Received {
        method: "POST",
        path: "/",
        query: "",
        headers: &headers,
        body,
    });
    let knows_the_signature = contains(value, HEADER_SIGNATURE.as_bytes());
    assert!(
        reply.status != 200 || knows_the_signature,
        "let in without a signature"
    );
}

/// The query string of a GET, where a signature may stand too.
pub fn presigned(query: &[u8]) {
    // What a request line can hold; the HTTP layer lets nothing else through.
    let Ok(query) = std::str::from_utf8(query) else {
        return;
    };
    if !query
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'#')
    {
        return;
    }
    let headers = [("host".to_owned(), host())];
    let reply = EMULATOR.answer(&Received {
        method: "GET",
        path: "/",
        query,
        headers: &headers,
        body: b"",
    });
    assert!(
        reply.status != 200 || query.contains(QUERY_SIGNATURE),
        "let in without a signature"
    );
}

/// A whole request, in the form of HTTP/1.1 but without its rules.
pub fn request(bytes: &[u8]) {
    let (head, body) = split(bytes, b"\r\n\r\n");
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (
        first.next().unwrap_or_default(),
        first.next().unwrap_or_default(),
    );
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(String, Vec<u8>)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().as_bytes().to_vec()))
        .collect();
    EMULATOR.answer(&Received {
        method,
        path,
        query,
        headers: &headers,
        body,
    });
}

/// A session token: the whole of one, or pairs of a position and a byte that alter a genuine one.
///
/// The first byte says which. No alteration may go unnoticed.
pub fn session_token(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    if let Some(region) = std::str::from_utf8(bytes)
        .ok()
        .and_then(region_of_session_token)
    {
        assert_is_region(&region);
    }
    let identities = &EMULATOR.service.identities;
    let terms = Terms {
        issued: NOW,
        expiration: NOW + Duration::hours(1),
        region: "eu-central-1",
        version: TokenVersion::V2,
        minimum_token_size: 0,
    };
    let issued = identities.issue(&EMULATOR.principal.session, terms);
    let genuine = issued.session_token.into_bytes();
    let mut token = genuine.clone();
    if kind % 2 == 0 {
        token = bytes.to_vec();
    } else {
        for pair in bytes.chunks_exact(2) {
            let position = usize::from(pair[0]) % token.len();
            token[position] = pair[1];
        }
    }
    let found = identities.find(&issued.access_key_id, Some(&token), "eu-central-1", NOW);
    assert_eq!(found.is_ok(), token == genuine, "{}", token.escape_ascii());
}

/// A web identity token. None but the provider's own is believed.
pub fn web_identity_token(bytes: &[u8]) {
    let Ok(token) = std::str::from_utf8(bytes) else {
        return;
    };
    // What is said without proof is only looked up.
    let _ = issuer_of(token);
    let in_2027 =
        OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("when the tokens were made");
    let said = FEDERATION.oidc.verify(token, in_2027);
    assert!(
        said.is_err() || GENUINE_TOKENS.contains(&format!("\"{token}\"")),
        "believed: {said:?}"
    );
}

/// The XML of a SAML response. None says anything but what the provider has signed.
pub fn saml_response(xml: &[u8]) {
    if let Ok(said) = FEDERATION.believed(xml) {
        assert!(FEDERATION.said.contains(&said), "believed: {said:?}");
    }
}

/// The response header that says who answered.
pub fn extended_request_id(bytes: &[u8]) {
    if let Some(region) = std::str::from_utf8(bytes)
        .ok()
        .and_then(region_of_request_id)
    {
        assert_is_region(&region);
    }
}

/// The providers that signed the tokens and responses in `tests/data`.
struct Federation {
    oidc: OidcProvider,
    saml: SamlProvider,
    /// What the genuine responses say.
    said: Vec<SamlIdentity>,
}

static FEDERATION: LazyLock<Federation> = LazyLock::new(|| {
    let keys = include_str!("../../tests/data/jwt/jwks.json");
    let clients = ["sts.amazonaws.com".to_owned()];
    let oidc = OidcProvider::new(
        "https://idp.example.com/tenant",
        &clients,
        keys,
        ProviderState::Serving,
    );
    let certificate = include_str!("../../tests/data/saml/certificate.pem");
    let saml =
        SamlProvider::new("123456789012", "ExampleProvider", certificate).expect("a certificate");
    let mut federation = Federation {
        oidc: oidc.expect("a key set"),
        saml,
        said: Vec::new(),
    };
    let genuine =
        GENUINE_RESPONSES.map(|xml| federation.believed(xml).expect("signed by the provider"));
    federation.said = genuine.into();
    federation
});

impl Federation {
    /// What the provider says in `xml`, at the time at which its responses were made.
    fn believed(&self, xml: &[u8]) -> Result<SamlIdentity, Rejection> {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_060).expect("an instant of 2027");
        self.saml.verify(&STANDARD.encode(xml), now)
    }
}

/// The built-in configuration at one endpoint, whose clock stands still so that the signatures among the seeds stay good.
struct OneEndpoint {
    service: Service,
    placement: Placement,
    principal: Principal,
}

static EMULATOR: LazyLock<OneEndpoint> = LazyLock::new(|| {
    let mut spec = EmulatorConfig {
        endpoints: "eu-central-1".to_owned(),
        ..EmulatorConfig::default()
    };
    spec.users[0].secret_access_key = Some(SECRET.to_owned());
    let identities = Identities::new(&spec.accounts, &spec.users, &spec.roles);
    let key = identities.credentials().swap_remove(0).access_key_id;
    let principal = identities
        .find(&key, None, "eu-central-1", NOW)
        .expect("a minted key is known");
    let providers = IdentityProviders::new(&spec.oidc_providers, &spec.saml_providers);
    let buckets = Buckets::new(Quota {
        requests_per_second: 1e6,
        burst: 1_000_000,
    });
    let placement = spec.placements().expect("one endpoint").swap_remove(0);
    OneEndpoint {
        service: Service {
            identities,
            providers,
            buckets,
        },
        placement,
        principal,
    }
});

impl OneEndpoint {
    /// The reply to `request`, whose form is checked: whatever came in, this is what STS could have said.
    fn answer(&self, request: &Received<'_>) -> Reply {
        let moment = Moment {
            wall: NOW.into(),
            monotonic: clock::monotonic(),
            request_id: REQUEST_ID,
            source: None,
            is_secure: true,
        };
        let reply = self.service.dispatch(&self.placement, request, moment);
        if reply.representation == Representation::Json {
            assert_is_json(&reply);
            return reply;
        }
        let is_xml = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'..);
        assert!(
            reply.body.chars().all(is_xml),
            "not a document of XML 1.0: {:?}",
            reply.body
        );
        match reply.status {
            302 | 404 => assert!(reply.operation.is_none(), "{reply:?}"),
            200 if reply.cors != Cors::Nothing && reply.operation.is_none() => {
                assert!(reply.body.is_empty(), "{reply:?}");
            }
            200 => assert!(
                reply.body.ends_with("Response>\n") && depth(&reply.body) <= MAX_XML_DEPTH,
                "{reply:?}"
            ),
            // What is no HTTP to STS's front layer is refused without a word.
            400 if reply.body.is_empty() => assert!(reply.operation.is_none(), "{reply:?}"),
            400 | 403 => {
                let reading = Operation::GetCallerIdentity
                    .default_call()
                    .read(reply.status, reply.body.as_bytes());
                assert!(
                    matches!(reading, Reading::Fault(_)),
                    "{reading:?}: {}",
                    reply.body
                );
            }
            other => panic!("STS does not say {other} to {request:?}"),
        }
        reply
    }
}

/// Whether a body of JSON has the members of an answer or of a fault, and says what the ledger has.
fn assert_is_json(reply: &Reply) {
    let body: serde_json::Value = serde_json::from_str(&reply.body).expect("a document of JSON");
    if reply.status == 200 {
        let name = reply.operation.expect("an operation answers").api_name();
        let response = &body[format!("{name}Response")];
        assert!(response[format!("{name}Result")].is_object(), "{reply:?}");
        assert_eq!(response["ResponseMetadata"]["RequestId"], REQUEST_ID);
    } else {
        assert_eq!(body["Error"]["Code"], reply.result.as_str(), "{reply:?}");
        assert_eq!(body["RequestId"], REQUEST_ID);
    }
}

/// How deep the elements of a document with an element a line nest.
fn depth(body: &str) -> usize {
    body.lines()
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .max()
        .unwrap_or_default()
        / 2
        + 1
}

fn assert_is_region(region: &str) {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    assert!(
        (1..=32).contains(&region.len()) && region.bytes().all(letters),
        "{region:?}"
    );
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The host that the emulator is called by.
fn host() -> Vec<u8> {
    let origin = &EMULATOR.placement.endpoint.origin;
    origin.host().as_bytes().to_vec()
}

/// When the seeds were signed.
const NOW: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);
/// What they were signed with; it opens nothing else.
const SECRET: &str = "fuzzing/fuzzing/fuzzing/fuzzing/fuzzing/";
/// The signature of the one request that `authorization` varies, made by botocore.
const HEADER_SIGNATURE: &str = "e16d2f9a0af0f90a0df1a282269d5831cba0a8d92cc0c2f7b9cca9272edd6f2c";
/// Likewise of `presigned`.
const QUERY_SIGNATURE: &str = "f0ab80ca7d5f923e28e79a1c8b18b7f333e6629ac61eb5c282f717507ca0e9ba";
const GENUINE_TOKENS: &str = include_str!("../../tests/data/jwt/tokens.json");
const GENUINE_RESPONSES: [&[u8]; 4] = [
    include_bytes!("../../tests/data/saml/response.xml"),
    include_bytes!("../../tests/data/saml/assertion.xml"),
    include_bytes!("../../tests/data/saml/both.xml"),
    // For somebody else; whether that is good enough is the role's to say.
    include_bytes!("../../tests/data/saml/other-recipient.xml"),
];
const REQUEST_ID: &str = "01234567-89ab-4def-8123-456789abcdef";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn fuzzing() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz")
    }

    fn names_in(directory: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(fuzzing().join(directory)).expect("the folder is there");
        let stem = |path: PathBuf| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        };
        entries
            .map(|entry| stem(entry.expect("readable").path()))
            // Those of the program's own readers.
            .filter(|name| !name.starts_with("program_"))
            .collect()
    }

    fn seed(target: &str, name: &str) -> Vec<u8> {
        fs::read(fuzzing().join("corpus").join(target).join(name)).expect("the seed is there")
    }

    #[test]
    fn every_seed_is_read_without_a_panic() {
        for (name, target) in TARGETS {
            let seeds =
                fs::read_dir(fuzzing().join("corpus").join(name)).expect("every target has seeds");
            let mut count = 0;
            for seed in seeds {
                target(&fs::read(seed.expect("readable").path()).expect("readable"));
                count += 1;
            }
            assert!(count >= 3, "{name} has {count} seeds");
        }
    }

    #[test]
    fn every_target_has_its_program_and_its_seeds_and_nothing_else_has() {
        let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names_in("fuzz_targets"), targets);
        assert_eq!(names_in("corpus"), targets);
        let manifest = fs::read_to_string(fuzzing().join("Cargo.toml")).expect("readable");
        for name in &targets {
            assert!(
                manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")),
                "{name} is not in the manifest"
            );
        }
    }

    #[test]
    fn the_seeds_that_botocore_signed_are_let_in() {
        for (target, name, signature) in [
            ("authorization", "signed", HEADER_SIGNATURE),
            ("request", "signed-get-caller-identity", HEADER_SIGNATURE),
        ] {
            assert!(
                contains(&seed(target, name), signature.as_bytes()),
                "{target}/{name}"
            );
        }
        let signed =
            String::from_utf8(seed("request", "signed-get-caller-identity")).expect("ASCII");
        let (head, body) = signed.split_once("\r\n\r\n").expect("a head");
        let headers: Vec<_> = head
            .split("\r\n")
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.as_bytes().to_vec()))
            .collect();
        let request = Received {
            method: "POST",
            path: "/",
            query: "",
            headers: &headers,
            body: body.as_bytes(),
        };
        let reply = EMULATOR.answer(&request);
        assert_eq!(
            (reply.status, reply.result.as_str()),
            (200, "ok"),
            "{}",
            reply.body
        );
    }
}
