//! Checks the spacing of an open load's calls: whether they were sent as independent callers would have sent them.

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict};
use crate::plan::{Arrivals, Load};
use crate::results::Completion;
use crate::results::finding::LoadFinding;
use latency_stats::{Counted, exponential_anderson_darling, uniform_kolmogorov_smirnov};

pub(crate) const ARRIVAL_LAW: Rule = Rule {
    number: Some("V5"),
    name: "arrival-law",
    formula: "Anderson and Darling's A² for exponential gaps between sends, of at most 5,000; Kolmogorov and Smirnov's p of even send times",
    threshold: "warns above 1.959 (1 %) and for p below 0.01; from 500 calls on",
    examine: arrival_law,
};

/// Whether a Poisson schedule was one when it was sent: exponential gaps, evenly over the time. The one test sees a fixed pace
/// and a coarse timer, the other a rate that drifts, and each is blind to what the other sees.
///
/// With enough calls even the time that one thread takes for a send is significant, since no two sends are closer. From 5,000
/// on both statistics are those that 5,000 calls would have given, so that the size of the deviation decides and not the length
/// of the run.
fn arrival_law(input: &CheckInput<'_>) -> Vec<Check> {
    let run = input.run;
    let random = matches!(
        run.plan.load,
        Load::Open {
            arrivals: Arrivals::Poisson,
            ..
        }
    );
    if !random {
        return ARRIVAL_LAW.unknown(LoadFinding::ArrivalsNotRandom);
    }
    if run.measured.completion != Completion::Complete {
        return ARRIVAL_LAW.unknown(LoadFinding::ArrivalsCutShort);
    }
    let Some(pace) = &run.measured.pace else {
        return ARRIVAL_LAW.unknown(LoadFinding::GapsNotKept);
    };
    let sent = pace
        .bins
        .iter()
        .fold(0_u64, |sum, calls| sum.saturating_add(*calls));
    if sent < LEAST_CALLS {
        return ARRIVAL_LAW.unknown(LoadFinding::TooFewArrivals {
            sent,
            needed: LEAST_CALLS,
        });
    }
    let gaps = gaps(&Counted::from_hdr(&pace.gaps.to_hdr()));
    let (Some(a_squared), Some(spread_p)) = (gaps, times(&pace.bins, sent)) else {
        return ARRIVAL_LAW.unknown(LoadFinding::GapsNotKept);
    };
    let verdict = CheckVerdict::warn_if(a_squared > CRITICAL || spread_p < SIGNIFICANCE);
    let finding = LoadFinding::ArrivalLaw {
        sent,
        a_squared,
        a_squared_limit: CRITICAL,
        spread_p,
        spread_p_limit: SIGNIFICANCE,
    };
    vec![ARRIVAL_LAW.found(verdict, finding).measuring(a_squared)]
}

/// A² of the gaps.
fn gaps(gaps: &Counted) -> Option<f64> {
    exponential_anderson_darling(gaps)
        .map(|statistic| statistic * (MOST_CALLS / gaps.total() as f64).min(1.0))
}

/// p of the times, by how many of all the calls fell into each part of the run.
fn times(bins: &[u64], sent: u64) -> Option<f64> {
    let scale = (MOST_CALLS / sent as f64).min(1.0);
    let bins: Vec<u64> = bins
        .iter()
        .map(|calls| (*calls as f64 * scale).round() as u64)
        .collect();
    uniform_kolmogorov_smirnov(&bins)
}

