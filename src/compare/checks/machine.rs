//! Doubts about the machine that measured: too busy, held up, robbed of its processor, asleep, or with a clock that moved.

use crate::compare::{Check, CheckVerdict, PERCENTILES, Row};
use crate::health::{Event, Health, Processor};
use crate::results::Run;

use super::{MILLISECOND, advice, percent, ratio};

/// How busy the measuring thread was, second by second, running or waiting for a processor. Above half of the time its own
/// queueing enters what it measures; above four fifths it is what is measured. One second in a hundred is let pass.
pub(super) fn measuring_cpu(run: &Run, _: &[Row]) -> Option<Check> {
    let name = "measuring-cpu";
    let Some(processor) = processor(run).filter(|processor| processor.seconds() > 0) else {
        return average_cpu(run, name);
    };
    let share = |percent| ratio(processor.seconds_at(percent), processor.seconds());
    let verdict = match (share(80) > 0.01, share(50) > 0.01) {
        (true, _) => CheckVerdict::Invalid,
        (false, true) => CheckVerdict::Warn,
        (false, false) => CheckVerdict::Ok,
    };
    let average = worked(run);
    let average = average.map(|share| format!(" ({} of a core on average)", percent(share))).unwrap_or_default();
    let text = format!(
        "the measuring thread had work for half of the time or more in {}, for four fifths or more in {} of {} seconds{average}; the limit is one second in a hundred{}",
        processor.seconds_at(50),
        processor.seconds_at(80),
        processor.seconds(),
        match verdict {
            CheckVerdict::Invalid =>
                ": this machine is saturated and its own queueing is in the numbers, so lower --rate or --concurrency",
            verdict => advice(verdict, "; lower --rate or --concurrency, its own queueing enters the numbers"),
        }
    );
    Some(Check::new(name, verdict, text))
}

/// The same where only the whole run's average is known.
fn average_cpu(run: &Run, name: &'static str) -> Option<Check> {
    let Some(share) = worked(run) else {
        return run.health.as_ref().map(|_| unknown(name, "this system does not tell what a thread uses"));
    };
    let verdict = match share {
        share if share > 0.8 => CheckVerdict::Invalid,
        share if share > 0.5 => CheckVerdict::Warn,
        _ => CheckVerdict::Ok,
    };
    let text = format!(
        "the measuring thread worked for {} of a core on average (limits 50 and 80 %){}",
        percent(share),
        advice(verdict, "; lower --rate or --concurrency, its own queueing enters the numbers")
    );
    Some(Check::new(name, verdict, text))
}

/// The share of one core that the measuring thread used, but for watching the clock before sends, which yields to anything
/// else.
fn worked(run: &Run) -> Option<f64> {
    let used = run.measuring_cpu_ratio.filter(|ratio| MEASURABLE_CPU.contains(ratio))?;
    let spin = run.spin_cpu_ratio.filter(|ratio| MEASURABLE_CPU.contains(ratio)).unwrap_or(0.0);
    Some((used - spin).max(0.0))
}

/// One thread uses one core at most; what lies far beyond was not measured.
const MEASURABLE_CPU: std::ops::RangeInclusive<f64> = 0.0..=2.0;

/// How long the measuring thread had to wait for a processor each time it had something to do: what a send is late and
/// what a stamp in user space is late, on average. It is doubted from 1 % of a target's p50 on and refused from 5 % on, with
/// floors at 0.1 and 1 ms.
pub(super) fn run_queue(run: &Run, rows: &[Row]) -> Option<Check> {
    let (name, health) = ("run-queue", run.health.as_ref()?);
    let Some(processor) = health.processor.as_ref().filter(|processor| processor.turns > 0) else {
        return Some(unknown(name, "this system does not tell how long a thread waits for a processor"));
    };
    let wait = processor.waited_ns as f64 / processor.turns as f64;
    let beyond = |share: f64, floor: f64| {
        let slower = |median: f64| wait > f64::max(share * median, floor);
        rows.iter().any(|row| row.service_time.percentile(0.5).is_some_and(slower))
    };
    let verdict = match (beyond(0.05, MILLISECOND), beyond(0.01, 0.1 * MILLISECOND)) {
        (true, _) => CheckVerdict::Invalid,
        (false, true) => CheckVerdict::Warn,
        (false, false) => CheckVerdict::Ok,
    };
    let text = format!(
        "the measuring thread waited {:.3} ms for a processor on average of {} times, {} of the time in which it could run (limits: the larger of 1 % of a p50 and 0.1 ms, of 5 % and 1 ms){}",
        wait / MILLISECOND,
        processor.turns,
        percent(ratio(processor.waited_ns, processor.waited_ns.saturating_add(processor.ran_ns))),
        advice(verdict, "; other work competes for the processors, so stop it or measure from an idle machine")
    );
    Some(Check::new(name, verdict, text))
}

