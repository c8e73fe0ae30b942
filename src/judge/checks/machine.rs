//! Doubts about the machine that measured: too busy, held up, or robbed of its processor.

use crate::health::{Health, Processor};
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::Level;
use crate::results::Run;

use super::{Case, MILLISECOND, Rule, advice, gravest, percent, ratio};

const MEASURING_CPU: Rule = Rule {
    number: Some("V2"),
    name: "measuring-cpu",
    formula: "seconds in which the measuring thread had work for 80 % of the time / seconds; without them its average share of a core",
    threshold: "invalid above 0.01, warns when that is so for 50 %; average: warns above 0.5, invalid above 0.8",
};

/// How busy the measuring thread was, second by second, running or waiting for a processor. Above half of the time its own
/// queueing enters what it measures; above four fifths it is what is measured. One second in a hundred is let pass.
pub(super) fn measuring_cpu(case: &Case<'_>) -> Vec<Check> {
    let run = case.run;
    let Some(processor) = processor(run).filter(|processor| processor.seconds() > 0) else {
        return average_cpu(run);
    };
    let share = |percent| ratio(processor.seconds_at(percent), processor.seconds());
    let verdict = match (share(80) > 0.01, share(50) > 0.01) {
        (true, _) => CheckVerdict::Invalid,
        (false, true) => CheckVerdict::Warn,
        (false, false) => CheckVerdict::Ok,
    };
    let average = worked(run);
    let average = average
        .map(|share| format!(" ({} of a core on average)", percent(share)))
        .unwrap_or_default();
    let text = format!(
        "the measuring thread had work for half of the time or more in {}, for four fifths or more in {} of {} seconds{average}; the limit is one second in a hundred{}",
        processor.seconds_at(50),
        processor.seconds_at(80),
        processor.seconds(),
        match verdict {
            CheckVerdict::Invalid =>
                ": this machine is saturated and its own queueing is in the numbers, so lower --rate or --concurrency",
            verdict => advice(
                verdict,
                "; lower --rate or --concurrency, its own queueing enters the numbers"
            ),
        }
    );
    vec![MEASURING_CPU.found(verdict, text).measuring(share(80))]
}

/// The same where only the whole run's average is known.
fn average_cpu(run: &Run) -> Vec<Check> {
    let Some(share) = worked(run) else {
        return MEASURING_CPU.unknown("this system does not tell what a thread uses");
    };
    let verdict = match share {
        share if share > 0.8 => CheckVerdict::Invalid,
        share if share > 0.5 => CheckVerdict::Warn,
        _ => CheckVerdict::Ok,
    };
    let text = format!(
        "the measuring thread worked for {} of a core on average (limits 50 and 80 %){}",
        percent(share),
        advice(
            verdict,
            "; lower --rate or --concurrency, its own queueing enters the numbers"
        )
    );
    vec![MEASURING_CPU.found(verdict, text).measuring(share)]
}

/// The share of one core that the measuring thread used, but for watching the clock before sends, which yields to anything
/// else.
fn worked(run: &Run) -> Option<f64> {
    let used = run
        .measuring_cpu_ratio
        .filter(|ratio| MEASURABLE_CPU.contains(ratio))?;
    let spin = run
        .spin_cpu_ratio
        .filter(|ratio| MEASURABLE_CPU.contains(ratio))
        .unwrap_or(0.0);
    Some((used - spin).max(0.0))
}

/// One thread uses one core at most; what lies far beyond was not measured.
const MEASURABLE_CPU: std::ops::RangeInclusive<f64> = 0.0..=2.0;

const RUN_QUEUE: Rule = Rule {
    number: Some("V2"),
    name: "run-queue",
    formula: "the measuring thread's wait for a processor / its turns on one, ns",
    threshold: "warns above 1 % of a target's p50 and 0.1 ms, invalid above 5 % and 1 ms",
};

