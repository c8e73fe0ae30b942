//! Quantiles and tails of the laws that intervals are made of: normal, t, beta, binomial, Kolmogorov.
//!
//! Γ and erfc⁻¹ are statrs's. The incomplete beta function is written out here: statrs cuts its continued fraction off after
//! 140 terms, which from a million values on is too early (chances of 1.1 and −0.2 were seen), and takes its factor from
//! differences of ln Γ, which lose nine digits there. Tails are given by their own size, never as 1 − p, so that small ones
//! keep their digits.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::{erf, gamma};

/// What a two-sided interval leaves out on either side, for a nominal confidence of 0–1.
pub(crate) fn tail(confidence: f64) -> f64 {
    clamp_tail((1.0 - confidence) / 2.0)
}

/// A tail kept off 0 and ½, where an interval is everything or nothing; NaN gives the widest interval.
pub(crate) fn clamp_tail(tail: f64) -> f64 {
    if tail.is_nan() {
        LEAST_TAIL
    } else {
        tail.clamp(LEAST_TAIL, 0.49)
    }
}

/// The smallest tail that differs from none.
const LEAST_TAIL: f64 = 1e-15;

/// The standard normal value that is exceeded with probability `tail`, 0–½.
pub(crate) fn normal_critical(tail: f64) -> f64 {
    SQRT_2 * erf::erfc_inv(2.0 * tail)
}

/// The value of Student's t with `freedom` degrees (> 0) that is exceeded with probability `tail`, 0–½.
///
/// freedom / (freedom + t²) follows Beta(freedom/2, ½) (DLMF 8.17, NIST Handbook of Mathematical Functions).
pub(crate) fn t_critical(tail: f64, freedom: f64) -> f64 {
    // ½ of the tail lies on the other side; the odds are t²'s own, so that nothing cancels for many degrees.
    (freedom * (-ln_odds(2.0 * tail, freedom / 2.0, 0.5)).exp()).sqrt()
}

/// The p-quantile of Beta(a, b); p in 0–1 (both excluded), a and b above 0.
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    1.0 / (1.0 + (-ln_odds(p, a, b)).exp())
}

/// The chance that of `n` independent tries, each won with probability `p` (0–1, both excluded), at most `k` are won.
pub(crate) fn binomial_at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n {
        1.0
    } else {
        incomplete_beta((n - k) as f64, k as f64 + 1.0, 1.0 - p, p)
    }
}

