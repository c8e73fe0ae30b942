//! As whom the search calls, and who is shown what on the way: what variables and files say beside each other.

use super::*;

const ROLE: &str = "role_arn = arn:aws:iam::123456789012:role/r\n";

#[test]
fn plaintext_beyond_this_machine_is_refused_before_anything_is_asked() {
    let role = |settings: &str| {
        let config = format!(
            "[default]\n{ROLE}source_profile = b\n{settings}[profile b]\n{}",
            keys(KEY)
        );
        Home::new().config(&config)
    };
    let sso = |session: &str| {
        let config = "[default]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n\
             [sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://example.invalid/start\n";
        let file = ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json";
        Home::new().config(config).file(file, session)
    };
    let good = r#"{"accessToken":"CANARY","expiresAt":"2036-01-01T00:00:00Z"}"#;
    let ended = r#"{"accessToken":"CANARY","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"CANARY",
        "clientId":"CANARY","clientSecret":"CANARY","registrationExpiresAt":"2036-01-01T00:00:00Z"}"#;
    let web = || {
        let home = Home::new().file("token", "CANARY.web.identity");
        let token = home.dir.path().join("token");
        home.set("AWS_WEB_IDENTITY_TOKEN_FILE", &token.to_string_lossy())
            .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")
    };
    let elsewhere = "http://203.0.113.5:7901";
    let in_services = format!("services = s\n[services s]\nsts =\n  endpoint_url = {elsewhere}\n");
    for (home, setting) in [
        (
            role("").set("AWS_ENDPOINT_URL_STS", elsewhere),
            "AWS_ENDPOINT_URL_STS",
        ),
        (
            role("").set("AWS_ENDPOINT_URL", "http://[2001:db8::1]"),
            "AWS_ENDPOINT_URL",
        ),
        (
            role(&format!("endpoint_url = {elsewhere}\n")),
            "endpoint_url of profile `default`, line ",
        ),
        (
            role(&in_services),
            "endpoint_url of sts in the services section of profile `default`",
        ),
        (
            web().set("AWS_ENDPOINT_URL_STS", elsewhere),
            "AWS_ENDPOINT_URL_STS",
        ),
        (
            sso(good).set("AWS_ENDPOINT_URL_SSO", elsewhere),
            "AWS_ENDPOINT_URL_SSO",
        ),
        (
            sso(ended).set("AWS_ENDPOINT_URL_SSO_OIDC", elsewhere),
            "AWS_ENDPOINT_URL_SSO_OIDC",
        ),
        (
            Home::new()
                .set("AWS_EC2_METADATA_DISABLED", "false")
                .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", elsewhere),
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        ),
    ] {
        let answer = home.answer();
        let says = ": plaintext http:// is allowed to ";
        assert!(
            answer.starts_with(setting) && answer.contains(says),
            "{setting}: {answer}"
        );
    }
}

#[test]
fn a_session_is_renewed_whatever_form_its_times_have() {
    let new =
        r#"{"accessToken":"new","expiresIn":3600,"refreshToken":"next","tokenType":"Bearer"}"#;
    let role = format!(
        r#"{{"roleCredentials":{{"accessKeyId":"ASIAQNZGKIQY56JQ7WML","secretAccessKey":"{CANARY}","sessionToken":"t","expiration":2082758400000}}}}"#
    );
    let config = "[default]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n\
         [sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://example.invalid/start\n";
    let path = ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json";
    for (end, registration) in [
        ("2020-01-01T00:00:00Z", "2036-01-01T00:00:00Z"),
        ("2020-01-01T00:00:00UTC", "2036-01-01T00:00:00Z"),
        ("2020-01-01T00:00:00Z", "2036-01-01T00:00:00UTC"),
        ("2020-01-01T00:00:00UTC", "2036-01-01T00:00:00UTC"),
        ("2020-01-01T00:00:00+00:00", "2036-01-01T00:00:00Z"),
        ("2020-01-01T00:00:00Z", "2036-01-01T00:00:00-08:00"),
    ] {
        let session = format!(
            r#"{{"accessToken":"{CANARY}","expiresAt":"{end}","refreshToken":"old","clientId":"id",
            "clientSecret":"{CANARY}","registrationExpiresAt":"{registration}"}}"#
        );
        let (oidc, renewals) = server("200 OK", new.to_owned());
        let (portal, requests) = server("200 OK", role.clone());
        let home = Home::new()
            .config(config)
            .file(path, &session)
            .set("AWS_ENDPOINT_URL_SSO", &portal)
            .set("AWS_ENDPOINT_URL_SSO_OIDC", &oidc);
        let answer = home.answer();
        assert!(
            answer.starts_with("ASIAQNZGKIQY56JQ7WML from "),
            "{end} {registration}: {answer}"
        );
        let renewal = renewals.try_recv().expect("a renewal");
        assert!(renewal.contains(r#""refreshToken":"old""#), "{renewal}");
        let request = requests.try_recv().expect("a request");
        assert!(request.contains("x-amz-sso_bearer_token: new"), "{request}");
        let file = home.dir.path().join(path);
        let written = std::fs::read_to_string(&file).expect("readable");
        for kept in [
            "\"new\"",
            "\"next\"",
            "\"2027-01-15T09:00:00Z\"",
            registration,
            CANARY,
        ] {
            assert!(written.contains(kept), "{kept}: {written}");
        }
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&file).expect("there").permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }
    let ended = format!(
        r#"{{"accessToken":"{CANARY}","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"old","clientId":"id",
        "clientSecret":"{CANARY}","registrationExpiresAt":"2020-01-01T00:00:00Z"}}"#
    );
    let answer = Home::new().config(config).file(path, &ended).answer();
    assert!(
        answer.contains("its registration) has ended too"),
        "{answer}"
    );
}

