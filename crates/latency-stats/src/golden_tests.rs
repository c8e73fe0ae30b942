//! The whole mathematics against scipy: `tests/data/stats-golden.csv`, made by `scripts/golden`.

use statrs::function::erf::erfc;

use crate::distribution::{
    beta_quantile, binomial_at_most, kolmogorov_exceeded, normal_critical, t_critical,
};
use crate::values::median_absolute_deviation;
use crate::{
    Counted, HistoryGate, Paired, beats, exponential_anderson_darling, hodges_lehmann, lag_one,
    mann_kendall, median, order_statistics, paired_mean, paired_mean_within, percentile, rank,
    signed_rank, split_rank, t_interval, uniform_kolmogorov_smirnov,
};

const CASES: &str = include_str!("../tests/data/stats-golden.csv");

/// What the arguments of a case are.
struct Arguments<'a>(Vec<&'a str>);

impl Arguments<'_> {
    fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, at: usize) -> T {
        self.0[at].parse().expect("a number")
    }

    fn list(&self, at: usize) -> Vec<f64> {
        numbers(self.0[at])
    }

    fn lists(&self, at: usize) -> Vec<Vec<f64>> {
        self.0[at].split('|').map(numbers).collect()
    }

    fn gapped(&self, at: usize) -> Vec<Vec<Option<f64>>> {
        self.0[at]
            .split('|')
            .map(|row| row.split(' ').map(|value| value.parse().ok()).collect())
            .collect()
    }

    fn counted(&self, at: usize) -> Counted {
        count(&self.list(at))
    }
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(' ')
        .map(|number| number.parse().expect("a number"))
        .collect()
}

fn count(values: &[f64]) -> Counted {
    Counted::from_counts(values.iter().map(|&value| (value as u64, 1)))
}

/// A two-sided p-value with the sign of its z.
fn signed_p(z: f64) -> f64 {
    z.signum() * erfc(z.abs() / std::f64::consts::SQRT_2)
}

fn paired(found: Option<Paired>) -> Option<Vec<f64>> {
    found.map(|of| {
        vec![
            of.mean,
            of.standard_error,
            of.degrees_of_freedom,
            of.lag_one,
        ]
    })
}

fn ranks(rows: &[Vec<Option<f64>>]) -> Vec<f64> {
    let pair = |ranks: Option<(usize, usize)>| {
        ranks.map_or([0.0; 2], |(low, high)| [low as f64, high as f64])
    };
    rank(rows, 0.05).ranks.into_iter().flat_map(pair).collect()
}

fn deviations(history: &[Vec<Option<f64>>], now: &[Option<f64>]) -> Option<Vec<f64>> {
    let found = HistoryGate::default().compare(history, now);
    let series: Vec<_> = found.series.into_iter().collect::<Option<_>>()?;
    let (z, limits) = (
        series.iter().map(|of| of.z),
        series.iter().map(|of| of.limit),
    );
    Some(z.chain(limits).chain([found.common?.z]).collect())
}

fn found(function: &str, of: &Arguments) -> Option<Vec<f64>> {
    let one = |found: f64| Some(vec![found]);
    match function {
        "t" => one(t_critical(of.number(0), of.number(1))),
        "normal" => one(normal_critical(of.number(0))),
        "beta" => one(beta_quantile(of.number(0), of.number(1), of.number(2))),
        "binomial" => one(binomial_at_most(of.number(0), of.number(1), of.number(2))),
        "ranks" => order_statistics(of.number(0), of.number(1), of.number(2))
            .map(|(l, h)| vec![l as f64, h as f64]),
        "kolmogorov" => one(kolmogorov_exceeded(of.number(0))),
        "anderson_darling" => exponential_anderson_darling(&of.counted(0)).and_then(one),
        "kolmogorov_smirnov" => {
            let bins: Vec<u64> = of.list(0).into_iter().map(|count| count as u64).collect();
            uniform_kolmogorov_smirnov(&bins).and_then(one)
        }
        "mann_kendall" => mann_kendall(&of.list(0)).map(signed_p).and_then(one),
        "split_rank" => split_rank(&of.list(0)).map(signed_p).and_then(one),
        "wilcoxon" => signed_rank(&of.list(0)).and_then(one),
        "lag_one" => one(lag_one(&of.list(0))),
        "paired_mean" => paired(paired_mean(&of.list(0))),
        "paired_mean_within" => paired(paired_mean_within(&of.lists(0))),
        "hodges_lehmann" => hodges_lehmann(&of.list(0)).and_then(one),
        "theta" => beats(&of.counted(0), &of.counted(1)).and_then(one),
        "t_interval" => t_interval(&of.list(0), of.number(1))
            .and_then(|found| found.interval)
            .map(|i| vec![i.low, i.high]),
        "spread" => median(&of.list(0))
            .zip(median_absolute_deviation(&of.list(0)))
            .map(|(m, d)| vec![m, d]),
        "percentile" => {
            let blocks: Vec<Counted> = of.lists(0).iter().map(|block| count(block)).collect();
            let found = percentile(&blocks, of.number(1), of.number(2)).ok()?;
            Some(vec![
                found.value,
                found.interval.low,
                found.interval.high,
                found.effective,
            ])
        }
        "rank" => Some(ranks(&of.gapped(0))),
        "history" => deviations(&of.gapped(0), &of.gapped(1)[0]),
        unknown => panic!("no function {unknown}"),
    }
}

#[test]
fn two_thousand_random_cases_come_out_as_in_scipy() {
    let near = |found: f64, expected: f64| {
        found == expected || (found - expected).abs() <= 1e-9 * expected.abs().max(1e-6)
    };
    let mut wrong = Vec::new();
    for case in CASES.lines() {
        let mut fields: Vec<&str> = case.split(',').collect();
        let expected = fields.pop().filter(|text| *text != "-").map(numbers);
        let function = fields.remove(0);
        let found = found(function, &Arguments(fields));
        let same = match (&found, &expected) {
            (Some(found), Some(expected)) => {
                found.len() == expected.len()
                    && found.iter().zip(expected).all(|(f, e)| near(*f, *e))
            }
            (found, expected) => found == expected,
        };
        if !same {
            wrong.push(format!("{case}\n   found {found:?}"));
        }
    }
    assert_eq!(CASES.lines().count(), 2_000);
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
