//! Endpoints that the times speak for, and whose calls fail more often than those of the other.

use crate::judge::{FailedCalls, Row, Verdict};
use crate::plan::ConnectionMode;

/// An endpoint whose calls fail more often than those of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FailsMore {
    /// Its name.
    pub endpoint: String,
    /// The name of the other.
    pub other: String,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Of its calls.
    pub failed: FailedCalls,
    /// Of the other's.
    pub failed_of_other: FailedCalls,
}

impl FailsMore {
    /// Whichever of two rows fails more often than the other, if one does.
    pub(crate) fn between(row: &Row, other: &Row) -> Option<Self> {
        Self::of(row, other).or_else(|| Self::of(other, row))
    }

    /// The row that fails more often than the other, if it does.
    fn of(row: &Row, other: &Row) -> Option<Self> {
        row.fails_more_than(other).then(|| Self {
            endpoint: row.endpoint.clone(),
            other: other.endpoint.clone(),
            connection: row.connection,
            failed: row.failed(),
            failed_of_other: other.failed(),
        })
    }
}

/// An endpoint and the global one over one kind of connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneKind<'a> {
    /// The endpoint.
    pub regional: &'a Row,
    /// The global one.
    pub global: &'a Row,
    /// How their p50s compare; `None` where they are not compared.
    pub verdict: Option<Verdict>,
}

/// Which of the two endpoints a caller may be told to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Favoured {
    /// The Regional one.
    pub regional: bool,
    /// The global one.
    pub global: bool,
}

impl Favoured {
    /// Either.
    pub(crate) const BOTH: Self = Self {
        regional: true,
        global: true,
    };

    /// By the times over all kinds of connection: whichever is faster over one of them, and both where neither is and they
    /// are equal over one.
    pub(crate) fn by_times(kinds: &[OneKind<'_>]) -> Self {
        let any = |wanted: [Verdict; 2]| {
            let mut verdicts = kinds.iter().filter_map(|kind| kind.verdict);
            verdicts.any(|verdict| wanted.contains(&verdict))
        };
        let regional = any([Verdict::Faster, Verdict::SlightlyFaster]);
        let global = any([Verdict::Slower, Verdict::SlightlySlower]);
        if !regional && !global && any([Verdict::Equivalent; 2]) {
            return Self::BOTH;
        }
        Self { regional, global }
    }

    /// Those of them that fail more often than the other, over every kind of connection on which they do.
    pub(crate) fn that_fail(self, kinds: &[OneKind<'_>]) -> Vec<FailsMore> {
        let of = |kind: &OneKind<'_>| {
            let regional = FailsMore::of(kind.regional, kind.global).filter(|_| self.regional);
            let global = FailsMore::of(kind.global, kind.regional).filter(|_| self.global);
            regional.or(global)
        };
        kinds.iter().filter_map(of).collect()
    }
}
