//! Percentiles with intervals, and the refusal of percentiles that the values do not support.
//!
//! Requests of one run resemble their neighbours, so the usual intervals for independent values are far too narrow. Here the
//! spread between blocks shows how many independent values the run is worth, and Woodruff's method turns the uncertainty of a
//! share into one of the percentile (R. S. Woodruff, JASA 47 (1952) 635–646).

use super::effective_n::Independent;
use crate::blocks::group_neighbours;
use crate::distribution::{beta_quantile, binomial_at_most, tail};
use crate::interval::Interval;
use crate::values::{Counted, samples_enclosing, samples_needed};

/// Into how many blocks a run is cut.
const BLOCKS: usize = 16;

/// The fewest values for blocks to be used: ten in each.
const LEAST_VALUES: u64 = 160;

/// The fewest values for blocks to widen an interval from order statistics: three in each.
const LEAST_VALUES_TO_WIDEN: u64 = 48;

/// The fewest effective values beyond the percentile for its interval to have its nominal coverage, also where slow calls come
/// in bursts.
const LEAST_EFFECTIVE_BEYOND: f64 = 30.0;

/// What a planned number of values is increased by, because a width estimated from a pilot is itself uncertain.
const RESERVE: f64 = 1.2;

/// A percentile and where the true one lies, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentile {
    /// The percentile of all values.
    pub value: f64,
    /// The interval around it; 0 or infinity on a side where the values set no bound.
    pub interval: Interval,
    /// How the interval was found.
    pub method: Method,
    /// How many independent values these are worth: above 0, at most as many as there are.
    pub effective: f64,
    /// The same as it is typical of the series that were measured together, where that is known, else `effective`. Whether the
    /// interval can be relied on is judged by this: a few blocks tell the worth of one series only roughly, and the
    /// smallest of many rough numbers is small by chance.
    pub support: f64,
}

/// How the interval of a percentile was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// From the spread between blocks.
    BatchWoodruff {
        /// How many blocks were compared.
        blocks: usize,
    },
    /// Exact binomial order statistics, which take the values for independent.
    OrderStatistics,
}

/// Why there is no percentile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NoPercentile {
    /// The values do not support one.
    TooFew {
        /// About how many more values support it; at least 1. `u64::MAX` where no number does.
        missing: u64,
        /// How many independent values there are.
        effective: f64,
    },
    /// The percentile is no number, because so many values are [`Counted::NEVER`].
    Never,
}

impl NoPercentile {
    /// About how many more values support it, at least 1; `None` where it is no number however many there are.
    pub fn missing(self) -> Option<u64> {
        match self {
            Self::TooFew { missing, .. } => Some(missing),
            Self::Never => None,
        }
    }
}

/// The p-percentile of all blocks with its interval, from 16 groups of blocks (BW16, r1, Jeffreys); below 160 values from order
/// statistics, from 48 on made as wide as the blocks ask for; below 8 non-empty blocks from order statistics alone. `p` and
/// `confidence` lie in 0–1 (both excluded).
///
/// I_b is the share of block b at or below the pooled percentile, se its mean's standard error as in [`paired_mean`](crate::paired_mean), t the
/// ratio of Student's and the normal quantile: n_eff = p(1−p)/(se·t)², at most n. The interval reaches between the pooled
/// quantiles at Jeffreys' bounds Beta(p·n_eff + ½, (1−p)·n_eff + ½); an end among values that are [`Counted::NEVER`] is
/// infinite. [`Pooled`] does the same in two steps.
pub fn percentile(blocks: &[Counted], p: f64, confidence: f64) -> Result<Percentile, NoPercentile> {
    let [found] = percentiles(blocks, [p], confidence);
    found
}

/// [`percentile`] for each of `ps`, for little more work than one of them is.
pub fn percentiles<const N: usize>(
    blocks: &[Counted],
    ps: [f64; N],
    confidence: f64,
) -> [Result<Percentile, NoPercentile>; N] {
    Pooled::of(blocks, ps).percentiles(confidence, [None; N])
}

/// [`percentile`] by that of 8, 16 and 32 groups of blocks which gives the widest interval: for a pilot, from which the length
/// of a run is planned, and which must not look better than it is by chance.
pub fn percentile_widest(
    blocks: &[Counted],
    p: f64,
    confidence: f64,
) -> Result<Percentile, NoPercentile> {
    let [found] = Pooled::widest(blocks, [p]).percentiles(confidence, [None]);
    found
}

/// A series in one piece, with how many independent values it is worth at some percentiles: what there is to know before
/// intervals are made, so that series that were measured together can learn from each other how long their memory is.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled<const N: usize> {
    all: Counted,
    spreads: [Spread; N],
}

