//! The lines above the tables: where, when, by whom and how much was measured, and how well.

use std::time::Duration;

use crate::health::Health;
use crate::judge::{Figures, Summary};
use crate::plan::{Client, Clock, Level, Load};
use crate::results::{Completion, Run};

use super::fact::Fact;
use super::{served_by, windows};
use crate::report::words::certificate;
use crate::report::words::numbers::{count, duration, percent, plural};
use crate::report::words::place;

/// Every fact, in the order of reports.
pub(crate) fn facts(run: &Run, summary: &Summary) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new("vantage", run.header.vantage.name.clone()),
        Fact::new("service", service(run)),
    ];
    let region = run.header.vantage.local_region.as_ref();
    facts.extend(region.map(|region| Fact::new("region", place::found(region))));
    facts.extend(run.header.caller.as_ref().map(|caller| {
        let value = format!(
            "{}, key {} from {}",
            caller.arn, caller.access_key, caller.source
        );
        Fact::new("caller", value)
    }));
    facts.push(Fact::new("started", started(run)));
    facts.push(Fact::new("load", load(run)));
    facts.extend(windows::facts(run, summary));
    facts.push(Fact::new("calls", calls(summary)));
    facts.extend(served_by::facts(run, summary));
    let machine = run
        .conditions
        .health
        .as_ref()
        .map_or_else(|| "not watched".to_owned(), machine);
    let tool = format!(
        "{} {}, run {}",
        run.header.tool.name, run.header.tool.version, run.header.run_id
    );
    facts.extend([
        Fact::new("clock", clock(run, summary)),
        Fact::new("pacing", pacing(run, summary)),
        Fact::new("client", own_cost(run, summary)),
        Fact::new("machine", machine),
        Fact::new(
            "certificate",
            certificate::fact(run.conditions.certificate.as_ref()),
        ),
        Fact::new("tool", tool),
    ]);
    facts
}

/// How many endpoints were called, and whether they were simulated.
fn service(run: &Run) -> String {
    let endpoints = plural(run.plan.endpoints().len() as u64, "endpoint");
    match run.header.vantage.simulation {
        Some(_) => format!("simulated, {endpoints}"),
        None => endpoints,
    }
}

/// When the run started, how long it took and how it ended.
fn started(run: &Run) -> String {
    let ended = match run.measured.completion {
        Completion::Complete => "",
        Completion::Interrupted => ", interrupted",
        Completion::Recovered => ", cut off and recovered",
    };
    let elapsed = Duration::from_millis(run.measured.elapsed_ns / 1_000_000);
    let elapsed = if elapsed < Duration::from_secs(10) {
        elapsed
    } else {
        Duration::from_secs(elapsed.as_secs())
    };
    format!(
        "{}, for {}{ended}",
        run.header.started_at,
        humantime::format_duration(elapsed)
    )
}

/// How many calls were made, by how they ended.
fn calls(summary: &Summary) -> String {
    let sum = |count: fn(&crate::record::Counts) -> u64| {
        summary
            .rows
            .iter()
            .fold(0_u64, |sum, row| sum.saturating_add(count(&row.counts)))
    };
    format!(
        "{} measured, {} answered, {} failed; {} more to warm up",
        count(sum(|c| c.issued)),
        count(sum(|c| c.succeeded.saturating_add(c.redialled))),
        count(sum(|c| c.faults.saturating_add(c.failures))),
        count(sum(|c| c.warmup))
    )
}

/// Which clock timed the calls, and the difference between the two.
fn clock(run: &Run, summary: &Summary) -> String {
    let overhead = &summary.client_overhead;
    if overhead.count == 0 {
        let why = match (run.plan.clock, run.plan.client) {
            (Clock::Kernel, _) => "the kernel gave no stamps",
            (Clock::UserSpace, Client::Hyper) => "as asked",
            (Clock::UserSpace, Client::Reqwest) => "reqwest shows no other",
        };
        return format!("this program's own, {why}: its wake-ups are in the times");
    }
    format!(
        "the kernel's timestamps of the packets for {} of {} answers; client overhead, which this program's own clock would have \
         added: {}",
        count(overhead.count),
        count(
            summary
                .rows
                .iter()
                .fold(0_u64, |sum, row| sum.saturating_add(row.service_time.count))
        ),
        middle_and_tail(overhead)
    )
}

