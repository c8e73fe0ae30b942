//! STS's JSON: the members of the XML in one line, in the order of the alphabet, with times and numbers as numbers. What an answer
//! lacks is `null`: two transcripts have `"PackedPolicySize": null` (Adobe's aws-sdk-lua of 2016, Kong's aws-lambda plug-in of
//! 2020); that later members are written likewise follows from these.
//!
//! Seen in what clients of `Accept: application/json` read: the authenticators of EKS and Teleport, and LocalStack's
//! comparison with AWS. Times are seconds since 1970 as Java writes such a number, `1.8E9`.

use serde_json::Value;
use time::OffsetDateTime;

use super::element::{Content, Element};
use super::fault_reply::FaultReply;

/// The body of an operation's answer.
pub(super) fn answer(api_name: &str, result: &[Element], request_id: &str) -> String {
    let metadata = vec![Element::text("RequestId", request_id)];
    let response = Element::group(
        format!("{api_name}Response"),
        vec![
            Element::group(format!("{api_name}Result"), completed(api_name, result)),
            Element::group("ResponseMetadata", metadata),
        ],
    );
    object(&[response])
}

/// `result` with the members that it lacks as empty ones: STS writes them as `null`.
fn completed(api_name: &str, result: &[Element]) -> Vec<Element> {
    let answered = result.iter().filter(|element| element.is_answered());
    let mut all: Vec<Element> = answered.cloned().collect();
    let maybe = MAYBE_ABSENT.iter().find(|(name, _)| *name == api_name);
    for member in maybe.map_or(&[][..], |(_, members)| members) {
        if all.iter().all(|element| element.name != *member) {
            all.push(Element::absent(member));
        }
    }
    all
}

/// The body of a fault.
pub(super) fn fault(fault: &FaultReply, request_id: &str) -> String {
    let mut error = vec![
        Element::text("Code", fault.code.as_str()),
        Element::text("Type", fault.kind()),
    ];
    error.extend(
        fault
            .message
            .as_deref()
            .map(|message| Element::text("Message", message)),
    );
    object(&[
        Element::group("Error", error),
        Element::text("RequestId", request_id),
    ])
}

fn object(elements: &[Element]) -> String {
    let mut sorted: Vec<&Element> = elements.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let members: Vec<String> = sorted
        .into_iter()
        .map(|element| format!("{}:{}", quoted(&element.name), value(&element.content)))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn value(content: &Content) -> String {
    match content {
        Content::Text(text) => quoted(text),
        Content::Integer(number) => number.to_string(),
        Content::Time(time) => seconds(*time),
        Content::Elements(elements) => object(elements),
        Content::Absent | Content::Note(_) => "null".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Seconds since 1970 in scientific notation: one digit, a point, at least one more digit.
fn seconds(time: OffsetDateTime) -> String {
    let digits = time.unix_timestamp().to_string();
    let (first, rest) = digits.split_at(1);
    let exponent = rest.len();
    let fraction = match rest.trim_end_matches('0') {
        "" => "0",
        fraction => fraction,
    };
    format!("{first}.{fraction}E{exponent}")
}

/// The members of results that are not in every answer (service model, botocore 1.44.8).
const MAYBE_ABSENT: [(&str, &[&str]); 8] = [
    (
        "AssumeRole",
        &[
            "PackedPolicySize",
            "SessionTokenSize",
            "SessionTokenUtilization",
            "SourceIdentity",
        ],
    ),
    (
        "AssumeRoleWithSAML",
        &[
            "PackedPolicySize",
            "SessionTokenSize",
            "SessionTokenUtilization",
            "SourceIdentity",
            "TrustedIdentityPropagationContext",
        ],
    ),
    (
        "AssumeRoleWithWebIdentity",
        &[
            "PackedPolicySize",
            "SessionTokenSize",
            "SessionTokenUtilization",
            "SourceIdentity",
            "TrustedIdentityPropagationContext",
        ],
    ),
    (
        "AssumeRoot",
        &[
            "SessionTokenSize",
            "SessionTokenUtilization",
            "SourceIdentity",
        ],
    ),
    ("GetDelegatedAccessToken", &["PackedPolicySize"]),
    (
        "GetFederationToken",
        &[
            "PackedPolicySize",
            "SessionTokenSize",
            "SessionTokenUtilization",
        ],
    ),
    (
        "GetScopedCredentials",
        &[
            "SessionTokenSize",
            "SessionTokenUtilization",
            "SourceIdentity",
        ],
    ),
    (
        "GetSessionToken",
        &["SessionTokenSize", "SessionTokenUtilization"],
    ),
];

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sts_model::FaultCode;

    use super::*;
    use crate::service::answer::Noted;

    #[test]
    fn an_answer_is_one_line_in_the_order_of_the_alphabet() {
        let at = OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("an instant of 2027");
        let elements = [
            Element::text("B", "\"\\\u{1}é"),
            Element::group("A", vec![Element::integer("N", 7), Element::time("E", at)]),
        ];
        let body = answer("GetX", &elements, "id");
        assert_eq!(
            body,
            r#"{"GetXResponse":{"GetXResult":{"A":{"E":1.8E9,"N":7},"B":"\"\\\u0001é"},"ResponseMetadata":{"RequestId":"id"}}}"#
        );
        let read: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(
            read["GetXResponse"]["GetXResult"]["A"],
            json!({ "E": 1_800_000_000.0, "N": 7 })
        );
    }

    #[test]
    fn members_that_a_result_lacks_are_null_and_notes_are_in_no_answer() {
        let note = Element::note(Noted::Request, serde_json::Map::new());
        let body = answer(
            "AssumeRoot",
            &[Element::text("SourceIdentity", "Ann"), note],
            "id",
        );
        assert_eq!(
            body,
            r#"{"AssumeRootResponse":{"AssumeRootResult":{"SessionTokenSize":null,"SessionTokenUtilization":null,"SourceIdentity":"Ann"},"ResponseMetadata":{"RequestId":"id"}}}"#
        );
    }

    #[test]
    fn times_are_written_as_java_writes_them_and_mean_the_same_second() {
        for (at, text) in [
            (1_800_000_000, "1.8E9"),
            (1_532_460_398, "1.532460398E9"),
            (2_000_000_000, "2.0E9"),
            (1_700_000_100, "1.7000001E9"),
        ] {
            let time = OffsetDateTime::from_unix_timestamp(at).expect("an instant");
            assert_eq!(seconds(time), text);
            let read: f64 = serde_json::from_str(text).expect("a number of JSON");
            assert_eq!(read as i64, at);
        }
    }

    #[test]
    fn a_fault_has_its_type_and_may_lack_a_message() {
        let denied = FaultReply::new(403, FaultCode::AccessDenied, "no");
        assert_eq!(
            fault(&denied, "id"),
            r#"{"Error":{"Code":"AccessDenied","Message":"no","Type":"Sender"},"RequestId":"id"}"#
        );
        let silent = FaultReply {
            status: 500,
            code: FaultCode::InternalFailure,
            message: None,
        };
        assert_eq!(
            fault(&silent, "id"),
            r#"{"Error":{"Code":"InternalFailure","Type":"Receiver"},"RequestId":"id"}"#
        );
    }
}
