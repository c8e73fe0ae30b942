//! Any call on its way into forms and files.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::parameter::Kind;
use super::rules::{ARN, TAG_KEY, Text};
use super::*;

/// A value of a parameter's own kind within its bounds, as it is given and as the form's fields should carry it.
fn value(parameter: &'static Parameter) -> BoxedStrategy<(ParameterValue, Vec<(String, String)>)> {
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
            (ParameterValue::List(items), fields)
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
            (ParameterValue::List(items), fields.collect())
        })
    };
    match parameter.kind {
        Kind::Integer(bounds) => (bounds.least..=bounds.most.expect("bounded"))
            .prop_map(move |n| {
                (
                    ParameterValue::Integer(n),
                    vec![(api.to_owned(), n.to_string())],
                )
            })
            .boxed(),
        Kind::Text(rule) => text(rule)
            .prop_map(move |t| (ParameterValue::Text(t.clone()), vec![(api.to_owned(), t)]))
            .boxed(),
        Kind::PolicyArn => text(ARN)
            .prop_map(move |t| {
                (
                    ParameterValue::Text(t.clone()),
                    vec![(format!("{api}.arn"), t)],
                )
            })
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
                            ParameterValue::Text(text) => text,
                            ParameterValue::List(items) => items.join(","),
                            other => panic!("{other:?} is no secret"),
                        };
                        secrets.insert(source.clone(), text);
                        ParameterValue::Text(source.to_string())
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
    fn a_form_read_by_another_parser_gives_the_parameters_back((call, secrets, fields) in calls()) {
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
    fn any_value_is_checked_without_a_panic(name in "[a-z-]{0,20}", text in ".{0,60}", number in any::<i64>()) {
        for operation in Operation::ALL {
            let names = operation.facts().parameters.iter().map(|p| p.cli_name.to_owned()).chain([name.clone()]);
            for name in names {
                for value in [ParameterValue::Text(text.clone()), ParameterValue::Integer(number), ParameterValue::List(vec![text.clone(); 60])] {
                    let _ = Call::incomplete(operation, &BTreeMap::from([(name.clone(), value)])).map(|call| call.form());
                }
            }
        }
    }
}
