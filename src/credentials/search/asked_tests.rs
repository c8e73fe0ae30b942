//! What services are asked, and where: every setting of a profile counts as it does for the AWS CLI (botocore 1.44.8), or is
//! refused by name.

use super::*;

const ROLE: &str = "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = b\n";

/// A user of a profile `a` with a role and these settings besides.
fn with_role(settings: &str) -> Home {
    let config = format!("[profile a]\n{ROLE}{settings}[profile b]\n{}", keys(KEY));
    Home::new().config(&config).set("AWS_PROFILE", "a")
}

fn is_found(home: &Home) {
    let answer = home.answer();
    assert!(answer.starts_with("ASIAQNZGKIQY56JQ7WML from "), "{answer}");
}

/// The host and port that a proxy is asked for a tunnel to.
fn tunnel(home: Home) -> String {
    let (proxy, requests) = server("403 Forbidden", String::new());
    let answer = home.set("HTTPS_PROXY", &proxy).answer();
    let request = requests.recv_timeout(Duration::from_secs(20));
    let request = request.unwrap_or_else(|_| panic!("nothing was asked: {answer}"));
    request
        .split(' ')
        .nth(1)
        .expect("a request line")
        .to_owned()
}

#[test]
fn the_settings_of_a_role_are_sent_whole() {
    for (settings, sent) in [
        ("external_id = team #1\n", "ExternalId=team+%231"),
        ("external_id = team ;1\n", "ExternalId=team+%3B1"),
        ("external_id = #1\n", "ExternalId=%231"),
        ("external_id = a\n  b\n", "ExternalId=a%0Ab"),
        ("role_session_name = a #b\n", "RoleSessionName=a+%23b"),
        ("duration_seconds = 1234\n", "DurationSeconds=1234"),
        (
            "role_arn = arn:aws:iam::123456789012:role/b #x\n",
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fb+%23x",
        ),
        ("", "RoleSessionName=stsbench"),
    ] {
        let (address, requests) = server("200 OK", role_answer("AssumeRole"));
        is_found(&with_role(settings).set("AWS_ENDPOINT_URL_STS", &address));
        let request = requests.recv().expect("a request").replace("%20", "+");
        assert!(
            request.split(['&', '\n']).any(|part| part == sent),
            "{settings}: {request}"
        );
    }
}

#[test]
fn a_role_that_needs_an_mfa_code_or_another_duration_is_refused_before_anything_is_asked() {
    for (settings, says) in [
        ("mfa_serial = m\n", "mfa_serial asks for an MFA code"),
        (
            "duration_seconds = 60\n",
            "duration_seconds is no whole number",
        ),
        (
            "duration_seconds = abc\n",
            "duration_seconds is no whole number",
        ),
    ] {
        let (address, requests) = server("200 OK", role_answer("AssumeRole"));
        let answer = with_role(settings)
            .set("AWS_ENDPOINT_URL_STS", &address)
            .answer();
        assert!(answer.contains(says), "{answer}");
        assert!(requests.try_recv().is_err(), "{settings}");
    }
}

#[test]
fn endpoints_of_variables_and_of_the_profile_count_unless_they_are_to_be_ignored() {
    let (address, requests) = server("200 OK", role_answer("AssumeRole"));
    let services =
        |url: &str| format!("services = s\n[services s]\nsts =\n  endpoint_url = {url}\n");
    is_found(&with_role(&services(&address)));
    is_found(&with_role(&format!("endpoint_url = {address}\n")));
    is_found(&with_role("").set("AWS_ENDPOINT_URL", &address));
    assert_eq!(requests.try_iter().count(), 3);
    let ignoring = "ignore_configured_endpoint_urls = true\n";
    for home in [
        with_role("")
            .set("AWS_ENDPOINT_URL_STS", &address)
            .set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        with_role(ignoring).set("AWS_ENDPOINT_URL", &address),
        with_role(&format!("{ignoring}endpoint_url = {address}\n")),
        with_role(&format!("{ignoring}{}", services(&address))),
    ] {
        assert_eq!(tunnel(home), "sts.us-east-1.amazonaws.com:443");
    }
    assert_eq!(requests.try_iter().count(), 0);
}

#[test]
fn an_endpoint_or_a_region_that_is_none_is_refused_by_the_name_of_its_setting() {
    let url = "not a URL such as https://host";
    let region = "not the name of a Region";
    for (home, setting, says) in [
        (
            with_role("").set("AWS_ENDPOINT_URL_STS", "127.0.0.1:1"),
            "AWS_ENDPOINT_URL_STS: ",
            url,
        ),
        (
            with_role("endpoint_url = localhost\n"),
            "endpoint_url of profile `a`, line 4 of /",
            url,
        ),
        (
            with_role(
                "services = s\n[services s]\nsts =\n  endpoint_url = http://127.0.0.1:1/ #x\n",
            ),
            "endpoint_url of sts in the services section of profile `a`: ",
            url,
        ),
        (
            with_role("services = nope\n"),
            "profile `a`: ",
            "its services section is not defined",
        ),
        (
            with_role(
                "services = s\n[services s]\nsts =\n  endpoint_url = http://127.0.0.1:1\n  words\n",
            ),
            "",
            "is indented below a setting without a value, and is not `name = value`",
        ),
        (
            with_role("").set("AWS_REGION", "example.com/x"),
            "AWS_REGION: ",
            region,
        ),
        (
            with_role("region = eu-west-1.example.com\n"),
            "region of profile `a`, line 4 of /",
            region,
        ),
        (
            with_role("sts_regional_endpoints = global\n"),
            "sts_regional_endpoints of profile `a`, line 4 of /",
            "neither `regional` nor `legacy`",
        ),
    ] {
        let answer = home.answer();
        assert!(
            answer.starts_with(setting) && answer.contains(says),
            "{answer}"
        );
    }
}

