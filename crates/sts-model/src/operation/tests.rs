//! The table of operations against AWS's own service model, and calls on their way into forms and files.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::Value as Json;

use super::parameter::{ARN, CONTEXT_ASSERTION, TAG_KEY, TAG_VALUE};
use super::*;

fn model() -> Json {
    serde_json::from_str(include_str!("../../tests/data/sts-model.json"))
        .expect("the model is JSON")
}

/// Operations that AWS has added and that this program does not call yet.
const NOT_YET: [&str; 1] = ["GetScopedCredentials"];

#[test]
fn the_operations_are_those_of_the_service_model() {
    let model = model();
    let theirs: Vec<_> = model["operations"]
        .as_object()
        .expect("a table")
        .keys()
        .cloned()
        .collect();
    let mut ours: Vec<_> = Operation::ALL
        .iter()
        .map(|o| o.api_name())
        .chain(NOT_YET)
        .collect();
    ours.sort_unstable();
    assert_eq!(theirs, ours);
    for operation in Operation::ALL {
        let theirs = &model["operations"][operation.api_name()];
        assert_eq!(theirs["cli_name"], operation.cli_name());
        assert_eq!(theirs["signed"], operation.is_signed(), "{operation}");
        let fields = theirs["returns"].as_array().expect("a list");
        let sign = match operation.facts().returns {
            Returns::Credentials => "Credentials",
            Returns::CallerIdentity => "Arn",
            Returns::Account => "Account",
            Returns::DecodedMessage => "DecodedMessage",
            Returns::WebIdentityToken => "WebIdentityToken",
        };
        assert!(fields.iter().any(|field| field == sign), "{operation}");
    }
}

#[test]
fn the_errors_are_those_of_the_service_model() {
    let model = model();
    let missing: Vec<_> = model["errors"]
        .as_object()
        .expect("a table")
        .keys()
        .filter(|code| !FaultCode::KNOWN.contains(&code.as_str()))
        .collect();
    // Those of the operation that is not called yet.
    assert_eq!(
        missing,
        ["InsufficientSessionLifetime", "InvalidSubjectCredentials"]
    );
}

#[test]
fn the_parameters_are_those_of_the_service_model() {
    let model = model();
    for operation in Operation::ALL {
        let theirs = model["operations"][operation.api_name()]["parameters"]
            .as_array()
            .expect("a list");
        let names: Vec<_> = operation
            .facts()
            .parameters
            .iter()
            .map(|p| p.api_name)
            .collect();
        assert_eq!(
            theirs
                .iter()
                .map(|p| p["name"].as_str().expect("a name"))
                .collect::<Vec<_>>(),
            names,
            "{operation}"
        );
        for (theirs, ours) in theirs.iter().zip(operation.facts().parameters) {
            let subject = format!("{operation}.{}", ours.cli_name);
            assert_eq!(theirs["cli_name"], ours.cli_name, "{subject}");
            assert_eq!(
                theirs["required"],
                ours.presence == Presence::Required,
                "{subject}"
            );
            if theirs["secret"] == true {
                assert_eq!(ours.secrecy, Secrecy::Secret, "{subject}");
            }
            compare(&subject, theirs, ours.kind);
        }
    }
}

/// A parameter's rules; texts inside are compared where they lie.
fn compare(subject: &str, theirs: &Json, kind: Kind) {
    let kind_of = theirs["type"].as_str().expect("a type");
    match (kind_of, kind) {
        ("string", Kind::Text(text)) => compare_text(subject, theirs, text),
        ("integer", Kind::Integer(bounds)) => compare_bounds(subject, theirs, bounds),
        ("structure", Kind::PolicyArn) => compare_text(subject, &theirs["members"]["arn"], ARN),
        ("list", Kind::List { count, each }) => {
            compare_bounds(subject, theirs, count);
            compare_text(subject, &theirs["each"], each);
        }
        ("list", Kind::PolicyArns) => compare_text(subject, &theirs["each"]["members"]["arn"], ARN),
        ("list", Kind::Tags) => {
            compare_bounds(subject, theirs, super::parameter::TAGS);
            compare_text(subject, &theirs["each"]["members"]["Key"], TAG_KEY);
            compare_text(subject, &theirs["each"]["members"]["Value"], TAG_VALUE);
        }
        ("list", Kind::ProvidedContexts) => {
            compare_bounds(subject, theirs, super::parameter::PROVIDED_CONTEXTS);
            compare_text(subject, &theirs["each"]["members"]["ProviderArn"], ARN);
            compare_text(
                subject,
                &theirs["each"]["members"]["ContextAssertion"],
                CONTEXT_ASSERTION,
            );
        }
        _ => panic!("{subject} is a {kind_of} in the model, not {kind:?}"),
    }
}

