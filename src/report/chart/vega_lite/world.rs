//! Maps of the world, one for each place.

use serde_json::{Value, json};

use crate::matrix::Matrix;
use crate::report::chart::drawing::earth::land;
use crate::report::chart::kind::ChartError;
use crate::report::chart::kinds::matrix::frame;
use crate::report::chart::kinds::world::located;
use crate::report::chart::spec::ChartSpec;

use super::document::around;
use super::places::{measured, origin, shades, tooltip};

/// A map for each place; `badge` says what was simulated.
///
/// # Errors
/// [`ChartError`] where the selection names nothing of the runs, or nothing that has a median and a place on a map.
pub(super) fn world(
    matrix: &Matrix,
    spec: &ChartSpec,
    badge: Option<&str>,
) -> Result<String, ChartError> {
    let palette = spec.look.appearance.palette();
    let (located, _) = located(matrix, spec)?;
    let rows: Vec<Value> = matrix
        .rows
        .iter()
        .flat_map(|row| {
            located.iter().filter_map(|it| {
                let mut object = measured(matrix, row, it.column)?;
                object["longitude"] = json!(it.coordinates.longitude);
                object["latitude"] = json!(it.coordinates.latitude);
                Some(object)
            })
        })
        .collect();
    let most = (spec.look.width / LEAST_MAP).floor();
    let columns = most.clamp(1.0, matrix.rows.len().max(1) as f64);
    let width = spec.look.width / columns - BETWEEN;
    let at = json!({
        "longitude": { "field": "longitude", "type": "quantitative" },
        "latitude": { "field": "latitude", "type": "quantitative" },
    });
    let with = |mut encoding: Value, more: Value| {
        for (name, channel) in more.as_object().into_iter().flatten() {
            encoding[name] = channel.clone();
        }
        encoding
    };
    let shown = json!({
        "data": { "values": rows },
        "facet": { "field": "place", "type": "nominal", "sort": null, "title": null, "header": {
            "labelAnchor": "start", "labelFontWeight": "bold", "labelFontSize": 13, "labelColor": palette.text.to_string(),
        } },
        "columns": columns,
        "spec": {
            "width": width,
            "height": width / 2.0,
            "projection": { "type": "equalEarth" },
            "layer": [
                {
                    "data": { "values": outlines() },
                    "mark": { "type": "geoshape", "fill": palette.grid.to_string(), "stroke": null },
                },
                {
                    "transform": [{ "filter": "datum.standing == 'fastest'" }],
                    "mark": { "type": "circle", "size": 220, "opacity": 1, "color": palette.text.to_string() },
                    "encoding": at,
                },
                {
                    "mark": { "type": "circle", "size": 90, "opacity": 1, "stroke": palette.muted.to_string(), "strokeWidth": 1 },
                    "encoding": with(at.clone(), json!({ "color": shades(palette), "tooltip": tooltip() })),
                },
            ],
        },
    });
    Ok(around(&frame(matrix, spec, badge), &origin(matrix), shown))
}

/// The outlines of the land as GeoJSON.
fn outlines() -> Vec<Value> {
    let feature = |outline: Vec<[f64; 2]>| {
        let geometry = json!({ "type": "Polygon", "coordinates": [outline] });
        json!({ "type": "Feature", "properties": {}, "geometry": geometry })
    };
    land().map(feature).collect()
}

/// As in the picture, px.
const LEAST_MAP: f64 = 340.0;
/// Between two maps, px.
const BETWEEN: f64 = 30.0;
