//! The part of a route that the AWS SDK walks: roles that are assumed one after the other, SSO, web identities. It gets
//! the profiles as a text in its own dialect, under names of ours, with nothing in it that it should not use.

use std::fmt::Write as _;

use aws_config::profile::{ProfileFileCredentialsProvider, profile_file};
use aws_credential_types::Credentials;

use crate::credentials::error::CredentialsError;

use crate::credentials::search::profile::{Base, ProfileRoute};
use crate::credentials::search::profiles::{Profile, Profiles};

use super::attempts::Attempts;
use super::network::{Outward, ProfileSetting};

#[expect(
    deprecated,
    reason = "aws-config names its parser's own types only by these aliases"
)]
type SdkFiles = profile_file::ProfileFiles;
#[expect(
    deprecated,
    reason = "aws-config names its parser's own types only by these aliases"
)]
type SdkKind = profile_file::ProfileFileKind;

/// Stands in the text for credentials that are known already.
const KNOWN: &str = "known";

/// What walks `route`, for the profile that was `selected`; from `known` credentials, unless the base is one that the SDK
/// asks for them.
pub(crate) fn provider(
    profiles: &Profiles,
    route: &ProfileRoute,
    known: Option<Credentials>,
    setting: ProfileSetting<'_>,
    attempts: &Attempts,
) -> Result<ProfileFileCredentialsProvider, CredentialsError> {
    let text = text(profiles, route, known.is_none())?;
    let files = SdkFiles::builder().with_contents(SdkKind::Config, text);
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&Outward::new(setting, attempts)?.provider_config())
        .profile_files(files.build())
        .profile_name("p0");
    Ok(match known {
        Some(known) => provider.with_custom_provider(KNOWN, known).build(),
        None => provider.build(),
    })
}

/// The profiles of the route as `p0`, `p1`, …; the first is the selected one.
/// The last of them `asks` a service for the first credentials, unless these are known.
fn text(profiles: &Profiles, route: &ProfileRoute, asks: bool) -> Result<String, CredentialsError> {
    let mut text = String::new();
    for (at, role) in route.roles.iter().enumerate() {
        let profile = profiles.profile(role)?;
        section(&mut text, &format!("profile p{at}"), profile, ROLE);
        if at == 0 {
            endpoints(&mut text, profiles, profile);
        }
        let last = at + 1 == route.roles.len();
        let source = if last && !asks {
            format!("credential_source = {KNOWN}\n")
        } else {
            format!("source_profile = p{}\n", at + 1)
        };
        text.push_str(&source);
    }
    if asks {
        let profile = profiles.profile(&route.profile)?;
        let settings = if route.base == Base::Sso { SSO } else { WEB };
        let name = format!("profile p{}", route.roles.len());
        section(&mut text, &name, profile, settings);
        if route.roles.is_empty() {
            endpoints(&mut text, profiles, profile);
        }
        let session = profile.and_then(|profile| profile.get("sso_session"));
        if let (Base::Sso, Some(name)) = (&route.base, session)
            && let Some(part) = profiles.session(name)?
        {
            let _ = writeln!(text, "[sso-session {name}]");
            for (name, value) in part.plain().filter(|(name, _)| name.starts_with("sso_")) {
                line(&mut text, name, value);
            }
        }
    }
    Ok(text)
}

const ROLE: &[&str] = &["role_arn", "role_session_name", "external_id"];
const WEB: &[&str] = &["role_arn", "role_session_name", "web_identity_token_file"];
const SSO: &[&str] = &[
    "sso_session",
    "sso_account_id",
    "sso_role_name",
    "sso_start_url",
    "sso_region",
];

fn section(text: &mut String, name: &str, profile: Option<&Profile>, settings: &[&str]) {
    let _ = writeln!(text, "[{name}]");
    let Some(profile) = profile else { return };
    // A profile of a session takes these from the session; the SDK refuses them twice.
    let twice = |name: &str| {
        profile.get("sso_session").is_some() && matches!(name, "sso_start_url" | "sso_region")
    };
    for name in settings.iter().filter(|name| !twice(name)) {
        if let Some(value) = profile.get(name) {
            line(text, name, value);
        }
    }
}

/// Where the selected profile wants AWS's services to be.
fn endpoints(text: &mut String, profiles: &Profiles, profile: Option<&Profile>) {
    let Some(profile) = profile else { return };
    for name in ["endpoint_url", "ignore_configured_endpoint_urls"] {
        if let Some(value) = profile.get(name) {
            line(text, name, value);
        }
    }
    let services = profile
        .get("services")
        .and_then(|name| profiles.services(name));
    let Some(services) = services else { return };
    line(text, "services", "s");
    let mut own = String::from("[services s]\n");
    for service in ["sts", "sso", "sso_oidc"] {
        let _ = writeln!(own, "{service} =");
        for (name, value) in services
            .nested(service)
            .filter(|(name, _)| *name == "endpoint_url")
        {
            let _ = writeln!(own, "  {name} = {value}");
        }
    }
    // Before the profiles, since it would end the section that is being written.
    text.insert_str(0, &own);
}

/// A value of several lines cannot be meant for anything that is asked here.
fn line(text: &mut String, name: &str, value: &str) {
    if !value.contains('\n') {
        let _ = writeln!(text, "{name} = {value}");
    }
}
