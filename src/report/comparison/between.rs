//! A run compared with another, for people.

use crate::judge::{Between, Design, Matched, Standing, Verdict};
use crate::results::Run;

use super::sheet::{Highlight, Sheet, SheetLine, named, tables, time};
use crate::report::view::fact::Fact;
use crate::report::words::numbers::{NOTHING, change};
use crate::report::words::side_by_side::between as words;
use crate::report::words::side_by_side::comparisons;
use crate::report::words::verdicts::{saved, verdict_cell};

pub(crate) fn sheet(baseline: &Run, candidate: &Run, between: &Between) -> Sheet {
    if !between.design.decides() {
        return sequential_sheet(baseline, candidate, between);
    }
    Sheet {
        title: words::title(between),
        facts: facts(baseline, candidate, between),
        header: &[
            "endpoint",
            "baseline p50",
            "candidate p50",
            "candidate is (ratio to baseline)",
            "by",
        ],
        spare: &[4],
        tables: tables(
            between
                .targets
                .iter()
                .map(|target| (target.name().group, line(target))),
        ),
        remarks: between.targets.iter().flat_map(words::remarks).collect(),
        legend: vec![words::JUDGED.to_owned()],
    }
}

/// Of runs that were measured one after the other.
fn sequential_sheet(baseline: &Run, candidate: &Run, between: &Between) -> Sheet {
    Sheet {
        title: match between.design {
            Design::Described => comparisons::DESCRIBED,
            _ => comparisons::NO_VERDICT,
        }
        .to_owned(),
        facts: facts(baseline, candidate, between),
        header: &[
            "endpoint",
            "baseline p50",
            "candidate p50",
            "change",
            "median of all endpoints",
            "relative to that",
        ],
        spare: &[4],
        tables: tables(
            between
                .targets
                .iter()
                .map(|target| (target.name().group, change_line(target))),
        ),
        remarks: between.targets.iter().flat_map(words::remarks).collect(),
        legend: vec![words::DESCRIPTION.to_owned()],
    }
}

fn facts(baseline: &Run, candidate: &Run, between: &Between) -> Vec<Fact> {
    let judging = &candidate.plan.judging;
    let measure = between.confidence.map(|confidence| {
        [
            ("margin", words::margin(judging)),
            ("confidence", words::confidence(confidence)),
        ]
    });
    [
        ("baseline", named(baseline)),
        ("candidate", named(candidate)),
        ("vantage", candidate.header.vantage.name.clone()),
        ("measured", words::design(between.design)),
    ]
    .into_iter()
    .chain(measure.into_iter().flatten())
    .map(|(name, value)| Fact { name, value })
    .collect()
}

fn line(target: &Matched) -> SheetLine {
    let (is, by, highlight) = match &target.standing {
        Standing::NoBaseline => (
            "no baseline".to_owned(),
            NOTHING.to_owned(),
            Highlight::Undecided,
        ),
        Standing::NoCandidate => (
            "no candidate".to_owned(),
            NOTHING.to_owned(),
            Highlight::Undecided,
        ),
        Standing::Uncompared(obstacle) => (
            obstacle.verdict.as_str().to_owned(),
            NOTHING.to_owned(),
            Highlight::Undecided,
        ),
        Standing::Changed { ratio, .. } => {
            (change(*ratio), NOTHING.to_owned(), Highlight::Undecided)
        }
        Standing::Compared(_) => match target.by_p50() {
            Some(comparison) => {
                let highlight = match comparison.verdict {
                    Verdict::Slower => Highlight::Slower,
                    _ if target.fails_more => Highlight::Slower,
                    Verdict::Inconclusive | Verdict::Invalid | Verdict::NoData => {
                        Highlight::Undecided
                    }
                    _ => Highlight::Nothing,
                };
                let by = if highlight == Highlight::Undecided {
                    NOTHING.to_owned()
                } else {
                    saved(comparison.difference)
                };
                (verdict_cell(comparison), by, highlight)
            }
            None => (NOTHING.to_owned(), NOTHING.to_owned(), Highlight::Undecided),
        },
    };
    let [baseline, candidate] = target.p50.map(time);
    let is = std::iter::once(is).chain(comparisons::fails_more(target));
    let is = is.collect::<Vec<_>>().join("; ");
    SheetLine {
        cells: vec![target.endpoint.clone(), baseline, candidate, is, by],
        highlight,
    }
}

/// One target of runs that were measured one after the other.
fn change_line(target: &Matched) -> SheetLine {
    let cell = |ratio: Option<f64>| ratio.map_or_else(|| NOTHING.to_owned(), change);
    let SheetLine {
        mut cells,
        highlight,
    } = line(target);
    cells.truncate(cells.len() - 1);
    let (common, relative) = match target.standing {
        Standing::Changed {
            common, relative, ..
        } => (common, relative),
        _ => (None, None),
    };
    cells.extend([cell(common), cell(relative)]);
    SheetLine { cells, highlight }
}
