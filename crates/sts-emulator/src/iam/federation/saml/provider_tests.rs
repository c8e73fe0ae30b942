//! Responses signed by signxml (tests/data/saml), judged at fixed times, whole and altered.

use proptest::prelude::*;

use super::*;

const CERTIFICATE: &str = include_str!("../../../../tests/data/saml/certificate.pem");
const ASSERTION: &str = include_str!("../../../../tests/data/saml/assertion.xml");
const RESPONSE: &str = include_str!("../../../../tests/data/saml/response.xml");
const BOTH: &str = include_str!("../../../../tests/data/saml/both.xml");
const UNSIGNED: &str = include_str!("../../../../tests/data/saml/unsigned.xml");

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000 + seconds).expect("an instant of 2027")
}

fn provider() -> SamlProvider {
    SamlProvider::new("123456789012", "example", CERTIFICATE)
        .expect("the certificate is cryptography's")
}

fn judged(xml: &str) -> Result<SamlIdentity, Rejection> {
    provider().verify(&STANDARD.encode(xml), at(10))
}

#[track_caller]
fn refused(xml: &str, message: &str) {
    let rejection = judged(xml).expect_err(message);
    assert_eq!(rejection.to_string(), message);
    assert_eq!(rejection.fault().code.as_str(), "InvalidIdentityToken");
}

const FORGED: &str = "Response signature invalid";

#[test]
fn genuine_responses_say_who_it_is_whatever_part_is_signed() {
    let others = [
        include_str!("../../../../tests/data/saml/sha384.xml"),
        include_str!("../../../../tests/data/saml/sha512.xml"),
    ];
    for xml in [ASSERTION, RESPONSE, BOTH].into_iter().chain(others) {
        let identity = judged(xml).expect("signed by signxml");
        assert_eq!(
            (identity.subject.as_str(), identity.subject_type.as_str()),
            ("Ann & Bob", "persistent")
        );
        assert_eq!(identity.issuer, "https://idp.example.com/saml");
        assert_eq!(identity.recipient, "https://signin.aws.amazon.com/saml");
        let arn = |rest: &str| format!("arn:aws:iam::123456789012:{rest}");
        let chosen = |role: &str| (arn(&format!("role/{role}")), arn("saml-provider/example"));
        assert_eq!(identity.roles, [chosen("federated"), chosen("other")]);
        assert_eq!(identity.role_session_name, "somebody@example.com");
        assert_eq!(identity.source_identity.as_deref(), Some("admin"));
        assert_eq!(
            identity.session_tags.tags,
            [("Project".to_owned(), "Automation".to_owned())]
        );
        assert_eq!(identity.session_tags.transitive_keys, ["Project"]);
        assert_eq!(identity.session_ends, Some(at(1800)));
        // printf 'https://idp.example.com/saml123456789012/example' | openssl sha1 -binary | base64
        assert_eq!(identity.name_qualifier, "wzTGIyUsME4l4Pvjximg8BG4xjM=");
    }
}

#[test]
fn signatures_by_others_and_by_weaker_means_count_for_nothing() {
    for xml in [
        UNSIGNED,
        include_str!("../../../../tests/data/saml/stranger.xml"),
        include_str!("../../../../tests/data/saml/sha1.xml"),
        include_str!("../../../../tests/data/saml/inclusive.xml"),
    ] {
        refused(xml, FORGED);
    }
}

#[test]
fn a_key_that_the_response_brings_along_is_not_looked_at() {
    let certificate = |xml: &str| {
        let start = xml.find("<ds:X509Certificate>").expect("signxml adds it");
        let end = xml.find("</ds:X509Certificate>").expect("closed");
        xml[start..end].to_owned()
    };
    let stranger = include_str!("../../../../tests/data/saml/stranger.xml");
    // The stranger's signature, under the provider's name and under its own.
    refused(
        &stranger.replace(&certificate(stranger), &certificate(ASSERTION)),
        FORGED,
    );
    refused(stranger, FORGED);
    judged(&ASSERTION.replace(&certificate(ASSERTION), &certificate(stranger)))
        .expect("KeyInfo proves nothing");
}

#[test]
fn every_altered_word_of_what_is_signed_is_noticed() {
    for (from, to) in [
        ("Ann &amp; Bob", "Eve"),
        ("nameid-format:persistent", "nameid-format:transient"),
        ("role/federated", "role/admin"),
        ("somebody@example.com", "nobody@example.com"),
        (">Automation<", ">Payroll<"),
        (
            "SessionNotOnOrAfter=\"2027-01-15T08:30",
            "SessionNotOnOrAfter=\"2028-01-15T08:30",
        ),
        (
            "urn:amazon:webservices",
            "https://signin.aws.amazon.com/saml",
        ),
        (">admin<", "><!-- -->superadmin<"),
        ("<saml:Conditions", "<saml:Conditions Extra=\"\""),
        (" xsi:type=\"xs:string\"", ""),
        ("rsa-sha256", "rsa-sha384"),
        ("xmlenc#sha256", "xmlenc#sha512"),
    ] {
        for xml in [ASSERTION, RESPONSE] {
            assert!(xml.contains(from), "{from}");
            refused(&xml.replace(from, to), FORGED);
        }
    }
    // What canonicalisation drops may change: comments, the order and quoting of attributes, unused name spaces.
    judged(&ASSERTION.replace(">somebody@", "><!-- a comment -->somebody@"))
        .expect("comments are not signed");
    judged(&ASSERTION.replace(" xmlns:unused=\"urn:unused\"", ""))
        .expect("unused name spaces are not signed");
}