/// Times at which the measuring thread was held up. A percentile that the share p of the calls does not exceed is doubted
/// when more than (1 − p)/10 of all calls were touched; when that is so for p50, no percentile is left.
pub(super) fn stalls(run: &Run, rows: &[Row]) -> Option<Check> {
    let stalls = &run.health.as_ref()?.stalls;
    let touched = ratio(stalls.calls_touched, stalls.calls);
    let shown = |p: f64| rows.iter().any(|row| row.service_time.percentile(p).is_some());
    // A tenth more absorbs the rounding of 1 − p.
    let doubted = PERCENTILES.into_iter().find(|&p| shown(p) && touched > (1.0 - p) / 10.0 * (1.0 + 1e-9));
    let verdict = match doubted {
        Some(p) if p == PERCENTILES[0] => CheckVerdict::Invalid,
        Some(_) => CheckVerdict::Warn,
        None => CheckVerdict::Ok,
    };
    let text = if stalls.number == 0 {
        "the measuring thread was never held up for more than 20 ms".to_owned()
    } else {
        let first = stalls.first.first().map(|stall| format!(", first {}", at(stall.at_ns))).unwrap_or_default();
        let consequence = match doubted {
            Some(p) => format!(
                "; p{} and above are doubted, since more than {} of the calls are touched, so repeat the run",
                number(p * 100.0),
                percent((1.0 - p) / 10.0)
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
    Some(Check::new("stalls", verdict, text))
}

/// Processor time that the hypervisor gave to others.
pub(super) fn steal(run: &Run, _: &[Row]) -> Option<Check> {
    let (name, health) = ("steal", run.health.as_ref()?);
    let Some(host) = health.host.filter(|host| host.all_ticks > 0) else {
        return Some(unknown(name, "this system does not tell what a hypervisor takes"));
    };
    let share = ratio(host.stolen_ticks, host.all_ticks);
    let verdict = if share > 0.02 { CheckVerdict::Warn } else { CheckVerdict::Ok };
    let text = format!(
        "the hypervisor took {} of this machine's processor time (limit 2 %){}",
        percent(share),
        advice(verdict, "; its neighbours are in the tails, so repeat the run at another time or on a larger machine")
    );
    Some(Check::new(name, verdict, text))
}

/// Steps of the wall clock. Durations come from the monotonic clock and are untouched; times of day are not.
pub(super) fn clock_steps(run: &Run, _: &[Row]) -> Option<Check> {
    let (name, health) = ("clock-steps", run.health.as_ref()?);
    let Some(clocks) = &health.clocks else {
        return Some(unknown(name, "the clocks could not be compared"));
    };
    let verdict = if clocks.steps > 0 { CheckVerdict::Warn } else { CheckVerdict::Ok };
    let text = match clocks.first_steps.first() {
        Some(step) => format!(
            "the wall clock was set {} times while the run measured, first by {:+.3} s {} (limit 50 ms within a second); durations are untouched, but times of day after it are off by as much: let the clock be slewed, not stepped",
            clocks.steps,
            step.by_ns as f64 / 1e9,
            at(step.at_ns)
        ),
        None => "the wall clock kept pace with the monotonic one (limit 50 ms within a second)".to_owned(),
    };
    Some(Check::new(name, verdict, text))
}

/// Times at which the machine slept. The monotonic clock stood still meanwhile, so whatever was under way has a wrong time.
pub(super) fn suspension(run: &Run, _: &[Row]) -> Option<Check> {
    let (name, health) = ("suspension", run.health.as_ref()?);
    let Some(clocks) = &health.clocks else {
        return Some(unknown(name, "the clocks could not be compared"));
    };
    let verdict = if clocks.suspensions > 0 { CheckVerdict::Invalid } else { CheckVerdict::Ok };
    let text = match clocks.first_suspensions.first() {
        Some(Event { at_ns, length_ns }) => format!(
            "this machine was suspended {} times while the run measured, first for {} s {} (limit 0.1 s); the times of calls under way then are wrong and their connections were lost, so repeat the run",
            clocks.suspensions,
            seconds(*length_ns),
            at(*at_ns)
        ),
        None => "this machine was not suspended".to_owned(),
    };
    Some(Check::new(name, verdict, text))
}

fn processor(run: &Run) -> Option<&Processor> {
    run.health.as_ref().and_then(|health: &Health| health.processor.as_ref())
}

fn unknown(name: &'static str, text: &str) -> Check {
    Check::new(name, CheckVerdict::Unknown, text.to_owned())
}

fn at(nanoseconds: u64) -> String {
    format!("{:.1} s into it", nanoseconds as f64 / 1e9)
}

fn seconds(nanoseconds: u64) -> String {
    format!("{:.3}", nanoseconds as f64 / 1e9)
}

/// Without a trailing zero: 99 and 99.9.
fn number(value: f64) -> String {
    format!("{}", (value * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::fixture::{check, quiet, verdict};
    use super::*;
    use crate::compare::fixture::{Fixture, answer};
    use crate::health::{Clocks, HostShare, Step};

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
        assert!(saturated.text.contains("saturated") && saturated.text.contains("--rate"), "{}", saturated.text);
    }

    #[test]
    fn where_no_second_was_seen_the_average_speaks() {
        let mut run = quiet();
        run.health = None;
        for (share, expected) in [(0.04, CheckVerdict::Ok), (0.51, CheckVerdict::Warn), (0.81, CheckVerdict::Invalid)] {
            run.measuring_cpu_ratio = Some(share);
            assert_eq!(verdict(&run, "measuring-cpu"), Some(expected));
        }
        run.measuring_cpu_ratio = None;
        assert_eq!(verdict(&run, "measuring-cpu"), None);
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
    fn stalls_doubt_the_percentiles_that_they_reach() {
        let stalled = |touched: u64| {
            let run = with(|health| {
                health.stalls.add(Duration::from_secs(7), Duration::from_millis(200));
                (health.stalls.calls, health.stalls.calls_touched) = (2_000, touched);
            });
            check(&run, "stalls").expect("always there")
        };
        // A thousand answers each: p99 is the highest percentile that is shown.
        assert_eq!(stalled(2).verdict, CheckVerdict::Ok);
        let p99 = stalled(3);
        assert_eq!(p99.verdict, CheckVerdict::Warn);
        assert!(p99.text.contains("p99 and above") && p99.text.contains("0.200 s at worst"), "{}", p99.text);
        assert!(stalled(21).text.contains("p90 and above"), "{}", stalled(21).text);
        assert_eq!(stalled(100).verdict, CheckVerdict::Warn);
        assert_eq!(stalled(101).verdict, CheckVerdict::Invalid);
    }

    #[test]
    fn more_than_two_percent_of_steal_warns() {
        let stolen = |ticks| {
            verdict(&with(|health| health.host = Some(HostShare { all_ticks: 1_000, stolen_ticks: ticks })), "steal")
        };
        assert_eq!((stolen(20), stolen(21)), (Some(CheckVerdict::Ok), Some(CheckVerdict::Warn)));
    }

    #[test]
    fn fault_42_a_clock_that_steps_warns_and_a_suspended_machine_is_refused() {
        let stepped = with(|health| {
            let first_steps = vec![Step { at_ns: 12_000_000_000, by_ns: -3_600_000_000_000 }];
            health.clocks = Some(Clocks { steps: 1, first_steps, ..Clocks::default() });
        });
        let step = check(&stepped, "clock-steps").expect("always there");
        assert_eq!(step.verdict, CheckVerdict::Warn);
        assert!(step.text.contains("-3600.000 s 12.0 s into it"), "{}", step.text);
        assert_eq!(verdict(&stepped, "suspension"), Some(CheckVerdict::Ok));
        let slept = with(|health| {
            let first_suspensions = vec![Event { at_ns: 1, length_ns: 5_000_000_000 }];
            health.clocks = Some(Clocks { suspensions: 1, first_suspensions, ..Clocks::default() });
        });
        assert_eq!(verdict(&slept, "suspension"), Some(CheckVerdict::Invalid));
    }

    #[test]
    fn what_the_system_does_not_tell_is_said_and_not_passed() {
        let silent = with(|health| *health = Health::default());
        for name in ["run-queue", "steal", "clock-steps", "suspension"] {
            assert_eq!(verdict(&silent, name), Some(CheckVerdict::Unknown), "{name}");
        }
        let unwatched = Fixture::small().calls(9, |_, _| answer(20)).run();
        let old = Run { health: None, ..unwatched };
        for name in ["run-queue", "stalls", "steal", "clock-steps", "suspension"] {
            assert_eq!(verdict(&old, name), None, "{name}");
        }
    }
}
