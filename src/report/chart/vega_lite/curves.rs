//! Charts with a line or a cloud of points for each endpoint.

use serde_json::{Value, json};

use crate::judge::Place;
use crate::report::chart::drawing::frame::Frame;
use crate::report::chart::drawing::theme::Palette;
use crate::report::chart::kind::ChartError;
use crate::report::chart::kinds::{
    ecdf as ecdf_kind, percentiles as percentiles_kind, timeline as timeline_kind,
};
use crate::report::chart::view::View;
use crate::report::words::chart::kinds::ecdf::words;
use crate::report::words::chart::{connection, fill};

use super::document::{
    Plot, PlotOrigin, by_dash, by_shape, grey_where_forbidden, has_grey, ms, time,
};

/// What is drawn where nothing else is asked for, px.
const HEIGHT: f64 = 420.0;

/// To four decimals: more cannot be seen, and make the file half as large again.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

/// Time by percentile, with as much room for each further nine.
pub(super) fn percentiles<'a>(view: &View<'a>) -> Plot<'a> {
    let curves = percentiles_kind::curves(view);
    let mut rows = Vec::new();
    for curve in &curves {
        let at = |share: f64, mut row: Value| {
            row["endpoint"] = json!(curve.name);
            row["connection"] = json!(connection(view.language(), curve.connection));
            row["percentile"] = json!(rounded(share * 100.0));
            row["one_in"] = json!(rounded(1.0 / (1.0 - share)));
            row["is_usable"] = json!(curve.forbidden_from.is_none_or(|from| share < from));
            row
        };
        let points = curve.points.iter();
        rows.extend(points.map(|&(share, time)| at(share, json!({ "ms": ms(time) }))));
        // An end that an interval does not have is that of its percentile.
        rows.extend(curve.bars.iter().map(|bar| {
            let low = if bar.low > 0.0 { bar.low } else { bar.value };
            let high = if bar.high.is_finite() {
                bar.high
            } else {
                bar.value
            };
            at(bar.share, json!({ "low": ms(low), "high": ms(high) }))
        }));
    }
    let names = curves.iter().map(|it| (it.name, it.place, it.position));
    let colour = colours(view.palette(), names);
    let bar = json!({
        "transform": [{ "filter": "isValid(datum.low) && datum.is_usable" }],
        "mark": { "type": "rule", "opacity": 0.35, "strokeWidth": 7 },
        "encoding": { "color": colour, "detail": { "field": "connection" }, "y": time("low"), "y2": { "field": "high" } },
    });
    let layers = [vec![bar], lines(view, &rows, &colour, "linear")].concat();
    Plot {
        frame: Frame::without_key(
            view,
            view.words().percentiles_title.to_owned(),
            vec![
                fill(view.words().by_percentile, &[view.operation.api_name()]),
                fill(view.words().bars, &[&view.confidence()]),
            ],
            has_grey(&rows),
        ),
        origin: PlotOrigin::of(view),
        rows,
        encoding: json!({
            "x": {
                "field": "one_in", "type": "quantitative", "title": view.words().percent_faster,
                "scale": { "type": "log", "nice": false },
                "axis": { "values": [2, 10, 100, 1000, 10_000, 100_000], "labelExpr": "format(100 - 100 / datum.value, '~r')" },
            },
            "y": time("ms"),
        }),
        layers,
        height: HEIGHT,
    }
}

/// Share of all calls that were answered within a given time.
///
/// # Errors
/// [`ChartError::TooMany`] where more endpoints were asked for than the picture has distinct colours for.
pub(super) fn ecdf<'a>(view: &View<'a>) -> Result<Plot<'a>, ChartError> {
    let curves = ecdf_kind::curves("ecdf", view)?;
    let words = words(view.language());
    let rows = curves.iter().flat_map(|curve| {
        curve.steps.iter().map(|step| {
            json!({
                "endpoint": curve.name,
                "connection": connection(view.language(), curve.connection),
                "ms": ms(step.time),
                "share": step.share,
                "is_usable": curve.forbidden_from.is_none_or(|from| step.share < from),
            })
        })
    });
    let names = curves.iter().map(|it| (it.name, it.place, it.position));
    let colour = colours(view.palette(), names);
    let rows: Vec<Value> = rows.collect();
    let layers = lines(view, &rows, &colour, "step-after");
    Ok(Plot {
        frame: Frame::without_key(
            view,
            ecdf_kind::title(view, words),
            vec![
                fill(words.what, &[view.operation.api_name()]),
                words.log_scale.to_owned(),
            ],
            has_grey(&rows),
        ),
        origin: PlotOrigin::of(view),
        rows,
        encoding: json!({
            "x": time("ms"),
            "y": { "field": "share", "type": "quantitative", "title": null, "scale": { "domain": [0, 1] }, "axis": { "format": ".0%" } },
        }),
        layers,
        height: HEIGHT,
    })
}

