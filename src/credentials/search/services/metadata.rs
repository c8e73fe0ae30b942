//! The metadata service of an EC2 instance, and what imitates it.

use std::time::{Duration, SystemTime};

use aws_config::imds;
use aws_credential_types::Credentials;

use crate::credentials::error::CredentialsError;
use crate::credentials::reason::{AttemptEnd, Reason};
use crate::credentials::search::variables::variable;

use super::answer;
use super::attempts::Attempts;
use super::network::{ProfileSetting, inward};

/// Its name for people.
pub(crate) const SOURCE: &str = "the instance metadata";

/// How long it may take: off EC2 nobody answers, and somebody waits.
pub(crate) const LIMIT: Duration = Duration::from_secs(2);
/// How long one connection or answer of it may take: silence and slowness differ.
const STEP_LIMIT: Duration = Duration::from_secs(1);

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// Whether it is not to be asked.
pub(crate) fn is_switched_off() -> bool {
    std::env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|it| it.eq_ignore_ascii_case("true"))
}

/// The credentials of the instance's role. `None`: nobody answers, or with something else; `attempts` know.
pub(crate) async fn credentials(
    profile: ProfileSetting<'_>,
    now: SystemTime,
    attempts: &Attempts,
) -> Result<Option<Credentials>, CredentialsError> {
    let client = client(profile, attempts)?;
    let Ok(role) = client.get(ROLES).await else {
        return Ok(None);
    };
    let role = role.as_ref().lines().next().unwrap_or_default().trim();
    let Ok(answer) = client.get(format!("{ROLES}{role}")).await else {
        return Ok(None);
    };
    let credentials = answer::credentials(answer.as_ref().as_bytes(), now);
    Ok(credentials.map_err(|lack| attempts.lacks(lack)).ok())
}

/// The Region that the instance is in. `None`: nobody answers, or with nothing.
pub(crate) async fn region(profile: ProfileSetting<'_>, attempts: &Attempts) -> Option<String> {
    let client = client(profile, attempts).ok()?;
    let answer = client.get(REGION).await.ok()?;
    let region = answer.as_ref().trim();
    (!region.is_empty()).then(|| region.to_owned())
}

const REGION: &str = "/latest/meta-data/placement/region";

/// What was met where no credentials were, for people.
pub(crate) fn absence(reason: Option<&Reason>) -> String {
    let what = match reason.map(|reason| reason.end) {
        None => return "does not answer".to_owned(),
        Some(AttemptEnd::Status(404)) => "the instance has no role",
        Some(AttemptEnd::Status(_)) => "refuses",
        Some(AttemptEnd::Answered(_)) => "answers with something else than credentials",
        Some(_) => "does not answer",
    };
    reason.map_or_else(String::new, |reason| format!("{what}: {reason}"))
}

/// The endpoint is always named, because the SDK would read the files by itself to find one.
fn client(
    profile: ProfileSetting<'_>,
    attempts: &Attempts,
) -> Result<imds::Client, CredentialsError> {
    let setting = |name, setting| variable(name).or_else(|| profile(setting));
    let mode = setting(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "ec2_metadata_service_endpoint_mode",
    );
    let usual = match mode {
        Some(mode) if mode.eq_ignore_ascii_case("ipv6") => "http://[fd00:ec2::254]",
        _ => "http://169.254.169.254",
    };
    let endpoint = setting(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "ec2_metadata_service_endpoint",
    );
    Ok(imds::Client::builder()
        .configure(&inward(attempts))
        .endpoint(endpoint.as_deref().unwrap_or(usual))
        .map_err(|_| CredentialsError::Malformed {
            source_name: SOURCE.to_owned(),
            fault: "its endpoint is not a URL",
        })?
        .max_attempts(1)
        .connect_timeout(STEP_LIMIT)
        .read_timeout(STEP_LIMIT)
        .operation_attempt_timeout(LIMIT)
        .operation_timeout(LIMIT)
        .build())
}
