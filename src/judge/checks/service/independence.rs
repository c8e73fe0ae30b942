//! Whether answers are new information or resemble their neighbours.

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::rule::{Rule, gravest};
use crate::judge::{Check, CheckVerdict, Percentile, Row};
use crate::plan::Level;
use crate::results::finding::ServiceFinding;
use latency_stats::{Counted, Method, percentile};

pub(crate) const INDEPENDENCE: Rule = Rule {
    number: Some("V7"),
    name: "independence",
    formula: "n_eff / n: how many independent answers a target's answers are worth at p50, of how many",
    threshold: "warns below 0.1; invalid for claims about one endpoint where n_eff is below 16; from 160 answers on",
    examine: independence,
};

/// How many independent answers a target's answers are worth.
struct EffectiveSize<'a> {
    row: &'a Row,
    independent: f64,
    answers: f64,
}

impl EffectiveSize<'_> {
    fn ratio(&self) -> f64 {
        self.independent / self.answers
    }

    fn verdict(&self) -> CheckVerdict {
        match self.independent {
            independent if independent < LEAST_EFFECTIVE => CheckVerdict::Invalid,
            independent if independent < LEAST_RATIO * self.answers => CheckVerdict::Warn,
            _ => CheckVerdict::Ok,
        }
    }
}

/// Intervals widen with the resemblance of neighbours; but when the whole run is worth fewer than 16 independent answers it
/// is shorter than 16 times its own memory, and the interval of one endpoint's percentile cannot be trusted any more.
fn independence(input: &CheckInput<'_>) -> Vec<Check> {
    let sizes: Vec<EffectiveSize<'_>> = input
        .rows
        .iter()
        .zip(input.blocks)
        .filter_map(|(row, blocks)| effective_size(input, row, blocks))
        .collect();
    let (verdict, whose) = gravest(sizes.iter().map(|size| (size.row.target, size.verdict())));
    let worst = sizes
        .iter()
        .filter(|size| size.verdict() == verdict)
        .min_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    let Some(worst) = worst else {
        return INDEPENDENCE.unknown(ServiceFinding::MemoryUntested {
            answers: LEAST_ANSWERS,
            blocks: LEAST_BLOCKS,
        });
    };
    let finding = ServiceFinding::Independence {
        answers: worst.answers,
        independent: worst.independent,
        ratio: worst.ratio(),
        limit_ratio: LEAST_RATIO,
        least_independent: LEAST_EFFECTIVE,
        worst: worst.row.target,
    };
    let check = INDEPENDENCE
        .found(verdict, finding)
        .measuring(worst.ratio())
        .about(whose);
    vec![if verdict == CheckVerdict::Invalid {
        check.of_one_endpoint()
    } else {
        check
    }]
}

/// Answers, and blocks of them, from which on blocks show how many independent ones they are worth.
const LEAST_ANSWERS: u64 = 160;
const LEAST_BLOCKS: u64 = 8;

/// The confidence of the interval that the effective size is read from.
const CONFIDENCE: f64 = 0.95;

/// Independent answers below which a run is shorter than 16 times its own memory.
pub(super) const LEAST_EFFECTIVE: f64 = 16.0;

/// The share of independent answers below which the check warns.
const LEAST_RATIO: f64 = 0.1;

/// How many independent answers the target's answers are worth, in the window in which they are worth least.
fn effective_size<'a>(
    input: &CheckInput<'_>,
    row: &'a Row,
    blocks: &[Counted],
) -> Option<EffectiveSize<'a>> {
    let windows = input.run.window_ranges();
    let found = windows.iter().filter_map(|window| {
        let blocks = blocks.get(window.clone())?;
        let answers: u64 = blocks.iter().map(Counted::total).sum();
        // What a run is worth does not depend on how sure its readers want to be.
        let same = |known: &&Percentile| {
            known.interval.confidence == CONFIDENCE && by_blocks(known.method)
        };
        let p50 = match row
            .service_time
            .estimate(Level::P50)
            .filter(|_| windows.len() == 1)
            .filter(same)
        {
            Some(known) => *known,
            None => percentile(blocks, 0.5, CONFIDENCE).ok()?,
        };
        let enough = answers >= LEAST_ANSWERS && by_blocks(p50.method);
        enough.then_some(EffectiveSize {
            row,
            independent: p50.effective,
            answers: answers as f64,
        })
    });
    found.min_by(|a, b| a.ratio().total_cmp(&b.ratio()))
}

fn by_blocks(method: Method) -> bool {
    matches!(method, Method::BatchWoodruff { .. })
}
