//! How late this host lets a thread wake up.

use std::io;
use std::time::Duration;

use crate::load::{Epoch, PreciseSleeper};
use crate::parallel::runtime;

use super::findings::{Sleeps, nanoseconds};

/// Sleeps [`SLEEPS`] times by the timer alone and as often as sends are timed, in turns, so that both meet the same host.
///
/// # Errors
/// No runtime.
pub(super) fn sleeps(spin: Duration) -> io::Result<Sleeps> {
    runtime("sleep overshoot")?.block_on(async {
        let sleeper = PreciseSleeper::new(spin);
        let mut found = Sleeps {
            spin,
            ..Sleeps::default()
        };
        for i in 0..SLEEPS {
            let length = SHORTEST + Duration::from_micros(u64::from(i * 617 % 2000));
            let instant = Epoch::now() + length;
            sleeper.near(instant).await;
            found
                .timer_ns
                .push(nanoseconds(Epoch::now().saturating_duration_since(instant)));
            let instant = Epoch::now() + length;
            sleeper.until(instant).await;
            found
                .hybrid_ns
                .push(nanoseconds(Epoch::now().saturating_duration_since(instant)));
        }
        found.spun_ns = nanoseconds(sleeper.spun()) / f64::from(SLEEPS);
        Ok(found)
    })
}

/// Enough for a p99 with a 95 % interval around it, in two seconds.
const SLEEPS: u32 = 500;
/// The gaps of a thousand sends a second; the lengths go up to three times that and repeat nothing.
const SHORTEST: Duration = Duration::from_millis(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sleep_of_both_kinds_is_counted() {
        let found = sleeps(Duration::from_micros(200)).expect("a runtime starts");
        assert_eq!(
            (found.timer_ns.len(), found.hybrid_ns.len()),
            (SLEEPS as usize, SLEEPS as usize)
        );
        assert!(
            found.spun_ns > 0.0 && found.spun_ns <= 200e3 + 1e6,
            "{} ns",
            found.spun_ns
        );
    }
}
