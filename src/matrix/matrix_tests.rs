//! Places side by side: each has its own decision, all hold together, and the order in which they come does not matter.

use proptest::prelude::*;

use super::*;
use crate::advice::Recommendation;
use crate::judge::synthetic_run::{Fixture, answer};
use crate::plan::{ConnectionMode, Level};
use crate::results::Run;
use sts_model::Operation;

/// A run from the Region's place, to which its own endpoint takes `own` ms and the global one `global` ms.
pub(crate) fn run_from(vantage: &str, region: &str, own: u64, global: u64) -> Run {
    measured_from(Fixture::wide, vantage, region, own, global)
}

/// The same of the operations and kinds of connection of that fixture.
fn measured_from(
    fixture: fn(&str) -> Fixture,
    vantage: &str,
    region: &str,
    own: u64,
    global: u64,
) -> Run {
    let mut run = fixture(&format!("global,{region},ap-northeast-1"))
        .calls(96, |target, i| {
            let jitter = u64::from(i % 3);
            match target.endpoint.name.as_str() {
                "global" => answer(global + jitter),
                "ap-northeast-1" => answer(400 + jitter),
                _ => answer(own + jitter),
            }
        })
        .simulated_run();
    run.header.vantage.name = vantage.to_owned();
    if let Some(simulation) = &mut run.header.vantage.simulation {
        simulation.region = region.to_owned();
    }
    run.header.vantage.local_region = None;
    run.header.run_id = format!("20261128-060000-{vantage}");
    run
}

pub(crate) fn of(runs: impl IntoIterator<Item = Run>) -> Matrix {
    let runs: Vec<Run> = runs.into_iter().collect();
    let mut builder = MatrixBuilder::new(runs.len(), 0.95);
    for run in runs {
        builder.add(run).expect("another place");
    }
    builder.finish().expect("places")
}

fn three() -> [Run; 3] {
    [
        run_from("frankfurt", "eu-central-1", 20, 110),
        run_from("virginia", "us-east-2", 30, 30),
        run_from("cape-town", "af-south-1", 250, 90),
    ]
}

#[test]
fn each_place_has_its_own_decision_at_a_confidence_at_which_all_hold() {
    let matrix = of(three());
    let decisions: Vec<(&str, &Recommendation)> = matrix
        .rows
        .iter()
        .map(|row| (row.vantage.as_str(), &row.advice.decision))
        .collect();
    assert!(
        matches!(
            decisions[..],
            [
                ("cape-town", Recommendation::MakesSlower),
                ("frankfurt", Recommendation::SetIt),
                ("virginia", Recommendation::NoNeed(_)),
            ]
        ),
        "{decisions:?}"
    );
    assert!((matrix.row_confidence - (1.0 - 0.05 / 3.0)).abs() < 1e-12);
    for saving in matrix.rows.iter().flat_map(|row| row.advice.savings()) {
        assert!(
            saving.confidence >= matrix.row_confidence - 1e-12,
            "{saving:?}"
        );
    }
    let alone = of([run_from("frankfurt", "eu-central-1", 20, 110)]);
    assert!(
        (alone.row_confidence - 0.95).abs() < 1e-12,
        "one row is as it was"
    );
}

#[test]
fn the_columns_are_every_endpoint_of_any_place_and_the_global_one_comes_first() {
    let matrix = of(three());
    let names: Vec<&str> = matrix.endpoints.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "global",
            "af-south-1",
            "ap-northeast-1",
            "eu-central-1",
            "us-east-2"
        ]
    );
    for row in &matrix.rows {
        assert_eq!(row.cells.len(), names.len());
        let own = row.advice.region.as_deref().expect("a Region");
        let fastest = if row.vantage == "cape-town" {
            "global"
        } else {
            own
        };
        let cell = matrix.cell(row, fastest).expect("called");
        assert!(
            matches!(
                cell.standing,
                CellStanding::Fastest | CellStanding::TiedForFastest
            ),
            "{}: {cell:?}",
            row.vantage
        );
        assert_eq!(
            matrix.cell(row, "ap-northeast-1").expect("called").standing,
            CellStanding::Slower
        );
        assert_eq!(matrix.cell(row, "eu-west-1"), None);
    }
    let called = matrix.rows[1].cells.iter().flatten().count();
    assert_eq!(called, 3, "what a place did not call is no number");
}

#[test]
fn the_order_of_the_runs_does_not_matter() {
    let [first, second, third] = three();
    let one = of([first.clone(), second.clone(), third.clone()]);
    assert_eq!(one, of([third, first, second]));
}

