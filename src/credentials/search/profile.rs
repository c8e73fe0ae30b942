//! What a profile says about how to come by credentials, in the order in which the AWS CLI looks: a role, a web identity,
//! SSO, keys in the credentials file, a `credential_process`, keys in the configuration. Fetches nothing itself.

use aws_credential_types::Credentials;

use crate::credentials::check::KeyPart;
use crate::credentials::error::{CallerWords, CredentialsError, shown};

use super::profiles::{FileSection, Profile, Profiles};
use super::variables::variable;

/// The way from the selected profile to its first credentials.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProfileRoute {
    /// Where the first credentials come from.
    pub(super) base: Base,
    /// The profile in which the base stands.
    pub(super) profile: String,
    /// The profiles whose roles are assumed, the selected one first; empty without a role.
    pub(super) roles: Vec<String>,
}

/// Where the first credentials of a route come from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// The keys stand in the profile.
    Keys(KeyFile),
    /// A program prints them.
    Process {
        /// The command line.
        command: String,
    },
    /// IAM Identity Center.
    Sso,
    /// A token file and a role.
    WebIdentity {
        /// The path of the token file.
        token_file: String,
    },
    /// `credential_source`
    Named(NamedSource),
}

/// Which of the two files holds the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyFile {
    InCredentials,
    InConfig,
}

impl KeyFile {
    fn section(self, profile: &Profile) -> &FileSection {
        match self {
            Self::InCredentials => profile.credentials(),
            Self::InConfig => profile.config(),
        }
    }

    /// The keys that stand there.
    pub(super) fn keys(self, profile: &Profile) -> Option<Credentials> {
        let section = self.section(profile);
        let token = TOKENS.into_iter().find_map(|name| section.get(name));
        Some(Credentials::new(
            section.get(KEY_ID)?,
            section.get(SECRET)?,
            token.map(str::to_owned),
            None,
            "profile",
        ))
    }

    /// Where a part of them stands.
    pub(super) fn place(self, profile: &Profile, part: KeyPart) -> Option<String> {
        let section = self.section(profile);
        let is_there = |name: &&str| section.get(name).is_some();
        let name = match part {
            KeyPart::Id => KEY_ID,
            KeyPart::Secret => SECRET,
            // A temporary key without its token is told by the key.
            KeyPart::Token => TOKENS.into_iter().find(is_there).unwrap_or(KEY_ID),
        };
        section.place(name)
    }
}

/// A place that a profile names as its `credential_source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedSource {
    Environment,
    Container,
    InstanceMetadata,
}

/// Whether a profile names a role that is assumed with the credentials of another place.
pub(super) fn assumes_role(profile: &Profile) -> bool {
    has(profile, "role_arn") && !has(profile, TOKEN_FILE)
}

/// What a profile offers, in the order of the search: its role, and what stands in it besides.
pub(super) fn offers(profile: &Profile) -> (Option<&'static str>, Vec<&'static str>) {
    let has_both = |part: &FileSection| part.get(KEY_ID).is_some() && part.get(SECRET).is_some();
    let is_sso = has(profile, "sso_account_id") || has(profile, "sso_role_name");
    let own = [
        (has(profile, TOKEN_FILE), "the web identity"),
        (is_sso, "the SSO session"),
        (
            has_both(profile.credentials()),
            "the keys in the credentials file",
        ),
        (has(profile, "credential_process"), "the credential_process"),
        (has_both(profile.config()), "the keys in the configuration"),
    ];
    let own = own
        .into_iter()
        .filter_map(|(is_there, what)| is_there.then_some(what));
    (assumes_role(profile).then_some("the role"), own.collect())
}

/// Whether a profile assumes its role with what it offers itself.
pub(super) fn takes_its_own(name: &str, profile: &Profile) -> bool {
    assumes_role(profile) && profile.get("source_profile") == Some(name)
}

/// Whether the variables of a web identity count beside what a profile says of its own: not with `--profile`, and not for a
/// profile that another refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoleVariables {
    Counted,
    NotCounted,
}

impl RoleVariables {
    /// The value of a variable, where it counts.
    pub(super) fn value(self, name: &str) -> Option<String> {
        match self {
            Self::Counted => variable(name),
            Self::NotCounted => None,
        }
    }

    /// For a profile to which `roles` lead.
    pub(super) fn after(self, roles: &[String]) -> Self {
        if roles.is_empty() {
            self
        } else {
            Self::NotCounted
        }
    }
}

