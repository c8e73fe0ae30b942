//! Random numbers of one seed, and replications that give the same results on any number of threads.

use rand_distr::{Distribution, StandardNormal, StudentT};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use stsbench::parallel::Workers;

/// Random numbers of one replication.
pub struct Noise(Xoshiro256PlusPlus);

impl Noise {
    /// The stream of one replication of one cell.
    pub fn new(seed: u64, replication: u64) -> Self {
        // Neighbouring replications must not begin alike: multiplied by 2⁶⁴ over the golden ratio, they lie far apart.
        Self(Xoshiro256PlusPlus::seed_from_u64(
            seed ^ replication.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        ))
    }

    /// Even over 0–1, 0 excluded.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens that does so in a share `p` of all cases.
    pub fn happens(&mut self, p: f64) -> bool {
        self.uniform() <= p
    }

    /// Normal with mean 0 and standard deviation 1.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// Exponential with that mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.uniform().ln()
    }

    /// Student's t with five degrees of freedom: now and then far out, as differences between runs are.
    pub fn student_5(&mut self) -> f64 {
        StudentT::new(5.0)
            .expect("five degrees are some")
            .sample(&mut self.0)
    }
}

/// `each` for every replication, in their order, on all processors.
pub fn replicate<T: Send>(
    replications: u64,
    seed: u64,
    each: impl Fn(&mut Noise) -> T + Sync,
) -> Vec<T> {
    replicate_by(Workers::available(), replications, seed, each)
}

/// The same by these workers, on whose number nothing depends.
pub fn replicate_by<T: Send>(
    workers: Workers,
    replications: u64,
    seed: u64,
    each: impl Fn(&mut Noise) -> T + Sync,
) -> Vec<T> {
    workers.map(&(0..replications).collect::<Vec<_>>(), |&number| {
        each(&mut Noise::new(seed, number))
    })
}
