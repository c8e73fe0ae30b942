//! What a gate says, read: a statistic of some targets against a limit, or against the same statistic of others.

use std::fmt;

use crate::judge::side::Side;
use crate::plan::{ConnectionMode, Target};
use sts_model::Operation;
use sts_model::{Endpoint, Region, Scope, matches_glob};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    /// Of each selected target.
    Limit {
        /// What is computed.
        statistic: Statistic,
        /// Whose.
        of: Selection,
        /// On which side of the limit the statistic has to lie.
        operator: Operator,
        /// ns, a share, or a number, as the statistic is.
        limit: f64,
    },
    /// Of each pair of targets with the same operation and kind of connection: the quotient of their statistics.
    Ratio {
        /// What is computed of either.
        time: TimeStatistic,
        /// Whose is divided.
        over: Selection,
        /// By whose.
        under: Selection,
        /// On which side of the factor the quotient has to lie.
        operator: Operator,
        /// Above 0.
        factor: f64,
    },
}

impl Condition {
    /// Whose statistics it is about.
    pub(crate) fn selections(&self) -> impl Iterator<Item = &Selection> {
        let (first, second) = match self {
            Self::Limit { of, .. } => (of, None),
            Self::Ratio { over, under, .. } => (over, Some(under)),
        };
        std::iter::once(first).chain(second)
    }
}

/// What is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Statistic {
    /// Of the answers' service times.
    Time(TimeStatistic),
    /// Faults and failures over calls, 0–1.
    ErrorRate,
    /// Answers.
    Count,
}

/// What is computed of service times.
///
/// Displayed as gates have it: `p99.9`, `avg`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TimeStatistic {
    /// The percentile of that share, 0–1 (both excluded).
    Percentile(f64),
    /// The arithmetic mean.
    Mean,
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => time.fmt(f),
            Self::ErrorRate => f.write_str("error_rate"),
            Self::Count => f.write_str("count"),
        }
    }
}

impl fmt::Display for TimeStatistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Ten digits hide that 0.999 × 100 is not 99.9.
            Self::Percentile(share) => write!(f, "p{}", (share * 1e12).round() / 1e10),
            Self::Mean => f.write_str("avg"),
        }
    }
}

/// Which targets. An empty list leaves the choice open.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Selection {
    /// Of these endpoints.
    pub(crate) endpoints: Vec<Choice>,
    /// Calls of these operations.
    pub(crate) operations: Vec<Operation>,
    /// Over these kinds of connection.
    pub(crate) connections: Vec<ConnectionMode>,
    /// In which of two runs that are compared.
    pub(crate) side: Option<Side>,
}

impl Selection {
    /// Whether `target` is among them; a twin has to be named.
    pub(crate) fn selects(&self, target: &Target) -> bool {
        let open = self.endpoints.is_empty() && target.endpoint.twin_of.is_none();
        (open || self.endpoints.iter().any(|choice| choice.matches(target)))
            && (self.operations.is_empty() || self.operations.contains(&target.call.operation()))
            && (self.connections.is_empty() || self.connections.contains(&target.connection))
    }
}

/// One choice of endpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The global one.
    Global,
    /// All others.
    Regional,
    /// By name, city or glob.
    Named(String),
}

impl Choice {
    /// Whether `target` is at one of them; a twin has to be named.
    pub(crate) fn matches(&self, target: &Target) -> bool {
        let original = target.endpoint.twin_of.is_none();
        match self {
            Self::Global => original && is_global(&target.endpoint),
            Self::Regional => original && !is_global(&target.endpoint),
            Self::Named(glob) => {
                let name = target.endpoint.name.as_str();
                matches_glob(glob, name)
                    || Region::in_city(glob).is_some_and(|region| region.name == name)
            }
        }
    }
}

/// AWS's own, or the one that the user gave that name.
fn is_global(endpoint: &Endpoint) -> bool {
    endpoint.scope == Scope::Global || endpoint.name == GLOBAL
}

pub(crate) const GLOBAL: &str = "global";
pub(crate) const REGIONAL: &str = "regional";

/// How a statistic has to stand to its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

impl Operator {
    /// Every operator.
    pub(crate) const ALL: [Self; 4] = [Self::Below, Self::AtMost, Self::Above, Self::AtLeast];

    /// As written.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The one that says the same when the sides are exchanged.
    pub(crate) fn mirrored(self) -> Self {
        match self {
            Self::Below => Self::Above,
            Self::AtMost => Self::AtLeast,
            Self::Above => Self::Below,
            Self::AtLeast => Self::AtMost,
        }
    }

    /// Whether `value` stands so to `limit`.
    pub(crate) fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Below => value < limit,
            Self::AtMost => value <= limit,
            Self::Above => value > limit,
            Self::AtLeast => value >= limit,
        }
    }
}
