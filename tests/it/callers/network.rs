//! Where the search for credentials sends its requests, for every source that makes any, under every variable that
//! leads other programs: judged by what arrives at the service and at the proxy.

use crate::stub::{Heard, Stub, response};
use crate::support::{FAST, Home, KEY_ID, Ran, SECRET, TestEmulator};

const TOKEN: &str = "PODTOKENPODTOKENPODTOKEN";
pub const REGION: &str = "eu-central-1";

/// A source of credentials that makes requests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Source {
    Container,
    ContainerOfAProfile,
    Metadata,
    MetadataOfAProfile,
    Role,
    WebIdentity,
    Sso,
}

use Source::{
    Container, ContainerOfAProfile, Metadata, MetadataOfAProfile, Role, Sso, WebIdentity,
};

const SOURCES: [Source; 7] = [
    Container,
    ContainerOfAProfile,
    Metadata,
    MetadataOfAProfile,
    Role,
    WebIdentity,
    Sso,
];

/// Every service at once: container, instance metadata, STS, IAM Identity Center. A proxy that answers like this could
/// hand out keys of its own.
pub fn service(heard: &Heard) -> String {
    let keys = |token: &str, expiration: &str| {
        format!(
            r#"{{"Code":"Success","AccessKeyId":"ASIAQNZGKIQY56JQ7WML","SecretAccessKey":"{SECRET}","{token}":"t","Expiration":{expiration}}}"#
        )
    };
    let path = heard.head.split(' ').nth(1).unwrap_or_default();
    if heard.head.starts_with("PUT") {
        return response(
            "200 OK",
            "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n",
            "metadata-token",
        );
    }
    if path.contains("/federation/credentials") {
        let role = format!(
            r#"{{"roleCredentials":{{"accessKeyId":"ASIAQNZGKIQY56JQ7WML","secretAccessKey":"{SECRET}","sessionToken":"t","expiration":2082758400000}}}}"#
        );
        return response("200 OK", "content-type: application/json\r\n", &role);
    }
    if path.ends_with("/security-credentials/") {
        return response("200 OK", "", "role");
    }
    if heard.head.starts_with("GET") {
        return response("200 OK", "", &keys("Token", r#""2036-01-01T00:00:00Z""#));
    }
    let action = if heard.body.contains("Action=AssumeRoleWithWebIdentity") {
        "AssumeRoleWithWebIdentity"
    } else {
        "AssumeRole"
    };
    let xml = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials>\
         <AccessKeyId>ASIAQNZGKIQY56JQ7WML</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
         <SessionToken>t</SessionToken><Expiration>2036-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser>\
         <Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>\
         </{action}Result></{action}Response>"
    );
    response("200 OK", "content-type: text/xml\r\n", &xml)
}

pub fn through_no_tunnel(heard: &Heard) -> String {
    if heard.head.starts_with("CONNECT") {
        return response("403 Forbidden", "", "");
    }
    service(heard)
}

impl Source {
    /// A user whose credentials come from here, with the services at `url`.
    pub fn home(self, url: &str) -> Home {
        let home = Home::new().set("AWS_REGION", REGION);
        let role = "role_arn = arn:aws:iam::123456789012:role/r";
        let container = |home: Home| {
            home.set(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                format!("{url}/v1/credentials"),
            )
            .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", TOKEN)
        };
        let metadata = |home: Home| {
            home.unset("AWS_EC2_METADATA_DISABLED")
                .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
        };
        let sts = |home: Home| home.set("AWS_ENDPOINT_URL_STS", url);
        let config =
            |home: Home, text: &str| home.file(".aws/config", format!("[default]\n{text}\n"));
        match self {
            Container => container(home),
            ContainerOfAProfile => container(sts(config(
                home,
                &format!("{role}\ncredential_source = EcsContainer"),
            ))),
            Metadata => metadata(home),
            MetadataOfAProfile => metadata(sts(config(
                home,
                &format!("{role}\ncredential_source = Ec2InstanceMetadata"),
            ))),
            Role => sts(config(
                home,
                &format!(
                    "{role}\nsource_profile = base\n[profile base]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}"
                ),
            )),
            WebIdentity => {
                let home = sts(home.file("token", "a.web.identity"));
                let token = home.path().join("token");
                home.set("AWS_WEB_IDENTITY_TOKEN_FILE", token)
                    .set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")
            }
            // The file of the session is named by the SHA-1 of its name, `s`.
            Sso => config(
                home,
                "sso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n[sso-session s]\n\
                 sso_region = eu-central-1\nsso_start_url = https://example.invalid/start",
            )
            .set("AWS_ENDPOINT_URL_SSO", url)
            .file(
                ".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json",
                r#"{"startUrl":"https://example.invalid/start","region":"eu-central-1","accessToken":"ssotoken","expiresAt":"2036-01-01T00:00:00Z"}"#,
            ),
        }
    }

    /// Whether what its own service is sent or answers may never pass a proxy.
    fn is_of_this_host(self) -> bool {
        matches!(
            self,
            Container | ContainerOfAProfile | Metadata | MetadataOfAProfile
        )
    }

    /// Whether it asks STS or IAM Identity Center.
    fn asks_outside(self) -> bool {
        !matches!(self, Container | Metadata)
    }
}

/// A service that does not know the key of whoever calls.
pub fn unknown_key(_: &Heard) -> String {
    let text = "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>m</Message>\
                </Error><RequestId>r</RequestId></ErrorResponse>";
    response("403 Forbidden", "content-type: text/xml\r\n", text)
}

/// A run that ends after its credentials were found, because `peer` does not know the key.
pub fn search_at(home: &Home, peer: &Stub) -> Ran {
    let given = format!("peer={}", peer.url());
    let ran = home.measure(&[
        "--endpoint-url",
        &given,
        "--endpoints=peer",
        "--operations=get-caller-identity",
        "--progress=never",
    ]);
    assert!(!ran.stderr.contains("CANARY"), "{}", ran.stderr);
    ran
}

pub fn search(home: &Home) -> Ran {
    search_at(home, &Stub::start(unknown_key))
}

#[test]
fn no_proxy_sees_what_a_container_or_an_instance_says_and_others_are_reached_as_the_variables_say()
{
    let ways = [
        ("HTTP_PROXY", "", true),
        ("http_proxy", "", true),
        ("ALL_PROXY", "", true),
        ("all_proxy", "", true),
        ("HTTP_PROXY", "127.0.0.1", false),
        ("HTTPS_PROXY", "", false),
        ("https_proxy", "", false),
    ];
    for source in SOURCES {
        for (variable, no_proxy, led) in ways {
            let (server, proxy) = (Stub::start(service), Stub::start(through_no_tunnel));
            let home = source
                .home(server.url())
                .set(variable, proxy.url())
                .set("NO_PROXY", no_proxy);
            let case = format!("{source:?} with {variable}, NO_PROXY={no_proxy}");
            let ran = search(&home);
            assert!(
                ran.stderr.contains("InvalidClientTokenId"),
                "{case}: {}",
                ran.stderr
            );
            let through = proxy.heard();
            assert_eq!(
                !through.is_empty(),
                led && source.asks_outside(),
                "{case}: {through:?}"
            );
            for heard in &through {
                assert!(
                    heard.head.starts_with("POST") || heard.head.contains("/federation/"),
                    "{case}: {heard:?}"
                );
                assert!(!heard.head.contains(TOKEN), "{case}: {heard:?}");
            }
            let direct = source.is_of_this_host() || !led;
            assert_eq!(!server.heard().is_empty(), direct, "{case}");
        }
    }
}

#[test]
fn variants_of_endpoints_count_for_the_search_and_the_run_says_so() {
    for (variables, host) in [
        (&[][..], "sts.eu-central-1.amazonaws.com"),
        (
            &[
                ("AWS_USE_FIPS_ENDPOINT", "true"),
                ("AWS_REGION", "us-east-2"),
            ],
            "sts-fips.us-east-2.amazonaws.com",
        ),
        (
            &[("AWS_USE_DUALSTACK_ENDPOINT", "true")],
            "sts.eu-central-1.api.aws",
        ),
        (
            &[("AWS_STS_REGIONAL_ENDPOINTS", "legacy")],
            "sts.amazonaws.com",
        ),
    ] {
        let proxy = Stub::start(through_no_tunnel);
        let home = Role
            .home("http://127.0.0.1:1")
            .unset("AWS_ENDPOINT_URL_STS")
            .set("HTTPS_PROXY", proxy.url());
        let home = variables.iter().fold(home, |home, (name, value)| {
            home.unset(name).set(name, value)
        });
        search(&home).exits(4);
        let asked = format!("CONNECT {host}:443 ");
        let heard = proxy.heard();
        assert!(
            !heard.is_empty() && heard.iter().all(|it| it.head.starts_with(&asked)),
            "{variables:?}: {heard:?}"
        );
    }
    let home = Home::with_keys(KEY_ID, SECRET)
        .set("AWS_USE_FIPS_ENDPOINT", "true")
        .set("AWS_STS_REGIONAL_ENDPOINTS", "legacy");
    let stub = Stub::start(|heard| crate::stub::sts(heard, crate::stub::USER, ""));
    let given = format!("peer={}", stub.url());
    home.measure(&[
        "--endpoint-url",
        &given,
        "--endpoints=peer",
        "--operations=get-caller-identity",
        "--connections=warm",
        "--rounds=2",
        "--blocks=2",
        "--rate-per-endpoint=10",
    ])
    .measures()
    .says(&[
        "AWS_USE_FIPS_ENDPOINT, AWS_STS_REGIONAL_ENDPOINTS set: followed by the search for credentials only",
    ]);
}

#[test]
fn the_search_trusts_the_authorities_that_the_aws_cli_would_trust() {
    let fleet = TestEmulator::start(&format!("endpoints = \"eu-central-1\"\n{FAST}"));
    let own = &fleet.announcement().credentials[0];
    let role = &fleet.announcement().parameters[&sts_model::Operation::AssumeRole]["role-arn"];
    let home = |more: &str| {
        Home::new()
            .set("AWS_REGION", REGION)
            .set("AWS_ENDPOINT_URL_STS", &fleet.endpoint(REGION).url)
            .file(
                ".aws/config",
                format!(
                    "[default]\nrole_arn = {role}\nsource_profile = base\n{more}\n[profile base]\n\
                     aws_access_key_id = {}\naws_secret_access_key = {}\n",
                    own.access_key_id, own.secret_access_key
                ),
            )
    };
    let found = |home: &Home| search(home).stderr.contains("InvalidClientTokenId");
    let file = fleet.ca_file();
    search(&home("")).refuses(4, &["tls.unknown_issuer at 127."]);
    assert!(found(&home("").set("AWS_CA_BUNDLE", &file)));
    assert!(found(
        &home("")
            .set("AWS_CA_BUNDLE", "")
            .set("REQUESTS_CA_BUNDLE", &file)
    ));
    assert!(found(&home(&format!("ca_bundle = {file}"))));
    assert!(found(
        &home("")
            .set("DIR", fleet.ca_file().trim_end_matches("ca.pem"))
            .set("AWS_CA_BUNDLE", "${DIR}ca.pem")
    ));
    for (contents, says) in [
        ("nothing\n", "holds no certificate"),
        ("", "holds no certificate"),
    ] {
        let home = home("").file("bundle", contents);
        let path = home.path().join("bundle");
        search(&home.set("AWS_CA_BUNDLE", path)).refuses(4, &["bundle: ", says]);
    }
    search(&home("").set("AWS_CA_BUNDLE", "/nonexistent/bundle"))
        .refuses(4, &["/nonexistent/bundle: does not exist"]);
}
