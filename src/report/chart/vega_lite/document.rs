//! What stands around every chart: title, data, look.

use serde_json::{Value, json};

use crate::report::chart::drawing::frame::Frame;
use crate::report::chart::drawing::theme::Palette;
use crate::report::chart::spec::ChartSpec;
use crate::report::chart::view::View;
use crate::report::formats::json::text::indented;

/// One chart.
pub(super) struct Plot<'a> {
    /// The words around it; a reader makes the key by itself.
    pub frame: Frame<'a>,
    /// Of which measurements it is.
    pub origin: PlotOrigin,
    /// The data, one object for each mark.
    pub rows: Vec<Value>,
    /// What the layers have in common.
    pub encoding: Value,
    /// From the lowest to the topmost.
    pub layers: Vec<Value>,
    /// The height where none was asked for, px.
    pub height: f64,
}

/// Of which measurements a chart is.
pub(super) struct PlotOrigin {
    /// The ids of the runs.
    pub run_ids: Vec<String>,
    /// Whether one of them was simulated.
    pub is_simulated: bool,
}

impl PlotOrigin {
    /// Of one run.
    pub(super) fn of(view: &View<'_>) -> Self {
        let header = &view.run.header;
        Self {
            run_ids: vec![header.run_id.clone()],
            is_simulated: header.vantage.simulation.is_some(),
        }
    }
}

/// Whether one of the rows is drawn in grey, because a check forbids it.
pub(super) fn has_grey(rows: &[Value]) -> bool {
    rows.iter().any(|row| row["is_usable"] == json!(false))
}

/// The chart with everything around it.
pub(super) fn document(plot: &Plot<'_>) -> String {
    let look = plot.frame.spec.look;
    around(
        &plot.frame,
        &plot.origin,
        json!({
            "width": look.width,
            "height": look.height.unwrap_or(plot.height),
            "autosize": { "type": "fit", "contains": "padding" },
            "data": { "values": plot.rows },
            "encoding": plot.encoding,
            "layer": plot.layers,
        }),
    )
}

/// What a chart shows, with the words around it.
pub(super) fn around(frame: &Frame<'_>, origin: &PlotOrigin, shown: Value) -> String {
    let (look, wording) = (frame.spec.look, &frame.spec.wording);
    let title = wording.title.as_ref().unwrap_or(&frame.title);
    let subtitle = subtitle(frame);
    let end = if title.ends_with('?') { "" } else { "." };
    let said = || format!("{title}{end} {}", subtitle.join(" · "));
    let mut document = json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": wording.alt.clone().unwrap_or_else(said),
        "usermeta": {
            "generator": concat!("stsbench ", env!("CARGO_PKG_VERSION")),
            "run_ids": origin.run_ids,
            "is_simulated": origin.is_simulated,
        },
        "title": {
            "text": lines(title, look.width, TITLE),
            "subtitle": subtitle
                .iter()
                .flat_map(|line| lines(line, look.width, SUBTITLE))
                .collect::<Vec<_>>(),
        },
        "background": look
            .appearance
            .background()
            .map_or("transparent".to_owned(), |colour| colour.to_string()),
        "config": config(frame.spec),
    });
    if let (Value::Object(document), Value::Object(shown)) = (&mut document, shown) {
        document.extend(shown);
    }
    indented(&document)
}

/// Warnings first, then what is shown and from where, and the caption.
fn subtitle(frame: &Frame<'_>) -> Vec<String> {
    let lines = [
        frame.badge.map(str::to_owned),
        frame.warning.clone(),
        Some(frame.what.join(" · ")),
        Some(frame.circumstances.join(" · ")),
        frame.spec.wording.caption.clone(),
    ];
    lines.into_iter().flatten().collect()
}

