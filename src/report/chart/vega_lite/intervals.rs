//! Values with their intervals, as layers.

use serde_json::{Value, json};

use crate::report::chart::view::View;

use super::document::by_shape;

/// Along which axis values lie.
#[derive(Debug, Clone, Copy)]
pub(super) enum Along {
    X,
    Y,
}

impl Along {
    fn names(self) -> [&'static str; 2] {
        match self {
            Self::X => ["x", "x2"],
            Self::Y => ["y", "y2"],
        }
    }

    /// Where the axis begins and ends, px.
    fn edges(self) -> [Value; 2] {
        match self {
            Self::X => [json!(0), json!("width")],
            Self::Y => [json!("height"), json!(0)],
        }
    }
}

/// The intervals from `low` to `high` of the rows, on the axis that `scale` makes of a field's name. One without an end goes on
/// to the edge, as in the picture. `apart` is what the layers have besides.
pub(super) fn intervals(
    along: Along,
    rows: &[Value],
    scale: impl Fn(&str) -> Value,
    apart: &Value,
) -> Vec<Value> {
    let [from, to] = along.names();
    let [lowest, highest] = along.edges();
    let ends = [
        ([true, true], scale("low"), json!({ "field": "high" })),
        ([true, false], scale("low"), json!({ "value": highest })),
        ([false, true], scale("high"), json!({ "value": lowest })),
    ];
    let layer = |([low, high], begin, end): ([bool; 2], Value, Value)| {
        let has = |row: &Value| [row["low"].is_number(), row["high"].is_number()] == [low, high];
        let said = |field, has| format!("{}isValid(datum.{field})", if has { "" } else { "!" });
        rows.iter().any(has).then(|| {
            json!({
                "transform": [{ "filter": format!("{} && {}", said("low", low), said("high", high)) }],
                "mark": { "type": "rule", "size": 1.5 },
                "encoding": with(apart, [(from, begin), (to, end)]),
            })
        })
    };
    ends.into_iter().filter_map(layer).collect()
}

/// Differences around zero: a line there, the intervals, and a point at the `field` of each row, shaped by the kind of
/// connection, with its `tooltip`.
pub(super) fn around_zero(
    view: &View<'_>,
    (along, field): (Along, &str),
    rows: &[Value],
    scale: impl Fn(&str) -> Value,
    apart: &Value,
    tooltip: Value,
) -> Vec<Value> {
    let [axis, _] = along.names();
    let shape = by_shape(view);
    let line = json!({
        // A mark of its own, which does not depend on the run.
        "data": { "values": [{}] },
        "mark": { "type": "rule", "size": 1.2, "color": view.palette().text.to_string() },
        "encoding": { axis: { "datum": 0, "type": "quantitative" } },
    });
    let point = json!({
        "mark": { "type": "point", "filled": true, "size": 90 },
        "encoding": with(apart, [(axis, scale(field)), ("shape", shape), ("tooltip", tooltip)]),
    });
    let mut layers = vec![line];
    layers.extend(intervals(along, rows, scale, apart));
    layers.push(point);
    layers
}

/// The object with further fields.
fn with<const N: usize>(object: &Value, fields: [(&str, Value); N]) -> Value {
    let mut object = object.clone();
    for (name, value) in fields {
        object[name] = value;
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_without_an_end_goes_on_to_the_edge_and_one_without_both_is_none() {
        let row = |low: Option<f64>, high: Option<f64>| json!({ "low": low, "high": high });
        let scale = |field: &str| json!({ "field": field });
        let drawn = |rows: &[Value]| -> Vec<Value> {
            let layers = intervals(Along::X, rows, scale, &json!({}));
            layers
                .into_iter()
                .map(|layer| layer["encoding"].clone())
                .collect()
        };
        assert_eq!(drawn(&[row(None, None)]), Vec::<Value>::new());
        assert_eq!(
            drawn(&[
                row(Some(1.0), Some(2.0)),
                row(Some(1.0), None),
                row(None, Some(2.0))
            ]),
            [
                json!({ "x": { "field": "low" }, "x2": { "field": "high" } }),
                json!({ "x": { "field": "low" }, "x2": { "value": "width" } }),
                json!({ "x": { "field": "high" }, "x2": { "value": 0 } }),
            ]
        );
    }
}
