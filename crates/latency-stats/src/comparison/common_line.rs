//! What a factor and a constant that several series have in common leave of one more.

use crate::values::median;

/// How far a series lies from the line through the changes of all others, as a difference of logarithms: `distances` from the
/// `usual` values, both logarithms. `None` where the line says nothing about it, or the others are fewer than two.
///
/// A run in which all take b times as long and a more changes each by b + a/usual as a share of its usual value. a is the median
/// of the slopes of all pairs, b the median of what it leaves: up to 29 % of the others may have changes of their own.
pub(super) fn beside_the_others(
    distances: &[Option<f64>],
    usual: &[Option<f64>],
    series: usize,
) -> Option<f64> {
    let unit = usual[series]?;
    let share = |at: usize| Some(((unit - usual[at]?).exp(), distances[at]?.exp_m1()));
    let others: Vec<(f64, f64)> = (0..usual.len())
        .filter(|&at| at != series)
        .filter_map(share)
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .collect();
    let pairs = others
        .iter()
        .enumerate()
        .flat_map(|(at, one)| others[..at].iter().map(move |other| (one, other)));
    let slopes: Vec<f64> = pairs
        .map(|(one, other)| (one.1 - other.1) / (one.0 - other.0))
        .filter(|slope| slope.is_finite())
        .collect();
    let constant = median(&slopes).unwrap_or_default();
    let left: Vec<f64> = others.iter().map(|(x, y)| y - constant * x).collect();
    if left.len() < 2 {
        return None;
    }
    let expected = constant + median(&left)?;
    Some(distances[series]? - (expected > -1.0).then(|| expected.ln_1p())?)
        .filter(|z| z.is_finite())
}
