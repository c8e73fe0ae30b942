//! Whether a target's times were those of one steady service.

use std::collections::BTreeSet;

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::numbers::ids;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::TargetId;
use crate::results::finding::{self, ServiceFinding};
use latency_stats::{Counted, coarsen, lag_one_z, mann_kendall, median, spike_blocks, split_rank};

pub(crate) const STATIONARITY: Rule = Rule {
    number: Some("V6"),
    name: "stationarity",
    formula: "largest change in the medians of 16 blocks of a target, as a share: trend (Mann–Kendall |z| > 2.52), step (split-rank |z| > 2.91), wandering (lag-1 z > 2.07) or spike (> 10 % and 6 robust deviations)",
    threshold: "warns where more targets change than chance makes; invalid for claims about one endpoint where a trend or step is above 0.05 and seven standard errors, or the p50 above 0.05 off without spikes that chance does not make",
    examine: stationarity,
};

/// Whether a target's times were those of one steady service. The medians of 16 blocks must have no trend, no step, no
/// resemblance to their neighbours and no spike; what they have does not touch comparisons, because both sides of a block go
/// through it together.
///
/// Each target is tested, and of 40 steady ones one is found to change by chance; so only more targets than chance finds warn.
/// A large change speaks for itself: a trend or step of seven times its own standard error is what one of 10,000 steady targets
/// shows, and so are spikes whose answers lie beyond those of the other blocks as chance lets them in one of 10,000 targets, by
/// whatever the distribution of its times; a p50 that such spikes change is not the service's.
fn stationarity(input: &CheckInput<'_>) -> Vec<Check> {
    let windows = input.run.window_ranges();
    let mut changes = Vec::new();
    for (row, blocks) in input.rows.iter().zip(input.blocks) {
        for window in &windows {
            let parts = blocks.get(window.clone()).and_then(parts);
            changes.extend(parts.and_then(|parts| Some((row, Change::of(&parts)?))));
        }
    }
    if changes.is_empty() {
        return STATIONARITY.unknown(ServiceFinding::ChangeUntested {
            blocks: PARTS as u64,
            answers: LEAST_ANSWERS,
        });
    }
    let of = |size| {
        changes
            .iter()
            .filter(|(_, change)| change.size == size)
            .collect::<Vec<_>>()
    };
    let (large, small) = (of(Size::Large), of(Size::Small));
    let mut found: Vec<Check> = refused(&large).into_iter().collect();
    if found.is_empty() || small.len() > by_chance(changes.len()) {
        found.push(warned(&small, changes.len()));
    }
    found
}

/// The one that changed most.
fn most_changed<'a>(changed: &[&'a (&'a Row, Change)]) -> Option<&'a (&'a Row, Change)> {
    changed
        .iter()
        .copied()
        .max_by(|a, b| a.1.effect.total_cmp(&b.1.effect))
}

/// The targets that changed so much that no percentile of theirs is one service's.
fn refused(changed: &[&(&Row, Change)]) -> Option<Check> {
    let (row, change) = most_changed(changed)?;
    // One can have changed in several windows.
    let targets: BTreeSet<TargetId> = changed.iter().map(|(row, _)| row.target).collect();
    let finding = ServiceFinding::Changed {
        worst: row.target,
        change: change.finding(),
        more_targets: targets.len() as u64 - 1,
    };
    let check = STATIONARITY
        .found(CheckVerdict::Invalid, finding)
        .measuring(change.effect)
        .of_one_endpoint();
    Some(check.about(ids(changed.iter().map(|(row, _)| *row))))
}

/// The targets whose change may be chance.
fn warned(changed: &[&(&Row, Change)], tested: usize) -> Check {
    let Some((row, change)) = most_changed(changed) else {
        let finding = ServiceFinding::NoneChanged {
            tested: tested as u64,
        };
        return STATIONARITY.found(CheckVerdict::Ok, finding).measuring(0.0);
    };
    let usual = by_chance(tested);
    let finding = ServiceFinding::SomeChanged {
        changed: changed.len() as u64,
        tested: tested as u64,
        worst: row.target,
        change: change.finding(),
        by_chance: usual as u64,
    };
    if changed.len() <= usual {
        return STATIONARITY
            .found(CheckVerdict::Ok, finding)
            .measuring(change.effect);
    }
    STATIONARITY
        .found(CheckVerdict::Warn, finding)
        .measuring(change.effect)
        .about(ids(changed.iter().map(|(row, _)| *row)))
}

/// What changed from part to part of a run.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    size: Size,
    /// Whether the tests for a trend, a step or wandering find one.
    moved: bool,
    /// Share of the parts that are spikes.
    spikes: f64,
    /// The largest change, as a share.
    effect: f64,
}