#[test]
fn a_comment_cuts_nothing_out_of_a_name() {
    let identity =
        judged(&ASSERTION.replace("somebody@example.com", "somebody@<!-- -->example.com"))
            .expect("genuine");
    assert_eq!(identity.role_session_name, "somebody@example.com");
}

/// The signed assertion, and the same with another role under another identifier.
fn genuine_and_evil() -> (String, String) {
    let start = ASSERTION.find("<saml:Assertion ").expect("present");
    let end = ASSERTION.find("</saml:Assertion>").expect("present") + "</saml:Assertion>".len();
    let genuine = ASSERTION[start..end].to_owned();
    let signature = genuine.find("<ds:Signature").expect("present")
        ..genuine.find("</ds:Signature>").expect("present") + "</ds:Signature>".len();
    let mut evil = genuine.clone();
    evil.replace_range(signature, "");
    (
        genuine,
        evil.replace("role/federated", "role/admin")
            .replace("ID=\"_assertion\"", "ID=\"_evil\""),
    )
}

#[test]
fn a_signed_assertion_that_was_moved_aside_signs_nothing_else() {
    let (genuine, evil) = genuine_and_evil();
    let signature = &genuine[genuine.find("<ds:Signature").expect("present")
        ..genuine.find("</ds:Signature>").expect("present") + 15];
    let unsigned = genuine.replace(signature, "");
    let holding =
        |content: &str| evil.replacen("<saml:Subject>", &format!("{content}<saml:Subject>"), 1);
    let inside = |inner: &str| {
        signature.replace(
            "</ds:Signature>",
            &format!("<ds:Object>{inner}</ds:Object></ds:Signature>"),
        )
    };
    for wrapped in [
        // Both, in either order.
        format!("{genuine}{evil}"),
        format!("{evil}{genuine}"),
        // The signed one in a corner of the response, or inside the other.
        format!("{evil}<samlp:Extensions>{genuine}</samlp:Extensions>"),
        holding(&genuine),
        holding(&format!("<saml:Advice>{genuine}</saml:Advice>")),
        // The signature moved over, the signed one elsewhere.
        format!(
            "{}<samlp:Extensions>{unsigned}</samlp:Extensions>",
            holding(signature)
        ),
        holding(&inside(&unsigned)),
        holding(&format!("{signature}{unsigned}")),
        // The same identifier twice.
        format!(
            "{}<samlp:Extensions>{unsigned}</samlp:Extensions>",
            holding(signature).replace("_evil", "_assertion")
        ),
        holding(signature).replace("_evil", "_assertion"),
    ] {
        let xml = ASSERTION.replace(&genuine, &wrapped);
        assert!(xml.contains("role/admin"), "{wrapped}");
        judged(&xml).expect_err(&wrapped);
    }
    // The same surgery without a change leaves it genuine: it is the wrapping that is refused.
    judged(&ASSERTION.replace(&genuine, &format!("<samlp:Extensions/>{genuine}")))
        .expect("nothing signed was touched");
}

#[test]
fn unusual_transforms_and_references_are_refused_before_anything_is_computed() {
    for (from, to) in [
        ("URI=\"#_assertion\"", "URI=\"\""),
        ("URI=\"#_assertion\"", "URI=\"#_response\""),
        ("URI=\"#_assertion\"", "URI=\"file:///etc/hostname\""),
        ("URI=\"#_assertion\"", "URI=\"#xpointer(id('_assertion'))\""),
        (
            "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
        ),
        (
            "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>",
            "",
        ),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"),
        (
            "<ds:Transforms>",
            "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#base64\"/>",
        ),
    ] {
        assert!(ASSERTION.contains(from), "{from}");
        refused(&ASSERTION.replacen(from, to, 1), FORGED);
    }
    let start = ASSERTION.find("<ds:Reference").expect("present");
    let end = ASSERTION.find("</ds:Reference>").expect("present") + "</ds:Reference>".len();
    let reference = &ASSERTION[start..end];
    refused(
        &ASSERTION.replace(reference, &format!("{reference}{reference}")),
        FORGED,
    );
    refused(&ASSERTION.replace(reference, ""), FORGED);
}

