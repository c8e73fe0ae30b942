//! Where the columns stand: names and places at the left, the axis, and how each endpoint compares at the right.

use crate::plan::ConnectionMode;
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering};
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::chart::drawing::marks::{DataMark, RADIUS};
use crate::report::chart::view::{Lane, View};
use crate::report::words::chart::time_unit::TimeUnit;
use crate::report::words::chart::versus;

/// The columns of the chart, px from the left.
pub(super) struct Columns {
    /// Width of the names.
    pub names: f64,
    /// Where the places end, where there is room for them.
    pub places: Option<f64>,
    /// Where the data begin and end, with their numbers.
    pub plot: (f64, f64),
    /// Where the brackets of ties begin.
    pub ties: f64,
    /// How endpoints compare over each kind of connection: the column's end.
    pub versus: Vec<(ConnectionMode, f64)>,
    /// The times over each kind of connection where there are too many to stand beside their marks: the column's end.
    pub times: Vec<(ConnectionMode, f64)>,
}

impl Columns {
    /// The columns for these endpoints, with `ties` px for brackets and times in `unit`; all of them where there is room.
    pub(super) fn of(
        view: &View<'_>,
        lanes: &[&Lane<'_>],
        (ties, unit): (f64, TimeUnit),
        is_roomy: bool,
    ) -> Self {
        let width = view.spec.look.width;
        let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
        let names = widest(&mut lanes.iter().map(|lane| Lettering::STRONG.width(lane.name)))
            .min(LONGEST_NAME * width);
        let places = widest(
            &mut lanes
                .iter()
                .map(|lane| Lettering::NOTE.width(&view.whereabouts(lane))),
        )
        .min(LONGEST_NAME * width);
        let mut right = width - MARGIN;
        let mut columns = Vec::new();
        for &connection in view.connections.iter().rev() {
            let texts: Vec<String> = lanes
                .iter()
                .filter_map(|lane| {
                    Some(versus(
                        view.language(),
                        view.comparison(lane.over(connection)?)?,
                    ))
                })
                .collect();
            let is_leading = connection == view.leading();
            let is_left_out = match has_columns(view) {
                true => !is_roomy || !is_leading,
                false => !is_roomy && !is_leading,
            };
            if texts.is_empty() || is_left_out {
                continue;
            }
            let heading = HEADING_MARK + Lettering::NOTE.width(view.words().versus_global);
            let widest = widest(&mut texts.iter().map(|text| Lettering::STRONG.width(text)));
            columns.push((connection, right));
            right -= widest.max(heading) + GAP;
        }
        columns.reverse();
        let mut times = Vec::new();
        for &connection in view.connections.iter().rev().filter(|_| has_columns(view)) {
            let rows = lanes.iter().filter_map(|lane| lane.over(connection));
            let mut texts =
                rows.filter_map(|row| Some(unit.write(view.language(), view.time(row)?)));
            let heading = HEADING_MARK + Lettering::NOTE.width(&level(view));
            let widest = widest(&mut texts.by_ref().map(|text| Lettering::STRONG.width(&text)));
            times.push((connection, right));
            right -= widest.max(heading) + GAP;
        }
        times.reverse();
        let with_places = is_roomy && places > 0.0;
        let left = MARGIN + names + GAP + if with_places { places + GAP } else { 0.0 };
        Self {
            names,
            places: with_places.then_some(left - GAP),
            plot: (left, right - ties),
            ties: right - ties + 6.0,
            versus: columns,
            times,
        }
    }

    /// Writes what the columns at the right are.
    pub(super) fn headings(&self, canvas: &mut Canvas, view: &View<'_>, y: f64) {
        let palette = canvas.palette();
        let (versus, level) = (view.words().versus_global, level(view));
        let versus = self.versus.iter().map(|&column| (versus, column));
        let times = self.times.iter().map(|&column| (level.as_str(), column));
        for (text, (connection, right)) in versus.chain(times) {
            let written = Lettering::NOTE.width(text);
            canvas.text(text, (right, y), Align::End, Lettering::NOTE, palette.muted);
            let mark = DataMark {
                place: crate::judge::Place::Regional,
                connection,
                colour: palette.regional[0],
            };
            mark.draw(canvas, (right - written - HEADING_MARK + RADIUS, y));
        }
    }
}

/// Whether the times stand in columns: beside its mark, that of a third kind of connection would be taken for another's.
pub(super) fn has_columns(view: &View<'_>) -> bool {
    view.connections.len() > 2
}

/// The percentile that is shown.
fn level(view: &View<'_>) -> String {
    view.language().number(&view.level().to_string())
}

/// Below this width there is one column of comparisons and no place, px.
pub(super) const ROOMY: f64 = 600.0;
/// The longest name, as a share of the picture's width.
const LONGEST_NAME: f64 = 0.22;
/// Between columns, px.
const GAP: f64 = 14.0;
/// Room for the mark beside a heading, px.
const HEADING_MARK: f64 = 2.0 * RADIUS + 6.0;
