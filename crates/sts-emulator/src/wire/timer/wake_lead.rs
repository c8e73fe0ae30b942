//! How much earlier than due a thread should ask to be woken, so that it can wait out the rest awake.
//!
//! A sleeping thread is woken late: some tens of microseconds on bare metal, up to half a millisecond on a virtual machine
//! whose processor was idle, which every packet would carry as a longer round trip. What is late is learnt from what was
//! late before, and waiting awake is limited to a share of the time, because it takes a processor from others.

use std::time::{Duration, Instant};

/// How much earlier one thread asks to be woken.
#[derive(Debug)]
pub(crate) struct WakeLead {
    lead: Duration,
    /// How long may still be waited awake.
    allowance: Duration,
    counted_until: Instant,
}

impl WakeLead {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            lead: FIRST_LEAD,
            allowance: MOST_SAVED,
            counted_until: now,
        }
    }

    /// How long before it is due to ask to be woken at `now`: nothing once the share is used up.
    pub(crate) fn lead(&mut self, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.counted_until);
        self.counted_until = now;
        self.allowance = (self.allowance + passed.mul_f64(AWAKE_SHARE)).min(MOST_SAVED);
        if self.allowance < self.lead {
            Duration::ZERO
        } else {
            self.lead
        }
    }

    /// Learns how late a waking was: the lead drifts to what nine of ten wakings keep within.
    pub(crate) fn learn(&mut self, late: Duration) {
        let lead = if late > self.lead {
            self.lead + STEP * 9
        } else {
            self.lead.saturating_sub(STEP)
        };
        self.lead = lead.clamp(SHORTEST_LEAD, LONGEST_LEAD);
    }

    /// Takes what was waited awake off the allowance.
    pub(crate) fn spend(&mut self, awake: Duration) {
        self.allowance = self.allowance.saturating_sub(awake);
    }
}

const FIRST_LEAD: Duration = Duration::from_micros(300);
const SHORTEST_LEAD: Duration = Duration::from_micros(10);
const LONGEST_LEAD: Duration = Duration::from_micros(800);
const STEP: Duration = Duration::from_micros(4);

/// Of one processor.
const AWAKE_SHARE: f64 = 0.05;

/// Quiet times save this much for bursts.
const MOST_SAVED: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn the_lead_settles_where_nine_of_ten_alarms_are_in_time() {
        let mut lead = WakeLead::new(clock::monotonic());
        // Lateness spread evenly from 0 to 200 µs, in a fixed mixed-up order.
        for number in 0..5_000_u64 {
            lead.learn(Duration::from_micros(number * 7_919 % 200));
        }
        let allowed = Duration::from_micros(140)..=Duration::from_micros(220);
        assert!(allowed.contains(&lead.lead), "{:?}", lead.lead);
        for _ in 0..1_000 {
            lead.learn(Duration::from_secs(1));
        }
        assert_eq!(
            lead.lead, LONGEST_LEAD,
            "a machine that stands still teaches no more than that"
        );
    }

    #[test]
    fn waiting_awake_ends_with_its_share_of_the_time() {
        let mut now = clock::monotonic();
        let mut lead = WakeLead::new(now);
        let (mut awake, step) = (Duration::ZERO, Duration::from_micros(200));
        for _ in 0..50_000 {
            now += step;
            let early = lead.lead(now);
            lead.spend(early);
            awake += early;
        }
        assert!(
            awake > Duration::from_millis(400) && awake <= Duration::from_millis(600),
            "{awake:?} of 10 s"
        );
    }
}
