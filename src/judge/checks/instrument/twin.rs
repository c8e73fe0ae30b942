//! An endpoint against itself: whether the run finds a difference where there is none.

use std::ops::Range;

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict, Row};
use crate::results::finding::InstrumentFinding;
use latency_stats::{Interval, paired_mean_within};

pub(crate) const TWIN: Rule = Rule {
    number: Some("V14"),
    name: "twin",
    formula: "p50 of an endpoint called under an alias / p50 of the same endpoint, paired block by block; the ratio that is least by chance",
    threshold: "warns where the interval excludes 1, at the plan's confidence for all pairs together",
    examine: twin,
};

/// One pair, on the log scale.
struct Pair<'a> {
    twin: &'a Row,
    mean: f64,
    standard_error: f64,
    interval: Interval,
}

/// An endpoint that is called twice, under its name and under an alias, is the same all the same. A run that tells the two
/// apart measures something else than the service; by chance that happens once in twenty such runs at 95 % confidence.
fn twin(input: &CheckInput<'_>) -> Vec<Check> {
    let plan = &input.run.plan;
    let original = |twin: &Row| {
        let name = plan.target(twin.target).endpoint.twin_of.as_deref()?;
        let same = |row: &&Row| {
            row.endpoint == name
                && row.operation == twin.operation
                && row.connection == twin.connection
        };
        input.rows.iter().find(same)
    };
    let called: Vec<(&Row, &Row)> = input
        .rows
        .iter()
        .filter_map(|twin| Some((twin, original(twin)?)))
        .collect();
    if called.is_empty() {
        return TWIN.unknown(InstrumentFinding::NoTwin);
    }
    let confidence = 1.0 - (1.0 - plan.judging.confidence) / called.len() as f64;
    let pairs: Vec<Pair<'_>> = called
        .iter()
        .filter_map(|(twin, original)| pair(input, twin, original, confidence))
        .collect();
    let stands_out =
        |pair: &Pair<'_>| (pair.mean / pair.standard_error.max(f64::MIN_POSITIVE)).abs();
    let Some(worst) = pairs
        .iter()
        .max_by(|a, b| stands_out(a).total_cmp(&stands_out(b)))
    else {
        return TWIN.unknown(InstrumentFinding::TwinUntested {
            blocks: LEAST_BLOCKS,
        });
    };
    let verdict = CheckVerdict::warn_if(worst.interval.low > 0.0 || worst.interval.high < 0.0);
    let ratio = worst.mean.exp();
    let finding = InstrumentFinding::Twin {
        worst: worst.twin.target,
        ratio,
        low_ratio: worst.interval.low.exp(),
        high_ratio: worst.interval.high.exp(),
        pairs: pairs.len() as u64,
    };
    vec![TWIN.found(verdict, finding).measuring(ratio)]
}

/// Blocks in which both sides have answers that a comparison takes.
const LEAST_BLOCKS: u64 = 8;

