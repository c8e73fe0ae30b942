//! Doubts about the answers: too few, failed, throttled.

use crate::judge::served_by::served_by;
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::{Level, TargetId};

use super::{Case, Rule, advice, ids, label, percent, ratio};

const NO_DATA: Rule = Rule {
    number: None,
    name: "no-data",
    formula: "targets without an answer that counts",
    threshold: "warns from 1, invalid when it is all of them",
};

/// Targets without a single answer, which a table must not show as zero.
pub(super) fn no_data(case: &Case<'_>) -> Vec<Check> {
    let rows = case.rows;
    let silent: Vec<&Row> = rows
        .iter()
        .filter(|row| row.service_time.count == 0)
        .collect();
    let (verdict, text) = match silent.as_slice() {
        [] => (CheckVerdict::Ok, format!("every one of {} targets gave answers", rows.len())),
        all if all.len() == rows.len() => (
            CheckVerdict::Invalid,
            "no target gave an answer that counts; the failures tell why, and --dry-run shows what is called"
                .to_owned(),
        ),
        [first, ..] => (
            CheckVerdict::Warn,
            format!(
                "{} of {} targets gave no answer that counts, {} first; the failures tell why, and the other targets stand",
                silent.len(),
                rows.len(),
                label(first)
            ),
        ),
    };
    let whose = if silent.len() == rows.len() {
        Vec::new()
    } else {
        ids(silent.iter().copied())
    };
    vec![
        NO_DATA
            .found(verdict, text)
            .measuring(silent.len() as f64)
            .about(whose),
    ]
}

const ERROR_BIAS: Rule = Rule {
    number: Some("V10"),
    name: "error-bias",
    formula: "failed calls / calls of a target",
    threshold: "warns from 0.01, invalid from 1 − p for a percentile p that is shown",
};

/// Calls that failed, which the percentiles of the answers leave out. A failed call never brought an answer, so to a caller
/// it took for ever: from a share of 1 − p on, the p-percentile of all calls is one of them, and that of the answers is not
/// what a caller sees. One finding for each percentile from which on targets are reached.
pub(super) fn error_bias(case: &Case<'_>) -> Vec<Check> {
    // A target without any answer shows no percentile that could mislead; the check for missing data names it.
    let answering: Vec<&Row> = case
        .rows
        .iter()
        .filter(|row| row.service_time.count > 0)
        .collect();
    let Some(worst) = answering
        .iter()
        .copied()
        .max_by(|a, b| failed_share(a).total_cmp(&failed_share(b)))
    else {
        return ERROR_BIAS.unknown("no target gave an answer that failures could bias");
    };
    let of = |rows: &[&Row], verdict, consequence: &str| {
        let worst = rows
            .iter()
            .copied()
            .max_by(|a, b| failed_share(a).total_cmp(&failed_share(b)))
            .unwrap_or(worst);
        let text = format!(
            "at worst {} of {} calls failed ({}, {}{}){consequence}",
            failed(worst),
            worst.counts.issued,
            percent(failed_share(worst)),
            label(worst),
            beside(worst)
        );
        ERROR_BIAS
            .found(verdict, text)
            .measuring(failed_share(worst))
    };
    let mut found: Vec<Check> = Level::ALL
        .into_iter()
        .filter_map(|level| {
            let reached: Vec<&Row> = answering.iter().copied().filter(|row| reached_from(row) == Some(level)).collect();
            let consequence = format!(
                ": {} and above of all calls are failures there and those of the answers flatter, so do not use them; see the failures",
                level
            );
            let check = || of(&reached, CheckVerdict::Invalid, &consequence).from_percentile(level.share()).about(ids(reached.iter().copied()));
            (!reached.is_empty()).then(check)
        })
        .collect();
    if found.is_empty() {
        found.push(match failed_share(worst) {
            0.0 => ERROR_BIAS
                .found(CheckVerdict::Ok, "no call failed on a target that answers")
                .measuring(0.0),
            share => {
                let verdict = if share >= 0.01 {
                    CheckVerdict::Warn
                } else {
                    CheckVerdict::Ok
                };
                let consequence = format!(
                    "; no percentile that is shown is reached{}",
                    advice(verdict, ", but see the failures")
                );
                let some: Vec<TargetId> = ids(answering
                    .iter()
                    .copied()
                    .filter(|row| failed_share(row) >= 0.01));
                of(&answering, verdict, &consequence).about(some)
            }
        });
    }
    found
}

/// The highest percentile that is shown, beside the same of all calls.
fn beside(row: &Row) -> String {
    let shown = Level::ALL.into_iter().zip(row.with_failures).rev();
    let mut shown =
        shown.filter_map(|(level, all)| Some((level, row.service_time.percentile(level)?, all)));
    let Some((level, answers, all)) = shown.next() else {
        return String::new();
    };
    let all = all.map_or_else(
        || "of all calls a failure".to_owned(),
        |all| format!("{:.1} ms of all calls", all / 1e6),
    );
    format!("; {level} {:.1} ms of the answers, {all}", answers / 1e6)
}

/// The lowest percentile that is shown and that the failures reach.
fn reached_from(row: &Row) -> Option<Level> {
    let shown = |level: &Level| row.service_time.percentile(*level).is_some();
    Level::ALL
        .into_iter()
        .find(|level| shown(level) && row.failures_reach(level.share()))
}

