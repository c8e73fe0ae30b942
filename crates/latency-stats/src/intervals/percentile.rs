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
mod tests {
    use super::*;
    use crate::noise_tests::Noise;

    fn scattered(number: usize, each: usize) -> Vec<Counted> {
        Noise::new(1).blocks(number, each, 50_000.0, 0.3)
    }

    #[test]
    fn ranks_are_those_of_the_exact_binomial() {
        // scipy 1.17.1: binom.ppf(0.025, n, p), binom.ppf(0.975, n, p) + 1
        for (n, p, ranks) in [
            (6, 0.5, (1, 6)),
            (100, 0.5, (40, 61)),
            (1_000, 0.9, (881, 919)),
            (368, 0.99, (360, 368)),
        ] {
            assert_eq!(order_statistics(n, p, 0.95), Some(ranks), "{n} {p}");
        }
        for (n, p) in [
            (0, 0.5),
            (1, 0.5),
            (5, 0.5),
            (367, 0.99),
            (9, 0.0),
            (9, 1.0),
            (9, 2.0),
            (9, f64::NAN),
        ] {
            assert_eq!(order_statistics(n, p, 0.95), None, "{n} {p}");
        }
    }

    #[test]
    fn a_percentile_appears_with_the_first_value_that_supports_it() {
        let of = |n: u64| [Counted::from_counts((1..=n).map(|value| (value, 1)))];
        let missing = |n: u64, p: f64| percentile(&of(n), p, 0.95).map_err(NoPercentile::missing);
        assert_eq!(
            (missing(0, 0.5), missing(1, 0.5), missing(5, 0.5)),
            (Err(Some(6)), Err(Some(5)), Err(Some(1)))
        );
        let six = missing(6, 0.5).expect("supported");
        assert_eq!(
            (six.value, six.interval.low, six.interval.high),
            (3.0, 1.0, 6.0)
        );
        assert_eq!((six.method, six.effective), (Method::OrderStatistics, 6.0));
        assert_eq!(missing(367, 0.99), Err(Some(1)));
        assert_eq!(missing(368, 0.99).expect("supported").interval.high, 368.0);
        assert_eq!(
            percentile(&of(6), 0.5, 0.99).map_err(NoPercentile::missing),
            Err(Some(2))
        );
    }

    #[test]
    fn blocks_count_from_forty_eight_values_in_eight_of_them() {
        let method = |blocks: &[Counted]| percentile(blocks, 0.5, 0.95).map(|found| found.method);
        assert_eq!(
            method(&scattered(16, 10)),
            Ok(Method::BatchWoodruff { blocks: 16 })
        );
        assert_eq!(
            method(&scattered(8, 20)),
            Ok(Method::BatchWoodruff { blocks: 8 })
        );
        assert_eq!(
            method(&scattered(48, 1)),
            Ok(Method::BatchWoodruff { blocks: 16 })
        );
        assert_eq!(method(&scattered(47, 1)), Ok(Method::OrderStatistics));
        assert_eq!(method(&scattered(7, 100)), Ok(Method::OrderStatistics));
        assert_eq!(
            method(&scattered(40, 10)),
            Ok(Method::BatchWoodruff { blocks: 16 })
        );
    }

    #[test]
    fn the_median_of_requests_that_resemble_each_other_is_covered_as_promised() {
        let mut noise = Noise::new(3);
        // Slow parts last about ten requests, as on a real link.
        let mut run = || {
            let mut slow = noise.normal();
            let mut value = || {
                slow = 0.9 * slow + 0.19_f64.sqrt() * noise.normal();
                (5e7 * (0.08 * slow + 0.12 * noise.normal()).exp()) as u64
            };
            (0..16)
                .map(|_| Counted::from_counts((0..100).map(|_| (value(), 1))))
                .collect::<Vec<_>>()
        };
        let covers = |interval: Interval| interval.low <= 5e7 && 5e7 <= interval.high;
        let (mut by_blocks, mut as_if_independent) = (0, 0);
        for _ in 0..200 {
            let run = run();
            by_blocks +=
                u32::from(percentile(&run, 0.5, 0.95).is_ok_and(|found| covers(found.interval)));
            let pooled = [Counted::merged(&run)];
            as_if_independent +=
                u32::from(percentile(&pooled, 0.5, 0.95).is_ok_and(|found| covers(found.interval)));
        }
        assert!(
            (182..=198).contains(&by_blocks) && as_if_independent < 150,
            "{by_blocks} {as_if_independent}"
        );
    }

