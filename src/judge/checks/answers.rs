//! Checks of the answers: missing, failed, throttled, from another Region than they say.

use super::input::CheckInput;
use super::numbers::{ids, others, ratio};
use super::rule::Rule;
use crate::judge::served_by::served_by;
use crate::judge::{Check, CheckVerdict, FailedCalls, Row};
use crate::plan::{Level, TargetId};
use crate::results::finding::{AnswersFinding, ShownPercentile};

pub(crate) const NO_DATA: Rule = Rule {
    number: None,
    name: "no-data",
    formula: "targets without an answer that counts",
    threshold: "warns from 1, invalid when it is all of them",
    examine: no_data,
};

/// Targets without a single answer, which a table must not show as zero.
fn no_data(input: &CheckInput<'_>) -> Vec<Check> {
    let rows = input.rows;
    let silent: Vec<&Row> = rows
        .iter()
        .filter(|row| row.service_time.count == 0)
        .collect();
    let targets = rows.len() as u64;
    let check = match silent.as_slice() {
        [] => NO_DATA.found(
            CheckVerdict::Ok,
            AnswersFinding::EveryTargetAnswered { targets },
        ),
        all if all.len() == rows.len() => {
            NO_DATA.found(CheckVerdict::Invalid, AnswersFinding::NoTargetAnswered)
        }
        [first, ..] => {
            let finding = AnswersFinding::SomeTargetsSilent {
                silent: silent.len() as u64,
                targets,
                first: first.target,
            };
            NO_DATA
                .found(CheckVerdict::Warn, finding)
                .about(ids(silent.iter().copied()))
        }
    };
    vec![check.measuring(silent.len() as f64)]
}

pub(crate) const ERROR_BIAS: Rule = Rule {
    number: Some("V10"),
    name: "error-bias",
    formula: "failed calls / calls of a target",
    threshold: "warns from 0.01, invalid from 1 − p for a percentile p that so many calls support, and from 0.5",
    examine: error_bias,
};

/// Calls that failed. A failed call never brought an answer, so to a caller it never ended, and percentiles are those of all
/// calls: from a share of 1 − p on, the p-percentile is a failure and no number. One finding for each percentile from which on
/// targets are reached.
fn error_bias(input: &CheckInput<'_>) -> Vec<Check> {
    // A target without any answer shows no percentile that could mislead; the check for missing data names it.
    let answering: Vec<&Row> = input
        .rows
        .iter()
        .filter(|row| row.service_time.count > 0)
        .collect();
    if answering.is_empty() {
        return ERROR_BIAS.unknown(AnswersFinding::NothingToBias);
    }
    let found: Vec<Check> = Level::ALL
        .into_iter()
        .filter_map(|level| biased(input, &answering, level))
        .collect();
    if found.is_empty() {
        vec![unbiased(input, &answering)]
    } else {
        found
    }
}

/// The targets whose failures reach down to that percentile and to none below it.
fn biased(input: &CheckInput<'_>, answering: &[&Row], level: Level) -> Option<Check> {
    let reached: Vec<&Row> = answering
        .iter()
        .copied()
        .filter(|row| reached_from(row) == Some(level))
        .collect();
    let worst = most_failed(&reached)?;
    Some(
        ERROR_BIAS
            .found(CheckVerdict::Invalid, failures(input, worst, Some(level)))
            .measuring(failed_share(worst))
            .from_percentile(level.share())
            .about(ids(reached)),
    )
}

/// Targets whose failures reach no percentile that their calls support.
fn unbiased(input: &CheckInput<'_>, answering: &[&Row]) -> Check {
    let Some(worst) = most_failed(answering).filter(|worst| failed(worst) > 0) else {
        return ERROR_BIAS
            .found(CheckVerdict::Ok, AnswersFinding::NoneFailed)
            .measuring(0.0);
    };
    let many = |row: &&Row| failed_share(row) >= FailedCalls::THAT_MATTER;
    let verdict = CheckVerdict::warn_if(many(&worst));
    ERROR_BIAS
        .found(verdict, failures(input, worst, None))
        .measuring(failed_share(worst))
        .about(ids(answering.iter().copied().filter(many)))
}

