//! Regional endpoints against the global one.

use serde::Serialize;

use crate::judge::{Comparison, ComparisonMethod, InGeneral, MoreRounds, Uncompared};
use crate::plan::ConnectionMode;
use sts_model::Operation;

use crate::report::words::side_by_side::comparisons as words;

use super::figures::{Ends, between, ends, ratios, signed};

#[derive(Serialize)]
pub(crate) struct ComparisonRow<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: ConnectionMode,
    percentile: String,
    ratio: f64,
    ratio_interval: Option<Ends<f64>>,
    equivalence_interval: Option<Ends<f64>>,
    equivalence_confidence: Option<f64>,
    margin_ratios: Ends<f64>,
    robust_ratio: Option<f64>,
    unpaired_ratio_interval: Option<Ends<f64>>,
    difference_ns: i64,
    difference_interval_ns: Option<Ends<i64>>,
    confidence: f64,
    together: usize,
    verdict: &'static str,
    reason: Option<String>,
    more_rounds: Option<u64>,
    method: ComparedBy,
    beats_share: Option<f64>,
    beats_share_interval: Option<Ends<f64>>,
    in_general: Option<General>,
}

#[derive(Serialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
enum ComparedBy {
    BlockBootstrap {
        blocks: usize,
        draws: usize,
        seed: u64,
        lag_one: f64,
    },
    SignTest {
        rounds: u64,
    },
    PairedWindows {
        windows: usize,
    },
    Nothing,
}

#[derive(Serialize)]
struct General {
    windows: usize,
    ratio: f64,
    ratio_interval: Option<Ends<f64>>,
    equivalence_interval: Option<Ends<f64>>,
    difference_ns: i64,
    difference_interval_ns: Option<Ends<i64>>,
    verdict: &'static str,
}

#[derive(Serialize)]
pub(crate) struct NotCompared<'a> {
    endpoint: &'a str,
    operation: Operation,
    connection: ConnectionMode,
    percentile: String,
    verdict: &'static str,
    reason: String,
}

pub(crate) fn compared(found: &Comparison) -> ComparisonRow<'_> {
    ComparisonRow {
        endpoint: &found.endpoint,
        operation: found.operation,
        connection: found.connection,
        percentile: found.level.to_string(),
        ratio: found.ratio.value,
        ratio_interval: ends(found.ratio, |end| end),
        equivalence_interval: found
            .equivalence
            .map(|interval| between(interval, |end| end)),
        equivalence_confidence: found.equivalence.map(|interval| interval.confidence),
        margin_ratios: ratios(found.margin.ratios()),
        robust_ratio: found.robust_ratio,
        unpaired_ratio_interval: found
            .unpaired_ratio
            .map(|interval| between(interval, |end| end)),
        difference_ns: signed(found.difference.value),
        difference_interval_ns: ends(found.difference, signed),
        confidence: found.confidence,
        together: found.together,
        verdict: found.verdict.as_str(),
        reason: found.reason.as_ref().map(words::obstacle),
        more_rounds: found.more_rounds.map(MoreRounds::number),
        method: method(found.method),
        beats_share: found.beats.map(|beats| beats.value),
        beats_share_interval: found.beats.and_then(|beats| ends(beats, |end| end)),
        in_general: found.in_general.map(in_general),
    }
}

pub(crate) fn not_compared(pair: &Uncompared) -> NotCompared<'_> {
    NotCompared {
        endpoint: &pair.endpoint,
        operation: pair.operation,
        connection: pair.connection,
        percentile: pair.level.to_string(),
        verdict: pair.verdict.as_str(),
        reason: words::obstacle(&pair.reason),
    }
}

fn method(method: ComparisonMethod) -> ComparedBy {
    match method {
        ComparisonMethod::BlockBootstrap {
            blocks,
            draws,
            seed,
            lag_one,
        } => ComparedBy::BlockBootstrap {
            blocks,
            draws,
            seed,
            lag_one,
        },
        ComparisonMethod::SignTest { rounds } => ComparedBy::SignTest { rounds },
        ComparisonMethod::PairedWindows { windows } => ComparedBy::PairedWindows { windows },
        ComparisonMethod::Nothing => ComparedBy::Nothing,
    }
}

fn in_general(general: InGeneral) -> General {
    General {
        windows: general.windows,
        ratio: general.ratio.value,
        ratio_interval: ends(general.ratio, |end| end),
        equivalence_interval: general
            .equivalence
            .map(|interval| between(interval, |end| end)),
        difference_ns: signed(general.difference.value),
        difference_interval_ns: ends(general.difference, signed),
        verdict: general.verdict.as_str(),
    }
}