/// Follows the profiles from `selected`. `None` when it says nothing about credentials.
pub(super) fn route(
    profiles: &Profiles,
    selected: &str,
    variables: RoleVariables,
    options: CallerWords,
) -> Result<Option<ProfileRoute>, CredentialsError> {
    walk(profiles, selected, variables).map_err(|error| match error {
        // What is advised is advised for the profile that was asked for, to who asked for it.
        CredentialsError::ProfileElsewhere { profile, fault, .. } => {
            let selected = selected.to_owned();
            CredentialsError::ProfileElsewhere {
                profile,
                selected,
                fault,
                options,
            }
        }
        other => other,
    })
}

fn walk(
    profiles: &Profiles,
    selected: &str,
    variables: RoleVariables,
) -> Result<Option<ProfileRoute>, CredentialsError> {
    let mut roles: Vec<String> = Vec::new();
    let mut name = selected;
    loop {
        let profile = profiles
            .profile(name)?
            .ok_or_else(|| profiles.missing(name, roles.last()))?;
        if roles.iter().any(|role| role == name) {
            roles.push(name.to_owned());
            return Err(CredentialsError::ProfileCycle { profiles: roles });
        }
        let ends = |base, roles| ProfileRoute {
            base,
            profile: name.to_owned(),
            roles,
        };
        // A profile that another one refers to gives its keys first, even when it has a role of its own.
        let gives_keys = !roles.is_empty() && (has(profile, KEY_ID) || has(profile, SECRET));
        if gives_keys || !assumes_role(profile) {
            return match base(profiles, name, profile, variables.after(&roles))? {
                Some(base) => Ok(Some(ends(base, roles))),
                None if roles.is_empty() => Ok(None),
                None => Err(CredentialsError::ProfileEmpty {
                    profile: name.to_owned(),
                }),
            };
        }
        if has(profile, "mfa_serial") {
            return Err(elsewhere(name, MFA));
        }
        duration(name, profile)?;
        roles.push(name.to_owned());
        match source(name, profile)? {
            Source::Profile(next) if next == name => {
                let not_counted = RoleVariables::NotCounted;
                let base = base(profiles, name, profile, not_counted)?;
                let base = base.ok_or_else(|| {
                    invalid(name, "its source_profile is itself, and it has no keys")
                })?;
                return Ok(Some(ProfileRoute {
                    base,
                    profile: name.to_owned(),
                    roles,
                }));
            }
            Source::Profile(next) => name = next,
            Source::Named(place) => {
                return Ok(Some(ProfileRoute {
                    base: Base::Named(place),
                    profile: name.to_owned(),
                    roles,
                }));
            }
        }
    }
}

/// What gives the credentials with which a profile's role is assumed.
enum Source<'a> {
    Profile(&'a str),
    Named(NamedSource),
}

fn source<'a>(name: &str, profile: &'a Profile) -> Result<Source<'a>, CredentialsError> {
    match (
        profile.get("source_profile"),
        profile.get("credential_source"),
    ) {
        (Some(_), Some(_)) => Err(invalid(
            name,
            "both source_profile and credential_source are given",
        )),
        (None, None) => Err(invalid(
            name,
            "role_arn needs a source_profile or a credential_source",
        )),
        (Some(source), None) => Ok(Source::Profile(source)),
        (None, Some(place)) => match place {
            "Environment" => Ok(Source::Named(NamedSource::Environment)),
            "EcsContainer" => Ok(Source::Named(NamedSource::Container)),
            "Ec2InstanceMetadata" => Ok(Source::Named(NamedSource::InstanceMetadata)),
            _ => Err(invalid(
                name,
                "its credential_source is none of Environment, EcsContainer, Ec2InstanceMetadata",
            )),
        },
    }
}

/// What a profile offers by itself.
fn base(
    profiles: &Profiles,
    name: &str,
    profile: &Profile,
    variables: RoleVariables,
) -> Result<Option<Base>, CredentialsError> {
    if let Some(token_file) = profile.get(TOKEN_FILE) {
        return if has(profile, "role_arn") || variables.value("AWS_ROLE_ARN").is_some() {
            Ok(Some(Base::WebIdentity {
                token_file: token_file.to_owned(),
            }))
        } else {
            Err(invalid(name, "web_identity_token_file needs a role_arn"))
        };
    }
    if has(profile, "sso_account_id") || has(profile, "sso_role_name") {
        return sso(profiles, name, profile).map(|()| Some(Base::Sso));
    }
    if has_keys(name, profile.credentials())? {
        return Ok(Some(Base::Keys(KeyFile::InCredentials)));
    }
    if has(profile, "login_session") {
        return Err(elsewhere(name, "login_session is not supported"));
    }
    if let Some(command) = profile.get("credential_process") {
        return Ok(Some(Base::Process {
            command: command.to_owned(),
        }));
    }
    if has_keys(name, profile.config())? {
        return Ok(Some(Base::Keys(KeyFile::InConfig)));
    }
    // The AWS CLI would look elsewhere, but whoever wrote this meant to sign in.
    if has(profile, "sso_start_url") {
        sso(profiles, name, profile)?;
    }
    // A token alone gives way to all else, as for the AWS CLI.
    let parts = [profile.credentials(), profile.config()];
    let token = |part: &&&FileSection| TOKENS.into_iter().any(|name| part.get(name).is_some());
    if let Some(part) = parts.iter().find(token) {
        return Err(half(name, part, TOKENS, KEY_ID));
    }
    Ok(None)
}

