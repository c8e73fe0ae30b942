//! Whether answers are new information or resemble their neighbours.

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::numbers::ids;
use crate::judge::checks::rule::Rule;
use crate::judge::{Check, CheckVerdict, Row};
use crate::results::finding::ServiceFinding;
use latency_stats::{Counted, Pooled, median};

pub(crate) const INDEPENDENCE: Rule = Rule {
    number: Some("V7"),
    name: "independence",
    formula: "n_eff / n: how many independent answers a target's answers are worth at p50, of how many; the median over the targets, and each target",
    threshold: "for claims about one endpoint: the median warns below 0.1 and is invalid where n_eff is below 16; a target is invalid where its n_eff is below 6, or below 16 and an eighth of the median's; from 160 answers on",
    examine: independence,
};

/// How many independent answers a target's answers are worth in one window.
struct EffectiveSize<'a> {
    row: &'a Row,
    independent: f64,
    answers: f64,
}

/// The targets of one window, and what is typical of them.
struct Window<'a> {
    sizes: Vec<EffectiveSize<'a>>,
    independent: f64,
    answers: f64,
    ratio: f64,
}

impl<'a> Window<'a> {
    /// `None` where no target has answers enough.
    fn of(sizes: Vec<EffectiveSize<'a>>) -> Option<Self> {
        let typical =
            |of: fn(&EffectiveSize<'a>) -> f64| median(&sizes.iter().map(of).collect::<Vec<_>>());
        Some(Self {
            independent: typical(|size| size.independent)?,
            answers: typical(|size| size.answers)?,
            ratio: typical(|size| size.independent / size.answers)?,
            sizes,
        })
    }

    fn verdict(&self) -> CheckVerdict {
        match self.independent {
            independent if independent < LEAST_EFFECTIVE => CheckVerdict::Invalid,
            _ if self.ratio < LEAST_RATIO => CheckVerdict::Warn,
            _ => CheckVerdict::Ok,
        }
    }

    /// The targets that are worth so much less than the others that what they measured was not one thing.
    fn moved(&self) -> impl Iterator<Item = &EffectiveSize<'a>> {
        let few = f64::min(LEAST_EFFECTIVE, self.independent / FAR_BELOW);
        let limit = few.max(SHORTEST);
        let apart = self.verdict() != CheckVerdict::Invalid;
        self.sizes
            .iter()
            .filter(move |size| apart && size.independent < limit)
    }
}

/// Intervals widen with the resemblance of neighbours. When a run is worth fewer than 16 independent answers, it is shorter than
/// 16 times its own memory, and no interval of one endpoint can be trusted any more: that is judged by what the targets share,
/// because 16 blocks show a target's own only roughly, and the targets that are refused for a low estimate are those whose
/// intervals are wide enough. A target that is worth next to nothing among others that are not has not a long memory: it
/// changed, and no length of a run makes that one service.
fn independence(input: &CheckInput<'_>) -> Vec<Check> {
    let windows: Vec<Window<'_>> = input
        .run
        .window_ranges()
        .into_iter()
        .filter_map(|range| {
            let sizes = input.rows.iter().zip(input.blocks);
            let sizes =
                sizes.filter_map(|(row, blocks)| effective_size(row, blocks.get(range.clone())?));
            Window::of(sizes.collect())
        })
        .collect();
    let Some(worst) = windows
        .iter()
        .min_by(|a, b| a.independent.total_cmp(&b.independent))
    else {
        return INDEPENDENCE.unknown(ServiceFinding::MemoryUntested {
            answers: LEAST_ANSWERS,
            blocks: LEAST_BLOCKS,
        });
    };
    let mut found: Vec<Check> = moved(&windows).into_iter().collect();
    if found.is_empty() || worst.verdict() > CheckVerdict::Ok {
        found.push(shared(worst));
    }
    found
}

/// The check of the run, by the window in which it is worth least.
fn shared(worst: &Window<'_>) -> Check {
    let verdict = worst.verdict();
    let finding = ServiceFinding::Independence {
        answers: worst.answers,
        independent: worst.independent,
        ratio: worst.ratio,
        limit_ratio: LEAST_RATIO,
        least_independent: LEAST_EFFECTIVE,
    };
    let check = INDEPENDENCE.found(verdict, finding).measuring(worst.ratio);
    if verdict == CheckVerdict::Ok {
        return check;
    }
    let check = check.about(ids(worst.sizes.iter().map(|size| size.row)));
    if verdict == CheckVerdict::Invalid {
        check.of_one_endpoint()
    } else {
        check
    }
}

/// The check of the targets that changed in some window.
fn moved(windows: &[Window<'_>]) -> Option<Check> {
    let moved: Vec<_> = windows
        .iter()
        .flat_map(|window| window.moved().map(move |size| (window, size)))
        .collect();
    let (window, worst) = moved
        .iter()
        .min_by(|a, b| a.1.independent.total_cmp(&b.1.independent))?;
    let mut targets = ids(moved.iter().map(|(_, size)| size.row));
    targets.sort_unstable();
    targets.dedup();
    let finding = ServiceFinding::Moved {
        worst: worst.row.target,
        answers: worst.answers,
        independent: worst.independent,
        typical: window.independent,
        more_targets: targets.len() as u64 - 1,
    };
    let check = INDEPENDENCE
        .found(CheckVerdict::Invalid, finding)
        .measuring(worst.independent / worst.answers)
        .of_one_endpoint();
    Some(check.about(targets))
}

/// Answers, and blocks of them, from which on blocks show how many independent ones they are worth.
const LEAST_ANSWERS: u64 = 160;
const LEAST_BLOCKS: u64 = 8;

/// The confidence of the interval that the effective size is read from: what a run is worth does not depend on how sure its
/// readers want to be.
const CONFIDENCE: f64 = 0.95;

/// Independent answers below which a run lasts less than 16 times as long as its answers stay correlated.
pub(super) const LEAST_EFFECTIVE: f64 = 16.0;

/// The share of independent answers below which the check warns.
const LEAST_RATIO: f64 = 0.1;

/// Independent answers below which there is no interval of a median.
const SHORTEST: f64 = 6.0;

/// How many times fewer independent answers than the others a target has that changed.
const FAR_BELOW: f64 = 8.0;

/// How many independent answers these blocks of a target are worth; `None` of too few.
fn effective_size<'a>(row: &'a Row, blocks: &[Counted]) -> Option<EffectiveSize<'a>> {
    let answers: u64 = blocks.iter().map(Counted::total).sum();
    let [share] = Pooled::of(blocks, [0.5]).independent_shares(CONFIDENCE);
    let share = share.filter(|_| answers >= LEAST_ANSWERS)?;
    Some(EffectiveSize {
        row,
        independent: share * answers as f64,
        answers: answers as f64,
    })
}
