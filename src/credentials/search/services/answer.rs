//! The JSON in which containers and instances answer with credentials.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use serde_json::{Map, Value};

use crate::credentials::search::times::{NoMoment, moment};

/// The credentials in an answer, or what it lacks. Names count in any case, as for the AWS SDKs.
pub(super) fn credentials(answer: &[u8], now: SystemTime) -> Result<Credentials, &'static str> {
    let fields: Map<String, Value> =
        serde_json::from_slice(answer).map_err(|_| "is no JSON object")?;
    let text = |names: &[&str]| {
        fields.iter().find_map(|(name, value)| {
            let is_meant = names.iter().any(|it| name.eq_ignore_ascii_case(it));
            value
                .as_str()
                .filter(|text| is_meant && !text.is_empty())
                .map(str::to_owned)
        })
    };
    if text(&["Code"]).is_some_and(|code| code != "Success") {
        return Err("is a refusal");
    }
    let ends = ["Expiration", "ExpiresAt"];
    let is_end = |name: &String| ends.iter().any(|it| name.eq_ignore_ascii_case(it));
    let expiration = text(&ends).ok_or_else(|| {
        let mut given = fields.iter().filter(|(name, _)| is_end(name));
        if given.any(|(_, value)| !value.is_null() && !value.is_string()) {
            "has an Expiration that is not a string"
        } else {
            "has no Expiration"
        }
    })?;
    let end = moment(&expiration, now).map_err(|why| match why {
        NoMoment::NotReadable => {
            "has an Expiration that is not readable as a time with its offset from UTC"
        }
        NoMoment::NamedZone => {
            "has an Expiration with the name of a time zone; read are UTC, GMT, Z, and offsets such as +01:00"
        }
    })?;
    Ok(Credentials::new(
        text(&["AccessKeyId"]).ok_or("has no AccessKeyId")?,
        text(&["SecretAccessKey"]).ok_or("has no SecretAccessKey")?,
        Some(text(&["Token", "SessionToken"]).ok_or("has no Token")?),
        Some(end),
        "service",
    ))
}
