//! The table of operations against AWS's own service model, and calls against botocore.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy as _, ValueTree as _};
use serde_json::Value as Json;

use super::parameter::Kind;
use super::rules::{
    ARN, Alphabet, CONTEXT_ASSERTION, PROVIDED_CONTEXT_COUNT, TAG_COUNT, TAG_KEY, TAG_VALUE, Text,
};
use super::*;

fn model() -> Json {
    serde_json::from_str(include_str!("../../tests/data/sts-model.json"))
        .expect("the model is JSON")
}

#[test]
fn the_operations_are_those_of_the_service_model() {
    let model = model();
    let theirs: Vec<_> = model["operations"]
        .as_object()
        .expect("a table")
        .keys()
        .cloned()
        .collect();
    let mut ours: Vec<_> = Operation::ALL.iter().map(|o| o.api_name()).collect();
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
    let missing: Vec<&String> = model["errors"]
        .as_object()
        .expect("a table")
        .keys()
        .filter(|code| !FaultCode::KNOWN.contains(&code.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
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
            compare_bounds(subject, theirs, TAG_COUNT);
            compare_text(subject, &theirs["each"]["members"]["Key"], TAG_KEY);
            compare_text(subject, &theirs["each"]["members"]["Value"], TAG_VALUE);
        }
        ("list", Kind::ProvidedContexts) => {
            compare_bounds(subject, theirs, PROVIDED_CONTEXT_COUNT);
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
    assert_eq!(alphabets.len(), 11, "{alphabets:?}");
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
                ParameterValue::Text(if secret(name) {
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
            SecretSource::File(_) | SecretSource::Emulator(_) => None,
        });
        let read: BTreeMap<String, String> = form_urlencoded::parse(form.as_bytes())
            .into_owned()
            .collect();
        let theirs: BTreeMap<String, String> =
            serde_json::from_value(example["form"].clone()).expect("texts");
        assert_eq!(read, theirs, "{operation}");
    }
}
