//! Whether the calls that were planned were made, and at the planned rate.

use super::pace::pace;
use crate::judge::checks::input::CheckInput;
use crate::judge::checks::numbers::total;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict};
use crate::plan::{Arrivals, Load};
use crate::results::finding::LoadFinding;
use crate::results::{Completion, Run};

pub(crate) const ACHIEVED_CALLS: Rule = Rule {
    number: Some("V4"),
    name: "achieved-calls",
    formula: "the smaller of calls made / calls planned, and planned time / (planned time + p99 of lateness) of an open load",
    threshold: "warns below 0.995 and for a run that was cut short, invalid below 0.98",
    examine: achieved_calls,
};

/// Measured calls, planned and made.
#[derive(Clone, Copy)]
struct Calls {
    /// Withheld ones left aside.
    planned: u64,
    issued: u64,
    withheld: u64,
}

impl Calls {
    fn of(input: &CheckInput<'_>) -> Self {
        let plan = &input.run.plan;
        let withheld = total(input.rows, |counts| counts.withheld);
        Self {
            planned: plan
                .planned_requests()
                .saturating_sub(plan.planned_warmup())
                .saturating_sub(withheld),
            issued: total(input.rows, |counts| counts.issued),
            withheld,
        }
    }

    /// So many calls as a share of the planned ones.
    fn share(self, made: f64) -> f64 {
        if self.planned == 0 {
            1.0
        } else {
            made / self.planned as f64
        }
    }
}

/// Calls made against calls planned, and the rate at which they were sent. The thresholds are 99.5 and 98 %: a schedule that
/// was not kept is not the load that the plan describes.
fn achieved_calls(input: &CheckInput<'_>) -> Vec<Check> {
    let run = input.run;
    let calls = Calls::of(input);
    let issued = calls.issued;
    let planned = match run.plan.load {
        Load::Audit { .. } | Load::Open { .. } => Some(calls.planned),
        Load::Closed { .. } => None,
    };
    let cut_short = match run.measured.completion {
        Completion::Interrupted => LoadFinding::Interrupted { issued, planned },
        Completion::Recovered => LoadFinding::Recovered { issued, planned },
        Completion::Complete if planned.is_none() => {
            return ACHIEVED_CALLS.unknown(LoadFinding::NoPlannedCalls);
        }
        Completion::Complete => return vec![achieved(run, calls)],
    };
    vec![
        ACHIEVED_CALLS
            .found(CheckVerdict::Warn, cut_short)
            .measuring(calls.share(issued as f64)),
    ]
}

/// A run that went to its end.
fn achieved(run: &Run, calls: Calls) -> Check {
    let chance_calls = chance(run.plan.load, calls.planned);
    let pace_ratio = pace(run);
    let ratio = calls.share(calls.issued as f64);
    let verdict = match calls
        .share(calls.issued as f64 + chance_calls)
        .min(pace_ratio)
    {
        achieved if achieved < 0.98 => CheckVerdict::Invalid,
        achieved if achieved < WANTED => CheckVerdict::Warn,
        _ => CheckVerdict::Ok,
    };
    let finding = LoadFinding::AchievedCalls {
        planned: calls.planned,
        issued: calls.issued,
        withheld: calls.withheld,
        ratio,
        limit_ratio: WANTED,
        chance_calls,
        pace_ratio,
    };
    ACHIEVED_CALLS
        .found(verdict, finding)
        .measuring(ratio.min(pace_ratio))
}

/// At least this share of the calls and of the rate is wanted.
const WANTED: f64 = 0.995;

/// By how many calls chance alone can miss the plan: the number of a Poisson schedule's arrivals is itself random, with the
/// square root of its mean as the standard deviation; four of them are exceeded once in thirty thousand runs.
fn chance(load: Load, planned: u64) -> f64 {
    match load {
        Load::Open {
            arrivals: Arrivals::Poisson,
            ..
        } => 4.0 * (planned as f64).sqrt(),
        Load::Open {
            arrivals: Arrivals::Constant,
            ..
        }
        | Load::Audit { .. }
        | Load::Closed { .. } => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::judge::checks::fixture_tests::{check, verdict};
    use crate::judge::synthetic_run::{Fixture, answer};

    #[test]
    fn calls_that_were_planned_and_not_made_invalidate_a_complete_run() {
        let short = |calls| {
            let fixture =
                Fixture::small()
                    .calls(1000, |_, _| answer(20))
                    .calls_of("global", calls, |_| answer(20));
            verdict(&fixture.run(), "achieved-calls")
        };
        assert_eq!(short(995), Some(CheckVerdict::Ok));
        assert_eq!(short(980), Some(CheckVerdict::Warn));
        assert_eq!(short(950), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn a_poisson_schedule_may_miss_its_mean_by_chance_but_not_by_more() {
        let made = |calls, arrivals| {
            let mut run = Fixture::small().calls(calls, |_, _| answer(20)).run();
            run.plan.load = Load::Open {
                rate_per_second: 100.0,
                arrivals,
                duration: Duration::from_secs(10),
            };
            run.plan.warmup_rounds = 0;
            verdict(&run, "achieved-calls")
        };
        assert_eq!(
            made(470, Arrivals::Poisson),
            Some(CheckVerdict::Ok),
            "940 of 1,000 and one standard deviation of 32"
        );
        assert_eq!(made(470, Arrivals::Constant), Some(CheckVerdict::Invalid));
        assert_eq!(made(400, Arrivals::Poisson), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn a_rate_that_the_machine_cannot_keep_is_not_achieved_although_every_call_was_made() {
        let falling_behind = |seconds: u64| {
            let late = move |i| answer(20).late(Duration::from_millis(u64::from(i) * seconds));
            let mut run = Fixture::small().calls(1000, move |_, i| late(i)).run();
            let duration = Duration::from_secs(100);
            run.plan.load = Load::Open {
                rate_per_second: 20.0,
                arrivals: Arrivals::Constant,
                duration,
            };
            run.plan.warmup_rounds = 0;
            check(&run, "achieved-calls").expect("always there")
        };
        assert_eq!(falling_behind(0).verdict, CheckVerdict::Ok);
        assert_eq!(
            falling_behind(1).verdict,
            CheckVerdict::Warn,
            "1 s in 100 s"
        );
        let slow = falling_behind(100);
        assert_eq!(slow.verdict, CheckVerdict::Invalid);
        assert!(
            slow.text.contains("sent at 50.") && slow.text.contains("--rate"),
            "{}",
            slow.text
        );
    }

    #[test]
    fn calls_withheld_on_purpose_are_not_missed() {
        let mut run = Fixture::small()
            .calls(1000, |_, _| answer(20))
            .calls_of("global", 900, |_| answer(20))
            .run();
        run.measured.series[0].counts.withheld = 100;
        assert_eq!(verdict(&run, "achieved-calls"), Some(CheckVerdict::Ok));
    }

    #[test]
    fn an_interrupted_run_says_so_and_stays_usable() {
        let mut run = Fixture::small()
            .calls(100, |_, _| answer(20))
            .calls_of("global", 10, |_| answer(20))
            .run();
        for (completion, word) in [
            (Completion::Interrupted, "interrupted"),
            (Completion::Recovered, "journal"),
        ] {
            run.measured.completion = completion;
            let check = check(&run, "achieved-calls").expect("always there");
            assert_eq!(check.verdict, CheckVerdict::Warn);
            assert!(
                check.text.contains(word)
                    && check.text.contains("110 measured calls of 200 planned"),
                "{}",
                check.text
            );
        }
    }
}
