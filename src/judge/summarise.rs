//! From what was counted to a [`Summary`].

use crate::parallel::Workers;
use crate::plan::{Level, Plan, TargetId};
use crate::record::{Block, Counts, Histogram, Series};
use crate::results::{Check, Run};
use latency_stats::{Counted, NoPercentile, Percentile, Pooled};

use super::checks;
use super::comparison::{Comparison, Uncompared};
use super::estimate::{Pair, Times, Together, calls, counted, merged, typical};
use super::gate;
use super::precision::reached;
use super::ranking::rankings;
use super::row::{Figures, Place, Row, failures_reach};
use super::served_by::served_by;
use super::summary::Summary;

/// The run in numbers, judged as its plan says.
///
/// A percentile is given only where the answers support an interval around it, and compared only where both sides support
/// it. Percentiles are those of all calls, a failed one counting as never answered; one that is a failure has no value.
pub fn summarise(run: &Run) -> Summary {
    summarise_by(run, Workers::available())
}

/// The same by these workers; the numbers do not depend on how many they are.
pub fn summarise_by(run: &Run, workers: Workers) -> Summary {
    let times = Times::of_service(run, workers);
    let (mut rows, checks) = measured(run, &times, workers);
    let compared = against_global(&times, &rows, &checks);
    let mut rankings = rankings(&times, &rows, &checks);
    for ranking in &mut rankings {
        ranking.part(&compared.comparisons);
    }
    for ranked in rankings.iter().flat_map(|ranking| &ranking.places) {
        rows[usize::from(ranked.target.0)].rank = Some(ranked.rank);
    }
    Summary {
        comparisons: compared.comparisons,
        together: compared.together,
        uncompared: compared.uncompared,
        rankings,
        served_by: served_by(run),
        signing: figures(&run.measured.signing),
        lateness: figures(&merged(run, |series| &series.lateness)),
        client_overhead: figures(&merged(run, |series| &series.client_overhead)),
        gates: gate::judge(run, &times, &rows, &checks),
        checks,
        precision: reached(run, &rows),
        rows,
    }
}

/// The run in numbers. What was found against it is kept in it, for readers without this program.
pub fn judge(run: &mut Run) -> Summary {
    let summary = summarise(run);
    run.checks.clone_from(&summary.checks);
    if let Some(outcome) = &mut run.measured.precision {
        outcome.reached.clone_from(&summary.precision);
    }
    summary
}

/// Each target alone, and the run's checks: a summary without what takes long.
pub(super) fn rows_and_checks(run: &Run) -> (Vec<Row>, Vec<Check>) {
    let workers = Workers::available();
    measured(run, &Times::of_service(run, workers), workers)
}

fn measured(run: &Run, times: &Times<'_>, workers: Workers) -> (Vec<Row>, Vec<Check>) {
    let shares = Level::ALL.map(Level::share);
    let pooled = workers.map(&run.measured.series, |series| {
        let response = |block: &Block| calls(block, &block.response_time);
        let response: Vec<Counted> = series.blocks.iter().map(response).collect();
        let service = &times.blocks(series.target).fine;
        (Pooled::of(service, shares), Pooled::of(&response, shares))
    });
    let (service, response): (Vec<_>, Vec<_>) = pooled.into_iter().unzip();
    let confidence = run.plan.judging.confidence;
    let of_service = typical(&service, confidence);
    let of_response = typical(&response, confidence);
    let both: Vec<_> = service.into_iter().zip(response).collect();
    let all: Vec<_> = run.measured.series.iter().zip(&both).collect();
    let rows: Vec<Row> = workers.map(&all, |(series, (service, response))| {
        let service = service.percentiles(confidence, of_service);
        let response = response.percentiles(confidence, of_response);
        row(run, series, service, response)
    });
    let blocks: Vec<&[Counted]> = rows
        .iter()
        .map(|row| &*times.blocks(row.target).fine)
        .collect();
    let checks = checks::all(&checks::CheckInput {
        run,
        rows: &rows,
        blocks: &blocks,
    });
    (rows, checks)
}

/// The percentiles of a distribution, in the order of [`Level::ALL`].
type Percentiles = [Result<Percentile, NoPercentile>; Level::ALL.len()];

fn row(run: &Run, series: &Series, service: Percentiles, response: Percentiles) -> Row {
    let plan: &Plan = &run.plan;
    let target = plan.target(series.target);
    Row {
        target: series.target,
        endpoint: target.endpoint.name.clone(),
        region: target.endpoint.region.clone(),
        place: Place::of(&target.endpoint),
        operation: target.call.operation(),
        connection: target.connection,
        counts: series.counts.clone(),
        service_time: distribution(
            &series.service_time,
            beside_failures(&series.counts, service),
        ),
        response_time: distribution(
            &series.response_time,
            beside_failures(&series.counts, response),
        ),
        lateness: figures(&series.lateness),
        client_overhead: figures(&series.client_overhead),
        phase_means: std::array::from_fn(|phase| {
            let histogram = series
                .phases
                .get(phase)
                .filter(|histogram| !histogram.is_empty())?;
            latency_stats::mean(&histogram.to_hdr())
        }),
        served_by: series.served_by.clone(),
        rank: None,
    }
}

