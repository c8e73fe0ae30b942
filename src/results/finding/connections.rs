//! Findings about connections and the requests on them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::plan::TargetId;

/// What the checks of the connections can find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum ConnectionsFinding {
    /// Every call opened a connection of its own, as planned.
    AllCold,
    /// Every call found the kind of connection that it wanted.
    AllAsWanted,
    /// Calls of warm or resumed targets had to open a connection first.
    SomeRedialled {
        /// Those of the target with the largest share of them.
        redialled: u64,
        /// That target's calls.
        issued: u64,
        /// That target.
        worst: TargetId,
        /// How many are tolerated.
        limit: u64,
    },
    /// A real service does not tell how many requests it saw.
    RequestsUnknown,
    /// The simulated service could not tell how many requests it saw.
    RequestsNotCounted,
    /// Requests that the simulated service saw, and calls that were made.
    Requests {
        /// Requests seen.
        seen: u64,
        /// Calls made, warm-up included.
        made: u64,
        /// Calls without an answer, which need not have arrived.
        unanswered: u64,
    },
    /// Names of AWS were answered by this machine.
    OnThisMachine {
        /// The first target of which that is so.
        first: TargetId,
        /// The address at which it was answered.
        address: IpAddr,
    },
}
