//! Which endpoints of many have a row, and what is said of the others.

use crate::judge::{Place, Row};
use crate::report::words::chart::fill;

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
        let selection = &view.spec.selection;
        let regional = view.regional().count();
        let top = match selection.top {
            Some(top) => top,
            None if !selection.endpoints.is_empty() || regional <= usual + 2 => regional,
            None => usual,
        };
        let mut left = top;
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

    /// Every row of the endpoints that are shown.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'a Row> {
        self.shown.iter().flat_map(|lane| lane.rows())
    }

    /// What is said of those that are folded.
    pub(super) fn note(&self, view: &View<'_>) -> Option<String> {
        let words = view.words();
        let leading = view.leading();
        let times = || {
            self.folded
                .iter()
                .filter_map(|lane| view.time(lane.over(leading)?))
        };
        let range = match times()
            .min_by(f64::total_cmp)
            .zip(times().max_by(f64::total_cmp))
        {
            Some((low, high)) if low < high => view.span(low, high),
            Some((low, _)) => view.duration(low),
            None => words.no_data.to_owned(),
        };
        match self.folded.len() {
            0 => None,
            1 => Some(fill(words.one_not_shown, &[&range])),
            n => Some(fill(words.not_shown, &[&n.to_string(), &range])),
        }
    }
}