/// How long the measuring thread had to wait for a processor each time it had something to do: what a send is late and
/// what a stamp in user space is late, on average. It is doubted from 1 % of a target's p50 on and refused from 5 % on, with
/// floors at 0.1 and 1 ms.
pub(super) fn run_queue(case: &Case<'_>) -> Vec<Check> {
    let processor = match watched(case) {
        Ok(health) => health
            .processor
            .as_ref()
            .filter(|processor| processor.turns > 0),
        Err(why) => return RUN_QUEUE.unknown(why),
    };
    let Some(processor) = processor else {
        return RUN_QUEUE
            .unknown("this system does not tell how long a thread waits for a processor");
    };
    let wait = processor.waited_ns as f64 / processor.turns as f64;
    let judge = |row: &Row| {
        let beyond = |share: f64, floor: f64| {
            row.service_time
                .percentile(Level::P50)
                .is_some_and(|median| wait > f64::max(share * median, floor))
        };
        match (beyond(0.05, MILLISECOND), beyond(0.01, 0.1 * MILLISECOND)) {
            (true, _) => CheckVerdict::Invalid,
            (false, true) => CheckVerdict::Warn,
            (false, false) => CheckVerdict::Ok,
        }
    };
    let (verdict, whose) = gravest(case.rows.iter().map(|row| (row.target, judge(row))));
    let text = format!(
        "the measuring thread waited {:.3} ms for a processor on average of {} times, {} of the time in which it could run (limits: the larger of 1 % of a p50 and 0.1 ms, of 5 % and 1 ms){}",
        wait / MILLISECOND,
        processor.turns,
        percent(ratio(
            processor.waited_ns,
            processor.waited_ns.saturating_add(processor.ran_ns)
        )),
        advice(
            verdict,
            "; other work competes for the processors, so stop it or measure from an idle machine"
        )
    );
    vec![RUN_QUEUE.found(verdict, text).measuring(wait).about(whose)]
}

const STALLS: Rule = Rule {
    number: Some("V3"),
    name: "stalls",
    formula: "calls touched by a stall of the measuring thread of more than 20 ms / calls",
    threshold: "invalid above (1 − p)/10 for a percentile p that is shown",
};

/// Times at which the measuring thread was held up. A percentile that the share p of the calls does not exceed is refused
/// when more than (1 − p)/10 of all calls were touched, and the lower ones stand.
pub(super) fn stalls(case: &Case<'_>) -> Vec<Check> {
    let stalls = match watched(case) {
        Ok(health) => &health.stalls,
        Err(why) => return STALLS.unknown(why),
    };
    let touched = ratio(stalls.calls_touched, stalls.calls);
    let shown = |level: Level| {
        case.rows
            .iter()
            .any(|row| row.service_time.percentile(level).is_some())
    };
    // A little more absorbs the rounding of 1 − p.
    let doubted = Level::ALL
        .into_iter()
        .find(|&level| shown(level) && touched > (1.0 - level.share()) / 10.0 * (1.0 + 1e-9));
    let text = if stalls.number == 0 {
        "the measuring thread was never held up for more than 20 ms".to_owned()
    } else {
        let first = stalls
            .first
            .first()
            .map(|stall| format!(", first {}", at(stall.at_ns)))
            .unwrap_or_default();
        let consequence = match doubted {
            Some(level) => format!(
                "; {level} and above cannot be used, since more than {} of the calls are touched, so repeat the run",
                percent((1.0 - level.share()) / 10.0)
            ),
            None => " (limit: a tenth of the calls beyond a percentile)".to_owned(),
        };
        format!(
            "the measuring thread was held up {} times for more than 20 ms, {} s at worst and {} s together{first}, which touched {} of {} calls{consequence}",
            stalls.number,
            seconds(stalls.longest_ns),
            seconds(stalls.total_ns),
            stalls.calls_touched,
            stalls.calls
        )
    };
    let verdict = if doubted.is_some() {
        CheckVerdict::Invalid
    } else {
        CheckVerdict::Ok
    };
    let found = STALLS.found(verdict, text).measuring(touched);
    vec![match doubted {
        Some(level) => found.from_percentile(level.share()),
        None => found,
    }]
}

