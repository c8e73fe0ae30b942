//! What must hold for any values: symmetries, order, and that no NaN comes out.

use proptest::prelude::*;
use proptest::sample::select;

use crate::blocks::inflation;
use crate::distribution::{beta_quantile, binomial_at_most, t_critical, tail};
use crate::intervals::percentile_interval;
use crate::values::{median_absolute_deviation, samples_needed};
use crate::{
    Counted, DrawnPair, Draws, HistoryGate, Interval, NoPercentile, Paired, Percentile, beats,
    coarsen, exponential_anderson_darling, hodges_lehmann, lag_one, lag_one_z, mann_kendall,
    median, mover, order_statistics, paired_mean, paired_mean_within, percentile,
    percentile_widest, quantiles, rank, signed_rank, spike_blocks, split_rank, t_interval,
    uniform_kolmogorov_smirnov, values_for, values_for_tail,
};

fn counted(values: &[u64]) -> Counted {
    Counted::from_counts(values.iter().map(|&value| (value, 1)))
}

/// A run: up to 40 blocks of up to 40 values, some of them empty, of latencies that are often equal.
fn runs() -> impl Strategy<Value = Vec<Counted>> {
    let value = prop_oneof![1_u64..60, 1_u64..1_000_000_000];
    let block = prop::collection::vec(value, 0..40).prop_map(|values| counted(&values));
    prop::collection::vec(block, 0..40)
}

/// Differences of logarithms as they occur.
fn differences() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-2.0..2.0, 0..40)
}

fn shares() -> impl Strategy<Value = f64> {
    select(vec![0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999])
}

/// Anything that fits the type, and the worst of it often.
fn any_share() -> impl Strategy<Value = f64> {
    prop_oneof![
        shares(),
        any::<f64>(),
        select(vec![
            0.0,
            1.0,
            -0.0,
            f64::NAN,
            f64::INFINITY,
            f64::MIN_POSITIVE
        ])
    ]
}

fn any_floats() -> impl Strategy<Value = Vec<f64>> {
    let worst = select(vec![
        0.0,
        1.0,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
    ]);
    let number = prop_oneof![any::<f64>(), -2.0..2.0, worst.clone()];
    prop_oneof![
        prop::collection::vec(number, 0..20),
        worst.prop_flat_map(|same| (0_usize..20).prop_map(move |n| vec![same; n]))
    ]
}

fn any_runs() -> impl Strategy<Value = Vec<Counted>> {
    let value = prop_oneof![any::<u64>(), select(vec![0, 1, 2, u64::MAX - 1, u64::MAX])];
    let cell = (
        value,
        prop_oneof![0_u64..40, select(vec![1, u64::from(u32::MAX)])],
    );
    prop::collection::vec(
        prop::collection::vec(cell, 0..6).prop_map(Counted::from_counts),
        0..20,
    )
}

fn negated(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| -value).collect()
}

fn near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
}

fn holds(outer: &Interval, inner: &Interval) -> bool {
    outer.low <= inner.low && inner.high <= outer.high
}

fn sound(interval: &Interval) -> bool {
    interval.low <= interval.high
}

fn sound_percentile(of: &Percentile) -> bool {
    sound(&of.interval)
        && of.interval.low <= of.value
        && of.value <= of.interval.high
        && of.effective > 0.0
}

fn sound_mean(of: &Paired) -> bool {
    of.mean.is_finite() && of.standard_error >= 0.0 && (0.0..=0.6).contains(&of.lag_one)
}

