//! The catalogue against the AWS SDK: its published endpoint cases, and its resolver for every Region and variant.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use proptest::prelude::*;
use serde_json::Value;

use super::resolve;
use crate::{Catalog, Endpoint, Origin, PARTITIONS, REGIONS, Scope};

const SCOPES: [Scope; 4] = [
    Scope::Regional,
    Scope::Fips,
    Scope::DualStack,
    Scope::FipsDualStack,
];

/// What the catalogue gives for a case, when it can express it.
fn ours(params: &Value) -> Option<Endpoint> {
    let asked = |name: &str| params[name].as_bool().unwrap_or(false);
    // Custom URLs go another way, and without a Region there is nothing to select.
    let region = params["Region"]
        .as_str()
        .filter(|_| params.get("Endpoint").is_none())?;
    let global = region == "aws-global" || asked("UseGlobalEndpoint") && Region::is_legacy(region);
    let selector = match (global, asked("UseFIPS"), asked("UseDualStack")) {
        (true, _, _) => "global".to_owned(),
        (false, false, false) => region.to_owned(),
        (false, true, false) => format!("fips:{region}"),
        (false, false, true) => format!("dualstack:{region}"),
        (false, true, true) => format!("fips-dualstack:{region}"),
    };
    let catalog = Catalog {
        extra_regions: vec![region.to_owned()],
        here: None,
        ..Catalog::default()
    };
    let selected = catalog
        .select(&selector.parse().expect("a selector"))
        .expect("the Region is known");
    assert_eq!(selected.len(), 1, "{selector}");
    selected.into_iter().next()
}

struct Region;

impl Region {
    /// Regions that the SDK's legacy setting sends to the global endpoint (AWS, "AWS STS Regional endpoints").
    fn is_legacy(region: &str) -> bool {
        const LEGACY: [&str; 17] = [
            "ap-northeast-1",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "aws-global",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
            "local",
        ];
        LEGACY.contains(&region)
    }
}

#[test]
fn hosts_and_signing_regions_are_those_of_the_sdks_own_cases() {
    let cases: Value =
        serde_json::from_str(include_str!("../../tests/data/sts-endpoint-tests.json"))
            .expect("JSON");
    let cases = cases["testCases"].as_array().expect("a list");
    assert_eq!(cases.len(), 69);
    let mut compared = 0;
    for case in cases {
        let Some(endpoint) = ours(&case["params"]) else {
            continue;
        };
        let expected = &case["expect"]["endpoint"];
        assert_eq!(
            endpoint.origin.to_string(),
            expected["url"].as_str().expect("a URL"),
            "{}",
            case["documentation"]
        );
        if let Some(region) = expected["properties"]["authSchemes"][0]["signingRegion"].as_str() {
            assert_eq!(endpoint.signing_region, region, "{}", case["documentation"]);
        } else {
            assert_eq!(
                endpoint.signing_region, endpoint.region,
                "{}",
                case["documentation"]
            );
        }
        compared += 1;
    }
    assert_eq!(
        compared, 62,
        "cases without a Region or with a URL of their own are left out, and no other"
    );
}

/// A host and its signing Region, or a refusal.
type Resolved = Option<(Origin, String)>;

/// What the SDK makes of a Region.
fn theirs(region: &str, scope: Scope) -> Resolved {
    let params = Params::builder()
        .region(region)
        .use_fips(matches!(scope, Scope::Fips | Scope::FipsDualStack))
        .use_dual_stack(matches!(scope, Scope::DualStack | Scope::FipsDualStack))
        .use_global_endpoint(false)
        .build()
        .ok()?;
    let resolver = DefaultResolver::new();
    let endpoint = ready(resolver.resolve_endpoint(&params)).ok()?;
    let signing_region = endpoint
        .auth_schemes()
        .iter()
        .find_map(|scheme| scheme.get("signingRegion")?.as_string())
        .unwrap_or(region)
        .to_owned();
    // The SDK lets a label end with a hyphen, which no host name can.
    Some((Origin::parse(endpoint.url()).ok()?, signing_region))
}

fn table(region: &str, scope: Scope) -> Resolved {
    let endpoint = resolve("any", region, scope).ok()?;
    Some((endpoint.origin, endpoint.signing_region))
}

/// The output of a future that is ready at its first poll, as the endpoint rules' futures are: they compute, they never
/// wait.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("endpoint rules are pure computation"),
    }
}

