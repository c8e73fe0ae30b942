//! How to read the tables: the sentences below them.

use crate::judge::{Claims, FULL_SUPPORT, Method, Row, Summary};
use crate::plan::{Level, Load, TargetId};
use crate::results::Run;

use super::table::Column;
use super::tables::{FORBIDDEN, THIN, unsupported};
use crate::report::words::names::caption;
use crate::report::words::numbers::{count, duration, percent, percent_as_set};
use crate::report::words::verdicts::one_of_many;

/// The sentences below the tables.
pub(crate) fn legend(run: &Run, summary: &Summary, columns: &[Column]) -> Vec<String> {
    let mut legend = vec![
        "Times are service times of answered calls, from the first step of the connection (cold) or the first byte of the \
         request (warm) to the last byte of the answer. Rows are sorted by p50."
            .to_owned(),
    ];
    if columns
        .iter()
        .any(|column| matches!(column, Column::ResponseTime(_)))
    {
        legend.push(
            "“From schedule” counts from the moment at which the schedule wanted the call sent."
                .to_owned(),
        );
    }
    legend.push(intervals(run, summary));
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
            _ => "by how their blocks differ the answers of no row are worth so many".to_owned(),
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
    let assumed = match (blocks, ranks) {
        (_, 0) => "those of one endpoint come from how its blocks differ",
        (0, _) => "those of one endpoint assume independent answers, because there are few",
        _ => {
            "those of one endpoint come from how its blocks differ, or assume independent answers where there are few"
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
        (true, true) => ", and all those of one table and percentile hold together".to_owned(),
        (true, false) => format!(
            ", and each holds by itself: {}",
            one_of_many(judging.confidence)
        ),
    };
    format!(
        "Intervals are of {} confidence and hold for the time that was measured: {assumed}; those against the global \
         endpoint come from differences within blocks{together}. “Faster” and “slower” lie beyond {} and {} as a whole, “equivalent” within.",
        percent_as_set(judging.confidence),
        percent(judging.margin_ratio),
        duration(judging.margin.as_nanos() as f64)
    )
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
        format!("{THIN} stands on fewer than {FULL_SUPPORT:.0} independent answers beyond it: take its size, not its digits.")
    });
    let forbidden =
        forbidden.then(|| format!("{FORBIDDEN} a check forbids this number; see above."));
    thin.into_iter().chain(forbidden).collect()
}

/// Which endpoints cannot be distinguished.
fn ties(summary: &Summary) -> Vec<String> {
    if summary.rankings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "Ranks are intervals, all together of 95 % confidence; endpoints whose ranks overlap need not differ."
            .to_owned(),
    ];
    for ranking in &summary.rankings {
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
                "Not told apart, {}: {}.",
                caption(ranking.group()),
                sets.join("; ")
            ));
        }
    }
    lines
}
