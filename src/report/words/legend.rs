//! How to read the tables: the sentences below them.

use crate::judge::{Claims, FULL_SUPPORT, Method, Obstacle, Ranking, Row, Summary, Verdict};
use crate::plan::{Level, Load, TargetId};
use crate::results::Run;

use super::names::caption;
use super::numbers::{count, duration_as_set, percent_as_set, plural};
use super::side_by_side::comparisons;
use super::verdicts::{confidence, one_of_many, verdict_words};
use crate::report::view::table::Column;
use crate::report::view::tables::{FORBIDDEN, THIN, unsupported};

/// The sentences below the tables.
pub(crate) fn legend(run: &Run, summary: &Summary, columns: &[Column]) -> Vec<String> {
    let mut legend = vec![
        "Times are service times: from the first step of the connection (cold) or the first byte of the request (warm) to the \
         last byte of the answer. Percentiles are of all calls, and a failed call counts as never answered. Rows are sorted by p50."
            .to_owned(),
    ];
    if columns
        .iter()
        .any(|column| matches!(column, Column::ResponseTime(_)))
    {
        legend
            .push("“From schedule” begins when the call was due, not when it was sent.".to_owned());
    }
    legend.push(intervals(run, summary));
    if columns.contains(&Column::AgainstGlobal) {
        legend.push(verdicts(run, summary));
    }
    legend.extend(marks(summary));
    legend.extend(ties(summary));
    let most = summary
        .rows
        .iter()
        .map(|row| row.service_time.count)
        .max()
        .unwrap_or(0);
    for level in unsupported(columns) {
        let needed = level.answers_needed();
        let remedy = match run.plan.load {
            Load::Audit { .. } => "--rounds",
            Load::Open { .. } | Load::Closed { .. } => "--duration",
        };
        let have = match most {
            most if most < needed => format!("no row has more than {}", count(most)),
            _ => "no row's answers are worth so many, by how its blocks differ".to_owned(),
        };
        legend.push(format!(
            "{level} is left out: a 95 % interval around it needs {} independent answers, and {have} (raise {remedy}).",
            count(needed)
        ));
    }
    legend
}

/// What the intervals cover and what they assume.
fn intervals(run: &Run, summary: &Summary) -> String {
    let methods = summary
        .rows
        .iter()
        .filter_map(|row| row.service_time.estimate(Level::P50))
        .map(|p50| p50.method);
    let (mut blocks, mut ranks) = (0, 0);
    methods.for_each(|method| match method {
        Method::BatchWoodruff { .. } => blocks += 1,
        Method::OrderStatistics => ranks += 1,
    });
    let from = match (blocks, ranks) {
        (_, 0) => "It comes from how the endpoint's blocks differ",
        (0, _) => "It assumes independent answers, because there are few",
        _ => {
            "It comes from how the endpoint's blocks differ, or assumes independent answers where there are few"
        }
    };
    let judging = &run.plan.judging;
    let several = summary
        .comparisons
        .iter()
        .chain(&summary.together)
        .any(|comparison| comparison.together > 1);
    let together = match (several, judging.simultaneous) {
        (false, _) => String::new(),
        (true, true) => "; all those of one table and percentile hold together".to_owned(),
        (true, false) => format!(
            "; each holds by itself: {}",
            one_of_many(judging.confidence)
        ),
    };
    format!(
        "An interval holds the true value, for the time that was measured, with {} confidence. {from}; that of a ratio comes \
         from the blocks that both endpoints have{together}.",
        percent_as_set(judging.confidence),
    )
}

