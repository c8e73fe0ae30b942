//! How does the world look from each place? A map for each, with every Regional endpoint where its Region is, in a shade of
//! its median time.

use sts_model::{Coordinates, Region};

use crate::judge::Place;
use crate::matrix::{CellStanding, Matrix, MatrixCell, MatrixRow};
use crate::report::chart::drawing::frame::Swatch;
use crate::report::chart::drawing::marks::MapMark;
use crate::report::chart::drawing::panel::{NOTE, note_below};
use crate::report::chart::drawing::plots::heat::colours;
use crate::report::chart::drawing::plots::world::{WorldMap, WorldMaps};
use crate::report::chart::drawing::theme::{Colour, Palette};
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunsShown};
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::words::chart::fill;
use crate::report::words::chart::kinds::{matrix, world};
use crate::report::words::language::Language;
use crate::report::words::numbers;

use super::matrix::{badge, bounds, columns, frame, mark, shade};

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "world",
    question: "How far away is each Region from each place?",
    runs: RunsShown::Places,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
    ],
    draw: Draw::Places(svg),
};

/// An endpoint on the maps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Located {
    /// Its column of the matrix.
    pub column: usize,
    /// Where its Region is.
    pub coordinates: Coordinates,
}

/// Draws a map for each place.
///
/// # Errors
/// [`ChartError`] where the selection names nothing of the runs, or nothing that has a median and a place on a map.
fn svg(matrix: &Matrix, spec: &ChartSpec) -> Result<String, ChartError> {
    let language = spec.wording.language;
    let words = matrix::words(language);
    let (located, elsewhere) = located(matrix, spec)?;
    let palette = spec.look.appearance.palette();
    let maps = WorldMaps {
        kind: KIND.name,
        maps: matrix
            .rows
            .iter()
            .map(|row| map(matrix, row, &located, (language, palette)))
            .collect(),
        bounds: bounds(),
    };
    let names = elsewhere.join(", ");
    let note = (!names.is_empty()).then(|| fill(world::words(language).not_on_map, &[&names]));
    let badge = badge(matrix, words);
    let mut frame = frame(matrix, spec, badge.as_deref());
    frame.what.insert(1, words.doubling.to_owned());
    frame.key = key(matrix, &located, (language, palette));
    let (width, below) = (spec.look.width, note.as_ref().map_or(0.0, |_| NOTE));
    let height = maps.height(width);
    Ok(frame.picture(height + below, |canvas, top| {
        maps.draw(canvas, (top, width));
        if let Some(note) = &note {
            note_below(canvas, note, top + height, width);
        }
    }))
}

/// The endpoints that were asked for: those that have a place on the maps, and the names of the Regional ones that have none.
/// The global one stands above the maps.
///
/// # Errors
/// [`ChartError`] where the selection names nothing of the runs, or nothing that has a median and a place.
pub(crate) fn located<'a>(
    matrix: &'a Matrix,
    spec: &ChartSpec,
) -> Result<(Vec<Located>, Vec<&'a str>), ChartError> {
    let (shown, _) = columns(matrix, spec, matrix.endpoints.len())?;
    let (mut located, mut elsewhere) = (Vec::new(), Vec::new());
    for column in shown {
        let endpoint = &matrix.endpoints[column];
        match Region::named(&endpoint.name).and_then(|region| region.coordinates) {
            Some(coordinates) => located.push(Located {
                column,
                coordinates,
            }),
            None if endpoint.place == Place::Global => {}
            None => elsewhere.push(endpoint.name.as_str()),
        }
    }
    if located.is_empty() {
        return Err(ChartError::Nothing {
            kind: KIND.name,
            reason: "none of the endpoints is named as a Region whose place is known".to_owned(),
        });
    }
    Ok((located, elsewhere))
}

