//! What a profile says about how to come by credentials. Follows `source_profile` as the SDK does, in order to explain
//! what is wrong before anything is sent; it fetches nothing itself.

use aws_config::profile::{Profile, ProfileSet};

use crate::credentials::error::{CredentialsError, shown};

/// The way from the selected profile to its first credentials.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProfileRoute {
    /// Where the first credentials come from.
    pub(super) base: Base,
    /// The profile in which the base stands.
    pub(super) profile: String,
    /// The profile whose role is assumed first, with the credentials of the base; `None` without a role.
    pub(super) first_role: Option<String>,
    /// Whether somebody has to enter a code for a role on the way.
    pub(super) mfa: Mfa,
}

/// Whether a profile names an `mfa_serial`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mfa {
    Asked,
    NotAsked,
}

/// Where the first credentials of a route come from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// The keys stand in the profile.
    Keys,
    /// A program prints them.
    Process {
        /// The command line, for a shell.
        command: String,
    },
    /// IAM Identity Center.
    Sso,
    /// A token file and a role.
    WebIdentity {
        /// The path of the token file.
        token_file: String,
    },
    /// The environment, the container or the instance: `credential_source`.
    Named,
}

/// Follows the profiles from `selected`. `None` when it says nothing about credentials.
pub(super) fn route(
    profiles: &ProfileSet,
    selected: &str,
) -> Result<Option<ProfileRoute>, CredentialsError> {
    let mut visited: Vec<&str> = Vec::new();
    let mut mfa = Mfa::NotAsked;
    let mut name = selected;
    loop {
        let referrer = visited.last().map(|&referrer| referrer.to_owned());
        let profile =
            profiles
                .get_profile(name)
                .ok_or_else(|| CredentialsError::ProfileMissing {
                    profile: name.to_owned(),
                    referred_by: referrer.clone(),
                })?;
        if visited.contains(&name) {
            let profiles = visited
                .iter()
                .chain([&name])
                .map(|&name| name.to_owned())
                .collect();
            return Err(CredentialsError::ProfileCycle { profiles });
        }
        visited.push(name);
        let ends = |base, first_role| ProfileRoute {
            base,
            profile: name.to_owned(),
            first_role,
            mfa,
        };
        // A profile that another one refers to gives its keys first, even when it has a role of its own.
        if referrer.is_some() && has(profile, KEY_ID) && has(profile, SECRET) {
            return Ok(Some(ends(Base::Keys, referrer)));
        }
        if !has(profile, "role_arn") || has(profile, TOKEN_FILE) {
            return match base(profiles, profile)? {
                Some(base) => Ok(Some(ends(base, referrer))),
                None if referrer.is_some() => Err(CredentialsError::ProfileEmpty {
                    profile: name.to_owned(),
                }),
                None => Ok(None),
            };
        }
        if has(profile, "mfa_serial") {
            mfa = Mfa::Asked;
        }
        match next(profile)? {
            Some(source) => name = source,
            None => {
                let base = base(profiles, profile)?.ok_or_else(|| {
                    invalid(profile, "its source_profile is itself, and it has no keys")
                })?;
                return Ok(Some(ProfileRoute {
                    base,
                    profile: name.to_owned(),
                    first_role: Some(name.to_owned()),
                    mfa,
                }));
            }
        }
    }
}

/// The profile that gives the credentials for this one's role; `None` when it is this one.
fn next(profile: &Profile) -> Result<Option<&str>, CredentialsError> {
    match (
        profile.get("source_profile"),
        profile.get("credential_source"),
    ) {
        (Some(_), Some(_)) => Err(invalid(
            profile,
            "both source_profile and credential_source are given",
        )),
        (None, None) => Err(invalid(
            profile,
            "role_arn needs a source_profile or a credential_source",
        )),
        (None, Some(_)) => Ok(None),
        (Some(source), None) => Ok((source != profile.name()).then_some(source)),
    }
}

