//! What a decision has to be read with.

use std::collections::BTreeSet;

use crate::advice::{ClientCall, Recommendation};
use crate::judge::{Check, CheckVerdict, Summary};
use crate::report::view::overview::screen::Early;
use crate::report::words::checks::sentence;
use crate::report::words::numbers::plural;
use crate::report::words::overview::lines;
use crate::report::words::simulation;
use crate::results::Run;
use sts_model::{Called, REGIONS, Region, Scope, nearest};

use super::clients::{self, verb};

/// That the run was simulated, and how.
pub(crate) fn simulated(run: &Run) -> Option<String> {
    let simulated = run.header.vantage.simulation.as_ref()?;
    Some(format!("SIMULATED: {}", simulation::simulated(simulated)))
}

/// That AWS's names were answered by this machine.
pub(crate) fn not_aws(run: &Run, summary: &Summary) -> Option<String> {
    let mut found = summary.checks.iter();
    let found =
        found.find(|check| check.name == "not-aws" && check.verdict >= CheckVerdict::Warn)?;
    Some(format!("NOT AWS: {}.", sentence(found, run)))
}

/// That the run was cut short.
pub(crate) fn early(early: &Early) -> String {
    lines::early(early)
}

/// Which checks forbid numbers of the run.
pub(crate) fn failed_checks(summary: &Summary) -> Option<String> {
    let names: Vec<String> = summary.refusals().map(Check::title).collect();
    (!names.is_empty()).then(|| {
        format!(
            "INVALID: {} {} numbers of this run; `stsbench report` shows which.",
            names.join(", "),
            if names.len() == 1 {
                "forbids"
            } else {
                "forbid"
            }
        )
    })
}

/// What in the environment keeps clients from calling, or from following the setting.
pub(crate) fn of_clients(calls: &[ClientCall], decision: &Recommendation) -> Vec<String> {
    let of = plural(calls.len() as u64, "client");
    let number = |is: &dyn Fn(&ClientCall) -> bool| calls.iter().filter(|call| is(call)).count();
    let refusing = number(&ClientCall::is_repaired);
    let refusing = (refusing > 0).then(|| {
        let first = calls.iter().find(|call| call.is_repaired());
        let why = first.map_or(String::new(), |call| clients::why(&call.now));
        format!(
            "{refusing} of {of} {} no call here: {why}.",
            verb(refusing, "make")
        )
    });
    let place = calls.iter().find_map(ClientCall::global_url);
    let is_said = matches!(decision, Recommendation::RemoveUrl { .. });
    let by_url = place.filter(|_| !is_said).map(|place| {
        let calling = number(&|call| call.global_url().is_some());
        format!(
            "{calling} of {of} {} the global endpoint whatever AWS_STS_REGIONAL_ENDPOINTS says, because {} names it.",
            verb(calling, "call"),
            clients::place(place)
        )
    });
    let unlisted: BTreeSet<&str> = calls.iter().filter_map(unlisted_fips).collect();
    let unlisted = unlisted.into_iter().map(|url| {
        format!("AWS lists no FIPS host {url}: the name is only constructed and may not exist.")
    });
    refusing.into_iter().chain(by_url).chain(unlisted).collect()
}

/// The FIPS host that the client calls, where AWS lists none in that Region.
fn unlisted_fips(call: &ClientCall) -> Option<&str> {
    match &call.now {
        Called::Endpoint {
            url,
            signing_region,
            scope: Scope::Fips | Scope::FipsDualStack,
            ..
        } if !Region::named(signing_region).is_some_and(|region| region.listed_fips)
            || url.contains(".aws-global.") =>
        {
            Some(url)
        }
        Called::Endpoint { .. } | Called::Refused { .. } => None,
    }
}

/// That this version knows no such Region.
pub(crate) fn unknown_region(region: &str) -> String {
    let meant = nearest(region, REGIONS.iter().map(|known| known.name));
    let hint = meant.map_or(String::new(), |name| format!(", did you mean {name}?"));
    format!("This version knows no Region {region}{hint}")
}
