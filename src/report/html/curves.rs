//! How slow the slow calls are: each endpoint's times by percentile, at a bounded number of points.

use serde::Serialize;

use crate::judge::Row;
use crate::record::Series;
use crate::report::view::report::Report;
use crate::report::words::numbers::percentile_name;

use super::endpoints::{class, forbidden, microseconds, role};
use super::plot::{Axis, Tick, decades, short, through, time_tick};

/// The curves of some endpoints of a group, drawn.
pub(crate) struct CurvePlot {
    pub(crate) curves: Vec<Path>,
    pub(crate) times: Vec<Tick>,
    pub(crate) shares: Vec<Tick>,
}

/// A curve.
pub(crate) struct Path {
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) path: String,
    /// That a check forbids it.
    pub(crate) forbidden: Option<String>,
    /// Where its name stands, for those that have one.
    pub(crate) label: Option<(String, String)>,
}

/// What the script knows: for each endpoint the times, µs, in [`steps`], at shares whose rest is `10^(−step × number)`.
#[derive(Serialize)]
pub(crate) struct CurveData {
    step: f64,
    times: Vec<Vec<i64>>,
}

/// Between two points of a curve the share of slower calls falls by this power of ten.
const STEP: f64 = 0.08;
/// Points of a curve, at most: up to 99.999 %.
const MOST_POINTS: u32 = 63;
/// The size of a plot, px; its labels stand beside it.
pub(crate) const WIDTH: f64 = 480.0;
pub(crate) const HEIGHT: f64 = 240.0;

/// The share of calls that are not slower than point `number` of a curve, 0–1.
fn share(number: u32) -> f64 {
    1.0 - 10_f64.powf(-STEP * f64::from(number))
}

/// The times of an endpoint by percentile of all its calls, ns: a call that failed was never answered. As far as one slower
/// call is left.
pub(crate) fn curve(report: &Report<'_>, row: &Row) -> Vec<f64> {
    let series = |series: &&Series| series.target == row.target;
    let Some(series) = report.run.measured.series.iter().find(series) else {
        return Vec::new();
    };
    let times = series.service_time.to_hdr();
    let (answers, calls) = (times.len() as f64, row.calls() as f64);
    if answers == 0.0 {
        return Vec::new();
    }
    (0..=MOST_POINTS)
        .map(share)
        .take_while(|share| share * calls <= (calls - 1.0).min(answers))
        .map(|share| times.value_at_quantile((share * calls / answers).min(1.0)) as f64)
        .collect()
}

/// What the script draws.
pub(crate) fn data(curves: &[Vec<f64>]) -> CurveData {
    let times = |curve: &Vec<f64>| {
        let whole: Vec<i64> = curve.iter().map(|&time| microseconds(time)).collect();
        steps(&whole)
    };
    CurveData {
        step: STEP,
        times: curves.iter().map(times).collect(),
    }
}

/// Rising numbers as the first one and the steps to each of the others.
pub(crate) fn steps(rising: &[i64]) -> Vec<i64> {
    let before = std::iter::once(&0).chain(rising);
    rising
        .iter()
        .zip(before)
        .map(|(to, from)| to - from)
        .collect()
}

/// The curves of the notable endpoints; `None` where there is nothing to draw.
pub(crate) fn plot(report: &Report<'_>, rows: &[&Row], curves: &[Vec<f64>]) -> Option<CurvePlot> {
    let shown: Vec<(&Row, &Vec<f64>)> = notable(report, rows)
        .into_iter()
        .map(|number| (rows[number], &curves[number]))
        .filter(|(_, curve)| curve.len() > 1)
        .collect();
    let all = || shown.iter().flat_map(|(_, curve)| curve.iter().copied());
    let ends = (
        all().fold(f64::INFINITY, f64::min),
        all().fold(0.0, f64::max),
    );
    let longest = shown.iter().map(|(_, curve)| curve.len()).max()?;
    let times = Axis {
        low: (ends.0.max(1e3) * 0.9).log10(),
        high: (ends.1 * 1.1).log10(),
    };
    let across = Axis {
        low: 0.0,
        high: (longest - 1) as f64 * STEP,
    };
    let down = |time: f64| HEIGHT - times.place(time.max(1e3).log10(), HEIGHT);
    let path = |(row, curve): &(&Row, &Vec<f64>)| {
        let steps = (0..).map(|number| f64::from(number) * STEP);
        let points = steps
            .zip(curve.iter())
            .map(|(z, &time)| (across.place(z, WIDTH), down(time)));
        let end = curve.last().map(|&time| down(time));
        let role = role(report, row);
        let named = ["global", "own"].contains(&role);
        Path {
            name: row.endpoint.clone(),
            class: class(report, row),
            forbidden: forbidden(report, row),
            path: through(points),
            label: end.filter(|_| named).map(|y| {
                let x = across.place((curve.len() - 1) as f64 * STEP, WIDTH);
                (short(x + 8.0), short(y + 4.0))
            }),
        }
    };
    let shares = [0.0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];
    Some(CurvePlot {
        curves: shown.iter().map(path).collect(),
        times: decades(times)
            .into_iter()
            .map(|time| time_tick(time, down(time)))
            .collect(),
        shares: shares
            .into_iter()
            .map(|share: f64| (share, -(1.0 - share).log10()))
            .filter(|(_, z)| *z <= across.high + 1e-9)
            .map(|(share, z)| Tick {
                at: short(across.place(z, WIDTH)),
                text: if share == 0.0 {
                    "fastest".to_owned()
                } else {
                    percentile_name(share)
                },
            })
            .collect(),
    })
}

/// The endpoints that a picture without room for all is about: the global one, that of this place, the fastest and the
/// slowest; as positions in `rows`, which are sorted. The first two come last, to lie on top.
pub(crate) fn notable(report: &Report<'_>, rows: &[&Row]) -> Vec<usize> {
    let is_marked = |number: &usize| ["global", "own"].contains(&role(report, rows[*number]));
    let has_answers = |number: &usize| rows[*number].service_time.count > 0;
    let (marked, others): (Vec<usize>, Vec<usize>) =
        (0..rows.len()).filter(has_answers).partition(is_marked);
    let last = others.len().saturating_sub(1);
    let few = others.into_iter().enumerate();
    few.filter(|(position, _)| *position < FASTEST || *position == last)
        .map(|(_, number)| number)
        .chain(marked.into_iter().rev())
        .collect()
}

/// How many of the fastest other endpoints are drawn.
const FASTEST: usize = 4;
