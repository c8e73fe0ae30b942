//! Whether the order of windows that took turns lets a trend cancel.

/// Whether a trend over these positions, be it a line or a bow, moves both sides alike. `pairs` are the positions of the
/// baseline's window and of the candidate's with which it is compared.
///
/// A trend adds its own difference to each pair's. Their sum must be no larger than if chance had given each its sign: the
/// square of the sum is then on average the sum of the squares. As long as that holds, a trend of any size widens the interval
/// of the mean difference at least as much as it moves it. In the order A B A B … all of them have the same sign; in the order
/// A B B A … they cancel.
pub(super) fn balanced(pairs: &[[f64; 2]]) -> bool {
    let middle = pairs.iter().flatten().sum::<f64>() / (2.0 * pairs.len() as f64);
    let line = |[a, b]: [f64; 2]| b - a;
    let bow = |[a, b]: [f64; 2]| (b - middle).powi(2) - (a - middle).powi(2);
    let cancels = |trend: &dyn Fn([f64; 2]) -> f64| {
        let sum: f64 = pairs.iter().map(|&pair| trend(pair)).sum();
        let squares: f64 = pairs.iter().map(|&pair| trend(pair).powi(2)).sum();
        sum.powi(2) <= squares
    };
    cancels(&line) && cancels(&bow)
}

#[cfg(test)]
mod tests {
    use super::balanced;

    /// The pairs of an order such as `ABBA`, its windows at these times.
    fn pairs(order: &str, at: impl Fn(usize) -> f64) -> Vec<[f64; 2]> {
        let of = |side: char| -> Vec<f64> {
            let windows = order.chars().enumerate();
            windows
                .filter(|&(_, of)| of == side)
                .map(|(i, _)| at(i))
                .collect()
        };
        of('A')
            .into_iter()
            .zip(of('B'))
            .map(|(a, b)| [a, b])
            .collect()
    }

    fn evenly(order: &str) -> bool {
        balanced(&pairs(order, |i| i as f64))
    }

    #[test]
    fn a_b_b_a_is_balanced_however_many_windows_there_are() {
        for windows in 5..=64 {
            let order: String = "ABBA".chars().cycle().take(2 * windows).collect();
            assert!(evenly(&order), "{order}");
            let other: String = "BAAB".chars().cycle().take(2 * windows).collect();
            assert!(evenly(&other), "{other}");
        }
    }

    #[test]
    fn windows_that_start_a_little_late_are_still_balanced() {
        for windows in 5..=64 {
            let order: String = "ABBA".chars().cycle().take(2 * windows).collect();
            let late = |i: usize| i as f64 + 0.05 * ((i * 7) % 5) as f64;
            assert!(balanced(&pairs(&order, late)), "{order}");
        }
    }

    #[test]
    fn what_gives_one_side_the_later_or_the_middle_windows_is_not_balanced() {
        for order in [
            "ABABABABAB",
            "BABABABABABABABA",
            "AAAAABBBBB",
            "ABABABABBA",
            "AAAABBBBBBBBAAAA",
            "ABBBBBAAAAAB",
        ] {
            assert!(!evenly(order), "{order}");
        }
        for order in ["BABAABABBA", "ABBABABAAB", "ABBAABBAAB"] {
            assert!(evenly(order), "{order} came about by chance");
        }
    }

    #[test]
    fn pairs_that_are_days_apart_from_each_other_are_still_seen_in_the_same_order() {
        // Ten minutes within a pair and a day between pairs.
        let days = |i: usize| (i / 2) as f64 * 1440.0 + (i % 2) as f64 * 10.0;
        assert!(!balanced(&pairs("ABABABABAB", days)));
        assert!(balanced(&pairs("ABBAABBAAB", days)));
    }
}
