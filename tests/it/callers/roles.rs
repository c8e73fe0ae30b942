//! Roles, web identities and sessions of IAM Identity Center: what is asked where, with whose keys, behind which authority and
//! which proxy.

use crate::callers::network::Source::{Container, ContainerOfAProfile, Role, Sso, WebIdentity};
use crate::callers::network::{REGION, search, search_at, service, through_no_tunnel, unknown_key};
use crate::stub::{Heard, Stub, response};
use crate::support::{FAST, Home, KEY_ID, Ran, SECRET, TestEmulator};

const FIRST: &str = "ASIAFIRSTFIRSTFIRST2";
const SECOND: &str = "ASIASECONDSECONDSEC2";

/// Gives the keys of the first role to whoever asks for it, and those of the second.
fn two_roles(heard: &Heard) -> String {
    let id = if heard.body.contains("role%2Ffirst") {
        FIRST
    } else {
        SECOND
    };
    let xml = format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
         <AccessKeyId>{id}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>t{id}</SessionToken>\
         <Expiration>2036-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser>\
         <Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>\
         </AssumeRoleResult></AssumeRoleResponse>"
    );
    response("200 OK", "content-type: text/xml\r\n", &xml)
}

/// The id of the key that signed.
fn signed_by(heard: &Heard) -> String {
    let authorization = heard.header("authorization");
    let (_, after) = authorization.split_once("Credential=").unwrap_or_default();
    after.split('/').next().unwrap_or_default().to_owned()
}

const CHAIN: &str = "role_arn = arn:aws:iam::123456789012:role/second\nsource_profile = middle\n";

/// The other profiles of a chain of two roles, each with `settings` of its own.
fn sources(settings: &str) -> String {
    format!(
        "[profile middle]\nrole_arn = arn:aws:iam::123456789012:role/first\nexternal_id = of-the-first\n\
         source_profile = base\n{settings}[profile base]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"
    )
}

#[test]
fn each_role_of_a_chain_is_asked_for_with_the_keys_of_the_one_before() {
    for way in [
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL",
        "endpoint_url",
        "services",
    ] {
        let (sts, peer) = (Stub::start(two_roles), Stub::start(unknown_key));
        let url = sts.url();
        let (own, more) = match way {
            "endpoint_url" => (format!("endpoint_url = {url}\n"), String::new()),
            "services" => (
                "services = s\n".to_owned(),
                format!("[services s]\nsts =\n  endpoint_url = {url}\n"),
            ),
            _ => Default::default(),
        };
        let config = format!("[default]\n{CHAIN}{own}{}{more}", sources(&own));
        let home = Home::new()
            .file(".aws/config", config)
            .set("AWS_REGION", REGION);
        let home = if way.starts_with("AWS_") {
            home.set(way, url)
        } else {
            home
        };
        let ran = search_at(&home, &peer);
        let asked = sts.heard();
        assert_eq!(asked.len(), 2, "{way}: {asked:?} {ran:?}");
        assert_eq!(
            asked.iter().map(signed_by).collect::<Vec<_>>(),
            [KEY_ID, FIRST]
        );
        assert!(
            asked[0].body.contains("ExternalId=of-the-first"),
            "{asked:?}"
        );
        assert!(!asked[1].body.contains("ExternalId"), "{asked:?}");
        assert_eq!(asked[0].header("x-amz-security-token"), "");
        assert_eq!(asked[1].header("x-amz-security-token"), format!("t{FIRST}"));
        let called = peer.heard();
        assert_eq!(signed_by(&called[0]), SECOND, "{way}");
    }
}

#[test]
fn a_role_may_be_asked_for_with_the_keys_in_the_variables() {
    let (sts, peer) = (Stub::start(two_roles), Stub::start(unknown_key));
    let config = "[default]\nregion = us-east-1\n[profile r]\nrole_arn = arn:aws:iam::123456789012:role/second\n\
                  credential_source = Environment\n";
    let home = Home::with_keys(KEY_ID, SECRET)
        .file(".aws/config", config)
        .set("AWS_ENDPOINT_URL_STS", sts.url());
    let url = format!("peer={}", peer.url());
    let ran = home.measure(&[
        "--profile=r",
        "--endpoint-url",
        &url,
        "--endpoints=peer",
        "--operations=get-caller-identity",
    ]);
    let asked = sts.heard();
    assert_eq!(
        asked.iter().map(signed_by).collect::<Vec<_>>(),
        [KEY_ID],
        "{ran:?}"
    );
    assert_eq!(signed_by(&peer.heard()[0]), SECOND);
}

/// Names the authority of that file as people do.
fn trusting(home: Home, way: &str, file: &str) -> Home {
    if way != "ca_bundle" {
        return home.set(way, file);
    }
    let config = std::fs::read_to_string(home.path().join(".aws/config"));
    let config = config.unwrap_or_else(|_| "[default]\n".to_owned());
    let own = format!("[default]\nca_bundle = {file}\n");
    home.file(".aws/config", config.replacen("[default]\n", &own, 1))
}

