//! Fair order: every target once before any comes again, in fresh random order each time.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::plan::TargetId;

/// Endless passes over the targets, each pass a fresh shuffle from the plan's seed.
///
/// xoshiro256++ because its output is fixed forever: the same seed gives the same order in every release.
#[derive(Debug, Clone)]
pub(super) struct Order {
    random: Xoshiro256PlusPlus,
    pass: Vec<TargetId>,
    next: usize,
}

impl Order {
    pub(super) fn new(targets: usize, seed: u64) -> Self {
        let pass = (0..targets)
            .map(|i| TargetId(u16::try_from(i).expect("a plan has at most 1,000 targets")))
            .collect();
        Self {
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            pass,
            next: targets,
        }
    }

    /// A whole pass in fresh order.
    pub(super) fn shuffled(&mut self) -> &[TargetId] {
        self.pass.shuffle(&mut self.random);
        self.next = self.pass.len();
        &self.pass
    }

    /// The next target of the current pass.
    pub(super) fn next(&mut self) -> TargetId {
        if self.next == self.pass.len() {
            self.pass.shuffle(&mut self.random);
            self.next = 0;
        }
        self.next += 1;
        self.pass[self.next - 1]
    }

    /// The generator that also spreads arrivals, so that one seed fixes the whole schedule.
    pub(super) fn random(&mut self) -> &mut Xoshiro256PlusPlus {
        &mut self.random
    }
}