fn compare_text(subject: &str, theirs: &Json, text: Text) {
    assert_eq!(theirs["type"], "string", "{subject}");
    compare_bounds(subject, theirs, text.length);
    let choices = theirs["enum"].as_array().map(|choices| {
        choices
            .iter()
            .map(|choice| choice.as_str().expect("a text"))
            .collect::<Vec<_>>()
            .join("|")
    });
    let pattern = choices
        .as_deref()
        .or(theirs["pattern"].as_str())
        .unwrap_or_default();
    assert_eq!(pattern, text.alphabet.pattern, "{subject}");
}

fn compare_bounds(subject: &str, theirs: &Json, ours: Bounds) {
    assert_eq!(
        (theirs["min"].as_i64().unwrap_or(0), theirs["max"].as_i64()),
        (ours.least, ours.most),
        "{subject}"
    );
}

/// Every text rule that has a pattern which proptest can read: that of ARNs has escapes of five digits.
fn alphabets() -> Vec<Alphabet> {
    let mut found: Vec<Alphabet> = Vec::new();
    for parameter in Operation::ALL
        .iter()
        .flat_map(|operation| operation.facts().parameters)
    {
        let text = match parameter.kind {
            Kind::Text(text) | Kind::List { each: text, .. } => text,
            Kind::Tags => TAG_VALUE,
            _ => continue,
        };
        let pattern = text.alphabet.pattern;
        let new = !found.iter().any(|known| known.pattern == pattern);
        if new && !pattern.is_empty() && pattern != ARN.alphabet.pattern {
            found.push(text.alphabet);
        }
    }
    found
}

/// `pattern`, which is Java's, as Rust's expressions write it: `\w` and `\d` are ASCII's there.
fn as_rust(pattern: &str) -> String {
    pattern.replace(r"\w", "a-zA-Z0-9_").replace(r"\d", "0-9")
}

#[test]
fn every_text_that_matches_a_pattern_of_the_model_is_admitted() {
    let alphabets = alphabets();
    assert_eq!(alphabets.len(), 10, "{alphabets:?}");
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for alphabet in alphabets {
        let texts = proptest::string::string_regex(&as_rust(alphabet.pattern)).expect("a pattern");
        for _ in 0..200 {
            let text = texts.new_tree(&mut runner).expect("a text").current();
            assert!((alphabet.admits)(&text), "{} {text:?}", alphabet.pattern);
        }
    }
}

#[test]
fn no_text_with_one_character_outside_its_pattern_is_admitted() {
    for alphabet in alphabets() {
        assert!(!(alphabet.admits)("Ab1\u{1}"), "{}", alphabet.pattern);
        assert_eq!(
            (alphabet.admits)("Ab1\u{4E00}"),
            alphabet.pattern.contains(r"\p{L}"),
            "{}",
            alphabet.pattern
        );
    }
}

fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, Value> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::Text((*value).to_owned())))
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
fn issued_credentials_die_as_soon_as_sts_lets_them() {
    for operation in Operation::ALL {
        let Some(allowed) = operation.duration_seconds() else {
            continue;
        };
        let call = operation.default_call();
        let (_, asked) = call
            .values()
            .find(|(p, _)| p.cli_name == "duration-seconds")
            .expect("a default");
        let least = if operation == Operation::AssumeRoot {
            *allowed.end()
        } else {
            *allowed.start()
        };
        assert_eq!(*asked, Value::Integer(i64::from(least)), "{operation}");
    }
}

