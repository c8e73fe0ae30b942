//! The catalogue against the SDK's own endpoint cases.

use super::super::{Catalog, Endpoint};
use serde_json::Value;

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
