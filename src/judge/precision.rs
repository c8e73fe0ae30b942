//! How exact a run has to become: how many rounds its pilot shows to be needed, and whether each target got there in the end.
//!
//! The length is decided once, after the pilot, and from widths alone (C. Stein, Ann. Math. Stat. 16 (1945) 243–258). Looking
//! again and again, or stopping where a difference shows, would make intervals that are too narrow and differences that are
//! none.

use crate::plan::{Level, Load, Precision, TargetId};
use crate::record::{Counts, Series};
use crate::results::{Reached, Run};
use latency_stats::{NoPercentile, Percentile, Pooled};

use super::estimate::{calls, typical};
use super::row::Row;

/// How long a run has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Rounds, the pilot's included; at least as many as those.
    pub rounds: u64,
    /// The target that needs most; `None` where no target had an answer.
    pub decided_by: Option<TargetId>,
}

/// The rounds that `pilot`, an audit that has to become precise, shows to be needed; `None` of any other run.
///
/// Each target's interval is the widest of three ways to cut the pilot into blocks, so that a pilot which looks steadier than
/// it is by chance does not end a run early. From the width follows the number of answers, with a reserve of a fifth; tails also need 30
/// independent answers beyond the percentile. The target that needs most decides for all, since a round calls all.
pub(crate) fn wanted_rounds(pilot: &Run) -> Option<Wanted> {
    let (Some(precision), Load::Audit { rounds, .. }) =
        (pilot.plan.judging.precision, pilot.plan.load)
    else {
        return None;
    };
    let confidence = pilot.plan.judging.confidence;
    let widest = |series: &Series| {
        let blocks: Vec<_> = series
            .blocks
            .iter()
            .map(|block| calls(block, &block.service_time))
            .collect();
        Pooled::widest(&blocks, [precision.percentile])
    };
    let all = &pilot.measured.series;
    let pooled: Vec<_> = all.iter().map(widest).collect();
    let typical = typical(&pooled, confidence);
    let needs = all.iter().zip(&pooled).filter_map(|(series, pooled)| {
        let [found] = pooled.percentiles(confidence, typical);
        let Counts { succeeded, .. } = series.counts;
        let calls = succeeded.saturating_add(series.counts.failed());
        let times = times_as_long(calls, found, precision).filter(|_| succeeded > 0)?;
        Some(((f64::from(rounds) * times).ceil() as u64, series.target))
    });
    let most = needs.max_by_key(|(rounds, target)| (*rounds, std::cmp::Reverse(*target)));
    Some(Wanted {
        rounds: most.map_or(0, |(rounds, _)| rounds).max(rounds.into()),
        decided_by: most.map(|(_, target)| target),
    })
}

/// How many times as many calls one target needs; `None` where it has none and time will not help.
fn times_as_long(
    n: u64,
    found: Result<Percentile, NoPercentile>,
    precision: Precision,
) -> Option<f64> {
    let Precision {
        half_width_ratio,
        percentile,
    } = precision;
    let (needed, effective) = match found {
        Ok(found) => {
            // Without an upper end the lower side alone gives the width; what the tail needs covers the rest.
            let half_width = half_width_of(&found)
                .or_else(|| Some((found.value - found.interval.low) / found.value));
            (
                latency_stats::values_for(
                    n,
                    half_width.filter(|width| width.is_finite())?,
                    half_width_ratio,
                ),
                found.support,
            )
        }
        Err(NoPercentile::TooFew { missing, effective }) => (n.saturating_add(missing), effective),
        // It stays a failure, however long the run.
        Err(NoPercentile::Never) => return None,
    };
    let tail = if percentile > 0.5 && effective > 0.0 {
        latency_stats::values_for_tail(n, effective, percentile)
    } else {
        0
    };
    (n > 0).then(|| needed.max(tail) as f64 / n as f64)
}

/// Half of the interval's width over the percentile; `None` where it has no two ends.
fn half_width_of(percentile: &Percentile) -> Option<f64> {
    let width = (percentile.interval.high - percentile.interval.low) / 2.0 / percentile.value;
    width.is_finite().then_some(width)
}

