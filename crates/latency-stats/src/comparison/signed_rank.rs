//! Wilcoxon's signed-rank test, exact: whether paired differences lie around zero.

/// The probability, 0–1, that differences which are as likely positive as negative lie as far on one side as these do
/// (two-sided); `None` when no difference is other than zero.
///
/// The differences are ranked by their size, equal ones sharing their mean rank, and the sum of the positive ones' ranks is
/// compared with all 2ⁿ ways of giving signs, zeros left out (F. Wilcoxon, Biometrics Bulletin 1 (1945) 80–83). The work
/// grows with n³: a few hundred differences take milliseconds.
pub fn signed_rank(differences: &[f64]) -> Option<f64> {
    let mut kept: Vec<f64> = differences
        .iter()
        .copied()
        .filter(|d| *d != 0.0 && d.is_finite())
        .collect();
    kept.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let ranks = doubled_ranks(&kept);
    let observed: usize = kept
        .iter()
        .zip(&ranks)
        .filter(|(d, _)| **d > 0.0)
        .map(|(_, rank)| rank)
        .sum();
    let all: usize = ranks.iter().sum();
    if all == 0 {
        return None;
    }
    let chances = distribution(&ranks, all);
    // The distribution is symmetric; the nearer tail is taken, so that no digits are lost to 1 − p.
    let nearer = observed.min(all - observed);
    Some((2.0 * chances[..=nearer].iter().sum::<f64>()).min(1.0))
}

/// Twice the rank of each value among values in rising order of size: whole numbers also where ranks are shared.
fn doubled_ranks(sorted: &[f64]) -> Vec<usize> {
    let mut ranks = Vec::with_capacity(sorted.len());
    for group in sorted.chunk_by(|a, b| a.abs() == b.abs()) {
        let first = ranks.len() + 1;
        let last = ranks.len() + group.len();
        ranks.resize(last, first + last);
    }
    ranks
}

/// The chance of each sum of a subset of `ranks`, whose own sum is `all`, when every rank is in it or not by a fair coin.
fn distribution(ranks: &[usize], all: usize) -> Vec<f64> {
    let mut chances = vec![0.0; all + 1];
    chances[0] = 1.0;
    let mut reached = 0;
    for &rank in ranks {
        reached += rank;
        for sum in (0..=reached).rev() {
            let with = sum.checked_sub(rank).map_or(0.0, |rest| chances[rest]);
            chances[sum] = (chances[sum] + with) / 2.0;
        }
    }
    chances
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(differences: &[f64], expected: f64) {
        let found = signed_rank(differences).expect("some differ");
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} instead of {expected}"
        );
    }

    /// Distinct sizes of both signs, around `shift`.
    fn scattered(number: u32, shift: f64) -> Vec<f64> {
        (1..=number)
            .map(|i| f64::from(i * 37 % 101) - shift)
            .collect()
    }

    #[test]
    fn distinct_differences_have_the_exact_probability_of_scipy() {
        // scipy 1.17.1, scipy.stats.wilcoxon(x, method="exact").pvalue
        check(&[1.5, -0.7, 2.2, 3.1, -1.1, 0.4, 2.9, 5.0], 0.078125);
        check(&(1..=10).map(f64::from).collect::<Vec<_>>(), 0.001953125);
        check(&scattered(60, 40.25), 0.009180933514229883);
        check(&scattered(100, 50.25), 0.9331662924844961);
        check(&scattered(100, 40.25), 0.0013066394337488685);
    }

    #[test]
    fn equal_sizes_share_their_rank_and_zeros_count_for_nothing() {
        // scipy 1.17.1, wilcoxon(x, method=PermutationMethod(n_resamples=1_000_000)): all 2ⁿ ways of giving signs.
        check(
            &[1.0, 1.0, -1.0, 2.0, 2.0, 2.0, -3.0, 3.0, 4.0, 5.0, 0.0, 0.0],
            0.07421875,
        );
        check(
            &[15.0, -7.0, 5.0, 20.0, 0.0, -9.0, 17.0, -12.0, 5.0, -10.0],
            0.6328125,
        );
    }

    #[test]
    fn nothing_that_differs_has_no_probability() {
        assert_eq!(
            [
                signed_rank(&[]),
                signed_rank(&[0.0, 0.0]),
                signed_rank(&[f64::NAN])
            ],
            [None; 3]
        );
        assert_eq!(signed_rank(&[3.0]), Some(1.0));
    }

    #[test]
    fn the_direction_does_not_matter_and_hundreds_of_values_do_not_overflow() {
        let up = scattered(400, 49.75);
        let down: Vec<f64> = up.iter().map(|d| -d).collect();
        assert_eq!(signed_rank(&up), signed_rank(&down));
        let all_up: Vec<f64> = (1..=400).map(f64::from).collect();
        assert!(signed_rank(&all_up).is_some_and(|p| p < 1e-100));
    }
}
