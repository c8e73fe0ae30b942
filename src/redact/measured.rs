//! What was measured: times and counts stay as they are.

use std::collections::BTreeMap;

use sts_model::FaultCode;

use crate::record::{Block, Contradiction, Counts, OTHER, Series};
use crate::results::{Measured, PrecisionOutcome, Window};
use crate::sample::{FAULT_PREFIX, FailureKind};

use super::endpoint::Names;
use super::moment::{Shift, as_id};
use super::pseudonyms::WORD;

/// What was measured. `ids` is what the ids of its windows end with, before their numbers.
pub(super) fn measured(
    measured: &Measured,
    names: &mut Names,
    shift: Shift,
    ids: &str,
) -> Measured {
    let Measured {
        elapsed_ns,
        completion,
        series: all,
        signing,
        pace,
        windows,
        precision: outcome,
    } = measured;
    Measured {
        elapsed_ns: *elapsed_ns,
        completion: *completion,
        series: all.iter().map(|one| series(one, names)).collect(),
        signing: signing.clone(),
        pace: pace.clone(),
        windows: moved(windows, shift, ids),
        precision: outcome
            .as_ref()
            .map(|outcome| precision(outcome, shift, ids)),
    }
}

fn precision(outcome: &PrecisionOutcome, shift: Shift, ids: &str) -> PrecisionOutcome {
    let PrecisionOutcome {
        pilot_rounds,
        wanted_rounds,
        granted_rounds,
        capped_by,
        decided_by,
        reached,
        stages,
    } = outcome;
    PrecisionOutcome {
        pilot_rounds: *pilot_rounds,
        wanted_rounds: *wanted_rounds,
        granted_rounds: *granted_rounds,
        capped_by: *capped_by,
        decided_by: *decided_by,
        reached: reached.clone(),
        stages: moved(stages, shift, ids),
    }
}

fn moved(windows: &[Window], shift: Shift, ids: &str) -> Vec<Window> {
    let window = |(number, window): (usize, &Window)| {
        let Window {
            run_id: _,
            started_at,
            elapsed_ns,
            first_block,
            blocks,
        } = window;
        let started_at = shift.of(started_at);
        Window {
            run_id: format!("{}-{ids}-{number:02}", as_id(&started_at)),
            started_at,
            elapsed_ns: *elapsed_ns,
            first_block: *first_block,
            blocks: *blocks,
        }
    };
    (1..).zip(windows).map(window).collect()
}

fn series(series: &Series, names: &mut Names) -> Series {
    let Series {
        target,
        counts: all,
        response_time,
        service_time,
        failed_time,
        lateness,
        client_overhead,
        queued,
        phases,
        blocks,
        served_by,
        origins,
        contradictions,
        repeated_ids,
        lookups,
        remotes,
        trace,
    } = series;
    Series {
        target: *target,
        counts: counts(all),
        response_time: response_time.clone(),
        service_time: service_time.clone(),
        failed_time: failed_time.clone(),
        lateness: lateness.clone(),
        client_overhead: client_overhead.clone(),
        queued: queued.clone(),
        phases: phases.clone(),
        blocks: blocks.iter().map(|one| block(one, names)).collect(),
        served_by: renamed(served_by, |name| names.region(name)),
        origins: renamed(origins, |name| names.region(name)),
        contradictions: contradictions
            .iter()
            .map(|pair| contradiction(pair, names))
            .collect(),
        repeated_ids: *repeated_ids,
        lookups: *lookups,
        remotes: renamed(remotes, |address| remote(address, names)),
        trace: trace.clone(),
    }
}

fn block(block: &Block, names: &mut Names) -> Block {
    let Block {
        number,
        counts: all,
        response_time,
        service_time,
        remotes,
    } = block;
    Block {
        number: *number,
        counts: counts(all),
        response_time: response_time.clone(),
        service_time: service_time.clone(),
        remotes: remotes
            .iter()
            .map(|address| remote(address, names))
            .collect(),
    }
}

fn counts(counts: &Counts) -> Counts {
    let Counts {
        issued,
        succeeded,
        faults,
        failures,
        redialled,
        throttled,
        withheld,
        warmup,
        warmup_failures,
        codes,
    } = counts;
    Counts {
        issued: *issued,
        succeeded: *succeeded,
        faults: *faults,
        failures: *failures,
        redialled: *redialled,
        throttled: *throttled,
        withheld: *withheld,
        warmup: *warmup,
        warmup_failures: *warmup_failures,
        codes: renamed(codes, code),
    }
}

fn contradiction(pair: &Contradiction, names: &mut Names) -> Contradiction {
    let Contradiction {
        served_by,
        origin,
        calls,
    } = pair;
    Contradiction {
        served_by: names.region(served_by),
        origin: names.region(origin),
        calls: *calls,
    }
}

/// An address of a service; `other` counts those that were not kept.
fn remote(address: &str, names: &mut Names) -> String {
    match address {
        OTHER => OTHER.to_owned(),
        address => names.addresses.of_text(address, WORD),
    }
}

/// A code of this program's or of AWS's; of any other server's, that it is one.
fn code(code: &str) -> String {
    let of_aws = || code.strip_prefix(FAULT_PREFIX).is_some_and(is_known_fault);
    let of_ours = || FailureKind::ALL.iter().any(|kind| kind.as_str() == code);
    if code == OTHER || of_ours() || of_aws() {
        code.to_owned()
    } else {
        format!("{FAULT_PREFIX}{UNKNOWN_FAULT}")
    }
}

/// Whether the code of a fault is one of those that AWS documents, or says that it is none.
pub(super) fn is_known_fault(code: &str) -> bool {
    FaultCode::KNOWN.contains(&code) || FaultCode::Unlike.as_str() == code
}

/// In the place of a code that AWS does not document.
pub(super) const UNKNOWN_FAULT: &str = "Redacted";

/// The counts under their new names; those that come to have one name together.
fn renamed(
    counts: &BTreeMap<String, u64>,
    mut name: impl FnMut(&str) -> String,
) -> BTreeMap<String, u64> {
    let mut renamed = BTreeMap::<String, u64>::new();
    for (old, calls) in counts {
        let sum = renamed.entry(name(old)).or_default();
        *sum = sum.saturating_add(*calls);
    }
    renamed
}
