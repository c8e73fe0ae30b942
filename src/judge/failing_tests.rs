//! Endpoints of one law, of which one never answers its slowest calls: what a caller waits for is no shorter for it.

use std::time::Duration;

use crate::plan::{Judging, Level};

use super::synthetic_run::{Fixture, Reply, answer_after, refused};
use super::{GateOutcome, Summary, Verdict};

const CALLS: u32 = 800;

/// Two endpoints that take 50 to 100 ms, every time as often, in no order; `eu-west-1` refuses that share of its calls, the
/// slowest ones.
fn run(share: f64, start: u32, gates: &[&str]) -> Summary {
    let call = |step: u32, failing: f64| {
        move |i: u32| -> Reply {
            let slowness = f64::from((i * step + start * 101) % CALLS) / f64::from(CALLS);
            if slowness >= 1.0 - failing {
                refused()
            } else {
                answer_after(Duration::from_secs_f64((50.0 + 50.0 * slowness) / 1e3))
            }
        }
    };
    Fixture::small()
        .calls_of("global", CALLS, call(607, 0.0))
        .calls_of("eu-west-1", CALLS, call(389, share))
        .judged(Judging {
            gates: gates.iter().map(|gate| (*gate).to_owned()).collect(),
            ..Judging::default()
        })
        .summary()
}

#[test]
fn more_failures_count_where_they_matter_and_are_no_chance() {
    let rows = |share| run(share, 0, &[]).rows;
    for (share, fails_more) in [(0.0, false), (0.005, false), (0.02, true), (0.3, true)] {
        let rows = rows(share);
        assert_eq!(rows[1].fails_more_than(&rows[0]), fails_more, "{share}");
        assert!(!rows[0].fails_more_than(&rows[1]), "{share}");
    }
    // One of 96 calls is chance, however large its share.
    let few = |failed: u32| {
        let reply = move |i: u32| match i {
            i if i < failed => refused(),
            _ => answer_after(Duration::from_millis(50)),
        };
        let fixture =
            Fixture::small().calls_of("global", 96, |_| answer_after(Duration::from_millis(50)));
        let rows = fixture.calls_of("eu-west-1", 96, reply).summary().rows;
        rows[1].fails_more_than(&rows[0])
    };
    assert!(!few(1) && !few(5) && few(6));
}

#[test]
fn an_endpoint_whose_slowest_calls_fail_is_not_faster() {
    for (share, compared) in [(0.01, 3), (0.049, 3), (0.08, 2), (0.3, 1)] {
        for start in 0..3 {
            let summary = run(share, start, &[]);
            assert_eq!(summary.comparisons.len(), compared, "{share}: {summary:?}");
            for found in &summary.comparisons {
                let interval = found.ratio.interval.expect("many blocks");
                assert!(
                    !matches!(found.verdict, Verdict::Faster | Verdict::SlightlyFaster)
                        && interval.low <= 1.0
                        && 1.0 <= interval.high
                        && (found.ratio.value - 1.0).abs() < 0.01,
                    "{share}: {found:?}"
                );
            }
            let rows = &summary.rows;
            let p50 = |row: usize| rows[row].service_time.percentile(Level::P50);
            assert_eq!(p50(0), p50(1), "the 400th of 800 calls");
            assert!(
                rows.iter()
                    .all(|row| row.rank.is_none_or(|rank| rank.low == 1 && rank.high == 2))
            );
        }
    }
}

#[test]
fn a_gate_is_about_all_calls() {
    // The p90 of all calls is 95 ms; of the answers alone it would be 81.5.
    let summary = run(
        0.3,
        0,
        &[
            "p50(eu-west-1) <= 80ms",
            "p50(eu-west-1) <= 70ms",
            "p90(eu-west-1) <= 90ms",
        ],
    );
    let outcomes: Vec<_> = summary.gates.iter().map(|gate| gate.outcome).collect();
    assert_eq!(
        outcomes,
        [
            GateOutcome::Proven,
            GateOutcome::Violated,
            GateOutcome::Invalid
        ]
    );
    let tail = run(0.05, 0, &["p90(eu-west-1) <= 92.9ms"]);
    assert_eq!(
        tail.gates[0].outcome,
        GateOutcome::Violated,
        "of the answers alone it would be 92.75"
    );
}