/// The paired difference of the logarithms of both sides' medians; `None` with too few blocks in which both have answers.
fn pair<'a>(
    input: &CheckInput<'_>,
    twin: &'a Row,
    original: &Row,
    confidence: f64,
) -> Option<Pair<'a>> {
    let median = |row: &Row, block: usize| {
        input
            .blocks
            .get(usize::from(row.target.0))?
            .get(block)?
            .quantile(0.5)
    };
    let difference = |block: usize| {
        let (twin, original) = (median(twin, block)?, median(original, block)?);
        Some((twin / original).ln())
    };
    let of_window = |blocks: Range<usize>| blocks.filter_map(difference).collect::<Vec<f64>>();
    let windows: Vec<Vec<f64>> = input
        .run
        .window_ranges()
        .into_iter()
        .map(of_window)
        .collect();
    let found = paired_mean_within(&windows)?;
    let interval = found.interval(confidence);
    Some(Pair {
        twin,
        mean: found.mean,
        standard_error: found.standard_error,
        interval,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::judge::checks::fixture_tests::check;
    use crate::judge::synthetic_run::{Fixture, SplitMix, answer, answer_after};
    use crate::judge::{Place, summarise};
    use crate::results::Run;
    use latency_stats::Counted;

    /// A run in which the global endpoint's twin takes so many times as long.
    fn twins(factor: f64, calls: u32, seed: u64) -> Run {
        let mut random = SplitMix::new(seed);
        let mut time =
            |factor: f64| Duration::from_secs_f64(0.09 * factor * (0.1 * random.normal()).exp());
        let fixture = Fixture::with_twin("global,eu-west-1", "global");
        fixture
            .calls(calls, |target, _| {
                answer_after(time(if target.endpoint.twin_of.is_some() {
                    factor
                } else {
                    1.0
                }))
            })
            .run()
    }

    #[test]
    fn an_endpoint_and_itself_are_not_told_apart_and_a_difference_is() {
        let same = check(&twins(1.0, 192, 1), "twin").expect("always there");
        assert_eq!(same.verdict, CheckVerdict::Ok, "{}", same.text);
        assert!(
            same.statistic
                .is_some_and(|ratio| (0.97..1.03).contains(&ratio)),
            "{same:?}"
        );
        let apart = check(&twins(1.1, 192, 1), "twin").expect("always there");
        assert_eq!(apart.verdict, CheckVerdict::Warn, "{}", apart.text);
        assert!(
            apart
                .text
                .contains("global-twin get-caller-identity warm takes 1.1"),
            "{}",
            apart.text
        );
    }

    #[test]
    fn chance_tells_them_apart_as_often_as_promised() {
        let run = twins(1.0, 32, 1);
        let rows = summarise(&run).rows;
        let mut random = SplitMix::new(9);
        let mut block = || {
            Counted::from_counts((0..12).map(|_| ((9e7 * (0.1 * random.normal()).exp()) as u64, 1)))
        };
        let apart = (0..1_000).filter(|_| {
            let blocks: Vec<Vec<Counted>> =
                (0..3).map(|_| (0..16).map(|_| block()).collect()).collect();
            let blocks: Vec<&[Counted]> = blocks.iter().map(Vec::as_slice).collect();
            let checks = twin(&CheckInput {
                run: &run,
                rows: &rows,
                blocks: &blocks,
            });
            checks[0].verdict == CheckVerdict::Warn
        });
        // At most 50 expected, and fewer, because what widens intervals for blocks that resemble each other widens those of
        // others too; more than 72 is one such series in 1,000.
        let apart = apart.count();
        assert!((10..=72).contains(&apart), "{apart}");
    }

    #[test]
    fn a_service_that_always_takes_the_same_time_is_no_difference() {
        let run = Fixture::with_twin("global", "global")
            .calls(32, |_, _| answer(20))
            .run();
        assert_eq!(
            check(&run, "twin").map(|check| check.verdict),
            Some(CheckVerdict::Ok)
        );
    }

    #[test]
    fn a_twin_is_neither_the_global_endpoint_nor_compared_with_it() {
        let summary = summarise(&twins(1.5, 192, 1));
        let places: Vec<Place> = summary.rows.iter().map(|row| row.place).collect();
        assert_eq!(places, [Place::Global, Place::Twin, Place::Regional]);
        assert!(
            summary
                .comparisons
                .iter()
                .all(|comparison| comparison.endpoint == "eu-west-1")
        );
    }

    #[test]
    fn without_a_twin_or_enough_blocks_nothing_is_passed() {
        let verdict = |run: &Run| check(run, "twin").expect("always there").verdict;
        assert_eq!(
            verdict(&Fixture::small().calls(100, |_, _| answer(20)).run()),
            CheckVerdict::Unknown
        );
        assert_eq!(verdict(&twins(2.0, 7, 1)), CheckVerdict::Unknown);
    }
}
