//! From an interval to a verdict: how large a difference has to be to matter, and what follows from the interval.

use std::time::Duration;

use crate::plan::Judging;
use latency_stats::{DrawnPair, Interval};

use super::verdict::Verdict;

/// The differences that do not matter, as logarithms of baseline over candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Margin {
    /// From here on the candidate is faster by an amount that matters; at least 0, infinite where it cannot be.
    pub(crate) faster: f64,
    /// Down to here it is not slower by one; at most 0.
    pub(crate) slower: f64,
    /// What the plan says of it.
    pub(crate) set_as: MarginPart,
}

/// The part of a plan's margin that is the larger one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum MarginPart {
    /// That share of the baseline's percentile.
    Share(f64),
    /// That time.
    Time(Duration),
}

impl Margin {
    /// The larger of a share of the baseline's percentile and a time, ns.
    pub(crate) fn around(baseline: f64, judging: &Judging) -> Self {
        let time = judging.margin.as_nanos() as f64 / baseline.max(1.0);
        let (share, set_as) = if time > judging.margin_ratio {
            (time, MarginPart::Time(judging.margin))
        } else {
            (
                judging.margin_ratio,
                MarginPart::Share(judging.margin_ratio),
            )
        };
        let faster = if share < 1.0 {
            -(-share).ln_1p()
        } else {
            f64::INFINITY
        };
        Self {
            faster,
            slower: -share.ln_1p(),
            set_as,
        }
    }

    /// The ratios between which a difference does not matter; the upper one is infinite where nothing could be faster by
    /// more than it takes.
    pub(crate) fn ratios(self) -> [f64; 2] {
        [self.slower.exp(), self.faster.exp()]
    }

    /// What the interval says: `whole` at the run's confidence, `inner` at the lesser one of two one-sided tests for
    /// equivalence at the same error (D. J. Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657–680).
    pub(crate) fn verdict(self, whole: Interval, inner: Interval) -> Verdict {
        if whole.low > self.faster {
            Verdict::Faster
        } else if whole.high < self.slower {
            Verdict::Slower
        } else if inner.low > self.slower && inner.high < self.faster {
            Verdict::Equivalent
        } else if whole.low > 0.0 {
            Verdict::SlightlyFaster
        } else if whole.high < 0.0 {
            Verdict::SlightlySlower
        } else {
            Verdict::Inconclusive
        }
    }

    /// The half-width at which an interval like that of `drawn` decides in four of five runs: between equal sides by lying
    /// within the margin, or between sides that differ by the margin. Where the sides seem to differ by more, less exactness
    /// does if they really do.
    pub(crate) fn wanted(self, log_ratio: f64, confidence: f64, drawn: &DrawnPair) -> WantedWidth {
        let margin = f64::min(self.faster, -self.slower);
        let planned = drawn.planned_half_widths(confidence, inner_confidence(confidence));
        let apparent = log_ratio.abs();
        if apparent > margin {
            WantedWidth {
                half_width: apparent * planned.difference,
                at_least: true,
            }
        } else {
            WantedWidth {
                half_width: margin * planned.equivalence,
                at_least: false,
            }
        }
    }
}

/// The confidence of each of so many intervals that hold `together` with `confidence` (Bonferroni).
pub(crate) fn confidence_of_each(confidence: f64, together: usize) -> f64 {
    if together < 2 {
        confidence
    } else {
        1.0 - (1.0 - confidence) / together as f64
    }
}

/// How narrow an interval has to become.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WantedWidth {
    /// On the log scale.
    pub(crate) half_width: f64,
    /// Whether that is enough only if the sides differ by as much as they seem to.
    pub(crate) at_least: bool,
}

/// The confidence of the inner interval of two one-sided tests that err as often as an interval of `confidence` on one
/// side and the other together.
pub(crate) fn inner_confidence(confidence: f64) -> f64 {
    1.0 - 2.0 * (1.0 - confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARGIN: Margin = Margin {
        faster: 0.02,
        slower: -0.02,
        set_as: MarginPart::Share(0.02),
    };

    fn verdict(low: f64, high: f64) -> Verdict {
        let interval = Interval {
            low,
            high,
            confidence: 0.95,
        };
        let (middle, inner) = ((low + high) / 2.0, (high - low) / 2.0 * 0.84);
        MARGIN.verdict(
            interval,
            Interval {
                low: middle - inner,
                high: middle + inner,
                confidence: 0.9,
            },
        )
    }

    #[test]
    fn the_word_follows_from_where_the_interval_lies() {
        assert_eq!(verdict(0.021, 0.3), Verdict::Faster);
        assert_eq!(verdict(-0.3, -0.021), Verdict::Slower);
        assert_eq!(verdict(-0.01, 0.01), Verdict::Equivalent);
        assert_eq!(
            verdict(0.005, 0.015),
            Verdict::Equivalent,
            "surely different and surely too little to matter"
        );
        assert_eq!(verdict(0.01, 0.05), Verdict::SlightlyFaster);
        assert_eq!(verdict(-0.05, -0.01), Verdict::SlightlySlower);
        assert_eq!(verdict(-0.05, 0.01), Verdict::Inconclusive);
        assert_eq!(
            verdict(f64::NEG_INFINITY, f64::INFINITY),
            Verdict::Inconclusive
        );
    }

    #[test]
    fn the_margin_is_the_larger_of_the_share_and_the_time() {
        let judging = Judging::default();
        let far = Margin::around(100e6, &judging);
        assert!(
            (far.faster + 0.98_f64.ln()).abs() < 1e-12
                && (far.slower + 1.02_f64.ln()).abs() < 1e-12
        );
        assert_eq!(far.set_as, MarginPart::Share(0.02));
        let near = Margin::around(10e6, &judging);
        assert_eq!(near.set_as, MarginPart::Time(Duration::from_millis(1)));
        assert!(
            (near.faster + 0.9_f64.ln()).abs() < 1e-12,
            "1 ms of 10 ms is a tenth"
        );
        let nearer = Margin::around(0.5e6, &judging);
        assert_eq!(
            nearer.faster,
            f64::INFINITY,
            "nothing can be faster by more than it takes"
        );
    }

    #[test]
    fn a_plan_is_made_for_the_margin_and_for_no_less_than_what_is_seen() {
        let draws = vec![(1.0, 1.0); 99];
        let drawn = DrawnPair::new((1.0, 1.0), draws, &[vec![0.0; 16]]).expect("blocks");
        let wanted = |log_ratio| MARGIN.wanted(log_ratio, 0.95, &drawn);
        // Of t with 15 degrees of freedom: 2.13145 / (1.75305 + 1.34061) and 2.13145 / (2.13145 + 0.86624).
        for near in [0.0, 0.019, -0.019] {
            assert!(
                (wanted(near).half_width - 0.02 * 0.688_974).abs() < 1e-6,
                "{:?}",
                wanted(near)
            );
            assert!(!wanted(near).at_least);
        }
        for far in [0.1, -0.1] {
            assert!(
                (wanted(far).half_width - 0.1 * 0.711_030).abs() < 1e-6,
                "{:?}",
                wanted(far)
            );
            assert!(wanted(far).at_least);
        }
    }
}
