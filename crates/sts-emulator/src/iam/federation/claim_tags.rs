//! Session tags as identity providers pass them; what is too many or too long is the operation's to say.

use serde_json::{Map, Value};

use crate::iam::federation::identity::SessionTags;

/// Reads a web identity token's claims, in the nested form or the flat one (IAM user guide, "Passing session tags
/// using AssumeRoleWithWebIdentity"). `None` when the claim has neither form.
pub(super) fn session_tags(claims: &Map<String, Value>) -> Option<SessionTags> {
    let nested = match claims.get(CLAIM) {
        None => None,
        Some(claim) => Some(claim.as_object()?),
    };
    let part = |name: &str| nested.and_then(|nested| nested.get(name));
    let mut found = SessionTags::default();
    if let Some(tags) = part("principal_tags") {
        for (key, value) in tags.as_object()? {
            found.tags.push((key.clone(), only(value)?.to_owned()));
        }
    }
    for (name, value) in claims {
        if let Some(key) = name
            .strip_prefix(CLAIM)
            .and_then(|rest| rest.strip_prefix("/principal_tags/"))
        {
            found.tags.push((key.to_owned(), only(value)?.to_owned()));
        }
    }
    let flat = claims.get("https://aws.amazon.com/tags/transitive_tag_keys");
    for keys in [part("transitive_tag_keys"), flat].into_iter().flatten() {
        match keys {
            Value::String(key) => found.transitive_keys.push(key.clone()),
            Value::Array(keys) => {
                for key in keys {
                    found.transitive_keys.push(key.as_str()?.to_owned());
                }
            }
            _ => return None,
        }
    }
    Some(found)
}

/// A tag's value: text, or a list of one.
fn only(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Array(values) if values.len() == 1 => values[0].as_str(),
        _ => None,
    }
}

const CLAIM: &str = "https://aws.amazon.com/tags";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(claims: &str) -> Option<SessionTags> {
        session_tags(&serde_json::from_str(claims).expect(claims))
    }

    #[test]
    fn a_claim_of_another_shape_is_refused_and_none_is_no_tags() {
        assert_eq!(read("{}"), Some(SessionTags::default()));
        for claims in [
            r#"{"https://aws.amazon.com/tags": []}"#,
            r#"{"https://aws.amazon.com/tags": {"principal_tags": ["a"]}}"#,
            r#"{"https://aws.amazon.com/tags": {"principal_tags": {"a": ["x", "y"]}}}"#,
            r#"{"https://aws.amazon.com/tags": {"principal_tags": {"a": 1}}}"#,
            r#"{"https://aws.amazon.com/tags": {"transitive_tag_keys": [1]}}"#,
            r#"{"https://aws.amazon.com/tags/principal_tags/a": {}}"#,
        ] {
            assert_eq!(read(claims), None, "{claims}");
        }
    }
}
