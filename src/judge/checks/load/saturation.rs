//! Whether calls had to wait because all connections of their target were busy.

use super::pace::pace;
use super::waits::Waits;
use crate::judge::checks::input::CheckInput;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::{ConnectionMode, Level, Load};
use crate::results::Run;
use crate::results::finding::{LoadFinding, QueueCause};

pub(crate) const SATURATION: Rule = Rule {
    number: Some("V2"),
    name: "saturation",
    formula: "calls of a target that waited for a busy connection / its calls",
    threshold: "warns above 0.01; open load: invalid above 0.5 where half of the waits are longer than the p50",
    examine: saturation,
};

/// Calls that had to wait within the client because all connections of their target were busy. Their wait is in the response
/// time and in no service time. Below half of a target's calls that shows a service that was slow for a while; when half of
/// them wait for longer than a call takes, the connections are what is measured.
fn saturation(input: &CheckInput<'_>) -> Vec<Check> {
    let open = match input.run.plan.load {
        Load::Audit { .. } => false,
        Load::Open { .. } => true,
        Load::Closed { .. } => return SATURATION.unknown(LoadFinding::QueueingByNature),
    };
    let judged: Vec<(&Row, Waits, CheckVerdict)> = input
        .rows
        .iter()
        .zip(&input.run.measured.series)
        .map(|(row, series)| (row, Waits::of(row, &series.queued)))
        .filter(|(_, waits)| waits.share > 0.0)
        .map(|(row, waits)| {
            let verdict = judge(row, &waits, open);
            (row, waits, verdict)
        })
        .collect();
    let worst = judged
        .iter()
        .max_by(|a, b| a.2.cmp(&b.2).then(a.1.share.total_cmp(&b.1.share)));
    let Some((row, waits, verdict)) = worst else {
        return vec![
            SATURATION
                .found(CheckVerdict::Ok, LoadFinding::NoneQueued)
                .measuring(0.0),
        ];
    };
    let finding = LoadFinding::SomeQueued {
        queued: waits.number,
        issued: row.counts.issued,
        worst: row.target,
        longest_ns: waits.longest,
        warn_ratio: MANY_QUEUED,
        limit_ratio: MOST_QUEUED,
        cause: (*verdict == CheckVerdict::Invalid).then(|| cause(input.run, row)),
    };
    let whose = judged
        .iter()
        .filter(|(.., of_target)| *verdict > CheckVerdict::Ok && of_target == verdict)
        .map(|(row, ..)| row.target)
        .collect();
    vec![
        SATURATION
            .found(*verdict, finding)
            .measuring(waits.share)
            .about(whose),
    ]
}

fn judge(row: &Row, waits: &Waits, open: bool) -> CheckVerdict {
    let longer_than_a_call = row
        .service_time
        .percentile(Level::P50)
        .is_none_or(|service| waits.p50 > service);
    match waits.share {
        share if open && share > MOST_QUEUED && longer_than_a_call => CheckVerdict::Invalid,
        share if share > MANY_QUEUED => CheckVerdict::Warn,
        _ => CheckVerdict::Ok,
    }
}

/// Shares of a target's calls above which the check warns and refuses.
const MANY_QUEUED: f64 = 0.01;
const MOST_QUEUED: f64 = 0.5;

/// Why the client's own queue was measured.
fn cause(run: &Run, row: &Row) -> QueueCause {
    if pace(run) < 0.98 {
        QueueCause::Machine
    } else {
        capacity(run, row).unwrap_or(QueueCause::Unknown)
    }
}

/// What a warm target's connections can carry against what was asked of them.
fn capacity(run: &Run, row: &Row) -> Option<QueueCause> {
    let Load::Open {
        rate_per_second, ..
    } = run.plan.load
    else {
        return None;
    };
    let service_time_ns = row.service_time.mean?;
    let connections = run.plan.connections_per_target;
    let warm = row.connection == ConnectionMode::Warm;
    (warm && service_time_ns > 0.0).then(|| QueueCause::Capacity {
        connections,
        service_time_ns,
        most_per_second: f64::from(connections) * 1e9 / service_time_ns,
        asked_per_second: rate_per_second / run.plan.targets.len() as f64,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::judge::checks::fixture_tests::check;
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::plan::Arrivals;

    fn queueing(load: Load, every: u32, milliseconds: u64) -> Check {
        let mut run = Fixture::small()
            .calls(1000, |_, i| {
                let waits = if i.is_multiple_of(every) {
                    milliseconds
                } else {
                    0
                };
                answer(20).queued(Duration::from_millis(waits))
            })
            .run();
        run.plan.load = load;
        check(&run, "saturation").expect("always there")
    }

    #[test]
    fn a_service_that_was_slow_for_a_while_is_told_apart_from_a_saturated_client() {
        let duration = Duration::from_secs(60);
        let open = Load::Open {
            rate_per_second: 300.0,
            arrivals: Arrivals::Constant,
            duration,
        };
        assert_eq!(queueing(open, 1, 0).verdict, CheckVerdict::Ok);
        assert_eq!(queueing(open, 125, 900).verdict, CheckVerdict::Ok);
        let slow = queueing(open, 10, 900);
        assert_eq!(slow.verdict, CheckVerdict::Warn);
        assert!(
            slow.text.contains("900 ms at worst") && slow.text.contains("slower than its schedule"),
            "{}",
            slow.text
        );
        assert_eq!(
            queueing(open, 1, 10).verdict,
            CheckVerdict::Warn,
            "half of them wait less than a call takes"
        );
        let saturated = queueing(open, 1, 900);
        assert_eq!(saturated.verdict, CheckVerdict::Invalid);
        assert!(
            saturated
                .text
                .contains("carry at most 50 calls/s, and the plan asks for 150"),
            "{}",
            saturated.text
        );
        let audit = Load::Audit {
            rounds: 1000,
            round: Duration::from_millis(400),
        };
        assert_eq!(
            queueing(audit, 1, 900).verdict,
            CheckVerdict::Warn,
            "an audit compares service times"
        );
    }
}
