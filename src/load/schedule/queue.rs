//! The calls of a closed load: which target is called next, and when at the earliest.

use std::time::Duration;

use crate::plan::{Plan, TargetId};
use crate::sample::{Arrival, Stage};

use super::order::Order;

/// Hands out calls in fair order until the load's time or the plan's budget is up.
pub(crate) struct Queue {
    order: Order,
    endpoint_of: Vec<usize>,
    /// When each endpoint may be called again by the plan's rate per endpoint.
    free_at: Vec<Duration>,
    gap: Duration,
    sequence: u64,
    warmup: u64,
    budget: u64,
    blocks: u16,
    duration: Duration,
    measuring_since: Option<Duration>,
}

impl Queue {
    pub(crate) fn new(plan: &Plan, duration: Duration) -> Self {
        let endpoints = plan.endpoints();
        Self {
            order: Order::new(plan.targets.len(), plan.seed),
            endpoint_of: plan.called_endpoints(),
            free_at: vec![Duration::ZERO; endpoints.len()],
            gap: Duration::try_from_secs_f64(1.0 / plan.rate_per_endpoint).unwrap_or_default(),
            sequence: 0,
            warmup: u64::from(plan.warmup_rounds) * plan.targets.len() as u64,
            budget: plan.max_requests,
            blocks: plan.blocks,
            duration,
            measuring_since: None,
        }
    }

    /// The next call, meant for `now` or for when its endpoint may be called again; `None` when the load is over.
    pub(crate) fn next(&mut self, now: Duration) -> Option<Arrival> {
        let stage = if self.sequence < self.warmup {
            Stage::Warmup
        } else {
            Stage::Measured
        };
        if stage == Stage::Measured {
            self.measuring_since.get_or_insert(now);
        }
        let elapsed = self
            .measuring_since
            .map_or(Duration::ZERO, |since| now.saturating_sub(since));
        if self.sequence == self.budget || elapsed >= self.duration {
            return None;
        }
        let target: TargetId = self.order.next();
        let free_at = &mut self.free_at[self.endpoint_of[usize::from(target.0)]];
        let intended = now.max(*free_at);
        *free_at = intended + self.gap;
        let part = elapsed.as_secs_f64() / self.duration.as_secs_f64();
        let block = ((part * f64::from(self.blocks)) as u16).min(self.blocks - 1);
        let sequence = self.sequence;
        self.sequence += 1;
        Some(Arrival {
            sequence,
            target,
            intended,
            round: None,
            block,
            stage,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{ConnectionMode, Draft};
    use sts_model::{Catalog, Operation};

    use super::*;

    #[test]
    fn no_target_is_called_more_often_than_the_plan_says_at_most() {
        for (endpoints, concurrency, seconds) in [
            ("global,eu-central-1", 1, 2),
            ("global,eu-central-1", 64, 2),
            ("global", 3, 5),
            ("default", 8, 3),
        ] {
            let plan = Draft {
                endpoints: Catalog::default()
                    .select(&endpoints.parse().expect("parses"))
                    .expect("selects"),
                operations: Operation::DEFAULT.to_vec(),
                connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
                concurrency: Some(concurrency),
                duration: Some(Duration::from_secs(seconds)),
                ..Draft::default()
            };
            let plan = plan.plan().expect("valid");
            let mut queue = Queue::new(&plan, Duration::from_secs(seconds));
            // Every call is answered at once; who waits for an endpoint asks for no other call.
            let mut free = vec![Duration::ZERO; usize::from(concurrency)];
            let mut calls = vec![0_u64; plan.targets.len()];
            let mut all = 0;
            loop {
                free.sort_unstable();
                let Some(arrival) = queue.next(free[0]) else {
                    break;
                };
                free[0] = arrival.intended;
                all += 1;
                if arrival.stage == Stage::Measured {
                    calls[usize::from(arrival.target.0)] += 1;
                }
            }
            let most = calls.iter().max().copied().unwrap_or_default();
            let bound = plan.calls_of_each_target();
            assert!(most <= bound && bound <= 2 * most + 64, "{most} of {bound}");
            assert!(all <= plan.planned_requests(), "{all}");
        }
    }
}
