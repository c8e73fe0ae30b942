//! Two series by who is smaller how often, where there are too few blocks to say how much they vary.

use crate::distribution::{binomial_at_most, tail};
use crate::interval::Interval;
use crate::values::Counted;

/// The sign test over rounds of which only blocks are known.
///
/// In a round each series has one value; a block tells all values of its rounds, not which belong together. The fewest rounds
/// in which the second value is the smaller one follow from the worst of all matchings, so the test never claims more than
/// the rounds themselves would. If either is as likely the smaller one, the number of such rounds follows a binomial law with
/// one half; an interval holds the shifts that this test does not reject (W. J. Conover, Practical Nonparametric Statistics,
/// 3rd edition, §3.4). It is that of the median round, and exact for independent rounds of any distribution. Rounds that
/// resemble their neighbours count for too much in short blocks; the longer a block, the more its worst matching makes up for it.
#[derive(Debug, Clone, PartialEq)]
pub struct SignTest {
    /// Both series' values in each block.
    blocks: Vec<(Counted, Counted)>,
    rounds: u64,
}

impl SignTest {
    /// Of the blocks' values. Where a series has fewer than the other, each one that it lacks counts against every claim.
    pub fn new(blocks: Vec<(Counted, Counted)>) -> Self {
        let rounds = blocks.iter().map(rounds).fold(0, u64::saturating_add);
        Self { blocks, rounds }
    }

    /// How many rounds there are.
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// The interval of the logarithm of the first value over the second; `None` for too few rounds, of which 95 % take 6, and
    /// where so many values are lacking that nothing bounds it.
    pub fn log_ratio(&self, confidence: f64) -> Option<Interval> {
        self.interval(|value, shift| value * shift.exp(), 80.0, confidence)
    }

    /// The interval of the first value minus the second; `None` as for the ratio.
    pub fn difference(&self, confidence: f64) -> Option<Interval> {
        let largest = |(a, b): &(Counted, Counted)| {
            let last = |of: &Counted| of.numbers().quantile(1.0);
            f64::max(last(a).unwrap_or(0.0), last(b).unwrap_or(0.0))
        };
        let reach = self.blocks.iter().map(largest).fold(1.0, f64::max);
        self.interval(|value, shift| value + shift, reach, confidence)
    }

    /// Of the shifts within ± `reach` that the test does not reject. `shifted` is what a second value becomes.
    fn interval(
        &self,
        shifted: impl Fn(f64, f64) -> f64,
        reach: f64,
        confidence: f64,
    ) -> Option<Interval> {
        let needed = self.needed(tail(confidence))?;
        let second_is_smaller = |shift: f64| {
            self.at_least(|(first, second)| sure_wins(second, first, |value| shifted(value, shift)))
                >= needed
        };
        let first_is_smaller = |shift: f64| {
            self.at_least(|(first, second)| {
                sure_wins(first, second, |value| shifted(value, -shift))
            }) >= needed
        };
        Some(Interval {
            low: farthest(second_is_smaller, -reach, reach)?,
            high: farthest(first_is_smaller, reach, -reach)?,
            confidence,
        })
    }

    fn at_least(&self, wins: impl Fn(&(Counted, Counted)) -> u64) -> u64 {
        self.blocks.iter().map(wins).fold(0, u64::saturating_add)
    }

    /// The fewest wins that chance reaches with a probability of at most `outside`; `None` where no number is so rare.
    fn needed(&self, outside: f64) -> Option<u64> {
        let is_rare = |lost: u64| binomial_at_most(lost, self.rounds, 0.5) <= outside;
        if self.rounds == 0 || !is_rare(0) {
            return None;
        }
        let (mut rare, mut common) = (0, self.rounds);
        while common - rare > 1 {
            let middle = u64::midpoint(rare, common);
            if is_rare(middle) {
                rare = middle;
            } else {
                common = middle;
            }
        }
        Some(self.rounds - rare)
    }
}

fn rounds((first, second): &(Counted, Counted)) -> u64 {
    first.total().max(second.total())
}

/// In how many rounds of a block the shifted value of `winner` is smaller than the other's at least, whichever belong
/// together: all but the most that can be matched with one that is no larger. Those are found from the smallest value of
/// `winner` on, each taking the smallest of the other side that is left.
fn sure_wins(winner: &Counted, other: &Counted, shifted: impl Fn(f64) -> f64) -> u64 {
    // What the other side lacks may have been smaller than anything.
    let lacking = winner.total().saturating_sub(other.total());
    let step = |matched: u64, (value, count): (u64, u64)| {
        let no_larger = other.at_most(shifted(value as f64)) + lacking;
        matched + count.min(no_larger.saturating_sub(matched))
    };
    winner.total() - winner.cells().fold(0, step)
}

