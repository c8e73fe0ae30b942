//! The run as it is before its first request.

use std::time::Duration;

use crate::credentials::mask::Disclosure;
use crate::load::{Epoch, Identified, Skew};
use crate::notice::SessionNotice;
use crate::place::MeasuringPlace;
use crate::results::{self, Conditions, Header, Measured, Notice, Run, Simulation, Tool, Vantage};

use super::caller::disclosure::disclosed;
use super::caller::identity::CallerCredentials;
use super::steps::allowed::Settled;
use super::timestamp::rfc3339;

/// What a header says besides the plan.
pub(super) struct HeaderParts<'a> {
    pub(super) run_id: String,
    pub(super) epoch: Epoch,
    pub(super) place: MeasuringPlace,
    pub(super) simulation: Option<Simulation>,
    pub(super) caller: &'a CallerCredentials,
    pub(super) identified: Option<&'a Identified>,
    pub(super) disclosure: Disclosure,
}

/// The run of `settled` as it is before its first request.
pub(super) fn unmeasured_run(settled: &Settled, parts: HeaderParts<'_>) -> Run {
    let HeaderParts {
        run_id,
        epoch,
        place,
        simulation,
        caller,
        identified,
        disclosure,
    } = parts;
    Run {
        header: Header {
            schema_version: results::SCHEMA_VERSION,
            run_id,
            tool: this_program(),
            vantage: Vantage {
                name: place.vantage.text,
                name_source: Some(place.vantage.source),
                local_region: place.region,
                observed: place.observed,
                simulation,
            },
            caller: identified.and_then(|found| caller.describe(found, disclosure)),
            started_at: rfc3339(epoch.wall()),
            redaction: results::Redaction::None,
        },
        plan: disclosed(&settled.plan, disclosure),
        measured: Measured::nothing_yet(),
        conditions: Conditions {
            service_clock_ahead_seconds: identified
                .and_then(|found| found.skew)
                .map(Skew::ahead_seconds),
            ..Conditions::default()
        },
        checks: Vec::new(),
        notices: settled
            .notices
            .iter()
            .map(|notice| recorded(notice, Duration::ZERO))
            .collect(),
    }
}

/// A notice as the run file holds it, given at that time since the epoch.
pub(super) fn recorded(notice: &SessionNotice, at: Duration) -> Notice {
    Notice {
        at_ns: u64::try_from(at.as_nanos()).unwrap_or(u64::MAX),
        text: notice.to_string(),
    }
}

/// This program.
pub(crate) fn this_program() -> Tool {
    Tool {
        name: "stsbench".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
