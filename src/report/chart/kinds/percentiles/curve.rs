//! One curve: an endpoint's percentiles over one kind of connection, and which of them are shown.

use crate::judge::{Place, Row};
use crate::plan::{ConnectionMode, Level};
use crate::report::chart::drawing::axis::NinesAxis;
use crate::report::chart::drawing::panel::emphasis;
use crate::report::chart::view::{Lane, View};
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
    /// How many answers it is of.
    pub(super) count: u64,
    /// From which percentile on a check forbids it, as a share.
    pub forbidden_from: Option<f64>,
    /// Percentile as a share, and service time in ns.
    pub points: Vec<(f64, f64)>,
    /// Percentile as a share, and its interval in ns.
    pub bands: Vec<(f64, f64, f64)>,
    /// Percentile as a share, and a gate's limit in ns.
    pub(super) limits: Vec<(f64, f64)>,
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
        let bands = self.bands.iter().flat_map(|&(_, low, high)| [low, high]);
        ends.chain(bands)
            .chain(self.limits.iter().map(|&(_, limit)| limit))
    }

    /// Its name, and the time at its end with the percentile that this is.
    pub(super) fn label(&self, view: &View<'_>) -> String {
        let (share, time) = self.points.last().copied().unwrap_or_default();
        let percentile = numbers::last_percentile(share);
        let percentile = view.language().number(&percentile);
        format!("{}  {percentile} {}", self.name, view.duration(time))
    }

    /// The time at its end, as it stands behind the name.
    pub(super) fn time(&self, view: &View<'_>) -> String {
        let (_, time) = self.points.last().copied().unwrap_or_default();
        format!("  {}", view.duration(time))
    }

    /// The label in `room` px: without the percentile, and then with less of the name, where it does not fit.
    pub(super) fn label_within(&self, view: &View<'_>, room: f64) -> String {
        let (lettering, label) = (emphasis(self.place), self.label(view));
        if lettering.width(&label) <= room {
            return label;
        }
        let time = self.time(view);
        let name = lettering.fit(self.name, room - lettering.width(&time));
        format!("{name}{time}")
    }
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
            let Some(series) = series.filter(|series| !series.service_time.is_empty()) else {
                continue;
            };
            let times = series.service_time.to_hdr();
            let points = NinesAxis::shares(times.len(), POINTS)
                .map(|share| (share, times.value_at_quantile(share) as f64))
                .collect();
            curves.push(PercentileCurve {
                connection: row.connection,
                name: lane.name,
                place: lane.place,
                position,
                count: times.len(),
                forbidden_from: view.forbidden_from(row),
                points,
                bands: bands(row),
                limits: view.limits(row),
            });
        }
    }
    curves
}

/// The intervals of the percentiles that have one with two ends.
fn bands(row: &Row) -> Vec<(f64, f64, f64)> {
    let interval = |level: Level| {
        let interval = row.service_time.estimate(level)?.interval;
        let is_whole = interval.high.is_finite() && interval.low > 0.0;
        is_whole.then(|| (level.share(), interval.low, interval.high))
    };
    Level::ALL.into_iter().map_while(interval).collect()
}
