//! Checks of how much the numbers support: tails on few answers, intervals finer than the histograms.

use super::input::CheckInput;
use super::rule::Rule;
use crate::judge::{Check, CheckVerdict, FULL_SUPPORT, Row};
use crate::plan::Level;
use crate::results::finding::PrecisionFinding;

pub(crate) const TAIL_SUPPORT: Rule = Rule {
    number: Some("V8"),
    name: "tail-support",
    formula: "independent answers beyond a percentile p that is shown, n_eff·(1 − p) with the n_eff that is typical of the run, of the lowest p with the fewest",
    threshold: "warns below 30; where n_eff is below 6 (p50), 36 (p90), 72 (p95), 368 (p99) the percentile is not shown",
    examine: tail_support,
};

/// Percentiles that are shown although fewer than 30 independent answers lie beyond them: where slow calls come in bursts
/// their intervals hold less often than they promise. One finding for the whole run, about the lowest such percentile and
/// those above it.
fn tail_support(input: &CheckInput<'_>) -> Vec<Check> {
    let thin = Level::ALL
        .into_iter()
        .find_map(|level| Some((level, thinnest(input.rows, level)?)));
    let Some((level, (row, answers))) = thin else {
        return supported(input.rows);
    };
    let finding = PrecisionFinding::ThinTail {
        percentile: level.share(),
        answers,
        wanted_answers: FULL_SUPPORT,
        worst: row.target,
        times_as_long: (FULL_SUPPORT / answers).ceil() as u64,
    };
    vec![
        TAIL_SUPPORT
            .found(CheckVerdict::Warn, finding)
            .measuring(answers)
            .from_percentile(level.share()),
    ]
}

/// No percentile that is shown lacks answers beyond it.
fn supported(rows: &[Row]) -> Vec<Check> {
    let all = rows.iter().flat_map(|row| {
        Level::ALL
            .into_iter()
            .filter_map(|level| beyond(row, level))
    });
    let Some(fewest_answers) = all.min_by(f64::total_cmp) else {
        return TAIL_SUPPORT.unknown(PrecisionFinding::NoPercentile);
    };
    let finding = PrecisionFinding::TailsSupported {
        fewest_answers,
        wanted_answers: FULL_SUPPORT,
    };
    vec![
        TAIL_SUPPORT
            .found(CheckVerdict::Ok, finding)
            .measuring(fewest_answers),
    ]
}

/// The target with the fewest independent answers beyond that percentile, where they are too few.
fn thinnest(rows: &[Row], level: Level) -> Option<(&Row, f64)> {
    rows.iter()
        .filter_map(|row| Some((row, beyond(row, level)?)))
        .filter(|(_, answers)| *answers < FULL_SUPPORT * (1.0 - 1e-9))
        .min_by(|a, b| a.1.total_cmp(&b.1))
}

/// Independent answers beyond the percentile, as many as are typical of the run.
fn beyond(row: &Row, level: Level) -> Option<f64> {
    Some(row.service_time.estimate(level)?.support * (1.0 - level.share()))
}

pub(crate) const RESOLUTION: Rule = Rule {
    number: Some("V16"),
    name: "resolution",
    formula: "step of the histogram at a p50 / the larger of its interval's half width and the margin of a difference that matters",
    threshold: "warns above 0.1",
    examine: resolution,
};

/// A p50 and how fine the histogram is there.
struct Step<'a> {
    row: &'a Row,
    step_ns: f64,
    half_width_ns: f64,
    /// The step over the larger of the half width and the margin.
    coarseness: f64,
}

/// Whether the histograms are fine enough for what is said from them. A bound of an interval is known to one of their steps,
/// at most 0.1 % of its value: that is fine against a wide interval, and against a narrow one as long as no difference of a
/// few steps matters. A service that always takes the same time has an interval of no width.
fn resolution(input: &CheckInput<'_>) -> Vec<Check> {
    let judging = &input.run.plan.judging;
    let steps = input.rows.iter().filter_map(|row| {
        let p50 = row.service_time.estimate(Level::P50)?;
        let half_width_ns = (p50.interval.high - p50.interval.low) / 2.0;
        let margin = f64::max(
            judging.margin_ratio * p50.value,
            judging.margin.as_nanos() as f64,
        );
        let step_ns = step_at(p50.value);
        Some(Step {
            row,
            step_ns,
            half_width_ns,
            coarseness: step_ns / half_width_ns.max(margin).max(f64::MIN_POSITIVE),
        })
    });
    let Some(coarsest) = steps.max_by(|a, b| a.coarseness.total_cmp(&b.coarseness)) else {
        return RESOLUTION.unknown(PrecisionFinding::NoMedian);
    };
    let verdict = CheckVerdict::warn_if(coarsest.coarseness > 0.1);
    let finding = PrecisionFinding::Resolution {
        step_ns: coarsest.step_ns,
        half_width_ns: coarsest.half_width_ns,
        worst: coarsest.row.target,
    };
    vec![
        RESOLUTION
            .found(verdict, finding)
            .measuring(coarsest.coarseness),
    ]
}