/// How much the groups of a series' blocks differ about one of its percentiles.
#[derive(Debug, Clone, PartialEq)]
struct Spread {
    p: f64,
    /// The percentile of all values; `None` without a value.
    value: Option<f64>,
    /// For each way to group the blocks what they are worth and how many groups there are; none of too few.
    ways: Vec<(Independent, usize)>,
}

impl<const N: usize> Pooled<N> {
    /// Of the blocks, in order of time, in 16 groups.
    pub fn of(blocks: &[Counted], ps: [f64; N]) -> Self {
        Self::grouped(blocks, ps, &[BLOCKS])
    }

    /// By that of 8, 16 and 32 groups which says least, as in [`percentile_widest`].
    pub fn widest(blocks: &[Counted], ps: [f64; N]) -> Self {
        Self::grouped(blocks, ps, &[BLOCKS / 2, BLOCKS, 2 * BLOCKS])
    }

    fn grouped(blocks: &[Counted], ps: [f64; N], divisions: &[usize]) -> Self {
        let all = Counted::merged(blocks);
        let divisions = match all.total() {
            LEAST_VALUES.. => divisions,
            LEAST_VALUES_TO_WIDEN.. => &[BLOCKS],
            _ => &[],
        };
        let groups: Vec<_> = divisions
            .iter()
            .map(|&into| group_neighbours(blocks, into))
            .collect();
        let spreads = ps.map(|p| Spread::of(&all, &groups, p));
        Self { all, spreads }
    }

    /// The share of the values that is independent, n_eff/n, above 0 and at most 1, at each percentile; `None` where there are
    /// fewer than 48 values or fewer than 8 blocks.
    pub fn independent_shares(&self, confidence: f64) -> [Option<f64>; N] {
        let n = self.all.total() as f64;
        std::array::from_fn(|at| {
            let (effective, _) = self.spreads[at].effective_n(tail(confidence))?;
            Some((effective / n).min(1.0))
        })
    }

    /// The percentiles with their intervals. `typical` is for each the share of independent values that series have which were
    /// measured together with this one: 16 blocks tell a series' own only roughly, and what they tell too high makes the
    /// interval too narrow. So n_eff is no more than that share of the values; and whether there is an interval at all
    /// depends on it alone, because otherwise those series would lack one that were told too low. `None` leaves a series to itself.
    pub fn percentiles(
        &self,
        confidence: f64,
        typical: [Option<f64>; N],
    ) -> [Result<Percentile, NoPercentile>; N] {
        std::array::from_fn(|at| self.spreads[at].percentile(&self.all, confidence, typical[at]))
    }
}

impl Spread {
    fn of(all: &Counted, groupings: &[Vec<Vec<&Counted>>], p: f64) -> Self {
        let value = all.quantile(p);
        let way = |groups: &Vec<Vec<&Counted>>| {
            let shares: Vec<f64> = groups
                .iter()
                .map(|group| share_at_most(group, value.filter(|value| value.is_finite())?))
                .collect::<Option<_>>()?;
            Some((Independent::of(&shares, p)?, groups.len()))
        };
        let ways = groupings.iter().filter_map(way).collect();
        Self { p, value, ways }
    }

    /// How many independent values the series is worth, as if without limit, by the way that says least, and how many groups
    /// that has. `None` without blocks.
    fn effective_n(&self, tail: f64) -> Option<(f64, usize)> {
        let ways = self.ways.iter();
        ways.map(|(found, groups)| (found.effective_n(tail), *groups))
            .min_by(|a, b| a.0.total_cmp(&b.0))
    }

    fn percentile(
        &self,
        all: &Counted,
        confidence: f64,
        typical: Option<f64>,
    ) -> Result<Percentile, NoPercentile> {
        let (p, tail, n) = (self.p, tail(confidence), all.total());
        let short = |needed: u64, effective: f64| NoPercentile::TooFew {
            missing: needed.saturating_sub(n).max(1),
            effective,
        };
        let needed = samples_needed(p).unwrap_or(u64::MAX);
        let value = self.value.filter(|_| n >= needed);
        let value = value.ok_or(short(needed, n as f64))?;
        if value.is_infinite() {
            return Err(NoPercentile::Never);
        }
        let by_blocks = self.effective_n(tail);
        let own = by_blocks.map_or(n as f64, |(effective, _)| effective.min(n as f64));
        let shared = typical
            .filter(|_| by_blocks.is_some())
            .map(|share| share * n as f64);
        let support = shared.unwrap_or(own);
        let effective = own.min(support);
        let method = by_blocks.map_or(Method::OrderStatistics, |(_, blocks)| {
            Method::BatchWoodruff { blocks }
        });

        let bounds = if by_blocks.is_some() && n >= LEAST_VALUES {
            // Worth as many independent values as any interval needs; fewer have none beyond the percentile too often.
            let needed = (n as f64 * needed as f64 / support).ceil() as u64;
            woodruff(all, p, effective, tail)
                .filter(|_| n >= needed)
                .ok_or(short(needed, support))
        } else {
            let needed = samples_enclosing(p, tail).unwrap_or(u64::MAX);
            let ranks = enclosing_ranks(n, p, tail).filter(|_| n >= needed);
            let exact = ranks.and_then(|(low, high)| all.ranked(low).zip(all.ranked(high)));
            let exact = exact.ok_or(short(needed, support))?;
            // Order statistics take values for independent. Few blocks cannot be trusted alone, but they see part of the
            // dependence; however little they say the values are worth, because a limit here would make an interval narrower
            // for being asked at a higher confidence.
            let wider = by_blocks.and_then(|_| woodruff(all, p, effective, tail));
            Ok(wider.map_or(exact, |(low, high)| (low.min(exact.0), high.max(exact.1))))
        };
        let (low, high) = bounds?;
        Ok(Percentile {
            value,
            interval: Interval {
                low,
                high,
                confidence,
            },
            method,
            effective,
            support,
        })
    }
}

