//! Pairs of targets whose truth is known.

use crate::plan::Level;
use crate::results::{Run, Window};

use std::time::Duration;

use crate::judge::synthetic_run::{Fixture, SplitMix, answer, answer_after, refused, throttled};
use crate::judge::{
    Comparison, ComparisonMethod, Estimate, MoreRounds, Summary, Verdict, summarise,
};

#[test]
fn blocks_in_which_one_side_has_no_answers_are_no_difference() {
    // Both become slower by half at the 120th call, when one of them stops answering.
    let both = |i: u32| 100 + 50 * u64::from(i >= 120) + u64::from(i * 7 % 5);
    let fixture = Fixture::small().calls(192, |_, i| answer(both(i)));
    let summary = fixture
        .calls_of("eu-west-1", 192, |i| {
            if i < 120 { answer(both(i)) } else { refused() }
        })
        .summary();
    let median = &summary.comparisons[0];
    let difference = median.difference.interval.expect("an interval");
    assert!((median.ratio.value - 1.0).abs() < 1e-3, "{median:?}");
    assert!(
        difference.low <= 0.0 && difference.high >= 0.0 && median.difference.value.abs() < 1e6,
        "{median:?}"
    );
}

/// Runs of 192 rounds of two endpoints with the same true p50, 50 ms: log-normal with these spreads, the global endpoint's first.
fn of_spreads(spreads: [f64; 2]) -> impl Iterator<Item = Summary> {
    (1..=40).map(move |seed| {
        let mut random = SplitMix::new(seed);
        Fixture::small()
            .calls(192, |target, _| {
                let spread = spreads[usize::from(target.endpoint.name != "global")];
                answer_after(Duration::from_secs_f64(
                    0.05 * (spread * random.normal()).exp(),
                ))
            })
            .summary()
    })
}

#[test]
fn a_narrow_and_a_wide_distribution_with_the_same_median_do_not_differ() {
    for spreads in [[0.05, 0.35], [0.35, 0.05]] {
        let (mut sum, mut held) = (0.0, 0);
        for summary in of_spreads(spreads) {
            let median = &summary.comparisons[0];
            let interval = median.ratio.interval.expect("enough blocks");
            sum += median.ratio.value.ln();
            held += u32::from(interval.low <= 1.0 && 1.0 <= interval.high);
        }
        // One standard error of the mean is 0.006; the lower of two middle values was off by 0.03.
        let mean: f64 = sum / 40.0;
        assert!(
            mean.abs() < 0.015 && held >= 36,
            "{spreads:?}: {mean} {held}"
        );
    }
}

#[test]
fn the_ratio_and_the_difference_agree_on_whether_there_is_one() {
    for summary in of_spreads([0.02, 0.02]).chain(of_spreads([0.1, 0.3])) {
        for comparison in &summary.comparisons {
            let ratio = comparison.ratio.interval.expect("enough blocks");
            let difference = comparison.difference.interval.expect("enough blocks");
            assert_eq!(
                (ratio.low > 1.0, ratio.high < 1.0),
                (difference.low > 0.0, difference.high < 0.0),
                "{comparison:?}"
            );
            let percentiles = [comparison.baseline, comparison.candidate].map(|target| {
                let row = &summary.rows[usize::from(target.0)];
                row.service_time
                    .percentile(comparison.level)
                    .expect("shown")
            });
            assert_eq!(comparison.difference.value, percentiles[0] - percentiles[1]);
            assert!((comparison.ratio.value - percentiles[0] / percentiles[1]).abs() < 1e-9);
        }
    }
}

#[test]
fn tails_have_a_cross_check_where_no_side_has_a_gap() {
    let noisy = || {
        Fixture::small().noisy(384, 5, 0.1, |t| {
            if t.endpoint.name == "global" {
                90.0
            } else {
                30.0
            }
        })
    };
    let whole = noisy().summary().comparisons;
    assert!(whole[0].level == Level::P50 && whole[0].unpaired_ratio.is_none());
    assert!(whole.len() > 1, "{whole:#?}");
    for tail in &whole[1..] {
        let check = tail.unpaired_ratio.expect("both sides have an interval");
        let drawn = tail.ratio.interval.expect("drawn");
        assert!(
            check.low < tail.ratio.value && tail.ratio.value < check.high,
            "{tail:?}"
        );
        assert!(
            check.high / check.low > 1.0 && drawn.low < check.high && check.low < drawn.high,
            "{tail:?}"
        );
    }
    let gap = noisy().calls_of("eu-west-1", 384, |i| {
        if i < 300 {
            answer(30 + u64::from(i % 3))
        } else {
            refused()
        }
    });
    assert!(
        gap.summary()
            .comparisons
            .iter()
            .all(|comparison| comparison.unpaired_ratio.is_none())
    );
}

/// Eight windows of two blocks.
fn in_windows(mut run: Run) -> Summary {
    let window = |number: u16| Window {
        run_id: format!("w-{number}"),
        started_at: format!("2026-11-22T{:02}:00:00Z", number + 1),
        elapsed_ns: 1,
        first_block: 2 * number,
        blocks: 2,
    };
    run.measured.windows = (0..8).map(window).collect();
    summarise(&run)
}