/// How much a change matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    /// There is none.
    None,
    /// It may be chance, or too small to matter.
    Small,
    /// The percentiles are those of no one service.
    Large,
}

impl Change {
    fn of(parts: &[Counted]) -> Option<Self> {
        let medians = parts
            .iter()
            .map(|part| part.quantile(0.5))
            .collect::<Option<Vec<f64>>>()?;
        let moved = mann_kendall(&medians).is_some_and(|z| z.abs() > 2.52)
            || split_rank(&medians).is_some_and(|z| z.abs() > 2.91)
            || lag_one_z(&medians).is_some_and(|z| z > 2.07);
        let (shift, standard_errors) = shift(&medians);
        let spikes = spike_blocks(&medians);
        let usual = median(&medians)?;
        let highest = spikes
            .iter()
            .map(|&part| (medians[part] / usual - 1.0).abs())
            .fold(0.0, f64::max);
        let large = moved && shift > LARGE && standard_errors > BEYOND_CHANCE
            || without(parts, &spikes)? > LARGE && beyond_chance(parts, &spikes);
        Some(Self {
            size: match (large, moved || !spikes.is_empty()) {
                (true, _) => Size::Large,
                (false, true) => Size::Small,
                (false, false) => Size::None,
            },
            moved,
            spikes: spikes.len() as f64 / parts.len() as f64,
            effect: if moved { highest.max(shift) } else { highest },
        })
    }

    fn finding(&self) -> finding::LevelChange {
        finding::LevelChange {
            moved: self.moved,
            spikes_ratio: self.spikes,
            effect_ratio: self.effect,
        }
    }
}

/// By what share the p50 is another without these parts.
fn without(parts: &[Counted], spikes: &[usize]) -> Option<f64> {
    if spikes.is_empty() {
        return Some(0.0);
    }
    let (all, usual) = (
        Counted::merged(parts).quantile(0.5)?,
        others_than(parts, spikes).quantile(0.5)?,
    );
    Some((all / usual - 1.0).abs())
}

/// The answers of all parts but these.
fn others_than(parts: &[Counted], spikes: &[usize]) -> Counted {
    let others = parts.iter().enumerate();
    let others = others.filter(|(at, _)| !spikes.contains(at));
    Counted::merged(others.map(|(_, part)| part))
}

/// Whether the answers of the spikes lie further out than chance places those of any parts of a steady service, whatever its law:
/// beyond the p50 of the other parts, or beyond their p90 (p10 for a spike downwards).
///
/// Of n answers of one law a share q lies beyond a fixed quantile, and with a probability of at most exp(−n·D(x/n ‖ q)) as many
/// as x, where D is the relative entropy (H. Chernoff, Annals of Mathematical Statistics 23 (1952) 493–507). The spikes were
/// chosen among all parts and both directions, and that many chances are counted.
fn beyond_chance(parts: &[Counted], spikes: &[usize]) -> bool {
    let usual = others_than(parts, spikes);
    let Some(middle) = usual.quantile(0.5) else {
        return false;
    };
    let answers: u64 = spikes.iter().map(|&part| parts[part].total()).sum();
    let choices = ln_choices(parts.len(), spikes.len()) + spikes.len() as f64 * 2.0_f64.ln();
    [0.5, 0.1].into_iter().any(|q| {
        let beyond = |&part: &usize| {
            let part = &parts[part];
            let upwards = part.quantile(0.5).is_some_and(|median| median > middle);
            let edge = usual.quantile(if upwards { 1.0 - q } else { q });
            edge.map_or(0, |edge| {
                if upwards {
                    part.total() - part.at_most(edge)
                } else {
                    part.at_most(edge.next_down())
                }
            })
        };
        let share = spikes.iter().map(beyond).sum::<u64>() as f64 / answers as f64;
        let chance = choices - answers as f64 * relative_entropy(share, q);
        share > q && chance < BY_LUCK.ln()
    })
}

