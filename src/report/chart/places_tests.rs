//! The kinds `matrix` and `world`, drawn from places that are made up.

use std::collections::BTreeMap;

use super::drawing::plots::heat::colours;
use super::kinds_tests::assert_inside;
use super::*;
use crate::advice::{Advice, Recommendation};
use crate::judge::{Interval, Method, Percentile, Place};
use crate::matrix::{CellStanding, Matrix, MatrixCell, MatrixEndpoint, MatrixRow};
use crate::plan::{ConnectionMode, Group};
use crate::report::words::language::Language;
use sts_model::Operation;

/// So many places and Regional endpoints; the own Region of place n is endpoint n, which is the fastest there.
fn matrix(places: usize, regional: usize) -> Matrix {
    let name = |number: usize| format!("ap-southeast-{number}");
    let endpoints = (0..=regional).map(|column| MatrixEndpoint {
        name: match column {
            0 => "global".to_owned(),
            column => name(column - 1),
        },
        place: match column {
            0 => Place::Global,
            _ => Place::Regional,
        },
    });
    let cell = |row: usize, column: usize| {
        let time = match column {
            0 => 120e6,
            column => 12e6 + 70e6 * (column - 1).abs_diff(row) as f64,
        };
        MatrixCell {
            p50: Some(Percentile {
                value: time,
                interval: Interval {
                    low: time - 1e6,
                    high: time + 1e6,
                    confidence: 0.95,
                },
                method: Method::OrderStatistics,
                effective: 96.0,
                support: 96.0,
            }),
            tail: Vec::new(),
            slowest: None,
            answers: 96,
            failed: 0,
            standing: if column == row + 1 {
                CellStanding::Fastest
            } else {
                CellStanding::Slower
            },
            served_by: BTreeMap::from([("us-east-1".to_owned(), 96)]),
        }
    };
    let row = |row: usize| MatrixRow {
        vantage: format!("place-{row:02}-of-a-long-name"),
        simulation: None,
        run_id: format!("run-{row}"),
        started_at: "2026-11-22T06:00:00Z".to_owned(),
        windows: 1,
        completion: crate::results::Completion::Complete,
        planned_confidence: 0.95,
        cells: (0..=regional)
            .map(|column| Some(cell(row, column)))
            .collect(),
        advice: Advice {
            region: Some(name(row)),
            decision: Recommendation::SetIt,
            operation: Some(Operation::GetCallerIdentity),
            new_connection: None,
            kept_connection: None,
            global: None,
        },
    };
    Matrix {
        group: Group {
            operation: Operation::GetCallerIdentity,
            connection: ConnectionMode::Cold,
        },
        confidence: 0.95,
        row_confidence: 0.99,
        endpoints: endpoints.collect(),
        rows: (0..places).map(row).collect(),
        other_calls: Vec::new(),
    }
}

fn drawn(matrix: &Matrix, change: impl FnOnce(&mut ChartSpec)) -> Result<String, ChartError> {
    drawn_as("matrix", matrix, change)
}

fn drawn_as(
    kind: &str,
    matrix: &Matrix,
    change: impl FnOnce(&mut ChartSpec),
) -> Result<String, ChartError> {
    let mut spec = ChartSpec::from(Theme::Light);
    change(&mut spec);
    side_by_side(kind.parse().expect("is a kind"), matrix, &spec)
}

/// The marks of a map are two discs each, with a ring around the fastest and a point in that of the place's own Region.
#[test]
fn a_world_has_a_map_for_each_place_with_each_region_where_it_is() {
    // Of ap-southeast-1 to -5 the places are known; -0 is no Region.
    let mut matrix = matrix(3, 6);
    matrix.rows[2].cells[3] = None;
    let svg = drawn_as("world", &matrix, |_| {}).expect("draws");
    assert_inside("world", &svg);
    let maps: Vec<&str> = svg.split("<g id=\"world-place-").skip(1).collect();
    let marks: Vec<usize> = maps
        .iter()
        .map(|map| map.matches("<circle").count())
        .collect();
    assert_eq!(marks, [5 * 2, 5 * 2 + 2, 4 * 2]);
    assert!(
        svg.contains(">ap-southeast-1 12.0 ms · global 120 ms<"),
        "{svg}"
    );
    assert!(svg.contains(">Not on the maps: ap-southeast-0<"));
    assert!(
        svg.contains(">fastest of its map<") && svg.contains(">endpoint of the place’s Region<")
    );
    let wide = drawn_as("world", &matrix, |spec| spec.look.width = 1200.0).expect("draws");
    let height = |svg: &str| svg.split("height=\"").nth(1).expect("has one")[..4].to_owned();
    assert!(height(&wide) < height(&svg), "three beside each other");
}

