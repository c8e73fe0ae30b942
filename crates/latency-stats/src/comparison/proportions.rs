//! Two shares against each other, such as those of calls that failed.

use crate::distribution::ln_choose;

/// The chance that, of `first` and `second` tries with one common share of hits, so many of all hits or more fall to the first.
///
/// Each is (hits, tries), with no more hits than tries. By Fisher's exact test, one-sided: of all hits the number that falls to
/// the first follows the hypergeometric law (R. A. Fisher, Journal of the Royal Statistical Society 98 (1935) 39–82).
pub fn chance_of_more(first: (u64, u64), second: (u64, u64)) -> f64 {
    let ((hits, tries), (others, other_tries)) = (first, second);
    let all = hits + others;
    let most = all.min(tries);
    if hits <= all.saturating_sub(other_tries) {
        return 1.0;
    }
    let ln_first = ln_choose(tries, hits) + ln_choose(other_tries, others)
        - ln_choose(tries + other_tries, all);
    // Each next chance over the one before is a ratio of whole numbers; once they fall, the rest is soon nothing.
    let (mut sum, mut term) = (1.0, 1.0);
    for at in hits..most {
        let left = all - at;
        let ratio = (tries - at) as f64 * left as f64
            / ((at + 1) as f64 * (other_tries + at + 1 - all) as f64);
        term *= ratio;
        sum += term;
        if ratio < 1.0 && term * ratio / (1.0 - ratio) < sum * f64::EPSILON {
            break;
        }
    }
    (ln_first + f64::ln(sum)).exp().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chance by adding up whole numbers.
    fn counted(first: (u64, u64), second: (u64, u64)) -> f64 {
        let choose =
            |n: u64, k: u64| (0..k).fold(1_u128, |c, i| c * u128::from(n - i) / u128::from(i + 1));
        let ((hits, tries), (others, other_tries)) = (first, second);
        let all = hits + others;
        let of = |at: u64| match all.checked_sub(at) {
            Some(rest) if rest <= other_tries => choose(tries, at) * choose(other_tries, rest),
            _ => 0,
        };
        let more: u128 = (hits..=tries.min(all)).map(of).sum();
        more as f64 / choose(tries + other_tries, all) as f64
    }

    #[test]
    fn the_lady_tastes_tea_and_scipy_says_the_same() {
        // scipy.stats.fisher_exact(…, alternative='greater'), 1.17.1.
        for (first, second, chance) in [
            ((3, 4), (1, 4), 0.242_857_142_857_142_86),
            ((8, 10), (1, 6), 0.024_475_524_475_524_475),
            ((6, 96), (0, 96), 0.014_417_348_725_941_272),
        ] {
            let found = chance_of_more(first, second);
            assert!((found / chance - 1.0).abs() < 1e-10, "{found} for {chance}");
        }
    }

    #[test]
    fn every_small_case_is_what_whole_numbers_say() {
        for tries in 1..=12 {
            for other_tries in 1..=12 {
                for hits in 0..=tries {
                    for others in 0..=other_tries {
                        let (first, second) = ((hits, tries), (others, other_tries));
                        let (found, wanted) =
                            (chance_of_more(first, second), counted(first, second));
                        assert!(
                            (found - wanted).abs() < 1e-9,
                            "{first:?} {second:?}: {found} for {wanted}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn large_numbers_end_and_stay_within_one() {
        let million = 10_000_000;
        assert!(
            (chance_of_more((million / 2, million), (million / 2, million)) - 0.5).abs() < 1e-3
        );
        assert!(chance_of_more((million / 2 + 10_000, million), (million / 2, million)) < 1e-5);
        assert!((chance_of_more((0, million), (3, million)) - 1.0).abs() < 1e-9);
    }
}