/// When the verdicts that appear in the tables are given.
fn verdicts(run: &Run, summary: &Summary) -> String {
    let judging = &run.plan.judging;
    let of = |wanted: &[Verdict]| {
        let compared = summary.comparisons.iter();
        compared
            .filter(|comparison| comparison.level == Level::P50)
            .find(|comparison| wanted.contains(&comparison.verdict))
    };
    let decided = format!(
        "Faster and slower: the whole interval of the ratio lies beyond the margin, the larger of {} of the global p50 and {}.",
        percent_as_set(judging.margin_ratio),
        duration_as_set(judging.margin.as_nanos() as f64)
    );
    let equivalent = of(&[Verdict::Equivalent]).map(|comparison| {
        format!(
            "Equivalent: the {} interval, which is shown there, lies within the margin.",
            confidence(comparison)
        )
    });
    let unproven = of(&[Verdict::SlightlyFaster, Verdict::SlightlySlower]).map(|comparison| {
        format!(
            "“{}”: it is, but perhaps by less than the margin.",
            verdict_words(comparison)
        )
    });
    [Some(decided), equivalent, unproven]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The meaning of the marks that appear in the tables.
fn marks(summary: &Summary) -> Vec<String> {
    let any = |seen: &dyn Fn(&Row, Level) -> bool| {
        summary
            .rows
            .iter()
            .any(|row| Level::ALL.into_iter().any(|level| seen(row, level)))
    };
    let thin = any(&|row, level| row.service_time.is_thin(level));
    let forbidden = any(&|row, level| {
        row.service_time.percentile(level).is_some()
            && summary
                .forbidden(row.target, level, Claims::OneEndpoint)
                .is_some()
    });
    let thin = thin.then(|| {
        format!("{THIN} has fewer than {FULL_SUPPORT:.0} independent answers beyond it: it is approximate.")
    });
    let forbidden =
        forbidden.then(|| format!("{FORBIDDEN} must not be used: a check forbids it (see above)."));
    thin.into_iter().chain(forbidden).collect()
}

/// What the ranks count, which endpoints have none, and which cannot be distinguished.
fn ties(summary: &Summary) -> Vec<String> {
    if summary.rankings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "Ranks count {}. All of one table hold together with 95 % confidence; endpoints whose ranks overlap need not differ.",
        ranked(&summary.rankings)
    )];
    for ranking in &summary.rankings {
        // The line of an endpoint without any answer says so itself.
        let unranked: Vec<String> = ranking
            .unranked
            .iter()
            .filter(|(_, why)| !matches!(why, Obstacle::NoAnswers { .. }))
            .filter_map(|(target, why)| {
                let endpoint = &summary
                    .rows
                    .iter()
                    .find(|row| row.target == *target)?
                    .endpoint;
                Some(format!("{endpoint}, since {}", comparisons::obstacle(why)))
            })
            .collect();
        if !unranked.is_empty() {
            lines.push(format!(
                "Without rank, {}: {}.",
                caption(ranking.group()),
                unranked.join("; ")
            ));
        }
        let name = |target: &TargetId| {
            summary
                .rows
                .iter()
                .find(|row| row.target == *target)
                .map(|row| &row.endpoint)
        };
        let sets: Vec<String> = ranking
            .ties
            .iter()
            .filter(|set| set.len() > 1)
            .map(|set| {
                set.iter()
                    .filter_map(name)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" = ")
            })
            .collect();
        if !sets.is_empty() {
            lines.push(format!(
                "No significant difference, {}: {}.",
                caption(ranking.group()),
                sets.join("; ")
            ));
        }
    }
    lines
}

/// How many endpoints have a rank: `16 endpoints`, or for each table where the numbers differ.
fn ranked(rankings: &[Ranking]) -> String {
    let number = |ranking: &Ranking| plural(ranking.places.len() as u64, "endpoint");
    let all: Vec<String> = rankings.iter().map(number).collect();
    match all.split_first() {
        Some((first, others)) if others.iter().all(|other| other == first) => first.clone(),
        _ => rankings
            .iter()
            .map(|ranking| format!("{} of {}", number(ranking), caption(ranking.group())))
            .collect::<Vec<_>>()
            .join("; "),
    }
}