/// The percentiles of a target's calls with those of which failures make no number: at a failed share of 1 − p already, where
/// the slowest answer would still be one.
fn beside_failures(counts: &Counts, percentiles: Percentiles) -> Percentiles {
    let mut levels = Level::ALL.into_iter();
    percentiles.map(|found| {
        let reached = levels
            .next()
            .is_some_and(|level| failures_reach(counts, level.share()));
        found.and_then(|found| {
            if reached {
                Err(NoPercentile::Never)
            } else {
                Ok(found)
            }
        })
    })
}

/// Of values without blocks.
fn figures(histogram: &Histogram) -> Figures {
    let percentiles = latency_stats::percentiles(
        &[counted(histogram)],
        Level::ALL.map(Level::share),
        WHOLE_RUN_CONFIDENCE,
    );
    distribution(histogram, percentiles)
}

fn distribution(histogram: &Histogram, percentiles: Percentiles) -> Figures {
    if histogram.is_empty() {
        return Figures::default();
    }
    let values = histogram.to_hdr();
    Figures {
        count: values.len(),
        mean: latency_stats::mean(&values),
        stddev: latency_stats::standard_deviation(&values),
        min: latency_stats::min(&values),
        max: latency_stats::max(&values),
        percentiles,
    }
}

/// The confidence of what describes the instrument, which no plan sets.
const WHOLE_RUN_CONFIDENCE: f64 = 0.95;

/// Every regional target against the global one of its operation and kind of connection.
fn against_global(times: &Times<'_>, rows: &[Row], checks: &[Check]) -> Compared {
    let pairs: Vec<Pair<'_>> = rows
        .iter()
        .filter(|candidate| candidate.place == Place::Regional)
        .filter_map(|candidate| {
            let same = |row: &&Row| row.group() == candidate.group();
            let baseline = rows
                .iter()
                .filter(|row| row.place == Place::Global)
                .find(same)?;
            Some(Pair::of(times, baseline, candidate))
        })
        .collect();
    compared(times, &pairs, checks)
}

/// Chosen pairs of targets, the baseline first, as [`summarise`] compares an endpoint with the global one. Pairs of another
/// operation or kind of connection are left out, because these are never mixed.
pub fn compare_pairs(
    run: &Run,
    pairs: &[(TargetId, TargetId)],
) -> (Vec<Comparison>, Vec<Uncompared>) {
    let workers = Workers::available();
    let times = Times::of_service(run, workers);
    let (rows, checks) = measured(run, &times, workers);
    let row = |target: TargetId| rows.get(usize::from(target.0));
    let alike = |(one, other): &(&Row, &Row)| one.group() == other.group();
    let known = pairs
        .iter()
        .filter_map(|&(baseline, candidate)| row(baseline).zip(row(candidate)))
        .filter(alike);
    let pairs: Vec<_> = known
        .map(|(baseline, candidate)| Pair::of(&times, baseline, candidate))
        .collect();
    let found = compared(&times, &pairs, &checks);
    (found.comparisons, found.uncompared)
}

/// What pairs came to.
struct Compared {
    comparisons: Vec<Comparison>,
    /// Those by p50 once more, holding together, where `comparisons` hold each by itself.
    together: Vec<Comparison>,
    uncompared: Vec<Uncompared>,
}

fn compared(times: &Times<'_>, pairs: &[Pair<'_>], checks: &[Check]) -> Compared {
    let mut targets: Vec<TargetId> = pairs.iter().flat_map(Pair::comparable).collect();
    targets.sort_unstable();
    targets.dedup();
    times.draw(&targets);
    let families: Vec<(&Pair<'_>, Together)> = pairs
        .iter()
        .map(|pair| (pair, family(pair, pairs)))
        .collect();
    let simultaneous = times.judging.simultaneous;
    let of_pair = |(pair, family): &(&Pair<'_>, Together)| {
        pair.compare(
            checks,
            if simultaneous {
                *family
            } else {
                [1; Level::COMPARED.len()]
            },
        )
    };
    let (mut comparisons, mut uncompared) = (Vec::new(), Vec::new());
    for (compared, obstacle) in times.workers.map(&families, of_pair) {
        comparisons.extend(compared);
        uncompared.extend(obstacle);
    }
    let by_median = |(pair, family): &(&Pair<'_>, Together)| {
        (pair.obstacle(Level::P50.share()).is_none() && !simultaneous)
            .then(|| pair.by(Level::P50, checks, family[0]))
            .flatten()
    };
    let together = times.workers.map(&families, by_median);
    Compared {
        comparisons,
        together: together.into_iter().flatten().collect(),
        uncompared,
    }
}

/// How many of the pairs of the same operation and kind of connection can be compared, by each percentile.
fn family(pair: &Pair<'_>, pairs: &[Pair<'_>]) -> Together {
    Level::COMPARED.map(|level| {
        pairs
            .iter()
            .filter(|other| other.candidate.group() == pair.candidate.group())
            .filter(|other| other.obstacle(level.share()).is_none())
            .count()
    })
}

