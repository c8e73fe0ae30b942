//! The plan of a draft.

use std::time::Duration;

use crate::plan::client::{Client, Clock, Deadlines};
use crate::plan::load::Load;
use crate::plan::model::Plan;

use super::draft::{Draft, Service};
use super::error::PlanError;
use super::loads::connections_for;
use super::ranges::{HIGHEST_RATE, LEAST_RATE, in_range};

impl Draft {
    /// The plan, complete and in range.
    ///
    /// # Errors
    /// [`PlanError`] for the first value that is out of range; nothing has been sent.
    pub fn plan(self) -> Result<Plan, PlanError> {
        self.check()?;
        if self.client == Client::Reqwest && !cfg!(feature = "client-reqwest") {
            return Err(PlanError::WITHOUT_REQWEST);
        }
        let targets = self.targets()?;
        let cap = self.max_rate_per_endpoint.unwrap_or(match self.service {
            Service::Shared => POLITE_CAP_PER_SECOND,
            Service::Simulated => HIGHEST_RATE,
        });
        let rate_per_endpoint = self.rate_within(cap)?;
        let default_blocks = if self.judging.precision.is_some() {
            PILOT_BLOCKS
        } else {
            DEFAULT_BLOCKS
        };
        let blocks = self.blocks.unwrap_or(default_blocks);
        let load = self.load(&targets, rate_per_endpoint, cap, blocks)?;
        let windows = self.windows.unwrap_or(1);
        let max_duration = self.max_duration;
        let plan = Plan {
            load,
            warmup_rounds: self.warmup_rounds.unwrap_or(DEFAULT_WARMUP_ROUNDS),
            blocks,
            connections_per_target: self
                .connections_per_target
                .unwrap_or_else(|| connections_for(&load, self.service, targets.len())),
            deadlines: self.timeout.map_or_else(Deadlines::default, |timeout| {
                Deadlines::default().within(timeout)
            }),
            rate_per_endpoint: match load {
                Load::Audit { .. } => rate_per_endpoint,
                Load::Open { .. } | Load::Closed { .. } => cap,
            },
            max_requests: self.max_requests.unwrap_or(DEFAULT_BUDGET),
            seed: self.seed,
            client: self.client,
            resolver: self.resolver,
            address_family: self.address_family,
            clock: match self.client {
                Client::Hyper => self.clock,
                // reqwest does not let its socket be reached.
                Client::Reqwest => Clock::UserSpace,
            },
            spin: self.spin.unwrap_or(DEFAULT_SPIN),
            judging: self.judging,
            preset: self.preset,
            targets,
        };
        check_length(&plan, max_duration)?;
        check_budget(&plan, windows)?;
        Ok(plan)
    }

    /// Requests per second to one endpoint, at most `cap`.
    fn rate_within(&self, cap: f64) -> Result<f64, PlanError> {
        let rate = match (self.rate_per_endpoint, self.service) {
            (Some(rate), _) => rate,
            (None, Service::Shared) => POLITE_RATE_PER_SECOND.min(cap),
            (None, Service::Simulated) => SIMULATED_RATE_PER_SECOND.min(cap),
        };
        in_range(
            "--rate-per-endpoint",
            rate,
            LEAST_RATE,
            cap,
            "requests/s; --max-rate-per-endpoint raises the cap",
        )?;
        Ok(rate)
    }
}

/// Whether a run that chooses its own length has time for its pilot.
fn check_length(plan: &Plan, max_duration: Option<Duration>) -> Result<(), PlanError> {
    let takes = plan.length();
    match max_duration {
        Some(time) if time < takes => Err(PlanError::TooShort {
            option: "--max-duration",
            time,
            what: "the pilot",
            takes,
        }),
        Some(_) | None => Ok(()),
    }
}

/// Whether the budget is enough for the plan, measured so many times.
fn check_budget(plan: &Plan, windows: u16) -> Result<(), PlanError> {
    let unlimited = Plan {
        max_requests: u64::MAX,
        ..plan.clone()
    };
    let planned = unlimited.planned_requests().saturating_mul(windows.into());
    if planned > plan.max_requests && !matches!(plan.load, Load::Closed { .. }) {
        return Err(PlanError::Budget {
            planned,
            budget: plan.max_requests,
        });
    }
    Ok(())
}

impl Deadlines {
    /// These deadlines, none longer than `total`.
    fn within(self, total: Duration) -> Self {
        Self {
            dns: self.dns.min(total),
            connect: self.connect.min(total),
            tls: self.tls.min(total),
            first_byte: self.first_byte.min(total),
            total,
        }
    }
}

/// Requests per second to one real endpoint unless the user asks for more: half a per cent of the quota.
pub(crate) const POLITE_RATE_PER_SECOND: f64 = 3.0;
/// The cap unless the user raises it: under two per cent of an account's quota in a Region (600 requests/s).
const POLITE_CAP_PER_SECOND: f64 = 10.0;
/// With the default rounds it makes a run of little more than a minute in which the measuring thread takes a small part of a
/// core, the handshakes of its cold calls included.
pub(crate) const SIMULATED_RATE_PER_SECOND: f64 = 6.0;
/// Beyond what a timer oversleeps on an idle machine, far below the gap of a polite rate.
const DEFAULT_SPIN: Duration = Duration::from_micros(200);
const DEFAULT_WARMUP_ROUNDS: u32 = 2;
const DEFAULT_BLOCKS: u16 = 16;
/// A pilot's variation is looked at in up to as many groups of blocks.
const PILOT_BLOCKS: u16 = 32;
const DEFAULT_BUDGET: u64 = 100_000;