/// Whether a file holds a profile's keys; half of a pair is an error, because somebody meant to be called by it.
fn has_keys(name: &str, part: &FileSection) -> Result<bool, CredentialsError> {
    let has = |setting| part.get(setting).is_some();
    match (has(KEY_ID), has(SECRET)) {
        (true, true) => Ok(true),
        (true, false) => Err(half(name, part, [KEY_ID; 2], SECRET)),
        (false, true) => Err(half(name, part, [SECRET; 2], KEY_ID)),
        (false, false) => Ok(false),
    }
}

/// What is said of one of the settings `there` without `missing`.
fn half(
    name: &str,
    part: &FileSection,
    there: [&'static str; 2],
    missing: &'static str,
) -> CredentialsError {
    let there = there
        .into_iter()
        .find(|setting| part.get(setting).is_some());
    let value = there.and_then(|setting| part.get(setting));
    let place = there.and_then(|setting| part.place(setting));
    let continued = value.is_some_and(|value| value.contains('\n'));
    CredentialsError::Incomplete {
        source_name: format!("profile `{}`, {}", shown(name), place.unwrap_or_default()),
        missing,
        note: if continued {
            "; the deeper lines below are read as part of that value: begin each setting in the same column"
        } else {
            ""
        },
    }
}

fn sso(profiles: &Profiles, name: &str, profile: &Profile) -> Result<(), CredentialsError> {
    if !has(profile, "sso_account_id") || !has(profile, "sso_role_name") {
        return Err(invalid(
            name,
            "SSO needs both sso_account_id and sso_role_name",
        ));
    }
    const URL: &str = "sso_start_url";
    const REGION: &str = "sso_region";
    let region = |given: Option<&str>| match given {
        Some(region) if !is_region_name(region) => Err(invalid(
            name,
            "its sso_region is not the name of a Region: letters, digits and hyphens",
        )),
        _ => Ok(()),
    };
    let Some(session) = profile.get("sso_session") else {
        return if has(profile, URL) && has(profile, REGION) {
            region(profile.get(REGION))
        } else {
            Err(invalid(name, "SSO needs both sso_start_url and sso_region"))
        };
    };
    let session = profiles
        .session(session)?
        .ok_or_else(|| invalid(name, "its sso_session is not defined"))?;
    let differs = |setting| {
        let own = profile.get(setting);
        own.is_some_and(|own| session.get(setting).is_some_and(|its| its != own))
    };
    if differs(URL) || differs(REGION) {
        return Err(invalid(
            name,
            "sso_start_url or sso_region differs from that of its sso-session section",
        ));
    }
    if session.get(URL).is_none() || session.get(REGION).is_none() {
        return Err(invalid(
            name,
            "its sso-session section needs sso_start_url and sso_region",
        ));
    }
    region(session.get(REGION))
}

/// How long a role is asked for, seconds; `None` leaves it to STS.
pub(super) fn duration(name: &str, profile: &Profile) -> Result<Option<i32>, CredentialsError> {
    let Some(given) = profile.get("duration_seconds") else {
        return Ok(None);
    };
    match given.parse() {
        Ok(seconds @ 900..=43_200) => Ok(Some(seconds)),
        _ => Err(invalid(
            name,
            "its duration_seconds is no whole number from 900 to 43200",
        )),
    }
}

/// Whether `name` can be a Region's: one part of a host name. Nothing else may get into the name of a host that is asked.
pub(super) fn is_region_name(name: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(is_letter)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn has(profile: &Profile, setting: &str) -> bool {
    profile.get(setting).is_some()
}

fn invalid(name: &str, fault: &'static str) -> CredentialsError {
    CredentialsError::ProfileInvalid {
        profile: name.to_owned(),
        fault,
    }
}

fn elsewhere(name: &str, fault: &'static str) -> CredentialsError {
    CredentialsError::ProfileElsewhere {
        profile: name.to_owned(),
        selected: name.to_owned(),
        fault,
        options: CallerWords::Run,
    }
}

const MFA: &str = "its mfa_serial asks for an MFA code, which is not asked for here";
const KEY_ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
/// The session token under its names, the older one first, as the AWS CLI looks.
const TOKENS: [&str; 2] = ["aws_security_token", "aws_session_token"];
const TOKEN_FILE: &str = "web_identity_token_file";

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
