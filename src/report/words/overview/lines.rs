//! The lines around the endpoints: that a run was simulated or cut short, what is folded, what other operations show, how far
//! the numbers can be trusted.

use crate::judge::{GateOutcome, GateResult, Verdict};
use crate::plan::Level;
use crate::report::view::overview::endpoints::Folded;
use crate::report::view::overview::operations::{OtherOperation, Shows};
use crate::report::view::overview::screen::Early;
use crate::report::view::overview::trust::TrustSummary;
use crate::results::{Completion, Run};
use sts_model::Region;

use super::cells::Medians;
use super::text::{short_name, tight};
use crate::report::words::numbers::{Rounding, count, decimal, percent_of, plural};

/// That the run was simulated, where it was.
pub(crate) fn simulated(run: &Run) -> Option<String> {
    let simulation = run.header.vantage.simulation.as_ref()?;
    let place = Region::named(&simulation.region)
        .and_then(|region| region.city)
        .unwrap_or(&simulation.region);
    Some(format!(
        "SIMULATED STS as seen from {}; says nothing about AWS.",
        short_name(place)
    ))
}

/// What is open about the Region of the place, as a sentence. It can begin with a Region's name, which stays as it is.
pub(crate) fn place(clause: &str) -> String {
    let clause = clause
        .strip_prefix("no ")
        .map_or_else(|| clause.to_owned(), |rest| format!("No {rest}"));
    format!("{}.", tight(&clause))
}

/// That no endpoint has the percentile by which they were to be sorted.
pub(crate) fn unsorted(level: Level) -> String {
    format!("Sorted by p50: no endpoint has a {level}.")
}

/// That there is no endpoint that the others could be compared with.
pub(crate) const NO_GLOBAL: &str =
    "vs global: the run did not call the global endpoint, so nothing is compared with it.";

/// That the run was cut short.
pub(crate) fn early(early: &Early) -> String {
    let how = match early.completion {
        Completion::Complete => "ended",
        Completion::Interrupted => "interrupted",
        Completion::Recovered => "cut off",
    };
    let after = match early.planned {
        Some(planned) => format!(
            "{} of {}",
            tight(&percent_of(early.made, planned)),
            plural(planned, "call")
        ),
        None => plural(early.made, "call"),
    };
    format!("EARLY LOOK: {how} after {after}; the rest may change this.")
}

/// The endpoints without a line of their own: `12 more`, and from which p50 to which.
pub(crate) fn folded(folded: &Folded, medians: Medians) -> (String, String) {
    let mut details = Vec::new();
    if let Some((low, high)) = folded.p50 {
        let whole = |time: f64| decimal(time / 1e6, 0, Rounding::Nearest);
        let (low, high) = (whole(low), whole(high));
        let times = if low == high {
            format!("{low} ms")
        } else {
            format!("{low}–{high} ms")
        };
        details.push(medians.named(&times));
    }
    if folded.silent > 0 {
        details.push(format!("{} without data", folded.silent));
    }
    if folded.failed > 0 {
        details.push(plural(folded.failed, "error"));
    }
    (
        format!("{} more", folded.number),
        format!("{}  (--all)", details.join(", ")),
    )
}

/// What the other operations show, in one clause.
pub(crate) fn others(others: &[OtherOperation<'_>]) -> Option<String> {
    let names = |list: &[&OtherOperation<'_>]| match list {
        [only] => only.operation.api_name().to_owned(),
        several => format!("{} more operations", several.len()),
    };
    let alike =
        |other: &&OtherOperation<'_>| matches!(other.shows, Shows::SameOrder | Shows::NoOrder);
    let (same, other): (Vec<&OtherOperation<'_>>, Vec<_>) = others.iter().partition(alike);
    let failed = others
        .iter()
        .fold(0_u64, |sum, other| sum.saturating_add(other.failed));
    let mut clauses = Vec::new();
    if let Some(first) = other.first() {
        clauses.push(format!(
            "{}: {}",
            first.operation.api_name(),
            differing(first.shows)
        ));
        if other.len() > 1 {
            clauses.push(format!("{} more differ", other.len() - 1));
        }
    } else if !same.is_empty() {
        let ordered = same.iter().any(|other| other.shows == Shows::SameOrder);
        let what = if ordered {
            "same order"
        } else {
            "measured too"
        };
        clauses.push(format!("{}: {what}", names(&same)));
    }
    if failed > 0 {
        clauses.push(plural(failed, "error"));
    }
    (!clauses.is_empty()).then(|| format!("{} (--full)", clauses.join(", ")))
}

fn differing(shows: Shows<'_>) -> String {
    match shows {
        Shows::SameOrder => "same order".to_owned(),
        Shows::NoOrder => "measured too".to_owned(),
        Shows::FailsMore => "depends on its failures".to_owned(),
        Shows::NoMedian => "too few answers".to_owned(),
        Shows::NoAnswer { code: None } => "no answer".to_owned(),
        Shows::NoAnswer { code: Some(code) } => format!("no answer, {code}"),
        Shows::Swapped { faster, slower } => {
            format!("{} before {}", short_name(faster), short_name(slower))
        }
        Shows::OtherVerdict(verdict) => match verdict {
            Verdict::Faster => "faster than global",
            Verdict::SlightlyFaster => "faster than global, perhaps by less than matters",
            Verdict::Equivalent => "as fast as global",
            Verdict::SlightlySlower => "slower than global, perhaps by less than matters",
            Verdict::Slower => "slower than global",
            Verdict::Inconclusive => "no significant difference to global",
            Verdict::Invalid | Verdict::NoData => "not compared with global",
        }
        .to_owned(),
    }
}

/// `21 of 22 checks passed`.
pub(crate) fn passed(trust: &TrustSummary<'_>) -> String {
    format!("{} of {} checks passed", trust.passed, trust.told)
}

/// How many gates came to what: `4 proven, 1 violated`.
pub(crate) fn gates(gates: &[GateResult]) -> Option<String> {
    let number = |wanted: GateOutcome| gates.iter().filter(|gate| gate.outcome == wanted).count();
    let counts: Vec<String> = [
        GateOutcome::Violated,
        GateOutcome::Invalid,
        GateOutcome::Inconclusive,
        GateOutcome::Proven,
    ]
    .into_iter()
    .filter(|outcome| number(*outcome) > 0)
    .map(|outcome| format!("{} {}", number(outcome), outcome.as_str()))
    .collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// Which run it is: `20250128-134206-097d76c7 from golden, 24 s`.
pub(crate) fn run_name(run: &Run) -> String {
    let seconds = std::time::Duration::from_nanos(run.measured.elapsed_ns);
    format!(
        "{} from {}, {}, {}",
        run.header.run_id,
        short_name(&run.header.vantage.name),
        run.header.started_at.replace('T', " ").replace('Z', " UTC"),
        super::next::length(seconds)
    )
}

/// What `count` says of a number that is left out: `+3 more (--full)`.
pub(crate) fn more(number: usize) -> String {
    format!("+{} more (--full)", count(number as u64))
}
