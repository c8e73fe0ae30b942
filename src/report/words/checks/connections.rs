//! Sentences about connections and the requests on them.

use super::remedy::remedy;
use crate::plan::Plan;
use crate::report::words::targets::{endpoint_name, host_name, target_name};
use crate::results::CheckVerdict;
use crate::results::finding::ConnectionsFinding;

pub(super) fn sentence(finding: &ConnectionsFinding, verdict: CheckVerdict, plan: &Plan) -> String {
    match finding {
        ConnectionsFinding::AllCold => {
            "every call opened a connection of its own, as planned".to_owned()
        }
        ConnectionsFinding::AllAsWanted => {
            "every call found the kind of connection that it wanted".to_owned()
        }
        ConnectionsFinding::SomeRedialled {
            redialled,
            issued,
            worst,
            limit,
        } => format!(
            "at most {redialled} of {issued} calls had to open a connection first ({}; up to {limit} are tolerated) and are left out of its numbers{}",
            target_name(plan, *worst),
            match verdict {
                CheckVerdict::Ok | CheckVerdict::Unknown => "",
                CheckVerdict::Warn => {
                    "; the server closes connections early, so lower --connections-per-target or raise the rate"
                }
                CheckVerdict::Invalid => {
                    "; this server does not keep connections or sessions, and the calls that remain are exceptions: measure cold calls"
                }
            }
        ),
        ConnectionsFinding::RequestsUnknown => {
            "a real service does not tell how many requests it saw".to_owned()
        }
        ConnectionsFinding::RequestsNotCounted => {
            "the simulated fleet could not tell how many requests it saw".to_owned()
        }
        ConnectionsFinding::Requests {
            seen,
            made,
            unanswered,
        } => format!(
            "the simulated fleet saw {seen} requests for {made} calls, of which {unanswered} got no answer{}",
            remedy(
                verdict,
                "; the two must agree but for those, so do not use the numbers and report the fault"
            )
        ),
        ConnectionsFinding::OnThisMachine { first, address } => format!(
            "{} was answered at {address}, which is this machine, {} first: these are not measurements of AWS",
            host_name(plan, *first),
            endpoint_name(plan, *first)
        ),
    }
}