#[test]
fn a_call_with_every_parameter_is_written_as_botocore_writes_it() {
    let model = model();
    for operation in Operation::ALL {
        let example = &model["examples"][operation.api_name()];
        let texts: BTreeMap<String, String> =
            serde_json::from_value(example["given"].clone()).expect("texts");
        assert_eq!(
            texts.len(),
            operation.facts().parameters.len(),
            "{operation}"
        );
        let secret =
            |name: &str| operation.parameter(name).expect("known").secrecy == Secrecy::Secret;
        let given = texts.iter().map(|(name, text)| {
            (
                name.clone(),
                Value::Text(if secret(name) {
                    format!("env:{name}")
                } else {
                    text.clone()
                }),
            )
        });
        let call = Call::new(operation, &given.collect()).expect("within the rules");
        for (parameter, _) in call.secrets() {
            assert_eq!(
                call.check_secret(parameter, &texts[parameter.cli_name]),
                Ok(())
            );
        }
        let form = call.form_with(|source| match source {
            SecretSource::Environment(name) => Some(texts[name].as_str()),
            SecretSource::File(_) | SecretSource::Fleet(_) => None,
        });
        let read: BTreeMap<String, String> = form_urlencoded::parse(form.as_bytes())
            .into_owned()
            .collect();
        let theirs: BTreeMap<String, String> =
            serde_json::from_value(example["form"].clone()).expect("texts");
        assert_eq!(read, theirs, "{operation}");
    }
}

/// A value of a parameter's own kind within its bounds, as it is given and as the form's fields should carry it.
fn value(parameter: &'static Parameter) -> BoxedStrategy<(Value, Vec<(String, String)>)> {
    let api = parameter.api_name;
    let text = |rule: Text| {
        let least = usize::try_from(rule.length.least.max(1)).expect("small");
        let most = rule.length.most.map_or(40, |most| {
            usize::try_from(most).expect("small").min(least + 40)
        });
        let letters = match rule.alphabet.pattern {
            "" => "[^,\\pC]",
            r"[\d]*" => "[0-9]",
            r"[\w]*" => "[a-zA-Z0-9_]",
            "AWSIdentity|OriginIdentity" => return Just("AWSIdentity".to_owned()).boxed(),
            pattern if pattern == ARN.alphabet.pattern => "[ -+.-~\u{E9}\u{4E00}]",
            _ => "[a-zA-Z0-9.@-]",
        };
        proptest::string::string_regex(&format!("{letters}{{{least},{most}}}"))
            .expect("a pattern")
            .boxed()
    };
    let list = move |each: BoxedStrategy<String>, name: &'static str| {
        prop::collection::vec(each, 1..5).prop_map(move |items| {
            let fields = (1..)
                .zip(&items)
                .map(|(n, item)| (format!("{api}.member.{n}{name}"), item.clone()))
                .collect();
            (Value::List(items), fields)
        })
    };
    let pairs = move |key: BoxedStrategy<String>, first: &'static str, second: &'static str| {
        prop::collection::vec((key, text(TAG_KEY)), 1..4).prop_map(move |pairs| {
            let pairs: Vec<_> = (1..)
                .zip(pairs)
                .map(|(n, (key, value))| {
                    (
                        n,
                        format!("{n}{key}"),
                        format!("{value}{value}{value}{value}"),
                    )
                })
                .collect();
            let fields = pairs.iter().flat_map(|(n, key, value)| {
                [
                    (format!("{api}.member.{n}.{first}"), key.clone()),
                    (format!("{api}.member.{n}.{second}"), value.clone()),
                ]
            });
            let items = pairs
                .iter()
                .map(|(_, key, value)| format!("{key}={value}"))
                .collect();
            (Value::List(items), fields.collect())
        })
    };
    match parameter.kind {
        Kind::Integer(bounds) => (bounds.least..=bounds.most.expect("bounded"))
            .prop_map(move |n| (Value::Integer(n), vec![(api.to_owned(), n.to_string())]))
            .boxed(),
        Kind::Text(rule) => text(rule)
            .prop_map(move |t| (Value::Text(t.clone()), vec![(api.to_owned(), t)]))
            .boxed(),
        Kind::PolicyArn => text(ARN)
            .prop_map(move |t| (Value::Text(t.clone()), vec![(format!("{api}.arn"), t)]))
            .boxed(),
        Kind::PolicyArns => list(text(ARN), ".arn").boxed(),
        Kind::List { each, .. } => list(text(each), "").boxed(),
        Kind::Tags => pairs(text(TAG_KEY), "Key", "Value").boxed(),
        Kind::ProvidedContexts => pairs(
            text(TAG_KEY)
                .prop_map(|k| format!("arn:aws:iam::aws:x/{k}"))
                .boxed(),
            "ProviderArn",
            "ContextAssertion",
        )
        .boxed(),
    }
}

