//! Why two runs cannot be set against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::plan::{Client, Clock, ConnectionMode, Level, Load, Plan};
use crate::results::{Check, CheckVerdict, Claims, Run, Simulation};
use sts_model::Operation;

use crate::judge::gate::GateError;
use crate::judge::side::Side;

/// Why two runs cannot be set against each other. The messages name the baseline's part first.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum BetweenError {
    /// One file twice, or a copy.
    #[error("baseline and candidate are the same run, {run_id}")]
    SameRun {
        /// The run's id.
        run_id: String,
    },
    /// The same measurement under another id.
    #[error(
        "baseline {baseline} and candidate {candidate} hold the same measurement under two ids; one is a copy of the other"
    )]
    Copy {
        /// The window of the baseline.
        baseline: String,
        /// That of the candidate.
        candidate: String,
    },
    /// Another place.
    #[error(
        "the runs were measured from different vantages, {baseline:?} and {candidate:?}; distance would be compared, not endpoints"
    )]
    Vantage {
        /// Of the baseline.
        baseline: String,
        /// Of the candidate.
        candidate: String,
    },
    /// One is redacted, so that its place is not known.
    #[error(
        "the {redacted} is redacted: whether both runs were measured at one place cannot be told"
    )]
    Redacted {
        /// Which run is redacted.
        redacted: Side,
    },
    /// AWS on one side.
    #[error(
        "the {simulated} was measured against a simulated fleet and the {} was not; the two have nothing in common",
        simulated.other()
    )]
    Simulated {
        /// Which run was simulated.
        simulated: Side,
    },
    /// Another simulated world.
    #[error("the simulated fleets differ in {part}: {baseline} and {candidate}")]
    Simulation {
        /// What differs.
        part: SimulationPart,
        /// Of the baseline.
        baseline: String,
        /// Of the candidate.
        candidate: String,
    },
    /// Other operations.
    #[error(
        "the runs call different operations, {} and {}",
        listed(baseline),
        listed(candidate)
    )]
    Operations {
        /// Of the baseline.
        baseline: Vec<Operation>,
        /// Of the candidate.
        candidate: Vec<Operation>,
    },
    /// Other kinds of connection.
    #[error(
        "the runs use different kinds of connection, {} and {}",
        listed(baseline),
        listed(candidate)
    )]
    Connections {
        /// Of the baseline.
        baseline: Vec<ConnectionMode>,
        /// Of the candidate.
        candidate: Vec<ConnectionMode>,
    },
    /// The same operation with other parameters.
    #[error("the runs call {operation} with different parameters")]
    Parameters {
        /// Which one.
        operation: Operation,
    },
    /// Another HTTP client.
    #[error("the runs were measured by different clients, {} and {}", baseline.as_str(), candidate.as_str())]
    Clients {
        /// Of the baseline.
        baseline: Client,
        /// Of the candidate.
        candidate: Client,
    },
    /// Another clock.
    #[error("the runs were measured by different clocks, {} and {}", clock(*baseline), clock(*candidate))]
    Clocks {
        /// Of the baseline.
        baseline: Clock,
        /// Of the candidate.
        candidate: Clock,
    },
    /// Another kind of load: what waits in a queue in the one does not in the other.
    #[error("the runs were measured by different loads, {baseline} and {candidate}")]
    Loads {
        /// Of the baseline.
        baseline: LoadKind,
        /// Of the candidate.
        candidate: LoadKind,
    },
    /// No target of the one is in the other.
    #[error("the runs have no endpoint in common")]
    NothingShared,
    /// The design that no method repairs.
    #[error(
        "the runs were measured one after the other, {} and {}: what changed in between cannot be told from \
         what differs, and no method repairs that; run both at the same time, give --history, measure three endpoints and more in both, \
         which are then shown relative to each other, or see the numbers alone with --descriptive",
        period(baseline.as_ref()),
        period(candidate.as_ref())
    )]
    Sequential {
        /// When the baseline was measured, if that is known.
        baseline: Option<Range<OffsetDateTime>>,
        /// When the candidate was, if that is known.
        candidate: Option<Range<OffsetDateTime>>,
    },
    /// In turn, but in an order in which a trend looks like a difference.
    #[error(
        "the runs took turns in an order in which a trend looks like a difference{}; measure their windows in the order A B B A A B B A …, \
         A the baseline's and B the candidate's, each window a run of its own, and make one run of each side with stsbench merge",
        on_average(*later)
    )]
    Unbalanced {
        /// How much later the candidate's windows were measured, on average; negative where the baseline's were.
        later: time::Duration,
    },
    /// At the same time, but not in the same blocks of it.
    #[error(
        "the runs were measured at the same time but not in step: {what}; start both within half a block with equal rounds and \
         rates, or take turns in at least five windows of each, in the order A B B A"
    )]
    OutOfStep {
        /// Why their blocks do not correspond.
        what: OutOfStep,
    },
    /// Conditions on runs that took turns.
    #[error("gates need both runs measured at the same time, block by block, and these took turns")]
    GatesInTurn,
    /// A condition that says nothing of the two.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// Numbers that a check forbids.
    #[error("run {run_id} is invalid by its check {}", check.name)]
    Invalid {
        /// The run's id.
        run_id: String,
        /// The check.
        check: Box<Check>,
    },
}

