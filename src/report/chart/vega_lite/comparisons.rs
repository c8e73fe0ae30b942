//! Charts of what Regional endpoints save against the global one.

use serde_json::{Value, json};

use crate::plan::Level;
use crate::report::chart::fold::Fold;
use crate::report::chart::kind::RunShown;
use crate::report::chart::kinds::{difference as difference_kind, savings as savings_kind};
use crate::report::chart::saving::Saved;
use crate::report::chart::view::View;
use crate::report::words::chart::connection;
use crate::report::words::chart::kinds::difference::words as difference_words;
use crate::report::words::chart::kinds::savings::words as savings_words;

use super::curves::colours;
use super::document::{Plot, by_shape, difference as saving, grey_where_forbidden, ms};

/// Of a row, px.
const ROW: f64 = 26.0;
/// Title, axis and key, px.
const AROUND: f64 = 170.0;
/// Of the chart by percentile, px.
const HEIGHT: f64 = 420.0;

/// One row for each endpoint.
pub(super) fn savings(view: &View<'_>, shown: RunShown<'_>) -> Plot {
    let words = savings_words(view.language());
    let fold = Fold::of(view, view.lanes.len());
    let savings = savings_kind::savings(view, &fold, shown.summary);
    let rows = savings.iter().flat_map(|(name, savings)| {
        let savings = savings.iter().zip(&view.connections);
        savings.filter_map(move |(saving, &over)| {
            let mut row = saved((*saving)?);
            row["endpoint"] = json!(name);
            row["connection"] = json!(connection(view.language(), over));
            Some(row)
        })
    });
    let palette = view.palette();
    let range = [palette.regional[0], palette.global, palette.muted];
    let range = range.map(|colour| colour.to_string());
    let rows_of = json!({ "field": "endpoint", "type": "nominal", "sort": null, "title": null });
    let colour = json!({
        "field": "effect", "type": "nominal", "title": null,
        "scale": {
            "domain": [SAVED, LOST, UNCLEAR],
            "range": range,
        },
        "legend": { "labelExpr": format!(
            "datum.value == '{SAVED}' ? {} : datum.value == '{LOST}' ? {} : {}",
            json!(words.saved), json!(words.lost), json!(words.unclear),
        ) },
    });
    let colour = grey_where_forbidden(view, colour);
    Plot {
        title: savings_kind::title(view, shown.summary, words),
        what: savings_kind::what(view, &savings, words),
        rows: rows.collect(),
        encoding: json!({}),
        layers: vec![
            json!({ "data": one_mark(), "mark": neither(view), "encoding": { "x": zero() } }),
            json!({
                "mark": "rule",
                "encoding": { "y": rows_of, "x": saving("low"), "x2": { "field": "high" }, "color": colour },
            }),
            json!({
                "mark": { "type": "point", "filled": true, "size": 90 },
                "encoding": { "y": rows_of, "x": saving("ms"), "color": colour, "shape": by_shape(view) },
            }),
        ],
        height: AROUND + ROW * savings.len() as f64,
    }
}

/// Percentile by percentile.
pub(super) fn difference(view: &View<'_>, shown: RunShown<'_>) -> Plot {
    let words = difference_words(view.language());
    let curves = difference_kind::curves(view, shown.summary);
    let rows = curves.iter().flat_map(|curve| {
        curve.points.iter().map(|&point| {
            let over = connection(view.language(), curve.connection);
            let mut row = saved(point);
            row["endpoint"] = json!(curve.lane.name);
            row["connection"] = json!(over);
            row["line"] = json!(format!("{} {over}", curve.lane.name));
            row["percentile"] = json!(view.language().number(&point.level().to_string()));
            row
        })
    });
    let names = curves
        .iter()
        .map(|it| (it.lane.name, it.lane.place, it.position));
    let colour = grey_where_forbidden(view, colours(view, names));
    let levels = Level::COMPARED.map(|level| view.language().number(&level.to_string()));
    let by_level = json!({
        "field": "percentile", "type": "nominal", "sort": levels, "title": words.percentile,
        "axis": { "labelAngle": 0 },
    });
    let by_line = json!({ "field": "line", "type": "nominal" });
    Plot {
        title: difference_kind::title(view, &curves, words),
        what: difference_kind::what(view, &curves, words),
        rows: rows.collect(),
        encoding: json!({}),
        layers: vec![
            json!({ "data": one_mark(), "mark": neither(view), "encoding": { "y": zero() } }),
            json!({
                "mark": "rule",
                "encoding": {
                    "x": by_level, "xOffset": by_line, "y": saving("low"), "y2": { "field": "high" }, "color": colour,
                },
            }),
            json!({
                "mark": { "type": "point", "filled": true, "size": 90 },
                "encoding": {
                    "x": by_level, "xOffset": by_line, "y": saving("ms"), "color": colour, "shape": by_shape(view),
                },
            }),
        ],
        height: HEIGHT,
    }
}

const SAVED: &str = "saved";
const LOST: &str = "lost";
const UNCLEAR: &str = "unclear";

fn saved(saving: Saved<'_>) -> Value {
    let interval = saving.interval();
    json!({
        "ms": ms(saving.value()),
        "low": interval.map(|[low, _]| ms(low)),
        "high": interval.map(|[_, high]| ms(high)),
        "effect": match saving.is_significant() {
            false => UNCLEAR,
            true if saving.value() >= 0.0 => SAVED,
            true => LOST,
        },
        "is_usable": !saving.is_forbidden,
    })
}

/// The line on which neither is faster.
fn neither(view: &View<'_>) -> Value {
    json!({ "type": "rule", "size": 1.2, "color": view.palette().text.to_string() })
}

/// Data of one mark, which does not depend on the run.
fn one_mark() -> Value {
    json!({ "values": [{}] })
}

fn zero() -> Value {
    json!({ "datum": 0, "type": "quantitative" })
}