/// The last shift, from `from` towards `to`, at which `holds`, which holds up to there only; `None` where that is beyond
/// either.
fn farthest(holds: impl Fn(f64) -> bool, from: f64, to: f64) -> Option<f64> {
    let (mut inside, mut outside) = (from, to);
    if !holds(inside) || holds(outside) {
        return None;
    }
    // Zero is looked at first, so that whether there is a difference never depends on rounding.
    let mut middle = 0.0;
    for _ in 0..200 {
        if holds(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
        let next = f64::midpoint(inside, outside);
        if next == inside || next == outside {
            break;
        }
        middle = next;
    }
    Some(f64::midpoint(inside, outside))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Counted {
        Counted::from_counts(values.iter().map(|&value| (value, 1)))
    }

    /// Blocks of one round each.
    fn pairs(pairs: &[(u64, u64)]) -> SignTest {
        SignTest::new(pairs.iter().map(|&(a, b)| (of(&[a]), of(&[b]))).collect())
    }

    #[test]
    fn five_rounds_show_nothing_and_six_that_agree_a_difference() {
        let agreeing =
            |rounds: u64| pairs(&(0..rounds).map(|i| (200 + i, 100)).collect::<Vec<_>>());
        assert_eq!(agreeing(5).log_ratio(0.95), None, "2⁻⁵ exceeds 2.5 %");
        let six = agreeing(6);
        let (ratio, difference) = (six.log_ratio(0.95), six.difference(0.95));
        let (ratio, difference) = (ratio.expect("six"), difference.expect("six"));
        assert!((ratio.low.exp() - 2.0).abs() < 1e-9 && (ratio.high.exp() - 2.05).abs() < 1e-9);
        assert!((difference.low - 100.0).abs() < 1e-6 && (difference.high - 105.0).abs() < 1e-6);
        assert_eq!(six.log_ratio(0.99), None);
        assert_eq!(
            (SignTest::new(Vec::new()).difference(0.95), six.rounds()),
            (None, 6)
        );
    }

    #[test]
    fn the_interval_of_single_rounds_ends_at_the_order_statistics() {
        let fifteen = pairs(&(1..=15).map(|i| (1_000 + i * i, 1_000)).collect::<Vec<_>>());
        // Binomial(15, ½): at most 3 has a chance of 1.76 %, at most 4 of 5.9 %; so the 4th and the 12th difference.
        let found = fifteen.difference(0.95).expect("enough");
        assert!(
            (found.low - 16.0).abs() < 1e-6 && (found.high - 144.0).abs() < 1e-6,
            "{found:?}"
        );
    }

    #[test]
    fn blocks_whose_ranges_do_not_meet_are_as_good_as_rounds() {
        let (far, near) = (of(&[40, 50, 60, 70]), of(&[2, 3, 4, 5]));
        let test = SignTest::new(vec![
            (far.clone(), near.clone()),
            (far.clone(), near.clone()),
        ]);
        let found = test.log_ratio(0.95).expect("eight rounds");
        assert!(found.low > 2.0, "{found:?}");
        let lacking = SignTest::new(vec![(far, of(&[2, 3])), (of(&[50, 60]), near)]);
        assert_eq!((lacking.rounds(), lacking.log_ratio(0.95)), (8, None));
    }

    proptest! {
        #[test]
        fn no_order_of_the_rounds_has_fewer_wins(
            rounds in prop::collection::vec((0_u64..12, 0_u64..12), 1..7), lost in 0_usize..3, from_first: bool,
        ) {
            let (mut a, mut b): (Vec<u64>, Vec<u64>) = rounds.iter().copied().unzip();
            let side = if from_first { &mut a } else { &mut b };
            side.truncate(side.len() - lost.min(side.len() - 1));
            let most = a.len().max(b.len());
            // What is lacking never wins.
            let wins = |order: &[usize]| order.iter().enumerate().filter(|&(i, &at)| {
                a.get(i).zip(b.get(at)).is_some_and(|(a, b)| b < a)
            }).count() as u64;
            let least = orders(most).iter().map(|order| wins(order)).min().expect("an order");
            prop_assert_eq!(sure_wins(&of(&b), &of(&a), |value| value), least);
        }
    }

    /// Every order of so many things.
    fn orders(number: usize) -> Vec<Vec<usize>> {
        if number == 0 {
            return vec![Vec::new()];
        }
        let with_last = |order: Vec<usize>| {
            (0..number).map(move |at| {
                let mut order = order.clone();
                order.insert(at, number - 1);
                order
            })
        };
        orders(number - 1).into_iter().flat_map(with_last).collect()
    }
}