/// What a profile offers by itself, in the SDK's order.
fn base(profiles: &ProfileSet, profile: &Profile) -> Result<Option<Base>, CredentialsError> {
    if has(profile, "credential_source") {
        return Ok(Some(Base::Named));
    }
    if let Some(token_file) = profile.get(TOKEN_FILE) {
        return if has(profile, "role_arn") {
            Ok(Some(Base::WebIdentity {
                token_file: token_file.to_owned(),
            }))
        } else {
            Err(invalid(profile, "web_identity_token_file needs a role_arn"))
        };
    }
    if SSO.into_iter().any(|key| has(profile, key)) {
        return sso(profiles, profile).map(Some);
    }
    if has(profile, "login_session") {
        return Err(invalid(
            profile,
            "login_session is not supported; use `aws configure export-credentials`",
        ));
    }
    if let Some(command) = profile.get("credential_process") {
        return Ok(Some(Base::Process {
            command: command.to_owned(),
        }));
    }
    let lacks = |missing| {
        let source_name = format!("profile `{}`", shown(profile.name()));
        Err(CredentialsError::Incomplete {
            source_name,
            missing,
        })
    };
    match (has(profile, KEY_ID), has(profile, SECRET)) {
        (true, true) => Ok(Some(Base::Keys)),
        (true, false) => lacks(SECRET),
        (false, true) => lacks(KEY_ID),
        (false, false) if has(profile, "aws_session_token") => lacks(KEY_ID),
        (false, false) => Ok(None),
    }
}

fn sso(profiles: &ProfileSet, profile: &Profile) -> Result<Base, CredentialsError> {
    if !has(profile, "sso_account_id") || !has(profile, "sso_role_name") {
        return Err(invalid(
            profile,
            "SSO needs both sso_account_id and sso_role_name",
        ));
    }
    match profile.get("sso_session") {
        Some(_) if has(profile, "sso_start_url") || has(profile, "sso_region") => Err(invalid(
            profile,
            "sso_start_url and sso_region belong into the sso-session section",
        )),
        Some(session) => match profiles.sso_session(session) {
            Some(session)
                if session.get("sso_start_url").is_some()
                    && session.get("sso_region").is_some() =>
            {
                Ok(Base::Sso)
            }
            Some(_) => Err(invalid(
                profile,
                "its sso-session section needs sso_start_url and sso_region",
            )),
            None => Err(invalid(profile, "its sso_session is not defined")),
        },
        None if has(profile, "sso_start_url") && has(profile, "sso_region") => Ok(Base::Sso),
        None => Err(invalid(
            profile,
            "SSO needs both sso_start_url and sso_region",
        )),
    }
}

fn has(profile: &Profile, key: &str) -> bool {
    profile.get(key).is_some()
}

fn invalid(profile: &Profile, fault: &'static str) -> CredentialsError {
    CredentialsError::ProfileInvalid {
        profile: profile.name().to_owned(),
        fault,
    }
}

