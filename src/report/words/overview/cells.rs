//! The cells of the endpoints side by side, and the headings above them.

use crate::judge::{Comparison, Verdict};
use crate::plan::ConnectionMode;
use crate::report::view::overview::table::{Cell, Mark, Measure};
use crate::report::view::tables::{FORBIDDEN, THIN};
use crate::report::words::numbers::{
    NOTHING, Rounding, UNPROVEN, count, decimal, percent_of, ratio,
};

use super::text::tight;

/// The cells of one column as texts, all with the same precision.
pub(crate) fn texts(cells: &[Cell<'_>]) -> Vec<String> {
    let least = cells
        .iter()
        .filter_map(|cell| match cell {
            Cell::Time { nanoseconds, .. } => Some(*nanoseconds),
            Cell::Interval { low, .. } => Some(*low),
            _ => None,
        })
        .fold(f64::INFINITY, f64::min);
    let decimals = decimals(least);
    cells.iter().map(|cell| text(cell, decimals)).collect()
}

/// Decimals of a column of milliseconds by the least of its times: three digits of it, at least one decimal, and no decimal
/// where all are above 100 ms.
fn decimals(least: f64) -> usize {
    match least {
        time if time >= 99.95e6 => 0,
        time if time >= 0.9995e6 => 1,
        time if time >= 0.0995e6 => 2,
        _ => 3,
    }
}

fn text(cell: &Cell<'_>, decimals: usize) -> String {
    let time =
        |nanoseconds: f64, rounding: Rounding| decimal(nanoseconds / 1e6, decimals, rounding);
    match cell {
        Cell::Nothing => NOTHING.to_owned(),
        Cell::Name(name) => (*name).to_owned(),
        Cell::Time { nanoseconds, mark } => {
            let mark = match mark {
                Some(Mark::Forbidden) => FORBIDDEN,
                Some(Mark::Thin) => THIN,
                None => "",
            };
            format!("{mark}{}", time(*nanoseconds, Rounding::Nearest))
        }
        Cell::Failed => "failed".to_owned(),
        Cell::Interval { low, high } if high.is_finite() => format!(
            "{}–{}",
            time(*low, Rounding::Down),
            time(*high, Rounding::Up)
        ),
        Cell::Interval { low, .. } => format!("from {}", time(*low, Rounding::Down)),
        Cell::Against(comparison) => against(comparison),
        // Without an interval nothing is known of the difference, not even that it is small.
        Cell::NotCompared(Verdict::Inconclusive) => TOO_FEW.to_owned(),
        Cell::NotCompared(verdict) => verdict_word(*verdict).to_owned(),
        Cell::Twin => "a twin".to_owned(),
        Cell::Rank(rank) => rank.to_string(),
        Cell::Calls(number) => count(*number),
        Cell::Failures { failed: 0, .. } => "0".to_owned(),
        Cell::Failures { failed, issued } => {
            format!(
                "{} ({})",
                count(*failed),
                tight(&percent_of(*failed, *issued))
            )
        }
    }
}

/// How an endpoint compares with the global one: `25× faster`, `same`.
fn against(comparison: &Comparison) -> String {
    let value = comparison.ratio.value;
    match comparison.verdict {
        Verdict::Faster => format!("{} faster", ratio(value)),
        Verdict::SlightlyFaster => format!("{} faster{UNPROVEN}", ratio(value)),
        Verdict::Slower => format!("{} slower", ratio(1.0 / value)),
        Verdict::SlightlySlower => format!("{} slower{UNPROVEN}", ratio(1.0 / value)),
        Verdict::Inconclusive if comparison.reason.is_some() => TOO_FEW.to_owned(),
        other => verdict_word(other).to_owned(),
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Faster => "faster",
        Verdict::SlightlyFaster => "faster ?",
        Verdict::Slower => "slower",
        Verdict::SlightlySlower => "slower ?",
        Verdict::Equivalent => "same",
        Verdict::Inconclusive => UNCLEAR,
        Verdict::Invalid => "invalid",
        Verdict::NoData => NOTHING,
    }
}

/// Stands where two endpoints do not differ significantly, and are not proven to be the same.
const UNCLEAR: &str = "unclear";
/// Stands where two endpoints have too few answers to be compared.
const TOO_FEW: &str = "too few";

/// The heading of a column. What compares p50s says so where no column has them.
pub(crate) fn heading(measure: Measure, medians: Medians) -> String {
    match measure {
        Measure::City => String::new(),
        Measure::Time(statistic) => statistic.to_string(),
        Measure::Interval => "p50 interval".to_owned(),
        Measure::AgainstGlobal => medians.named("vs global"),
        Measure::Rank => medians.named("rank"),
        Measure::Answers => "answers".to_owned(),
        Measure::Errors => "errors".to_owned(),
        Measure::ServedBy => "served by".to_owned(),
    }
}

/// Whether the p50s, by which endpoints are compared and ranked, stand beside these numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medians {
    /// They do.
    Shown,
    /// Other percentiles do.
    Absent,
}

impl Medians {
    /// `name`, with the p50 that it is about where that is not shown.
    pub(crate) fn named(self, name: &str) -> String {
        match self {
            Self::Shown => name.to_owned(),
            Self::Absent => format!("p50 {name}"),
        }
    }
}

/// The heading above the columns of one kind of connection.
pub(crate) fn connection(connection: ConnectionMode) -> &'static str {
    match connection {
        ConnectionMode::Cold => "new connection",
        ConnectionMode::Warm => "kept open",
        ConnectionMode::Resumed => "resumed",
    }
}

/// What the marks and words mean that appear in these texts, short enough for two lines together.
pub(crate) fn legend(texts: &[String]) -> Vec<String> {
    let any = |mark: &str| texts.iter().any(|text| text.starts_with(mark));
    let is_there = |word: &str| texts.iter().any(|text| text == word);
    [
        (any(FORBIDDEN) || is_there("invalid"))
            .then(|| format!("{FORBIDDEN} or invalid: a check forbids it, see Trust")),
        any(THIN).then(|| format!("{THIN} rests on few calls: approximate")),
        texts
            .iter()
            .any(|text| text.ends_with(UNPROVEN))
            .then(|| format!("{}: perhaps by less than matters", UNPROVEN.trim())),
        is_there(UNCLEAR).then(|| format!("{UNCLEAR}: no significant difference")),
        is_there(TOO_FEW).then(|| format!("{TOO_FEW}: not enough answers to compare")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
