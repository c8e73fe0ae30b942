//! What else changes with the endpoint.

use sts_model::Region;

/// One thing that changes.
pub(crate) struct EndpointChange {
    /// What, in a word for programs.
    pub(crate) what: &'static str,
    /// How, in a sentence.
    pub(crate) sentence: String,
}

/// The Region that calls to the global endpoint are logged in and signed for.
const GLOBAL_IN: &str = "us-east-1";

/// What else changes for clients that go from the global endpoint to the one of `region`. (IAM User Guide, "Manage AWS STS in
/// an AWS Region", "IAM and AWS STS quotas", "Log IAM and AWS STS API calls with AWS CloudTrail"; VPC: AWS PrivateLink,
/// "Services that integrate".)
pub(crate) fn changes(region: &str) -> Vec<EndpointChange> {
    let tokens = if Region::has_to_be_enabled(region) {
        format!(
            "{region} is an opt-in Region: it refuses tokens of version 1, which the global endpoint issues unless the account asks for version 2"
        )
    } else {
        "opt-in Regions accept tokens of version 2, which Regional endpoints issue, and refuse version 1, which the global endpoint issues unless the account asks for version 2".to_owned()
    };
    let mut changes = vec![
        (
            "token-version",
            "session tokens are of version 2 and longer; leave room for 4,096 bytes".to_owned(),
        ),
        ("token-validity", tokens),
        (
            "quota",
            format!(
                "calls count against the quota of {region}, 600 a second for an account by default, and no longer against that of the global endpoint"
            ),
        ),
        (
            "vpc-endpoint",
            format!(
                "a VPC endpoint for STS in {region} is used; it does not answer for sts.amazonaws.com"
            ),
        ),
    ];
    // There it is the same for both endpoints.
    if region != GLOBAL_IN {
        changes.push((
            "cloudtrail",
            format!(
                "CloudTrail logs the calls in {region} instead of {GLOBAL_IN}, and aws:RequestedRegion is {region}"
            ),
        ));
    }
    changes
        .into_iter()
        .map(|(what, sentence)| EndpointChange { what, sentence })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_changes_into_what_it_is_already() {
        for region in sts_model::REGIONS {
            let trail = changes(region.name)
                .into_iter()
                .find(|it| it.what == "cloudtrail");
            assert_eq!(
                trail.is_none(),
                region.name == "us-east-1",
                "{}",
                region.name
            );
        }
    }
}
