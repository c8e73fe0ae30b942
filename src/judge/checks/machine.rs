//! Checks of the machine that measured: too busy, held up, or short of processor time.

use super::input::CheckInput;
use super::numbers::{MILLISECOND, ratio};
use super::rule::{Rule, against_median, gravest};
use crate::health::{Processor, STALL};
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::Level;
use crate::results::Run;
use crate::results::finding::{LargerOf, MachineFinding, SpoiledPercentile};

pub(crate) const MEASURING_CPU: Rule = Rule {
    number: Some("V2"),
    name: "measuring-cpu",
    formula: "seconds in which the measuring thread had work for 80 % of the time / seconds; without them its average share of a core",
    threshold: "invalid above 0.01, warns when that is so for 50 %; average: warns above 0.5, invalid above 0.8",
    examine: measuring_cpu,
};

/// How busy the measuring thread was, second by second, running or waiting for a processor. Above half of the time its own
/// queueing enters what it measures; above four fifths it is what is measured. One second in a hundred is let pass.
fn measuring_cpu(input: &CheckInput<'_>) -> Vec<Check> {
    let run = input.run;
    let Some(processor) = processor(run).filter(|processor| processor.seconds() > 0) else {
        return average_cpu(run);
    };
    let share = |percent| ratio(processor.seconds_at(percent), processor.seconds());
    let verdict = match (share(80) > 0.01, share(50) > 0.01) {
        (true, _) => CheckVerdict::Invalid,
        (false, true) => CheckVerdict::Warn,
        (false, false) => CheckVerdict::Ok,
    };
    let finding = MachineFinding::BusySeconds {
        half_busy: processor.seconds_at(50),
        four_fifths_busy: processor.seconds_at(80),
        seconds: processor.seconds(),
        average_ratio: worked(run),
    };
    vec![MEASURING_CPU.found(verdict, finding).measuring(share(80))]
}

/// The same where only the whole run's average is known.
fn average_cpu(run: &Run) -> Vec<Check> {
    let Some(share) = worked(run) else {
        return MEASURING_CPU.unknown(MachineFinding::ThreadCpuUnknown);
    };
    let verdict = match share {
        share if share > MOST_CPU => CheckVerdict::Invalid,
        share if share > MUCH_CPU => CheckVerdict::Warn,
        _ => CheckVerdict::Ok,
    };
    let finding = MachineFinding::AverageCpu {
        ratio: share,
        warn_ratio: MUCH_CPU,
        limit_ratio: MOST_CPU,
    };
    vec![MEASURING_CPU.found(verdict, finding).measuring(share)]
}

/// Average shares of a core above which the check warns and refuses.
const MUCH_CPU: f64 = 0.5;
const MOST_CPU: f64 = 0.8;

/// The share of one core that the measuring thread used, but for watching the clock before sends, which yields to anything
/// else.
fn worked(run: &Run) -> Option<f64> {
    let used = run
        .conditions
        .measuring_cpu_ratio
        .filter(|ratio| MEASURABLE_CPU.contains(ratio))?;
    let spin = run
        .conditions
        .spin_cpu_ratio
        .filter(|ratio| MEASURABLE_CPU.contains(ratio))
        .unwrap_or(0.0);
    Some((used - spin).max(0.0))
}

/// One thread uses one core at most; what lies far beyond was not measured.
const MEASURABLE_CPU: std::ops::RangeInclusive<f64> = 0.0..=2.0;

pub(crate) const RUN_QUEUE: Rule = Rule {
    number: Some("V2"),
    name: "run-queue",
    formula: "the measuring thread's wait for a processor / its turns on one, ns",
    threshold: "warns above 1 % of a target's p50 and 0.1 ms, invalid above 5 % and 1 ms",
    examine: run_queue,
};

/// How long the measuring thread had to wait for a processor each time it had something to do: what a send is late and
/// what a timestamp in user space is late, on average. The check warns from 1 % of a target's p50 on and refuses from 5 % on,
/// with floors at 0.1 and 1 ms.
fn run_queue(input: &CheckInput<'_>) -> Vec<Check> {
    let processor = match input.health() {
        Ok(health) => health
            .processor
            .as_ref()
            .filter(|processor| processor.turns > 0),
        Err(reason) => return RUN_QUEUE.unknown(reason),
    };
    let Some(processor) = processor else {
        return RUN_QUEUE.unknown(MachineFinding::ProcessorWaitUnknown);
    };
    let mean_ns = processor.waited_ns as f64 / processor.turns as f64;
    let judge = |row: &Row| against_median(row, mean_ns, LONG_WAIT, LONGEST_WAIT);
    let (verdict, whose) = gravest(input.rows.iter().map(|row| (row.target, judge(row))));
    let finding = MachineFinding::ProcessorWait {
        mean_ns,
        turns: processor.turns,
        waiting_ratio: ratio(
            processor.waited_ns,
            processor.waited_ns.saturating_add(processor.ran_ns),
        ),
        warn: LONG_WAIT,
        limit: LONGEST_WAIT,
    };
    vec![
        RUN_QUEUE
            .found(verdict, finding)
            .measuring(mean_ns)
            .about(whose),
    ]
}