#[test]
fn a_world_needs_an_endpoint_whose_place_is_known_and_has_no_top() {
    let mut matrix = matrix(1, 1);
    let error = drawn_as("world", &matrix, |_| {}).expect_err("ap-southeast-0 is no Region");
    assert!(
        error.is_no_data() && error.to_string().contains("no world chart"),
        "{error}"
    );
    matrix.endpoints[1].name = "eu-west-1".to_owned();
    drawn_as("world", &matrix, |_| {}).expect("draws");
    let error = drawn_as("world", &matrix, |spec| spec.selection.top = Some(1));
    let error = error.expect_err("has no such option").to_string();
    assert!(error.contains("--top has no effect"), "{error}");
}

/// How many columns a picture has.
fn columns(svg: &str) -> usize {
    svg.matches("<g transform=\"rotate(").count()
}

#[test]
fn twelve_places_and_eighteen_endpoints_have_room_in_800_px_in_every_theme_and_language() {
    let matrix = matrix(12, 17);
    for theme in Theme::ALL {
        for language in Language::ALL {
            let draw = || {
                drawn(&matrix, |spec| {
                    spec.look.appearance = theme.into();
                    spec.wording.language = language;
                })
            };
            let svg = draw().expect("draws");
            assert_inside(&format!("{theme:?} {language:?}"), &svg);
            assert_eq!(columns(&svg), 18);
            assert_eq!(svg.matches("<g id=\"matrix-place-").count(), 12);
            for size in svg.split("font-size=\"").skip(1) {
                let size: f64 = size
                    .split('"')
                    .next()
                    .and_then(|it| it.parse().ok())
                    .expect("a size");
                assert!(size >= 12.0, "{size}");
            }
            assert_eq!(draw(), Ok(svg), "the same bytes");
        }
    }
}

#[test]
fn a_number_has_a_contrast_of_four_and_a_half_on_every_shade_and_on_grey() {
    for theme in Theme::ALL {
        let palette = theme.palette();
        let shades = (0..palette.shades.len()).map(Some).chain([None]);
        for shade in shades {
            let (behind, ink) = colours(palette.shades, palette.shade, palette.muted, shade);
            let contrast = ink.contrast(behind);
            assert!(contrast >= 4.5, "{theme:?} {shade:?}: {contrast}");
        }
    }
}

#[test]
fn each_shade_begins_at_twice_the_time_and_a_second_is_written_as_one() {
    let mut matrix = matrix(1, 4);
    for (column, time) in [9.4e6, 10e6, 19.9e6, 20e6, 1.24e9].into_iter().enumerate() {
        let cell = matrix.rows[0].cells[column].as_mut().expect("is there");
        cell.p50.as_mut().expect("has one").value = time;
    }
    let svg = drawn(&matrix, |_| {}).expect("draws");
    let shades = Theme::Light.palette().shades;
    let times = |shade: usize| svg.matches(&shades[shade].to_string()).count() - 1;
    assert_eq!(
        [0, 1, 2, 3, 7].map(times),
        [1, 2, 1, 0, 1],
        "beside the scale"
    );
    assert!(svg.contains(">9.4<") && svg.contains(">1.2s<"));
}