/// The logarithm of the number of ways to choose `chosen` of `number`.
fn ln_choices(number: usize, chosen: usize) -> f64 {
    (0..chosen)
        .map(|i| ((number - i) as f64 / (i + 1) as f64).ln())
        .sum()
}

/// D(share ‖ q) of two chances, in nats.
fn relative_entropy(share: f64, q: f64) -> f64 {
    let part = |x: f64, of: f64| if x > 0.0 { x * (x / of).ln() } else { 0.0 };
    part(share, q) + part(1.0 - share, 1.0 - q)
}

/// 16 equal parts of a window; `None` where there are fewer blocks, or fewer than six answers in a part.
fn parts(blocks: &[Counted]) -> Option<Vec<Counted>> {
    // Failures come and go too, but they are no service's time.
    let answers: Vec<Counted> = blocks.iter().map(Counted::numbers).collect();
    let parts = coarsen(&answers, PARTS);
    let enough = parts.len() == PARTS && parts.iter().all(|part| part.total() >= LEAST_ANSWERS);
    enough.then_some(parts)
}

/// The step or the straight line that explains most of the medians, on the log scale: how far it goes, as a share, and how
/// many of its standard errors that is.
fn shift(medians: &[f64]) -> (f64, f64) {
    let values: Vec<f64> = medians.iter().map(|median| median.ln()).collect();
    let n = values.len();
    let line = (0..n)
        .map(|i| i as f64 / (n - 1) as f64)
        .collect::<Vec<f64>>();
    let step = |cut: usize| {
        (0..n)
            .map(|i| f64::from(u8::from(i >= cut)))
            .collect::<Vec<f64>>()
    };
    let shapes = (LEAST_SIDE..=n.saturating_sub(LEAST_SIDE))
        .map(step)
        .chain([line]);
    let fits = shapes.filter_map(|shape| regress(&values, &shape));
    let (slope, standard_error) = fits
        .max_by(|a, b| (a.0 / a.1).abs().total_cmp(&(b.0 / b.1).abs()))
        .unwrap_or((0.0, 1.0));
    (slope.abs().exp_m1(), (slope / standard_error).abs())
}

/// The slope of a least-squares line through `values` over `shape`, with its standard error, which is above 0.
fn regress(values: &[f64], shape: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let (middle, centre) = (
        values.iter().sum::<f64>() / n,
        shape.iter().sum::<f64>() / n,
    );
    let spread: f64 = shape.iter().map(|x| (x - centre).powi(2)).sum();
    let slope = values
        .iter()
        .zip(shape)
        .map(|(y, x)| (y - middle) * (x - centre))
        .sum::<f64>()
        / spread;
    let rest: f64 = values
        .iter()
        .zip(shape)
        .map(|(y, x)| (y - middle - slope * (x - centre)).powi(2))
        .sum();
    let standard_error = (rest / (n - 2.0) / spread).sqrt().max(f64::MIN_POSITIVE);
    (slope.is_finite() && standard_error.is_finite()).then_some((slope, standard_error))
}

/// How many of so many steady targets chance makes seem to change, in 19 of 20 runs: the 95 % quantile of a binomial number,
/// one target in 40 (measured over steady laws of independent and of resembling times).
fn by_chance(tested: usize) -> usize {
    let n = tested.min(MOST_TESTED) as f64;
    let mut exactly = (1.0 - BY_CHANCE).powf(n);
    let mut at_most = exactly;
    let mut number = 0.0;
    while at_most < 0.95 && number < n {
        exactly *= (n - number) / (number + 1.0) * BY_CHANCE / (1.0 - BY_CHANCE);
        at_most += exactly;
        number += 1.0;
    }
    number as usize
}

const PARTS: usize = 16;
/// In a block; below, its median is nearly any of its answers.
const LEAST_ANSWERS: u64 = 6;
/// On either side of a step.
const LEAST_SIDE: usize = 4;
const BY_CHANCE: f64 = 0.025;
/// Beyond, (1 − 0.025)ⁿ would be 0.
const MOST_TESTED: usize = 20_000;
/// A change of this share makes one endpoint's percentiles no one service's.
const LARGE: f64 = 0.05;
/// A trend or step in its standard errors.
const BEYOND_CHANCE: f64 = 7.0;
/// Chance makes such spikes in at most so many steady targets.
const BY_LUCK: f64 = 1e-4;

#[cfg(test)]
#[path = "steadiness_tests.rs"]
mod tests;