#[test]
fn every_source_that_makes_requests_trusts_the_authorities_that_are_named() {
    let fleet = TestEmulator::start(&format!("endpoints = \"eu-central-1\"\n{FAST}"));
    let (url, file) = (&fleet.endpoint(REGION).url, fleet.ca_file());
    let chain = || {
        let config = format!("[default]\n{CHAIN}{}", sources(""));
        let home = Home::new()
            .file(".aws/config", config)
            .set("AWS_REGION", REGION);
        home.set("AWS_ENDPOINT_URL_STS", url)
    };
    let homes: [(&str, &dyn Fn() -> Home); 4] = [
        ("a role", &|| Role.home(url)),
        ("a chain with an external id", &chain),
        ("a web identity", &|| WebIdentity.home(url)),
        ("a session", &|| Sso.home(url)),
    ];
    for (what, home) in homes {
        search(&home()).refuses(4, &["tls.unknown_issuer at 127."]);
        for way in [
            "AWS_CA_BUNDLE",
            "REQUESTS_CA_BUNDLE",
            "ca_bundle",
            "SSL_CERT_FILE",
        ] {
            let ran = search(&trusting(home(), way, &file)).exits(4);
            assert!(
                !ran.stderr.contains("tls."),
                "{what}, {way}: {}",
                ran.stderr
            );
        }
    }
}

#[test]
fn fips_and_dual_stack_hosts_are_asked_by_every_source_that_asks_aws() {
    let fips = ("AWS_USE_FIPS_ENDPOINT", "true");
    let dual = ("AWS_USE_DUALSTACK_ENDPOINT", "true");
    let legacy = ("AWS_STS_REGIONAL_ENDPOINTS", "legacy");
    let (ohio, older) = (
        ("AWS_REGION", "us-east-2"),
        ("AWS_REGION", "fips-us-east-1"),
    );
    for (source, variables, host) in [
        (WebIdentity, &[][..], "sts.eu-central-1.amazonaws.com"),
        (
            WebIdentity,
            &[fips, ohio],
            "sts-fips.us-east-2.amazonaws.com",
        ),
        (WebIdentity, &[older], "sts-fips.us-east-1.amazonaws.com"),
        (WebIdentity, &[dual], "sts.eu-central-1.api.aws"),
        (WebIdentity, &[legacy], "sts.amazonaws.com"),
        (Sso, &[], "portal.sso.eu-central-1.amazonaws.com"),
        (Sso, &[fips], "portal.sso-fips.eu-central-1.amazonaws.com"),
        (Sso, &[dual], "portal.sso.eu-central-1.api.aws"),
        (Sso, &[legacy], "portal.sso.eu-central-1.amazonaws.com"),
    ] {
        let proxy = Stub::start(through_no_tunnel);
        let home = source.home("http://127.0.0.1:1");
        let home = home
            .unset("AWS_ENDPOINT_URL_STS")
            .unset("AWS_ENDPOINT_URL_SSO");
        let home = home.set("HTTPS_PROXY", proxy.url());
        let home = variables.iter().fold(home, |home, (name, value)| {
            home.unset(name).set(name, value)
        });
        let on_the_way = format!("proxy.refused on the way to {host}, HTTP status 403");
        let ran = search(&home).exits(4).says(&[&on_the_way]);
        assert!(!ran.stderr.contains("aws sso login"), "{}", ran.stderr);
        let asked = format!("CONNECT {host}:443 ");
        let heard = proxy.heard();
        assert!(
            !heard.is_empty() && heard.iter().all(|it| it.head.starts_with(&asked)),
            "{source:?} {variables:?}: {heard:?}"
        );
    }
}

#[test]
fn a_source_at_which_nobody_listens_is_told_with_its_address() {
    for source in [Container, ContainerOfAProfile, Role, WebIdentity, Sso] {
        let ran = search(&source.home("http://127.0.0.1:1"));
        let ran = ran.refuses(4, &["tcp.refused at 127.0.0.1:1"]);
        assert!(
            !ran.stderr.contains("aws sso login"),
            "{source:?}: {}",
            ran.stderr
        );
    }
}

/// A search with a profile of these settings and the session in the file of that name, and what the portal was asked.
fn signed_in(own: &str, sha1: &str) -> (Ran, Vec<Heard>) {
    let portal = Stub::start(service);
    let config = format!("[default]\nsso_account_id = 123456789012\nsso_role_name = r\n{own}");
    let home = Home::new()
        .file(".aws/config", config)
        .file(
            format!(".aws/sso/cache/{sha1}.json").as_str(),
            r#"{"accessToken":"ssotoken","expiresAt":"2036-01-01T00:00:00UTC"}"#,
        )
        .set("AWS_ENDPOINT_URL_SSO", portal.url());
    (search(&home), portal.heard())
}

#[test]
fn a_session_is_that_of_the_profile_or_of_its_section_and_they_may_not_differ() {
    // The SHA-1 of the start URL, and of the name `s`.
    let (of_url, of_name) = (
        "1a456e1a50f672d76dbb7e005eadd369d967380a",
        "a0f1490a20d0211c997b44bc357e1972deab8ae3",
    );
    let url = "sso_start_url = https://example.invalid/start\n";
    let region = "sso_region = eu-central-1\n";
    let section = format!("[sso-session s]\n{region}{url}");
    let session = "sso_session = s\n";
    for (own, file) in [
        (format!("{url}{region}"), of_url),
        (format!("{session}{section}"), of_name),
        (format!("{session}{url}{section}"), of_name),
        (format!("{session}{region}{section}"), of_name),
        (format!("{session}{url}{region}{section}"), of_name),
    ] {
        let (ran, heard) = signed_in(&own, file);
        assert!(
            ran.stderr.contains("InvalidClientTokenId"),
            "{own}: {}",
            ran.stderr
        );
        assert_eq!(
            heard[0].header("x-amz-sso_bearer_token"),
            "ssotoken",
            "{own}"
        );
    }
    for other in [
        "sso_start_url = https://example.invalid/other\n",
        "sso_region = us-east-1\n",
    ] {
        let (ran, heard) = signed_in(&format!("{session}{other}{section}"), of_name);
        let says = "sso_start_url or sso_region differs from that of its sso-session section";
        ran.refuses(4, &[says]);
        assert!(heard.is_empty(), "{other}");
    }
}
