//! The finding in one sentence, with its numbers.

use crate::compare::{Comparison, Place, Row, Summary};
use crate::results::Run;

use super::table::over;
use super::units::duration;
use super::units::relation;

/// What the run found: the endpoint of the vantage's own Region against the global one, or else the fastest; of the first
/// operation, over a warm connection where there is one.
pub(super) fn headline(run: &Run, summary: &Summary) -> String {
    if summary.rows.iter().all(|row| row.service_time.count == 0) {
        return "no endpoint gave an answer that counts".to_owned();
    }
    let Some(stage) = stage(summary) else {
        return "no endpoint gave enough answers for a p50, which needs 6".to_owned();
    };
    let fastest = stage.iter().min_by(|a, b| median(a).total_cmp(&median(b)));
    let here = stage.iter().find(|row| is_local(run, row));
    let regional = stage.iter().filter(|row| row.place == Place::Regional);
    let fastest_regional = regional.min_by(|a, b| median(a).total_cmp(&median(b)));
    let compared = here.into_iter().chain(fastest_regional).find_map(|row| Some((row, comparison(summary, row)?)));
    match (compared, fastest) {
        (Some((row, comparison)), _) => against_global(row, comparison),
        (None, Some(row)) if stage.len() == 1 => {
            format!(
                "{} answers {} in {} {} (p50)",
                row.endpoint,
                row.operation,
                duration(median(row)),
                over(row.connection)
            )
        }
        (None, Some(row)) => format!(
            "{} answers {} fastest of {} endpoints {} (p50 {})",
            row.endpoint,
            row.operation,
            stage.len(),
            over(row.connection),
            duration(median(row))
        ),
        (None, None) => "no endpoint gave enough answers for a p50, which needs 6".to_owned(),
    }
}

/// The rows with a p50 of the first operation and most telling connection that have any.
fn stage(summary: &Summary) -> Option<Vec<&Row>> {
    use crate::plan::Connection::{Cold, Resumed, Warm};
    let mut operations: Vec<_> = summary.rows.iter().map(|row| row.operation).collect();
    operations.dedup();
    let kinds =
        operations.into_iter().flat_map(|operation| [Warm, Cold, Resumed].map(|connection| (operation, connection)));
    kinds
        .map(|(operation, connection)| {
            let of_kind = |row: &&Row| row.operation == operation && row.connection == connection;
            let supported = |row: &&Row| row.service_time.percentile(0.5).is_some();
            summary.rows.iter().filter(of_kind).filter(supported).collect::<Vec<_>>()
        })
        .find(|rows| !rows.is_empty())
}

fn is_local(run: &Run, row: &Row) -> bool {
    let here = run.vantage.simulation.as_ref().map_or(run.vantage.name.as_str(), |simulation| &simulation.region);
    // A Region's plain endpoint bears the Region's own name.
    row.endpoint == here
}

fn comparison<'a>(summary: &'a Summary, row: &Row) -> Option<&'a Comparison> {
    summary.comparisons.iter().find(|c| c.candidate == row.target && c.percentile == 0.5)
}

fn against_global(row: &Row, comparison: &Comparison) -> String {
    let than = match relation(comparison.ratio.value) {
        same if same == "as fast" => "as fast as".to_owned(),
        different => format!("{different} than"),
    };
    format!(
        "{} answers {} {than} the global endpoint {} (p50 {} against {})",
        row.endpoint,
        row.operation,
        over(row.connection),
        duration(median(row)),
        duration(median(row) + comparison.difference.value)
    )
}

fn median(row: &Row) -> f64 {
    row.service_time.percentile(0.5).unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use crate::compare::fixture::{Fixture, answer, refused};
    use crate::compare::summarise;

    use super::*;

    fn of(run: &Run) -> String {
        headline(run, &summarise(run))
    }

    #[test]
    fn the_vantage_s_own_region_is_set_against_the_global_endpoint() {
        let fixture = Fixture::of("global,eu-central-1,eu-west-1").calls(20, |_, _| answer(90));
        let fixture = fixture.calls_of("eu-central-1", 20, |_| answer(25)).calls_of("eu-west-1", 20, |_| answer(5));
        assert_eq!(
            of(&fixture.run()),
            "eu-central-1 answers get-caller-identity 3.6× faster than the global endpoint on a warm connection \
             (p50 25.0 ms against 90.0 ms)"
        );
    }

    #[test]
    fn from_elsewhere_the_fastest_region_speaks_and_slower_is_slower() {
        let fixture = Fixture::of("global,eu-west-1,us-west-2").calls(20, |_, _| answer(300));
        let mut run = fixture.calls_of("global", 20, |_| answer(100)).calls_of("us-west-2", 20, |_| answer(150)).run();
        run.vantage.name = "a laptop".to_owned();
        let sentence = of(&run);
        assert!(
            sentence.starts_with("us-west-2 answers get-caller-identity 1.50× slower than the global"),
            "{sentence}"
        );
    }

    #[test]
    fn equal_endpoints_are_as_fast() {
        let sentence = of(&Fixture::small().calls(20, |_, _| answer(30)).run());
        assert!(sentence.contains("as fast as the global endpoint"), "{sentence}");
    }

    #[test]
    fn without_a_global_endpoint_the_fastest_is_named() {
        let fixture = Fixture::of("eu-west-1,eu-west-2").calls(20, |_, _| answer(30));
        let sentence = of(&fixture.calls_of("eu-west-2", 20, |_| answer(20)).run());
        assert_eq!(
            sentence,
            "eu-west-2 answers get-caller-identity fastest of 2 endpoints on a warm connection (p50 20.0 ms)"
        );
    }

    #[test]
    fn too_little_data_makes_no_claim() {
        assert_eq!(of(&Fixture::small().calls(9, |_, _| refused()).run()), "no endpoint gave an answer that counts");
        let few = of(&Fixture::small().calls(5, |_, _| answer(9)).run());
        assert_eq!(few, "no endpoint gave enough answers for a p50, which needs 6");
    }
}
