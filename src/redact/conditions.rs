//! The machine that measured: what it did is kept; its identity is removed.

use std::collections::BTreeMap;

use crate::health::Health;
use crate::results::{Certificate, Conditions, Host, Item};

use super::header::{link, tool};
use super::moment::hour_of;
use super::pseudonyms::WORD;

/// What the machine did, and how exact the instrument is on it.
pub(super) fn conditions(conditions: &Conditions) -> Conditions {
    let Conditions {
        measuring_cpu_ratio,
        spin_cpu_ratio,
        health: watched,
        certificate: certified,
        service_clock_ahead_seconds,
    } = conditions;
    Conditions {
        measuring_cpu_ratio: *measuring_cpu_ratio,
        spin_cpu_ratio: *spin_cpu_ratio,
        health: watched.as_ref().map(health),
        certificate: certified.as_ref().map(certificate),
        service_clock_ahead_seconds: *service_clock_ahead_seconds,
    }
}

/// Only numbers, each of which has been decided about.
fn health(health: &Health) -> Health {
    let Health {
        stalls,
        processor,
        process_cpu_ns,
        host,
        clocks,
    } = health;
    Health {
        stalls: stalls.clone(),
        processor: processor.clone(),
        process_cpu_ns: *process_cpu_ns,
        host: *host,
        clocks: clocks.clone(),
    }
}

fn certificate(certificate: &Certificate) -> Certificate {
    let Certificate {
        schema_version,
        tool: tested,
        host: on,
        measured_at,
        link: by,
        items,
    } = certificate;
    Certificate {
        schema_version: *schema_version,
        tool: tool(tested),
        host: host(on),
        measured_at: hour_of(measured_at),
        link: link(by),
        items: (1..).zip(items).map(item).collect(),
    }
}

/// How many processors, and of the system only whether it is one of the common ones.
fn host(host: &Host) -> Host {
    let Host {
        name: _,
        kernel,
        cpu: _,
        cores,
    } = host;
    let system = kernel.split(' ').next().unwrap_or_default();
    let common = SYSTEMS.iter().find(|known| **known == system);
    Host {
        name: String::new(),
        kernel: common.map_or("", |known| known).to_owned(),
        cpu: String::new(),
        cores: *cores,
    }
}

/// What was tested and found, in numbers. The sentences were written elsewhere and may say anything.
fn item((number, item): (usize, &Item)) -> Item {
    let Item {
        name,
        verdict,
        subject,
        times_ns,
        numbers,
        threshold: _,
        text: _,
    } = item;
    let name = if ITEMS.contains(&name.as_str()) {
        name.clone()
    } else {
        format!("item-{number}")
    };
    Item {
        name,
        verdict: *verdict,
        subject: *subject,
        times_ns: known(times_ns),
        numbers: known(numbers),
        threshold: WORD.to_owned(),
        text: WORD.to_owned(),
    }
}

fn known<T: Copy>(figures: &BTreeMap<String, T>) -> BTreeMap<String, T> {
    let figures = figures
        .iter()
        .filter(|(name, _)| FIGURES.contains(&name.as_str()));
    figures
        .map(|(name, value)| (name.clone(), *value))
        .collect()
}

const SYSTEMS: [&str; 4] = ["Linux", "Darwin", "FreeBSD", "Windows"];
/// The items of the self-test.
const ITEMS: [&str; 6] = [
    "sleep-overshoot",
    "stamp-error",
    "achieved-rate",
    "client-overhead",
    "known-delay",
    "null-comparison",
];
/// What sentences and charts read of them.
const FIGURES: [&str; 5] = ["p50", "p99", "lateness_p50", "lateness_p99", "excess_p99"];
