//! Why two runs cannot be set against each other.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::plan::{Client, Clock, ConnectionMode, Level, Load, Plan};
use crate::results::{Check, CheckVerdict, Claims, Run, Simulation};
use sts_model::Operation;

use crate::judge::gate::GateError;

/// Why two runs cannot be set against each other. The messages name the baseline's part first.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum BetweenError {
    /// One file twice, or a copy.
    #[error("baseline and candidate are the same run, {run_id}")]
    SameRun {
        /// The run's id.
        run_id: String,
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
    /// AWS on one side.
    #[error(
        "the {simulated} was measured against a simulated fleet and the {real} was not; the two have nothing in common"
    )]
    Simulated {
        /// Which run was simulated.
        simulated: &'static str,
        /// Which was not.
        real: &'static str,
    },
    /// Another simulated world.
    #[error("the simulated fleets differ in {what}: {baseline} and {candidate}")]
    Fleet {
        /// What differs.
        what: &'static str,
        /// Of the baseline.
        baseline: String,
        /// Of the candidate.
        candidate: String,
    },
    /// Other operations.
    #[error("the runs call different operations, {baseline} and {candidate}")]
    Operations {
        /// Of the baseline.
        baseline: String,
        /// Of the candidate.
        candidate: String,
    },
    /// Other kinds of connection.
    #[error("the runs use different kinds of connection, {baseline} and {candidate}")]
    Connections {
        /// Of the baseline.
        baseline: String,
        /// Of the candidate.
        candidate: String,
    },
    /// The same operation with other parameters.
    #[error("the runs call {operation} with different parameters")]
    Parameters {
        /// Which one.
        operation: Operation,
    },
    /// Another instrument.
    #[error("the runs were measured by different {what}, {baseline} and {candidate}")]
    Instrument {
        /// `clients`, `clocks` or `loads`.
        what: &'static str,
        /// Of the baseline.
        baseline: &'static str,
        /// Of the candidate.
        candidate: &'static str,
    },
    /// No target of the one is in the other.
    #[error("the runs have no endpoint in common")]
    NothingShared,
    /// The design that no method repairs.
    #[error(
        "the runs were measured one after the other, {baseline} and {candidate}: what changed in between cannot be told from \
         what differs, and no method repairs that; run both at the same time, or give --history"
    )]
    Sequential {
        /// From when to when.
        baseline: String,
        /// From when to when.
        candidate: String,
    },
    /// At the same time, but not in the same stretches of it.
    #[error(
        "the runs were measured at the same time but not in step: {what}; start both within half a block with equal rounds and \
         rates, or alternate five windows of each"
    )]
    OutOfStep {
        /// Why their blocks do not correspond.
        what: String,
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

/// Refuses runs that differ in anything but time and what they are compared for.
pub(crate) fn require_comparable(baseline: &Run, candidate: &Run) -> Result<(), BetweenError> {
    if baseline.run_id == candidate.run_id {
        return Err(BetweenError::SameRun {
            run_id: candidate.run_id.clone(),
        });
    }
    match (&baseline.vantage.simulation, &candidate.vantage.simulation) {
        (Some(_), None) => {
            return Err(BetweenError::Simulated {
                simulated: "baseline",
                real: "candidate",
            });
        }
        (None, Some(_)) => {
            return Err(BetweenError::Simulated {
                simulated: "candidate",
                real: "baseline",
            });
        }
        (Some(a), Some(b)) => require_same_fleet(a, b)?,
        (None, None) => {}
    }
    if baseline.vantage.name != candidate.vantage.name {
        let (baseline, candidate) = (
            baseline.vantage.name.clone(),
            candidate.vantage.name.clone(),
        );
        return Err(BetweenError::Vantage {
            baseline,
            candidate,
        });
    }
    let (a, b) = (&baseline.plan, &candidate.plan);
    if a.client != b.client {
        let (baseline, candidate) = (client(a), client(b));
        return Err(BetweenError::Instrument {
            what: "clients",
            baseline,
            candidate,
        });
    }
    if a.clock != b.clock {
        let (baseline, candidate) = (clock(a), clock(b));
        return Err(BetweenError::Instrument {
            what: "clocks",
            baseline,
            candidate,
        });
    }
    match calls_differ(a, b) {
        Some(operation) => Err(BetweenError::Parameters { operation }),
        None => Ok(()),
    }
}

/// Refuses loads of different kinds: what waits in a queue in the one does not in the other.
pub(crate) fn require_same_load(baseline: &Plan, candidate: &Plan) -> Result<(), BetweenError> {
    let [a, b] = [load(baseline), load(candidate)];
    if a == b {
        return Ok(());
    }
    Err(BetweenError::Instrument {
        what: "loads",
        baseline: a,
        candidate: b,
    })
}

/// Refuses runs of which one has a kind of call that the other lacks altogether.
pub(crate) fn require_same_kinds(baseline: &Plan, candidate: &Plan) -> Result<(), BetweenError> {
    let operations = |plan: &Plan| -> BTreeSet<&'static str> {
        plan.targets
            .iter()
            .map(|target| target.call.operation().cli_name())
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
        let list = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(",");
        return Err(BetweenError::Operations {
            baseline: list(a),
            candidate: list(b),
        });
    }
    let (a, b) = (connections(baseline), connections(candidate));
    if a != b {
        let list = |kinds: BTreeSet<ConnectionMode>| {
            kinds
                .iter()
                .map(|kind| kind.as_str())
                .collect::<Vec<_>>()
                .join(",")
        };
        return Err(BetweenError::Connections {
            baseline: list(a),
            candidate: list(b),
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
            run_id: run.run_id.clone(),
            check: Box::new(check.clone()),
        }),
        None => Ok(()),
    }
}

fn require_same_fleet(baseline: &Simulation, candidate: &Simulation) -> Result<(), BetweenError> {
    let differs = |what, a: &String, b: &String| BetweenError::Fleet {
        what,
        baseline: a.clone(),
        candidate: b.clone(),
    };
    if baseline.region != candidate.region {
        return Err(differs(
            "the Region that they are seen from",
            &baseline.region,
            &candidate.region,
        ));
    }
    if baseline.link != candidate.link {
        return Err(differs("the link", &baseline.link, &candidate.link));
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

fn load(plan: &Plan) -> &'static str {
    match plan.load {
        Load::Audit { .. } => "an audit",
        Load::Open { .. } => "an open one",
        Load::Closed { .. } => "a closed one",
    }
}

fn client(plan: &Plan) -> &'static str {
    match plan.client {
        Client::Hyper => "hyper",
        Client::Reqwest => "reqwest",
    }
}

fn clock(plan: &Plan) -> &'static str {
    match plan.clock {
        Clock::Kernel => "the kernel's",
        Clock::UserSpace => "the program's own",
    }
}