/// Waits for a processor above which the check warns and refuses.
const LONG_WAIT: LargerOf = LargerOf {
    ratio: 0.01,
    floor_ns: 0.1 * MILLISECOND,
};
const LONGEST_WAIT: LargerOf = LargerOf {
    ratio: 0.05,
    floor_ns: MILLISECOND,
};

pub(crate) const STALLS: Rule = Rule {
    number: Some("V3"),
    name: "stalls",
    formula: "calls touched by a stall of the measuring thread of more than 20 ms / calls",
    threshold: "invalid above (1 − p)/10 for a percentile p that is shown",
    examine: stalls,
};

/// Times at which the measuring thread was held up. A percentile that the share p of the calls does not exceed is refused
/// when more than (1 − p)/10 of all calls were touched, and the lower ones stand.
fn stalls(input: &CheckInput<'_>) -> Vec<Check> {
    let stalls = match input.health() {
        Ok(health) => &health.stalls,
        Err(reason) => return STALLS.unknown(reason),
    };
    let touched = ratio(stalls.calls_touched, stalls.calls);
    let spoiled = spoiled(input.rows, touched);
    let limit_ns = STALL.as_nanos() as u64;
    let finding = if stalls.number == 0 {
        MachineFinding::NoStall { limit_ns }
    } else {
        MachineFinding::Stalls {
            stalls: stalls.number,
            limit_ns,
            longest_ns: stalls.longest_ns,
            total_ns: stalls.total_ns,
            first_at_ns: stalls.first.first().map(|stall| stall.at_ns),
            calls_touched: stalls.calls_touched,
            calls: stalls.calls,
            spoiled,
        }
    };
    vec![match spoiled {
        Some(SpoiledPercentile { percentile, .. }) => STALLS
            .found(CheckVerdict::Invalid, finding)
            .measuring(touched)
            .from_percentile(percentile),
        None => STALLS.found(CheckVerdict::Ok, finding).measuring(touched),
    }]
}

/// The lowest percentile that is shown and that so many touched calls spoil.
fn spoiled(rows: &[Row], touched: f64) -> Option<SpoiledPercentile> {
    let shown = |level: Level| {
        rows.iter()
            .any(|row| row.service_time.percentile(level).is_some())
    };
    let limit = |level: Level| (1.0 - level.share()) / 10.0;
    // A little more absorbs the rounding of 1 − p.
    let lowest = Level::ALL
        .into_iter()
        .find(|&level| shown(level) && touched > limit(level) * (1.0 + 1e-9))?;
    Some(SpoiledPercentile {
        percentile: lowest.share(),
        limit_ratio: limit(lowest),
    })
}

pub(crate) const STEAL: Rule = Rule {
    number: Some("V3"),
    name: "steal",
    formula: "processor time that the hypervisor gave to others / the machine's processor time",
    threshold: "warns above 0.02",
    examine: steal,
};

/// Processor time that the hypervisor gave to others.
fn steal(input: &CheckInput<'_>) -> Vec<Check> {
    let host = match input.health() {
        Ok(health) => health.host.filter(|host| host.all_ticks > 0),
        Err(reason) => return STEAL.unknown(reason),
    };
    let Some(host) = host else {
        return STEAL.unknown(MachineFinding::StealUnknown);
    };
    let share = ratio(host.stolen_ticks, host.all_ticks);
    let verdict = CheckVerdict::warn_if(share > MUCH_STEAL);
    let finding = MachineFinding::Steal {
        ratio: share,
        limit_ratio: MUCH_STEAL,
    };
    vec![STEAL.found(verdict, finding).measuring(share)]
}

const MUCH_STEAL: f64 = 0.02;

fn processor(run: &Run) -> Option<&Processor> {
    run.conditions
        .health
        .as_ref()
        .and_then(|health| health.processor.as_ref())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::health::{Health, HostShare};
    use crate::judge::Claims;
    use crate::judge::checks::fixture_tests::{check, quiet, verdict};
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::plan::TargetId;

    /// What happened to a quiet run's machine.
    fn with(change: impl FnOnce(&mut Health)) -> Run {
        let mut run = quiet();
        change(
            run.conditions
                .health
                .as_mut()
                .expect("the fixture is watched"),
        );
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
        run.conditions.health = None;
        for (share, expected) in [
            (0.04, CheckVerdict::Ok),
            (0.51, CheckVerdict::Warn),
            (0.81, CheckVerdict::Invalid),
        ] {
            run.conditions.measuring_cpu_ratio = Some(share);
            assert_eq!(verdict(&run, "measuring-cpu"), Some(expected));
        }
        run.conditions.measuring_cpu_ratio = None;
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
            .conditions
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
                    });
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
        let mut old = unwatched;
        old.conditions.health = None;
        for name in ["run-queue", "stalls", "steal"] {
            assert_eq!(verdict(&old, name), Some(CheckVerdict::Unknown), "{name}");
        }
    }
}
