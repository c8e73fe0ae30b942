//! By what a run is judged, where that is not what was laid down before it.

use crate::plan::Judging;

use super::numbers::{duration, percent_as_set, plural};

/// That a run is judged otherwise than its plan says, and what the plan says.
pub(crate) fn judged_anew(judging: &Judging, planned: &Judging) -> String {
    let changed = |now: String, before: String, what: &str| {
        (now != before).then(|| format!("{what} {now} (the plan had {before})"))
    };
    let confidence = |judging: &Judging| percent_as_set(judging.confidence);
    let conditions = |judging: &Judging| match judging.gates.as_slice() {
        [] => "none".to_owned(),
        gates => gates.join(", "),
    };
    let together = |judging: &Judging| {
        let each = if judging.simultaneous {
            "hold together"
        } else {
            "hold each by itself"
        };
        each.to_owned()
    };
    let parts: Vec<String> = [
        changed(together(judging), together(planned), "comparisons that"),
        changed(margin(judging), margin(planned), "a margin of"),
        changed(confidence(judging), confidence(planned), "a confidence of"),
        changed(conditions(judging), conditions(planned), "the gates"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let told = match parts.as_slice() {
        [] => plural(judging.gates.len() as u64, "other condition"),
        parts => parts.join(", "),
    };
    format!("judged differently from what was set before the run: by {told}")
}

/// `2 %, 1.00 ms`.
pub(crate) fn margin(judging: &Judging) -> String {
    format!(
        "{}, {}",
        percent_as_set(judging.margin_ratio),
        duration(judging.margin.as_nanos() as f64)
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_differs_from_the_plan_is_told_with_what_the_plan_had() {
        let planned = Judging::default();
        let anew = Judging {
            confidence: 0.8,
            margin_ratio: 0.0001,
            margin: Duration::ZERO,
            gates: vec!["p50 < 1s".to_owned()],
            ..Judging::default()
        };
        assert!(anew.differs_from(&planned) && !planned.differs_from(&planned));
        assert_eq!(
            judged_anew(&anew, &planned),
            "judged differently from what was set before the run: by a margin of 0.01 %, 0 ns (the plan had 2 %, 1.00 ms), \
             a confidence of 80 % (the plan had 95 %), the gates p50 < 1s (the plan had none)"
        );
    }
}
