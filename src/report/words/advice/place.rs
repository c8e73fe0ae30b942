//! The Region of an advice, and who serves the global endpoint from there.

use sts_model::{Activation, Because, Called, Partition, Region};

use crate::advice::{ClientCall, RegionFrom, ServedGlobal};
use crate::report::words::numbers::{count, percent_of, plural};

/// That no Region is known; `aws-global` in its stead says which endpoint is called.
pub(crate) fn no_region(calls: &[ClientCall]) -> &'static str {
    let is_pseudo = |call: &ClientCall| {
        matches!(
            call.now,
            Called::Endpoint {
                because: Because::AwsGlobal,
                ..
            }
        )
    };
    if calls.iter().any(is_pseudo) {
        "aws-global, which names the global endpoint and no place"
    } else {
        "none is configured"
    }
}

/// The Region with what it is and where it is from: `eu-central-1, Europe (Frankfurt), from AWS_REGION`.
pub(crate) fn region(name: &str, from: &RegionFrom) -> String {
    let known = match Region::named(name) {
        Some(region) if region.activation == Activation::OptIn => {
            format!("{}, an opt-in Region", region.description)
        }
        Some(region) => region.description.to_owned(),
        None => "no Region of this program's table".to_owned(),
    };
    let from = match from {
        RegionFrom::Here(source) => source.to_string(),
        RegionFrom::Run => "the run".to_owned(),
    };
    format!("{name}, {known}; from {from}")
}

/// Who served the calls of the run to the global endpoint.
pub(crate) fn global_served(global: &ServedGlobal) -> String {
    let mut by: Vec<(&String, &u64)> = global.by.iter().collect();
    by.sort_by_key(|(_, calls)| std::cmp::Reverse(**calls));
    let named: Vec<String> = by
        .into_iter()
        .map(|(region, calls)| format!("{} by {region}", percent_of(*calls, global.answers)))
        .collect();
    let made = plural(global.calls, "call");
    let made = match global.answers {
        0 => return format!("{made}, and none was answered"),
        answers if answers == global.calls => made,
        answers => format!("{made}, {} answered", count(answers)),
    };
    if named.is_empty() {
        format!("{made}, and no answer says by whom")
    } else {
        format!("{made}, {}", named.join(", "))
    }
}

/// What AWS says of who serves the global endpoint. (IAM User Guide, "AWS STS global endpoint changes": since April 2025, in
/// Regions that are enabled by default, where Amazon's resolver answered.)
pub(crate) fn served_since_2025(region: Option<&str>) -> &'static str {
    let known = region.and_then(Region::named);
    let partition = region.map(Partition::of_region);
    if partition.is_some_and(|partition| !partition.has_global_endpoint()) {
        return "this partition has none";
    }
    match known.map(|region| region.activation) {
        Some(Activation::OptIn | Activation::Announced) => {
            "never served in an opt-in Region: us-east-1 answers"
        }
        Some(Activation::Default) | None => {
            "since April 2025 served in the caller's Region where that is enabled by default \
             and Amazon's resolver gave the address, elsewhere by us-east-1"
        }
    }
}
