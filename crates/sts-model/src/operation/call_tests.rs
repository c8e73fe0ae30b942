//! Calls: what is refused, what is kept in files, and what is read from answers.

use std::collections::BTreeMap;

use super::*;

fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, ParameterValue> {
    pairs
        .iter()
        .map(|(name, value)| {
            (
                (*name).to_owned(),
                ParameterValue::Text((*value).to_owned()),
            )
        })
        .collect()
}

const ROLE: &str = "arn:aws:iam::123456789012:role/reader";

#[test]
fn calls_of_earlier_files_are_read_and_written_as_they_were() {
    for (json, operation) in [
        (
            r#"{"operation":"get-session-token","duration_seconds":900}"#,
            Operation::GetSessionToken,
        ),
        (
            r#"{"operation":"get-caller-identity"}"#,
            Operation::GetCallerIdentity,
        ),
    ] {
        let call: Call = serde_json::from_str(json).expect("read");
        assert_eq!(call, operation.default_call());
        assert_eq!(serde_json::to_string(&call).expect("written"), json);
    }
}

#[test]
fn a_stored_secret_is_where_it_comes_from() {
    let given = given(&[("role-arn", ROLE), ("web-identity-token", "file:token.jwt")]);
    let call = Call::new(Operation::AssumeRoleWithWebIdentity, &given).expect("complete");
    let json = serde_json::to_string(&call).expect("written");
    assert!(
        json.contains(r#""web_identity_token":"file:token.jwt""#),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<Call>(&json).expect("read"), call);
    assert!(!call.form().contains("WebIdentityToken"), "{}", call.form());
    let form = call.form_with(|_| Some("a.b/c"));
    assert!(
        form.contains("&WebIdentityToken=a.b%2Fc&DurationSeconds=900"),
        "{form}"
    );
}

#[test]
fn what_sts_would_refuse_is_refused_in_one_line_that_says_what_is_allowed() {
    use Operation::{AssumeRole, AssumeRoleWithSaml, GetSessionToken, GetWebIdentityToken};
    let long = "x".repeat(65);
    for (operation, pairs, expected) in [
        (
            AssumeRole,
            &[][..],
            "assume-role.role-arn is missing; STS needs it, allowed: 20 to 2048 characters",
        ),
        (
            AssumeRole,
            &[("rolearn", ROLE)],
            "assume-role has no parameter \"rolearn\"; did you mean role-arn?",
        ),
        (
            GetSessionToken,
            &[("colour", "red")],
            "it has duration-seconds, serial-number, token-code, minimum-session-token-size",
        ),
        (
            AssumeRole,
            &[("role-arn", "short")],
            "assume-role.role-arn is 5 characters long; allowed: 20 to 2048",
        ),
        (
            AssumeRole,
            &[("role-arn", ROLE), ("role-session-name", &long)],
            "is 65 characters long; allowed: 2 to 64",
        ),
        (
            AssumeRole,
            &[("role-arn", ROLE), ("role-session-name", "a b")],
            r"allowed: [\w+=,.@-]*",
        ),
        (
            AssumeRole,
            &[("role-arn", ROLE), ("duration-seconds", "899")],
            "is 899; allowed: 900 to 43200",
        ),
        (
            AssumeRole,
            &[("role-arn", ROLE), ("duration-seconds", "soon")],
            "is not a whole number",
        ),
        (
            AssumeRole,
            &[("role-arn", ROLE), ("tags", "team")],
            "has an item without `=`",
        ),
        (
            AssumeRole,
            &[("role-arn", ROLE), ("tags", "team=a,Team=b")],
            "names one tag twice",
        ),
        (
            AssumeRole,
            &[("role-arn", ROLE), ("tags", "=a")],
            "is 0 characters long; allowed: 1 to 128",
        ),
        (
            GetSessionToken,
            &[("token-code", "123456")],
            "is a secret, and others can read arguments",
        ),
        (
            AssumeRoleWithSaml,
            &[("saml-assertion", "file:")],
            "give file:PATH or env:NAME",
        ),
        (
            GetWebIdentityToken,
            &[("audience", "")],
            "is 0 characters long; allowed: 1 to 1000",
        ),
    ] {
        let error = Call::new(operation, &given(pairs))
            .expect_err(expected)
            .to_string();
        assert!(error.contains(expected), "{error}");
        assert!(
            !error.contains('\n') && !error.contains("123456"),
            "{error}"
        );
    }
}

#[test]
fn what_is_kept_of_a_call_can_be_masked_and_still_be_read() {
    let given = given(&[
        ("role-arn", ROLE),
        ("tags", "a=b,c=d"),
        ("duration-seconds", "901"),
        ("token-code", "env:CODE"),
    ]);
    let call = Call::new(Operation::AssumeRole, &given).expect("complete");
    let masked = call.masked(|_| "****".to_owned());
    let json = serde_json::to_string(&masked).expect("written");
    let expected = r#"{"operation":"assume-role","role_arn":"****","role_session_name":"stsbench","duration_seconds":901,"tags":["****","****"],"token_code":"env:CODE"}"#;
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_str::<Call>(&json).expect("read"), masked);
    for foreign in [
        r#"{"operation":"assume-role","colour":"red"}"#,
        r#"{"operation":"get-session-token","token_code":"123456"}"#,
    ] {
        let error = serde_json::from_str::<Call>(foreign)
            .expect_err("no such call")
            .to_string();
        assert!(!error.contains("123456"), "{error}");
    }
}

#[test]
fn lengths_are_counted_in_unicode_scalars() {
    let tag = |value: String| {
        Call::new(
            Operation::GetFederationToken,
            &given(&[("tags", &format!("k={value}"))]),
        )
    };
    assert!(tag("\u{4E00}".repeat(256)).is_ok());
    assert!(tag("\u{4E00}".repeat(257)).is_err());
}

#[test]
fn issued_credentials_expire_as_soon_as_sts_allows() {
    for operation in Operation::ALL {
        let Some(allowed) = operation.duration_seconds() else {
            continue;
        };
        let call = operation.default_call();
        let (_, asked) = call
            .values()
            .find(|(p, _)| p.cli_name == "duration-seconds")
            .expect("a default");
        let least = match operation {
            Operation::AssumeRoot => *allowed.end(),
            // A second is over before anybody can use what is issued.
            Operation::GetScopedCredentials => 60,
            _ => *allowed.start(),
        };
        assert_eq!(
            *asked,
            ParameterValue::Integer(i64::from(least)),
            "{operation}"
        );
    }
}

/// What STS would answer to an operation that returns this.
fn body(operation: Operation) -> String {
    let api = operation.api_name();
    let inside = match operation.facts().returns {
        Returns::Credentials => {
            "<Credentials><AccessKeyId>ASIACANARY</AccessKeyId><SecretAccessKey>secretCANARY\
            </SecretAccessKey><SessionToken>tokenCANARY</SessionToken><Expiration>2026-11-24T00:00:00Z</Expiration></Credentials>"
        }
        Returns::CallerIdentity => {
            "<Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>AIDACANARY</UserId><Account>123456789012</Account>"
        }
        Returns::Account => "<Account>123456789012</Account>",
        Returns::DecodedMessage => "<DecodedMessage>{&quot;CANARY&quot;:true}</DecodedMessage>",
        Returns::WebIdentityToken => {
            "<WebIdentityToken>eyJCANARY.x.y</WebIdentityToken><Expiration>2026-11-24T00:00:00Z</Expiration>"
        }
    };
    format!("<{api}Response><{api}Result>{inside}</{api}Result></{api}Response>")
}

#[test]
fn each_operation_reads_its_own_answer_and_no_others_and_keeps_nothing_secret() {
    for operation in Operation::ALL {
        for other in Operation::ALL {
            let reading = operation.default_call().read(200, body(other).as_bytes());
            if operation == other {
                assert!(
                    matches!(reading, Reading::Answer(_)),
                    "{operation}: {reading:?}"
                );
                assert!(!format!("{reading:?}").contains("CANARY"), "{reading:?}");
            } else {
                assert_eq!(
                    reading,
                    Reading::Unreadable(Unreadable::Mismatch),
                    "{operation} of {other}"
                );
            }
        }
        let empty = format!(
            "<{0}Response><{0}Result></{0}Result></{0}Response>",
            operation.api_name()
        );
        let reading = operation.default_call().read(200, empty.as_bytes());
        assert_eq!(
            reading,
            Reading::Unreadable(Unreadable::Mismatch),
            "{operation}"
        );
    }
}

/// The fields that an answer must have, as [`body`] writes them; of those with `true` a text as well.
fn required(operation: Operation) -> &'static [(&'static str, bool)] {
    match operation.facts().returns {
        Returns::Credentials => &[
            ("AccessKeyId", true),
            ("SecretAccessKey", true),
            ("SessionToken", true),
            ("Expiration", true),
        ],
        Returns::CallerIdentity => &[("Arn", true), ("UserId", false), ("Account", true)],
        Returns::Account => &[("Account", true)],
        Returns::DecodedMessage => &[("DecodedMessage", true)],
        Returns::WebIdentityToken => &[("WebIdentityToken", true), ("Expiration", true)],
    }
}

