//! How often and how long was measured, and why: windows of time, pilot and main stage.

use crate::judge::Summary;
use crate::plan::{Cap, TargetId};
use crate::results::{PrecisionOutcome, Run, Window};

use super::fact::Fact;
use crate::report::words::numbers::{
    Rounding, count, percent_as_set, percent_rounded, percentile_name,
};

/// The windows of a run that has some, and what became of the precision that was asked for.
pub(crate) fn facts(run: &Run, summary: &Summary) -> Vec<Fact> {
    let windows = (!run.measured.windows.is_empty()).then(|| Fact {
        name: "windows",
        value: windows(&run.measured.windows),
    });
    let precision = run
        .measured
        .precision
        .as_ref()
        .and_then(|outcome| precision(run, summary, outcome));
    windows
        .into_iter()
        .chain(precision.map(|value| Fact {
            name: "precision",
            value,
        }))
        .collect()
}

fn windows(windows: &[Window]) -> String {
    let starts: Vec<&str> = windows
        .iter()
        .map(|window| window.started_at.as_str())
        .collect();
    let shown = match starts.as_slice() {
        [] => String::new(),
        few if few.len() <= MOST_STARTS => few.join(", "),
        many => format!(
            "{}, … {}",
            many[..MOST_STARTS - 1].join(", "),
            many[many.len() - 1]
        ),
    };
    format!(
        "{}, each in an order of its own, started {shown}",
        count(windows.len() as u64)
    )
}

fn precision(run: &Run, summary: &Summary, outcome: &PrecisionOutcome) -> Option<String> {
    let asked = run.plan.judging.precision?;
    let met = summary
        .precision
        .iter()
        .filter(|reached| reached.met)
        .count();
    // A target without an interval counts as farther from the goal than any with one.
    let worst = summary.precision.iter().max_by(|a, b| {
        let width =
            |reached: &crate::judge::Reached| reached.half_width_ratio.unwrap_or(f64::INFINITY);
        width(a).total_cmp(&width(b))
    });
    let worst = worst.map(|reached| match reached.half_width_ratio {
        Some(width) => format!(
            ", at worst ±{} ({})",
            percent_rounded(width, Rounding::Up),
            label(run, reached.target)
        ),
        None => format!(", and {} has no interval", label(run, reached.target)),
    });
    let granted = match (
        outcome.granted_rounds > outcome.pilot_rounds,
        outcome.capped_by,
    ) {
        (false, None) => "that was enough".to_owned(),
        (_, cap) => format!(
            "{} were made{}",
            count(outcome.granted_rounds.into()),
            limit(cap)
        ),
    };
    Some(format!(
        "±{} of {} asked: met by {met} of {} targets{}; a pilot of {} rounds asked for {}, {granted}",
        percent_as_set(asked.half_width_ratio),
        percentile_name(asked.percentile),
        summary.precision.len(),
        worst.unwrap_or_default(),
        count(outcome.pilot_rounds.into()),
        count(outcome.wanted_rounds),
    ))
}

fn limit(cap: Option<Cap>) -> &'static str {
    match cap {
        None => "",
        Some(Cap::MaxRequests) => ", as many as --max-requests allowed",
        Some(Cap::MaxDuration) => ", as many as --max-duration allowed",
        Some(Cap::Length) => {
            ", as many as a run can have (a longer pilot, by --rounds, has longer blocks)"
        }
        Some(Cap::Interruption) => ", because the run was cut short",
    }
}

fn label(run: &Run, target: TargetId) -> String {
    run.plan.target(target).name().to_string()
}

/// Most start times in one line; of more, the first ones and the last are shown.
const MOST_STARTS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::summarise;
    use crate::judge::synthetic_run::{Fixture, answer, refused};
    use crate::plan;
    use crate::report::{Report, summary_json};

    fn precise(mut run: Run, capped_by: Option<Cap>) -> Run {
        run.plan.judging.precision = Some(plan::Precision {
            half_width_ratio: 0.02,
            percentile: 0.5,
        });
        run.measured.precision = Some(PrecisionOutcome {
            pilot_rounds: 400,
            wanted_rounds: 1600,
            granted_rounds: 1000,
            capped_by,
            decided_by: None,
            reached: Vec::new(),
            stages: Vec::new(),
        });
        run
    }

    fn told(run: &Run) -> Vec<(&'static str, String)> {
        facts(run, &summarise(run))
            .into_iter()
            .map(|fact| (fact.name, fact.value))
            .collect()
    }

    #[test]
    fn a_run_that_chose_its_length_says_how_and_what_it_reached() {
        let steady = precise(
            Fixture::small().calls(1000, |_, _| answer(20)).run(),
            Some(Cap::MaxRequests),
        );
        let expected = "±2 % of p50 asked: met by 2 of 2 targets, at worst ±0.0 % (eu-west-1 get-caller-identity warm); \
                        a pilot of 400 rounds asked for 1,600, 1,000 were made, as many as --max-requests allowed";
        assert_eq!(told(&steady), [("precision", expected.to_owned())]);
        let failing = |target: &plan::Target, _| {
            if target.endpoint.name == "global" {
                refused()
            } else {
                answer(20)
            }
        };
        let failing = precise(Fixture::small().calls(1000, failing).run(), None);
        let (_, text) = &told(&failing)[0];
        assert!(
            text.contains(
                "met by 1 of 2 targets, and global get-caller-identity warm has no interval"
            ),
            "{text}"
        );
    }

    #[test]
    fn programs_read_the_same() {
        let run = precise(
            Fixture::small().calls(1000, |_, _| answer(20)).run(),
            Some(Cap::MaxDuration),
        );
        let summary = summarise(&run);
        let json: serde_json::Value =
            serde_json::from_str(&summary_json(&Report::new(&run, &summary))).expect("JSON");
        let precision = &json["run"]["precision"];
        assert_eq!(
            (&precision["percentile"], &precision["capped_by"]),
            (&"p50".into(), &"max-duration".into())
        );
        assert_eq!(precision["targets"][1]["met"], true);
        assert_eq!(
            json["run"]["windows"],
            serde_json::Value::Null,
            "a run of one window has no list of them"
        );
    }

    #[test]
    fn many_windows_are_told_by_the_first_and_the_last() {
        let window = |minute: u16| Window {
            run_id: format!("w{minute}"),
            started_at: format!("12:{minute:02}"),
            elapsed_ns: 1,
            first_block: minute,
            blocks: 1,
        };
        let all: Vec<Window> = (0..20).map(window).collect();
        assert_eq!(
            windows(&all),
            "20, each in an order of its own, started 12:00, 12:01, 12:02, 12:03, 12:04, … 12:19"
        );
        assert_eq!(
            windows(&all[..2]),
            "2, each in an order of its own, started 12:00, 12:01"
        );
    }
}
