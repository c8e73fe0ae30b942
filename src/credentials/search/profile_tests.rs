//! What a profile offers, and what is wrong with one.

use super::*;
use crate::credentials::search::files::read;

fn of(config: &str, selected: &str) -> Result<Option<ProfileRoute>, CredentialsError> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("config");
    std::fs::write(&path, config).expect("written");
    let profiles = read(Some(path), None).expect("readable");
    route(
        &profiles,
        selected,
        RoleVariables::NotCounted,
        CallerWords::Run,
    )
}

fn text(config: &str, selected: &str) -> String {
    let error = of(config, selected).expect_err("the profile is bad");
    // Without the temporary path.
    let text = error.to_string();
    match (text.split_once(" of /"), text.split_once("/config: ")) {
        (Some((line, _)), Some((_, rest))) => format!("{line}: {rest}"),
        _ => text,
    }
}

#[test]
fn keys_in_the_profile_are_a_route_of_one_step() {
    let route = of(
        "[default]\naws_access_key_id = A\naws_secret_access_key = B\n",
        "default",
    );
    let route = route.expect("good").expect("configured");
    assert_eq!(
        (route.base, route.roles),
        (Base::Keys(KeyFile::InConfig), vec![])
    );
}

#[test]
fn a_role_over_two_profiles_names_both_roles() {
    let config = "[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\nrole_arn = r2\nsource_profile = c\n[profile c]\ncredential_process = p\n";
    let route = of(config, "a").expect("good").expect("configured");
    assert_eq!(
        route.base,
        Base::Process {
            command: "p".to_owned()
        }
    );
    assert_eq!(
        (route.profile.as_str(), route.roles),
        ("c", vec!["a".to_owned(), "b".to_owned()])
    );
}

#[test]
fn a_profile_may_be_its_own_source() {
    let config = "[profile a]\nrole_arn = r\nsource_profile = a\naws_access_key_id = A\naws_secret_access_key = B\n";
    let route = of(config, "a").expect("good").expect("configured");
    assert_eq!(
        (route.base, route.roles),
        (Base::Keys(KeyFile::InConfig), vec!["a".to_owned()])
    );
}

#[test]
fn a_profile_with_a_region_only_is_no_route() {
    assert_eq!(
        of("[default]\nregion = eu-central-1\n", "default").expect("good"),
        None
    );
}

#[test]
fn fault_33_every_broken_profile_is_named_with_what_it_lacks() {
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
            "profile `b` holds no credentials and no way to get them",
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
            "[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = s\nsso_region = us-east-1.example.com\n",
            "a",
            "profile `a`: its sso_region is not the name of a Region: letters, digits and hyphens",
        ),
        (
            "[profile a]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_start_url = s\nsso_region = example.com/x\n",
            "a",
            "profile `a`: its sso_region is not the name of a Region: letters, digits and hyphens",
        ),
        (
            "[profile a]\nrole_arn = r\nsource_profile = b\nmfa_serial = m\n[profile b]\naws_access_key_id = A\naws_secret_access_key = B\n",
            "a",
            "profile `a`: its mfa_serial asks for an MFA code, which is not asked for here; put its credentials into variables, `eval \"$(aws configure export-credentials --profile a --format env)\"`, and leave --profile and AWS_PROFILE out",
        ),
        (
            "[profile my prod]\n[profile 'my prod']\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = c\nmfa_serial = m\n",
            "my prod",
            "profile `b`: its mfa_serial asks for an MFA code, which is not asked for here; put its credentials into variables, `eval \"$(aws configure export-credentials --profile 'my prod' --format env)\"`, and leave --profile and AWS_PROFILE out",
        ),
        (
            "[profile a]\nrole_arn = r\nsource_profile = b\nduration_seconds = 60\n[profile b]\naws_access_key_id = A\naws_secret_access_key = B\n",
            "a",
            "profile `a`: its duration_seconds is no whole number from 900 to 43200",
        ),
        (
            "[profile a]\nlogin_session = s\n",
            "a",
            "profile `a`: login_session is not supported; put its credentials into variables, `eval \"$(aws configure export-credentials --profile a --format env)\"`, and leave --profile and AWS_PROFILE out",
        ),
        (
            "[profile a]\naws_access_key_id = CANARY\n",
            "a",
            "profile `a`, line 2: aws_secret_access_key is missing",
        ),
        (
            "[profile a]\naws_access_key_id = CANARY\n  aws_secret_access_key = CANARY\n",
            "a",
            "profile `a`, line 2: aws_secret_access_key is missing; the deeper lines below are read as part of that value: begin each setting in the same column",
        ),
        (
            "[profile a]\naws_secret_access_key = CANARY\n",
            "a",
            "profile `a`, line 2: aws_access_key_id is missing",
        ),
        (
            "[profile a]\naws_session_token = CANARY\n",
            "a",
            "profile `a`, line 2: aws_access_key_id is missing",
        ),
    ] {
        assert_eq!(text(config, selected), says);
    }
}

#[test]
fn a_token_without_keys_gives_way_to_what_comes_after_it() {
    let config = "[profile a]\naws_session_token = CANARY\ncredential_process = p\n";
    let route = of(config, "a").expect("good").expect("configured");
    assert!(matches!(route.base, Base::Process { .. }), "{route:?}");
}

#[test]
fn bad_084_a_circle_of_source_profiles_is_shown() {
    let config = "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = c\n[profile c]\nrole_arn = r\nsource_profile = b\n";
    assert_eq!(
        text(config, "a"),
        "the source_profile of these profiles goes in a circle: a -> b -> c -> b"
    );
}
