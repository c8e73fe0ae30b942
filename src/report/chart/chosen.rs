//! Which endpoints a picture of few shows.

use crate::report::view::headline;

use super::drawing::canvas::Lettering;
use super::kind::ChartError;
use super::view::{Lane, View};

/// The Regional endpoints that a picture of few shows, fastest first: those that were asked for, otherwise the foremost one.
///
/// # Errors
/// [`ChartError::TooMany`] where more than `most` were asked for: a picture without some of them would not be the one that
/// was asked for.
pub(super) fn regional<'v, 'a>(
    view: &'v View<'a>,
    kind: &'static str,
    most: usize,
) -> Result<Vec<&'v Lane<'a>>, ChartError> {
    if view.spec.selection.endpoints.is_empty() {
        return Ok(foremost(view).into_iter().collect());
    }
    let asked: Vec<&Lane<'_>> = measured(view).collect();
    if asked.len() > most {
        return Err(ChartError::TooMany {
            kind,
            given: asked.len(),
            most,
        });
    }
    Ok(asked)
}

/// The endpoints of the selection that have no time, each with the reason, where they are few enough to name.
pub(super) fn silent(view: &View<'_>) -> Vec<String> {
    let is_silent = |lane: &&Lane<'_>| lane.rows().all(|row| view.time(row).is_none());
    let silent: Vec<&Lane<'_>> = view.lanes.iter().filter(is_silent).collect();
    let said = |lane: &&Lane<'_>| {
        let name = Lettering::NOTE.fit_name(lane.name, LONGEST_NAME);
        format!("{name}: {}", view.missing(lane.rows().next()))
    };
    match silent.len() {
        0..=MOST_NAMED => silent.iter().map(said).collect(),
        _ => Vec::new(),
    }
}

/// Most endpoints without a time that are named.
const MOST_NAMED: usize = 4;
/// Longer names are cut, px.
const LONGEST_NAME: f64 = 160.0;

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
