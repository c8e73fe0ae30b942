//! The table as a table: identifiers, sources, and each fact by an example.

use super::facts::*;
use std::collections::BTreeSet;

use crate::catalog::{Activation, Region};

use super::*;

fn environment(variables: &[(&str, &str)]) -> ClientEnvironment {
    ClientEnvironment {
        variables: variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..ClientEnvironment::default()
    }
}

/// As in `https://sts.amazonaws.com us-east-1`, or `error`.
fn called(id: &str, variables: &[(&str, &str)]) -> String {
    let client = Client::named(id).expect("a client of the table");
    match client.called(&environment(variables)) {
        Called::Endpoint {
            url,
            signing_region,
            ..
        } => format!("{url} {signing_region}"),
        Called::Refused { .. } => "error".to_owned(),
    }
}

const GLOBAL: &str = "https://sts.amazonaws.com us-east-1";
const FRANKFURT: &str = "https://sts.eu-central-1.amazonaws.com eu-central-1";

/// Both names of the Region, so that each client finds it.
const IN_FRANKFURT: [(&str, &str); 2] = [
    ("AWS_REGION", "eu-central-1"),
    ("AWS_DEFAULT_REGION", "eu-central-1"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    IN_FRANKFURT.iter().chain(more).copied().collect()
}

#[test]
fn identifiers_are_unique_words_and_every_client_has_sources() {
    let ids: BTreeSet<_> = CLIENTS.iter().map(|client| client.id).collect();
    assert_eq!(ids.len(), CLIENTS.len());
    for client in CLIENTS {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        assert!(client.id.chars().all(is_word), "{}", client.id);
        assert!(
            !client.name.is_empty() && !client.sources.is_empty(),
            "{}",
            client.id
        );
    }
    for name in [
        "aws-cli-1",
        "aws-cli-2",
        "python",
        "java-1",
        "java-2",
        "javascript-2",
        "javascript-3",
        "go-1",
        "go-2",
        "dotnet-3",
        "dotnet-4",
        "php",
        "ruby",
        "cpp",
        "rust",
        "powershell",
        "kotlin",
        "swift",
    ] {
        assert!(ids.contains(name), "{name}");
    }
}

#[test]
fn the_legacy_list_has_sixteen_names_and_no_opt_in_region() {
    let names: BTreeSet<_> = LEGACY_REGIONS.iter().collect();
    assert_eq!(names.len(), 16);
    for name in LEGACY_REGIONS
        .into_iter()
        .filter(|name| *name != "aws-global")
    {
        let region = Region::named(name).expect("a Region of the table");
        assert_eq!(region.activation, Activation::Default, "{name}");
    }
    for name in ["ap-northeast-2", "ap-northeast-3"] {
        assert!(!LEGACY_REGIONS.contains(&name), "{name}");
    }
}

#[test]
fn by_default_those_call_the_global_endpoint_that_have_not_changed() {
    let global: BTreeSet<_> = CLIENTS
        .iter()
        .filter(|client| called(client.id, &IN_FRANKFURT) == GLOBAL)
        .map(|client| client.id)
        .collect();
    let expected = BTreeSet::from([
        "aws-cli-1-before-1.42",
        "python-before-1.40",
        "javascript-2",
        "java-1",
        "go-1",
        "dotnet-3-before-2025-07",
        "powershell-before-2025-07",
        "php-before-3.351.12",
        "cpp-before-2025-07",
    ]);
    assert_eq!(global, expected);
    let others = CLIENTS
        .iter()
        .filter(|client| !expected.contains(client.id));
    for client in others {
        assert_eq!(called(client.id, &IN_FRANKFURT), FRANKFURT, "{}", client.id);
    }
}

#[test]
fn a_change_of_default_was_on_one_day_and_has_a_predecessor() {
    for client in CLIENTS.iter().filter(|client| client.since.is_some()) {
        assert_eq!(client.since.map(|since| since.date), Some("2025-07-31"));
        assert_eq!(client.default, DefaultMode::Regional);
        let before = format!("{}-before", client.id);
        let predecessor = CLIENTS.iter().find(|it| it.id.starts_with(&before));
        assert_eq!(
            predecessor.map(|it| it.default),
            Some(DefaultMode::Legacy),
            "{}",
            client.id
        );
    }
}

#[test]
fn the_setting_moves_those_that_read_it() {
    let legacy = with(&[("AWS_STS_REGIONAL_ENDPOINTS", "legacy")]);
    let regional = with(&[("AWS_STS_REGIONAL_ENDPOINTS", "regional")]);
    for client in CLIENTS {
        let by_default = called(client.id, &IN_FRANKFURT);
        let (legacy, regional) = (called(client.id, &legacy), called(client.id, &regional));
        if client.setting == SettingRule::NotRead {
            assert_eq!([&legacy, &regional], [&by_default; 2], "{}", client.id);
        } else {
            assert_eq!([&*legacy, &*regional], [GLOBAL, FRANKFURT], "{}", client.id);
        }
    }
}

#[test]
fn without_a_region_each_does_what_it_does() {
    for client in CLIENTS {
        let expected = match client.without_region {
            WithoutRegion::Refused => "error",
            WithoutRegion::Global | WithoutRegion::GlobalUnlessRegional => GLOBAL,
            WithoutRegion::UsEast1 if client.default == DefaultMode::Legacy => GLOBAL,
            WithoutRegion::UsEast1 => "https://sts.us-east-1.amazonaws.com us-east-1",
        };
        assert_eq!(called(client.id, &[]), expected, "{}", client.id);
    }
}

#[test]
fn urls_and_variants_reach_those_that_read_them() {
    let url = with(&[("AWS_ENDPOINT_URL_STS", "https://sts.example/")]);
    let fips = with(&[("AWS_USE_FIPS_ENDPOINT", "true")]);
    let both = with(&[
        ("AWS_ENDPOINT_URL", "https://sts.example"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
    ]);
    for client in CLIENTS {
        let by_default = called(client.id, &IN_FRANKFURT);
        let custom = "https://sts.example eu-central-1";
        let dual_stack = "https://sts.eu-central-1.api.aws eu-central-1";
        match client.urls {
            UrlRule::NotRead => assert_eq!(called(client.id, &url), by_default),
            UrlRule::Read | UrlRule::ReadWithoutVariants => {
                assert_eq!(called(client.id, &url), custom, "{}", client.id);
            }
        }
        let expected = match (client.urls, client.variants) {
            (UrlRule::Read, _) | (UrlRule::ReadWithoutVariants, Booleans::NotRead) => custom,
            (UrlRule::ReadWithoutVariants, _) => "error",
            (UrlRule::NotRead, Booleans::NotRead) => &by_default,
            (UrlRule::NotRead, _) => dual_stack,
        };
        assert_eq!(called(client.id, &both), expected, "{}", client.id);
        let expected = match client.variants {
            Booleans::NotRead => by_default,
            _ => "https://sts-fips.eu-central-1.amazonaws.com eu-central-1".to_owned(),
        };
        assert_eq!(called(client.id, &fips), expected, "{}", client.id);
    }
}

#[test]
fn partitions_without_a_global_endpoint_know_no_legacy() {
    for (region, host) in [
        ("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"),
    ] {
        let variables = [
            ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_STS_REGIONAL_ENDPOINTS", "legacy"),
        ];
        for client in CLIENTS {
            assert_eq!(
                called(client.id, &variables),
                format!("{host} {region}"),
                "{}",
                client.id
            );
        }
    }
}

#[test]
fn in_opt_in_regions_legacy_is_the_region_for_all_but_javascript_2() {
    let variables = [
        ("AWS_REGION", "ap-east-1"),
        ("AWS_DEFAULT_REGION", "ap-east-1"),
    ];
    for client in CLIENTS {
        let expected = if client.id == "javascript-2" {
            GLOBAL
        } else {
            "https://sts.ap-east-1.amazonaws.com ap-east-1"
        };
        assert_eq!(called(client.id, &variables), expected, "{}", client.id);
    }
}

#[test]
fn a_region_that_is_no_host_label_is_refused() {
    for region in ["eu central 1", "a/b", "x@y"] {
        assert_eq!(
            called("rust", &[("AWS_REGION", region)]),
            "error",
            "{region}"
        );
    }
}

#[test]
fn a_switch_that_is_neither_on_nor_off_is_what_each_client_makes_of_it() {
    for switch in [
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ] {
        let is_of_urls = switch == "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
        for client in CLIENTS {
            let is_read = if is_of_urls {
                client.urls != UrlRule::NotRead
            } else {
                client.variants != Booleans::NotRead
            };
            let plain = called(client.id, &IN_FRANKFURT);
            let yes = called(client.id, &with(&[(switch, "yes")]));
            let expected = match client.bad_switch {
                _ if is_of_urls && client.variants == Booleans::AnyCaseAndOnOff => &plain,
                BadSwitch::Refused | BadSwitch::RefusedInVariable if is_read => "error",
                _ => &plain,
            };
            assert_eq!(yes, expected, "{switch} {}", client.id);
        }
    }
    // PHP takes any text that it cannot read for true where it looks for URLs, and refuses it where it looks for FIPS.
    let url = ("AWS_ENDPOINT_URL", "https://sts.example");
    let ignored = called(
        "php",
        &with(&[url, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "yes")]),
    );
    assert_eq!(ignored, FRANKFURT);
    for id in ["go-2", "java-2", "go-1", "php", "dotnet-4"] {
        let one = called(id, &with(&[("AWS_USE_FIPS_ENDPOINT", "maybe")]));
        assert_eq!(one, "error", "{id}");
    }
    let on = called("php", &with(&[("AWS_USE_FIPS_ENDPOINT", "on")]));
    assert_eq!(
        on,
        "https://sts-fips.eu-central-1.amazonaws.com eu-central-1"
    );
}

#[test]
fn a_bad_switch_in_a_variable_hides_the_profile_from_some_clients() {
    let mut environment = environment(&with(&[("AWS_USE_FIPS_ENDPOINT", "1")]));
    let mut profile = ClientProfile::default();
    profile
        .config
        .insert("use_fips_endpoint".to_owned(), "true".to_owned());
    environment
        .profiles
        .insert("default".to_owned(), profile.clone());
    let is_fips = |environment: &ClientEnvironment, id: &str| {
        let called = Client::named(id).expect("known").called(environment);
        matches!(called, Called::Endpoint { url, .. } if url.contains("sts-fips"))
    };
    assert!(is_fips(&environment, "javascript-3"));
    assert!(!is_fips(&environment, "python"));
    assert!(!is_fips(&environment, "rust"));
    // In a profile alone Go reads it as off.
    environment.variables.remove("AWS_USE_FIPS_ENDPOINT");
    profile
        .config
        .insert("use_fips_endpoint".to_owned(), "1".to_owned());
    environment.profiles.insert("default".to_owned(), profile);
    let go = Client::named("go-2").expect("known").called(&environment);
    assert!(
        matches!(go, Called::Endpoint { url, .. } if url == "https://sts.eu-central-1.amazonaws.com")
    );
}

#[test]
fn a_region_that_is_named_as_one_of_fips_is_one_for_most() {
    for name in ["fips-us-east-1", "us-east-1-fips"] {
        let variables = [("AWS_REGION", name), ("AWS_DEFAULT_REGION", name)];
        for client in CLIENTS.iter().filter(|it| it.region.fips_names) {
            assert_eq!(
                called(client.id, &variables),
                "https://sts-fips.us-east-1.amazonaws.com us-east-1",
                "{}",
                client.id
            );
        }
        for id in ["go-1", "go-2", "dotnet-4", "php", "ruby", "cpp", "python"] {
            assert!(Client::named(id).expect("known").region.fips_names, "{id}");
        }
        for id in ["java-2", "rust"] {
            assert!(!Client::named(id).expect("known").region.fips_names, "{id}");
        }
    }
}

#[test]
fn ruby_takes_any_other_value_of_the_setting_for_its_default() {
    for (value, expected) in [
        ("legacy", GLOBAL),
        ("LEGACY", FRANKFURT),
        ("regional", FRANKFURT),
        ("foo", FRANKFURT),
    ] {
        let variables = with(&[("AWS_STS_REGIONAL_ENDPOINTS", value)]);
        assert_eq!(called("ruby", &variables), expected, "{value}");
    }
}

#[test]
fn a_url_is_shown_without_its_secrets_and_known_by_its_host() {
    for (url, is_global, shown) in [
        (
            "https://me:SECRET@sts.amazonaws.com/?token=SECRET",
            true,
            "https://****@sts.amazonaws.com/?****",
        ),
        (
            "https://sts.amazonaws.com./x",
            true,
            "https://sts.amazonaws.com./x",
        ),
        (
            "https://sts.amazonaws.com@proxy.example:8443",
            false,
            "https://****@proxy.example:8443",
        ),
    ] {
        let environment = environment(&with(&[("AWS_ENDPOINT_URL_STS", url)]));
        for client in CLIENTS.iter().filter(|it| it.urls != UrlRule::NotRead) {
            let called = client.called(&environment);
            assert_eq!(called.is_global(), is_global, "{url} {}", client.id);
            assert!(
                matches!(&called, Called::Endpoint { url, .. } if url == shown),
                "{called:?}"
            );
        }
    }
}
