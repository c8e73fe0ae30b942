//! Distributions and intervals: integer nanoseconds, `null` for unknown values.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::judge::{Estimate, Figures, Interval, Method, Percentile};
use crate::plan::Level;

#[derive(Serialize)]
pub(crate) struct Distribution {
    count: u64,
    mean_ns: Option<u64>,
    stddev_ns: Option<u64>,
    min_ns: Option<u64>,
    percentiles_ns: BTreeMap<String, Option<u64>>,
    intervals_ns: BTreeMap<String, Option<Ends<u64>>>,
    max_ns: Option<u64>,
}

/// The ends of an interval; the upper one is absent where it is unbounded.
#[derive(Serialize)]
pub(crate) struct Ends<T> {
    low: T,
    high: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    /// The effective number of independent answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<u64>,
}

pub(crate) fn distribution(figures: &Figures) -> Distribution {
    Distribution {
        count: figures.count,
        mean_ns: whole(figures.mean),
        stddev_ns: whole(figures.stddev),
        min_ns: whole(figures.min),
        percentiles_ns: Level::ALL
            .iter()
            .map(|&level| (level.to_string(), whole(figures.percentile(level))))
            .collect(),
        intervals_ns: Level::ALL
            .iter()
            .map(|&level| (level.to_string(), figures.estimate(level).map(around)))
            .collect(),
        max_ns: whole(figures.max),
    }
}

pub(crate) fn around(percentile: &Percentile) -> Ends<u64> {
    let Percentile {
        interval,
        method,
        effective,
        ..
    } = percentile;
    Ends {
        low: interval.low.round() as u64,
        high: whole(Some(interval.high)),
        method: Some(match method {
            Method::BatchWoodruff { .. } => "batch-woodruff",
            Method::OrderStatistics => "order-statistics",
        }),
        effective: whole(Some(*effective)),
    }
}

pub(crate) fn ends<T>(estimate: Estimate, number: impl Fn(f64) -> T) -> Option<Ends<T>> {
    estimate.interval.map(|interval| between(interval, number))
}

pub(crate) fn between<T>(interval: Interval, number: impl Fn(f64) -> T) -> Ends<T> {
    let high = interval.high.is_finite().then(|| number(interval.high));
    Ends {
        low: number(interval.low),
        high,
        method: None,
        effective: None,
    }
}

/// Two ratios; the upper one is absent where it is infinite.
pub(crate) fn ratios([low, high]: [f64; 2]) -> Ends<f64> {
    Ends {
        low,
        high: high.is_finite().then_some(high),
        method: None,
        effective: None,
    }
}

pub(crate) fn signed(value: f64) -> i64 {
    value.round() as i64
}

pub(crate) fn whole(value: Option<f64>) -> Option<u64> {
    value.filter(|v| v.is_finite()).map(|v| v.round() as u64)
}
