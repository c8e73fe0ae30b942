//! A plan that is measured more than once: in windows of time, or in a pilot and the stage that the pilot asks for.

use std::time::Duration;

use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use super::load::Load;
use super::model::Plan;
use super::planning::draft::Draft;
use super::planning::error::PlanError;
use super::planning::ranges::{BLOCKS, ROUNDS};

/// How often a plan is measured, and how far apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// How often, in `WINDOWS`.
    pub number: u16,
    /// From one start to the next, at least; zero for one after the other.
    pub every: Duration,
}

/// What keeps a run from the length that its pilot asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cap {
    /// The budget of requests.
    MaxRequests,
    /// The longest time that it may take.
    MaxDuration,
    /// The most blocks and rounds that a run can have.
    Length,
    /// It was cut short.
    Interruption,
}

impl Windows {
    /// The windows that `draft` asks for of `plan`, which is its plan; `None` for a single one.
    ///
    /// # Errors
    /// [`PlanError`] when a window takes longer than from one start to the next, or all have more blocks than a run can.
    pub fn of(draft: &Draft, plan: &Plan) -> Result<Option<Self>, PlanError> {
        let Some(number) = draft.windows else {
            return draft
                .every
                .map_or(Ok(None), |_| Err(PlanError::Needs("--every", "--windows")));
        };
        let most = BLOCKS.end() / plan.blocks;
        if number > most {
            let range = format!(
                "2 to {most} windows of {} blocks; lower --blocks",
                plan.blocks
            );
            return Err(PlanError::Range {
                option: "--windows",
                value: number.to_string(),
                range,
            });
        }
        let every = draft.every.unwrap_or_default();
        if draft.every.is_some() && every < plan.length() {
            return Err(PlanError::TooShort {
                option: "--every",
                time: every,
                what: "a window",
                takes: plan.length(),
            });
        }
        Ok(Some(Self { number, every }))
    }

    /// How long all of `plan`'s windows take.
    pub fn length(&self, plan: &Plan) -> Duration {
        let before_the_last = self
            .every
            .max(plan.length())
            .saturating_mul(u32::from(self.number) - 1);
        before_the_last.saturating_add(plan.length())
    }

    /// The plan of the window of that number, from 0: in an order of its own, with its part of the budget.
    pub fn plan(&self, plan: &Plan, number: u16) -> Plan {
        let max_requests = plan.max_requests / u64::from(self.number.max(1));
        Plan {
            seed: derived(plan.seed, number),
            max_requests,
            ..plan.clone()
        }
    }
}

impl Plan {
    /// The stage that follows this audit, its pilot, so that both together have `wanted` rounds: of whole blocks as long as
    /// the pilot's, within the requests and the time that are left. `None` when there is nothing to add; with what kept it
    /// from `wanted`, if anything.
    pub fn main_stage(
        &self,
        wanted: u64,
        requests: u64,
        time: Option<Duration>,
    ) -> (Option<Self>, Option<Cap>) {
        let Load::Audit { rounds, round } = self.load else {
            return (None, None);
        };
        let per_block = (rounds / u32::from(self.blocks.max(1))).max(1);
        let missing = wanted
            .saturating_sub(rounds.into())
            .div_ceil(per_block.into());
        let room = u64::from(BLOCKS.end().saturating_sub(self.blocks))
            .min(u64::from(ROUNDS.end().saturating_sub(rounds) / per_block));
        let limits = [
            (Cap::Length, room),
            (Cap::MaxRequests, self.blocks_within(requests, per_block)),
            (
                Cap::MaxDuration,
                time.map_or(u64::MAX, |time| {
                    let block = round
                        .saturating_mul(per_block)
                        .saturating_add(self.priming());
                    let left = time.saturating_sub(round.saturating_mul(self.warmup_rounds));
                    (left.as_nanos() / block.as_nanos().max(1))
                        .try_into()
                        .unwrap_or(u64::MAX)
                }),
            ),
        ];
        let (cap, least) = limits
            .into_iter()
            .min_by_key(|(_, blocks)| *blocks)
            .expect("there are three");
        let granted = u16::try_from(missing.min(least)).unwrap_or(u16::MAX);
        let cap = (least < missing).then_some(cap);
        let stage = (granted > 0).then(|| Self {
            load: Load::Audit {
                rounds: per_block * u32::from(granted),
                round,
            },
            blocks: granted,
            max_requests: requests,
            seed: derived(self.seed, 1),
            ..self.clone()
        });
        (stage, cap)
    }

    /// Blocks of so many rounds for which `requests` are enough, warm-up and opening of connections included.
    fn blocks_within(&self, requests: u64, rounds: u32) -> u64 {
        let warmup = u64::from(self.warmup_rounds) * self.targets.len() as u64;
        let opening = self.planned_warmup().saturating_sub(warmup) / u64::from(self.blocks.max(1));
        let block = u64::from(rounds) * self.targets.len() as u64 + opening;
        requests.saturating_sub(warmup) / block.max(1)
    }
}

