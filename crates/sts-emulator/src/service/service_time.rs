//! How long the simulated service works on a request: log-normal draws, one seeded stream per endpoint.

use std::time::Duration;

use rand::SeedableRng;
use rand_distr::{Distribution, LogNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

/// A log-normal distribution of processing times.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceTime {
    /// Half of the requests take less. Unit: milliseconds, 0–60,000; 0 answers at once.
    pub median_ms: f64,
    /// Standard deviation of the logarithm of the time: 0 is constant, 0.25 puts the 99th percentile at 1.8 times the
    /// median. Range: 0–3.
    pub sigma: f64,
}

impl ServiceTime {
    /// The median as a duration.
    pub fn median(self) -> Duration {
        Duration::from_secs_f64(self.median_ms / 1e3)
    }

    /// What is wrong with the numbers, if anything.
    pub(crate) fn complaint(self) -> Option<&'static str> {
        if !(0.0..=60_000.0).contains(&self.median_ms) {
            Some("median_ms must be 0 to 60000")
        } else if !(0.0..=3.0).contains(&self.sigma) {
            Some("sigma must be 0 to 3")
        } else {
            None
        }
    }

    /// One draw.
    pub(crate) fn draw(self, stream: &mut Xoshiro256PlusPlus) -> Duration {
        if self.median_ms == 0.0 {
            return Duration::ZERO;
        }
        // The logarithm's mean is the logarithm of the median.
        let distribution =
            LogNormal::new(self.median_ms.ln(), self.sigma).expect("a checked sigma is finite");
        Duration::from_secs_f64(distribution.sample(stream).min(LONGEST_MS) / 1e3)
    }
}

/// The stream of `endpoint` under `seed`: independent of which other endpoints the emulator has.
pub(crate) fn stream(seed: u64, endpoint: &str) -> Xoshiro256PlusPlus {
    // FNV-1a, 64 bits: any hash would do that stays the same over builds, which the standard library's need not.
    let hash = endpoint
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
    Xoshiro256PlusPlus::seed_from_u64(seed ^ hash)
}

/// The tail is cut here so that one draw cannot hang a test for hours.
pub(crate) const LONGEST_MS: f64 = 600_000.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_median_and_the_spread_they_promise() {
        let time = ServiceTime {
            median_ms: 8.0,
            sigma: 0.25,
        };
        let mut stream = stream(7, "eu-central-1");
        let mut draws: Vec<f64> = (0..20_001)
            .map(|_| time.draw(&mut stream).as_secs_f64() * 1e3)
            .collect();
        draws.sort_by(f64::total_cmp);
        let (median, p99) = (draws[10_000], draws[19_800]);
        assert!((median / 8.0 - 1.0).abs() < 0.02, "median {median} ms");
        // exp(0.25 × 2.326), the normal distribution's 99th percentile.
        assert!(
            (p99 / (8.0 * 1.789) - 1.0).abs() < 0.05,
            "99th percentile {p99} ms"
        );
    }

    #[test]
    fn a_seed_fixes_the_draws_and_endpoints_differ() {
        let time = ServiceTime {
            median_ms: 8.0,
            sigma: 0.25,
        };
        let draws = |seed, name| {
            let mut stream = stream(seed, name);
            [(); 5].map(|()| time.draw(&mut stream))
        };
        assert_eq!(draws(1, "global"), draws(1, "global"));
        assert_ne!(draws(1, "global"), draws(2, "global"));
        assert_ne!(draws(1, "global"), draws(1, "eu-west-1"));
    }

    #[test]
    fn impossible_distributions_are_complained_about() {
        for (median_ms, sigma) in [
            (-1.0, 0.1),
            (f64::NAN, 0.1),
            (1.0, -0.1),
            (1.0, f64::INFINITY),
            (60_001.0, 0.0),
        ] {
            assert!(
                ServiceTime { median_ms, sigma }.complaint().is_some(),
                "{median_ms} {sigma}"
            );
        }
        let constant = ServiceTime {
            median_ms: 5.0,
            sigma: 0.0,
        };
        assert_eq!(constant.complaint(), None);
        assert_eq!(constant.draw(&mut stream(1, "x")), Duration::from_millis(5));
    }
}