#[cfg(test)]
mod tests {
    use crate::judge::Verdict;
    use crate::judge::synthetic_run::{Fixture, answer, refused};
    use crate::plan::{ConnectionMode, Judging};
    use latency_stats::Estimate;

    use super::*;

    #[test]
    fn a_percentile_needs_support_on_both_sides() {
        let summary = Fixture::small()
            .calls(100, |_, _| answer(10))
            .calls_of("global", 40, |_| answer(30))
            .summary();
        let compared: Vec<Level> = summary.comparisons.iter().map(|c| c.level).collect();
        assert_eq!(
            compared,
            [Level::P50, Level::P90],
            "40 calls of the global endpoint support no p95"
        );
        assert!(
            summary
                .comparisons
                .iter()
                .all(|c| (c.ratio.value - 3.0).abs() < 0.01),
            "{:?}",
            summary.comparisons
        );
        assert!(
            summary
                .comparisons
                .iter()
                .all(|c| (c.difference.value - 20e6).abs() < 0.1e6)
        );
    }

    #[test]
    fn failures_that_reach_into_a_percentile_forbid_comparing_it() {
        let one_in_ten = |i: u32| {
            if i.is_multiple_of(10) {
                refused()
            } else {
                answer(10)
            }
        };
        let summary = Fixture::small().calls(400, |_, i| one_in_ten(i)).summary();
        let compared: Vec<Level> = summary.comparisons.iter().map(|c| c.level).collect();
        assert_eq!(
            compared,
            [Level::P50],
            "at a tenth failed, p90 of all calls is a failure"
        );
    }

    #[test]
    fn chosen_pairs_are_compared_either_way_round_and_kinds_of_call_are_never_mixed() {
        let run = Fixture::wide("global,eu-west-1,eu-west-2")
            .calls(100, |target, _| {
                answer(if target.endpoint.name == "eu-west-2" {
                    30
                } else {
                    10
                })
            })
            .run();
        let of = |name: &str, connection| {
            let found = run
                .plan
                .targets()
                .find(|(_, t)| t.endpoint.name == name && t.connection == connection);
            found.expect("it was planned").0
        };
        let (one, two) = (
            of("eu-west-1", ConnectionMode::Warm),
            of("eu-west-2", ConnectionMode::Warm),
        );
        let absent = TargetId(u16::MAX);
        let mixed = [
            (one, of("eu-west-2", ConnectionMode::Cold)),
            (one, absent),
            (absent, one),
        ];
        let (compared, refused) =
            compare_pairs(&run, &[&[(one, two), (two, one)], &mixed[..]].concat());
        assert!(refused.is_empty());
        let medians: Vec<_> = compared.iter().filter(|c| c.level == Level::P50).collect();
        assert_eq!(
            medians
                .iter()
                .map(|c| (c.baseline, c.candidate))
                .collect::<Vec<_>>(),
            [(one, two), (two, one)]
        );
        assert!((medians[0].ratio.value * medians[1].ratio.value - 1.0).abs() < 1e-9);
        assert_eq!(
            medians.iter().map(|c| c.verdict).collect::<Vec<_>>(),
            [Verdict::Slower, Verdict::Faster]
        );
    }

    /// Eighteen equal endpoints, judged so.
    fn equal(seed: u64, simultaneous: bool, confidence: f64) -> Run {
        let judging = Judging {
            simultaneous,
            confidence,
            ..Judging::default()
        };
        let names = "global,us-east-1,us-east-2,us-west-1,us-west-2,eu-west-1,eu-west-2,eu-west-3,eu-north-1,\
                     eu-central-1,ca-central-1,sa-east-1,ap-south-1,ap-northeast-1,ap-northeast-2,\
                     ap-northeast-3,ap-southeast-1,ap-southeast-2";
        let run = Fixture::of(names)
            .judged(judging)
            .noisy(96, seed, 0.2, |_| 50.0);
        run.run()
    }

    fn numbers(of: &[Comparison]) -> Vec<(TargetId, Verdict, Estimate, Estimate)> {
        of.iter()
            .filter(|c| c.level == Level::P50)
            .map(|c| (c.candidate, c.verdict, c.ratio, c.difference))
            .collect()
    }

