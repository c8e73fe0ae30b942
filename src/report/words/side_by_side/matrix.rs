//! Places side by side, in sentences.

use crate::advice::{Advice, NotShown, Recommendation};
use crate::judge::{FailedCalls, Place, Verdict};
use crate::matrix::{CellStanding, Matrix, MatrixCell, MatrixRow};
use crate::plan::{ConnectionMode, Level};
use crate::results::Completion;

use crate::report::words::names::caption;
use crate::report::words::numbers::{
    count, duration, percent_as_set, percent_of, plural, time_with_span,
};
use crate::report::words::verdicts::saved_or_lost;

/// What the places come to, in one sentence without its full stop.
pub(crate) fn title(matrix: &Matrix) -> String {
    let places = plural(matrix.rows.len() as u64, "place");
    let set = matrix.number_of(|it| *it == Recommendation::SetIt);
    let slower = matrix.number_of(|it| *it == Recommendation::MakesSlower);
    let open = matrix.number_of(|it| matches!(it, Recommendation::NotShown(_)));
    let mut parts = vec![format!(
        "AWS_STS_REGIONAL_ENDPOINTS=regional saves time in {set} of {places}"
    )];
    if slower > 0 {
        parts.push(format!("costs time in {slower}"));
    }
    if open > 0 {
        parts.push(format!("{open} undecided"));
    }
    parts.join(", ")
}

/// What the numbers are, and how far they hold.
pub(crate) fn subject(matrix: &Matrix) -> String {
    format!(
        "{}: median service time of each place's endpoints. All decisions hold together with {} confidence. No place is \
         compared with another.",
        caption(matrix.group),
        confidence(matrix.confidence),
    )
}

/// That the service was simulated, where it was for some place.
pub(crate) fn simulated(matrix: &Matrix) -> Option<String> {
    let simulated = matrix.rows.iter().filter(|row| row.simulation.is_some());
    match simulated.count() {
        0 => None,
        some => Some(format!(
            "{} of {} called a simulated STS; those numbers are not measurements of AWS.",
            count(some as u64),
            plural(matrix.rows.len() as u64, "place")
        )),
    }
}

/// The distribution behind a cell, each part with its name: percentiles with their intervals, answers, failures.
pub(crate) fn distribution(cell: &MatrixCell) -> Vec<(String, String)> {
    let first = cell.p50.iter().map(|p50| (Level::P50, *p50));
    let levels = first.chain(cell.tail.iter().copied());
    let percentiles = levels.map(|(level, found)| {
        let (low, high) = (found.interval.low, found.interval.high);
        let (time, interval) = time_with_span(found.value, low, high);
        (level.to_string(), format!("{time} ({interval})"))
    });
    let slowest = cell
        .slowest
        .map(|time| ("slowest".to_owned(), duration(time)));
    let calls = [
        ("answers".to_owned(), count(cell.answers)),
        ("failed".to_owned(), count(cell.failed)),
    ];
    let served = cell.served_by.iter();
    let served = served.map(|(region, calls)| (format!("by {region}"), count(*calls)));
    percentiles
        .chain(slowest)
        .chain(calls)
        .chain(served)
        .collect()
}

/// The decision in a few words.
pub(crate) fn decision(advice: &Advice) -> &'static str {
    match advice.decision {
        Recommendation::SetIt => "set it",
        Recommendation::KeepIt => "keep it",
        Recommendation::RemoveUrl { .. } => "remove the URL",
        Recommendation::NoNeed(_) => "no need",
        Recommendation::MakesSlower | Recommendation::MadeSlower => "keep global",
        Recommendation::NotShown(NotShown::FailsMore(_)) => "it depends",
        Recommendation::NotShown(_) => "not shown",
        Recommendation::NothingToDecide | Recommendation::OtherPartition { .. } => {
            "no global endpoint"
        }
    }
}

/// The decision as a name for programs.
pub(crate) fn decision_name(advice: &Advice) -> &'static str {
    match advice.decision {
        Recommendation::SetIt => "set-it",
        Recommendation::KeepIt => "keep-it",
        Recommendation::RemoveUrl { .. } => "remove-url",
        Recommendation::NoNeed(_) => "no-need",
        Recommendation::MakesSlower | Recommendation::MadeSlower => "makes-slower",
        Recommendation::NotShown(_) => "not-shown",
        Recommendation::NothingToDecide | Recommendation::OtherPartition { .. } => {
            "nothing-to-decide"
        }
    }
}

