//! Whether a whole run adds up. The first thing that does not is the reason given.

use crate::place::{NameSource, RegionSource};
use crate::results::model::header::Vantage;
use crate::results::model::limits::MAX_NOTICES;
use crate::results::model::run::Run;
use sts_model::{AccountText, Remote};

use super::certificate::check_certificate;
use super::checks::check_checks;
use super::health::check_cpu_ratios;
use super::plan::check_plan;
use super::rules::{FIRST_YEAR, check_text, is_date_of_a_run, is_name, require};
use super::series::check_series;
use super::simulation::check_simulation;
use super::times::{check_clock, check_planned_times, check_times};
use super::windows::{check_precision, check_windows};

/// A run that has been measured.
pub(crate) fn check_run(run: &Run) -> Result<(), String> {
    check_planned(run)?;
    check_windows(run)?;
    check_series(run)?;
    check_precision(run)?;
    check_checks(run)?;
    check_times(run)
}

/// A run that has not measured anything yet, as at the beginning of a journal.
pub(crate) fn check_unmeasured(run: &Run) -> Result<(), String> {
    check_planned(run)?;
    require(run.measured.series.is_empty(), || {
        "series before the first request".to_owned()
    })
}

/// What is known before the first request.
fn check_planned(run: &Run) -> Result<(), String> {
    require(is_name(&run.header.run_id), || {
        format!(
            "run_id {:?} is not 1 to 64 of a-z, 0-9 and hyphen",
            run.header.run_id
        )
    })?;
    require(is_date_of_a_run(&run.header.started_at), || {
        format!(
            "started_at {:?} is not an RFC 3339 date from {FIRST_YEAR} on",
            run.header.started_at
        )
    })?;
    check_plan(&run.plan)?;
    check_planned_times(&run.plan)?;
    check_clock(run)?;
    check_cpu_ratios(run)?;
    run.plan
        .judging
        .check()
        .map_err(|error| error.to_string())?;
    check_texts(run)?;
    run.header
        .vantage
        .simulation
        .as_ref()
        .map_or(Ok(()), check_simulation)?;
    run.conditions
        .certificate
        .as_ref()
        .map_or(Ok(()), check_certificate)
}

/// What is shown of a run as it stands there.
fn check_texts(run: &Run) -> Result<(), String> {
    let number = run.notices.len();
    if number > MAX_NOTICES {
        return Err(format!(
            "it has {number} notices; at most {MAX_NOTICES} are read"
        ));
    }
    let notices = run.notices.iter().map(|notice| &notice.text);
    if let Some(caller) = &run.header.caller {
        require(is_account(&caller.account), || {
            format!("caller.account {:?} is no account", caller.account)
        })?;
    }
    let caller = run.header.caller.iter().flat_map(|caller| {
        [
            &caller.account,
            &caller.arn,
            &caller.access_key,
            &caller.source,
        ]
    });
    let Vantage {
        name,
        name_source,
        local_region,
        observed,
        simulation: _,
    } = &run.header.vantage;
    if observed.len() > MOST_FACTS {
        return Err(format!(
            "vantage.observed has {} entries; at most {MOST_FACTS} are read",
            observed.len()
        ));
    }
    let facts = observed.iter().flat_map(|fact| [&fact.value, &fact.source]);
    let place = [
        match name_source {
            Some(NameSource::Variable(variable)) => Some(variable),
            _ => None,
        },
        local_region.as_ref().map(|region| &region.name),
        match local_region.as_ref().map(|region| &region.source) {
            Some(RegionSource::Variable(name) | RegionSource::Profile(name)) => Some(name),
            _ => None,
        },
    ];
    notices
        .chain([name, &run.header.tool.version])
        .chain(place.into_iter().flatten())
        .chain(facts)
        .chain(caller)
        .try_for_each(|text| check_text(text))
}

/// An account as STS names it, or what is left of it behind stars.
fn is_account(text: &str) -> bool {
    let is_end =
        |end: &str| matches!(end.len(), 0 | 4) && end.bytes().all(|b| b.is_ascii_alphanumeric());
    text.strip_prefix("****").is_some_and(is_end) || Remote::<AccountText>::new(text).is_some()
}

/// More is not said about where a machine is.
const MOST_FACTS: usize = 16;

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
