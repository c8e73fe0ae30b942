//! One curve: what an endpoint saves by percentile over one kind of connection, and which endpoints are shown.

use crate::judge::Summary;
use crate::plan::{ConnectionMode, Level};
use crate::report::chart::chosen;
use crate::report::chart::kind::ChartError;
use crate::report::chart::saving::Saved;
use crate::report::chart::view::{Lane, View};

/// Most endpoints in one picture: as many as there are colours.
const MOST: usize = 4;

/// One endpoint over one kind of connection.
pub(crate) struct DifferenceCurve<'a> {
    /// Over which kind of connection.
    pub connection: ConnectionMode,
    /// Whose.
    pub lane: &'a Lane<'a>,
    /// Position among the endpoints that are shown.
    pub position: usize,
    /// Rising percentiles.
    pub points: Vec<Saved<'a>>,
}

/// The curves that are shown.
///
/// # Errors
/// [`ChartError::TooMany`] where more endpoints were asked for than there are colours.
pub(crate) fn curves<'v>(
    kind: &'static str,
    view: &'v View<'_>,
    summary: &'v Summary,
) -> Result<Vec<DifferenceCurve<'v>>, ChartError> {
    let mut curves = Vec::new();
    let lanes = chosen::regional(view, kind, MOST)?;
    for (position, lane) in lanes.into_iter().enumerate() {
        for &connection in &view.connections {
            let Some(row) = lane.over(connection) else {
                continue;
            };
            let points = Level::COMPARED.into_iter();
            curves.push(DifferenceCurve {
                connection,
                lane,
                position,
                points: points
                    .filter_map(|level| Saved::of(summary, row, level))
                    .collect(),
            });
        }
    }
    Ok(curves)
}