#[test]
fn an_answer_without_one_of_its_fields_is_none() {
    for operation in Operation::ALL {
        let whole = body(operation);
        let reads = |body: &str| {
            let reading = operation.default_call().read(200, body.as_bytes());
            let expected = Reading::Unreadable(Unreadable::Mismatch);
            assert!(
                matches!(reading, Reading::Answer(_)) || reading == expected,
                "{operation}: {reading:?} of {body}"
            );
            reading != expected
        };
        assert!(reads(&whole));
        for (field, must_be_filled) in required(operation) {
            let (start, end) = (format!("<{field}>"), format!("</{field}>"));
            let (before, rest) = whole.split_once(&start).expect("it has the field");
            let (text, after) = rest.split_once(&end).expect("it ends");
            let with = |field: &str| reads(&format!("{before}{field}{after}"));
            let element = |text: &str| format!("{start}{text}{end}");
            assert!(!with(""), "{operation} without {field}");
            for empty in [
                element(""),
                element(" \n "),
                format!("<{field}/>"),
                element("<!-- x -->"),
            ] {
                assert_eq!(with(&empty), !must_be_filled, "{operation} with {empty}");
            }
            let foreign = format!("<e:{field} xmlns:e=\"http://evil.example\">{text}</e:{field}>");
            assert!(!with(&foreign), "{operation} with {foreign}");
            assert!(
                with(&(foreign + &element(text))),
                "what is beside it does not matter"
            );
        }
    }
}

