//! What is said, not yet laid out. Texts are not escaped; each format escapes them for itself.

use crate::judge::{GateOutcome, GateResult};
use crate::report::view::claims::{finding, foremost, subject_with_others};
use crate::report::words::simulation::NotOfAws;
use crate::results::Run;

/// A run or a comparison in a few lines.
pub(crate) struct Brief {
    /// How it turned out.
    pub(crate) mood: Mood,
    /// The outcome in a few words, for a badge.
    pub(crate) short: String,
    /// The outcome in one line.
    pub(crate) headline: String,
    /// What there is to say of it, the worst first.
    pub(crate) lines: Vec<String>,
    /// Which run this is.
    pub(crate) context: String,
    /// Why the numbers are not AWS's, where that is known.
    pub(crate) not_of_aws: Option<NotOfAws>,
    /// Whether there is anything that a reviewer should know: a gate that is not proven, an endpoint that changed.
    pub(crate) is_news: bool,
}

/// How it turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mood {
    /// As it should be.
    Good,
    /// Numbers alone.
    Neutral,
    /// Not decided.
    Open,
    /// Worse than it should be.
    Bad,
}

impl Brief {
    /// The outcome as a heading of a few words: `❌ 1 slower: eu-west-3`.
    pub(crate) fn found(&self) -> String {
        let sign = match self.mood {
            Mood::Good => "✅ ",
            Mood::Neutral => "",
            Mood::Open => "⚠️ ",
            Mood::Bad => "❌ ",
        };
        // The worst comes first, and each line begins with the endpoint that it is about.
        let worst = self.lines.first().filter(|_| self.mood == Mood::Bad);
        let worst = worst.and_then(|line| line.split([' ', ',', ':']).next());
        let worst = worst.map_or_else(String::new, |name| format!(": {name}"));
        let mut letters = self.short.chars();
        let first = letters.next().map(|letter| match sign {
            "" => letter.to_ascii_uppercase(),
            _ => letter,
        });
        let short: String = first.into_iter().chain(letters).collect();
        format!("{sign}{short}{worst}")
    }
}

impl Mood {
    pub(crate) fn of_gate(outcome: GateOutcome) -> Self {
        match outcome {
            GateOutcome::Proven => Self::Good,
            GateOutcome::Inconclusive => Self::Open,
            GateOutcome::Violated | GateOutcome::Invalid => Self::Bad,
        }
    }
}

/// One line for each gate, the worst first.
pub(crate) fn gate_lines(gates: &[GateResult], runs: &[&Run]) -> Vec<String> {
    let mut gates: Vec<&GateResult> = gates.iter().collect();
    gates.sort_by_key(|gate| std::cmp::Reverse(gate.outcome));
    let line = |gate: &&GateResult| {
        let found = foremost(gate).map(|(claim, others)| {
            let of = subject_with_others(claim, others);
            format!(": {of}: {}", finding(claim, runs))
        });
        let found = found
            .filter(|_| gate.outcome != GateOutcome::Proven)
            .unwrap_or_default();
        format!("{} {}{found}", gate.outcome.as_str(), gate.gate)
    };
    gates.iter().map(line).collect()
}