fn failures(input: &CheckInput<'_>, worst: &Row, reached_from: Option<Level>) -> AnswersFinding {
    AnswersFinding::SomeFailed {
        failed: failed(worst),
        issued: worst.counts.issued,
        ratio: failed_share(worst),
        worst: worst.target,
        highest_shown: highest_shown(input, worst),
        reached_from: reached_from.map(Level::share),
    }
}

/// The highest percentile that so many calls support, beside the same of the answers alone.
fn highest_shown(input: &CheckInput<'_>, row: &Row) -> Option<ShownPercentile> {
    let figures = &row.service_time;
    let supported =
        |level: &Level| figures.percentile(*level).is_some() || figures.is_never(*level);
    let level = Level::ALL.into_iter().rev().find(supported)?;
    let answers = &input.run.measured.series[usize::from(row.target.0)].service_time;
    Some(ShownPercentile {
        percentile: level.share(),
        answers_ns: latency_stats::quantile(&answers.to_hdr(), level.share())?,
        all_calls_ns: figures.percentile(level),
    })
}

/// The lowest percentile that is a failure.
fn reached_from(row: &Row) -> Option<Level> {
    // Half of a few calls support no p50, but a run of them has nothing to use either.
    let failure = |&level: &Level| {
        row.service_time.is_never(level) || level == Level::P50 && row.failures_reach(level.share())
    };
    Level::ALL.into_iter().find(failure)
}

/// The target with the largest share of failed calls.
fn most_failed<'a>(rows: &[&'a Row]) -> Option<&'a Row> {
    rows.iter()
        .copied()
        .max_by(|a, b| failed_share(a).total_cmp(&failed_share(b)))
}

fn failed(row: &Row) -> u64 {
    row.counts.failed()
}

fn failed_share(row: &Row) -> f64 {
    ratio(failed(row), row.counts.issued)
}

pub(crate) const THROTTLING: Rule = Rule {
    number: Some("V9"),
    name: "throttling",
    formula: "throttled calls / calls of an endpoint",
    threshold: "warns from the first, invalid above 0.001",
    examine: throttling,
};

/// The calls of one endpoint, over all its targets.
struct EndpointCalls<'a> {
    endpoint: &'a str,
    first: TargetId,
    throttled: u64,
    issued: u64,
}

impl EndpointCalls<'_> {
    fn throttled_share(&self) -> f64 {
        ratio(self.throttled, self.issued)
    }
}

/// Answers that ask for fewer requests: one is worth a warning, more than 0.1 % of an endpoint's calls make its numbers
/// those of a throttled endpoint.
fn throttling(input: &CheckInput<'_>) -> Vec<Check> {
    let mut endpoints = by_endpoint(input.rows);
    endpoints.retain(|calls| calls.throttled > 0);
    let worst = endpoints
        .iter()
        .max_by(|a, b| a.throttled_share().total_cmp(&b.throttled_share()));
    let Some(worst) = worst else {
        return vec![
            THROTTLING
                .found(CheckVerdict::Ok, AnswersFinding::NoneThrottled)
                .measuring(0.0),
        ];
    };
    let share = worst.throttled_share();
    let finding = AnswersFinding::SomeThrottled {
        throttled: worst.throttled,
        issued: worst.issued,
        ratio: share,
        limit_ratio: MANY_THROTTLED,
        worst: worst.first,
        more_endpoints: others(&endpoints),
    };
    let verdict = if share > MANY_THROTTLED {
        endpoints.retain(|calls| calls.throttled_share() > MANY_THROTTLED);
        CheckVerdict::Invalid
    } else {
        CheckVerdict::Warn
    };
    let whose = input
        .rows
        .iter()
        .filter(|row| endpoints.iter().any(|calls| calls.endpoint == row.endpoint));
    vec![
        THROTTLING
            .found(verdict, finding)
            .measuring(share)
            .about(ids(whose)),
    ]
}

/// The share of throttled calls above which an endpoint's numbers are those of a throttled endpoint.
const MANY_THROTTLED: f64 = 0.001;