/// The width of the HdrHistogram cell that holds the value: with three digits there are 1,024 to 2,048 in each octave.
fn step_at(nanoseconds: f64) -> f64 {
    let octave = nanoseconds.max(1.0).log2().floor();
    (octave - 10.0).max(0.0).exp2()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::judge::checks::fixture_tests::check;
    use crate::judge::synthetic_run::{Fixture, SplitMix, answer, answer_after};
    use crate::record::Histogram;
    use crate::results::Run;

    #[test]
    fn tails_on_few_answers_are_told_once_from_the_lowest_percentile_on() {
        let told = |calls| {
            check(
                &Fixture::small().calls(calls, |_, _| answer(20)).run(),
                "tail-support",
            )
            .expect("there")
        };
        for (calls, from) in [
            (59, Some(0.5)),
            (60, Some(0.9)),
            (299, Some(0.9)),
            (300, Some(0.95)),
            (600, Some(0.99)),
            (3_000, None),
        ] {
            let check = told(calls);
            assert_eq!(
                check.reach.from_percentile, from,
                "{calls} calls: {}",
                check.text
            );
            assert_eq!(check.verdict == CheckVerdict::Warn, from.is_some());
        }
        let check = told(300);
        assert_eq!(check.statistic.map(f64::round), Some(15.0));
        assert!(
            check.text.contains("p95 and above") && check.text.contains("2 times as long"),
            "{}",
            check.text
        );
        assert_eq!(told(3).verdict, CheckVerdict::Unknown, "not even a p50");
    }

    #[test]
    fn a_cell_is_as_wide_as_the_histogram_s_own() {
        for nanoseconds in [
            1_u64,
            1_500,
            2_047,
            2_048,
            2_049,
            20_000_000,
            91_000_000,
            3_000_000_000,
            3_500_000_000_000,
        ] {
            let mut histogram = Histogram::default();
            histogram.record(Duration::from_nanos(nanoseconds));
            let width = histogram.to_hdr().equivalent_range(nanoseconds);
            assert_eq!(
                step_at(nanoseconds as f64),
                width as f64,
                "at {nanoseconds} ns"
            );
        }
    }

    /// A run whose times spread by that share, judged by that margin.
    fn resolved(spread: f64, margin_ratio: f64) -> Check {
        let mut random = SplitMix::new(3);
        let mut time = move || Duration::from_secs_f64(0.09 * (1.0 + spread * random.normal()));
        let mut run: Run = Fixture::small()
            .calls(400, |_, _| answer_after(time()))
            .run();
        (run.plan.judging.margin_ratio, run.plan.judging.margin) = (margin_ratio, Duration::ZERO);
        check(&run, "resolution").expect("always there")
    }

    #[test]
    fn a_step_is_fine_against_a_wide_interval_or_a_wide_margin_and_coarse_against_neither() {
        assert_eq!(resolved(0.2, 0.0).verdict, CheckVerdict::Ok, "± 2 %");
        assert_eq!(
            resolved(0.001, 0.02).verdict,
            CheckVerdict::Ok,
            "differences below 2 % are none"
        );
        let coarse = resolved(0.001, 0.0001);
        assert_eq!(coarse.verdict, CheckVerdict::Warn);
        assert!(
            coarse.text.contains("0.0655 ms at the p50"),
            "{}",
            coarse.text
        );
        let constant = resolved(0.0, 0.02);
        assert_eq!(constant.verdict, CheckVerdict::Ok);
        assert!(
            constant.text.contains("took the same time"),
            "{}",
            constant.text
        );
    }
}
