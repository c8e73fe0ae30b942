//! Random values of known laws for tests: the same with the same seed, on every machine.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::Counted;
use crate::distribution::normal_critical;

/// Random numbers of one seed.
pub(crate) struct Noise(Xoshiro256PlusPlus);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Even over 0–1, both excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Normal with mean 0 and standard deviation 1.
    pub(crate) fn normal(&mut self) -> f64 {
        let tail = self.uniform();
        if tail < 0.5 {
            normal_critical(tail)
        } else {
            -normal_critical(1.0 - tail)
        }
    }

    /// `number` blocks of `each` log-normal values around `median` with deviation `sigma`.
    pub(crate) fn blocks(
        &mut self,
        number: usize,
        each: usize,
        median: f64,
        sigma: f64,
    ) -> Vec<Counted> {
        let mut value = || (median * (sigma * self.normal()).exp()).round() as u64;
        (0..number)
            .map(|_| Counted::from_counts((0..each).map(|_| (value(), 1))))
            .collect()
    }
}
