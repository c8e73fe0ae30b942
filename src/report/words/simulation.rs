//! That a run was simulated, and how; and that one is not of AWS for another reason.

use crate::judge::{Trend, answered_here};
use crate::results::{Run, Simulation};

/// Why a run's numbers are not AWS's, although they look like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotOfAws {
    /// The service was simulated.
    Simulated,
    /// AWS's names were answered by this machine.
    AnsweredHere,
}

impl NotOfAws {
    /// Of the run; `None` where nothing is known against it.
    pub(crate) fn of(run: &Run) -> Option<Self> {
        match run.header.vantage.simulation {
            Some(_) => Some(Self::Simulated),
            None => (!answered_here(run).is_empty()).then_some(Self::AnsweredHere),
        }
    }

    /// In two words.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Simulated => "Simulated",
            Self::AnsweredHere => "Not AWS",
        }
    }

    /// The same for a badge.
    pub(crate) fn capitals(self) -> &'static str {
        match self {
            Self::Simulated => "SIMULATED",
            Self::AnsweredHere => "NOT AWS",
        }
    }

    /// In brackets behind a name.
    pub(crate) fn aside(self) -> &'static str {
        match self {
            Self::Simulated => " (simulated)",
            Self::AnsweredHere => " (not AWS)",
        }
    }

    /// What it means.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Simulated => "these are not measurements of AWS.",
            Self::AnsweredHere => {
                "names of AWS's were answered by the machine that measured. These are not measurements of AWS."
            }
        }
    }

    /// What it means, with what is known of the simulation.
    pub(crate) fn details(self, run: &Run) -> String {
        let simulation = run.header.vantage.simulation.as_ref();
        simulation.map_or_else(|| self.sentence().to_owned(), simulated)
    }
}

/// Why the numbers of runs over time are not AWS's, and what that means.
pub(crate) fn origin(trend: &Trend) -> Option<(NotOfAws, String)> {
    let here = NotOfAws::AnsweredHere;
    match &trend.simulation {
        Some(simulation) => Some((NotOfAws::Simulated, simulated(simulation))),
        None => trend
            .answered_here
            .then(|| (here, here.sentence().to_owned())),
    }
}

/// That a run was simulated, and how.
pub(crate) fn simulated(simulation: &Simulation) -> String {
    let link = match simulation.link.as_str() {
        "kernel" => "every packet was delayed, TCP's handshakes included (kernel link)".to_owned(),
        "bytes" => "the bytes of a connection were delayed, TCP's own handshake was not".to_owned(),
        other => format!("link {other}"),
    };
    let refused = simulation
        .why_not_kernel
        .as_ref()
        .map(|why| format!(" ({why})"))
        .unwrap_or_default();
    format!(
        "a fleet on this machine, seen as from {}, seed {}; {link}{refused}. These are not measurements of AWS.",
        simulation.region, simulation.seed
    )
}
