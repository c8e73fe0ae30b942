//! The parts of runs, put together in order of time.

use crate::health::Health;
use crate::place::LocalRegion;
use crate::plan::{Judging, Load, Plan};
use crate::record::{Block, Histogram, Pace, Series, Trace, TracePoint};
use crate::results::model::conditions::Conditions;
use crate::results::model::header::{Header, Simulation, Vantage};
use crate::results::model::limits::MAX_TEXT_BYTES;
use crate::results::model::measured::{Completion, Measured};
use crate::results::model::notice::Notice;
use crate::results::model::run::Run;
use crate::results::model::window::Window;

use super::timeline::MergedTimeline;

/// The runs, of which there is at least one and which have the same targets, as one without windows. `dated` says of a
/// notice to which window it belongs.
pub(super) fn combine(
    runs: &[Run],
    timeline: &MergedTimeline,
    run_id: String,
    dated: impl Fn(&Notice, &Window) -> String,
) -> Run {
    let first = &runs[0];
    Run {
        header: header(runs, &first.header, run_id),
        plan: plan(runs, first),
        measured: measured(runs, timeline),
        conditions: conditions(runs, timeline),
        checks: Vec::new(),
        notices: notices(runs, timeline, dated),
    }
}

fn header(runs: &[Run], first: &Header, run_id: String) -> Header {
    let headers = || runs.iter().map(|run| &run.header);
    let newest = headers()
        .map(|header| &header.tool)
        .max_by(|a, b| release(&a.version).cmp(release(&b.version)));
    Header {
        schema_version: first.schema_version,
        run_id,
        tool: newest.unwrap_or(&first.tool).clone(),
        vantage: vantage(runs, first),
        caller: first
            .caller
            .clone()
            .filter(|caller| headers().all(|header| header.caller.as_ref() == Some(caller))),
        started_at: first.started_at.clone(),
        redaction: headers()
            .map(|header| header.redaction)
            .find(|redaction| !redaction.is_none())
            .unwrap_or_default(),
    }
}

fn measured(runs: &[Run], timeline: &MergedTimeline) -> Measured {
    let parts = || runs.iter().map(|run| &run.measured);
    Measured {
        elapsed_ns: timeline.elapsed_ns(),
        completion: parts()
            .map(|part| part.completion)
            .max()
            .unwrap_or(Completion::Complete),
        series: series(runs, timeline),
        signing: Histogram::sum(parts().map(|part| &part.signing)),
        pace: Pace::sum(parts().map(|part| part.pace.as_ref())),
        windows: Vec::new(),
        precision: None,
    }
}

/// Where the whole can have only one value, the worst one, so that no check is more lenient for the whole than for a part.
fn conditions(runs: &[Run], timeline: &MergedTimeline) -> Conditions {
    let parts = || runs.iter().map(|run| &run.conditions);
    Conditions {
        measuring_cpu_ratio: parts()
            .filter_map(|part| part.measuring_cpu_ratio)
            .reduce(f64::max),
        spin_cpu_ratio: parts()
            .filter_map(|part| part.spin_cpu_ratio)
            .reduce(f64::max),
        health: health(runs, timeline),
        certificate: parts()
            .filter_map(|part| part.certificate.as_ref())
            .max_by_key(|certificate| (certificate.verdict(), certificate.to_json()))
            .cloned(),
        service_clock_ahead_seconds: parts()
            .filter_map(|part| part.service_clock_ahead_seconds)
            .max_by_key(|seconds| (seconds.unsigned_abs(), *seconds)),
    }
}

/// The numbers of a version, in order of weight.
fn release(version: &str) -> impl Iterator<Item = u64> {
    version
        .split(['.', '-', '+'])
        .map_while(|number| number.parse().ok())
}

/// The same place. The requests that the emulators received add up where every run has their number.
fn vantage(runs: &[Run], first: &Header) -> Vantage {
    let received = runs
        .iter()
        .filter_map(|run| run.header.vantage.simulation.as_ref())
        .map(|simulation| simulation.requests_seen);
    let requests_seen = received
        .reduce(|a, b| Some(a?.saturating_add(b?)))
        .flatten();
    Vantage {
        name: first.vantage.name.clone(),
        name_source: first.vantage.name_source.clone(),
        local_region: same_region(runs, first),
        observed: first
            .vantage
            .observed
            .iter()
            .filter(|fact| {
                runs.iter()
                    .all(|run| run.header.vantage.observed.contains(fact))
            })
            .cloned()
            .collect(),
        simulation: first
            .vantage
            .simulation
            .clone()
            .map(|simulation| Simulation {
                requests_seen,
                ..simulation
            }),
    }
}