#[test]
fn the_regions_of_older_names_and_modes_are_asked_where_the_aws_cli_asks() {
    for (settings, host) in [
        ("region = eu-west-1\n", "sts.eu-west-1.amazonaws.com:443"),
        (
            "region = eu-west-1\nsts_regional_endpoints = legacy\n",
            "sts.amazonaws.com:443",
        ),
        (
            "region = eu-south-1\nsts_regional_endpoints = legacy\n",
            "sts.eu-south-1.amazonaws.com:443",
        ),
        ("region = aws-global\n", "sts.amazonaws.com:443"),
        (
            "region = fips-us-east-1\n",
            "sts-fips.us-east-1.amazonaws.com:443",
        ),
        (
            "region = us-east-1-fips\n",
            "sts-fips.us-east-1.amazonaws.com:443",
        ),
    ] {
        assert_eq!(tunnel(with_role(settings)), host, "{settings}");
    }
    let legacy = with_role("region = eu-west-1\n").set("AWS_STS_REGIONAL_ENDPOINTS", "legacy");
    assert_eq!(tunnel(legacy), "sts.amazonaws.com:443");
}

#[test]
fn a_web_identity_of_the_variables_goes_where_the_profile_wants_sts_to_be() {
    for settings in [
        "endpoint_url = URL\n",
        "services = s\n[services s]\nsts =\n  endpoint_url = URL\n",
    ] {
        let (address, requests) = server("200 OK", role_answer("AssumeRoleWithWebIdentity"));
        let config = format!("[default]\n{}", settings.replace("URL", &address));
        let home = Home::new().config(&config).file("token", "an.oidc.token");
        let token = home.dir.path().join("token").display().to_string();
        let home = home
            .set("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
            .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r");
        is_found(&home);
        assert!(
            requests
                .recv()
                .expect("a request")
                .contains("an.oidc.token")
        );
    }
    // The name of a token file is not cut either.
    let (address, _requests) = server("200 OK", role_answer("AssumeRoleWithWebIdentity"));
    let home = Home::new().file("tok #1", "an.oidc.token");
    let token = home.dir.path().join("tok #1").display().to_string();
    let config = format!("[default]\nrole_arn = r\nweb_identity_token_file = {token}\n");
    is_found(&home.config(&config).set("AWS_ENDPOINT_URL_STS", &address));
}

/// The SHA-1 of `my s` and of `mü`, by which the AWS CLI names the files of these sessions.
const SESSIONS: [(&str, &str); 2] = [
    ("my s", "0c7996447a94dbce9f8315523628dbd9577ef662"),
    ("mü", "bc1b7b5d30dcaf286fcf9c57ff70e58a8651cc60"),
];

fn with_ended_session(name: &str, file: &str, services: &str) -> Home {
    let config = format!(
        "[profile a]\nsso_session = {name}\nsso_account_id = 123456789012\nsso_role_name = r\nservices = s\n\
         [sso-session \"{name}\"]\nsso_region = eu-central-1\nsso_start_url = https://example.invalid/start\n\
         [services s]\n{services}"
    );
    let session = format!(
        r#"{{"startUrl":"https://example.invalid/start","region":"eu-central-1","accessToken":"{CANARY}",
        "expiresAt":"2001-01-01T00:00:00Z","refreshToken":"{CANARY}","clientId":"c","clientSecret":"{CANARY}",
        "registrationExpiresAt":"2036-01-01T00:00:00Z"}}"#
    );
    Home::new()
        .config(&config)
        .file(&format!(".aws/sso/cache/{file}.json"), &session)
        .set("STSBENCH_TEST_PROFILE", "a")
}

#[test]
fn a_session_of_any_name_is_renewed_where_the_profile_says() {
    let role = format!(
        r#"{{"roleCredentials":{{"accessKeyId":"ASIAQNZGKIQY56JQ7WML","secretAccessKey":"{CANARY}","sessionToken":"t","expiration":2082758400000}}}}"#
    );
    for (name, file) in SESSIONS {
        // The clock of this search stands in 2027, the SDK's does not: the new token is good for long.
        let new = r#"{"accessToken":"newtoken","expiresIn":200000000,"tokenType":"Bearer"}"#;
        let (oidc, renewals) = server("200 OK", new.to_owned());
        let (portal, requests) = server("200 OK", role.clone());
        let services =
            format!("sso =\n  endpoint_url = {portal}\nsso_oidc =\n  endpoint_url = {oidc}\n");
        is_found(&with_ended_session(name, file, &services));
        assert!(
            renewals
                .recv()
                .expect("a renewal")
                .contains("refresh_token")
        );
        assert!(requests.recv().expect("a request").contains("newtoken"));
    }
}