const STEAL: Rule = Rule {
    number: Some("V3"),
    name: "steal",
    formula: "processor time that the hypervisor gave to others / the machine's processor time",
    threshold: "warns above 0.02",
};

/// Processor time that the hypervisor gave to others.
pub(super) fn steal(case: &Case<'_>) -> Vec<Check> {
    let host = match watched(case) {
        Ok(health) => health.host.filter(|host| host.all_ticks > 0),
        Err(why) => return STEAL.unknown(why),
    };
    let Some(host) = host else {
        return STEAL.unknown("this system does not tell what a hypervisor takes");
    };
    let share = ratio(host.stolen_ticks, host.all_ticks);
    let verdict = if share > 0.02 {
        CheckVerdict::Warn
    } else {
        CheckVerdict::Ok
    };
    let text = format!(
        "the hypervisor took {} of this machine's processor time (limit 2 %){}",
        percent(share),
        advice(
            verdict,
            "; its neighbours are in the tails, so repeat the run at another time or on a larger machine"
        )
    );
    vec![STEAL.found(verdict, text).measuring(share)]
}

fn watched<'a>(case: &Case<'a>) -> Result<&'a Health, &'static str> {
    case.run.health.as_ref().ok_or("nobody watched the machine")
}

fn processor(run: &Run) -> Option<&Processor> {
    run.health
        .as_ref()
        .and_then(|health: &Health| health.processor.as_ref())
}

pub(super) fn at(nanoseconds: u64) -> String {
    format!("{:.1} s into it", nanoseconds as f64 / 1e9)
}