#[test]
fn what_is_claimed_of_all_places_is_what_their_intervals_add_up_to() {
    for (places, confidence) in [(2, 0.9999), (501, 0.95), (10_000, 0.95)] {
        let mut builder = MatrixBuilder::new(places, confidence);
        builder
            .add(run_from("a", "eu-central-1", 20, 110))
            .expect("a place");
        let matrix = builder.finish().expect("a place");
        let of_each = 1.0 - (1.0 - confidence) / places as f64;
        assert!((matrix.row_confidence - of_each).abs() < 1e-12, "{places}");
    }
    let mut builder = MatrixBuilder::new(2, 0.9999);
    for (vantage, region) in [("a", "eu-central-1"), ("b", "us-west-2")] {
        builder
            .add(run_from(vantage, region, 20, 110))
            .expect("another place");
    }
    let matrix = builder.finish().expect("places");
    for saving in matrix.rows.iter().flat_map(|row| row.advice.savings()) {
        assert!(saving.confidence >= 0.99995 - 1e-12, "{saving:?}");
    }
}

#[test]
fn endpoints_that_too_few_blocks_compare_are_not_said_to_be_alike() {
    // Cut off in the fourth of sixteen blocks.
    let mut run = Fixture::wide("global,eu-central-1,us-west-2")
        .calls(400, |target, _| match target.endpoint.name.as_str() {
            "global" => answer(240),
            "us-west-2" => answer(298),
            _ => answer(14),
        })
        .run_until(96);
    run.header.vantage.name = "cut".to_owned();
    let matrix = of([run]);
    for cell in matrix.rows[0].cells.iter().flatten() {
        assert!(cell.p50.is_some(), "{cell:?}");
        assert_eq!(cell.standing, CellStanding::Unranked, "{cell:?}");
    }
}

#[test]
fn a_place_with_other_calls_has_no_row_and_counts_in_no_headline() {
    let other = measured_from(Fixture::of, "a-first", "eu-central-1", 20, 110);
    let mut all = vec![other];
    for place in ["b", "c"] {
        all.push(measured_from(Fixture::cold, place, "eu-central-1", 20, 110));
    }
    let matrix = of(all);
    assert_eq!(matrix.group.connection, ConnectionMode::Cold);
    let named: Vec<&str> = matrix.rows.iter().map(|row| row.vantage.as_str()).collect();
    assert_eq!(named, ["b", "c"], "what most places called is shown");
    assert_eq!(matrix.other_calls, ["a-first"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn no_order_of_the_runs_changes_anything(
        places in prop::collection::vec((1..60_u64, 1..200_u64, 0..3_usize), 1..5),
        key in prop::collection::vec(any::<u32>(), 5),
    ) {
        let runs: Vec<Run> = places
            .iter()
            .enumerate()
            .map(|(number, (own, global, kinds))| {
                let fixture = [Fixture::cold, Fixture::of, Fixture::wide][*kinds];
                let vantage = format!("place-{number}");
                measured_from(fixture, &vantage, "eu-central-1", *own, *global)
            })
            .collect();
        let mut shuffled: Vec<(u32, Run)> = key.into_iter().zip(runs.clone()).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        prop_assert_eq!(of(runs), of(shuffled.into_iter().map(|(_, run)| run)));
    }
}

#[test]
fn the_medians_are_those_of_the_runs() {
    let run = run_from("frankfurt", "eu-central-1", 20, 110);
    let summary = crate::judge::summarise(&run);
    let matrix = of([run]);
    let row = &matrix.rows[0];
    for judged in summary
        .rows
        .iter()
        .filter(|row| row.group() == matrix.group)
    {
        let cell = matrix.cell(row, &judged.endpoint).expect("called");
        assert_eq!(
            cell.p50.map(|p50| p50.value),
            judged.service_time.percentile(Level::P50)
        );
        assert_eq!((cell.answers, cell.failed), (96, 0));
    }
}

#[test]
fn a_place_twice_and_what_nobody_called_are_refused() {
    let mut builder = MatrixBuilder::new(2, 0.95);
    let again = run_from("frankfurt", "eu-central-1", 25, 110);
    builder
        .add(run_from("frankfurt", "eu-central-1", 20, 110))
        .expect("the first");
    let error = builder.add(again).expect_err("the same place").to_string();
    assert!(error.contains("\"frankfurt\" has a row already"), "{error}");

    let mut builder = MatrixBuilder::new(1, 0.95)
        .showing(Some(Operation::AssumeRole), Some(ConnectionMode::Warm));
    builder
        .add(run_from("frankfurt", "eu-central-1", 20, 110))
        .expect("a run");
    let error = builder.finish().expect_err("not called").to_string();
    assert_eq!(error, "no run called assume-role on warm connections");
    assert_eq!(
        MatrixBuilder::new(0, 0.95).finish(),
        Err(MatrixError::Nothing)
    );
}