/// Each difference of the drawn logarithms of two runs.
fn drawn(a: &[Counted], b: &[Counted], draws: &Draws, p: f64) -> Vec<f64> {
    let (a, b) = (
        quantiles(a, draws, &[p]).remove(0),
        quantiles(b, draws, &[p]).remove(0),
    );
    a.iter().zip(b).map(|(a, b)| a.ln() - b.ln()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn another_unit_changes_nothing_but_the_unit(run in runs(), p in shares(), unit in 1_u64..1_000) {
        let scale = |block: &Counted| Counted::from_counts(block.cells().map(|(value, count)| (value * unit, count)));
        let scaled: Vec<Counted> = run.iter().map(scale).collect();
        let c = unit as f64;
        match (percentile(&run, p, 0.95), percentile(&scaled, p, 0.95)) {
            (Ok(plain), Ok(scaled)) => {
                prop_assert_eq!(plain.value * c, scaled.value);
                prop_assert_eq!(plain.interval.low * c, scaled.interval.low);
                prop_assert_eq!(plain.interval.high * c, scaled.interval.high);
                prop_assert_eq!((plain.effective, plain.method), (scaled.effective, scaled.method));
            }
            (plain, scaled) => prop_assert_eq!(plain, scaled),
        }
        let (plain, scaled) = (Counted::merged(&run), Counted::merged(&scaled));
        let (plain, scaled) = (exponential_anderson_darling(&plain), exponential_anderson_darling(&scaled));
        prop_assert!(plain.zip(scaled).is_none_or(|(plain, scaled)| near(plain, scaled)), "{:?} {:?}", plain, scaled);
    }

    #[test]
    fn scaled_differences_have_a_scaled_mean(values in differences(), c in 0.001..1_000.0) {
        let scaled: Vec<f64> = values.iter().map(|value| value * c).collect();
        if let (Some(plain), Some(scaled)) = (paired_mean(&values), paired_mean(&scaled)) {
            prop_assert!(near(plain.mean * c, scaled.mean) && near(plain.standard_error * c, scaled.standard_error));
            prop_assert!(near(plain.lag_one, scaled.lag_one));
        }
        let same = |a: Option<f64>, b: Option<f64>| a == b || a.zip(b).is_some_and(|(a, b)| near(a, b));
        prop_assert!(same(mann_kendall(&values), mann_kendall(&scaled)));
        prop_assert!(same(split_rank(&values).map(f64::abs), split_rank(&scaled).map(f64::abs)));
        prop_assert!(same(lag_one_z(&values), lag_one_z(&scaled)));
        prop_assert!(same(hodges_lehmann(&values).map(|centre| centre * c), hodges_lehmann(&scaled)));
    }

    #[test]
    fn more_confidence_is_a_wider_interval(run in runs(), values in differences(), p in shares()) {
        if let (Ok(wide), Ok(narrow)) = (percentile(&run, p, 0.99), percentile(&run, p, 0.95)) {
            prop_assert!(holds(&wide.interval, &narrow.interval), "{:?} {:?}", wide, narrow);
        }
        if let (Ok(wide), Ok(narrow)) = (percentile_widest(&run, p, 0.95), percentile(&run, p, 0.95)) {
            prop_assert!(holds(&wide.interval, &narrow.interval), "{:?} {:?}", wide, narrow);
        }
        if let Some(mean) = paired_mean(&values) {
            prop_assert!(holds(&mean.interval(0.99), &mean.interval(0.95)));
        }
        let general = |confidence| t_interval(&values, confidence).and_then(|found| found.interval);
        prop_assert!(general(0.99).zip(general(0.95)).is_none_or(|(wide, narrow)| holds(&wide, &narrow)));
    }

    #[test]
    fn swapping_the_two_turns_the_sign(a in runs(), b in runs(), values in differences(), p in shares()) {
        let back = negated(&values);
        if let (Some(there), Some(back)) = (paired_mean(&values), paired_mean(&back)) {
            prop_assert_eq!((there.mean, there.standard_error), (-back.mean, back.standard_error));
            prop_assert_eq!(there.interval(0.95).low, -back.interval(0.95).high);
        }
        prop_assert_eq!(hodges_lehmann(&values), hodges_lehmann(&back).map(|centre| -centre));
        prop_assert_eq!(mann_kendall(&values), mann_kendall(&back).map(|z| -z));
        if let (Ok(a), Ok(b)) = (percentile(&a, p, 0.95), percentile(&b, p, 0.95)) {
            let (there, back) = (mover(&a, &b), mover(&b, &a));
            prop_assert!(near(there.low, -back.high) && near(there.high, -back.low), "{:?} {:?}", there, back);
        }
        let (one, other) = (Counted::merged(&a), Counted::merged(&b));
        prop_assert!(beats(&one, &other).zip(beats(&other, &one)).is_none_or(|(a, b)| near(a + b, 1.0)));
        let (a, b) = (&a[..a.len().min(b.len())], &b[..a.len().min(b.len())]);
        let draws = Draws::new(a.len(), 99, 5);
        let (mut there, mut back) = (drawn(a, b, &draws, p), drawn(b, a, &draws, p));
        let (there, back) = (percentile_interval(&mut there, 0.9), percentile_interval(&mut back, 0.9));
        prop_assert_eq!(there.map(|found| (found.low, found.high)), back.map(|found| (-found.high, -found.low)));
    }

    #[test]
    fn a_ratio_and_a_difference_agree_on_which_is_larger(
        a in runs(), b in runs(), p in shares(), confidence in 0.5..0.9999, split in 0_usize..20,
    ) {
        let blocks = a.len().min(b.len());
        let (a, b) = (&a[..blocks], &b[..blocks]);
        let windows = [split.min(blocks), blocks - split.min(blocks)];
        let draws = Draws::within(&windows, 199, 3);
        let of = |run: &[Counted]| (Counted::merged(run).quantile(p), quantiles(run, &draws, &[p]).remove(0));
        let ((one, ones), (other, others)) = (of(a), of(b));
        let pair = one.zip(other).and_then(|estimates| {
            let shares = windows.map(|blocks| (0..blocks).map(|i| (i as f64).sin()).collect());
            DrawnPair::new(estimates, ones.into_iter().zip(others).collect(), &shares)
        });
        let intervals = pair.as_ref().and_then(|pair| pair.log_ratio(confidence).zip(pair.difference(confidence)));
        if let (Some((ratio, difference)), Some((one, other))) = (intervals, one.zip(other)) {
            prop_assert_eq!((ratio.low > 0.0, ratio.high < 0.0), (difference.low > 0.0, difference.high < 0.0));
            prop_assert!(ratio.low <= (one / other).ln() && (one / other).ln() <= ratio.high);
            prop_assert!(difference.low <= one - other && one - other <= difference.high);
        }
    }

    #[test]
    fn the_order_of_blocks_matters_to_their_resemblance_only(values in differences(), run in runs(), p in shares()) {
        let mut reordered = values.clone();
        reordered.sort_by(f64::total_cmp);
        if let (Some(one), Some(other)) = (paired_mean(&values), paired_mean(&reordered)) {
            prop_assert!(near(one.mean, other.mean));
            let plain = |of: Paired| of.standard_error / inflation(of.lag_one);
            prop_assert!(near(plain(one), plain(other)));
        }
        let mut reordered = run.clone();
        reordered.sort_by_key(Counted::total);
        if let (Ok(one), Ok(other)) = (percentile(&run, p, 0.95), percentile(&reordered, p, 0.95)) {
            prop_assert_eq!((one.value, one.method), (other.value, other.method));
        }
        reordered.reverse();
        prop_assert_eq!(Counted::merged(&run), Counted::merged(&reordered));
    }

    #[test]
    fn merging_is_adding_in_any_grouping(run in runs(), into in 1_usize..20) {
        let pooled = Counted::merged(&run);
        prop_assert_eq!(&pooled, &Counted::merged(&coarsen(&run, into)));
        prop_assert_eq!(&pooled, &Counted::merged([&pooled, &Counted::default()]));
        prop_assert_eq!(pooled.total(), run.iter().map(Counted::total).sum::<u64>());
        let cells: Vec<(u64, u64)> = pooled.cells().collect();
        prop_assert!(cells.windows(2).all(|pair| pair[0].0 < pair[1].0) && cells.iter().all(|cell| cell.1 > 0));
        prop_assert!(cells.iter().all(|&(value, _)| pooled.ranked(pooled.at_most(value as f64)) == Some(value as f64)));
    }

    #[test]
    fn a_twin_does_not_differ(run in runs(), p in shares(), blocks in 8_usize..30) {
        let same = paired_mean(&vec![0.0; blocks]).expect("enough");
        prop_assert_eq!((same.mean, same.interval(0.99).low, same.interval(0.99).high), (0.0, 0.0, 0.0));
        let pooled = Counted::merged(&run);
        prop_assert!(beats(&pooled, &pooled).is_none_or(|theta| near(theta, 0.5)));
        let draws = Draws::new(run.len(), 50, 1);
        prop_assert!(drawn(&run, &run, &draws, p).iter().all(|difference| *difference == 0.0));
        let medians: Vec<_> = run.iter().map(|block| block.quantile(0.5).map(f64::ln)).collect();
        let twins = rank(&[medians.clone(), medians], 0.05).ranks;
        prop_assert!(twins == [None; 2] || twins == [Some((1, 2)); 2], "{:?}", twins);
    }

    #[test]
    fn what_is_further_out_is_no_less(run in runs(), a in 0.0..=1.0, b in 0.0..=1.0, k in 0.5..500.0) {
        let (low, high) = (f64::min(a, b), f64::max(a, b));
        let pooled = Counted::merged(&run);
        prop_assert!(pooled.quantile(low) <= pooled.quantile(high));
        let found = quantiles(&run, &Draws::new(run.len(), 20, 1), &[low, high]);
        prop_assert!(found[0].iter().zip(&found[1]).all(|(low, high)| low <= high));
        let inside = |p: f64| p.clamp(1e-9, 1.0 - 1e-9);
        prop_assert!(beta_quantile(inside(low), k, 7.5) <= beta_quantile(inside(high), k, 7.5));
        let at_most = |p: f64| binomial_at_most(k as u64, 600, inside(p));
        prop_assert!(at_most(low) >= at_most(high) - 1e-12);
        prop_assert!(t_critical(inside(low) / 2.0, k) >= t_critical(inside(high) / 2.0, k));
        let order = |p| order_statistics(pooled.total(), p, 0.95);
        prop_assert!(order(low).zip(order(high)).is_none_or(|(low, high)| low.0 <= high.0 && low.1 <= high.1));
    }

    #[test]
    fn reversed_series_have_reversed_ranks(
        rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, -1.0..1.0), 12), 0..6),
        spread in 0.0..2.0,
    ) {
        let apart = |sign: f64| -> Vec<Vec<Option<f64>>> {
            let shifted = |(at, row): (usize, &Vec<Option<f64>>)| -> Vec<Option<f64>> {
                row.iter().map(|value| value.map(|value| sign * (value + spread * at as f64))).collect()
            };
            rows.iter().enumerate().map(shifted).collect()
        };
        let (up, down) = (rank(&apart(1.0), 0.05), rank(&apart(-1.0), 0.05));
        let mirrored = |(low, high): (usize, usize)| (up.compared + 1 - high, up.compared + 1 - low);
        prop_assert_eq!(&down.ranks, &up.ranks.iter().map(|ranks| ranks.map(mirrored)).collect::<Vec<_>>());
        prop_assert!(up.ranks.iter().flatten().all(|(low, high)| 1 <= *low && low <= high && *high <= up.compared));
        let grouped: std::collections::BTreeSet<usize> = up.groups.iter().flatten().copied().collect();
        prop_assert_eq!(grouped.len(), up.compared);
    }

    #[test]
    fn no_distribution_makes_a_nan(run in any_runs(), p in any_share(), confidence in any_share()) {
        for found in [percentile(&run, p, confidence), percentile_widest(&run, p, confidence)] {
            match found {
                Ok(found) => prop_assert!(sound_percentile(&found) && sound(&mover(&found, &found)), "{:?}", found),
                Err(NoPercentile::TooFew { missing, effective }) => prop_assert!(missing > 0 && effective >= 0.0),
                Err(NoPercentile::Never) => prop_assert_eq!(Counted::merged(&run).quantile(p), Some(f64::INFINITY)),
            }
        }
        let pooled = Counted::merged(&run);
        prop_assert!(pooled.quantile(p).is_none_or(|value| !value.is_nan()) && pooled.at_most(p) <= pooled.total());
        let ranks = order_statistics(pooled.total(), p, confidence);
        prop_assert!(ranks.is_none_or(|(low, high)| 1 <= low && low <= high && high <= pooled.total()));
        let theta = run.first().and_then(|first| beats(first, &pooled));
        prop_assert!(theta.is_none_or(|theta| (0.0..=1.0).contains(&theta)));
        prop_assert!(exponential_anderson_darling(&pooled).is_none_or(|a| !a.is_nan()));
        let bins: Vec<u64> = run.iter().map(Counted::total).collect();
        prop_assert!(uniform_kolmogorov_smirnov(&bins).is_none_or(|p| (0.0..=1.0).contains(&p)));
        for mut drawn in quantiles(&run, &Draws::new(run.len(), 30, 1), &[p, 0.5]) {
            prop_assert!(drawn.iter().all(|value| !value.is_nan()));
            prop_assert!(percentile_interval(&mut drawn, confidence).is_none_or(|found| sound(&found)));
        }
        prop_assert!(samples_needed(p).is_none_or(|needed| needed > 0));
        // Numbers without a sign or a fraction: that they come at all is the claim.
        let _planned = (values_for(pooled.total(), p, confidence), values_for_tail(pooled.total(), p, confidence));
    }

    #[test]
    fn what_never_came_is_as_a_number_larger_than_all(
        run in runs(),
        never in prop::collection::vec(0_u64..20, 40),
        p in shares(),
    ) {
        const LARGE: u64 = 1 << 62;
        let failing: Vec<Counted> =
            run.iter().zip(&never).map(|(block, &count)| block.clone().with_never(count)).collect();
        let large = |(block, &count): (&Counted, &u64)| Counted::from_counts(block.cells().chain([(LARGE, count)]));
        let slow: Vec<Counted> = run.iter().zip(&never).map(large).collect();
        let infinite = |value: f64| if value == LARGE as f64 { f64::INFINITY } else { value };
        match (percentile(&failing, p, 0.95), percentile(&slow, p, 0.95)) {
            (Err(NoPercentile::Never), Ok(slow)) => prop_assert_eq!(slow.value, LARGE as f64),
            (Err(NoPercentile::Never), Err(slow)) => prop_assert!(slow.missing().is_some()),
            (Ok(failing), Ok(slow)) => {
                prop_assert_eq!((failing.value, failing.effective), (slow.value, slow.effective));
                prop_assert_eq!(failing.interval.low, slow.interval.low);
                prop_assert_eq!(failing.interval.high, infinite(slow.interval.high));
            }
            (failing, slow) => prop_assert_eq!(failing, slow),
        }
        let draws = Draws::new(run.len(), 99, 5);
        let (drawn, slow_drawn) = (quantiles(&failing, &draws, &[p]).remove(0), quantiles(&slow, &draws, &[p]).remove(0));
        prop_assert!(drawn.iter().zip(&slow_drawn).all(|(drawn, slow)| *drawn == infinite(*slow)));
        let (pooled, slow) = (Counted::merged(&failing), Counted::merged(&slow));
        prop_assert_eq!(beats(&pooled, &Counted::merged(&run)), beats(&slow, &Counted::merged(&run)));
    }

    #[test]
    fn no_values_make_a_nan(values in any_floats(), others in any_floats(), confidence in any_share()) {
        let real = |found: Option<f64>| found.is_none_or(|found| !found.is_nan());
        for mean in [paired_mean(&values), paired_mean_within(&[values.clone(), others.clone()])].iter().flatten() {
            prop_assert!(sound_mean(mean) && sound(&mean.interval(confidence)), "{:?}", mean);
        }
        let general = t_interval(&values, confidence).and_then(|found| found.interval);
        prop_assert!(general.is_none_or(|found| sound(&found)));
        prop_assert!((0.0..=0.6).contains(&lag_one(&values)));
        for statistic in
            [hodges_lehmann, median_absolute_deviation, signed_rank, mann_kendall, split_rank, lag_one_z, median]
        {
            prop_assert!(real(statistic(&values)));
        }
        prop_assert!(spike_blocks(&values).len() <= values.len());
        let given = |row: &[f64]| row.iter().map(|&value| Some(value)).collect::<Vec<_>>();
        let rows = [given(&values), given(&others), given(&values), given(&others)];
        prop_assert!(!rank(&rows, confidence).lag_one.is_nan());
        let gate = HistoryGate { alpha: confidence, window: 9, least_runs: 2, ..HistoryGate::default() };
        let found = gate.compare(&rows, &given(&others));
        for deviation in found.series.iter().chain([&found.common]).flatten() {
            let numbers = [deviation.z, deviation.limit, deviation.effect_ratio, deviation.scale];
            prop_assert!(!numbers.iter().any(|number| number.is_nan()));
        }
        prop_assert!((1e-15..0.5).contains(&tail(confidence)));
    }
}

#[test]
fn huge_counts_do_not_overflow() {
    let endless = Counted::from_counts([(1, u64::MAX), (2, 1)]);
    for blocks in [1, 20] {
        let run = vec![endless.clone(); blocks];
        assert!(percentile(&run, 0.99, 0.95).is_ok_and(|found| found.value == 1.0));
        assert_eq!(
            quantiles(&run, &Draws::new(blocks, 9, 1), &[0.99]),
            [[1.0; 9]]
        );
    }
    assert_eq!(beats(&endless, &endless), Some(0.5));
}