/// How well the schedule was kept, and what processor time that took.
fn pacing(run: &Run, summary: &Summary) -> String {
    let late = match run.plan.load {
        Load::Closed { .. } => "no schedule".to_owned(),
        Load::Audit { .. } | Load::Open { .. } if summary.lateness.count == 0 => {
            "nothing was sent".to_owned()
        }
        Load::Audit { .. } | Load::Open { .. } => {
            format!("sent late by {}", middle_and_tail(&summary.lateness))
        }
    };
    let spin = run
        .conditions
        .spin_cpu_ratio
        .filter(|ratio| (0.0..=2.0).contains(ratio));
    match spin {
        Some(spin) if !run.plan.spin.is_zero() => format!(
            "{late}; watching the clock for {} before each send cost {} of a core",
            duration(run.plan.spin.as_nanos() as f64),
            percent(spin)
        ),
        _ => late,
    }
}

/// The p50 and, where there are enough values, the p99.
fn middle_and_tail(figures: &Figures) -> String {
    let named = [Level::P50, Level::P99].map(|level| {
        figures
            .percentile(level)
            .map(|value| format!("{level} {}", duration(value)))
    });
    let known: Vec<String> = named.into_iter().flatten().collect();
    if known.is_empty() {
        "too few calls to say".to_owned()
    } else {
        known.join(", ")
    }
}

/// The time the client itself took; no measured time contains it.
fn own_cost(run: &Run, summary: &Summary) -> String {
    let signing = summary
        .signing
        .percentile(Level::P50)
        .map(|p50| format!("signing p50 {} a call", duration(p50)));
    let cpu = run
        .conditions
        .measuring_cpu_ratio
        .filter(|ratio| (0.0..=2.0).contains(ratio));
    let cpu = cpu.map(|ratio| format!("measuring thread {} of a core", percent(ratio)));
    let process = run
        .conditions
        .health
        .as_ref()
        .and_then(|health| health.process_cpu_ns)
        .filter(|_| run.measuring_ns() > 0);
    let process = process.map(|cpu| {
        format!(
            "whole process {}",
            percent(cpu as f64 / run.measuring_ns() as f64)
        )
    });
    std::iter::once(run.plan.client.as_str().to_owned())
        .chain(signing)
        .chain(cpu)
        .chain(process)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The state of the machine in one line; the checks judge it.
fn machine(health: &Health) -> String {
    let stalls = match health.stalls.number {
        0 => "no stall".to_owned(),
        number => {
            format!(
                "{} (longest {})",
                plural(number, "stall"),
                duration(health.stalls.longest_ns as f64)
            )
        }
    };
    let queue = health
        .processor
        .as_ref()
        .filter(|processor| processor.turns > 0);
    let queue = queue.map(|processor| {
        format!(
            "{} a turn in the run queue",
            duration(processor.waited_ns as f64 / processor.turns as f64)
        )
    });
    let steal = health.host.filter(|host| host.all_ticks > 0);
    let steal = steal.map(|host| {
        format!(
            "steal {}",
            percent(host.stolen_ticks as f64 / host.all_ticks as f64)
        )
    });
    let clocks = health
        .clocks
        .as_ref()
        .map(|clocks| match (clocks.steps, clocks.suspensions) {
            (0, 0) => "clock steady".to_owned(),
            (steps, 0) => plural(steps, "clock step"),
            (steps, suspensions) => {
                format!(
                    "{}, {}",
                    plural(steps, "clock step"),
                    plural(suspensions, "suspension")
                )
            }
        });
    let or_unknown =
        |part: Option<String>, name: &str| part.unwrap_or_else(|| format!("{name} not available"));
    [
        stalls,
        or_unknown(queue, "run queue"),
        or_unknown(steal, "steal"),
        or_unknown(clocks, "clocks"),
    ]
    .join(", ")
}

fn load(run: &Run) -> String {
    let shape = match run.plan.load {
        Load::Audit { rounds, round } => {
            format!(
                "{} rounds of {:.1} s in random order",
                count(rounds.into()),
                round.as_secs_f64()
            )
        }
        Load::Open {
            rate_per_second,
            arrivals,
            duration,
        } => {
            let spacing = match arrivals {
                crate::plan::Arrivals::Constant => "constant",
                crate::plan::Arrivals::Poisson => "Poisson",
            };
            format!(
                "{rate_per_second} calls/s for {}, {spacing} arrivals",
                humantime::format_duration(duration)
            )
        }
        Load::Closed {
            concurrency,
            duration,
        } => {
            format!(
                "{concurrency} calls under way for {}",
                humantime::format_duration(duration)
            )
        }
    };
    format!(
        "{shape}, {} blocks, seed {}",
        run.plan.blocks, run.plan.seed
    )
}