/// The Region of all runs; none where they differ.
fn same_region(runs: &[Run], first: &Header) -> Option<LocalRegion> {
    let region = first.vantage.local_region.as_ref()?;
    let mut others = runs.iter().map(|run| &run.header.vantage.local_region);
    let all_there = others.all(|other| {
        let other = other.as_ref();
        other.is_some_and(|other| other.name == region.name)
    });
    all_there.then(|| region.clone())
}

/// The first run's plan, as long as all together. The whole did not choose its own length.
fn plan(runs: &[Run], first: &Run) -> Plan {
    let longer = |sum: Load, load: Load| match (sum, load) {
        (Load::Audit { rounds, round }, Load::Audit { rounds: more, .. }) => Load::Audit {
            rounds: rounds.saturating_add(more),
            round,
        },
        (
            Load::Open {
                rate_per_second,
                arrivals,
                duration,
            },
            Load::Open { duration: more, .. },
        ) => Load::Open {
            rate_per_second,
            arrivals,
            duration: duration.saturating_add(more),
        },
        (
            Load::Closed {
                concurrency,
                duration,
            },
            Load::Closed { duration: more, .. },
        ) => Load::Closed {
            concurrency,
            duration: duration.saturating_add(more),
        },
        (sum, _) => sum,
    };
    Plan {
        load: runs
            .iter()
            .map(|run| run.plan.load)
            .reduce(longer)
            .unwrap_or(first.plan.load),
        blocks: runs
            .iter()
            .map(|run| run.plan.blocks)
            .fold(0, u16::saturating_add),
        max_requests: runs
            .iter()
            .map(|run| run.plan.max_requests)
            .fold(0, u64::saturating_add),
        judging: Judging {
            precision: None,
            ..first.plan.judging.clone()
        },
        ..first.plan.clone()
    }
}

fn series(runs: &[Run], timeline: &MergedTimeline) -> Vec<Series> {
    let of_target = |target: usize| {
        let all: Vec<&Series> = runs
            .iter()
            .map(|run| &run.measured.series[target])
            .collect();
        let parts = timeline.parts();
        let blocks = parts
            .iter()
            .flat_map(|part| &all[part.run].blocks[part.there.range()]);
        let blocks = (0..)
            .zip(blocks)
            .map(|(number, block)| Block {
                number,
                ..block.clone()
            })
            .collect();
        let mut of_parts: Vec<(u64, Vec<TracePoint>)> = parts
            .iter()
            .map(|part| (all[part.run].trace.stride, Vec::new()))
            .collect();
        for (run, series) in all.iter().enumerate() {
            for point in &series.trace.points {
                let moved = TracePoint {
                    at_ns: timeline.moved(run, point.at_ns),
                    ..*point
                };
                of_parts[timeline.part_of(run, point.at_ns)].1.push(moved);
            }
        }
        let seen = all
            .iter()
            .map(|series| series.trace.seen())
            .fold(0, u64::saturating_add);
        Series::sum(&all, blocks, Trace::joined(&of_parts, seen))
    };
    (0..runs[0].plan.targets.len())
        .filter_map(of_target)
        .collect()
}

fn health(runs: &[Run], timeline: &MergedTimeline) -> Option<Health> {
    let watched = runs
        .iter()
        .enumerate()
        .filter_map(|(run, of)| Some((of.conditions.health.as_ref()?, run)));
    let placed: Vec<_> = watched
        .map(|(health, run)| (health, move |at_ns| timeline.moved(run, at_ns)))
        .collect();
    let parts: Vec<(&Health, &dyn Fn(u64) -> u64)> = placed
        .iter()
        .map(|(health, moved)| (*health, moved as &dyn Fn(u64) -> u64))
        .collect();
    Health::sum(&parts)
}

/// What was noticed before the first request stands once, however many runs say it; the rest in order of time.
fn notices(
    runs: &[Run],
    timeline: &MergedTimeline,
    dated: impl Fn(&Notice, &Window) -> String,
) -> Vec<Notice> {
    let mut notices = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        for notice in &run.notices {
            if notice.at_ns == 0 {
                notices.push(notice.clone());
                continue;
            }
            let window = &timeline.parts()[timeline.part_of(number, notice.at_ns)].here;
            // A run of several windows has said already to which of them its notices belong.
            let mut text = if run.measured.windows.is_empty() {
                dated(notice, window)
            } else {
                notice.text.clone()
            };
            text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
            notices.push(Notice {
                at_ns: timeline.moved(number, notice.at_ns),
                text,
            });
        }
    }
    notices.sort_by(|a, b| (a.at_ns, &a.text).cmp(&(b.at_ns, &b.text)));
    notices.dedup_by(|a, b| a.at_ns == 0 && a == b);
    notices
}
