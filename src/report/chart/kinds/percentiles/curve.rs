//! One curve: an endpoint's percentiles over one kind of connection, and which of them are shown.

use crate::judge::{Place, Row};
use crate::plan::{ConnectionMode, Level};
use crate::record::Series;
use crate::report::chart::drawing::axis::NinesAxis;
use crate::report::chart::drawing::panel::emphasis;
use crate::report::chart::view::{Lane, View};
use crate::report::words::chart::fill;
use crate::report::words::numbers;

/// How many of the fastest Regional endpoints are drawn where nothing is asked for.
pub(super) const FASTEST: usize = 3;
/// How many points a curve has: more than it has pixels between two of its values.
const POINTS: u32 = 240;

/// One endpoint over one kind of connection.
pub(crate) struct PercentileCurve<'a> {
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Whose.
    pub name: &'a str,
    /// Which side it is on.
    pub place: Place,
    /// Position among the Regional endpoints that are shown.
    pub position: usize,
    /// Its numbers.
    pub(super) row: &'a Row,
    /// How many calls it is of: a failed one was never answered.
    pub(super) count: u64,
    /// From which percentile on a check forbids it, as a share.
    pub forbidden_from: Option<f64>,
    /// Percentile of all calls as a share, and service time in ns, as far as calls were answered.
    pub points: Vec<(f64, f64)>,
    /// The percentiles that have an interval.
    pub bars: Vec<IntervalBar>,
    /// Percentile as a share, and a gate's limit in ns.
    pub(super) limits: Vec<(f64, f64)>,
}

/// A percentile with its interval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IntervalBar {
    /// The percentile as a share.
    pub share: f64,
    /// ns.
    pub value: f64,
    /// Its lower end, ns; 0 where it has none.
    pub low: f64,
    /// Its upper end, ns; infinite where it has none.
    pub high: f64,
}

impl PercentileCurve<'_> {
    /// Whether a check forbids that percentile, a share.
    pub(super) fn forbids(&self, share: f64) -> bool {
        self.forbidden_from.is_some_and(|from| share >= from)
    }

    /// Whether a check forbids a part of it.
    pub(super) fn is_forbidden(&self) -> bool {
        self.points.iter().any(|&(share, _)| self.forbids(share))
    }

    /// Every time that has to be on the axis, ns.
    pub(super) fn extremes(&self) -> impl Iterator<Item = f64> {
        let ends = [self.points.first(), self.points.last()];
        let ends = ends.into_iter().flatten().map(|&(_, time)| time);
        let bars = self.bars.iter();
        let bars = bars.flat_map(|bar| [bar.low, bar.value, bar.high].into_iter());
        ends.chain(bars.filter(|&time| time > 0.0))
            .chain(self.limits.iter().map(|&(_, limit)| limit))
    }

    /// Its name, and its time by that percentile.
    pub(super) fn label(&self, view: &View<'_>, level: Level) -> String {
        format!("{}{}", self.name, self.time(view, level))
    }

    /// Its time by that percentile as it stands behind the name, or how many calls failed where the percentile is a failure.
    pub(super) fn time(&self, view: &View<'_>, level: Level) -> String {
        let figures = &self.row.service_time;
        let said = match figures.percentile(level) {
            Some(time) => view.duration(time),
            None if figures.is_never(level) => {
                let failed = view.count(self.row.counts.failed());
                fill(view.words().failed_count, &[&failed])
            }
            None => numbers::NOTHING.to_owned(),
        };
        format!("  {said}")
    }

    /// The label in `room` px, with less of the name where it does not fit.
    pub(super) fn label_within(&self, view: &View<'_>, level: Level, room: f64) -> String {
        let (lettering, time) = (emphasis(self.place), self.time(view, level));
        let name = lettering.fit_name(self.name, room - lettering.width(&time));
        format!("{name}{time}")
    }
}

/// The highest percentile that all of these curves have. A curve with so many failed calls that the percentile is a failure
/// counts as having it.
pub(super) fn common_level(curves: &[&PercentileCurve<'_>]) -> Level {
    let figures = || curves.iter().map(|curve| &curve.row.service_time);
    let is_common = |&level: &Level| {
        figures().all(|it| it.estimate(level).is_some() || it.is_never(level))
            && figures().any(|it| it.estimate(level).is_some())
    };
    let mut levels = Level::ALL.into_iter().rev();
    levels.find(is_common).unwrap_or(Level::P50)
}

/// The Regional endpoints that have a median, fastest first.
pub(super) fn measured<'v, 'a>(view: &'v View<'a>) -> Vec<&'v Lane<'a>> {
    view.regional()
        .filter(|lane| lane.rows().any(|row| view.time(row).is_some()))
        .collect()
}

/// The global endpoint, the fastest Regional ones and, for the contrast, the slowest; or those that were asked for.
pub(super) fn shown<'v, 'a>(view: &'v View<'a>) -> Vec<(usize, &'v Lane<'a>)> {
    let measured = measured(view);
    let last = measured.len().saturating_sub(1);
    let selection = &view.spec.selection;
    let regional = measured
        .into_iter()
        .enumerate()
        .filter(|&(i, _)| match selection.top {
            Some(top) => i < top,
            None => !selection.endpoints.is_empty() || i < FASTEST || i == last,
        })
        .map(|(_, lane)| lane);
    regional
        .enumerate()
        .chain(view.global().map(|lane| (0, lane)))
        .collect()
}

/// The curves that are shown.
pub(crate) fn curves<'a>(view: &View<'a>) -> Vec<PercentileCurve<'a>> {
    let mut curves = Vec::new();
    for (position, lane) in shown(view) {
        for row in lane.rows() {
            let series = view.series(row);
            let series = series.filter(|series| !series.service_time.is_empty());
            let Some(series) = series.filter(|_| row.service_time.percentile(Level::P50).is_some())
            else {
                continue;
            };
            curves.push(PercentileCurve {
                connection: row.connection,
                name: lane.name,
                place: lane.place,
                position,
                row,
                count: row.calls(),
                forbidden_from: view.forbidden_from(row),
                points: points(series, row.calls()),
                bars: bars(row),
                limits: view.limits(row),
            });
        }
    }
    curves
}

/// The times by percentile of `calls` calls, as far as they were answered.
fn points(series: &Series, calls: u64) -> Vec<(f64, f64)> {
    let times = series.service_time.to_hdr();
    let (answers, all) = (times.len() as f64, calls.max(times.len()) as f64);
    let at = |share: f64| {
        let of_answers = (share * all / answers).min(1.0);
        (share, times.value_at_quantile(of_answers) as f64)
    };
    let shares = NinesAxis::shares(all as u64, POINTS);
    let answered = shares.take_while(|share| share * all <= answers);
    let end = (answers < all).then_some(answers / all);
    answered.chain(end).map(at).collect()
}

/// The percentiles that have an interval.
fn bars(row: &Row) -> Vec<IntervalBar> {
    let bar = |level: Level| {
        let found = row.service_time.estimate(level)?;
        Some(IntervalBar {
            share: level.share(),
            value: found.value,
            low: found.interval.low.max(0.0),
            high: found.interval.high,
        })
    };
    Level::ALL.into_iter().map_while(bar).collect()
}