fn by_endpoint(rows: &[Row]) -> Vec<EndpointCalls<'_>> {
    let mut endpoints: Vec<EndpointCalls<'_>> = Vec::new();
    for row in rows {
        let (throttled, issued) = (row.counts.throttled, row.counts.issued);
        match endpoints
            .iter_mut()
            .find(|calls| calls.endpoint == row.endpoint)
        {
            Some(calls) => {
                calls.throttled = calls.throttled.saturating_add(throttled);
                calls.issued = calls.issued.saturating_add(issued);
            }
            None => endpoints.push(EndpointCalls {
                endpoint: &row.endpoint,
                first: row.target,
                throttled,
                issued,
            }),
        }
    }
    endpoints
}

pub(crate) const WITNESSES: Rule = Rule {
    number: None,
    name: "witnesses",
    formula: "answers whose header and session token name different Regions",
    threshold: "warns from 1",
    examine: witnesses,
};

/// Answers with two witnesses of who gave them, the header and the issued session token, which have to agree. Neither is
/// documented by AWS, so a disagreement concerns the column `served_by`, not the times.
fn witnesses(input: &CheckInput<'_>) -> Vec<Check> {
    let endpoints = served_by(input.run);
    let answers = endpoints
        .iter()
        .flat_map(|endpoint| endpoint.origins.values().copied())
        .fold(0, u64::saturating_add);
    if answers == 0 {
        return Vec::new();
    }
    let pairs: Vec<_> = endpoints
        .iter()
        .flat_map(|e| e.contradictions.iter().map(move |pair| (&e.endpoint, pair)))
        .collect();
    let differing = pairs
        .iter()
        .map(|(_, pair)| pair.calls)
        .fold(0, u64::saturating_add);
    // Of equally frequent ones the first, so that the same run gives the same finding.
    let worst = pairs.iter().rev().max_by_key(|(_, pair)| pair.calls);
    let check = match worst {
        None => WITNESSES.found(CheckVerdict::Ok, AnswersFinding::RegionsAgree { answers }),
        Some((endpoint, pair)) => {
            let finding = AnswersFinding::RegionsDiffer {
                answers,
                differing,
                worst: first_target(input.rows, endpoint),
                header_region: pair.served_by.clone(),
                token_region: pair.origin.clone(),
                calls: pair.calls,
            };
            WITNESSES.found(CheckVerdict::Warn, finding)
        }
    };
    vec![check.measuring(differing as f64)]
}