    #[test]
    fn what_is_typical_of_series_measured_together_narrows_none_and_decides_what_is_left_out() {
        let pooled = Pooled::of(&scattered(16, 50), [0.5, 0.9]);
        let own = pooled.independent_shares(0.95);
        let alone = pooled.percentiles(0.95, [None; 2]);
        let among = |typical: f64| pooled.percentiles(0.95, [Some(typical); 2]);
        for (at, alone) in alone.into_iter().enumerate() {
            let alone = alone.expect("800 values");
            assert!((alone.effective - own[at].expect("by blocks") * 800.0).abs() < 1e-9);
            let support = 800.0;
            let relied_on = Percentile { support, ..alone };
            assert_eq!(
                among(1.0)[at],
                Ok(relied_on),
                "the others know nothing worse"
            );
            let wider = among(0.2)[at].expect("160 independent values");
            assert!((wider.effective - 160.0).abs() < 1e-9);
            assert!(
                wider.interval.low < alone.interval.low
                    && wider.interval.high > alone.interval.high
            );
        }
        // 0.02 of 800 are 16: enough for a median, too few for a p90.
        let [median, tail] = among(0.02);
        assert!(median.is_ok_and(|found| (found.effective - 16.0).abs() < 1e-9));
        assert!(
            matches!(tail, Err(NoPercentile::TooFew { missing: 1_000, effective }) if (effective - 16.0).abs() < 1e-9)
        );
        // One that alone would be left out has its wide interval among others that have theirs.
        let moved: Vec<_> = (0..16)
            .map(|b| {
                Counted::from_counts(
                    (0..12).map(|i| (if b / 4 % 2 == 0 { 50 } else { 70 } * 1_000 + i, 1)),
                )
            })
            .collect();
        let moved = Pooled::of(&moved, [0.5]);
        let [alone] = moved.percentiles(0.95, [None]);
        assert!(matches!(alone, Err(NoPercentile::TooFew { effective, .. }) if effective < 6.0));
        let shown = moved.percentiles(0.95, [Some(0.8)])[0].expect("typical ones support it");
        assert!(
            shown.effective < 6.0
                && shown.interval.low < 51_000.0
                && shown.interval.high > 69_000.0
        );
    }

    #[test]
    fn blocks_that_differ_are_worth_few_values_and_too_few_are_refused() {
        let apart: Vec<_> = (0..16)
            .map(|b| Counted::from_counts([(1_000 + 50 * (b % 2), 100)]))
            .collect();
        let median = percentile(&apart, 0.5, 0.95).expect("supported");
        assert!(median.effective < 20.0, "{median:?}");
        assert_eq!(
            (median.value, median.interval.low, median.interval.high),
            (1_000.0, 1_000.0, 1_050.0)
        );
        let short = percentile(&apart, 0.95, 0.95);
        assert!(
            short.is_ok_and(|found| found.effective == 1_600.0),
            "nothing varies at the 95th: {short:?}"
        );
        let burst = |b: u64| if b == 3 { 20 } else { 0 };
        let block = |b| Counted::from_counts([(10, 90), (1_000, burst(b)), (2_000, burst(b))]);
        let bursts: Vec<_> = (0..16).map(block).collect();
        let short = percentile(&bursts, 0.985, 0.95).expect_err("one burst");
        assert!(
            matches!(short, NoPercentile::TooFew { missing, effective } if effective < 200.0 && missing > 500),
            "{short:?}"
        );
    }

    #[test]
    fn few_values_are_doubted_where_their_blocks_differ_and_never_trusted_more_than_as_independent()
    {
        let run = |late: &dyn Fn(u64) -> bool| -> Vec<Counted> {
            let block = |b| (1..=6).map(move |i| (16 * i + b + if late(b) { 500 } else { 0 }, 1));
            (0..16).map(|b| Counted::from_counts(block(b))).collect()
        };
        let both = |run: &[Counted]| {
            let found = |blocks: &[Counted]| percentile(blocks, 0.5, 0.95).expect("96 values");
            (found(run), found(&[Counted::merged(run)]))
        };
        let (by_blocks, independent) = both(&run(&|b| b >= 8));
        assert!(
            by_blocks.effective < 10.0 && independent.effective == 96.0,
            "{by_blocks:?}"
        );
        assert!(
            by_blocks.interval.low < independent.interval.low,
            "{by_blocks:?} {independent:?}"
        );
        assert!(
            by_blocks.interval.high > independent.interval.high,
            "{by_blocks:?} {independent:?}"
        );
        let (by_blocks, independent) = both(&run(&|_| false));
        assert_eq!(
            (by_blocks.effective, by_blocks.interval),
            (96.0, independent.interval)
        );
    }

