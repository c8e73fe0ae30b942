//! What became of the gates.

use serde::Serialize;

use crate::judge::{GateClaim, GateResult};

#[derive(Serialize)]
pub(crate) struct Gated<'a> {
    gate: &'a str,
    outcome: &'static str,
    claims: Vec<Claimed<'a>>,
}

#[derive(Serialize)]
struct Claimed<'a> {
    subject: &'a str,
    outcome: &'static str,
    text: &'a str,
    more_samples: Option<u64>,
}

pub(crate) fn gated(gate: &GateResult) -> Gated<'_> {
    Gated {
        gate: &gate.gate,
        outcome: gate.outcome.as_str(),
        claims: gate.claims.iter().map(claimed).collect(),
    }
}

fn claimed(claim: &GateClaim) -> Claimed<'_> {
    let GateClaim {
        subject,
        outcome,
        text,
        more_samples,
    } = claim;
    Claimed {
        subject,
        outcome: outcome.as_str(),
        text,
        more_samples: *more_samples,
    }
}
