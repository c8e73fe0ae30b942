//! Readers of texts that nobody has to be asked about: parameters, policies, fleet files, and what an answer repeats.

use sts_model::FaultCode;

use crate::config::emulator_config::EmulatorConfig;
use crate::iam::policy::{Context, Policy, PolicyKind, Question, Subject, is_ever_set};
use crate::service::answer::{Element, FaultReply, Representation};
use crate::service::parameters::Parameters;

/// A form, or a query string, in which parameters are looked up.
pub fn form(bytes: &[u8]) {
    let parameters = Parameters::parse(bytes);
    for name in [
        "Action",
        "Version",
        "DurationSeconds",
        "Tags.member.1.Key",
        "",
    ] {
        // Decoding never makes text longer, but each byte that is not UTF-8 becomes a character of three.
        assert!(
            parameters
                .first(name)
                .is_none_or(|value| value.len() <= 3 * bytes.len()),
            "grown"
        );
        if let Ok(Some(number)) = parameters.integer(name) {
            let text = parameters.first(name).expect("a number stands there");
            assert_eq!(text.trim_start_matches('+').parse(), Ok(number), "{text:?}");
        }
    }
}

/// The query of a URL and a form, with an empty line between them, whose parameters are taken together.
pub fn url_and_form(bytes: &[u8]) {
    let (query, form) = split(bytes, b"\n\n");
    let (of_url, of_form) = (Parameters::parse(query), Parameters::parse(form));
    let together = Parameters::parse(query).followed_by(Parameters::parse(form));
    for name in ["Action", "Version", "RoleArn", "Tags.member.1.Key", ""] {
        let expected = of_url.first(name).or(of_form.first(name));
        assert_eq!(together.first(name), expected, "{name}");
    }
    let members = together.members("Tags").len();
    assert!(
        members <= of_url.members("Tags").len() + of_form.members("Tags").len(),
        "more members than were sent"
    );
}

/// A text as it stands in an answer in JSON: whatever it holds, a reader gets it back.
pub fn json_answer(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let elements = [
        Element::text("Text", &text),
        Element::group("Group", vec![Element::integer("Number", bytes.len())]),
    ];
    let body = Representation::Json.answer("GetX", &elements, REQUEST_ID);
    let read: serde_json::Value = serde_json::from_str(&body).expect("a document of JSON");
    let result = &read["GetXResponse"]["GetXResult"];
    assert_eq!(result["Text"], text.as_ref());
    assert_eq!(result["Group"]["Number"], bytes.len());
    assert!(!body.contains('\n'), "more than a line");
    let fault = FaultReply::new(400, FaultCode::ValidationError, text.as_ref());
    let body = Representation::Json.fault(&fault, REQUEST_ID);
    let read: serde_json::Value = serde_json::from_str(&body).expect("a document of JSON");
    assert_eq!(read["Error"]["Message"], text.as_ref());
}

/// The text of a policy, with its operators and condition keys, asked about a request.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut context = Context::default();
    context.set("aws:SourceIp", "192.0.2.7");
    context.set("aws:CurrentTime", "2026-11-24T12:00:00Z");
    context.set("aws:SecureTransport", "true");
    context.set("sts:DurationSeconds", "900");
    context.set_all("aws:TagKeys", ["a".to_owned(), "b".to_owned()]);
    let question = Question {
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::123456789012:role/simulated",
        context: &context,
    };
    let arns = ["arn:aws:iam::123456789012:user/simulated".to_owned()];
    let caller = Subject::Caller {
        account: "123456789012",
        arns: &arns,
    };
    for (kind, subject) in [
        (PolicyKind::Identity, None),
        (PolicyKind::Trust, Some(caller)),
    ] {
        if let Ok(policy) = Policy::read(text, kind) {
            let said = policy.evaluate(question, subject);
            assert_eq!(
                said,
                policy.evaluate(question, subject),
                "not the same twice"
            );
            for key in policy.keys() {
                let shouted = key.to_ascii_uppercase();
                assert_eq!(is_ever_set(key), is_ever_set(&shouted), "{key}");
            }
        }
    }
}

/// The text of a fleet file, up to where an emulator would be started.
pub fn fleet_file(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(spec) = EmulatorConfig::from_toml(text) else {
        return;
    };
    match spec.placements() {
        Err(complaint) => assert!(
            !complaint.to_string().contains('\n'),
            "more than a line: {complaint}"
        ),
        Ok(placements) => {
            assert!(!placements.is_empty(), "an emulator of nothing");
            let stored = serde_json::to_string(&spec)
                .expect("a configuration that can be started can be stored");
            let read: EmulatorConfig =
                serde_json::from_str(&stored).expect("what was stored can be read");
            assert_eq!(read, spec);
        }
    }
}

/// What stands before `mark` and what after it, if it is there.
pub(super) fn split<'a>(bytes: &'a [u8], mark: &[u8]) -> (&'a [u8], &'a [u8]) {
    match bytes.windows(mark.len()).position(|window| window == mark) {
        Some(at) => (&bytes[..at], &bytes[at + mark.len()..]),
        None => (bytes, b""),
    }
}

const REQUEST_ID: &str = "01234567-89ab-4def-8123-456789abcdef";