    #[test]
    fn a_bound_beyond_the_last_value_is_none() {
        let alike = vec![Counted::from_counts((1..=25).map(|value| (value, 1))); 16];
        let of = |p: f64| {
            percentile(&alike, p, 0.9999)
                .expect("400 values support it")
                .interval
        };
        assert_eq!((of(0.99).high, of(0.01).low), (f64::INFINITY, 0.0));
        assert!(of(0.99).low > 0.0 && of(0.01).high.is_finite());
    }

    #[test]
    fn a_percentile_of_what_never_came_is_no_number_and_an_end_of_it_is_infinite() {
        // A tenth of the values of every block never came.
        let failing: Vec<_> = (0..16)
            .map(|b| Counted::from_counts((0..90).map(|i| (16 * i + b, 1))).with_never(10))
            .collect();
        let of = |p| percentile(&failing, p, 0.95);
        let median = of(0.5).expect("supported");
        assert!(
            median.value > 50.0 * 14.0 && median.interval.high.is_finite(),
            "{median:?}"
        );
        let tail = of(0.89).expect("supported");
        assert!(
            tail.value.is_finite() && tail.interval.high == f64::INFINITY,
            "{tail:?}"
        );
        assert_eq!(of(0.95), Err(NoPercentile::Never));
        let few = [Counted::from_counts([(5, 1)]).with_never(4)];
        assert_eq!(
            percentile(&few, 0.5, 0.95).map_err(NoPercentile::missing),
            Err(Some(1)),
            "five values say nothing, whatever they are"
        );
    }

    #[test]
    fn what_is_no_percentile_is_never_supported() {
        for p in [0.0, 1.0, -1.0, f64::NAN] {
            let short = percentile(&scattered(16, 100), p, 0.95).expect_err("none");
            assert!(short.missing() > Some(1 << 60), "{short:?}");
        }
    }

    #[test]
    fn the_widest_sees_slow_change_and_quick_change() {
        let run = |late: &dyn Fn(u64) -> bool| -> Vec<Counted> {
            (0..32)
                .map(|b| Counted::from_counts([(10, 50), (if late(b) { 20 } else { 5 }, 50)]))
                .collect()
        };
        let method = |run: &[Counted]| percentile_widest(run, 0.7, 0.95).map(|found| found.method);
        assert_eq!(
            method(&run(&|b| b % 2 == 0)),
            Ok(Method::BatchWoodruff { blocks: 32 })
        );
        assert_eq!(
            method(&run(&|b| b / 4 % 2 == 0)),
            Ok(Method::BatchWoodruff { blocks: 8 })
        );
    }

    #[test]
    fn the_widest_is_never_narrower() {
        let blocks = scattered(32, 50);
        let (usual, widest) = (
            percentile(&blocks, 0.9, 0.95),
            percentile_widest(&blocks, 0.9, 0.95),
        );
        let (usual, widest) = (usual.expect("supported"), widest.expect("supported"));
        assert!(widest.effective <= usual.effective && widest.interval.high >= usual.interval.high);
    }

    #[test]
    fn runs_are_planned_with_a_reserve_and_without_overflow() {
        assert_eq!(
            (values_for(1_000, 0.04, 0.02), values_for(0, 1.0, 0.1)),
            (4_800, 0)
        );
        assert_eq!(
            (values_for(1_000, 0.01, 0.02), values_for(1_000, 0.0, 0.02)),
            (300, 0)
        );
        for (half_width, wanted) in [
            (1.0, 0.0),
            (f64::INFINITY, 0.1),
            (f64::NAN, 0.1),
            (0.0, 0.0),
        ] {
            assert_eq!(
                values_for(1_000, half_width, wanted),
                u64::MAX,
                "{half_width} {wanted}"
            );
        }
        assert_eq!(values_for_tail(2_000, 1_000.0, 0.99), 7_200);
        assert_eq!(values_for_tail(2_000, 0.0, 0.99), u64::MAX);
    }
}