fn config(spec: &ChartSpec) -> Value {
    let palette = spec.look.appearance.palette();
    let [text, muted, grid] =
        [palette.text, palette.muted, palette.grid].map(|colour| colour.to_string());
    let words = json!({ "labelColor": muted, "titleColor": muted });
    json!({
        "font": "Noto Sans, Helvetica, Arial, sans-serif",
        "locale": { "number": number_locale(spec) },
        "title": {
            "anchor": "start", "frame": "bounds", "fontSize": TITLE, "subtitleFontSize": SUBTITLE, "offset": 12,
            "color": text, "subtitleColor": muted,
        },
        "view": { "stroke": null },
        "axis": {
            "labelColor": words["labelColor"], "titleColor": words["titleColor"],
            "labelFontSize": 12, "titleFontSize": 12, "labelLimit": 240, "titleFontWeight": "normal",
            "gridColor": grid, "domainColor": grid, "tickColor": grid,
        },
        "legend": {
            "labelColor": words["labelColor"], "titleColor": words["titleColor"],
            "orient": "bottom", "direction": "horizontal", "columns": 2, "labelFontSize": 12,
            // Two keys with two columns each, and room for their symbols.
            "labelLimit": spec.look.width / 4.0 - 40.0,
        },
    })
}

/// Sizes of the letters, px.
const TITLE: f64 = 17.0;
const SUBTITLE: f64 = 12.0;
/// Width of a letter as a share of its size, more than in most fonts: which one the reader has is not known here.
const LETTER: f64 = 0.66;

/// The text in lines that fit: one that is too long would take its width from the data.
fn lines(text: &str, width: f64, size: f64) -> Vec<String> {
    let most = (width / (size * LETTER)) as usize;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// How the language writes numbers, as d3-format takes it.
fn number_locale(spec: &ChartSpec) -> Value {
    let sample = spec.wording.language.number("1,0.0");
    let mark = |place: usize| sample.chars().nth(place).unwrap_or_default().to_string();
    json!({ "thousands": mark(1), "decimal": mark(3), "grouping": [3], "currency": ["", ""] })
}

/// Times as JSON has them, ms: what is not finite is absent.
pub(super) fn ms(nanoseconds: f64) -> Value {
    json!(nanoseconds / 1e6)
}

/// An axis of times, which are never 0.
pub(super) fn time(field: &str) -> Value {
    json!({ "field": field, "type": "quantitative", "title": "ms", "scale": { "type": "log", "nice": false } })
}

/// An axis of differences of times.
pub(super) fn difference(field: &str) -> Value {
    json!({ "field": field, "type": "quantitative", "title": "ms" })
}

/// An axis of moments.
pub(super) fn moments(field: &str) -> Value {
    json!({ "field": field, "type": "temporal", "title": null, "scale": { "type": "utc" } })
}

/// A row for each endpoint, in the order of the data.
pub(super) fn by_endpoint() -> Value {
    json!({ "field": "endpoint", "type": "nominal", "sort": null, "title": null })
}

/// Shapes for kinds of connection.
pub(super) fn by_shape(view: &View<'_>) -> Value {
    json!({
        "field": "connection", "type": "nominal", "title": null,
        "scale": { "domain": connections(view), "range": SHAPES[..view.connections.len()] },
    })
}

/// Lines for kinds of connection.
pub(super) fn by_dash(view: &View<'_>) -> Value {
    json!({
        "field": "connection", "type": "nominal", "title": null,
        "scale": { "domain": connections(view), "range": DASHES[..view.connections.len()] },
    })
}

/// The kinds of connection as the language calls them.
pub(super) fn connections(view: &View<'_>) -> Vec<&'static str> {
    let called = |&kind| crate::report::words::chart::connection(view.language(), kind);
    view.connections.iter().map(called).collect()
}

/// `colour`, or grey where a check forbids the number.
pub(super) fn grey_where_forbidden(palette: &Palette, mut colour: Value) -> Value {
    colour["condition"] = json!({ "test": "!datum.is_usable", "value": palette.bar.to_string() });
    colour
}

/// A new connection, one that is kept open, one that resumes.
const SHAPES: [&str; 3] = ["circle", "diamond", "square"];
const DASHES: [&[u32]; 3] = [&[1, 0], &[6, 3], &[2, 2]];
