//! What the machine did over several runs together.

use super::model::{
    ClockStep, Clocks, Event, Health, HostShare, MAX_EVENTS, Processor, Stalls, WINDOW_STEPS,
};

/// Where a moment of one run lies among all of them, ns to ns.
type Placed<'a> = &'a dyn Fn(u64) -> u64;

impl Health {
    /// All of `parts` together, each with where its moments lie. What only some of them have is the sum of those; `None`
    /// without parts.
    pub fn sum(parts: &[(&Self, Placed<'_>)]) -> Option<Self> {
        if parts.is_empty() {
            return None;
        }
        let processors: Vec<_> = parts
            .iter()
            .filter_map(|(part, _)| part.processor.as_ref())
            .collect();
        let hosts: Vec<_> = parts.iter().filter_map(|(part, _)| part.host).collect();
        let clocks: Vec<_> = parts
            .iter()
            .filter_map(|(part, placed)| Some((part.clocks.as_ref()?, *placed)))
            .collect();
        let process = parts.iter().filter_map(|(part, _)| part.process_cpu_ns);
        Some(Self {
            stalls: stalls(parts),
            processor: (!processors.is_empty()).then(|| processor(&processors)),
            process_cpu_ns: process.reduce(u64::saturating_add),
            host: hosts.into_iter().reduce(|a, b| HostShare {
                all_ticks: a.all_ticks.saturating_add(b.all_ticks),
                stolen_ticks: a.stolen_ticks.saturating_add(b.stolen_ticks),
            }),
            clocks: (!clocks.is_empty()).then(|| Clocks {
                steps: total(clocks.iter().map(|(part, _)| part.steps)),
                first_steps: first(
                    clocks
                        .iter()
                        .map(|(part, placed)| (&part.first_steps[..], *placed)),
                    |step: &ClockStep, placed| ClockStep {
                        at_ns: placed(step.at_ns),
                        ..*step
                    },
                    |step| (step.at_ns, step.by_ns),
                ),
                suspensions: total(clocks.iter().map(|(part, _)| part.suspensions)),
                first_suspensions: events(
                    clocks
                        .iter()
                        .map(|(part, placed)| (&part.first_suspensions[..], *placed)),
                ),
            }),
        })
    }
}

fn stalls(parts: &[(&Health, Placed<'_>)]) -> Stalls {
    let sum = |of: fn(&Stalls) -> u64| total(parts.iter().map(|(part, _)| of(&part.stalls)));
    let most = |of: fn(&Stalls) -> u64| {
        parts
            .iter()
            .map(|(part, _)| of(&part.stalls))
            .max()
            .unwrap_or(0)
    };
    Stalls {
        heartbeat_ns: most(|stalls| stalls.heartbeat_ns),
        number: sum(|stalls| stalls.number),
        total_ns: sum(|stalls| stalls.total_ns),
        longest_ns: most(|stalls| stalls.longest_ns),
        calls: sum(|stalls| stalls.calls),
        calls_touched: sum(|stalls| stalls.calls_touched),
        first: events(
            parts
                .iter()
                .map(|(part, placed)| (&part.stalls.first[..], *placed)),
        ),
    }
}

fn processor(parts: &[&Processor]) -> Processor {
    let sum = |of: fn(&Processor) -> u64| total(parts.iter().map(|part| of(part)));
    let step = |step: usize| {
        total(
            parts
                .iter()
                .filter_map(|part| part.windows.get(step).copied()),
        )
    };
    Processor {
        ran_ns: sum(|part| part.ran_ns),
        waited_ns: sum(|part| part.waited_ns),
        turns: sum(|part| part.turns),
        windows: (0..WINDOW_STEPS).map(step).collect(),
    }
}

fn events<'a>(parts: impl Iterator<Item = (&'a [Event], Placed<'a>)>) -> Vec<Event> {
    let moved = |event: &Event, placed: Placed<'_>| Event {
        at_ns: placed(event.at_ns),
        ..*event
    };
    first(parts, moved, |event| (event.at_ns, event.length_ns))
}

/// The first of all events in order of time.
fn first<'a, T: 'a, K: Ord>(
    parts: impl Iterator<Item = (&'a [T], Placed<'a>)>,
    moved: impl Fn(&T, Placed<'_>) -> T,
    order: impl Fn(&T) -> K,
) -> Vec<T> {
    let mut all: Vec<T> = parts
        .flat_map(|(events, placed)| {
            events
                .iter()
                .map(|event| moved(event, placed))
                .collect::<Vec<_>>()
        })
        .collect();
    all.sort_by_key(order);
    all.truncate(MAX_EVENTS);
    all
}

fn total(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}
