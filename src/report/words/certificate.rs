//! A host's certificate in one line, and in one word.

use crate::results::{Certificate, ItemVerdict};

use super::numbers::duration;

/// The line of a report about its host's certificate.
pub(crate) fn fact(certificate: Option<&Certificate>) -> String {
    let Some(certificate) = certificate else {
        return "none for this host; stsbench selftest makes one".to_owned();
    };
    let time = |item: &str, name: &str| {
        certificate
            .item(item)
            .and_then(|item| item.times_ns.get(name))
            .copied()
    };
    let stamps = time("stamp-error", "p99").map(|ns| format!("stamps p99 {}", duration(ns as f64)));
    let lateness = time("achieved-rate", "lateness_p99").map(|ns| {
        format!(
            "lateness p99 {} at 1,000 calls/s to a simulated service",
            duration(ns as f64)
        )
    });
    let figures: Vec<String> = stamps.into_iter().chain(lateness).collect();
    let figures = if figures.is_empty() {
        String::new()
    } else {
        format!(": {}", figures.join(", "))
    };
    format!(
        "{} on {}{figures}",
        verdicts(certificate),
        certificate.measured_at
    )
}

/// The most serious verdict of a run's certificate in one word, for tables.
pub(crate) fn word(certificate: Option<&Certificate>) -> &'static str {
    certificate.map_or("none", |certificate| certificate.verdict().as_str())
}

/// How many items passed, and which did not.
pub(crate) fn verdicts(certificate: &Certificate) -> String {
    let names = |verdict| {
        let names: Vec<_> = certificate
            .items_of(verdict)
            .map(|item| item.name.as_str())
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let passed = format!(
        "passed {} of {}",
        certificate.items_of(ItemVerdict::Pass).count(),
        certificate.items.len()
    );
    let warned = names(ItemVerdict::Warn).map(|names| format!("warned of {names}"));
    let failed = names(ItemVerdict::Fail).map(|names| format!("FAILED in {names}"));
    failed
        .into_iter()
        .chain([passed])
        .chain(warned)
        .collect::<Vec<_>>()
        .join(", ")
}