/// The seed of that number among those of one plan; the first is the plan's own. Those of SplitMix64 do not resemble each
/// other, and 53 bits are exact in every JSON reader.
fn derived(seed: u64, number: u16) -> u64 {
    let mut random = SplitMix64::seed_from_u64(seed);
    (0..number).fold(seed, |_, _| random.next_u64() & ((1 << 53) - 1))
}

/// The seeds of a plan that is measured again and again: its own, then those of its windows.
#[derive(Debug, Clone)]
pub(crate) struct Seeds {
    next: u64,
    random: SplitMix64,
}

impl Seeds {
    /// Those of a plan with that seed.
    pub(crate) fn of(seed: u64) -> Self {
        Self {
            next: seed,
            random: SplitMix64::seed_from_u64(seed),
        }
    }
}

impl Iterator for Seeds {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let following = self.random.next_u64() & ((1 << 53) - 1);
        Some(std::mem::replace(&mut self.next, following))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{ConnectionMode, Precision, Service};
    use sts_model::Catalog;
    use sts_model::Operation;

    /// Two endpoints, one operation, cold and warm, in rounds of a second.
    fn draft() -> Draft {
        Draft {
            endpoints: Catalog::default()
                .select(&"global,eu-west-1".parse().expect("parses"))
                .expect("selects"),
            operations: vec![Operation::GetCallerIdentity],
            connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
            rounds: Some(32),
            rate_per_endpoint: Some(2.0),
            warmup_rounds: Some(2),
            seed: 7,
            ..Draft::default()
        }
    }

    fn windows(draft: &Draft) -> Result<Option<Windows>, String> {
        let plan = draft.clone().plan().map_err(|error| error.to_string())?;
        Windows::of(draft, &plan).map_err(|error| error.to_string())
    }

    #[test]
    fn windows_have_a_number_a_distance_and_a_part_of_the_budget() {
        let asked = Draft {
            windows: Some(5),
            every: Some(Duration::from_secs(3600)),
            ..draft()
        };
        let found = windows(&asked).expect("valid").expect("several");
        assert_eq!(
            found,
            Windows {
                number: 5,
                every: Duration::from_secs(3600)
            }
        );
        let plan = asked.plan().expect("valid");
        assert_eq!(
            found.length(&plan),
            Duration::from_secs(4 * 3600) + plan.length()
        );
        let parts: Vec<Plan> = (0..5).map(|number| found.plan(&plan, number)).collect();
        assert!(
            parts
                .iter()
                .all(|part| part.max_requests == 20_000 && part.load == plan.load)
        );
        assert_eq!(parts[0].seed, 7);
        let seeds: std::collections::BTreeSet<u64> = parts.iter().map(|part| part.seed).collect();
        assert!(
            seeds.len() == 5 && seeds.iter().all(|seed| *seed < 1 << 53),
            "{seeds:?}"
        );
        assert_eq!(windows(&draft()), Ok(None));
    }

    #[test]
    fn the_seeds_of_windows_are_those_of_every_earlier_run() {
        for (seed, number, expected) in [
            (7, 0, 7),
            (7, 1, 3_344_595_609_062_871),
            (7, 2, 3_444_597_933_762_076),
            (7, 63, 3_677_794_744_684_170),
            (u64::MAX, 0, 18_446_744_073_709_551_615),
            (u64::MAX, 1, 7_161_630_792_428_576),
            (0, 1, 184_964_832_153_007),
            (0, 2, 6_929_580_258_059_764),
        ] {
            assert_eq!(derived(seed, number), expected, "{seed} {number}");
        }
    }

    #[test]
    fn a_plan_that_is_measured_for_ever_has_the_seeds_of_its_windows() {
        let seeds: Vec<u64> = Seeds::of(7).take(64).collect();
        let windows: Vec<u64> = (0..64).map(|number| derived(7, number)).collect();
        assert_eq!(seeds, windows);
    }

