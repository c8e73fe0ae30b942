//! One simulated number with its own error, and what it was promised to be.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One simulated number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cell {
    /// Which experiment: `T1` to `T12`, or `P` for what peers' rules do with the same numbers.
    pub experiment: Cow<'static, str>,
    /// What was asked, the same in every proof.
    pub id: String,
    /// The law of latency or the situation.
    pub law: String,
    /// Calls of each target, or runs of a history; 0 where it does not matter.
    pub n: u64,
    /// The percentile as a share; absent where it does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// How often it was tried.
    pub replications: u64,
    /// How often it happened.
    pub happened: u64,
    /// Seed of the replications.
    pub seed: u64,
    /// happened / replications, 0–1; absent where nothing was tried.
    pub value: Option<f64>,
    /// From where the true share lies, by Clopper and Pearson at 95 %.
    pub low: f64,
    /// To where.
    pub high: f64,
    /// Half of the median interval's width over the truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
    /// In which share of the tries no number was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<f64>,
    /// In which share the interval was open at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unbounded: Option<f64>,
    /// What it must be.
    pub promise: Promise,
    /// Whether it is; absent where nothing was promised, or so few replications decide nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<bool>,
}

/// What a share must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promise {
    /// Within.
    Within {
        /// From.
        low: f64,
        /// To.
        high: f64,
    },
    /// No less than.
    AtLeast(f64),
    /// No less than: kept where the share is none less, broken where even its interval's upper end lies below, and not decided
    /// between the two.
    NotBelow(f64),
    /// No more than: kept where the share is none more, broken where even its interval's lower end lies above, and not decided
    /// between the two.
    NotAbove(f64),
    /// Less than, proven: had it been so much, so few would have been seen in less than one proof in twenty.
    Proven(f64),
    /// Nothing: measured for the record.
    Nothing,
    /// Nothing, because no arithmetic can: a known limit.
    KnownLimit,
}

/// What was tried: the fixed part of a cell.
#[derive(Debug, Clone)]
pub struct Tried {
    pub experiment: &'static str,
    pub id: String,
    pub law: String,
    pub n: u64,
    pub p: Option<f64>,
    pub seed: u64,
}

impl Cell {
    /// `happened` of `replications`.
    pub fn new(tried: Tried, happened: u64, replications: u64, promise: Promise) -> Self {
        let Tried {
            experiment,
            id,
            law,
            n,
            p,
            seed,
        } = tried;
        let value = (replications > 0).then(|| happened as f64 / replications as f64);
        let (low, high) = clopper_pearson(happened, replications, 0.025);
        let pass = promise.is_kept(happened, replications);
        let (half_width, refused, unbounded) = (None, None, None);
        Self {
            experiment: experiment.into(),
            id,
            law,
            n,
            p,
            replications,
            happened,
            seed,
            value,
            low,
            high,
            half_width,
            refused,
            unbounded,
            promise,
            pass,
        }
    }
}

impl Cell {
    /// Takes back what was promised of it.
    pub fn promise_nothing(&mut self) {
        (self.promise, self.pass) = (Promise::Nothing, None);
    }
}

impl Promise {
    /// Whether `happened` of `tries` keeps it; `None` where there is nothing to keep or so few tries decide nothing.
    fn is_kept(self, happened: u64, tries: u64) -> Option<bool> {
        let value = happened as f64 / tries as f64;
        match self {
            _ if tries == 0 => None,
            Self::Within { low, high } => Some((low..=high).contains(&value)),
            Self::AtLeast(low) => Some(value >= low),
            Self::NotBelow(low) if value >= low => Some(true),
            Self::NotAbove(high) if value <= high => Some(true),
            // A share beyond the limit that chance explains refutes the promise as little as it bears it out.
            Self::NotBelow(low) => {
                (clopper_pearson(happened, tries, 0.025).1 < low).then_some(false)
            }
            Self::NotAbove(high) => {
                (clopper_pearson(happened, tries, 0.025).0 > high).then_some(false)
            }
            Self::Proven(high) if binomial_at_most(happened, tries, high) <= 0.05 => Some(true),
            // So few tries neither prove it nor show the contrary.
            Self::Proven(high) if clopper_pearson(happened, tries, 0.025).0 <= high => None,
            Self::Proven(_) => Some(false),
            Self::Nothing | Self::KnownLimit => None,
        }
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: &f64| {
            format!("{:.3}", share * 100.0)
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
        };
        match self {
            Self::Within { low, high } => write!(f, "{} to {} %", percent(low), percent(high)),
            Self::AtLeast(low) | Self::NotBelow(low) => {
                write!(f, "at least {} %", percent(low))
            }
            Self::NotAbove(high) => write!(f, "at most {} %", percent(high)),
            Self::Proven(high) => write!(f, "proven to be below {} %", percent(high)),
            Self::Nothing => f.write_str("–"),
            Self::KnownLimit => f.write_str("known limit"),
        }
    }
}

/// The chance that at most `k` of `n` independent tries succeed, each with probability `p`: summed up, and not by the module
/// that is on trial.
pub fn binomial_at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n || p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    let (odds, mut ln_term) = ((p / (1.0 - p)).ln(), n as f64 * (-p).ln_1p());
    let mut sum = ln_term.exp();
    for i in 0..k {
        ln_term += ((n - i) as f64 / (i + 1) as f64).ln() + odds;
        sum += ln_term.exp();
    }
    sum.min(1.0)
}

/// From where to where the share lies behind `happened` of `tries` (C. J. Clopper and E. S. Pearson, Biometrika 26 (1934)
/// 404–413), leaving out `tail` on either side.
pub fn clopper_pearson(happened: u64, tries: u64, tail: f64) -> (f64, f64) {
    // The largest share with which so few are not too unlikely.
    let most = |happened: u64| {
        let (mut holds, mut fails) = (0.0, 1.0);
        for _ in 0..50 {
            let middle = f64::midpoint(holds, fails);
            if binomial_at_most(happened, tries, middle) > tail {
                holds = middle;
            } else {
                fails = middle;
            }
        }
        fails
    };
    if tries == 0 {
        return (0.0, 1.0);
    }
    let low = if happened == 0 {
        0.0
    } else {
        1.0 - most(tries - happened)
    };
    let high = if happened == tries {
        1.0
    } else {
        most(happened)
    };
    (low, high)
}
