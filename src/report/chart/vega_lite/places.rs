//! Places side by side.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::matrix::{CellStanding, Matrix, MatrixRow};
use crate::report::chart::drawing::plots::heat::colours;
use crate::report::chart::drawing::theme::{Palette, SHADES};
use crate::report::chart::kind::ChartError;
use crate::report::chart::kinds::matrix::{BOUNDS, columns, frame, shade};
use crate::report::chart::spec::ChartSpec;
use crate::report::words::chart::kinds::matrix::cell_time;

use super::document::{Plot, PlotOrigin, document, ms};

/// Of a row, px.
const ROW: f64 = 26.0;
/// Title, axis and key, px.
const AROUND: f64 = 260.0;

/// A row for each place, a column for each endpoint; `badge` says what was simulated.
///
/// # Errors
/// [`ChartError`] where the selection names nothing of the runs, or no endpoint has a median.
pub(super) fn matrix(
    matrix: &Matrix,
    spec: &ChartSpec,
    badge: Option<&str>,
) -> Result<String, ChartError> {
    let palette = spec.look.appearance.palette();
    let (shown, _) = columns(matrix, spec, matrix.endpoints.len())?;
    let mut rows = Vec::new();
    for row in &matrix.rows {
        rows.extend(shown.iter().filter_map(|&column| {
            let mut object = measured(matrix, row, column)?;
            let cell = row.cells[column].as_ref()?;
            let p50 = cell.p50?.value;
            let usable = cell.standing != CellStanding::Forbidden;
            let seen = usable.then_some(shade(p50));
            let (_, ink) = colours(palette.shades, palette.shade, palette.muted, seen);
            object["text"] = json!(cell_time(spec.wording.language, p50));
            object["ink"] = json!(ink.to_string());
            Some(object)
        }));
    }
    let names: Vec<&str> = shown
        .iter()
        .map(|&column| matrix.endpoints[column].name.as_str())
        .collect();
    Ok(document(&Plot {
        frame: frame(matrix, spec, badge),
        origin: origin(matrix),
        encoding: json!({
            "x": {
                "field": "endpoint", "type": "nominal", "sort": names, "title": null,
                "axis": { "orient": "top", "labelAngle": -45, "domain": false, "ticks": false },
            },
            "y": { "field": "place", "type": "nominal", "sort": null, "title": null, "axis": { "domain": false, "ticks": false } },
            "tooltip": tooltip(),
        }),
        layers: layers(&shades(palette), &inks(&rows)),
        height: AROUND + ROW * matrix.rows.len() as f64,
        rows,
    }))
}

/// What was measured of an endpoint at a place; `None` without a median.
pub(super) fn measured(matrix: &Matrix, row: &MatrixRow, column: usize) -> Option<Value> {
    let cell = row.cells[column].as_ref()?;
    let p50 = cell.p50?;
    let name = &matrix.endpoints[column].name;
    Some(json!({
        "place": row.vantage,
        "endpoint": name,
        "ms": ms(p50.value),
        "low": ms(p50.interval.low),
        "high": ms(p50.interval.high),
        "n": cell.answers,
        "shade": meaning(shade(p50.value)),
        "standing": cell.standing.as_str(),
        "is_own_region": row.advice.region.as_ref() == Some(name),
        "is_usable": cell.standing != CellStanding::Forbidden,
    }))
}

/// What a reader sees of it.
pub(super) fn tooltip() -> Value {
    json!([
        { "field": "place" }, { "field": "endpoint" }, { "field": "ms", "format": ".1f" },
        { "field": "low", "format": ".1f" }, { "field": "high", "format": ".1f" }, { "field": "n" },
        { "field": "standing" },
    ])
}

/// The runs of every place.
pub(super) fn origin(matrix: &Matrix) -> PlotOrigin {
    PlotOrigin {
        run_ids: matrix.rows.iter().map(|row| row.run_id.clone()).collect(),
        is_simulated: matrix.rows.iter().any(|row| row.simulation.is_some()),
    }
}

/// The shades of the picture, each for twice the time of the one before, and grey where a check forbids the number.
pub(super) fn shades(palette: &Palette) -> Value {
    let range = palette.shades.map(|colour| colour.to_string());
    let meanings: Vec<String> = (0..SHADES).map(meaning).collect();
    json!({
        "field": "shade", "type": "nominal", "title": "ms",
        "scale": { "domain": meanings, "range": range },
        "legend": { "columns": SHADES, "symbolType": "square" },
        "condition": { "test": "!datum.is_usable", "value": palette.shade.to_string() },
    })
}

/// From which time to which a shade is, ms.
fn meaning(shade: usize) -> String {
    let [first, .., last] = BOUNDS;
    match shade {
        0 => format!("< {first}"),
        shade if shade < BOUNDS.len() => format!("{}–{}", BOUNDS[shade - 1], BOUNDS[shade]),
        _ => format!("≥ {last}"),
    }
}

/// The colour of each row's letters, as they can be read on its shade.
fn inks(rows: &[Value]) -> Value {
    let inks: BTreeSet<&str> = rows.iter().filter_map(|row| row["ink"].as_str()).collect();
    let condition = |ink: &&str| json!({ "test": format!("datum.ink == '{ink}'"), "value": ink });
    json!({ "condition": inks.iter().map(condition).collect::<Vec<_>>() })
}

/// The cells, a frame around the fastest of each place, and the times.
fn layers(shades: &Value, ink: &Value) -> Vec<Value> {
    vec![
        json!({ "mark": "rect", "encoding": { "color": shades } }),
        json!({
            "transform": [{ "filter": "datum.standing == 'fastest'" }],
            "mark": { "type": "rect", "fill": null, "strokeWidth": 2 },
            "encoding": { "stroke": ink },
        }),
        json!({
            "mark": { "type": "text", "fontSize": 11 },
            "encoding": { "text": { "field": "text", "type": "nominal" }, "color": ink },
        }),
    ]
}
