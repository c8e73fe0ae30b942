//! Charts of differences: what Regional endpoints save against the global one, and what changed from run to run.

use serde_json::{Value, json};

use crate::judge::{Matched, Verdict};
use crate::plan::Level;
use crate::report::chart::drawing::frame::Frame;
use crate::report::chart::fold::Fold;
use crate::report::chart::kind::{ChartError, RunShown};
use crate::report::chart::kinds::compare::{self as compare_kind, MedianChange};
use crate::report::chart::kinds::{difference as difference_kind, savings as savings_kind};
use crate::report::chart::saving::{Effect, Saved};
use crate::report::chart::view::{Lane, View};
use crate::report::words::chart::connection;
use crate::report::words::chart::kinds::compare::words as compare_words;
use crate::report::words::chart::kinds::difference::words as difference_words;
use crate::report::words::chart::kinds::savings::words as savings_words;

use super::curves::colours;
use super::document::{
    Plot, PlotOrigin, by_endpoint, difference as saving, grey_where_forbidden, has_grey, ms,
};
use super::intervals::{Along, around_zero};

/// Of a row, px.
const ROW: f64 = 26.0;
/// Title, axis and key, px.
const AROUND: f64 = 170.0;
/// What the key of a chart of few rows needs beside that, px.
const KEY: f64 = 40.0;
/// Of the chart by percentile, px.
const HEIGHT: f64 = 420.0;

/// One row for each endpoint.
///
/// # Errors
/// [`ChartError::Nothing`] where none is compared.
pub(super) fn savings<'a>(view: &View<'a>, shown: RunShown<'_>) -> Result<Plot<'a>, ChartError> {
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
    let rows: Vec<Value> = rows.collect();
    if rows.is_empty() {
        return Err(savings_kind::uncompared(view));
    }
    let meanings = [
        words.saved,
        words.lost,
        words.unproven,
        words.same,
        words.unclear,
    ];
    let colour = effects(view, meanings);
    let apart = json!({ "y": by_endpoint(), "color": colour });
    Ok(Plot {
        frame: Frame::without_key(
            view,
            savings_kind::title(view, &savings, shown.summary, words),
            savings_kind::what(view, &savings, words),
            has_grey(&rows),
        ),
        origin: PlotOrigin::of(view),
        encoding: json!({}),
        layers: around_zero(
            view,
            (Along::X, "ms"),
            &rows,
            saving,
            &apart,
            tooltip_of_saving(),
        ),
        rows,
        height: AROUND + ROW * savings.len() as f64,
    })
}

/// Percentile by percentile.
///
/// # Errors
/// [`ChartError::TooMany`] where more endpoints were asked for than the picture has distinct colours for.
pub(super) fn difference<'a>(view: &View<'a>, shown: RunShown<'_>) -> Result<Plot<'a>, ChartError> {
    let words = difference_words(view.language());
    let curves = difference_kind::curves("difference", view, shown.summary)?;
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
    let colour = grey_where_forbidden(view.palette(), colours(view.palette(), names));
    let levels = Level::COMPARED.map(|level| view.language().number(&level.to_string()));
    let by_level = json!({
        "field": "percentile", "type": "nominal", "sort": levels, "title": words.percentile,
        "axis": { "labelAngle": 0 },
    });
    let by_line = json!({ "field": "line", "type": "nominal" });
    let apart = json!({ "x": by_level, "xOffset": by_line, "color": colour });
    let rows: Vec<Value> = rows.collect();
    if rows.is_empty() {
        return Err(difference_kind::uncompared());
    }
    Ok(Plot {
        frame: Frame::without_key(
            view,
            difference_kind::title(view, &curves, words),
            difference_kind::what(view, &curves, words),
            has_grey(&rows),
        ),
        origin: PlotOrigin::of(view),
        encoding: json!({}),
        layers: around_zero(
            view,
            (Along::Y, "ms"),
            &rows,
            saving,
            &apart,
            tooltip_of_saving(),
        ),
        rows,
        height: HEIGHT,
    })
}

