//! Where ids, keys and secrets come from: the operating system, or the seed of an emulator that has to answer the same every time.
//!
//! A request is answered on one thread without waiting, so the source holds for a thread as long as a piece of work takes.
//! Delays and faults have seeded draws of their own, elsewhere.

use std::cell::RefCell;

use aws_lc_rs::rand::fill;
use rand::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::hex::hex;
use crate::service::service_time::stream;

thread_local! {
    /// What this thread draws from at the moment; the operating system when there is nothing.
    static DRAWS: RefCell<Option<Xoshiro256PlusPlus>> = const { RefCell::new(None) };
}

/// A source of sources: each piece of work gets draws of its own, so that the number of draws in one changes nothing in the
/// next.
#[derive(Debug)]
pub(crate) struct Entropy(Option<Xoshiro256PlusPlus>);

impl Entropy {
    /// The source called `purpose` under `seed`; the operating system without a seed.
    pub(crate) fn new(seed: Option<u64>, purpose: &str) -> Self {
        Self(seed.map(|seed| stream(seed, &format!("entropy of {purpose}"))))
    }

    /// The draws of the next piece of work.
    pub(crate) fn next(&mut self) -> Draws {
        let seed = self.0.as_mut().map(rand::Rng::next_u64);
        Draws(seed.map(Xoshiro256PlusPlus::seed_from_u64))
    }
}

/// What one piece of work draws from.
#[derive(Debug)]
pub(crate) struct Draws(Option<Xoshiro256PlusPlus>);

impl Draws {
    /// What `work` comes to when it draws from here.
    pub(crate) fn during<T>(self, work: impl FnOnce() -> T) -> T {
        /// Puts back what was there before, whatever becomes of the work.
        struct Restore(Option<Xoshiro256PlusPlus>);
        impl Drop for Restore {
            fn drop(&mut self) {
                DRAWS.set(self.0.take());
            }
        }
        let _restore = Restore(DRAWS.replace(self.0));
        work()
    }
}

/// Whether this thread draws from a seed at the moment.
pub(crate) fn is_seeded() -> bool {
    DRAWS.with_borrow(Option::is_some)
}

/// `N` bytes: unpredictable ones, or the next of the seed.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let seeded = DRAWS.with_borrow_mut(|draws| {
        draws.as_mut().map(|draws| {
            let mut bytes = [0; N];
            draws.fill_bytes(&mut bytes);
            bytes
        })
    });
    seeded.unwrap_or_else(unpredictable)
}

/// `N` bytes of the operating system, whatever the seed.
pub(crate) fn unpredictable<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A UUID of version 4.
pub(crate) fn uuid() -> String {
    uuid_of(bytes())
}

/// The version 4 UUID of sixteen random bytes (RFC 9562, 5.4).
pub(crate) fn uuid_of(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let digits = hex(&bytes);
    let group = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [
        group(0..8),
        group(8..12),
        group(12..16),
        group(16..20),
        group(20..32),
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_have_the_form_of_version_4() {
        assert_eq!(uuid_of([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid_of([0xFF; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn a_seed_fixes_what_each_piece_of_work_draws() {
        let drawn = |seed, purpose| {
            let mut source = Entropy::new(seed, purpose);
            [(); 3].map(|()| source.next().during(uuid))
        };
        assert_eq!(drawn(Some(1), "a"), drawn(Some(1), "a"));
        for others in [
            drawn(Some(2), "a"),
            drawn(Some(1), "b"),
            drawn(None, "a"),
            drawn(None, "a"),
        ] {
            assert!(drawn(Some(1), "a").iter().all(|id| !others.contains(id)));
        }
        assert_ne!(drawn(None, "a"), drawn(None, "a"));
    }

    #[test]
    fn the_number_of_draws_in_one_piece_of_work_changes_nothing_in_the_next() {
        let second = |first: fn()| {
            let mut source = Entropy::new(Some(7), "a");
            source.next().during(first);
            source.next().during(uuid)
        };
        assert_eq!(second(|| ()), second(|| drop([uuid(), uuid()])));
    }

    #[test]
    fn the_source_ends_with_the_work_also_when_that_panics() {
        let mut source = Entropy::new(Some(7), "a");
        source.next().during(|| assert!(is_seeded()));
        assert!(!is_seeded());
        let panicked = std::panic::catch_unwind(|| {
            Entropy::new(Some(7), "a")
                .next()
                .during(|| panic!("on purpose"));
        });
        assert!(panicked.is_err() && !is_seeded());
    }
}