#[test]
fn an_answer_is_in_stss_namespace_or_in_none() {
    for operation in Operation::ALL {
        let (whole, api) = (body(operation), operation.api_name());
        let is_answer = |body: &str| {
            let reading = operation.default_call().read(200, body.as_bytes());
            matches!(reading, Reading::Answer(_))
        };
        let root = |attributes: &str| {
            whole.replacen(
                &format!("<{api}Response>"),
                &format!("<{api}Response {attributes}>"),
                1,
            )
        };
        let prefixed = |namespace: &str| {
            let prefixed = whole
                .replace("</", "\u{0}")
                .replace('<', "<s:")
                .replace('\u{0}', "</s:");
            prefixed.replacen(
                "Response>",
                &format!("Response xmlns:s=\"{namespace}\">"),
                1,
            )
        };
        let sts = "https://sts.amazonaws.com/doc/2011-06-15/";
        assert!(is_answer(&root(&format!("xmlns=\"{sts}\""))), "{operation}");
        assert!(is_answer(&prefixed(sts)), "{operation}: {}", prefixed(sts));
        for other in [
            "http://evil.example/ns",
            "https://sts.amazonaws.com/doc/2010-05-08/",
            "urn:e",
        ] {
            assert!(
                !is_answer(&root(&format!("xmlns=\"{other}\""))),
                "{operation}: {other}"
            );
            assert!(!is_answer(&prefixed(other)), "{operation}: {other}");
        }
    }
}

#[test]
fn a_caller_is_named_by_an_arn_and_an_account_of_awss_form() {
    let read = |arn: &str, account: &str| {
        let body = format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><UserId/><Account>{account}</Account>\
             </GetCallerIdentityResult></GetCallerIdentityResponse>"
        );
        Operation::GetCallerIdentity
            .default_call()
            .read(200, body.as_bytes())
    };
    let good = "arn:aws:sts::123456789012:assumed-role/Reader/anna@example.com";
    assert!(
        matches!(read(good, "123456789012"), Reading::Answer(Answer::CallerIdentity(caller)) if caller.arn.as_str() == good)
    );
    for (arn, account) in [
        (good, "12345"),
        (good, "AKIAIOSFODNN7EXAMPLE"),
        ("arn:&#27;[31m:iam::123456789012:user/x", "123456789012"),
        ("arn:aws:iam::123456789012:user/&#7;", "123456789012"),
        ("a", "123456789012"),
    ] {
        assert_eq!(
            read(arn, account),
            Reading::Unreadable(Unreadable::Mismatch),
            "{arn} {account}"
        );
    }
}