    #[test]
    fn windows_that_cannot_be_are_refused_by_what_is_in_the_way() {
        let hour = Some(Duration::from_secs(3600));
        for (asked, words) in [
            (
                Draft {
                    windows: Some(1),
                    ..draft()
                },
                "--windows 1 is out of range; allowed: 2 to 64",
            ),
            (
                Draft {
                    windows: Some(65),
                    ..draft()
                },
                "2 to 64",
            ),
            (
                Draft {
                    windows: Some(64),
                    blocks: Some(32),
                    ..draft()
                },
                "2 to 32 windows of 32 blocks",
            ),
            (
                Draft {
                    every: hour,
                    ..draft()
                },
                "--every needs --windows",
            ),
            (
                Draft {
                    windows: Some(2),
                    every: Some(Duration::from_secs(3)),
                    ..draft()
                },
                "--every 3.0 s is shorter than a window, which takes 4",
            ),
            (
                Draft {
                    windows: Some(2),
                    every: Some(Duration::from_secs(9_999_999)),
                    ..draft()
                },
                "30d",
            ),
            (
                Draft {
                    windows: Some(64),
                    rounds: Some(500),
                    ..draft()
                },
                "more than the budget of 100000",
            ),
            (
                Draft {
                    windows: Some(2),
                    judging: precise(),
                    ..draft()
                },
                "--windows and --precision exclude each other",
            ),
        ] {
            let error = windows(&asked).expect_err(words);
            assert!(error.contains(words) && !error.contains('\n'), "{error}");
        }
    }

    fn precise() -> crate::plan::Judging {
        let precision = Some(Precision {
            half_width_ratio: 0.02,
            percentile: 0.5,
        });
        crate::plan::Judging {
            precision,
            ..Default::default()
        }
    }

    #[test]
    fn a_pilot_has_its_rounds_and_enough_blocks() {
        let pilot = |percentile, rounds| {
            let mut judging = precise();
            judging.precision.as_mut().expect("there").percentile = percentile;
            let plan = Draft {
                judging,
                rounds,
                service: Service::Simulated,
                ..draft()
            }
            .plan()
            .expect("valid");
            (plan.load, plan.blocks)
        };
        let audit = |load| match load {
            Load::Audit { rounds, .. } => rounds,
            Load::Open { .. } | Load::Closed { .. } => panic!("an audit"),
        };
        let rounds = |percentile, rounds| {
            let (load, blocks) = pilot(percentile, rounds);
            (audit(load), blocks)
        };
        assert_eq!(rounds(0.5, None), (1024, 32));
        assert_eq!(rounds(0.99, None), (2016, 32));
        assert_eq!(rounds(0.99, Some(64)), (64, 32));
    }

    #[test]
    fn precision_is_a_matter_of_audits() {
        let asked = |draft: Draft| {
            Draft {
                judging: precise(),
                rounds: None,
                ..draft
            }
            .plan()
            .expect_err("refused")
            .to_string()
        };
        let duration = Some(Duration::from_secs(9));
        for other in [
            Draft {
                rate: Some(1.0),
                duration,
                ..draft()
            },
            Draft {
                concurrency: Some(1),
                duration,
                ..draft()
            },
        ] {
            assert_eq!(
                asked(other),
                "--precision and --rate or --concurrency exclude each other"
            );
        }
        let short = Draft {
            max_duration: Some(Duration::from_secs(5)),
            ..draft()
        };
        let text = asked(short.clone());
        assert!(
            text.starts_with("--max-duration 5.0 s is shorter than the pilot, which takes "),
            "{text}"
        );
        assert_eq!(
            short.plan().expect_err("refused").to_string(),
            "--max-duration needs --precision"
        );
    }

    #[test]
    fn the_main_stage_is_what_the_pilot_asks_for_in_blocks_of_the_pilot_s_length() {
        let pilot = draft().plan().expect("valid");
        let stage = |wanted, requests, time| {
            let (stage, cap) = pilot.main_stage(wanted, requests, time);
            let length = stage.map(|stage| match stage.load {
                Load::Audit { rounds, .. } => (rounds, stage.blocks, stage.seed != pilot.seed),
                other => panic!("{other:?}"),
            });
            (length, cap)
        };
        let (much, hour) = (1_000_000, Some(Duration::from_secs(3600)));
        assert_eq!(stage(32, much, None), (None, None), "the pilot was enough");
        assert_eq!(
            stage(35, much, hour),
            (Some((4, 2, true)), None),
            "rounded up to blocks"
        );
        // Two rounds of four calls and one call to open each of two connections in each block, and eight calls before.
        assert_eq!(
            stage(1000, 8 + 10 * 3 + 9, None),
            (Some((6, 3, true)), Some(Cap::MaxRequests))
        );
        assert_eq!(stage(1000, 17, None), (None, Some(Cap::MaxRequests)));
        assert_eq!(
            stage(10_000, much, None),
            (Some((2 * 1008, 1008, true)), Some(Cap::Length))
        );
        // A block takes two rounds and half a second for opening one connection an endpoint, after two rounds.
        let time = Some(Duration::from_millis(2000 + 2500 * 4 + 2400));
        assert_eq!(
            stage(1000, much, time),
            (Some((8, 4, true)), Some(Cap::MaxDuration))
        );
        let (whole, _) = pilot.main_stage(1000, 47, None);
        assert!(whole.expect("three blocks").planned_requests() <= 47);
    }
}