/// What the Region of the place saves over that kind of connection: `336 ms (335–338 ms)`, below zero where it costs.
pub(crate) fn saving(advice: &Advice, connection: ConnectionMode) -> Option<String> {
    let saving = advice.saving(connection)?;
    Some(match saving.verdict {
        Verdict::Invalid | Verdict::NoData => "not comparable".to_owned(),
        _ => saved_or_lost(saving.difference),
    })
}

/// The mark of a cell: `*` the fastest, `=` no significant difference to it, `?` without a rank, `✗` a check forbids it.
pub(crate) fn mark(standing: CellStanding) -> &'static str {
    match standing {
        CellStanding::Fastest => "*",
        CellStanding::TiedForFastest => "=",
        CellStanding::Forbidden => "✗",
        CellStanding::Unranked => "?",
        CellStanding::Slower => "",
    }
}

/// What the marks mean.
pub(crate) const LEGEND: &str = "* fastest of its place for certain, = no significant difference to the fastest, ? too little was measured to rank it, ✗ a check forbids this number, – no p50. \
     `by REGION` after a time of the global endpoint: that Region answered.";

/// The intervals of `saved`.
pub(crate) fn row_intervals(matrix: &Matrix) -> String {
    let confidence = confidence(matrix.row_confidence);
    match matrix.rows.len() as u64 {
        1 => format!("Intervals have {confidence} confidence."),
        places => format!(
            "Intervals have {confidence} confidence each, so that those of all {} hold together.",
            plural(places, "place")
        ),
    }
}

/// A confidence with as many decimals as what it leaves out needs: `95 %`, `98.33 %`, `99.995 %`, and never `100 %`.
fn confidence(share: f64) -> String {
    let left_out = (1.0 - share) * 100.0;
    if !(f64::MIN_POSITIVE..0.01).contains(&left_out) {
        return percent_as_set(share);
    }
    let decimals = (-left_out.log10()).ceil() as usize + 1;
    let percent = format!("{:.decimals$}", share * 100.0);
    format!("{} %", percent.trim_end_matches('0'))
}

/// What the reader has to know about the runs that are not shown, and about those that are.
pub(crate) fn notices(matrix: &Matrix) -> Vec<String> {
    let mut notices = Vec::new();
    if !matrix.other_calls.is_empty() {
        let places = plural(matrix.other_calls.len() as u64, "place");
        notices.push(format!(
            "{places} without a row, whose runs have no call of {}: {}. --operation and --connection choose others.",
            caption(matrix.group),
            matrix.other_calls.join(", ")
        ));
    }
    let planned = || matrix.rows.iter().map(|row| row.planned_confidence);
    let (low, high) = planned().fold((1.0_f64, 0.0_f64), |(low, high), it| {
        (low.min(it), high.max(it))
    });
    if low < high {
        notices.push(format!(
            "The runs were planned with confidences from {} to {}; the strictest counts for all.",
            confidence(low),
            confidence(high)
        ));
    }
    notices
}

/// Where so many calls to the own Region's endpoint or the global one failed that it matters.
pub(crate) fn failures(matrix: &Matrix) -> Vec<String> {
    let failed = |row: &MatrixRow| {
        let own = row.advice.region.as_deref();
        let endpoints = matrix.endpoints.iter().zip(&row.cells);
        let decisive = endpoints.filter(|(endpoint, _)| {
            endpoint.place == Place::Global || Some(endpoint.name.as_str()) == own
        });
        let shares: Vec<String> = decisive
            .filter_map(|(endpoint, cell)| {
                let cell = cell.as_ref()?;
                let calls = FailedCalls {
                    failed: cell.failed,
                    of: cell.answers + cell.failed,
                };
                calls.matter().then(|| {
                    let share = percent_of(calls.failed, calls.of);
                    format!("{share} of the calls to {}", endpoint.name)
                })
            })
            .collect();
        (!shares.is_empty()).then(|| format!("{}: {} failed.", row.vantage, shares.join(", ")))
    };
    matrix.rows.iter().filter_map(failed).collect()
}

/// Which runs were cut short, where some were.
pub(crate) fn cut_short(matrix: &Matrix) -> Option<String> {
    let is_cut = |row: &&MatrixRow| row.completion != Completion::Complete;
    let cut = matrix.rows.iter().filter(is_cut);
    let places: Vec<&str> = cut.map(|row| row.vantage.as_str()).collect();
    (!places.is_empty()).then(|| {
        format!(
            "EARLY LOOK: cut short at {}; the rest may change the decision there.",
            places.join(", ")
        )
    })
}
