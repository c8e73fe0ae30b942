//! A request as it was measured, for the rows beside a run.

use sts_model::{FaultCode, Remote};

use crate::sample::{Exchange, Outcome, Sample};

use super::endpoint::Names;
use super::measured::{UNKNOWN_FAULT, is_known_fault};

/// The sample without the id of its request, with the addresses and Regions of the run.
pub(super) fn sample(sample: Sample, names: &mut Names) -> Sample {
    let Sample {
        arrival,
        timing,
        exchange,
    } = sample;
    let Exchange {
        connection,
        outcome,
        http_status,
        remote,
        lookup,
        served_by,
        origin,
        request_id: _,
        bytes_received,
    } = exchange;
    let mut region = |name: &str| Remote::new(&names.region(name));
    let (served_by, origin) = (
        served_by.and_then(|name| region(&name)),
        origin.and_then(|name| region(&name)),
    );
    let exchange = Exchange {
        connection,
        outcome: shown(outcome),
        http_status,
        remote: remote.map(|address| names.socket(address)),
        lookup,
        served_by,
        origin,
        request_id: None,
        bytes_received,
    };
    Sample {
        arrival,
        timing,
        exchange,
    }
}

fn shown(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Fault(code) if !is_known_fault(code.as_str()) => {
            Outcome::Fault(FaultCode::from(UNKNOWN_FAULT))
        }
        outcome => outcome,
    }
}
