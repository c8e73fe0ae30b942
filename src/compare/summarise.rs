//! From what was counted to a [`Summary`].

use crate::catalog::Scope;
use crate::plan::Plan;
use crate::record::{Counts, Histogram, Series};
use crate::results::Run;
use crate::stats::{self, Counted, Estimate};

use super::answered::answered;
use super::{COMPARED, Comparison, ComparisonMethod, Figures, PERCENTILES, Place, Row, Summary, Verdict, checks};

/// The run in numbers.
///
/// A percentile is given only where the number of values supports it, and compared only where both sides support it and
/// on neither side the failed calls reach into it: from a failed share of 1 − p on, the p-percentile of all calls is a
/// failure and the successes alone would flatter it.
pub fn summarise(run: &Run) -> Summary {
    let rows: Vec<Row> = run.series.iter().map(|series| row(&run.plan, series)).collect();
    let comparisons = rows.iter().flat_map(|candidate| against_global(&rows, candidate)).collect();
    let checks = checks::all(run, &rows);
    let answered = answered(run);
    Summary {
        rows,
        comparisons,
        rankings: Vec::new(),
        answered,
        signing: figures(&run.signing),
        lateness: figures(&merged(run, |series| &series.lateness)),
        client_overhead: figures(&merged(run, |series| &series.client_overhead)),
        checks,
        gates: Vec::new(),
    }
}

/// One histogram of all targets.
pub(super) fn merged(run: &Run, of: impl Fn(&Series) -> &Histogram) -> Histogram {
    let mut all = Histogram::default();
    run.series.iter().for_each(|series| all.merge(of(series)));
    all
}

fn row(plan: &Plan, series: &Series) -> Row {
    let target = plan.target(series.target);
    Row {
        target: series.target,
        endpoint: target.endpoint.name.clone(),
        region: target.endpoint.region.clone(),
        place: match target.endpoint.scope {
            Scope::Global => Place::Global,
            Scope::Regional | Scope::Fips | Scope::DualStack | Scope::FipsDualStack | Scope::Custom => Place::Regional,
        },
        operation: target.call.operation(),
        connection: target.connection,
        counts: series.counts.clone(),
        service_time: figures(&series.service_time),
        response_time: figures(&series.response_time),
        lateness: figures(&series.lateness),
        client_overhead: figures(&series.client_overhead),
        phase_means: std::array::from_fn(|phase| stats::mean(&series.phases.get(phase)?.to_hdr())),
        served_by: series.served_by.clone(),
        rank: None,
    }
}

fn figures(histogram: &Histogram) -> Figures {
    if histogram.is_empty() {
        return Figures::default();
    }
    let values = histogram.to_hdr();
    Figures {
        count: values.len(),
        mean: stats::mean(&values),
        stddev: stats::standard_deviation(&values),
        min: stats::min(&values),
        max: stats::max(&values),
        percentiles: PERCENTILES.map(|p| stats::percentile(&[Counted::from_hdr(&values)], p, 0.95)),
    }
}

fn against_global(rows: &[Row], candidate: &Row) -> Vec<Comparison> {
    let baseline = rows.iter().find(|row| {
        row.place == Place::Global && row.operation == candidate.operation && row.connection == candidate.connection
    });
    let Some(baseline) = baseline.filter(|_| candidate.place == Place::Regional) else { return Vec::new() };
    COMPARED
        .into_iter()
        .filter(|&p| !reaches(&baseline.counts, p) && !reaches(&candidate.counts, p))
        .filter_map(|percentile| {
            let slow = baseline.service_time.percentile(percentile)?;
            let fast = candidate.service_time.percentile(percentile)?;
            Some(Comparison {
                baseline: baseline.target,
                candidate: candidate.target,
                endpoint: candidate.endpoint.clone(),
                operation: candidate.operation,
                connection: candidate.connection,
                percentile,
                ratio: Estimate::point(slow / fast),
                difference: Estimate::point(slow - fast),
                verdict: Verdict::Inconclusive,
                reason: None,
                more_rounds: None,
                method: ComparisonMethod::Nothing,
                beats: None,
                in_general: None,
            })
        })
        .collect()
}

/// Whether so many calls failed that the p-percentile of all calls is a failure.
fn reaches(counts: &Counts, p: f64) -> bool {
    let failed = counts.faults.saturating_add(counts.failures);
    // The margin absorbs the rounding of 1 − p, which is 0.010000000000000009 for p99.
    failed > 0 && failed as f64 >= (1.0 - p) * counts.issued as f64 * (1.0 - 1e-9)
}

#[cfg(test)]
mod tests {
    use crate::compare::fixture::{Fixture, answer, refused};
    use crate::plan::Connection;

    use super::*;

    #[test]
    fn a_percentile_needs_support_on_both_sides() {
        let summary = Fixture::small().calls(100, |_, _| answer(10)).calls_of("global", 40, |_| answer(30)).summary();
        let compared: Vec<f64> = summary.comparisons.iter().map(|c| c.percentile).collect();
        assert_eq!(compared, [0.50, 0.90], "40 calls of the global endpoint support no p95");
        assert!(summary.comparisons.iter().all(|c| (c.ratio.value - 3.0).abs() < 0.01), "{:?}", summary.comparisons);
        assert!(summary.comparisons.iter().all(|c| (c.difference.value - 20e6).abs() < 0.1e6));
    }

    #[test]
    fn failures_that_reach_into_a_percentile_forbid_comparing_it() {
        let one_in_ten = |i: u32| if i.is_multiple_of(10) { refused() } else { answer(10) };
        let summary = Fixture::small().calls(400, |_, i| one_in_ten(i)).summary();
        let compared: Vec<f64> = summary.comparisons.iter().map(|c| c.percentile).collect();
        assert_eq!(compared, [0.50], "at a tenth failed, p90 of all calls is a failure");
    }

    #[test]
    fn without_a_global_endpoint_nothing_is_compared() {
        let summary = Fixture::of("eu-west-1,eu-central-1").calls(50, |_, _| answer(10)).summary();
        assert_eq!((summary.rows.len(), summary.comparisons.len()), (2, 0));
    }

    #[test]
    fn only_the_same_operation_and_connection_are_compared() {
        let summary = Fixture::wide("global,eu-west-1").calls(10, |_, _| answer(10)).summary();
        assert_eq!(summary.comparisons.len(), 4);
        for comparison in &summary.comparisons {
            let of = |id| summary.rows.iter().find(|row| row.target == id).expect("a row per target");
            let (baseline, candidate) = (of(comparison.baseline), of(comparison.candidate));
            assert_eq!((baseline.place, candidate.place), (Place::Global, Place::Regional));
            assert_eq!((baseline.operation, baseline.connection), (candidate.operation, candidate.connection));
        }
    }

    #[test]
    fn fault_47_a_target_without_answers_has_no_figures() {
        let summary = Fixture::small().calls(20, |_, _| refused()).summary();
        assert!(summary.rows.iter().all(|row| row.service_time == Figures::default()));
        assert!(summary.rows.iter().all(|row| row.phase_means == [None; 6]));
        assert!(summary.comparisons.is_empty());
    }

    #[test]
    fn phases_that_never_happened_have_no_mean() {
        let summary = Fixture::wide("global").calls(10, |_, _| answer(10)).summary();
        let warm = summary.rows.iter().find(|row| row.connection == Connection::Warm).expect("one is warm");
        let cold = summary.rows.iter().find(|row| row.connection == Connection::Cold).expect("one is cold");
        assert_eq!((warm.phase_means[2], warm.phase_means[4].is_some()), (None, true));
        assert!(cold.phase_means[2].is_some());
    }
}
