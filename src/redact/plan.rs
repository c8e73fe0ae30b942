//! The plan: what was measured and how stays, but for names.

use crate::plan::{Judging, Plan, Resolver, Target};

use super::endpoint::{Names, resolver};
use super::gate::gate;
use super::pseudonyms::WORD;

/// The plan, and how many of its gates are left out.
pub(super) fn plan(original: &Plan, names: &mut Names) -> (Plan, usize) {
    let Plan {
        targets,
        load,
        warmup_rounds,
        blocks,
        connections_per_target,
        deadlines,
        rate_per_endpoint,
        max_requests,
        seed,
        client,
        resolver: asked,
        address_family,
        clock,
        spin,
        judging,
        preset,
    } = original;
    let mut plan = Plan {
        targets: targets.iter().map(|one| target(one, names)).collect(),
        load: *load,
        warmup_rounds: *warmup_rounds,
        blocks: *blocks,
        connections_per_target: *connections_per_target,
        deadlines: *deadlines,
        rate_per_endpoint: *rate_per_endpoint,
        max_requests: *max_requests,
        seed: *seed,
        client: *client,
        resolver: match asked {
            Resolver::System => Resolver::System,
            Resolver::Server(server) => Resolver::Server(resolver(*server)),
        },
        address_family: *address_family,
        clock: *clock,
        spin: *spin,
        judging: Judging::default(),
        preset: *preset,
    };
    let (judging, left_out) = self::judging(judging, names, original, &plan);
    plan.judging = judging;
    (plan, left_out)
}

/// How the run is judged, and how many gates are left out.
pub(super) fn judging(
    judging: &Judging,
    names: &Names,
    original: &Plan,
    redacted: &Plan,
) -> (Judging, usize) {
    let Judging {
        confidence,
        margin_ratio,
        margin,
        simultaneous,
        gates,
        precision,
    } = judging;
    let kept: Vec<String> = gates
        .iter()
        .filter_map(|text| gate(text, names, original, redacted))
        .collect();
    let left_out = gates.len() - kept.len();
    let judging = Judging {
        confidence: *confidence,
        margin_ratio: *margin_ratio,
        margin: *margin,
        simultaneous: *simultaneous,
        gates: kept,
        precision: *precision,
    };
    (judging, left_out)
}

fn target(target: &Target, names: &mut Names) -> Target {
    let Target {
        endpoint,
        call,
        connection,
    } = target;
    Target {
        endpoint: names.endpoint(endpoint),
        call: call.concealed(WORD),
        connection: *connection,
    }
}