#[test]
fn a_response_is_for_aws_and_its_assertion_complete() {
    let audience = include_str!("../../../../tests/data/saml/other-audience.xml");
    refused(audience, "Response does not contain the required audience.");
    let generic = "The SAML assertion that was passed could not be validated by AWS.";
    let elsewhere = judged(include_str!(
        "../../../../tests/data/saml/other-recipient.xml"
    ))
    .expect("for a policy to judge");
    assert_eq!(elsewhere.recipient, "https://elsewhere.example.com/saml");
    let unnamed = include_str!("../../../../tests/data/saml/no-session-name.xml");
    refused(unnamed, "RoleSessionName is required in AuthnResponse");
    let misnamed = include_str!("../../../../tests/data/saml/bad-session-name.xml");
    refused(
        misnamed,
        "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}",
    );
    refused(
        &ASSERTION.replace("status:Success", "status:Responder"),
        generic,
    );
    let stranger = provider().with_issuer("https://elsewhere.example.com");
    let rejection = stranger
        .verify(&STANDARD.encode(ASSERTION), at(10))
        .expect_err("another issuer");
    assert_eq!(
        without_id(&rejection.to_string()),
        "Issuer not present in specified provider (Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: \
         AuthSamlInvalidSamlResponseException; Request ID: …; Proxy: null)"
    );
    let named = provider().with_issuer("https://idp.example.com/saml");
    named
        .verify(&STANDARD.encode(ASSERTION), at(10))
        .expect("its own issuer");
}

/// `text` without the id of the request to the service behind STS, a UUID.
fn without_id(text: &str) -> String {
    let (before, rest) = text.split_once("Request ID: ").expect("an id");
    let (id, after) = rest.split_at(36);
    assert!(
        id.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit()),
        "{id}"
    );
    format!("{before}Request ID: …{after}")
}

#[test]
fn a_response_lives_for_five_minutes() {
    let verify = |seconds| provider().verify(&STANDARD.encode(ASSERTION), at(seconds));
    verify(-300).expect("clocks may differ by five minutes");
    verify(299).expect("one second is left");
    let early = verify(-301).expect_err("not yet").to_string();
    assert!(!early.contains("web identity"), "it is no token: {early}");
    let rejection = verify(300).expect_err("too late");
    assert_eq!(rejection.fault().code.as_str(), "ExpiredTokenException");
    assert_eq!(
        rejection.to_string(),
        "Token must be redeemed within 5 minutes of issuance"
    );
    let impatient = provider().redeemable_for(Duration::seconds(60));
    impatient
        .verify(&STANDARD.encode(ASSERTION), at(59))
        .expect("in time");
    impatient
        .verify(&STANDARD.encode(ASSERTION), at(60))
        .expect_err("too late for this provider");
}

#[test]
fn what_is_no_response_is_refused_cheaply() {
    let refused = |text: &str| {
        provider()
            .verify(text, at(10))
            .expect_err("no response")
            .to_string()
    };
    for text in ["!", &"A".repeat(100_001)] {
        assert_eq!(
            without_id(&refused(text)),
            "Invalid base64 SAMLResponse (Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: \
             AuthSamlInvalidSamlResponseException; Request ID: …; Proxy: null)"
        );
    }
    let deep = format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000));
    let doctype = format!("<!DOCTYPE x [<!ENTITY e \"x\">]>{ASSERTION}");
    for xml in [
        "",
        "<",
        "<a/>",
        "\u{FEFF}",
        &deep,
        &doctype,
        &ASSERTION[..ASSERTION.len() / 2],
    ] {
        refused(&STANDARD.encode(xml));
    }
    refused(&STANDARD.encode([0xFF, 0xFE]));
}

#[test]
fn sign_in_pages_are_told_from_what_only_looks_like_one() {
    for (url, known) in [
        ("https://signin.aws.amazon.com/saml", true),
        ("https://eu-central-1.signin.aws.amazon.com/saml", true),
        (
            "https://us-west-2.signin.aws.amazon.com/saml/acs/SAMLSPX7Q",
            true,
        ),
        ("https://signin.amazonaws.cn/saml", true),
        ("http://signin.aws.amazon.com/saml", false),
        ("https://evilsignin.aws.amazon.com/saml", false),
        ("https://a.b.signin.aws.amazon.com/saml", false),
        ("https://signin.aws.amazon.com.evil.example/saml", false),
        ("https://signin.aws.amazon.com/saml/acs/", false),
        ("https://signin.aws.amazon.com/console", false),
    ] {
        assert_eq!(
            crate::iam::federation::saml::assertion::is_sign_in(url),
            known,
            "{url}"
        );
    }
}

#[test]
fn a_provider_is_registered_with_a_certificate_and_nothing_else() {
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    for text in ["", "a key", no_certificate] {
        let error = SamlProvider::new("123456789012", "x", text)
            .err()
            .expect(text)
            .to_string();
        assert!(
            error.starts_with("must be one X.509 certificate in PEM"),
            "{error}"
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_and_any_altered_response_are_answered(position in 0..ASSERTION.len(), byte in any::<u8>()) {
        let mut altered = ASSERTION.as_bytes().to_vec();
        altered[position] = byte;
        if let Ok(identity) = provider().verify(&STANDARD.encode(&altered), at(10)) {
            // An alteration that passes has changed nothing that is read.
            prop_assert_eq!(identity, judged(ASSERTION).expect("genuine"));
        }
    }
}
