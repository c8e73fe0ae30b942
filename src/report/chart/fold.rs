//! Which endpoints of many have a row, and what is said of the others.

use crate::judge::{Place, Row};
use crate::report::words::chart::{fill, words};
use crate::report::words::language::Language;
use crate::report::words::numbers;

use super::spec::ChartSelection;
use super::view::{Lane, View};

/// The endpoints that have a row, and those that are folded into a line.
pub(super) struct Fold<'v, 'a> {
    /// Those with a row: the global one and the fastest Regional ones, fastest first.
    pub shown: Vec<&'v Lane<'a>>,
    folded: Vec<&'v Lane<'a>>,
}

impl<'v, 'a> Fold<'v, 'a> {
    /// The fastest Regional endpoints: as many as asked for, or all where they are few, or `usual`.
    pub(super) fn of(view: &'v View<'a>, usual: usize) -> Self {
        let mut left = top(&view.spec.selection, view.regional().count(), usual);
        let (shown, folded) = view.lanes.iter().partition(|lane| match lane.place {
            Place::Global => true,
            Place::Regional | Place::Twin if left > 0 => {
                left -= 1;
                true
            }
            Place::Regional | Place::Twin => false,
        });
        Self { shown, folded }
    }

    /// The Regional ones of those with a row, fastest first.
    pub(super) fn regional(&self) -> impl Iterator<Item = &'v Lane<'a>> {
        let shown = self.shown.iter().copied();
        shown.filter(|lane| lane.place == Place::Regional)
    }

    /// Those with a row, the global one first.
    pub(super) fn global_first(&self) -> impl Iterator<Item = &'v Lane<'a>> {
        let shown = self.shown.iter().copied();
        let global = shown.filter(|lane| lane.place == Place::Global);
        global.chain(self.regional())
    }

    /// Every row of the endpoints that are shown.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'a Row> {
        self.shown.iter().flat_map(|lane| lane.rows())
    }

    /// What is said of those that are folded.
    pub(super) fn note(&self, view: &View<'_>) -> Option<String> {
        let words = view.words();
        let time = |lane: &&Lane<'_>| view.time(lane.over(view.leading())?);
        let said = FoldedNote {
            one: words.one_not_shown,
            several: words.not_shown,
            nothing: words.no_data,
            language: view.language(),
        };
        said.note(self.folded.iter().map(time))
    }
}

/// How many Regional endpoints have a row: as many as asked for, or all where they are few, or `usual`.
pub(super) fn top(selection: &ChartSelection, regional: usize, usual: usize) -> usize {
    match selection.top {
        Some(top) => top,
        None if !selection.endpoints.is_empty() || regional <= usual + 2 => regional,
        None => usual,
    }
}

/// The words about endpoints without a row.
pub(super) struct FoldedNote {
    /// Of one: its time.
    pub one: &'static str,
    /// Of several: how many, and their times.
    pub several: &'static str,
    /// Instead of times.
    pub nothing: &'static str,
    /// In which numbers are written.
    pub language: Language,
}

impl FoldedNote {
    /// How many endpoints have no row, and from which time to which; `times` has one for each, ns.
    pub(super) fn note(
        &self,
        times: impl ExactSizeIterator<Item = Option<f64>> + Clone,
    ) -> Option<String> {
        let all = times.len();
        let known = times.flatten();
        // Of an endpoint without a time nobody knows whether it is slower.
        let (number, untimed) = match known.clone().count() {
            0 => (all, 0),
            timed => (timed, all - timed),
        };
        let range = match known
            .clone()
            .min_by(f64::total_cmp)
            .zip(known.max_by(f64::total_cmp))
        {
            Some((low, high)) if low < high => self.language.number(&numbers::range(low, high)),
            Some((low, _)) => self.language.number(&numbers::duration(low)),
            None => self.nothing.to_owned(),
        };
        let said = match number {
            0 => return None,
            1 => fill(self.one, &[&range]),
            n => fill(self.several, &[&n.to_string(), &range]),
        };
        Some(match untimed {
            0 => said,
            n => fill(words(self.language).untimed, &[&said, &n.to_string()]),
        })
    }
}