#[test]
fn of_a_web_identity_each_part_is_a_variable_or_else_of_the_profile() {
    let arn = |role: &str| format!("arn:aws:iam::111122223333:role/{role}");
    let own = format!("role_arn = {}\nrole_session_name = own\n", arn("own"));
    let role = ("AWS_ROLE_ARN", arn("env"));
    let session = ("AWS_ROLE_SESSION_NAME", "audit".to_owned());
    let token = ("AWS_WEB_IDENTITY_TOKEN_FILE", String::new());
    for (settings, variables, asked) in [
        (&own[..], vec![], ("own", "own")),
        (&own, vec![&role], ("env", "own")),
        (&own, vec![&session], ("own", "audit")),
        (&own, vec![&role, &session], ("env", "audit")),
        ("", vec![&role], ("env", "stsbench")),
        ("", vec![&role, &session], ("env", "audit")),
        (&own, vec![&token], ("own", "own")),
        (&own, vec![&token, &role, &session], ("env", "audit")),
    ] {
        let (address, requests) = server("200 OK", role_answer("AssumeRoleWithWebIdentity"));
        let home = Home::new()
            .file("token", "a.web.identity")
            .set("AWS_ENDPOINT_URL_STS", &address);
        let file = home.dir.path().join("token");
        let config = format!(
            "[default]\nweb_identity_token_file = {}\n{settings}",
            file.display()
        );
        let home = variables
            .iter()
            .fold(home.config(&config), |home, (name, value)| {
                let file = file.to_string_lossy();
                home.set(name, if value.is_empty() { &file } else { value })
            });
        let answer = home.answer();
        assert!(answer.starts_with("ASIAQNZGKIQY56JQ7WML"), "{answer}");
        let request = requests.try_recv().expect("a request");
        let (role, session) = asked;
        for part in [
            format!("role%2F{role}&"),
            format!("RoleSessionName={session}&"),
        ] {
            assert!(
                request.contains(&part),
                "{settings} {variables:?}: {request}"
            );
        }
        // With --profile variables say nothing.
        let answer = home.set("STSBENCH_TEST_PROFILE", "default").answer();
        if settings.is_empty() {
            assert!(answer.contains("needs a role_arn"), "{answer}");
        } else {
            let request = requests.try_recv().expect("a request");
            assert!(
                request.contains("role%2Fown&") && request.contains("RoleSessionName=own&"),
                "{request}"
            );
        }
    }
}