#[test]
fn every_variant_of_every_region_is_that_of_the_sdk() {
    let mut compared = 0;
    for region in REGIONS {
        for scope in SCOPES {
            let found = table(region.name, scope);
            assert!(found.is_some(), "{} {scope}", region.name);
            assert_eq!(found, theirs(region.name, scope), "{} {scope}", region.name);
            compared += 1;
        }
        let endpoint = resolve("any", region.name, Scope::Regional).expect("a host");
        assert_eq!(endpoint.partition, region.partition, "{}", region.name);
    }
    assert_eq!(compared, 4 * REGIONS.len());
}

#[test]
fn the_pseudo_region_of_every_partition_is_that_of_the_sdk() {
    let mut global = Vec::new();
    for partition in PARTITIONS {
        let Some(region) = partition.pseudo_region else {
            continue;
        };
        for scope in SCOPES {
            assert_eq!(
                table(region, scope),
                theirs(region, scope),
                "{region} {scope}"
            );
        }
        assert_eq!(
            table(region, Scope::Global),
            theirs(region, Scope::Regional),
            "{region}"
        );
        if partition.has_global_endpoint() {
            global.push(partition.id);
        }
    }
    assert_eq!(global, ["aws"]);
}

#[test]
fn a_region_newer_than_the_table_is_of_the_partition_whose_names_are_like_its_own() {
    for (region, partition, host) in [
        ("eu-north-9", "aws", "sts.eu-north-9.amazonaws.com"),
        ("cn-south-9", "aws-cn", "sts.cn-south-9.amazonaws.com.cn"),
        (
            "eusc-de-west-9",
            "aws-eusc",
            "sts.eusc-de-west-9.amazonaws.eu",
        ),
        ("us-iso-north-9", "aws-iso", "sts.us-iso-north-9.c2s.ic.gov"),
        (
            "us-isob-north-9",
            "aws-iso-b",
            "sts.us-isob-north-9.sc2s.sgov.gov",
        ),
        (
            "eu-isoe-north-9",
            "aws-iso-e",
            "sts.eu-isoe-north-9.cloud.adc-e.uk",
        ),
        (
            "us-isof-north-9",
            "aws-iso-f",
            "sts.us-isof-north-9.csp.hci.ic.gov",
        ),
        (
            "us-gov-north-9",
            "aws-us-gov",
            "sts.us-gov-north-9.amazonaws.com",
        ),
        ("mars-north-9", "aws", "sts.mars-north-9.amazonaws.com"),
        ("local", "aws", "sts.local.amazonaws.com"),
    ] {
        let endpoint = resolve("any", region, Scope::Regional).expect("a host");
        assert_eq!(
            (endpoint.partition.as_str(), endpoint.origin.host()),
            (partition, host)
        );
        for scope in SCOPES {
            assert_eq!(
                table(region, scope),
                theirs(region, scope),
                "{region} {scope}"
            );
        }
    }
}

#[test]
fn a_name_that_cannot_be_a_label_of_a_host_is_refused() {
    for region in ["-x", "x-", &"x".repeat(64)] {
        let refusal = resolve("any", region, Scope::Regional).expect_err("no host name");
        assert!(
            refusal.to_string().contains("is not a DNS name"),
            "{refusal}"
        );
        assert_eq!(theirs(region, Scope::Regional), None);
    }
}

fn invented_region() -> impl Strategy<Value = String> {
    let prefixes: Vec<_> = PARTITIONS
        .iter()
        .flat_map(|partition| partition.region_prefixes)
        .copied()
        .collect();
    let like_others = (
        prop::sample::select(prefixes),
        "[a-z0-9]{1,9}",
        "[0-9]{1,3}",
        "(|-|-1|x)",
    )
        .prop_map(|(prefix, word, number, more)| format!("{prefix}-{word}-{number}{more}"));
    prop_oneof![
        like_others,
        "[a-z0-9-]{1,64}",
        "[a-z]{1,3}(-[a-z]{1,6}){0,3}(-[0-9])?"
    ]
}

proptest! {
    #[test]
    fn an_invented_region_is_resolved_as_by_the_sdk(
        region in invented_region(), scope in prop::sample::select(SCOPES.to_vec())
    ) {
        prop_assert_eq!(table(&region, scope), theirs(&region, scope));
    }
}