#[test]
fn a_session_that_is_not_renewed_says_who_refused() {
    let (name, file) = SESSIONS[0];
    let (oidc, _renewals) = server("400 Bad Request", r#"{"error":"invalid_grant"}"#.to_owned());
    let services = format!("sso_oidc =\n  endpoint_url = {oidc}\n");
    let answer = with_ended_session(name, file, &services).answer();
    let host = oidc.trim_start_matches("http://");
    assert!(
        answer.contains(&format!(
            "could not be renewed: HTTP status 400 from {host}"
        )),
        "{answer}"
    );
}

#[test]
fn a_session_with_a_token_that_fits_into_no_header_is_told() {
    let session = format!(r#"{{"accessToken":"{CANARY}\nx","expiresAt":"2036-01-01T00:00:00Z"}}"#);
    let answer = with_sso(Some(&session)).answer();
    assert!(
        answer.contains("its accessToken holds a blank, a line break"),
        "{answer}"
    );
    let session = r#"{"accessToken":"","expiresAt":"2036-01-01T00:00:00Z"}"#;
    let answer = with_sso(Some(session)).answer();
    assert!(answer.contains("its accessToken is empty"), "{answer}");
}

#[test]
fn proxies_are_read_as_by_the_aws_cli() {
    let (used, tunnels) = server("403 Forbidden", String::new());
    let (other, others) = server("403 Forbidden", String::new());
    for (lower, upper) in [(used.as_str(), other.as_str()), (&used, ""), ("", &used)] {
        with_role("")
            .set("https_proxy", lower)
            .set("HTTPS_PROXY", upper)
            .answer();
        let request = tunnels
            .recv_timeout(Duration::from_secs(20))
            .expect("a tunnel");
        assert!(request.starts_with("CONNECT sts."), "{request}");
    }
    assert_eq!(others.try_iter().count(), 0);
    let (address, _requests) = server("200 OK", role_answer("AssumeRole"));
    let port = address.rsplit(':').next().expect("a port");
    let home = with_role("")
        .set("AWS_ENDPOINT_URL_STS", &address)
        .set("http_proxy", &other)
        .set("NO_PROXY", &format!("127.0.0.1:{port}"));
    is_found(&home);
    assert_eq!(others.try_iter().count(), 0);
    let answer = with_role("")
        .set("HTTPS_PROXY", "socks5://127.0.0.1:1")
        .answer();
    assert!(
        answer.starts_with("HTTPS_PROXY: not the URL of an HTTP proxy"),
        "{answer}"
    );
}

#[test]
fn a_container_has_no_token_where_its_file_is_dev_null() {
    let body = format!(
        r#"{{"AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{CANARY}","Token":"t","Expiration":"2035-01-01T00:00:00Z"}}"#
    );
    let (address, requests) = server("200 OK", body);
    let home = Home::new()
        .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &address)
        .set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/dev/null");
    is_found(&home);
    let request = requests.recv().expect("a request");
    assert!(!request.contains("authorization:"), "{request}");
}

#[test]
fn the_place_that_a_role_is_asked_with_is_none_of_those_that_are_not_used() {
    let places = |source: &str| {
        let config = format!("[profile a]\nrole_arn = r\ncredential_source = {source}\n");
        let home = Home::new()
            .config(&config)
            .set("STSBENCH_TEST_PROFILE", "a")
            .set("AWS_ACCESS_KEY_ID", KEY)
            .set("AWS_SECRET_ACCESS_KEY", CANARY)
            .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")
            .set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
        let output = String::from_utf8_lossy(&home.run().stdout).into_owned();
        let (_, remarks) = output.split_once("remarks ").expect("remarks");
        remarks.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        places("EcsContainer"),
        "[AlsoConfigured([\"environment variables\"])]"
    );
    assert_eq!(
        places("Environment"),
        "[AlsoConfigured([\"the container credentials endpoint\"])]"
    );
}

#[test]
fn older_places_of_keys_are_told_where_none_are_found() {
    let answer = Home::new()
        .set("AWS_ACCESS_KEY", KEY)
        .set("AWS_SECRET_KEY", CANARY)
        .set("AWS_CREDENTIAL_FILE", "/nonexistent")
        .file(".boto", "[Credentials]\n")
        .answer();
    assert!(
        answer.contains(
            "AWS_ACCESS_KEY_ID is not set; AWS_ACCESS_KEY, AWS_SECRET_KEY, AWS_CREDENTIAL_FILE, ~/.boto found, and never read"
        ),
        "{answer}"
    );
}
