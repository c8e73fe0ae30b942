//! Intervals of percentiles: what they hold, where they end, and when there is none.

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
            wider.interval.low < alone.interval.low && wider.interval.high > alone.interval.high
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
        shown.effective < 6.0 && shown.interval.low < 51_000.0 && shown.interval.high > 69_000.0
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
fn few_values_are_doubted_where_their_blocks_differ_and_never_trusted_more_than_as_independent() {
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