/// The first target of the endpoint, which has one.
fn first_target(rows: &[Row], endpoint: &str) -> TargetId {
    rows.iter()
        .find(|row| row.endpoint == endpoint)
        .map_or(TargetId(0), |row| row.target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::checks::fixture_tests::{check, verdict};
    use crate::judge::synthetic_run::{Fixture, answer, refused, throttled};
    use crate::judge::{Claims, summarise};

    /// One call in `every` failed at the global endpoint, of so many.
    fn failing(every: u32, calls: u32) -> Check {
        let end = move |i: u32| {
            if i.is_multiple_of(every) {
                refused()
            } else {
                answer(20)
            }
        };
        let run = Fixture::small()
            .calls(calls, |_, _| answer(20))
            .calls_of("global", calls, end)
            .run();
        check(&run, "error-bias").expect("always there")
    }

    #[test]
    fn failures_refuse_the_percentiles_that_they_reach_and_no_others() {
        assert_eq!(
            failing(1_001, 1_000).verdict,
            CheckVerdict::Ok,
            "one in a thousand, and p99.9 is not shown"
        );
        for (every, from) in [(100, 0.99), (20, 0.95), (10, 0.9), (3, 0.9), (2, 0.5)] {
            let check = failing(every, 1_000);
            assert_eq!(
                check.reach.from_percentile,
                Some(from),
                "one in {every}: {}",
                check.text
            );
            assert!(
                check.forbids(TargetId(0), from, Claims::All)
                    && !check.forbids(TargetId(0), from - 0.01, Claims::All)
            );
            assert!(
                !check.forbids(TargetId(1), 0.999, Claims::All),
                "the other endpoint's calls came back"
            );
        }
        let few = failing(100, 300);
        assert_eq!(
            (few.verdict, few.statistic),
            (CheckVerdict::Warn, Some(0.01)),
            "p99 is not shown"
        );
        assert_eq!(few.reach.targets, [TargetId(0)]);
    }

    #[test]
    fn the_percentile_of_all_calls_stands_beside_that_of_the_answers() {
        // One call in twenty fails; the others take 1 to 999 ms, each time once, in no order.
        let slow = |time: u32| {
            if time.is_multiple_of(20) {
                refused()
            } else {
                answer(time.into())
            }
        };
        let run = Fixture::small()
            .calls(1_000, |_, i| slow(i * 607 % 1_000))
            .run();
        let summary = summarise(&run);
        let row = &summary.rows[0];
        let close =
            |found: Option<f64>, ms: f64| found.is_some_and(|ns| (ns / 1e6 - ms).abs() < 1.0);
        let percentile = |level| row.service_time.percentile(level);
        assert!(
            close(percentile(Level::P50), 526.0),
            "the 500th of 1,000 calls; of the 950 answers it would be 499"
        );
        assert!(close(percentile(Level::P90), 947.0));
        assert!(percentile(Level::P95).is_none() && row.service_time.is_never(Level::P95));
        assert!(
            row.service_time
                .mean
                .is_some_and(|mean| (mean / 1e6 - 500.0).abs() < 1.0)
        );
        let check = check(&run, "error-bias").expect("always there").text;
        assert!(
            check.contains(" ms of the answers, of all calls a failure"),
            "{check}"
        );
        assert!(
            failing(100, 300)
                .text
                .contains("p95 20.0 ms of the answers, 20.0 ms of all calls")
        );
    }

    #[test]
    fn targets_that_are_reached_from_different_percentiles_are_told_apart() {
        let run = Fixture::small().calls(1_000, |target, i| {
            let every = if target.endpoint.name == "global" {
                2
            } else {
                50
            };
            if i.is_multiple_of(every) {
                refused()
            } else {
                answer(20)
            }
        });
        let checks: Vec<Check> = run
            .summary()
            .checks
            .into_iter()
            .filter(|check| check.name == "error-bias")
            .collect();
        let forbids = |target, share| {
            checks
                .iter()
                .any(|check| check.forbids(target, share, Claims::All))
        };
        assert_eq!(checks.len(), 2);
        assert!(
            forbids(TargetId(0), 0.5) && forbids(TargetId(1), 0.99) && !forbids(TargetId(1), 0.95)
        );
    }

    #[test]
    fn one_throttled_call_warns_and_more_than_one_in_a_thousand_refuse() {
        let throttle = |times| {
            let fixture = Fixture::small().calls(1000, |_, _| answer(20));
            let run = fixture
                .calls_of("eu-west-1", 1000, |i| {
                    if i < times { throttled() } else { answer(20) }
                })
                .run();
            check(&run, "throttling").expect("always there")
        };
        let verdicts = [0, 1, 2].map(|times| throttle(times).verdict);
        assert_eq!(
            verdicts,
            [CheckVerdict::Ok, CheckVerdict::Warn, CheckVerdict::Invalid]
        );
        let check = throttle(2);
        assert!(
            check.forbids(TargetId(1), 0.5, Claims::All)
                && !check.forbids(TargetId(0), 0.5, Claims::All)
        );
        assert_eq!(check.statistic, Some(0.002));
    }

    #[test]
    fn fault_47_missing_data_is_told_and_all_of_it_missing_is_refused() {
        let some = Fixture::small()
            .calls(20, |_, _| answer(20))
            .calls_of("global", 20, |_| refused());
        assert_eq!(verdict(&some.run(), "no-data"), Some(CheckVerdict::Warn));
        assert_eq!(
            verdict(
                &Fixture::small().calls(20, |_, _| refused()).run(),
                "no-data"
            ),
            Some(CheckVerdict::Invalid)
        );
    }
}