pub(super) fn seconds(nanoseconds: u64) -> String {
    format!("{:.3}", nanoseconds as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::fixture::{check, quiet, verdict};
    use super::*;
    use crate::health::HostShare;
    use crate::judge::Claims;
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::plan::TargetId;

    /// What happened to a quiet run's machine.
    fn with(change: impl FnOnce(&mut Health)) -> Run {
        let mut run = quiet();
        change(run.health.as_mut().expect("the fixture is watched"));
        run
    }

    fn busy(seconds: u64, of: u64, step: usize) -> Run {
        with(|health| {
            let processor = health.processor.as_mut().expect("the fixture is watched");
            processor.windows.fill(0);
            processor.windows[0] = of - seconds;
            processor.windows[step] = seconds;
        })
    }

    #[test]
    fn a_measuring_thread_that_is_busy_for_more_than_one_second_in_a_hundred_is_told() {
        let told = |seconds, of, step| verdict(&busy(seconds, of, step), "measuring-cpu");
        assert_eq!(told(1, 100, 19), Some(CheckVerdict::Ok));
        assert_eq!(told(2, 100, 19), Some(CheckVerdict::Invalid));
        assert_eq!(told(2, 100, 15), Some(CheckVerdict::Warn), "75 % of a core");
        assert_eq!(told(100, 100, 9), Some(CheckVerdict::Ok), "45 %");
        let saturated = check(&busy(3, 3, 19), "measuring-cpu").expect("always there");
        assert!(
            saturated.text.contains("saturated") && saturated.text.contains("--rate"),
            "{}",
            saturated.text
        );
    }

    #[test]
    fn where_no_second_was_seen_the_average_speaks() {
        let mut run = quiet();
        run.health = None;
        for (share, expected) in [
            (0.04, CheckVerdict::Ok),
            (0.51, CheckVerdict::Warn),
            (0.81, CheckVerdict::Invalid),
        ] {
            run.measuring_cpu_ratio = Some(share);
            assert_eq!(verdict(&run, "measuring-cpu"), Some(expected));
        }
        run.measuring_cpu_ratio = None;
        assert_eq!(verdict(&run, "measuring-cpu"), Some(CheckVerdict::Unknown));
    }

    #[test]
    fn waiting_for_a_processor_is_judged_by_the_fastest_target() {
        let waiting = |microseconds: u64| {
            with(|health| {
                let processor = health.processor.as_mut().expect("the fixture is watched");
                (processor.turns, processor.waited_ns) = (1_000, microseconds * 1_000_000);
            })
        };
        // The targets' p50 is 20 ms.
        let told = |microseconds| verdict(&waiting(microseconds), "run-queue");
        assert_eq!(told(190), Some(CheckVerdict::Ok));
        assert_eq!(told(210), Some(CheckVerdict::Warn));
        assert_eq!(told(990), Some(CheckVerdict::Warn));
        assert_eq!(told(1_010), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn waiting_for_a_processor_is_about_the_targets_that_are_fast_against_it() {
        let answers =
            Fixture::small()
                .calls(1_000, |_, _| answer(20))
                .calls_of("global", 1_000, |_| answer(200));
        let mut run = answers.simulated_run();
        let processor = run
            .health
            .as_mut()
            .and_then(|health| health.processor.as_mut())
            .expect("it is watched");
        (processor.turns, processor.waited_ns) = (1_000, 2_000_000_000);
        let check = check(&run, "run-queue").expect("always there");
        assert_eq!(check.statistic, Some(2e6));
        assert!(
            check.forbids(TargetId(1), 0.5, Claims::All)
                && !check.forbids(TargetId(0), 0.5, Claims::All)
        );
    }

    #[test]
    fn stalls_doubt_the_percentiles_that_they_reach() {
        let stalled = |touched: u64| {
            let run = with(|health| {
                health
                    .stalls
                    .add(Duration::from_secs(7), Duration::from_millis(200));
                (health.stalls.calls, health.stalls.calls_touched) = (2_000, touched);
            });
            check(&run, "stalls").expect("always there")
        };
        // A thousand answers each: p99 is the highest percentile that is shown.
        assert_eq!(
            (stalled(2).verdict, stalled(2).statistic),
            (CheckVerdict::Ok, Some(0.001))
        );
        for (touched, from) in [(3, 0.99), (11, 0.95), (21, 0.9), (100, 0.9), (101, 0.5)] {
            let check = stalled(touched);
            assert_eq!(check.reach.from_percentile, Some(from), "{}", check.text);
            assert!(
                check.forbids(TargetId(1), from, Claims::All)
                    && !check.forbids(TargetId(1), from - 0.01, Claims::All)
            );
        }
        let p99 = stalled(3).text;
        assert!(
            p99.contains("p99 and above") && p99.contains("0.200 s at worst"),
            "{p99}"
        );
    }

    #[test]
    fn more_than_two_percent_of_steal_warns() {
        let stolen = |ticks| {
            verdict(
                &with(|health| {
                    health.host = Some(HostShare {
                        all_ticks: 1_000,
                        stolen_ticks: ticks,
                    })
                }),
                "steal",
            )
        };
        assert_eq!(
            (stolen(20), stolen(21)),
            (Some(CheckVerdict::Ok), Some(CheckVerdict::Warn))
        );
    }

    #[test]
    fn what_the_system_does_not_tell_is_said_and_not_passed() {
        let silent = with(|health| *health = Health::default());
        for name in ["run-queue", "steal"] {
            assert_eq!(
                verdict(&silent, name),
                Some(CheckVerdict::Unknown),
                "{name}"
            );
        }
        let unwatched = Fixture::small().calls(9, |_, _| answer(20)).run();
        let old = Run {
            health: None,
            ..unwatched
        };
        for name in ["run-queue", "stalls", "steal"] {
            assert_eq!(verdict(&old, name), Some(CheckVerdict::Unknown), "{name}");
        }
    }
}