/// Why the blocks of two runs do not correspond.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub(crate) enum OutOfStep {
    /// They have different lengths.
    #[error("blocks of {baseline_seconds:.1} s against {candidate_seconds:.1} s")]
    BlockLengths {
        /// Of the baseline's blocks.
        baseline_seconds: f64,
        /// Of the candidate's.
        candidate_seconds: f64,
    },
    /// Windows have different numbers of blocks.
    #[error("{baseline} blocks against {candidate}")]
    BlockCounts {
        /// Blocks of the whole baseline.
        baseline: u16,
        /// Blocks of the whole candidate.
        candidate: u16,
    },
    /// Windows started more than half a block apart.
    #[error("started {apart_seconds:.1} s apart with blocks of {block_seconds:.1} s")]
    Starts {
        /// How far the starts are apart at most.
        apart_seconds: f64,
        /// How long the candidate's blocks are.
        block_seconds: f64,
    },
}

/// A part of a simulation that two runs have to share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SimulationPart {
    /// The Region that the endpoints are seen from.
    Region,
    /// How delays come about.
    Link,
}

impl fmt::Display for SimulationPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Region => "the Region that they are seen from",
            Self::Link => "the link",
        })
    }
}

/// A load without its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoadKind {
    /// [`Load::Audit`].
    Audit,
    /// [`Load::Open`].
    Open,
    /// [`Load::Closed`].
    Closed,
}

impl LoadKind {
    fn of(load: Load) -> Self {
        match load {
            Load::Audit { .. } => Self::Audit,
            Load::Open { .. } => Self::Open,
            Load::Closed { .. } => Self::Closed,
        }
    }
}

impl fmt::Display for LoadKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Audit => "an audit",
            Self::Open => "an open one",
            Self::Closed => "a closed one",
        })
    }
}

/// Refuses runs of two places, and those of which that cannot be told.
fn require_one_place(baseline: &Run, candidate: &Run) -> Result<(), BetweenError> {
    let [a, b] = [baseline, candidate].map(|run| &run.header);
    if a.vantage.name == b.vantage.name {
        return Ok(());
    }
    let redacted = |redacted: Side| Err(BetweenError::Redacted { redacted });
    match [a, b].map(|header| header.redaction.is_none()) {
        [false, true] => redacted(Side::Baseline),
        [true, false] => redacted(Side::Candidate),
        _ => Err(BetweenError::Vantage {
            baseline: a.vantage.name.clone(),
            candidate: b.vantage.name.clone(),
        }),
    }
}

/// Refuses runs that differ in anything but time and what they are compared for.
pub(crate) fn require_comparable(baseline: &Run, candidate: &Run) -> Result<(), BetweenError> {
    if baseline.header.run_id == candidate.header.run_id {
        return Err(BetweenError::SameRun {
            run_id: candidate.header.run_id.clone(),
        });
    }
    match (
        &baseline.header.vantage.simulation,
        &candidate.header.vantage.simulation,
    ) {
        (Some(_), None) => {
            return Err(BetweenError::Simulated {
                simulated: Side::Baseline,
            });
        }
        (None, Some(_)) => {
            return Err(BetweenError::Simulated {
                simulated: Side::Candidate,
            });
        }
        (Some(a), Some(b)) => require_same_emulator(a, b)?,
        (None, None) => {}
    }
    require_one_place(baseline, candidate)?;
    let (a, b) = (&baseline.plan, &candidate.plan);
    if a.client != b.client {
        return Err(BetweenError::Clients {
            baseline: a.client,
            candidate: b.client,
        });
    }
    if a.clock != b.clock {
        return Err(BetweenError::Clocks {
            baseline: a.clock,
            candidate: b.clock,
        });
    }
    match calls_differ(a, b) {
        Some(operation) => Err(BetweenError::Parameters { operation }),
        None => Ok(()),
    }
}

