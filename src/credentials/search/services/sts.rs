//! STS as the search for credentials asks it: which one, and what its refusals mean.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::types;
use aws_sdk_sts::{Client, config};
use std::time::SystemTime;
use sts_model::{FaultCode, LEGACY_REGIONS};

use crate::credentials::error::CredentialsError;
use crate::credentials::search::profiles::Selected;

use super::attempts::Attempts;
use super::endpoints::{self, CredentialService};
use super::network::{Outward, Throttled};

/// The session name in the account's audit log when none was given.
pub(super) const SESSION_NAME: &str = "stsbench";

/// The STS that the AWS CLI would ask with that profile, called with `credentials` or by nobody.
pub(super) async fn client(
    selected: Selected<'_>,
    credentials: Option<Credentials>,
    attempts: &Attempts,
) -> Result<Client, CredentialsError> {
    let outward = Outward::new(selected, attempts)?;
    let url = endpoints::url(CredentialService::Sts, selected).await?;
    let mut region = outward.region().to_owned();
    let is_listed = LEGACY_REGIONS.contains(&region.as_str());
    if is_legacy(selected)? && is_listed && url.is_none() && !outward.is_variant() {
        region = "aws-global".to_owned();
    }
    let mut config = outward.client_config(region, url).to_builder();
    config.set_credentials_provider(credentials.map(SharedCredentialsProvider::new));
    let config = config::Builder::from(&config.build()).retry_classifier(Throttled);
    Ok(Client::from_conf(config.build()))
}

/// Whether the global endpoint is wanted in place of those of the older Regions.
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html>.
fn is_legacy(selected: Selected<'_>) -> Result<bool, CredentialsError> {
    const VARIABLE: &str = "AWS_STS_REGIONAL_ENDPOINTS";
    const SETTING: &str = "sts_regional_endpoints";
    let Some((mode, source_name)) = selected.variable_or(VARIABLE, SETTING) else {
        return Ok(false);
    };
    match mode.as_str() {
        "regional" => Ok(false),
        "legacy" => Ok(true),
        _ => Err(CredentialsError::Setting {
            source_name,
            fault: "neither `regional` nor `legacy`, in lower case",
        }),
    }
}

/// The credentials in an answer.
pub(super) fn given(
    answered: Option<types::Credentials>,
    source_name: &str,
    attempts: &Attempts,
) -> Result<Credentials, CredentialsError> {
    let end = answered
        .as_ref()
        .map(|it| SystemTime::try_from(it.expiration));
    let (Some(role), Some(Ok(end))) = (answered, end) else {
        return Err(unavailable(source_name, attempts));
    };
    Ok(Credentials::new(
        role.access_key_id,
        role.secret_access_key,
        Some(role.session_token),
        Some(end),
        "sts",
    ))
}

/// Why STS gave no credentials: its code, or what became of the request.
pub(super) fn failed<E: ProvideErrorMetadata, R>(
    error: &SdkError<E, R>,
    source_name: &str,
    attempts: &Attempts,
) -> CredentialsError {
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code)
        .filter(|code| !code.is_empty());
    let Some(code) = code.map(FaultCode::from) else {
        return unavailable(source_name, attempts);
    };
    // The code comes from the network and is shown: it has the form of one, and repeats nothing of what was sent.
    let code = match code {
        FaultCode::Unlike => None,
        FaultCode::Other(text) if attempts.is_repeated_by(&text) => None,
        code => Some(code),
    };
    CredentialsError::RoleRefused {
        source_name: source_name.to_owned(),
        code,
        status: attempts.status(),
    }
}

fn unavailable(source_name: &str, attempts: &Attempts) -> CredentialsError {
    CredentialsError::Unavailable {
        source_name: source_name.to_owned(),
        reason: attempts.reason(),
    }
}