fn failed(row: &Row) -> u64 {
    row.counts.faults.saturating_add(row.counts.failures)
}

fn failed_share(row: &Row) -> f64 {
    ratio(failed(row), row.counts.issued)
}

const THROTTLING: Rule = Rule {
    number: Some("V9"),
    name: "throttling",
    formula: "throttled calls / calls of an endpoint",
    threshold: "warns from the first, invalid above 0.001",
};

/// Answers that ask for fewer requests: one is worth a warning, more than 0.1 % of an endpoint's calls make its numbers
/// those of a throttled endpoint.
pub(super) fn throttling(case: &Case<'_>) -> Vec<Check> {
    let mut endpoints: Vec<(&str, u64, u64)> = Vec::new();
    for row in case.rows {
        match endpoints
            .iter_mut()
            .find(|(name, ..)| *name == row.endpoint)
        {
            Some((_, throttled, issued)) => {
                *throttled = throttled.saturating_add(row.counts.throttled);
                *issued = issued.saturating_add(row.counts.issued);
            }
            None => endpoints.push((&row.endpoint, row.counts.throttled, row.counts.issued)),
        }
    }
    endpoints.retain(|(_, throttled, _)| *throttled > 0);
    let worst = endpoints
        .iter()
        .max_by(|a, b| ratio(a.1, a.2).total_cmp(&ratio(b.1, b.2)));
    let Some(&(endpoint, throttled, issued)) = worst else {
        return vec![
            THROTTLING
                .found(CheckVerdict::Ok, "STS throttled no call")
                .measuring(0.0),
        ];
    };
    let share = ratio(throttled, issued);
    let verdict = if share > 0.001 {
        CheckVerdict::Invalid
    } else {
        CheckVerdict::Warn
    };
    let others = match endpoints.len() {
        1 => String::new(),
        n => format!(", and calls to {} more", n - 1),
    };
    let text = format!(
        "STS throttled {throttled} of {issued} calls to {endpoint} ({}; limit 0.1 %){others}; lower --rate-per-endpoint and mind who else uses the account's quota",
        percent(share)
    );
    if verdict == CheckVerdict::Invalid {
        endpoints.retain(|(_, throttled, issued)| ratio(*throttled, *issued) > 0.001);
    }
    let whose = ids(case
        .rows
        .iter()
        .filter(|row| endpoints.iter().any(|(name, ..)| *name == row.endpoint)));
    vec![
        THROTTLING
            .found(verdict, text)
            .measuring(share)
            .about(whose),
    ]
}

const WITNESSES: Rule = Rule {
    number: None,
    name: "witnesses",
    formula: "answers whose header and session token name different Regions",
    threshold: "warns from 1",
};

/// Answers with two witnesses of who gave them, the header and the issued session token, which have to agree. Neither is
/// documented by AWS, so a disagreement is a doubt about the column `served_by`, not about the times.
pub(super) fn witnesses(case: &Case<'_>) -> Vec<Check> {
    let endpoints = served_by(case.run);
    let sum = |calls: &mut dyn Iterator<Item = u64>| calls.fold(0, u64::saturating_add);
    let told = sum(&mut endpoints
        .iter()
        .flat_map(|endpoint| endpoint.origins.values().copied()));
    if told == 0 {
        return Vec::new();
    }
    let pairs = || {
        endpoints
            .iter()
            .flat_map(|e| e.contradictions.iter().map(move |pair| (&e.endpoint, pair)))
    };
    let apart = sum(&mut pairs().map(|(_, pair)| pair.calls));
    // Of equally frequent ones the first, so that the same run gives the same text.
    let worst = pairs().rev().max_by_key(|(_, pair)| pair.calls);
    let (verdict, text) = match worst {
        None => (
            CheckVerdict::Ok,
            format!(
                "the Region in the issued session token agrees with the header's in {told} answers"
            ),
        ),
        Some((endpoint, pair)) => (
            CheckVerdict::Warn,
            format!(
                "of {told} answers with a session token {apart} name another Region in it than in the header, most at {endpoint}: header says {}, token says {}, {} calls; do not rely on who served them",
                pair.served_by, pair.origin, pair.calls
            ),
        ),
    };
    vec![WITNESSES.found(verdict, text).measuring(apart as f64)]
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{check, verdict};
    use super::*;
    use crate::judge::Claims;
    use crate::judge::synthetic_run::{Fixture, answer, refused, throttled};

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
        let summary = Fixture::small()
            .calls(1_000, |_, i| slow(i * 607 % 1_000))
            .summary();
        let row = &summary.rows[0];
        let close =
            |found: Option<f64>, ms: f64| found.is_some_and(|ns| (ns / 1e6 - ms).abs() < 1.0);
        assert!(
            close(row.service_time.percentile(Level::P50), 499.0),
            "the 475th of 950 answers"
        );
        assert!(
            close(row.with_failures[0], 526.0),
            "the 500th of 1,000 calls"
        );
        assert!(
            close(row.service_time.percentile(Level::P90), 899.0)
                && close(row.with_failures[1], 947.0)
        );
        assert!(
            close(row.service_time.percentile(Level::P95), 950.0) && row.with_failures[2].is_none()
        );
        let check = &summary
            .checks
            .iter()
            .find(|check| check.name == "error-bias")
            .expect("always there")
            .text;
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