/// Refuses runs that share a measurement: what is set against itself does not differ.
pub(super) fn require_two_measurements(
    baseline: &Run,
    candidate: &Run,
) -> Result<(), BetweenError> {
    let ours = baseline.window_digests();
    for (candidate, digest) in candidate.window_digests() {
        if let Some((baseline, _)) = ours.iter().find(|(_, other)| *other == digest) {
            return Err(BetweenError::Copy {
                baseline: baseline.clone(),
                candidate,
            });
        }
    }
    Ok(())
}

/// Refuses loads of different kinds: what waits in a queue in the one does not in the other.
pub(crate) fn require_same_load(baseline: &Plan, candidate: &Plan) -> Result<(), BetweenError> {
    let [baseline, candidate] = [baseline, candidate].map(|plan| LoadKind::of(plan.load));
    if baseline == candidate {
        return Ok(());
    }
    Err(BetweenError::Loads {
        baseline,
        candidate,
    })
}

/// Refuses runs of which one has a kind of call that the other lacks altogether.
pub(crate) fn require_same_kinds(baseline: &Plan, candidate: &Plan) -> Result<(), BetweenError> {
    let operations = |plan: &Plan| -> BTreeMap<&'static str, Operation> {
        plan.targets
            .iter()
            .map(|target| target.call.operation())
            .map(|operation| (operation.cli_name(), operation))
            .collect()
    };
    let connections = |plan: &Plan| -> BTreeSet<ConnectionMode> {
        plan.targets
            .iter()
            .map(|target| target.connection)
            .collect()
    };
    let (a, b) = (operations(baseline), operations(candidate));
    if a != b {
        return Err(BetweenError::Operations {
            baseline: a.into_values().collect(),
            candidate: b.into_values().collect(),
        });
    }
    let (a, b) = (connections(baseline), connections(candidate));
    if a != b {
        return Err(BetweenError::Connections {
            baseline: a.into_iter().collect(),
            candidate: b.into_iter().collect(),
        });
    }
    Ok(())
}

/// Refuses a run whose medians are all forbidden.
pub(crate) fn require_valid(run: &Run, checks: &[Check]) -> Result<(), BetweenError> {
    let forbids = |check: &&Check| {
        let mut targets = run.plan.targets();
        targets.all(|(id, _)| check.forbids(id, Level::P50.share(), Claims::All))
    };
    match checks
        .iter()
        .filter(|check| check.verdict == CheckVerdict::Invalid)
        .find(forbids)
    {
        Some(check) => Err(BetweenError::Invalid {
            run_id: run.header.run_id.clone(),
            check: Box::new(check.clone()),
        }),
        None => Ok(()),
    }
}

fn require_same_emulator(
    baseline: &Simulation,
    candidate: &Simulation,
) -> Result<(), BetweenError> {
    let differs = |part, a: &String, b: &String| BetweenError::Simulation {
        part,
        baseline: a.clone(),
        candidate: b.clone(),
    };
    if baseline.region != candidate.region {
        return Err(differs(
            SimulationPart::Region,
            &baseline.region,
            &candidate.region,
        ));
    }
    if baseline.link != candidate.link {
        return Err(differs(
            SimulationPart::Link,
            &baseline.link,
            &candidate.link,
        ));
    }
    Ok(())
}

/// An operation that both call and that has other parameters in the one than in the other.
fn calls_differ(a: &Plan, b: &Plan) -> Option<Operation> {
    let differs = |target: &&crate::plan::Target| {
        let operation = target.call.operation();
        let other = b
            .targets
            .iter()
            .find(|other| other.call.operation() == operation);
        other.is_some_and(|other| other.call != target.call)
    };
    a.targets
        .iter()
        .find(differs)
        .map(|target| target.call.operation())
}

fn clock(clock: Clock) -> &'static str {
    match clock {
        Clock::Kernel => "the kernel's",
        Clock::UserSpace => "the program's own",
    }
}

/// Which side was later, where that is what is wrong.
fn on_average(later: time::Duration) -> String {
    let minutes = later.as_seconds_f64() / 60.0;
    let side = if minutes > 0.0 {
        Side::Candidate
    } else {
        Side::Baseline
    };
    match minutes.abs() {
        below if below < 0.05 => String::new(),
        minutes => format!(" (the {side}'s windows were {minutes:.1} min later on average)"),
    }
}

fn listed(names: &[impl fmt::Display]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(",")
}

fn period(period: Option<&Range<OffsetDateTime>>) -> String {
    let seconds = |moment: OffsetDateTime| {
        let whole = moment.replace_nanosecond(0).unwrap_or(moment);
        whole.format(&Rfc3339).unwrap_or_default()
    };
    match period {
        Some(period) => format!("{} to {}", seconds(period.start), seconds(period.end)),
        None => "at no time".to_owned(),
    }
}
