//! Charts with one row for each endpoint.

use serde_json::{Value, json};

use crate::judge::Place;
use crate::report::chart::drawing::frame::Frame;
use crate::report::chart::fold::Fold;
use crate::report::chart::kinds::phases::{described, medians};
use crate::report::chart::title::finding;
use crate::report::chart::view::View;
use crate::report::words::chart::{connection, fill};
use crate::sample::Phase;

use super::document::{
    Plot, PlotOrigin, by_endpoint, by_shape, grey_where_forbidden, has_grey, ms, time,
};
use super::intervals::{Along, intervals};

/// Of a row, px.
const ROW: f64 = 24.0;
/// Title, axis and key, px.
const AROUND: f64 = 170.0;

/// The percentile of each endpoint with its interval.
pub(super) fn endpoints<'a>(view: &View<'a>) -> Plot<'a> {
    let fold = Fold::of(view, view.lanes.len());
    let palette = view.palette();
    let rows = fold.shown.iter().flat_map(|lane| {
        lane.rows().map(|row| {
            let estimate = row.service_time.estimate(view.level());
            json!({
                "endpoint": lane.name,
                "side": side(lane.place),
                "connection": connection(view.language(), row.connection),
                "ms": estimate.map(|it| ms(it.value)),
                "low": estimate.map(|it| ms(it.interval.low)),
                "high": estimate.map(|it| ms(it.interval.high)),
                "n": row.service_time.count,
                "is_usable": !view.is_forbidden(row),
            })
        })
    });
    let colour = json!({
        "field": "side", "type": "nominal", "legend": null,
        "scale": {
            "domain": [side(Place::Global), side(Place::Regional)],
            "range": [palette.global.to_string(), palette.regional[0].to_string()],
        },
    });
    let rows: Vec<Value> = rows.collect();
    let mut layers = intervals(Along::X, &rows, time, &json!({}));
    layers.push(json!({
        "mark": { "type": "point", "filled": true, "size": 90 }, "encoding": { "shape": by_shape(view) },
    }));
    Plot {
        frame: Frame::without_key(
            view,
            finding(view, &fold.shown),
            vec![
                fill(
                    view.words().time_per_call,
                    &[view.operation.api_name(), &view.level_name()],
                ),
                fill(view.words().whiskers, &[&view.confidence()]),
            ],
            has_grey(&rows),
        ),
        origin: PlotOrigin::of(view),
        encoding: json!({
            "y": by_endpoint(),
            "x": time("ms"),
            "color": grey_where_forbidden(view.palette(), colour),
            "tooltip": [
                { "field": "endpoint" }, { "field": "connection" }, { "field": "ms", "format": ".1f" },
                { "field": "low", "format": ".1f" }, { "field": "high", "format": ".1f" }, { "field": "n" },
            ],
        }),
        layers,
        rows,
        height: AROUND + ROW * fold.shown.len() as f64,
    }
}

/// The medians of the phases as shares of their sum.
pub(super) fn phases<'a>(view: &View<'a>) -> Plot<'a> {
    let fold = Fold::of(view, view.lanes.len());
    let palette = view.palette();
    let mut rows = Vec::new();
    for lane in &fold.shown {
        for row in lane.rows() {
            let medians = medians(view, row);
            let sum: f64 = medians.iter().map(|&(_, time)| time).sum();
            rows.extend(medians.into_iter().map(|(phase, time)| {
                json!({
                    "endpoint": lane.name,
                    "connection": connection(view.language(), row.connection),
                    "phase": described(view.words(), phase),
                    "position": phase as usize,
                    "ms": ms(time),
                    "share": time / sum,
                    "is_usable": !view.is_forbidden(row),
                })
            }));
        }
    }
    let names = Phase::ALL.map(|phase| described(view.words(), phase));
    let range = palette.phases.map(|colour| colour.to_string());
    let colour = json!({
        "field": "phase", "type": "nominal", "title": null,
        "scale": {
            "domain": names,
            "range": range,
        },
    });
    let bars = fold.shown.len() * view.connections.len();
    Plot {
        frame: Frame::without_key(
            view,
            view.words().phases_title.to_owned(),
            vec![fill(view.words().by_phase, &[view.operation.api_name()])],
            has_grey(&rows),
        ),
        origin: PlotOrigin::of(view),
        rows,
        encoding: json!({
            "y": by_endpoint(),
            "yOffset": { "field": "connection", "type": "nominal", "sort": null },
            "x": { "field": "share", "type": "quantitative", "stack": "zero", "title": null, "axis": { "format": ".0%" } },
            "order": { "field": "position", "type": "quantitative" },
            "color": grey_where_forbidden(view.palette(), colour),
            "tooltip": [
                { "field": "endpoint" }, { "field": "connection" }, { "field": "phase" },
                { "field": "ms", "format": ".2f" }, { "field": "share", "format": ".1%" },
            ],
        }),
        layers: vec![json!({ "mark": "bar" })],
        height: AROUND + ROW * bars as f64,
    }
}

fn side(place: Place) -> &'static str {
    match place {
        Place::Global => "global",
        Place::Regional | Place::Twin => "regional",
    }
}
