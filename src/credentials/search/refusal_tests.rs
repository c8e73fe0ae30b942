//! What is said where STS refuses a role, or where settings keep it from being asked.

use super::*;

const TOKEN: &str = "IQoJb3JpZ2luXzVjExyzCANARYtokenABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcd";

/// A role of a profile, asked for with temporary keys.
fn with_role() -> Home {
    let config = format!(
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = b\nexternal_id = ExternalIdOfTeam\n\
         [profile b]\naws_access_key_id = ASIAQNZGKIQY56JQ7WML\naws_secret_access_key = {CANARY}\naws_session_token = {TOKEN}\n"
    );
    Home::new().config(&config)
}

fn with_web_identity(token: &str) -> Home {
    let home = Home::new().file("token", token);
    let path = home.dir.path().join("token").display().to_string();
    home.set("AWS_WEB_IDENTITY_TOKEN_FILE", &path)
        .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")
}

fn refused(home: Home, code: impl Fn(&str) -> String + Send + 'static) -> String {
    let (address, _requests) = serve(move |request| {
        let code = code(request);
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
        );
        ("400 Bad Request", body)
    });
    home.set("AWS_ENDPOINT_URL_STS", &address).answer()
}

/// The value of a header of a request.
fn header(request: &str, name: &str) -> String {
    let mut lines = request.lines();
    let found = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.expect("the header").to_owned()
}

#[test]
fn a_refused_role_repeats_nothing_that_was_sent() {
    let unlike = "profile `default`: STS refused the role (HTTP 400)";
    let token = |request: &str| header(request, "x-amz-security-token");
    let signature = |request: &str| {
        let (_, signature) = header(request, "authorization")
            .split_once("Signature=")
            .map(|(before, after)| (before.to_owned(), after.to_owned()))
            .expect("a signature");
        signature
    };
    assert_eq!(refused(with_role(), token), unlike);
    assert_eq!(
        refused(with_role(), move |it| token(it)[..40].to_owned()),
        unlike
    );
    assert_eq!(refused(with_role(), signature), unlike);
    for code in [
        "ASIAQNZGKIQY56JQ7WML",
        "ExternalIdOfTeam",
        // In another case, backwards.
        "EXTERNALIDOFTEAM",
        "MaeTfOdIlanretxE",
        // Of the token, without its digits.
        "TokenABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "::error::x",
        "Two Words",
        "\u{202e}Bad",
        "&#27;[31mBad",
    ] {
        assert_eq!(
            refused(with_role(), move |_| code.to_owned()),
            unlike,
            "{code}"
        );
    }
    assert_eq!(refused(with_role(), |_| "A".repeat(5000)), unlike);
    let web = "the web identity token: STS refused the role (HTTP 400)";
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmRhIn0.c2lnbmF0dXJl";
    for token in [jwt, "OneWebIdentityTokenOfLettersAlone"] {
        assert_eq!(refused(with_web_identity(token), |_| token.to_owned()), web);
    }
}

#[test]
fn the_code_of_a_refused_role_is_said() {
    for code in ["AccessDenied", "BrandNewException", "Sender.Fault"] {
        assert_eq!(
            refused(with_role(), move |_| code.to_owned()),
            format!("profile `default`: STS refused the role with {code}")
        );
    }
}

#[test]
fn fips_and_dual_stack_endpoints_beside_an_endpoint_that_is_named_are_refused_by_both_names() {
    let url = "http://127.0.0.1:1";
    let role = || with_role().set("AWS_ENDPOINT_URL_STS", url);
    for (home, both) in [
        (
            role().set("AWS_USE_FIPS_ENDPOINT", "true"),
            "AWS_USE_FIPS_ENDPOINT and AWS_ENDPOINT_URL_STS",
        ),
        (
            role().set("AWS_USE_DUALSTACK_ENDPOINT", "TRUE"),
            "AWS_USE_DUALSTACK_ENDPOINT and AWS_ENDPOINT_URL_STS",
        ),
        (
            role().set("AWS_REGION", "fips-us-east-1"),
            "AWS_REGION and AWS_ENDPOINT_URL_STS",
        ),
        (
            with_web_identity("a.b.c")
                .set("AWS_ENDPOINT_URL", url)
                .set("AWS_USE_FIPS_ENDPOINT", "true"),
            "AWS_USE_FIPS_ENDPOINT and AWS_ENDPOINT_URL",
        ),
        (
            with_sso(Some(
                r#"{"accessToken":"t","expiresAt":"2036-01-01T00:00:00Z"}"#,
            ))
            .set("AWS_ENDPOINT_URL_SSO", url)
            .set("AWS_USE_DUALSTACK_ENDPOINT", "true"),
            "AWS_USE_DUALSTACK_ENDPOINT and AWS_ENDPOINT_URL_SSO",
        ),
    ] {
        let answer = home.answer();
        assert!(
            answer.starts_with(&format!("{both}: they exclude each other")),
            "{answer}"
        );
    }
    let home = with_web_identity("a.b.c");
    let config = format!("[default]\nuse_fips_endpoint = true\nendpoint_url = {url}\n");
    let answer = home.config(&config).answer();
    let both =
        "use_fips_endpoint of profile `default` and endpoint_url of profile `default`, line 3 of ";
    assert!(
        answer.starts_with(both) && answer.contains(": they exclude each other"),
        "{answer}"
    );
}
