//! Which endpoints a picture of few shows.

use crate::report::view::headline;

use super::view::{Lane, View};

/// The Regional endpoints that a picture of few shows, fastest first: those that were asked for, at most `most`; otherwise
/// the foremost one.
pub(super) fn regional<'v, 'a>(view: &'v View<'a>, most: usize) -> Vec<&'v Lane<'a>> {
    if view.spec.selection.endpoints.is_empty() {
        return foremost(view).into_iter().collect();
    }
    measured(view).take(most).collect()
}

/// The Regional endpoint that a picture speaks of: that of the Region where the calls came from, or the fastest where that
/// was not measured.
pub(super) fn foremost<'v, 'a>(view: &'v View<'a>) -> Option<&'v Lane<'a>> {
    let is_own = |lane: &&Lane<'_>| {
        let mut rows = view.connections.iter().filter_map(|&over| lane.over(over));
        rows.any(|row| headline::is_local(view.run, row))
    };
    measured(view)
        .find(is_own)
        .or_else(|| measured(view).next())
}

fn measured<'v, 'a>(view: &'v View<'a>) -> impl Iterator<Item = &'v Lane<'a>> {
    let has_time = |lane: &&Lane<'_>| {
        let mut rows = view.connections.iter().filter_map(|&over| lane.over(over));
        rows.any(|row| view.time(row).is_some())
    };
    view.regional().filter(has_time)
}