/// The share of a group's values at or below `value`; `None` of an empty one.
fn share_at_most(group: &[&Counted], value: f64) -> Option<f64> {
    let sum = |number: &dyn Fn(&Counted) -> u64| {
        group
            .iter()
            .fold(0_u64, |sum, block| sum.saturating_add(number(block)))
    };
    let total = sum(&Counted::total);
    (total > 0).then(|| sum(&|block| block.at_most(value)) as f64 / total as f64)
}

/// The pooled quantiles at Jeffreys' bounds of a share, which at low confidence need not enclose it but here do; a bound in the
/// last half value of either side is none.
fn woodruff(pooled: &Counted, p: f64, effective: f64, tail: f64) -> Option<(f64, f64)> {
    let (a, b) = (p * effective + 0.5, (1.0 - p) * effective + 0.5);
    let half_value = 0.5 / pooled.total() as f64;
    let (low, high) = (
        beta_quantile(tail, a, b).min(p),
        beta_quantile(1.0 - tail, a, b).max(p),
    );
    let low = if low < half_value {
        Some(0.0)
    } else {
        pooled.quantile(low)
    };
    let high = if high > 1.0 - half_value {
        Some(f64::INFINITY)
    } else {
        pooled.quantile(high)
    };
    low.zip(high)
}

/// The ranks, counted from 1, of the two of `n` independent values that enclose the p-quantile with at least `confidence` and
/// leave out at most half of the rest on either side; `None` where there are too few values.
///
/// The value of rank k lies above the quantile where fewer than k values lie at or below it, which is binomial (H. A. David
/// and H. N. Nagaraja, Order Statistics, 3rd edition, §7.1).
pub fn order_statistics(n: u64, p: f64, confidence: f64) -> Option<(u64, u64)> {
    samples_needed(p).and_then(|_| enclosing_ranks(n, p, tail(confidence)))
}

fn enclosing_ranks(n: u64, p: f64, tail: f64) -> Option<(u64, u64)> {
    let low = lower_rank(n, p, tail);
    // Counted from the other end the upper rank is the lower one of 1 − p.
    let high = lower_rank(n, 1.0 - p, tail);
    (low > 0 && high > 0).then(|| (low, n - high + 1))
}

/// The largest rank k with P(fewer than k of n at or below the p-quantile) ≤ tail; 0 for none.
fn lower_rank(n: u64, p: f64, tail: f64) -> u64 {
    let (mut holds, mut fails) = (0, n.saturating_add(1));
    while fails - holds > 1 {
        let k = u64::midpoint(holds, fails);
        if binomial_at_most(k - 1, n, p) <= tail {
            holds = k;
        } else {
            fails = k;
        }
    }
    holds
}

/// How many values, measured like these `n`, narrow an interval of this half-width down to the half-width `wanted`, with a
/// reserve of a fifth: the width falls with the root of the number. `u64::MAX` where no number does.
pub fn values_for(n: u64, half_width: f64, wanted: f64) -> u64 {
    scaled(n, (half_width / wanted).powi(2))
}

/// How many values, measured like these `n` that are worth `effective`, put 30 effective ones beyond the p-percentile, from
/// where on its interval can be relied on. `u64::MAX` where no number does.
pub fn values_for_tail(n: u64, effective: f64, p: f64) -> u64 {
    scaled(n, LEAST_EFFECTIVE_BEYOND / (effective * p.min(1.0 - p)))
}

fn scaled(n: u64, times: f64) -> u64 {
    let values = n as f64 * times * RESERVE;
    if values >= 0.0 {
        values.ceil() as u64
    } else {
        u64::MAX
    }
}

#[cfg(test)]
#[path = "percentile_tests.rs"]
mod tests;