fn map(
    matrix: &Matrix,
    row: &MatrixRow,
    located: &[Located],
    (language, palette): (Language, &Palette),
) -> WorldMap {
    let mut cells: Vec<(Located, &MatrixCell)> = located
        .iter()
        .filter_map(|&it| Some((it, row.cells[it.column].as_ref()?)))
        .collect();
    let time = |cell: &MatrixCell| cell.p50.map_or(f64::INFINITY, |p50| p50.value);
    // The fastest lies above those that it touches.
    cells.sort_by(|(_, a), (_, b)| time(b).total_cmp(&time(a)));
    let marks = cells.into_iter().map(|(it, cell)| {
        let is_own = row.advice.region.as_deref() == Some(&matrix.endpoints[it.column].name);
        let colour = colour(cell, palette);
        let mark = MapMark {
            colour,
            standing: mark(cell.standing),
            is_own,
            radius: RADIUS,
        };
        (it.coordinates, mark)
    });
    WorldMap {
        name: row.vantage.clone(),
        summary: summary(matrix, row, language),
        marks: marks.collect(),
    }
}

/// The shade of the cell's time, or grey where a check forbids it.
fn colour(cell: &MatrixCell, palette: &Palette) -> Colour {
    let usable = cell
        .p50
        .filter(|_| cell.standing != CellStanding::Forbidden);
    let shade = usable.map(|p50| shade(p50.value));
    colours(palette.shades, palette.shade, palette.muted, shade).0
}

/// The fastest Regional endpoint, that of the place's own Region where it is another, and the global one, with their medians.
fn summary(matrix: &Matrix, row: &MatrixRow, language: Language) -> String {
    let cells = || {
        let endpoints = matrix.endpoints.iter().zip(&row.cells);
        endpoints.filter_map(|(endpoint, cell)| {
            let cell = cell.as_ref()?;
            let usable = cell.standing != CellStanding::Forbidden;
            Some((endpoint, cell.p50.filter(|_| usable)?.value))
        })
    };
    let fastest = cells()
        .filter(|(endpoint, _)| endpoint.place != Place::Global)
        .min_by(|(_, a), (_, b)| a.total_cmp(b));
    let own = cells().find(|(endpoint, _)| {
        let is_fastest = fastest.is_some_and(|(first, _)| first.name == endpoint.name);
        !is_fastest && row.advice.region.as_deref() == Some(&endpoint.name)
    });
    let global = cells().find(|(endpoint, _)| endpoint.place == Place::Global);
    let said = [fastest, own, global].into_iter().flatten();
    let said: Vec<String> = said
        .map(|(endpoint, time)| {
            let time = language.number(&numbers::duration(time));
            format!("{} {time}", endpoint.name)
        })
        .collect();
    said.join(" · ")
}

fn key(
    matrix: &Matrix,
    located: &[Located],
    (language, palette): (Language, &Palette),
) -> Vec<(Swatch, String)> {
    let words = matrix::words(language);
    let has = |is: &dyn Fn(&MatrixRow, Located, &MatrixCell) -> bool| {
        matrix.rows.iter().any(|row| {
            let mut cells = located
                .iter()
                .filter_map(|&it| Some((it, row.cells[it.column].as_ref()?)));
            cells.any(|(it, cell)| is(row, it, cell))
        })
    };
    let swatch = |standing, is_own, colour| {
        Swatch::Map(MapMark {
            colour,
            standing: mark(standing),
            is_own,
            radius: RADIUS,
        })
    };
    let stands = |wanted| has(&|_, _, cell| cell.standing == wanted);
    let is_own = |row: &MatrixRow, it: Located, _: &MatrixCell| {
        row.advice.region.as_ref() == Some(&matrix.endpoints[it.column].name)
    };
    let first = palette.shades[0];
    let meanings = [
        (
            stands(CellStanding::Fastest),
            swatch(CellStanding::Fastest, false, first),
            world::words(language).fastest,
        ),
        (
            stands(CellStanding::TiedForFastest),
            swatch(CellStanding::TiedForFastest, false, first),
            words.tied,
        ),
        (
            has(&is_own),
            swatch(CellStanding::Slower, true, first),
            words.own_region,
        ),
        (
            stands(CellStanding::Forbidden),
            swatch(CellStanding::Forbidden, false, palette.shade),
            words.grey,
        ),
    ];
    let there = meanings.into_iter().filter(|(is_there, ..)| *is_there);
    there
        .map(|(_, swatch, meaning)| (swatch, meaning.to_owned()))
        .collect()
}

/// From the middle of a mark to its edge, px.
const RADIUS: f64 = 4.5;