/// 1 % of exponential samples exceed it, their mean estimated (M. A. Stephens, in R. B. D'Agostino and M. A. Stephens,
/// Goodness-of-Fit Techniques, 1986, §4.9).
const CRITICAL: f64 = 1.959;
const SIGNIFICANCE: f64 = 0.01;
const LEAST_CALLS: u64 = 500;
const MOST_CALLS: f64 = 5_000.0;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::judge::checks::fixture_tests::{check, quiet};
    use crate::judge::synthetic_run::{Fixture, SplitMix, answer};
    use crate::record::{Histogram, Pace};
    use crate::results::Run;

    /// The gaps after which calls of a minute are sent, s, and how many fall into each part of it.
    fn minute(mut gap: impl FnMut(f64) -> f64) -> (Vec<f64>, Vec<u64>) {
        let (mut gaps, mut bins) = (Vec::new(), vec![0; Pace::BINS]);
        let mut clock = gap(0.0);
        while clock < 60.0 {
            bins[(clock / 60.0 * Pace::BINS as f64) as usize] += 1;
            let next = gap(clock);
            gaps.push(next);
            clock += next;
        }
        (gaps, bins)
    }

    /// A run of such a minute.
    fn sent(gap: impl FnMut(f64) -> f64) -> Run {
        let (times, bins) = minute(gap);
        let mut gaps = Histogram::default();
        times
            .iter()
            .for_each(|&time| gaps.record(Duration::from_secs_f64(time)));
        let load = Load::Open {
            rate_per_second: 30.0,
            arrivals: Arrivals::Poisson,
            duration: Duration::from_secs(60),
        };
        let mut run = Fixture::small().calls(3, |_, _| answer(20)).run();
        run.measured.pace = Some(Pace { gaps, bins });
        run.plan.load = load;
        run
    }

    fn told(run: &Run) -> CheckVerdict {
        check(run, "arrival-law").expect("always there").verdict
    }

    fn exponential(random: &mut SplitMix, mean: f64) -> f64 {
        -mean * (1.0 - random.share()).ln()
    }

    #[test]
    fn independent_callers_pass_and_false_alarms_keep_within_their_promise() {
        let mut random = SplitMix::new(4);
        let alarms = (0..200).filter(|_| {
            let (times, bins) = minute(|_| exponential(&mut random, 1.0 / 30.0));
            let counted = Counted::from_counts(times.iter().map(|time| ((time * 1e9) as u64, 1)));
            let (gaps, times) = (gaps(&counted), super::times(&bins, bins.iter().sum()));
            gaps.expect("gaps") > CRITICAL || times.expect("times") < SIGNIFICANCE
        });
        // Two tests at 1 % each: 4 of 200 expected; more than 10 are one such series in 500.
        assert!(alarms.count() <= 10);
        assert_eq!(
            told(&sent(|_| exponential(&mut random, 1.0 / 30.0))),
            CheckVerdict::Ok
        );
    }

    #[test]
    fn a_fixed_pace_a_coarse_timer_stalls_and_a_drifting_rate_are_caught() {
        let mut random = SplitMix::new(5);
        let mean = 1.0 / 300.0;
        assert_eq!(told(&sent(|_| mean)), CheckVerdict::Warn, "a fixed pace");
        let coarse = |gap: f64| (gap * 1e3).ceil() / 1e3;
        assert_eq!(
            told(&sent(|_| coarse(exponential(&mut random, mean)))),
            CheckVerdict::Warn,
            "a timer of 1 ms"
        );
        let stalled = sent(|at| {
            if at % 2.0 < mean {
                0.3
            } else {
                exponential(&mut random, mean)
            }
        });
        assert_eq!(told(&stalled), CheckVerdict::Warn, "stalls");
        let drifting = sent(|at| exponential(&mut random, mean * (0.7 + 0.01 * at)));
        assert_eq!(
            told(&drifting),
            CheckVerdict::Warn,
            "a rate that falls by half"
        );
        let text = check(&drifting, "arrival-law").expect("always there").text;
        assert!(text.contains("not sent evenly over the run"), "{text}");
    }

    #[test]
    fn the_time_that_a_send_takes_is_let_pass_however_long_the_run() {
        let mut random = SplitMix::new(7);
        let (mean, send) = (1.0 / 500.0, 30e-6);
        // By how much the call before was sent late.
        let mut late: f64 = 0.0;
        let run = sent(|_| {
            let gap = exponential(&mut random, mean);
            let before = late;
            late = (before + send - gap).max(0.0);
            gap + late - before
        });
        assert_eq!(
            told(&run),
            CheckVerdict::Ok,
            "30,000 calls, none within 30 µs of another"
        );
    }

    #[test]
    fn what_has_no_law_or_too_few_calls_is_said_and_not_passed() {
        assert_eq!(told(&quiet()), CheckVerdict::Unknown);
        let mut few = sent(|_| 0.2);
        assert_eq!(
            told(&few),
            CheckVerdict::Unknown,
            "300 calls at a fixed pace"
        );
        few.measured.pace = None;
        assert_eq!(told(&few), CheckVerdict::Unknown);
        let mut cut = sent(|_| 0.01);
        cut.measured.completion = Completion::Interrupted;
        assert_eq!(told(&cut), CheckVerdict::Unknown);
    }
}
