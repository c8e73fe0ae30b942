//! Where does the time of a call go? The means of its phases, one after the other; means, because medians of parts do not
//! add up to the median of the whole.

use crate::judge::Row;
use crate::sample::Phase;

use crate::report::chart::drawing::axis::{LinearAxis, Span};
use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::panel::{
    NO_DATA, Panel, Rows, heading, side_by_side, upright_ticks,
};
use crate::report::chart::drawing::theme::Theme;
use crate::report::chart::kind::{ChartError, ChartKind, RunShown, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::chart::view::{Lane, View};
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "phases",
    question: "Where does the time of a call go?",
    runs: RunsShown::One,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
    ],
    draw,
};

fn draw(runs: &[RunShown<'_>], spec: &ChartSpec) -> Result<String, ChartError> {
    let view = View::of(KIND.name, runs[0], spec)?;
    svg(&view).ok_or(ChartError::NoData {
        kind: KIND.name,
        operation: view.operation,
    })
}

fn svg(view: &View<'_>) -> Option<String> {
    let theme = view.spec.look.appearance.theme;
    let rows = Rows::of(view.lanes.iter());
    let width = view.spec.look.width;
    let panels = side_by_side(view, width, rows.before, 0.0);
    let longest = view.rows().filter_map(length).fold(0.0, f64::max);
    let what = vec![
        format!(
            "{}, means of the phases of successful calls",
            view.operation.api_name()
        ),
        "lower is better".to_owned(),
    ];
    let frame = Frame::around(
        view,
        "Where does the time of a call go?".to_owned(),
        what,
        key(view, theme),
    );
    let height = HEAD + rows.height * view.lanes.len() as f64 + FOOT;
    Some(frame.picture(height, |canvas, top| {
        let (first, bottom) = (
            top + HEAD,
            top + HEAD + rows.height * view.lanes.len() as f64,
        );
        rows.draw(canvas, &view.lanes.iter().collect::<Vec<_>>(), first, width);
        for &panel in &panels {
            let axis = LinearAxis::up_to(
                longest,
                Span {
                    from: panel.left,
                    to: panel.right - TOTAL_ROOM,
                },
            );
            heading(canvas, panel, top + 8.0);
            let ticks: Vec<_> = axis
                .ticks(1e6, TICK_ROOM)
                .into_iter()
                .map(|t| (axis.at(t), numbers::tick(t)))
                .collect();
            upright_ticks(canvas, &ticks, first, bottom);
            for (row, lane) in view.lanes.iter().enumerate() {
                stack(canvas, panel, axis, lane, first + rows.middle(row));
            }
        }
    }))
}

/// The colours of the phases that were measured.
fn key(view: &View<'_>, theme: Theme) -> Vec<(Swatch, String)> {
    let palette = theme.palette();
    let measured = |phase: Phase| {
        view.rows()
            .any(|row| row.phase_means[phase as usize].is_some())
    };
    Phase::ALL
        .into_iter()
        .filter(|&phase| measured(phase))
        .map(|phase| {
            (
                Swatch::Block(palette.phases[phase as usize]),
                described(phase).to_owned(),
            )
        })
        .collect()
}

const HEAD: f64 = 30.0;
const FOOT: f64 = 26.0;
/// Room for the mean beside the longest bar, px.
const TOTAL_ROOM: f64 = 72.0;
const TICK_ROOM: f64 = 64.0;
const THICKNESS: f64 = 16.0;

/// A phase for people; the names are those of the files.
fn described(phase: Phase) -> &'static str {
    match phase {
        Phase::Dns => "dns: name to address",
        Phase::Connect => "connect: TCP handshake",
        Phase::Tls => "tls: TLS handshake",
        Phase::Send => "send: the request",
        Phase::Wait => "wait: for the answer",
        Phase::Receive => "receive: the answer",
    }
}

/// Where the row's stack ends, ns.
fn length(row: &Row) -> Option<f64> {
    row.phase_means
        .iter()
        .flatten()
        .copied()
        .reduce(|end, mean| end + mean)
}

fn stack(canvas: &mut Canvas, panel: Panel, axis: LinearAxis, lane: &Lane<'_>, y: f64) {
    let palette = canvas.palette();
    let measured = lane
        .over(panel.connection)
        .and_then(|row| Some((row, length(row)?)));
    let Some((row, length)) = measured else {
        canvas.text(
            NO_DATA,
            (panel.left + 6.0, y),
            Align::Start,
            Lettering::NOTE,
            palette.muted,
        );
        return;
    };
    let mut begin = 0.0;
    for (phase, mean) in Phase::ALL.into_iter().zip(row.phase_means) {
        let Some(mean) = mean else { continue };
        let (from, to) = (axis.at(begin), axis.at(begin + mean));
        let (upper, lower) = (y - THICKNESS / 2.0, y + THICKNESS / 2.0);
        canvas.rectangle((from, upper), (to, lower), palette.phases[phase as usize]);
        begin += mean;
    }
    if let Some(mean) = row.service_time.mean {
        let x = axis.at(length) + 7.0;
        canvas.text(
            &numbers::duration(mean),
            (x, y),
            Align::Start,
            Lettering::NOTE,
            palette.text,
        );
    }
}
