//! Doubts about the answers: too few, failed, throttled.

use crate::compare::answered::answered;
use crate::compare::{Check, CheckVerdict, Row};
use crate::results::Run;

use super::{advice, label, percent, ratio};

/// Targets without a single answer, which a table must not show as zero.
pub(super) fn no_data(_: &Run, rows: &[Row]) -> Option<Check> {
    let silent: Vec<&Row> = rows.iter().filter(|row| row.service_time.count == 0).collect();
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
    Some(Check::new("no-data", verdict, text))
}

/// The share of failed calls. From 1 % on, the p99 of the answers is not what a caller sees; from 50 % on, no percentile is.
pub(super) fn failed_share(_: &Run, rows: &[Row]) -> Option<Check> {
    let share = |row: &Row| ratio(row.counts.faults.saturating_add(row.counts.failures), row.counts.issued);
    // A target without any answer shows no percentile that could mislead; the check for missing data names it.
    let answering = rows.iter().filter(|row| row.service_time.count > 0);
    let worst = answering.max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let failed = worst.counts.faults.saturating_add(worst.counts.failures);
    let verdict = match share(worst) {
        s if s >= 0.5 => CheckVerdict::Invalid,
        s if s >= 0.01 => CheckVerdict::Warn,
        _ => CheckVerdict::Ok,
    };
    let text = if failed == 0 {
        "no call failed on a target that answers".to_owned()
    } else {
        format!(
            "at worst {failed} of {} calls failed ({}, {}); percentiles are of the answers alone, and one that failures reach (p99 from 1 %, p50 from 50 %) is not compared{}",
            worst.counts.issued,
            percent(share(worst)),
            label(worst),
            advice(verdict, "; see the failures")
        )
    };
    Some(Check::new("failed-share", verdict, text))
}

/// Answers that ask for fewer requests: one is worth a warning, more than 0.1 % of an endpoint's calls make its numbers
/// those of a throttled endpoint.
pub(super) fn throttling(_: &Run, rows: &[Row]) -> Option<Check> {
    let mut endpoints: Vec<(&str, u64, u64)> = Vec::new();
    for row in rows {
        match endpoints.iter_mut().find(|(name, ..)| *name == row.endpoint) {
            Some((_, throttled, issued)) => {
                *throttled = throttled.saturating_add(row.counts.throttled);
                *issued = issued.saturating_add(row.counts.issued);
            }
            None => endpoints.push((&row.endpoint, row.counts.throttled, row.counts.issued)),
        }
    }
    endpoints.retain(|(_, throttled, _)| *throttled > 0);
    let worst = endpoints.iter().max_by(|a, b| ratio(a.1, a.2).total_cmp(&ratio(b.1, b.2)));
    let Some(&(endpoint, throttled, issued)) = worst else {
        return Some(Check::new("throttling", CheckVerdict::Ok, "STS throttled no call".to_owned()));
    };
    let share = ratio(throttled, issued);
    let verdict = if share > 0.001 { CheckVerdict::Invalid } else { CheckVerdict::Warn };
    let others = match endpoints.len() {
        1 => String::new(),
        n => format!(", and calls to {} more", n - 1),
    };
    let text = format!(
        "STS throttled {throttled} of {issued} calls to {endpoint} ({}; limit 0.1 %){others}; lower --rate-per-endpoint and mind who else uses the account's quota",
        percent(share)
    );
    Some(Check::new("throttling", verdict, text))
}

/// Answers with two witnesses of who gave them, the header and the issued session token, which have to agree. Neither is
/// documented by AWS, so a disagreement is a doubt about the column `served_by`, not about the times.
pub(super) fn witnesses(run: &Run, _: &[Row]) -> Option<Check> {
    let endpoints = answered(run);
    let sum = |calls: &mut dyn Iterator<Item = u64>| calls.fold(0, u64::saturating_add);
    let told = sum(&mut endpoints.iter().flat_map(|endpoint| endpoint.origins.values().copied()));
    if told == 0 {
        return None;
    }
    let pairs = || endpoints.iter().flat_map(|e| e.contradictions.iter().map(move |pair| (&e.endpoint, pair)));
    let apart = sum(&mut pairs().map(|(_, pair)| pair.calls));
    // Of equally frequent ones the first, so that the same run gives the same text.
    let worst = pairs().rev().max_by_key(|(_, pair)| pair.calls);
    let (verdict, text) = match worst {
        None => (
            CheckVerdict::Ok,
            format!("the Region in the issued session token agrees with the header's in {told} answers"),
        ),
        Some((endpoint, pair)) => (
            CheckVerdict::Warn,
            format!(
                "of {told} answers with a session token {apart} name another Region in it than in the header, most at {endpoint}: header says {}, token says {}, {} calls; do not rely on who served them",
                pair.served_by, pair.origin, pair.calls
            ),
        ),
    };
    Some(Check::new("witnesses", verdict, text))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::verdict;
    use super::*;
    use crate::compare::fixture::{Fixture, answer, refused, throttled};

    #[test]
    fn failures_warn_from_one_in_a_hundred_and_refuse_from_one_in_two() {
        let failing = |every| {
            let end = move |i: u32| if i.is_multiple_of(every) { refused() } else { answer(20) };
            verdict(&Fixture::small().calls(1000, move |_, i| end(i)).run(), "failed-share")
        };
        assert_eq!(failing(200), Some(CheckVerdict::Ok));
        assert_eq!(failing(100), Some(CheckVerdict::Warn));
        assert_eq!(failing(2), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn one_throttled_call_warns_and_more_than_one_in_a_thousand_refuse() {
        let throttle = |times| {
            let fixture = Fixture::small().calls(1000, |_, _| answer(20));
            let run = fixture.calls_of("eu-west-1", 1000, |i| if i < times { throttled() } else { answer(20) }).run();
            verdict(&run, "throttling")
        };
        assert_eq!(
            [throttle(0), throttle(1), throttle(2)].map(|v| v.expect("always there")),
            [CheckVerdict::Ok, CheckVerdict::Warn, CheckVerdict::Invalid]
        );
    }

    #[test]
    fn fault_47_missing_data_is_told_and_all_of_it_missing_is_refused() {
        let some = Fixture::small().calls(20, |_, _| answer(20)).calls_of("global", 20, |_| refused());
        assert_eq!(verdict(&some.run(), "no-data"), Some(CheckVerdict::Warn));
        assert_eq!(
            verdict(&Fixture::small().calls(20, |_, _| refused()).run(), "no-data"),
            Some(CheckVerdict::Invalid)
        );
    }
}
