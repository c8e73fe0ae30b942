//! Brackets around rows that cannot be distinguished over the leading kind of connection, the global endpoint's among them.

use crate::report::chart::drawing::canvas::{Canvas, Stroke};
use crate::report::chart::view::{Lane, View};

/// The sets of rows that cannot be distinguished, each with a place of its own beside those that it overlaps.
pub(super) struct Ties {
    sets: Vec<(usize, Vec<usize>)>,
}

impl Ties {
    /// The ties among these endpoints.
    pub(super) fn of(view: &View<'_>, lanes: &[&Lane<'_>]) -> Self {
        let row_of = |name: &str| lanes.iter().position(|lane| lane.name == name);
        let mut sets: Vec<Vec<usize>> = view
            .ties(view.leading())
            .into_iter()
            .map(|set| {
                let mut rows: Vec<usize> = set.into_iter().filter_map(row_of).collect();
                rows.sort_unstable();
                rows
            })
            .filter(|rows| rows.len() > 1)
            .collect();
        sets.sort();
        let mut ends: Vec<usize> = Vec::new();
        let sets = sets.into_iter().map(|rows| {
            let place = ends
                .iter()
                .position(|&end| end < rows[0])
                .unwrap_or(ends.len());
            ends.resize(ends.len().max(place + 1), 0);
            ends[place] = rows[rows.len() - 1];
            (place, rows)
        });
        Self {
            sets: sets.collect(),
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Width of all brackets side by side, px.
    pub(super) fn room(&self) -> f64 {
        let places = self.sets.iter().map(|(place, _)| place + 1).max();
        places.map_or(0.0, |places| GAP * places as f64 + 8.0)
    }

    /// Draws the brackets from `left` on; `middle` is where a row stands.
    pub(super) fn draw(&self, canvas: &mut Canvas, left: f64, middle: impl Fn(usize) -> f64) {
        let stroke = Stroke {
            colour: canvas.palette().muted,
            width: 1.2,
        };
        canvas.group("ties", None, |canvas| {
            for (place, rows) in &self.sets {
                let x = left + GAP * (*place as f64 + 1.0);
                let (upper, lower) = (middle(rows[0]) - 6.0, middle(rows[rows.len() - 1]) + 6.0);
                canvas.line(
                    &[(x - 5.0, upper), (x, upper), (x, lower), (x - 5.0, lower)],
                    stroke,
                );
            }
        });
    }
}

/// Between two brackets, px.
const GAP: f64 = 8.0;
