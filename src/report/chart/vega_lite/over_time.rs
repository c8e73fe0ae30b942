//! Charts of times that follow one another: windows of a run, and runs.

use serde_json::{Value, json};

use crate::judge::{self, HistoryOutcome, Percentile, Trend};
use crate::report::chart::drawing::frame::Frame;
use crate::report::chart::drawing::theme::Palette;
use crate::report::chart::fold::Fold;
use crate::report::chart::kind::ChartError;
use crate::report::chart::kinds::trend as trend_kind;
use crate::report::chart::kinds::windows as windows_kind;
use crate::report::chart::spec::ChartSpec;
use crate::report::chart::view::View;
use crate::report::words::chart::kinds::over_time::words;

use super::curves::{colours, numbered};
use super::document::{Plot, PlotOrigin, grey_where_forbidden, has_grey, moments, ms, time};

/// What is drawn, px.
const HEIGHT: f64 = 420.0;

/// A line for each endpoint: its percentile in each window.
///
/// # Errors
/// [`ChartError::Nothing`] where the run has one window only.
pub(super) fn windows<'a>(view: &View<'a>) -> Result<Plot<'a>, ChartError> {
    windows_kind::require_several(view)?;
    let over = windows_kind::connection_shown(view);
    let words = words(view.language());
    let fold = Fold::of(view, view.lanes.len());
    let mut rows = Vec::new();
    for lane in fold.global_first() {
        let Some(row) = lane.over(over) else { continue };
        let found = judge::per_window(view.run, row.target, view.level());
        let windows = view.run.measured.windows.iter().zip(&found).enumerate();
        rows.extend(windows.filter_map(|(number, (window, found))| {
            let mut row = json!({
                "endpoint": lane.name,
                "window": number + 1,
                "at": window.started_at,
                "is_usable": !view.is_forbidden(row),
            });
            set(&mut row, found.as_ref()?);
            Some(row)
        }));
    }
    let names = numbered(fold.global_first().map(|lane| (lane.name, lane.place)));
    let title = words.windows_question.to_owned();
    let what = windows_kind::what(view, over, words);
    Ok(Plot {
        frame: Frame::without_key(view, title, what, has_grey(&rows)),
        origin: PlotOrigin::of(view),
        rows,
        encoding: encoding(),
        layers: layers(view.palette(), &colours(view.palette(), names)),
        height: HEIGHT,
    })
}

/// A line for each endpoint: its p50 in each run, with the limit of what the runs before let expect.
///
/// # Errors
/// [`ChartError::Nothing`] where the selection names nothing of the runs.
pub(super) fn trend<'a>(trend: &Trend, spec: &'a ChartSpec) -> Result<Plot<'a>, ChartError> {
    let palette = spec.look.appearance.palette();
    let (group, asked) = trend_kind::lines(trend, spec)?;
    let (lines, _) = trend_kind::folded(&asked, spec, asked.len());
    let mut rows = Vec::new();
    for line in &lines {
        let points = trend.runs.iter().zip(&line.points);
        rows.extend(points.filter_map(|(run, point)| {
            let mut row = json!({
                "endpoint": line.endpoint,
                "run": run.run_id,
                "at": run.started_at,
                "limit": point.limit().map(ms),
                "is_slower": point.outcome == HistoryOutcome::Slower,
                "is_usable": true,
            });
            set(&mut row, point.p50.as_ref()?);
            Some(row)
        }));
    }
    let names = numbered(
        lines
            .iter()
            .map(|line| (line.endpoint.as_str(), line.place)),
    );
    let colour = colours(palette, names);
    let mut layers = layers(palette, &colour);
    if rows.iter().any(|row| row["limit"].is_number()) {
        layers.push(json!({
            "transform": [{ "filter": "isValid(datum.limit)" }],
            "mark": { "type": "line", "strokeDash": [3, 3], "strokeWidth": 1, "interpolate": "step-after" },
            "encoding": { "y": time("limit"), "color": colour },
        }));
    }
    if rows.iter().any(|row| row["is_slower"] == json!(true)) {
        layers.push(json!({
            "transform": [{ "filter": "datum.is_slower" }],
            "mark": { "type": "point", "size": 160, "color": palette.failure.to_string() },
            "encoding": { "y": time("ms") },
        }));
    }
    Ok(Plot {
        frame: trend_kind::frame(trend, group, &lines, spec),
        origin: PlotOrigin {
            run_ids: trend.runs.iter().map(|run| run.run_id.clone()).collect(),
            is_simulated: trend.simulation.is_some(),
        },
        rows,
        encoding: encoding(),
        layers,
        height: HEIGHT,
    })
}

/// Adds the percentile, and its interval where it has two ends.
fn set(row: &mut Value, found: &Percentile) {
    row["ms"] = ms(found.value);
    if let Some([low, high]) = windows_kind::band(found) {
        row["low"] = ms(low);
        row["high"] = ms(high);
    }
}

fn encoding() -> Value {
    json!({ "x": moments("at") })
}

/// Bands, lines and points; no band, and a point in grey, where a check forbids the number.
fn layers(palette: &Palette, colour: &Value) -> Vec<Value> {
    let marked = grey_where_forbidden(palette, colour.clone());
    vec![
        json!({
            "transform": [{ "filter": "isValid(datum.low) && datum.is_usable" }],
            "mark": { "type": "area", "opacity": 0.2 },
            "encoding": { "y": time("low"), "y2": { "field": "high" }, "color": colour },
        }),
        json!({ "mark": { "type": "line", "strokeWidth": 1.5 }, "encoding": { "y": time("ms"), "color": colour } }),
        json!({
            "mark": { "type": "point", "filled": true, "size": 45 },
            "encoding": {
                "y": time("ms"), "color": marked,
                "tooltip": [
                    { "field": "endpoint" }, { "field": "at", "timeUnit": "utcyearmonthdatehoursminutes" },
                    { "field": "ms", "format": ".1f" }, { "field": "low", "format": ".1f" }, { "field": "high", "format": ".1f" },
                ],
            },
        }),
    ]
}