/// The logarithm of n choose k, k at most n.
pub(crate) fn ln_choose(n: u64, k: u64) -> f64 {
    let ln_factorial = |n: u64| gamma::ln_gamma(n as f64 + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// The chance that Kolmogorov's limiting statistic √n·D exceeds `lambda` (A. Kolmogorov, Giornale dell'Istituto Italiano
/// degli Attuari 4 (1933) 83–91).
pub(crate) fn kolmogorov_exceeded(lambda: f64) -> f64 {
    if lambda <= 0.0 {
        return 1.0;
    }
    // Two forms of one theta function; each needs a handful of terms on its side.
    let chance = if lambda < 1.18 {
        let terms = (1..=5).map(|k| (-(f64::from(2 * k - 1) * PI / lambda).powi(2) / 8.0).exp());
        1.0 - (2.0 * PI).sqrt() / lambda * terms.sum::<f64>()
    } else {
        let terms = (1..=5)
            .map(|k| f64::from(2 * (k % 2) - 1) * (-2.0 * (f64::from(k) * lambda).powi(2)).exp());
        2.0 * terms.sum::<f64>()
    };
    chance.clamp(0.0, 1.0)
}

/// ln(x / (1 − x)) of the p-quantile x of Beta(a, b).
fn ln_odds(p: f64, a: f64, b: f64) -> f64 {
    if p > 0.5 {
        return -ln_odds(1.0 - p, b, a);
    }
    // Newton on ln I, which is concave in the log-odds, so that no step but the first can go too far; halving where it does.
    let (mut low, mut high) = (-700.0, 700.0);
    let mut at = (a / b).ln().clamp(low, high);
    for _ in 0..200 {
        let (x, y) = (1.0 / (1.0 + (-at).exp()), 1.0 / (1.0 + at.exp()));
        let below = incomplete_beta(a, b, x, y);
        let missed = (below / p).ln();
        if missed > 0.0 {
            high = at;
        } else {
            low = at;
        }
        let next = at - missed * below / factor(a, b, x, y);
        let next = if next > low && next < high {
            next
        } else {
            f64::midpoint(low, high)
        };
        if (next - at).abs() <= 1e-14 * at.abs().max(1.0) {
            return next;
        }
        at = next;
    }
    at
}

/// I_x(a, b), the chance that Beta(a, b) lies at or below x; y = 1 − x. By the continued fraction of A. R. DiDonato and A. H.
/// Morris (ACM Transactions on Mathematical Software 18 (1992) 360–373), in Lentz's way: below the mean nothing in it cancels,
/// and two thousand terms do for a hundred million values.
fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let room = a * y - b * x;
    if room < 0.0 {
        return 1.0 - incomplete_beta(b, a, y, x);
    }
    let base = |n: f64| a + 2.0 * n - 1.0;
    let numerator =
        |n: f64| (a + n - 1.0) / base(n) * ((a + b + n - 1.0) / base(n)) * n * (b - n) * x * x;
    let slope = |n: f64| (a + n) / (base(n) + 2.0) * (room + 1.0 + n * (1.0 + y));
    let term = |n: f64| n + n * (b - n) * x / base(n) + slope(n);
    let (mut c, mut d) = (slope(0.0), 0.0);
    let mut fraction = c;
    for n in (1..10_000).map(f64::from) {
        d = 1.0 / (term(n) + numerator(n) * d);
        c = term(n) + numerator(n) / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() <= 1e-15 {
            break;
        }
    }
    factor(a, b, x, y) / fraction
}

/// xᵃ yᵇ / B(a, b) with y = 1 − x, also where both powers and B are far beyond what a float holds.
fn factor(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let excess = b * x - a * y;
    // ln of a share over its expectation; near 1, where all digits would go, from the difference.
    let ln_ratio = |ratio: f64, less_one: f64| {
        if less_one.abs() < 0.5 {
            less_one.ln_1p()
        } else {
            ratio.ln()
        }
    };
    let powers = a * ln_ratio(x * n / a, excess / a) + b * ln_ratio(y * n / b, -excess / b);
    (powers + stirling_rest(n) - stirling_rest(a) - stirling_rest(b)).exp()
        * (a / n * b / (2.0 * PI)).sqrt()
}

/// ln Γ(z) − ((z − ½)·ln z − z + ½·ln 2π), by its series (DLMF 5.11.1) where that is exact to the last digit.
fn stirling_rest(z: f64) -> f64 {
    if z < 16.0 {
        return gamma::ln_gamma(z) - ((z - 0.5) * z.ln() - z + 0.5 * (2.0 * PI).ln());
    }
    let w = 1.0 / (z * z);
    (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1_260.0 - w * (1.0 / 1_680.0 - w / 1_188.0)))) / z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: f64, expected: f64) {
        assert!(
            (found / expected - 1.0).abs() < 1e-12,
            "{found} instead of {expected}"
        );
    }

    #[test]
    fn textbook_quantiles_have_all_their_digits() {
        // scipy 1.17.1: norm.isf, t.isf, beta.ppf, binom.cdf, kstwobign.sf
        check(normal_critical(0.025), 1.959963984540054);
        check(t_critical(0.025, 15.0), 2.131449545559776);
        check(t_critical(1e-6, 1.0), 318309.8861827435);
        check(binomial_at_most(7, 20, 0.3), 0.7722717974181608);
        check(kolmogorov_exceeded(1.0), 0.26999967167735456);
        check(kolmogorov_exceeded(1.5), 0.022217962616525123);
    }

    #[test]
    fn a_hundred_million_values_cost_no_digits() {
        assert!((beta_quantile(0.5, 5e7, 5e7) - 0.5).abs() < 1e-15);
        check(t_critical(0.025, 1e8), 1.9599640082627667);
        check(
            binomial_at_most(49_999_999, 100_000_000, 0.5),
            0.4999601057720594,
        );
    }

    #[test]
    fn a_confidence_that_is_none_gives_the_widest_interval() {
        assert_eq!([tail(f64::NAN), tail(1.0), tail(2.0)], [LEAST_TAIL; 3]);
        assert_eq!(tail(-1.0), 0.49);
        assert!(t_critical(tail(f64::NAN), 1.0).is_finite());
    }
}