#[test]
fn what_is_wrong_is_said_of_the_variable_or_the_setting_that_is_there() {
    let of_profile =
        |settings: &str| Home::new().config(&format!("[default]\nx = 1\n{settings}\n"));
    let metadata = |settings: &str| of_profile(settings).set("AWS_EC2_METADATA_DISABLED", "no");
    let role = "role_arn = arn:aws:iam::123456789012:role/r";
    let web = |file: &str| {
        let home = Home::new().file("empty", "").file("short", "abc");
        let path = home.dir.path().join(file);
        home.set("AWS_WEB_IDENTITY_TOKEN_FILE", &path.to_string_lossy())
            .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")
            .set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
    };
    let own_role = format!("{role}\nweb_identity_token_file = ~/token");
    for (home, begins, says) in [
        (
            metadata("metadata_service_timeout = 0.5"),
            "metadata_service_timeout of profile `default`, line 3 of /",
            "/.aws/config: not a whole number from 1 to 60",
        ),
        (
            metadata("metadata_service_num_attempts = 0"),
            "metadata_service_num_attempts of profile `default`, line 3 of /",
            "not a whole number from 1 to 60",
        ),
        (
            metadata("ec2_metadata_service_endpoint_mode = ipv5"),
            "ec2_metadata_service_endpoint_mode of profile `default`, line 3 of /",
            "neither `IPv4` nor `IPv6`",
        ),
        (
            web("nothing"),
            "AWS_WEB_IDENTITY_TOKEN_FILE: /",
            "/nothing: does not exist",
        ),
        (
            web("empty"),
            "AWS_WEB_IDENTITY_TOKEN_FILE: /",
            "/empty: holds no web identity token",
        ),
        (
            web("short"),
            "AWS_WEB_IDENTITY_TOKEN_FILE: /",
            "/short: holds no web identity token",
        ),
        (
            of_profile(&own_role),
            "web_identity_token_file of profile `default`, line 4 of /",
            ": ~/token: does not exist; `~` is not expanded there",
        ),
        (
            Home::new()
                .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/")
                .set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/nonexistent"),
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: /nonexistent: does not exist",
            "",
        ),
        (
            web("short").set("AWS_CA_BUNDLE", "/nonexistent"),
            "AWS_WEB_IDENTITY_TOKEN_FILE: /",
            "",
        ),
        (
            Home::new().set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[x"),
            "the container credentials endpoint: AWS_CONTAINER_CREDENTIALS_FULL_URI: makes no URL",
            "",
        ),
        (
            Home::new().set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x y"),
            "the container credentials endpoint: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: makes no URL",
            "",
        ),
        (
            Home::new().set("AWS_PROFILE", ""),
            "the name of the profile is empty: AWS_PROFILE has to name one",
            "",
        ),
    ] {
        let answer = home.answer();
        assert!(
            answer.starts_with(begins) && answer.contains(says),
            "{begins}: {answer}"
        );
    }
}

#[test]
fn what_counts_for_nothing_is_a_remark() {
    let remarks = |home: &Home| {
        let output = String::from_utf8_lossy(&home.run().stdout).into_owned();
        let (_, remarks) = output.split_once("remarks ").expect("remarks");
        remarks.lines().next().unwrap_or_default().to_owned()
    };
    let home = || Home::new().config(&format!("[default]\n{}", keys(KEY)));
    let lone = home()
        .set("AWS_SECRET_ACCESS_KEY", CANARY)
        .set("AWS_SESSION_TOKEN", CANARY);
    assert!(
        remarks(&lone).contains(r#"LoneVariables(["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])"#)
    );
    assert!(!remarks(&home()).contains("Lone"));
    let twice = format!(
        "[default]\naws_session_token = {CANARY}\nrole_arn = r\n[default]\n{}words = 1\nwords = 2\n[x]\nwords\n",
        keys(KEY)
    );
    let twice = Home::new().config(&twice);
    // Neither the token nor the role of the first section.
    assert!(twice.answer().starts_with(KEY), "{}", twice.answer());
    let said = remarks(&twice);
    for line in [4, 8] {
        let repeated = format!("config\", {line})");
        assert!(
            said.contains("RepeatedLine(") && said.contains(&repeated),
            "{said}"
        );
    }
}

#[test]
fn a_file_that_may_not_be_read_does_not_end_the_search() {
    let body = format!(
        r#"{{"AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{CANARY}","Token":"t","Expiration":"2035-01-01T00:00:00Z"}}"#
    );
    let (address, _requests) = server("200 OK", body);
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let home = Home::new().set(name, "/proc/self/mem");
        let found = home.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &address);
        let output = String::from_utf8_lossy(&found.run().stdout).into_owned();
        assert!(
            output.contains("ASIAQNZGKIQY56JQ7WML from the container"),
            "{output}"
        );
        assert!(
            output.contains("UnreadableFile(\"/proc/self/mem\""),
            "{output}"
        );
        let home = || Home::new().set(name, "/proc/self/mem");
        let answer = home().answer();
        assert!(
            answer.contains("no profile `default`; /proc/self/mem: cannot be read"),
            "{answer}"
        );
        let answer = home().set("AWS_PROFILE", "dev").answer();
        assert!(
            answer.starts_with("/proc/self/mem: cannot be read"),
            "{answer}"
        );
        let answer = Home::new().set(name, "~nobody-has-this-name/c").answer();
        let says = format!("{name} names ~nobody-has-this-name/c, which does not exist");
        assert!(answer.contains(&says), "{answer}");
    }
}