#[test]
fn what_a_check_forbids_is_grey_and_has_no_mark() {
    let mut matrix = matrix(2, 2);
    let sound = drawn(&matrix, |_| {}).expect("draws");
    let grey = Theme::Light.palette().shade.to_string();
    assert!(sound.contains(">fastest of its row<") && !sound.contains(&grey));
    for row in &mut matrix.rows {
        for cell in row.cells.iter_mut().flatten() {
            cell.standing = CellStanding::Forbidden;
        }
    }
    let svg = drawn(&matrix, |_| {}).expect("draws");
    assert!(svg.contains(">grey: a check forbids it<"));
    assert!(!svg.contains(">fastest of its row<"));
    assert_eq!(svg.matches(&grey).count(), 1 + 6, "the key and each cell");
}

#[test]
fn who_served_global_how_many_answers_and_when_stand_at_the_right() {
    let mut matrix = matrix(2, 2);
    let cell = matrix.rows[1].cells[0].as_mut().expect("is there");
    cell.served_by = BTreeMap::from([("eu-west-1".to_owned(), 90)]);
    cell.answers = 90;
    let svg = drawn(&matrix, |_| {}).expect("draws");
    for text in [
        "us-east-1",
        "eu-west-1",
        "96",
        "90–96",
        "11-22",
        "global by",
    ] {
        assert!(svg.contains(&format!(">{text}<")), "{text}");
    }
    assert!(svg.contains(">endpoint of the place’s Region<"));
}

#[test]
fn top_and_endpoints_choose_columns_and_own_regions_are_kept_without_a_wish() {
    let matrix = matrix(2, 40);
    let wide = |spec: &mut ChartSpec| spec.look.width = 1200.0;
    let usual = drawn(&matrix, wide).expect("draws");
    assert_eq!(columns(&usual), 18, "global and the usual number");
    assert!(usual.contains("Not shown: 23 endpoints, "));
    assert!(usual.contains(">ap-southeast-0<") && usual.contains(">ap-southeast-1<"));
    let three = drawn(&matrix, |spec| spec.selection.top = Some(3)).expect("draws");
    assert_eq!(columns(&three), 4);
    let some = drawn(&matrix, |spec| {
        spec.selection.endpoints = vec!["*-3*".parse().expect("fits")];
    });
    assert_eq!(columns(&some.expect("draws")), 11);
    let error = drawn(&matrix, |spec| {
        spec.selection.endpoints = vec!["globle".parse().expect("fits")];
    });
    let error = error.expect_err("is no endpoint").to_string();
    assert!(error.contains("did you mean global?"), "{error}");
}

#[test]
fn a_picture_too_narrow_for_its_numbers_is_refused_with_a_width_that_is_not() {
    let matrix = matrix(2, 17);
    let fixed = |spec: &mut ChartSpec, width: f64| {
        spec.look.width = width;
        spec.look.widens = false;
    };
    let error = drawn(&matrix, |spec| fixed(spec, 480.0)).expect_err("too narrow");
    let ChartError::TooNarrow { least, .. } = error else {
        panic!("{error}");
    };
    let svg = drawn(&matrix, |spec| fixed(spec, f64::from(least))).expect("draws");
    assert_inside("the least width", &svg);
    let unasked = drawn(&matrix, |spec| spec.look.width = 480.0).expect("takes that width");
    assert_eq!(unasked, svg);
}

#[test]
fn a_matrix_of_one_place_speaks_of_one_place() {
    let one = matrix(1, 2);
    let svg = drawn(&one, |_| ()).expect("draws");
    assert!(svg.contains("saves time in 1 of 1 place<"), "{svg}");
    let several = matrix(2, 2);
    let svg = drawn(&several, |_| ()).expect("draws");
    assert!(svg.contains("saves time in 2 of 2 places<"), "{svg}");
}

#[test]
fn a_matrix_refuses_the_options_that_it_does_not_have() {
    let matrix = matrix(2, 2);
    let error = drawn(&matrix, |spec| spec.look.height = Some(900.0)).expect_err("no such option");
    assert!(
        error.to_string().contains("--height has no effect"),
        "{error}"
    );
    let other: ChartKind = "trend".parse().expect("is a kind");
    let error = side_by_side(other, &matrix, &Theme::Light.into());
    assert!(matches!(error, Err(ChartError::Runs { .. })));
}
