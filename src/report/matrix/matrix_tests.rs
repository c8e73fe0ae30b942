//! Places side by side in every format: the texts as they were reviewed, a screen's width, and hostile texts.

use super::*;
use crate::matrix::matrix_tests::run_from;
use crate::matrix::{Matrix, MatrixBuilder};
use crate::report::Style;

fn places() -> Matrix {
    let mut builder = MatrixBuilder::new(4, 0.95);
    for (vantage, region, own, global) in [
        ("frankfurt", "eu-central-1", 20, 110),
        ("virginia", "us-east-2", 30, 30),
        ("cape-town", "af-south-1", 250, 90),
        ("build-server-oregon", "us-west-2", 12, 88),
    ] {
        builder
            .add(run_from(vantage, region, own, global))
            .expect("another place");
    }
    builder.finish().expect("places")
}

fn every_format(matrix: &Matrix) -> Vec<(&'static str, String)> {
    let remarks = ["1 place of --expect without a run: tokyo".to_owned()];
    let shown = ShownMatrix::new(matrix, &remarks);
    let text = |detail, style, width| matrix_terminal(&shown, detail, style, width);
    vec![
        ("screen", text(MatrixDetail::Decisions, Style::Plain, 80)),
        ("full", text(MatrixDetail::Full, Style::Colour, 110)),
        ("markdown", matrix_markdown(&shown)),
        ("csv", matrix_csv(matrix)),
        ("json", matrix_json(matrix, &remarks)),
    ]
}

#[test]
fn every_format_of_a_matrix_is_as_reviewed_and_says_that_it_is_simulated() {
    for (name, text) in every_format(&places()) {
        assert!(text.to_lowercase().contains("simulated"), "{name}: {text}");
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("matrix-{name}"), text) });
    }
}

#[test]
fn one_place_is_not_said_to_hold_together_with_others() {
    let mut builder = MatrixBuilder::new(1, 0.95);
    let run = run_from("frankfurt", "eu-central-1", 20, 110);
    builder.add(run).expect("a place");
    let matrix = builder.finish().expect("places");
    let shown = ShownMatrix::new(&matrix, &[]);
    assert_eq!(shown.remarks, ["Intervals have 95 % confidence."]);
}

#[test]
fn the_decisions_fit_on_a_screen() {
    let matrix = places();
    let shown = ShownMatrix::new(&matrix, &[]);
    for width in [60, 80, 200] {
        let text = matrix_terminal(&shown, MatrixDetail::Decisions, Style::Plain, width);
        assert!(text.lines().count() <= 24, "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= width),
            "{width}: {text}"
        );
    }
}

#[test]
fn every_place_is_shown_in_full_however_narrow_the_page_is() {
    let mut builder = MatrixBuilder::new(9, 0.95);
    let places: Vec<String> = (0..9).map(|place| format!("place-{place}")).collect();
    for place in &places {
        let run = run_from(place, "eu-central-1", 20, 110);
        builder.add(run).expect("another place");
    }
    let matrix = builder.finish().expect("places");
    let shown = ShownMatrix::new(&matrix, &[]);
    for width in [40, 80, 200] {
        let text = matrix_terminal(&shown, MatrixDetail::Full, Style::Plain, width);
        let tables: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("p50 "))
            .collect();
        for place in &places {
            let times = tables
                .iter()
                .filter(|header| header.contains(place.as_str()));
            assert_eq!(times.count(), 1, "{width}: {text}");
        }
        assert!(!tables.iter().any(|header| header.contains('…')), "{text}");
    }
}

#[test]
fn a_confidence_is_never_rounded_to_certainty_and_what_is_not_shown_is_told() {
    let mut matrix = places();
    for (confidence, text) in [
        (0.95, "95 %"),
        (1.0 - 0.05 / 3.0, "98.33 %"),
        (0.9999, "99.99 %"),
        (0.99995, "99.995 %"),
        (1.0 - 0.05 / 10_000.0, "99.9995 %"),
    ] {
        matrix.row_confidence = confidence;
        let shown = ShownMatrix::new(&matrix, &[]);
        let said = format!("Intervals have {text} confidence each");
        assert!(shown.remarks[0].starts_with(&said), "{:?}", shown.remarks);
    }
    let notices = crate::report::words::side_by_side::matrix::notices;
    assert!(notices(&matrix).is_empty());
    matrix.other_calls = vec!["oslo".to_owned()];
    matrix.rows[1].planned_confidence = 0.8;
    let said = notices(&matrix);
    assert!(
        said[0].starts_with("1 place without a row") && said[0].contains(": oslo."),
        "{said:?}"
    );
    assert!(
        said[1].contains("from 80 % to 95 %; the strictest counts"),
        "{said:?}"
    );
}

#[test]
fn a_long_name_costs_no_place_its_decision() {
    let mut matrix = places();
    matrix.rows[0].vantage = "a".repeat(64);
    let shown = ShownMatrix::new(&matrix, &[]);
    let text = matrix_terminal(&shown, MatrixDetail::Decisions, Style::Plain, 80);
    for row in &shown.rows {
        let decided = |line: &&str| line.contains(&row.saved) && line.contains(row.decision);
        assert!(text.lines().any(|line| decided(&line)), "{text}");
    }
    assert!(text.contains("aaaa…"), "{text}");
}

#[test]
fn texts_from_a_file_command_neither_a_terminal_nor_a_page() {
    let evil = "::error::x##vso[y]\u{1b}[2J|<script>alert(1)</script>`=cmd()";
    let mut matrix = places();
    for endpoint in &mut matrix.endpoints {
        endpoint.name = evil.to_owned();
    }
    for row in &mut matrix.rows {
        row.vantage = evil.to_owned();
        row.run_id = evil.to_owned();
        row.started_at = evil.to_owned();
        row.advice.region = Some(evil.to_owned());
    }
    for (name, text) in every_format(&matrix) {
        assert!(!text.contains("\u{1b}[2J"), "{name}: {text}");
        assert!(
            name == "json" || !text.lines().any(|line| line.trim_start().starts_with("::")),
            "{name}: {text}"
        );
        assert!(name != "markdown" || !text.contains("<script"), "{text}");
        assert!(name != "json" || !text.contains("##"), "{text}");
    }
}
