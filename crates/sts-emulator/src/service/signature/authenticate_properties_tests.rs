//! Two thousand random requests, signed by AWS's own signer in either form, are believed; with one byte changed none is.

use std::time::{Duration as StdDuration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::iam::identities::{PrincipalKind, Terms, TokenVersion};
use crate::service::signature::authenticate::tests::{
    Alterable as _, IRELAND, Owned, identities, now,
};
use crate::service::signature::canonical_request::push_encoded;

const HOST: &str = "sts.eu-west-1.amazonaws.com";

/// A request before it is signed.
#[derive(Debug, Clone)]
struct Draft {
    method: &'static str,
    path: String,
    query: String,
    header: String,
    body: Vec<u8>,
    location: SignatureLocation,
    is_session: bool,
}

fn drafts() -> impl Strategy<Value = Draft> {
    let method = prop::sample::select(vec!["GET", "POST"]);
    // Dot segments are left to the suite: what one removes can be changed without changing the path.
    let segment = "([a-zA-Z0-9_~@:-][a-zA-Z0-9._~@:-]{0,5})?(%[0-9A-Fa-f]{2})?";
    let path = prop::collection::vec(segment, 0..4)
        .prop_map(|segments| format!("/{}", segments.join("/")));
    // Escapes of bytes that are not UTF-8 are left out: the signer puts U+FFFD in their place.
    let parameter = "[a-zA-Z0-9._~-]{1,8}(=[a-zA-Z0-9._~+/:@-]{0,8}(%[2-7][0-9A-Fa-f])?)?";
    let query = prop::collection::vec(parameter, 0..4).prop_map(|parameters| parameters.join("&"));
    let header = "[!-~]{1,10}( {1,3}[!-~]{1,5}){0,2}";
    let body = prop::collection::vec(any::<u8>(), 0..64);
    let location = prop::bool::ANY.prop_map(|query| {
        if query {
            SignatureLocation::QueryParams
        } else {
            SignatureLocation::Headers
        }
    });
    (method, path, query, header, body, location, any::<bool>()).prop_map(
        |(method, path, query, header, body, location, is_session)| Draft {
            method,
            path,
            query,
            header,
            body,
            location,
            is_session,
        },
    )
}

/// What AWS's own signer makes of `draft`.
fn signed(draft: &Draft, identity: Credentials) -> Owned {
    let identity = identity.into();
    let mut settings = SigningSettings::default();
    settings.signature_location = draft.location;
    settings.expires_in = Some(StdDuration::from_secs(60));
    let seconds = u64::try_from(now().unix_timestamp()).expect("after 1970");
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("sts")
        .time(SystemTime::UNIX_EPOCH + StdDuration::from_secs(seconds))
        .settings(settings)
        .build()
        .expect("every parameter is given")
        .into();
    let question = if draft.query.is_empty() { "" } else { "?" };
    let url = format!("https://{HOST}{}{question}{}", draft.path, draft.query);
    let headers = [("x-random", draft.header.as_str())];
    let signable = SignableRequest::new(
        draft.method,
        &url,
        headers.into_iter(),
        SignableBody::Bytes(&draft.body),
    )
    .expect("a request");
    let (instructions, _) = sign(signable, &parameters)
        .expect("a signable request")
        .into_parts();
    let mut owned = Owned {
        method: draft.method.to_owned(),
        path: draft.path.clone(),
        query: draft.query.clone(),
        headers: Vec::new(),
        body: draft.body.clone(),
    };
    owned.set("host", HOST);
    owned.set("x-random", &draft.header);
    instructions
        .headers()
        .for_each(|(name, value)| owned.set(name, value));
    for (name, value) in instructions.params() {
        let joint = if owned.query.is_empty() { "" } else { "&" };
        owned.query.push_str(&format!("{joint}{name}="));
        push_encoded(&mut owned.query, value.as_bytes());
    }
    owned
}

/// `text` with one character changed into another digit, at a place where that changes what is meant; `None` where there is
/// no such place.
fn changed(text: &str, from: usize, at: Index) -> Option<String> {
    let room = text.len().checked_sub(from).filter(|room| *room > 0)?;
    let mut bytes = text.as_bytes().to_vec();
    let place = from + at.index(room);
    bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
    String::from_utf8(bytes).ok()
}

/// Every request that differs from `right` in one byte of one part, by the part's name.
fn variants(right: &Owned, at: Index) -> Vec<(&'static str, Owned)> {
    let mut variants = Vec::new();
    let mut add = |what, change: &dyn Fn(&mut Owned) -> Option<()>| {
        let mut variant = right.clone();
        if change(&mut variant).is_some() {
            variants.push((what, variant));
        }
    };
    let header = |owned: &mut Owned, name: &str| {
        let value = String::from_utf8(owned.received().header(name)?.to_vec()).ok()?;
        owned.set(name, &changed(&value, 0, at)?);
        Some(())
    };
    let part = |part: &mut String, from: usize| {
        *part = changed(part, from, at)?;
        Some(())
    };
    add("method", &|r| part(&mut r.method, 0));
    add("path", &|r| part(&mut r.path, 1));
    add("query", &|r| part(&mut r.query, 0));
    add("host", &|r| header(r, "host"));
    add("header", &|r| header(r, "x-random"));
    add("date", &|r| header(r, "x-amz-date"));
    add("token", &|r| header(r, "x-amz-security-token"));
    add("authorization", &|r| header(r, "authorization"));
    add("scope", &|r| {
        let authorization = r.received().header("authorization").map(<[u8]>::to_vec)?;
        let text = String::from_utf8(authorization).ok()?;
        let (begin, end) = (text.find('/')?, text.find(", ")?);
        let scope = changed(&text[begin..end], 0, at)?;
        r.set(
            "authorization",
            &format!("{}{scope}{}", &text[..begin], &text[end..]),
        );
        Some(())
    });
    add("body", &|r| {
        let place = (!r.body.is_empty()).then(|| at.index(r.body.len()))?;
        r.body[place] ^= 1;
        Some(())
    });
    variants
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_aws_own_signer_signs_is_believed_and_with_one_byte_changed_refused(draft in drafts(), at in any::<Index>()) {
        let identities = identities();
        let user = identities.credentials().remove(0);
        let (key, secret) = (user.access_key_id, user.secret_access_key);
        let request = if draft.is_session {
            let principal = identities.find(&key, None, "eu-west-1", now()).expect("a minted key");
            let terms = Terms {
                issued: now(),
                expiration: now() + Duration::seconds(900),
                region: "eu-west-1",
                version: TokenVersion::V2,
                minimum_token_size: 0,
            };
            let issued = identities.issue(&principal.session, terms);
            let token = Some(issued.session_token);
            signed(&draft, Credentials::new(issued.access_key_id, issued.secret_access_key, token, None, "test"))
        } else {
            signed(&draft, Credentials::new(key, secret, None, None, "test"))
        };
        let caller = authenticate(&request.received(), IRELAND, &identities, now());
        let kind = if draft.is_session { PrincipalKind::Session } else { PrincipalKind::LongTerm };
        prop_assert_eq!(caller.map(|caller| caller.kind), Ok(kind));
        for (what, variant) in variants(&request, at) {
            let answer = authenticate(&variant.received(), IRELAND, &identities, now());
            let fault = answer.err().map(|fault| fault.status);
            prop_assert!(matches!(fault, Some(400 | 403)), "{what}: {variant:?}");
        }
    }
}
