//! Configured addresses of a service: variables, then the selected profile, in the order of the AWS CLI.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>.

use hyper::Uri;

use crate::credentials::error::{CredentialsError, shown};
use crate::credentials::search::profiles::Selected;
use crate::credentials::search::variables::variable;

use super::near::is_near;

/// A service that gives credentials.
#[derive(Debug, Clone, Copy)]
pub(super) enum CredentialService {
    Sts,
    /// The portal of IAM Identity Center.
    Sso,
    /// What renews its sessions.
    SsoOidc,
}

impl CredentialService {
    /// Its variable, and its name in a `services` section.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Sts => ("AWS_ENDPOINT_URL_STS", "sts"),
            Self::Sso => ("AWS_ENDPOINT_URL_SSO", "sso"),
            Self::SsoOidc => ("AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc"),
        }
    }
}

/// The URL at which `service` is wanted to be; `None` for AWS's own place.
///
/// # Errors
/// What is configured is no URL, or one in plaintext beyond this machine, or the profile names a `services` section that is not
/// there or cannot be read.
pub(super) async fn url(
    service: CredentialService,
    selected: Selected<'_>,
) -> Result<Option<String>, CredentialsError> {
    if are_ignored(selected) {
        return Ok(None);
    }
    let Some((url, place)) = configured(service, selected)? else {
        return Ok(None);
    };
    let malformed = |fault| CredentialsError::Setting {
        source_name: place,
        fault,
    };
    let parsed: Uri = url.parse().unwrap_or_default();
    match (parsed.scheme_str(), parsed.host()) {
        (Some("https"), Some(_)) => Ok(Some(url)),
        (Some("http"), Some(host)) if is_near(host, &[]).await => Ok(Some(url)),
        (Some("http"), Some(_)) => Err(malformed(PLAINTEXT)),
        _ => Err(malformed(
            "not a URL such as https://host or http://host:port; blanks, `#` and notes after it are not allowed",
        )),
    }
}

const PLAINTEXT: &str = "plaintext http:// is allowed to a loopback address only: signatures, tokens and the keys that come back \
    would leave this machine in the open; use https://, or AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true to ask AWS itself";

/// Whether URLs of variables and files do not count.
pub(crate) fn are_ignored(selected: Selected<'_>) -> bool {
    let setting = selected.get("ignore_configured_endpoint_urls");
    variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .or_else(|| setting.map(str::to_owned))
        .is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// What is configured, and where; beside no setting that excludes it.
fn configured(
    service: CredentialService,
    selected: Selected<'_>,
) -> Result<Option<(String, String)>, CredentialsError> {
    let named = named(service, selected)?;
    match (&named, variant(selected)) {
        (Some((_, place)), Some(setting)) => Err(CredentialsError::Setting {
            source_name: format!("{setting} and {place}"),
            fault: "they exclude each other, as for the AWS CLI: a URL that is named has no FIPS and no dual-stack form; leave one of them out",
        }),
        _ => Ok(named),
    }
}

/// The setting that asks for FIPS or dual-stack endpoints, if one does.
fn variant(selected: Selected<'_>) -> Option<String> {
    let profile = || shown(selected.name);
    let given = |name: &str, setting: &str| match variable(name) {
        Some(value) => Some((value, name.to_owned())),
        None => {
            let value = selected.get(setting)?.to_owned();
            Some((value, format!("{setting} of profile `{}`", profile())))
        }
    };
    let switches = [
        ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
    ];
    let mut switched = switches
        .into_iter()
        .filter_map(|(name, own)| given(name, own));
    let on = switched.find(|(value, _)| value.eq_ignore_ascii_case("true"));
    // Older names of Regions ask for FIPS endpoints too.
    let region = || {
        let first = variable("AWS_REGION").map(|region| (region, "AWS_REGION".to_owned()));
        let (region, place) = first.or_else(|| given("AWS_DEFAULT_REGION", "region"))?;
        let is_fips = region.starts_with("fips-") || region.ends_with("-fips");
        is_fips.then_some((region, place))
    };
    on.or_else(region).map(|(_, place)| place)
}

/// The URL that is named, and where.
fn named(
    service: CredentialService,
    selected: Selected<'_>,
) -> Result<Option<(String, String)>, CredentialsError> {
    let (own, name) = service.names();
    // A section that is missing or cannot be read is said also where a variable comes before it.
    let section = selected.services()?;
    for name in [own, "AWS_ENDPOINT_URL"] {
        if let Some(url) = variable(name) {
            return Ok(Some((url, name.to_owned())));
        }
    }
    let profile = shown(selected.name);
    let nested = section.and_then(|section| {
        let mut nested = section.nested(name);
        nested.find(|(name, url)| *name == "endpoint_url" && !url.is_empty())
    });
    if let Some((_, url)) = nested {
        let place =
            format!("endpoint_url of {name} in the services section of profile `{profile}`");
        return Ok(Some((url.to_owned(), place)));
    }
    let setting = "endpoint_url";
    let url = selected.get(setting).map(str::to_owned);
    Ok(url.map(|url| (url, selected.place(setting))))
}