    #[test]
    fn all_comparisons_of_a_table_hold_together_unless_each_is_to_hold_by_itself() {
        let differs = |summary: &Summary| {
            let by_median = |c: &&Comparison| c.level == Level::P50;
            let open =
                |c: &Comparison| matches!(c.verdict, Verdict::Inconclusive | Verdict::Equivalent);
            !summary.comparisons.iter().filter(by_median).all(open)
        };
        let either =
            |seed| [false, true].map(|simultaneous| summarise(&equal(seed, simultaneous, 0.95)));
        // In one run of four some endpoint looks faster or slower than its equal, where each comparison holds by itself.
        let (seed, [alone, together]) = (1..30)
            .map(|seed| (seed, either(seed)))
            .find(|(_, [alone, together])| differs(alone) && !differs(together))
            .expect("such a run");
        let by_itself = |c: &Comparison| (c.together, c.confidence) == (1, 0.95);
        assert!(alone.comparisons.iter().all(by_itself));

        let of_each = 1.0 - (1.0 - 0.95) / 17.0;
        assert!(
            together
                .comparisons
                .iter()
                .all(|c| c.together == 17 && c.confidence == of_each)
        );
        let as_sure = summarise(&equal(seed, false, of_each));
        assert_eq!(
            numbers(&together.comparisons),
            numbers(&as_sure.comparisons)
        );

        // Who picks one of them finds the same, whichever the table shows.
        let medians: Vec<Comparison> = together
            .comparisons
            .iter()
            .filter(|c| c.level == Level::P50)
            .cloned()
            .collect();
        assert_eq!((&alone.together, together.together.len()), (&medians, 0));
        for row in &together.rows {
            let find = |c: &&Comparison| c.candidate == row.target;
            let shown = medians.iter().find(find);
            assert_eq!(
                (alone.picked(row.target), together.picked(row.target)),
                (shown, shown)
            );
        }
    }

    #[test]
    fn a_comparison_that_is_the_only_one_is_the_same_either_way() {
        let of = |simultaneous| {
            let judging = Judging {
                simultaneous,
                ..Judging::default()
            };
            Fixture::wide("global,eu-west-1")
                .judged(judging)
                .noisy(192, 5, 0.2, |_| 50.0)
                .summary()
        };
        let (together, alone) = (of(true), of(false));
        assert_eq!(together.comparisons, alone.comparisons);
        assert!(
            together
                .comparisons
                .iter()
                .all(|c| (c.together, c.confidence) == (1, 0.95))
        );
    }

    #[test]
    fn without_a_global_endpoint_nothing_is_compared() {
        let summary = Fixture::of("eu-west-1,eu-central-1")
            .calls(50, |_, _| answer(10))
            .summary();
        assert_eq!((summary.rows.len(), summary.comparisons.len()), (2, 0));
    }

    #[test]
    fn only_the_same_operation_and_connection_are_compared() {
        let summary = Fixture::wide("global,eu-west-1")
            .calls(10, |_, _| answer(10))
            .summary();
        assert_eq!(summary.comparisons.len(), 4);
        for comparison in &summary.comparisons {
            let of = |id| {
                summary
                    .rows
                    .iter()
                    .find(|row| row.target == id)
                    .expect("a row per target")
            };
            let (baseline, candidate) = (of(comparison.baseline), of(comparison.candidate));
            assert_eq!(
                (baseline.place, candidate.place),
                (Place::Global, Place::Regional)
            );
            assert_eq!(
                (baseline.operation, baseline.connection),
                (candidate.operation, candidate.connection)
            );
        }
    }

    #[test]
    fn fault_47_a_target_without_answers_has_no_figures() {
        let summary = Fixture::small().calls(20, |_, _| refused()).summary();
        assert!(
            summary
                .rows
                .iter()
                .all(|row| row.service_time == Figures::default())
        );
        assert!(summary.rows.iter().all(|row| row.phase_means == [None; 6]));
        assert!(summary.comparisons.is_empty());
        assert!(
            summary
                .uncompared
                .iter()
                .all(|pair| pair.verdict == Verdict::NoData)
        );
        assert_eq!(summary.uncompared.len(), 1);
    }

    #[test]
    fn phases_that_never_happened_have_no_mean() {
        let summary = Fixture::wide("global")
            .calls(10, |_, _| answer(10))
            .summary();
        let warm = summary
            .rows
            .iter()
            .find(|row| row.connection == ConnectionMode::Warm)
            .expect("one is warm");
        let cold = summary
            .rows
            .iter()
            .find(|row| row.connection == ConnectionMode::Cold)
            .expect("one is cold");
        assert_eq!(
            (warm.phase_means[2], warm.phase_means[4].is_some()),
            (None, true)
        );
        assert!(cold.phase_means[2].is_some());
    }
}
