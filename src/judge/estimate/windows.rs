//! From windows of time to a claim about the endpoints in general.

use latency_stats::{Estimate, Interval};

use crate::judge::comparison::InGeneral;
use crate::plan::Judging;

use super::margin::{Margin, inner_confidence};

/// What baseline and candidate took in each of several windows, ns, as a claim beyond these; the margin is a share of
/// `baseline_ns`. `None` of too few windows, and where the percentile is a failure in one of them.
pub(crate) fn over_windows(
    sides: &[(f64, f64)],
    baseline_ns: f64,
    judging: &Judging,
    confidence: f64,
) -> Option<InGeneral> {
    // Without that window the others would be those in which the calls were answered.
    if sides
        .iter()
        .any(|(a, b)| a.is_infinite() || b.is_infinite())
    {
        return None;
    }
    let logs: Vec<f64> = sides.iter().map(|(a, b)| (a / b).ln()).collect();
    let times: Vec<f64> = sides.iter().map(|(a, b)| a - b).collect();
    let log_ratio = latency_stats::t_interval(&logs, confidence)?;
    let inner = latency_stats::t_interval(&logs, inner_confidence(confidence))?.interval?;
    let margin = Margin::around(baseline_ns, judging);
    let verdict = margin.verdict(log_ratio.interval?, inner);
    let (windows, ratio) = (sides.len(), exponential(log_ratio));
    Some(InGeneral {
        windows,
        ratio,
        equivalence: Some(as_ratios(inner)),
        margin,
        difference: latency_stats::t_interval(&times, confidence)?,
        verdict,
    })
}

/// From the log scale to ratios.
pub(crate) fn exponential(log_ratio: Estimate) -> Estimate {
    Estimate {
        value: log_ratio.value.exp(),
        interval: log_ratio.interval.map(as_ratios),
    }
}

/// An interval from the log scale to ratios.
pub(crate) fn as_ratios(logs: Interval) -> Interval {
    Interval {
        low: logs.low.exp(),
        high: logs.high.exp(),
        ..logs
    }
}
