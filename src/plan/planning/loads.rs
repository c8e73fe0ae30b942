//! When calls are made: an audit unless a rate or a concurrency is asked for.

use std::time::Duration;

use crate::plan::load::{Arrivals, Load};
use crate::plan::target::Target;

use super::draft::{Draft, Service};
use super::error::PlanError;
use super::ranges::in_range;

impl Draft {
    /// The load on `targets`: at most `rate_per_endpoint` requests per second to each endpoint for an audit, at most `cap` for
    /// an open load.
    ///
    /// # Errors
    /// [`PlanError`] when options exclude or need each other, or the rate is too high.
    pub(super) fn load(
        &self,
        targets: &[Target],
        rate_per_endpoint: f64,
        cap: f64,
        blocks: u16,
    ) -> Result<Load, PlanError> {
        // Targets stand in the order of their endpoints, and some endpoints have fewer operations than others. A twin's calls
        // reach the same service as its original's, so they share its rate.
        let of_each: Vec<_> = targets
            .chunk_by(|a, b| a.endpoint.original() == b.endpoint.original())
            .map(<[Target]>::len)
            .collect();
        let precision = self.judging.precision;
        if precision.is_none() && self.max_duration.is_some() {
            return Err(PlanError::Needs("--max-duration", "--precision"));
        }
        match (self.rate, self.concurrency) {
            (Some(_), _) | (_, Some(_)) if precision.is_some() => Err(PlanError::Conflict(
                "--precision",
                "--rate or --concurrency",
            )),
            (Some(_), Some(_)) => Err(PlanError::Conflict("--rate", "--concurrency")),
            (Some(_), _) | (_, Some(_)) if self.rate_per_endpoint.is_some() => Err(
                PlanError::Conflict("--rate-per-endpoint", "--rate and --concurrency"),
            ),
            (None, Some(_)) if self.arrivals.is_some() => {
                Err(PlanError::Needs("--arrivals", "--rate"))
            }
            (Some(_), _) | (_, Some(_)) if self.rounds.is_some() => {
                Err(PlanError::Conflict("--rounds", "--rate and --concurrency"))
            }
            (None, None) => {
                let calls_per_endpoint = of_each.iter().max().map_or(0.0, |most| *most as f64);
                let round = Duration::from_secs_f64(calls_per_endpoint / rate_per_endpoint);
                self.audit(round, blocks)
            }
            (Some(rate), None) => self.open_load(rate, cap * of_each.len() as f64),
            (None, Some(concurrency)) => self
                .duration
                .map(|duration| Load::Closed {
                    concurrency,
                    duration,
                })
                .ok_or(PlanError::Needs("--concurrency", "--duration")),
        }
    }

    fn audit(&self, round: Duration, blocks: u16) -> Result<Load, PlanError> {
        if self.duration.is_some() {
            return Err(PlanError::Needs(
                "--duration",
                "--rate or --concurrency; an audit's length is --rounds",
            ));
        }
        if self.arrivals.is_some() {
            return Err(PlanError::Needs("--arrivals", "--rate"));
        }
        let asked = self
            .rounds
            .unwrap_or(match (self.judging.precision, self.service) {
                (Some(precision), _) => precision.pilot_rounds(),
                (None, Service::Shared | Service::Simulated) => DEFAULT_ROUNDS,
            });
        // Blocks of whole rounds: a shorter audit has fewer blocks' worth, so it is rounded up to fill them.
        let rounds = asked.next_multiple_of(u32::from(blocks));
        Ok(Load::Audit { rounds, round })
    }

    /// A load of that rate, which may be at most `highest`.
    fn open_load(&self, rate_per_second: f64, highest: f64) -> Result<Load, PlanError> {
        let duration = self
            .duration
            .ok_or(PlanError::Needs("--rate", "--duration"))?;
        let seconds = duration.as_secs_f64();
        if rate_per_second * seconds <= 0.5 {
            return Err(PlanError::NoSamples {
                rate: rate_per_second,
                seconds,
            });
        }
        in_range(
            "--rate",
            rate_per_second,
            0.0,
            highest,
            "requests/s over these endpoints; --max-rate-per-endpoint raises the cap",
        )?;
        Ok(Load::Open {
            rate_per_second,
            arrivals: self.arrivals.unwrap_or(Arrivals::Constant),
            duration,
        })
    }
}

/// As many kept connections as calls can be under way at one target when answers take up to a second (Little's law).
pub(super) fn connections_for(load: &Load, service: Service, targets: usize) -> u16 {
    match (load, service) {
        // A polite round is longer than any healthy answer.
        (Load::Audit { .. }, Service::Shared) => 1,
        // A simulated round is short: an answer may still be under way when the next round's turn comes early.
        (Load::Audit { .. }, Service::Simulated) => 2,
        (
            Load::Open {
                rate_per_second, ..
            },
            _,
        ) => (rate_per_second / targets as f64)
            .ceil()
            .clamp(1.0, MOST_DEFAULT_CONNECTIONS) as u16,
        (Load::Closed { concurrency, .. }, _) => *concurrency,
    }
}

/// With the default rates this makes a run of two and a half minutes, simulated of little more than one.
const DEFAULT_ROUNDS: u32 = 96;
const MOST_DEFAULT_CONNECTIONS: f64 = 16.0;
