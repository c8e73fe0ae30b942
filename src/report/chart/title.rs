//! The finding as the title of a picture.

use crate::judge::{Place, Verdict};
use crate::plan::{ConnectionMode, Level};
use crate::report::view::table::Soundness;
use crate::report::words::chart::{connection, fill};
use crate::report::words::language::Language;
use crate::report::words::numbers::ratio;

use super::view::{Lane, View};

/// What was found about the endpoints that are shown, or the question where nothing may be claimed.
pub(super) fn finding(view: &View<'_>, shown: &[&Lane<'_>]) -> String {
    let words = view.words();
    let leading = view.leading();
    let mut regional = shown.iter().filter(|lane| lane.place == Place::Regional);
    let measured = regional.any(|lane| {
        lane.over(leading)
            .is_some_and(|row| view.time(row).is_some())
    });
    let is_open = foremost(view, shown).is_some_and(|lane| depends_on_failures(view, lane));
    let claim = match view.language() {
        _ if is_open => None,
        _ if view.level() != Level::P50 || view.soundness() == Soundness::Invalid => None,
        Language::English => view.claim(shown),
        _ => faster(view, shown),
    };
    match claim {
        _ if !measured => words.global_title.to_owned(),
        Some(claim) => claim,
        None if view.global().is_none() => words.regional_title.to_owned(),
        None => words.endpoints_title.to_owned(),
    }
}

/// Whether the endpoint, or the global one, fails more often than the other over a kind of connection that is shown, so that its
/// time alone says nothing for it in a title.
pub(super) fn depends_on_failures(view: &View<'_>, lane: &Lane<'_>) -> bool {
    let pair = |&over: &ConnectionMode| Some((lane.over(over)?, view.global()?.over(over)?));
    let mut pairs = view.connections.iter().filter_map(pair);
    pairs.any(|(row, global)| row.fails_more_than(global) || global.fails_more_than(row))
}

/// The endpoint of the place, or the fastest one that is shown.
fn foremost<'s, 'a>(view: &View<'_>, shown: &'s [&'s Lane<'a>]) -> Option<&'s Lane<'a>> {
    let mut regional = shown.iter().filter(|lane| lane.place == Place::Regional);
    let local = shown.iter().find(|lane| view.is_local(lane));
    local.or_else(|| regional.next()).copied()
}

/// That the endpoint of the place, or the fastest one, is faster than the global one, where that was found.
fn faster(view: &View<'_>, shown: &[&Lane<'_>]) -> Option<String> {
    let leading = view.leading();
    let lane = foremost(view, shown)?;
    let found = view.picked(lane.over(leading)?)?;
    if found.verdict != Verdict::Faster {
        return None;
    }
    let times = view.language().number(&ratio(found.ratio.value));
    let claim = fill(view.words().finding, &[lane.name, &times]);
    Some(format!(
        "{claim} ({})",
        connection(view.language(), leading)
    ))
}