/// The calls in the order in which they were made.
pub(super) fn timeline<'a>(view: &View<'a>) -> Plot<'a> {
    let lanes = timeline_kind::lanes(view);
    let mut rows = Vec::new();
    for lane in &lanes {
        for row in lane.rows() {
            let points = view.series(row).into_iter().flat_map(|it| &it.trace.points);
            rows.extend(points.map(|point| {
                json!({
                    "endpoint": lane.name,
                    "connection": connection(view.language(), row.connection),
                    "seconds": point.at_ns as f64 / 1e9,
                    "ms": point.service_time_ns.map(|time| ms(time as f64)),
                    "is_usable": !view.is_forbidden(row),
                })
            }));
        }
    }
    let names = numbered(lanes.iter().map(|lane| (lane.name, lane.place)));
    let colour = grey_where_forbidden(view.palette(), colours(view.palette(), names));
    let failure = view.palette().failure.to_string();
    let mut layers = vec![json!({
        "transform": [{ "filter": "isValid(datum.ms)" }],
        "mark": { "type": "point", "filled": true, "size": 18, "opacity": 0.7 },
        "encoding": { "y": time("ms"), "color": colour, "shape": by_shape(view) },
    })];
    if rows.iter().any(|row| row["ms"].is_null()) {
        layers.push(json!({
            "transform": [{ "filter": "!isValid(datum.ms)" }],
            "mark": { "type": "point", "shape": "cross", "angle": 45, "color": failure, "y": 4 },
        }));
    }
    Plot {
        frame: Frame::without_key(
            view,
            view.words().timeline_title.to_owned(),
            timeline_kind::shown(view, &lanes),
            has_grey(&rows),
        ),
        origin: PlotOrigin::of(view),
        rows,
        encoding: json!({ "x": { "field": "seconds", "type": "quantitative", "title": "s" } }),
        layers,
        height: HEIGHT,
    }
}

/// Lines as far as no check forbids them, and in grey from there on.
fn lines(view: &View<'_>, rows: &[Value], colour: &Value, interpolate: &str) -> Vec<Value> {
    let line = |filter: &str, colour: Value| {
        json!({
            "transform": [{ "filter": filter }],
            "mark": { "type": "line", "interpolate": interpolate, "strokeWidth": 2 },
            "encoding": { "color": colour, "detail": { "field": "endpoint" }, "strokeDash": by_dash(view) },
        })
    };
    let grey = json!({ "value": view.palette().bar.to_string() });
    let has = |usable: bool| rows.iter().any(|row| row["is_usable"] == json!(usable));
    let usable = line("isValid(datum.ms) && datum.is_usable", colour.clone());
    let forbidden = line("isValid(datum.ms) && !datum.is_usable", grey);
    [(has(true), usable), (has(false), forbidden)]
        .into_iter()
        .filter_map(|(has, line)| has.then_some(line))
        .collect()
}

/// The endpoints with their places and, of the Regional ones, their positions, as [`colours`] takes them.
pub(super) fn numbered<'n>(
    endpoints: impl Iterator<Item = (&'n str, Place)>,
) -> impl Iterator<Item = (&'n str, Place, usize)> {
    let mut position = 0;
    endpoints.map(move |(name, place)| {
        let own = position;
        position += usize::from(place != Place::Global);
        (name, place, own)
    })
}

/// Each endpoint in the colour that it has in the picture.
pub(super) fn colours<'n>(
    palette: &Palette,
    endpoints: impl Iterator<Item = (&'n str, Place, usize)>,
) -> Value {
    let (mut domain, mut range) = (Vec::new(), Vec::new());
    for (name, place, position) in endpoints {
        if !domain.contains(&name) {
            domain.push(name);
            range.push(match place {
                Place::Global => palette.global.to_string(),
                Place::Regional | Place::Twin => {
                    palette.regional[position % palette.regional.len()].to_string()
                }
            });
        }
    }
    json!({ "field": "endpoint", "type": "nominal", "title": null, "scale": { "domain": domain, "range": range } })
}
