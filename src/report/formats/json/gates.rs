//! The gates with their outcomes.

use serde::Serialize;

use crate::judge::{GateClaim, GateResult};
use crate::report::words::gates;
use crate::results::Run;

#[derive(Serialize)]
pub(crate) struct Gated<'a> {
    gate: &'a str,
    outcome: &'static str,
    claims: Vec<Claimed>,
}

#[derive(Serialize)]
struct Claimed {
    subject: String,
    outcome: &'static str,
    text: String,
    more_samples: Option<u64>,
}

pub(crate) fn gated<'a>(gate: &'a GateResult, runs: &[&Run]) -> Gated<'a> {
    Gated {
        gate: &gate.gate,
        outcome: gate.outcome.as_str(),
        claims: gate
            .claims
            .iter()
            .map(|claim| claimed(claim, runs))
            .collect(),
    }
}

fn claimed(claim: &GateClaim, runs: &[&Run]) -> Claimed {
    Claimed {
        subject: gates::subject(&claim.subject),
        outcome: claim.outcome.as_str(),
        text: gates::finding(claim, runs),
        more_samples: claim.more_samples,
    }
}
