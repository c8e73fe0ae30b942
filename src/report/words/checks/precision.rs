//! Sentences about how much the numbers support.

use super::remedy::remedy;
use crate::plan::Plan;
use crate::report::words::numbers::{Rounding, decimal, milliseconds, percentile_name};
use crate::report::words::targets::target_name;
use crate::results::CheckVerdict;
use crate::results::finding::PrecisionFinding;

pub(super) fn sentence(finding: &PrecisionFinding, verdict: CheckVerdict, plan: &Plan) -> String {
    match finding {
        PrecisionFinding::NoPercentile => "no percentile is shown".to_owned(),
        PrecisionFinding::TailsSupported {
            fewest_answers,
            wanted_answers,
        } => format!(
            "at least {fewest_answers:.0} independent answers lie beyond every percentile that is shown ({wanted_answers} wanted)"
        ),
        PrecisionFinding::ThinTail {
            percentile,
            answers,
            wanted_answers,
            worst,
            times_as_long,
        } => format!(
            "{} and above rest on few answers: {answers:.1} independent ones lie beyond it at {} ({wanted_answers} wanted), so that their intervals are too narrow where slow calls come in bursts; measure {times_as_long} times as long to rely on it",
            percentile_name(*percentile),
            target_name(plan, *worst)
        ),
        PrecisionFinding::NoMedian => "no p50 is shown".to_owned(),
        PrecisionFinding::Resolution {
            step_ns,
            half_width_ns,
            worst,
        } => format!(
            "the histograms tell times apart by {:.4} ms at the p50 of {}, whose interval is {} (at most a tenth of it, or of the margin, wanted){}",
            milliseconds(*step_ns),
            target_name(plan, *worst),
            width(*half_width_ns, *step_ns),
            remedy(
                verdict,
                "; ignore differences of a few such steps, or compute them from samples.csv"
            )
        ),
    }
}

fn width(half_width_ns: f64, step_ns: f64) -> String {
    if half_width_ns < step_ns {
        "narrower than that: its answers took the same time".to_owned()
    } else {
        format!(
            "± {} ms",
            decimal(milliseconds(half_width_ns), 4, Rounding::Up)
        )
    }
}
