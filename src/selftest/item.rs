//! An item of the certificate in the making: its numbers, its verdict, its text.

use std::collections::BTreeMap;

use crate::report::duration;
use crate::results::{Item, ItemVerdict, Subject};
use latency_stats::sample_quantile;

/// The middle and the tail.
pub(super) struct Spread {
    pub(super) p50: f64,
    pub(super) p99: f64,
}

impl Spread {
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        Some(Self {
            p50: sample_quantile(values, 0.5)?,
            p99: sample_quantile(values, 0.99)?,
        })
    }
}

/// An item in the making.
#[derive(Default)]
pub(super) struct ItemBuilder {
    pub(super) name: &'static str,
    pub(super) subject: Subject,
    pub(super) threshold: String,
    pub(super) times_ns: BTreeMap<String, i64>,
    pub(super) numbers: BTreeMap<String, f64>,
}

impl ItemBuilder {
    pub(super) fn times(mut self, times: &[(&str, f64)]) -> Self {
        self.times_ns = times
            .iter()
            .map(|(name, ns)| ((*name).to_owned(), ns.round() as i64))
            .collect();
        self
    }

    pub(super) fn numbers(mut self, numbers: &[(&str, f64)]) -> Self {
        // JSON knows no infinity.
        let finite = numbers.iter().filter(|(_, number)| number.is_finite());
        self.numbers = finite
            .map(|(name, number)| ((*name).to_owned(), *number))
            .collect();
        self
    }

    pub(super) fn judged(self, verdict: ItemVerdict, text: String) -> Item {
        Item {
            name: self.name.to_owned(),
            verdict,
            subject: self.subject,
            times_ns: self.times_ns,
            numbers: self.numbers,
            threshold: self.threshold,
            text,
        }
    }

    pub(super) fn failed(self, text: &str) -> Item {
        self.judged(ItemVerdict::Fail, text.to_owned())
    }
}

/// Up to `pass` it passes, below `fail` it warns. NaN fails.
pub(super) fn graded(value: f64, pass: f64, fail: f64) -> ItemVerdict {
    if value <= pass {
        ItemVerdict::Pass
    } else if value < fail {
        ItemVerdict::Warn
    } else {
        ItemVerdict::Fail
    }
}

/// A share near the whole, where every tenth counts.
pub(super) fn share(share: f64) -> String {
    crate::report::percent_in_tenths(share)
}

pub(super) fn signed(nanoseconds: f64) -> String {
    let sign = if nanoseconds < 0.0 { "−" } else { "+" };
    format!("{sign}{}", duration(nanoseconds.abs()))
}