/// What each target reached of what was asked for, by the intervals that the report shows; empty where nothing was.
pub(super) fn reached(run: &Run, rows: &[Row]) -> Vec<Reached> {
    let Some(precision) = run
        .plan
        .judging
        .precision
        .filter(|_| run.measured.precision.is_some())
    else {
        return Vec::new();
    };
    let of_row = |row: &Row| {
        let half_width_ratio = Level::from_share(precision.percentile)
            .and_then(|level| row.service_time.estimate(level))
            .and_then(half_width_of);
        let met = half_width_ratio.is_some_and(|width| width <= precision.half_width_ratio);
        Reached {
            target: row.target,
            half_width_ratio,
            met,
        }
    };
    rows.iter().map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use crate::judge::synthetic_run::{Fixture, answer, refused};
    use crate::plan::Judging;
    use crate::results::{PrecisionOutcome, Window};

    use super::*;

    fn asked(mut run: Run, half_width_ratio: f64, percentile: f64) -> Run {
        run.plan.judging = Judging {
            precision: Some(Precision {
                half_width_ratio,
                percentile,
            }),
            ..Judging::default()
        };
        run
    }

    /// Two targets whose answers vary by a tenth and by a hundredth.
    fn pilot(rounds: u32) -> Run {
        let mut state = 5_u64;
        let mut uniform = move || {
            // Knuth's generator of 64 bits (MMIX), of which the upper ones are random enough.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        Fixture::small()
            .calls(rounds, |target, _| {
                let spread = if target.endpoint.name == "global" {
                    0.1
                } else {
                    0.01
                };
                let normal = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
                answer((1000.0 * (spread * normal).exp()).round() as u64)
            })
            .run()
    }

    #[test]
    fn the_number_of_rounds_falls_with_the_square_of_the_width() {
        let run = asked(pilot(1600), 0.02, 0.5);
        let wanted = |half_width_ratio| {
            let wanted =
                wanted_rounds(&asked(run.clone(), half_width_ratio, 0.5)).expect("an audit");
            (wanted.rounds, wanted.decided_by)
        };
        let (rounds, decided_by) = wanted(0.001);
        assert_eq!(decided_by, Some(TargetId(0)), "the one that varies most");
        let (twice, _) = wanted(0.002);
        assert!(
            (rounds as f64 / twice as f64 - 4.0).abs() < 0.01,
            "{rounds} {twice}"
        );
        assert_eq!(wanted(0.5).0, 1600, "never less than the pilot");
        // The median of n values of spread s is sure to within 1.96·1.2533·s/√n; the widest of three cuts is wider.
        let expected = 1600.0 * (1.96 * 1.2533 * 0.1 / 40.0 / 0.001_f64).powi(2) * 1.2;
        assert!(
            (expected..3.0 * expected).contains(&(rounds as f64)),
            "{rounds} {expected}"
        );
    }

    #[test]
    fn a_tail_needs_thirty_answers_beyond_it_however_narrow_it_is() {
        let wanted = wanted_rounds(&asked(pilot(2000), 0.5, 0.99)).expect("an audit");
        assert!(wanted.rounds >= 3000 * 12 / 10, "{wanted:?}");
        let short = wanted_rounds(&asked(pilot(100), 0.5, 0.99)).expect("an audit");
        assert!(
            short.rounds >= 3000 && short.decided_by.is_some(),
            "{short:?}"
        );
    }

    #[test]
    fn a_target_without_answers_decides_nothing() {
        let run = Fixture::small().calls(200, |target, _| {
            if target.endpoint.name == "global" {
                refused()
            } else {
                answer(9)
            }
        });
        let wanted = wanted_rounds(&asked(run.run(), 0.02, 0.5)).expect("an audit");
        assert_eq!((wanted.rounds, wanted.decided_by), (200, Some(TargetId(1))));
        let none = wanted_rounds(&asked(
            Fixture::small().calls(200, |_, _| refused()).run(),
            0.02,
            0.5,
        ));
        assert_eq!(
            none,
            Some(Wanted {
                rounds: 200,
                decided_by: None
            })
        );
        assert_eq!(
            wanted_rounds(&pilot(100)),
            None,
            "no precision was asked for"
        );
    }

    #[test]
    fn a_run_says_for_each_target_whether_it_got_there() {
        let mut run = asked(pilot(1600), 0.002, 0.5);
        assert!(
            reached(&run, &crate::judge::summarise(&run).rows).is_empty(),
            "it did not choose its length"
        );
        let stages: Vec<Window> = Vec::new();
        run.measured.precision = Some(PrecisionOutcome {
            pilot_rounds: 1600,
            wanted_rounds: 1600,
            granted_rounds: 1600,
            capped_by: None,
            decided_by: None,
            reached: Vec::new(),
            stages,
        });
        let summary = crate::judge::summarise(&run);
        let met: Vec<bool> = summary
            .precision
            .iter()
            .map(|reached| reached.met)
            .collect();
        assert_eq!(met, [false, true], "{:?}", summary.precision);
        let width = summary.precision[0].half_width_ratio.expect("an interval");
        assert!((0.002..0.02).contains(&width), "{width}");
    }
}
