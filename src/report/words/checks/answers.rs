//! Sentences about the answers: missing, failed, throttled, from another Region.

use super::remedy::remedy;
use crate::plan::Plan;
use crate::report::words::numbers::{milliseconds, percent_in_tenths, percentage, percentile_name};
use crate::report::words::targets::{endpoint_name, target_name};
use crate::results::CheckVerdict;
use crate::results::finding::{AnswersFinding, ShownPercentile};

pub(super) fn sentence(finding: &AnswersFinding, verdict: CheckVerdict, plan: &Plan) -> String {
    match finding {
        AnswersFinding::EveryTargetAnswered { targets } => {
            format!("every one of {targets} targets gave answers")
        }
        AnswersFinding::NoTargetAnswered => {
            "no target gave an answer that counts; the failures tell why, and --dry-run shows what is called".to_owned()
        }
        AnswersFinding::SomeTargetsSilent { silent, targets, first } => format!(
            "{silent} of {targets} targets gave no answer that counts, {} first; the failures tell why, and the other targets stand",
            target_name(plan, *first)
        ),
        AnswersFinding::NothingToBias => "no target gave an answer that failures could bias".to_owned(),
        AnswersFinding::NoneFailed => "no call failed on a target that answers".to_owned(),
        AnswersFinding::SomeFailed { failed, issued, ratio, worst, highest_shown, reached_from } => format!(
            "at worst {failed} of {issued} calls failed ({}, {}{}){}",
            percent_in_tenths(*ratio),
            target_name(plan, *worst),
            highest_shown.map(beside).unwrap_or_default(),
            reached(*reached_from, verdict)
        ),
        AnswersFinding::NoneThrottled => "STS throttled no call".to_owned(),
        AnswersFinding::SomeThrottled { throttled, issued, ratio, limit_ratio, worst, more_endpoints } => format!(
            "STS throttled {throttled} of {issued} calls to {} ({}; limit {} %){}; lower --rate-per-endpoint, and look at who else uses the account's quota",
            endpoint_name(plan, *worst),
            percent_in_tenths(*ratio),
            percentage(*limit_ratio),
            match more_endpoints {
                0 => String::new(),
                more => format!(", and calls to {more} more"),
            }
        ),
        AnswersFinding::RegionsAgree { answers } => {
            format!("the Region in the issued session token agrees with the header's in {answers} answers")
        }
        AnswersFinding::RegionsDiffer { answers, differing, worst, header_region, token_region, calls } => format!(
            "of {answers} answers with a session token {differing} name another Region in it than in the header, most at {}: header says {header_region}, token says {token_region}, {calls} calls; do not rely on who served them",
            endpoint_name(plan, *worst)
        ),
        AnswersFinding::AnswersRepeat { repeated, issued, worst, more_targets } => format!(
            "{repeated} of {issued} calls were answered with the request id of an earlier answer ({}{}): {}",
            target_name(plan, *worst),
            match more_targets {
                0 => String::new(),
                more => format!(", and {more} more targets"),
            },
            match verdict {
                CheckVerdict::Invalid =>
                    "a cache or a server that replays gave them, and their times are not the service's, so do not use them",
                CheckVerdict::Ok | CheckVerdict::Unknown | CheckVerdict::Warn =>
                    "a cache may have given them; some servers that are not AWS's give every answer the same id, so look which one this is",
            }
        ),
    }
}

/// A percentile of the answers beside that of all calls.
fn beside(shown: ShownPercentile) -> String {
    let all = match shown.all_calls_ns {
        Some(ns) => format!("{:.1} ms of all calls", milliseconds(ns)),
        None => "of all calls a failure".to_owned(),
    };
    format!(
        "; {} {:.1} ms of the answers, {all}",
        percentile_name(shown.percentile),
        milliseconds(shown.answers_ns)
    )
}

/// From which percentile on failures are what a caller sees.
fn reached(from: Option<f64>, verdict: CheckVerdict) -> String {
    match from {
        Some(share) => format!(
            ": over all calls, {} and above are failures there, and the answers alone look better than the service is; do not use them, look at the failures",
            percentile_name(share)
        ),
        None => format!(
            "; no percentile that is shown is affected{}",
            remedy(verdict, ", but look at the failures")
        ),
    }
}
