//! What was found of two targets' percentiles, and how sure it is at any confidence.

use latency_stats::{DrawnPair, Estimate, Interval, SignTest};

use crate::judge::comparison::ComparisonMethod;

use super::margin::inner_confidence;
use super::times::DRAWS;
use super::windows::exponential;

/// Two percentiles, and by how much they differ.
pub(crate) struct Found {
    /// The baseline's and the candidate's, ns.
    pub(crate) percentiles: [f64; 2],
    /// What the interval comes from.
    pub(crate) basis: Basis,
}

/// What an interval comes from.
pub(crate) enum Basis {
    /// Blocks drawn for both sides alike.
    Drawn(DrawnPair),
    /// Who was faster how often, where there are too few blocks.
    Signs(SignTest),
    /// Too little for either.
    Nothing,
}

impl Found {
    /// The logarithm of baseline over candidate.
    pub(crate) fn log_ratio(&self) -> f64 {
        (self.percentiles[0] / self.percentiles[1]).ln()
    }

    /// Its interval.
    pub(crate) fn interval(&self, confidence: f64) -> Option<Interval> {
        let found = match &self.basis {
            Basis::Drawn(drawn) => drawn.log_ratio(confidence),
            Basis::Signs(signs) => signs.log_ratio(confidence),
            Basis::Nothing => None,
        };
        found.map(|interval| around(self.log_ratio(), interval))
    }

    /// Its interval, and the one at the lesser confidence of two one-sided tests.
    pub(crate) fn intervals_at(&self, confidence: f64) -> Option<(Interval, Interval)> {
        let whole = self.interval(confidence)?;
        Some((whole, self.interval(inner_confidence(confidence))?))
    }

    /// Baseline over candidate, with that interval of its logarithm.
    pub(crate) fn ratio(&self, interval: Option<Interval>) -> Estimate {
        exponential(Estimate {
            value: self.log_ratio(),
            interval,
        })
    }

    /// Baseline minus candidate, ns.
    pub(crate) fn difference(&self, confidence: f64) -> Estimate {
        let value = self.percentiles[0] - self.percentiles[1];
        let found = match &self.basis {
            Basis::Drawn(drawn) => drawn.difference(confidence),
            Basis::Signs(signs) => signs.difference(confidence),
            Basis::Nothing => None,
        };
        Estimate {
            value,
            interval: found.map(|interval| around(value, interval)),
        }
    }

    /// How an interval was found, with draws of that seed.
    pub(crate) fn method(&self, interval: Option<Interval>, seed: u64) -> ComparisonMethod {
        match &self.basis {
            _ if interval.is_none() => ComparisonMethod::Nothing,
            Basis::Drawn(drawn) => ComparisonMethod::BlockBootstrap {
                blocks: drawn.blocks(),
                draws: DRAWS,
                seed,
                lag_one: drawn.lag_one(),
            },
            Basis::Signs(signs) => ComparisonMethod::SignTest {
                rounds: signs.rounds(),
            },
            Basis::Nothing => ComparisonMethod::Nothing,
        }
    }
}

/// The interval with the estimate in it. The signs' is one of the median round, beside which the percentiles' ratio may lie.
fn around(value: f64, interval: Interval) -> Interval {
    Interval {
        low: interval.low.min(value),
        high: interval.high.max(value),
        ..interval
    }
}