/// Any of these makes a profile one of SSO.
const SSO: [&str; 5] = [
    "sso_session",
    "sso_start_url",
    "sso_region",
    "sso_account_id",
    "sso_role_name",
];
const KEY_ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN_FILE: &str = "web_identity_token_file";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::search::files::SharedFiles;

    async fn of(config: &str, selected: &str) -> Result<Option<ProfileRoute>, CredentialsError> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("config");
        std::fs::write(&path, config).expect("written");
        let files = SharedFiles::read(Some(path), None).expect("readable");
        route(
            &files.profiles(selected).await.expect("well formed"),
            selected,
        )
    }

    async fn text(config: &str, selected: &str) -> String {
        of(config, selected)
            .await
            .expect_err("the profile is bad")
            .to_string()
    }

    #[tokio::test]
    async fn keys_in_the_profile_are_a_route_of_one_step() {
        let route = of(
            "[default]\naws_access_key_id = A\naws_secret_access_key = B\n",
            "default",
        )
        .await;
        let route = route.expect("good").expect("configured");
        assert_eq!((route.base, route.first_role), (Base::Keys, None));
    }

    #[tokio::test]
    async fn a_role_over_two_profiles_names_the_role_next_to_the_keys() {
        let config = "[profile a]\nrole_arn = r1\nsource_profile = b\nmfa_serial = x\n[profile b]\nrole_arn = r2\nsource_profile = c\n[profile c]\ncredential_process = p\n";
        let route = of(config, "a").await.expect("good").expect("configured");
        assert_eq!(
            route.base,
            Base::Process {
                command: "p".to_owned()
            }
        );
        assert_eq!(
            (
                route.profile.as_str(),
                route.first_role.as_deref(),
                route.mfa
            ),
            ("c", Some("b"), Mfa::Asked)
        );
    }

    #[tokio::test]
    async fn a_profile_may_be_its_own_source() {
        let config = "[profile a]\nrole_arn = r\nsource_profile = a\naws_access_key_id = A\naws_secret_access_key = B\n";
        let route = of(config, "a").await.expect("good").expect("configured");
        assert_eq!(
            (route.base, route.first_role.as_deref()),
            (Base::Keys, Some("a"))
        );
    }

    #[tokio::test]
    async fn a_profile_with_a_region_only_is_no_route() {
        assert_eq!(
            of("[default]\nregion = eu-central-1\n", "default")
                .await
                .expect("good"),
            None
        );
    }

    #[tokio::test]
    async fn fault_33_every_broken_profile_is_named_with_what_it_lacks() {
        for (config, selected, says) in [
            ("[default]\n", "nope", "profile `nope` does not exist"),
            (
                "[profile a]\nrole_arn = r\nsource_profile = b\n",
                "a",
                "profile `b` does not exist; profile `a` names it as its source_profile",
            ),
            (
                "[profile a]\nrole_arn = r\n",
                "a",
                "profile `a`: role_arn needs a source_profile or a credential_source",
            ),
            (
                "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nregion = x\n",
                "a",
                "profile `b` holds no credentials and no way to them",
            ),
            (
                "[profile a]\nrole_arn = r\nsource_profile = a\n",
                "a",
                "profile `a`: its source_profile is itself, and it has no keys",
            ),
            (
                "[profile a]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment\n",
                "a",
                "profile `a`: both source_profile and credential_source are given",
            ),
            (
                "[profile a]\nweb_identity_token_file = f\n",
                "a",
                "profile `a`: web_identity_token_file needs a role_arn",
            ),
            (
                "[profile a]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n",
                "a",
                "profile `a`: its sso_session is not defined",
            ),
            (
                "[profile a]\nsso_start_url = s\nsso_region = r\n",
                "a",
                "profile `a`: SSO needs both sso_account_id and sso_role_name",
            ),
            (
                "[profile a]\nlogin_session = s\n",
                "a",
                "profile `a`: login_session is not supported; use `aws configure export-credentials`",
            ),
            (
                "[profile a]\naws_access_key_id = CANARY\n",
                "a",
                "profile `a`: aws_secret_access_key is missing",
            ),
            (
                "[profile a]\naws_secret_access_key = CANARY\n",
                "a",
                "profile `a`: aws_access_key_id is missing",
            ),
            (
                "[profile a]\naws_session_token = CANARY\n",
                "a",
                "profile `a`: aws_access_key_id is missing",
            ),
        ] {
            assert_eq!(text(config, selected).await, says);
        }
    }

    #[tokio::test]
    async fn bad_084_a_circle_of_source_profiles_is_shown() {
        let config = "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = c\n[profile c]\nrole_arn = r\nsource_profile = b\n";
        assert_eq!(
            text(config, "a").await,
            "the source_profile of these profiles goes in a circle: a -> b -> c -> b"
        );
    }
}