/// Answers of the global endpoint that take so many times as long as the other's, both within a tenth.
fn so_many_times_as_long(factor: u64, rounds: u32) -> Fixture {
    let time = |i: u32| 100 + u64::from(i * 7 % 10);
    Fixture::small().calls(rounds, move |target, i| {
        let factor = if target.endpoint.name == "global" {
            factor
        } else {
            1
        };
        answer_after(Duration::from_micros(500 * factor * time(i)))
    })
}

/// A run of 192 rounds in 16 blocks that ended after so many.
fn cut_short(factor: u64, rounds: usize) -> Comparison {
    let summary = summarise(&so_many_times_as_long(factor, 192).run_until(rounds));
    summary.comparisons.into_iter().next().expect("a p50")
}

#[test]
fn a_run_that_was_cut_short_uses_the_blocks_that_it_came_to() {
    for rounds in [120, 96, 60] {
        let median = cut_short(20, rounds);
        let blocks = rounds / 12;
        assert!(
            matches!(median.method, ComparisonMethod::BlockBootstrap { blocks: drawn, .. } if drawn == blocks),
            "{median:?}"
        );
        let interval = median.ratio.interval.expect("an interval");
        assert!(interval.low > 15.0 && interval.high < 25.0, "{median:?}");
        assert_eq!(median.verdict, Verdict::Faster, "{rounds}");
    }
}

#[test]
fn a_run_that_was_cut_short_says_how_many_rounds_its_blocks_need() {
    for rounds in [36, 48] {
        let median = cut_short(1, rounds);
        assert_eq!(
            (median.verdict, median.more_rounds),
            (
                Verdict::Inconclusive,
                Some(MoreRounds::AtLeast(49 - rounds as u64))
            ),
            "{median:?}"
        );
    }
    assert!(matches!(
        cut_short(1, 48).method,
        ComparisonMethod::SignTest { rounds: 48 }
    ));
    assert!(matches!(
        cut_short(1, 49).method,
        ComparisonMethod::BlockBootstrap { blocks: 5, .. }
    ));
}

#[test]
fn a_huge_difference_of_few_rounds_is_told_by_who_was_faster() {
    for rounds in [12, 24, 36] {
        let median = cut_short(20, rounds);
        assert_eq!(
            (median.verdict, median.method),
            (
                Verdict::Faster,
                ComparisonMethod::SignTest {
                    rounds: rounds as u64
                }
            )
        );
        let (ratio, difference) = (median.ratio, median.difference);
        let within = |of: Estimate| {
            let interval = of.interval.expect("an interval");
            interval.low <= of.value && of.value <= interval.high && interval.low > 1.0
        };
        assert!(within(ratio) && within(difference), "{median:?}");
    }
    for rounds in 6..16 {
        let whole = so_many_times_as_long(20, rounds).summary().comparisons;
        assert_eq!(
            (whole[0].verdict, whole[0].method),
            (
                Verdict::Faster,
                ComparisonMethod::SignTest {
                    rounds: rounds.into()
                }
            )
        );
    }
}

#[test]
fn rounds_in_which_both_win_alike_show_nothing() {
    for rounds in [6, 15, 31] {
        let summary = Fixture::small().noisy(rounds, 3, 0.1, |_| 50.0).summary();
        assert_eq!(
            summary.comparisons[0].verdict,
            Verdict::Inconclusive,
            "{rounds}"
        );
    }
    let few = so_many_times_as_long(20, 5).summary();
    assert!(few.comparisons.is_empty() && few.uncompared[0].verdict == Verdict::Inconclusive);
    let in_turn = so_many_times_as_long(20, 192)
        .calls_of(
            "global",
            192,
            |i| if i < 96 { answer(1000) } else { refused() },
        )
        .calls_of("eu-west-1", 192, |i| {
            if i >= 84 { answer(50) } else { refused() }
        });
    assert_eq!(
        in_turn.summary().uncompared[0].verdict,
        Verdict::Invalid,
        "twelve rounds together are no reason to compare two different hours"
    );
}

#[test]
fn what_must_not_be_compared_is_not_compared_in_general_either() {
    let noisy = || {
        Fixture::small().noisy(384, 5, 0.05, |t| {
            if t.endpoint.name == "global" {
                90.0
            } else {
                30.0
            }
        })
    };
    let sound = in_windows(noisy().run());
    assert!(
        sound.comparisons[0]
            .in_general
            .is_some_and(|general| general.verdict == Verdict::Faster),
        "{sound:?}"
    );
    let throttling = |i: u32| {
        if i.is_multiple_of(40) {
            throttled()
        } else {
            answer(30)
        }
    };
    let refused = in_windows(noisy().calls_of("eu-west-1", 384, throttling).run());
    let median = &refused.comparisons[0];
    assert_eq!(
        (median.verdict, median.in_general),
        (Verdict::Invalid, None)
    );
}
