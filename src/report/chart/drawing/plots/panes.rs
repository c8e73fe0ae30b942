//! One panel for each kind of connection, side by side, with a heading each.

use crate::plan::ConnectionMode;
use crate::report::words::chart::connection;
use crate::report::words::language::Language;

use crate::report::chart::drawing::canvas::{Align, Canvas, Lettering};
use crate::report::chart::drawing::frame::MARGIN;
use crate::report::chart::kind::ChartError;

/// One panel: its left and right edge, px.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pane {
    /// Which kind of connection it shows.
    pub connection: ConnectionMode,
    /// Left edge of the data.
    pub left: f64,
    /// Right edge of the data.
    pub right: f64,
}

/// Panels in a picture of `width` px, each with `before` px at the left and `after` px at the right of its data.
pub(crate) fn across(
    connections: &[ConnectionMode],
    width: f64,
    before: f64,
    after: f64,
) -> Vec<Pane> {
    let panels = connections.len() as f64;
    let each = (width - 2.0 * MARGIN - GAP * (panels - 1.0)) / panels;
    let place = |(number, &connection): (usize, &ConnectionMode)| {
        let left = MARGIN + (each + GAP) * number as f64;
        Pane {
            connection,
            left: left + before,
            right: left + each - after,
        }
    };
    connections.iter().enumerate().map(place).collect()
}

/// # Errors
/// [`ChartError::TooNarrow`] where a panel of a picture of `width` px is narrower than its heading, or too narrow to read.
pub(crate) fn require_readable(
    panes: &[Pane],
    language: Language,
    width: f64,
) -> Result<(), ChartError> {
    let heading = |pane: &Pane| Lettering::STRONG.width(connection(language, pane.connection));
    let least = panes.iter().map(heading).fold(LEAST_PANE, f64::max);
    let narrowest = panes.iter().map(|pane| pane.width());
    let narrowest = narrowest.fold(f64::INFINITY, f64::min);
    ChartError::require_width(width, narrowest, least, panes.len() as f64)
}

impl Pane {
    /// Says at the height `y` what the panel shows.
    pub(crate) fn heading(self, canvas: &mut Canvas, language: Language, y: f64) {
        let palette = canvas.palette();
        let name = Lettering::STRONG.fit(
            connection(language, self.connection),
            self.right - self.left,
        );
        let at = (self.left, y);
        canvas.text(&name, at, Align::Start, Lettering::STRONG, palette.text);
    }

    /// The middle of the data.
    pub(crate) fn middle(self) -> f64 {
        (self.left + self.right) / 2.0
    }

    /// The width of the data.
    pub(crate) fn width(self) -> f64 {
        self.right - self.left
    }
}

const GAP: f64 = 36.0;
/// In narrower data no curve can be read, px.
const LEAST_PANE: f64 = 110.0;