/// A call with some of an operation's parameters, what its secrets are, and the fields that its form should have.
fn calls() -> impl Strategy<Value = (Call, BTreeMap<SecretSource, String>, Vec<(String, String)>)> {
    prop::sample::select(Operation::ALL.to_vec()).prop_flat_map(|operation| {
        let each: Vec<_> = operation
            .facts()
            .parameters
            .iter()
            .map(|parameter| {
                let always =
                    parameter.presence == Presence::Required || parameter.default.is_some();
                (
                    Just(parameter),
                    if always {
                        Just(true).boxed()
                    } else {
                        any::<bool>().boxed()
                    },
                    value(parameter),
                )
            })
            .collect();
        each.prop_map(move |drawn| {
            let (mut given, mut secrets, mut fields) =
                (BTreeMap::new(), BTreeMap::new(), Vec::new());
            for (parameter, _, (value, wire)) in
                drawn.into_iter().filter(|(_, present, _)| *present)
            {
                fields.extend(wire);
                let open = match (parameter.secrecy, value) {
                    (Secrecy::Open | Secrecy::Identifying, value) => value,
                    (Secrecy::Secret, value) => {
                        let source = SecretSource::Environment(parameter.api_name.to_owned());
                        let text = match value {
                            Value::Text(text) => text,
                            Value::List(items) => items.join(","),
                            other => panic!("{other:?} is no secret"),
                        };
                        secrets.insert(source.clone(), text);
                        Value::Text(source.to_string())
                    }
                };
                given.insert(parameter.cli_name.to_owned(), open);
            }
            (
                Call::new(operation, &given).expect("drawn within the rules"),
                secrets,
                fields,
            )
        })
    })
}

proptest! {
    #[test]
    fn a_form_read_by_somebody_else_gives_the_parameters_back((call, secrets, fields) in calls()) {
        for (parameter, source) in call.secrets() {
            prop_assert_eq!(call.check_secret(parameter, &secrets[source]), Ok(()));
        }
        let form = call.form_with(|source| secrets.get(source).map(String::as_str));
        let read: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let mut expected = vec![
            ("Action".to_owned(), call.operation().api_name().to_owned()),
            ("Version".to_owned(), "2011-06-15".to_owned()),
        ];
        expected.extend(fields);
        prop_assert_eq!(read, expected);
        prop_assert!(form.len() <= form.capacity());
    }

    #[test]
    fn every_call_survives_the_round_trip_through_json((call, secrets, _) in calls()) {
        let json = serde_json::to_string(&call).expect("written");
        prop_assert_eq!(&serde_json::from_str::<Call>(&json).expect("read"), &call);
        for secret in secrets.values() {
            prop_assert!(secret.len() < 12 || !json.contains(secret.as_str()));
        }
    }

    #[test]
    fn no_value_is_too_hostile(name in "[a-z-]{0,20}", text in ".{0,60}", number in any::<i64>()) {
        for operation in Operation::ALL {
            let names = operation.facts().parameters.iter().map(|p| p.cli_name.to_owned()).chain([name.clone()]);
            for name in names {
                for value in [Value::Text(text.clone()), Value::Integer(number), Value::List(vec![text.clone(); 60])] {
                    let _ = Call::incomplete(operation, &BTreeMap::from([(name.clone(), value)])).map(|call| call.form());
                }
            }
        }
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
        Returns::CallerIdentity => "<Arn>a</Arn><UserId>u</UserId><Account>1</Account>",
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