/// One row for each endpoint: how its median changed.
///
/// # Errors
/// [`ChartError`] where the runs cannot be held side by side, or no endpoint has a median in both.
pub(super) fn compare<'a>(
    view: &View<'a>,
    before: RunShown<'_>,
    after: RunShown<'_>,
) -> Result<Plot<'a>, ChartError> {
    let words = compare_words(view.language());
    let between = compare_kind::between_runs(before, after)?;
    let lanes: Vec<&Lane<'_>> = view.global().into_iter().chain(view.regional()).collect();
    let rows = lanes.iter().flat_map(|lane| {
        view.connections.iter().filter_map(|&over| {
            let matched = compare_kind::matched(view, &between, lane.name, over)?;
            let mut row = changed(matched)?;
            row["endpoint"] = json!(lane.name);
            row["connection"] = json!(connection(view.language(), over));
            Some(row)
        })
    });
    let rows: Vec<Value> = rows.collect();
    if rows.is_empty() {
        return Err(compare_kind::nothing_in_both());
    }
    let meanings = [
        words.faster,
        words.slower,
        words.unproven,
        words.same,
        words.unclear,
    ];
    let colour = effects(view, meanings);
    let apart = json!({ "y": by_endpoint(), "color": colour });
    let tooltip = json!([
        { "field": "endpoint" }, { "field": "connection" }, { "field": "change", "format": "+.1%" },
        { "field": "before", "format": ".1f" }, { "field": "after", "format": ".1f" },
    ]);
    let share = |field: &str| json!({ "field": field, "type": "quantitative", "title": words.axis, "axis": { "format": "+.1~%" } });
    Ok(Plot {
        frame: Frame::without_key(
            view,
            compare_kind::title(view, &between, words),
            compare_kind::what(view, before, &between, words),
            has_grey(&rows),
        ),
        origin: PlotOrigin {
            run_ids: [before, after]
                .map(|shown| shown.run.header.run_id.clone())
                .to_vec(),
            is_simulated: [before, after]
                .into_iter()
                .any(|shown| shown.run.header.vantage.simulation.is_some()),
        },
        encoding: json!({}),
        layers: around_zero(view, (Along::X, "change"), &rows, share, &apart, tooltip),
        rows,
        height: AROUND + KEY + ROW * lanes.len() as f64,
    })
}

/// How the median of an endpoint changed; `None` where one of the runs has none.
fn changed(matched: &Matched) -> Option<Value> {
    let change = MedianChange::of(matched)?;
    let interval = change.interval;
    change.value.is_finite().then(|| {
        json!({
            "change": change.value,
            "low": interval.map(|[low, _]| low),
            "high": interval.map(|[_, high]| high),
            "before": matched.p50[0].map(ms),
            "after": matched.p50[1].map(ms),
            "effect": name(Effect::of(change.verdict)),
            "is_usable": change.verdict != Some(Verdict::Invalid),
        })
    })
}

/// A colour for what helps, for what costs, for what may be too small to matter, for what is and for what is not decided, each
/// with its word; grey where a check forbids it.
fn effects(view: &View<'_>, [saved, lost, unproven, same, unclear]: [&str; 5]) -> Value {
    let palette = view.palette();
    let shown = [
        Effect::Gain,
        Effect::Loss,
        Effect::Unproven,
        Effect::Same,
        Effect::Undecided,
    ];
    let range = shown.map(|effect| effect.colour(palette).to_string());
    let colour = json!({
        "field": "effect", "type": "nominal", "title": null,
        "scale": { "domain": [SAVED, LOST, UNPROVEN, SAME, UNCLEAR], "range": range },
        // One below the other, so that the longest has room beside the kinds of connection.
        "legend": { "columns": 1, "labelLimit": view.spec.look.width / 2.0 - 40.0, "labelExpr": format!(
            "datum.value == '{SAVED}' ? {} : datum.value == '{LOST}' ? {} : datum.value == '{UNPROVEN}' ? {} : datum.value == '{SAME}' ? {} : {}",
            json!(saved), json!(lost), json!(unproven), json!(same), json!(unclear),
        ) },
    });
    grey_where_forbidden(palette, colour)
}

const SAVED: &str = "saved";
const LOST: &str = "lost";
const UNPROVEN: &str = "unproven";
const SAME: &str = "same";
const UNCLEAR: &str = "unclear";

fn name(effect: Effect) -> &'static str {
    match effect {
        Effect::Gain => SAVED,
        Effect::Loss => LOST,
        Effect::Unproven => UNPROVEN,
        Effect::Same => SAME,
        Effect::Undecided | Effect::Forbidden => UNCLEAR,
    }
}

fn saved(saving: Saved<'_>) -> Value {
    let interval = saving.interval();
    json!({
        "ms": ms(saving.value()),
        "low": interval.map(|[low, _]| ms(low)),
        "high": interval.map(|[_, high]| ms(high)),
        "effect": name(saving.effect()),
        "is_usable": !saving.is_forbidden,
    })
}

fn tooltip_of_saving() -> Value {
    json!([
        { "field": "endpoint" }, { "field": "connection" }, { "field": "ms", "format": "+.1f" },
        { "field": "low", "format": "+.1f" }, { "field": "high", "format": "+.1f" },
    ])
}
