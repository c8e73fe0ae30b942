//! Which endpoint is near to which place? A row for each place, a column for each endpoint, and in each cell the median time
//! on a shade of its size.

use crate::advice::Recommendation;
use crate::judge::Place;
use crate::matrix::{CellStanding, Matrix, MatrixCell, MatrixRow};
use crate::report::chart::drawing::frame::{Frame, Swatch};
use crate::report::chart::drawing::marks::CellMark;
use crate::report::chart::drawing::panel::{NOTE, emphasis, note_below};
use crate::report::chart::drawing::plots::heat::{HeatCell, HeatMap, HeatRow};
use crate::report::chart::fold::{FoldedNote, top};
use crate::report::chart::kind::{ChartError, ChartKind, Draw, RunsShown};
use crate::report::chart::selection::require_known;
use crate::report::chart::spec::{ChartOption, ChartSpec};
use crate::report::words::chart::kinds::matrix::{MatrixWords, cell_time, words};
use crate::report::words::chart::{connection, fill};
use crate::report::words::language::Language;
use crate::report::words::numbers;

/// The chart.
pub(super) const KIND: ChartKind = ChartKind {
    name: "matrix",
    question: "Which endpoint is near to which place?",
    runs: RunsShown::Places,
    options: &[
        ChartOption::Operation,
        ChartOption::Connection,
        ChartOption::Endpoints,
        ChartOption::Top,
    ],
    draw: Draw::Places(svg),
};

/// Draws the places side by side.
///
/// # Errors
/// [`ChartError`] where the selection names nothing of the runs, or has no median, or there is no room for the numbers.
fn svg(matrix: &Matrix, spec: &ChartSpec) -> Result<String, ChartError> {
    let language = spec.wording.language;
    let words = words(language);
    let (shown, folded) = columns(matrix, spec, USUAL_TOP)?;
    let map = map(matrix, &shown, spec, words);
    if let Some(least) = map.too_narrow(spec.look.width) {
        return Err(ChartError::TooNarrow {
            given: spec.look.width as u32,
            least: least as u32,
        });
    }
    let said = FoldedNote {
        one: words.one_not_shown,
        several: words.not_shown,
        nothing: words.no_data,
        language,
    };
    let note = said.note(folded.iter().map(|&column| least(matrix, column)));
    let badge = badge(matrix, words);
    let mut frame = frame(matrix, spec, badge.as_deref());
    frame.what.insert(1, words.doubling.to_owned());
    frame.key = key(matrix, &shown, spec, words);
    let below = note.as_ref().map_or(0.0, |_| NOTE);
    Ok(frame.picture(map.height() + below, |canvas, top| {
        map.draw(canvas, (top, spec.look.width));
        if let Some(note) = &note {
            note_below(canvas, note, top + map.height(), spec.look.width);
        }
    }))
}

/// The words around the places side by side, without those about the marks of a picture.
pub(crate) fn frame<'a>(matrix: &Matrix, spec: &'a ChartSpec, badge: Option<&'a str>) -> Frame<'a> {
    let language = spec.wording.language;
    let words = words(language);
    Frame {
        spec,
        title: title(matrix, words),
        what: what(matrix, language, words),
        circumstances: circumstances(matrix, words),
        key: Vec::new(),
        warning: None,
        badge,
        footer: vec![format!("stsbench {}", env!("CARGO_PKG_VERSION"))],
    }
}

/// Regional endpoints that are shown where more of them would be folded.
const USUAL_TOP: usize = 17;

/// The columns that are shown, and those that are folded: without a wish the own endpoints of the places and then the
/// nearest ones have a column, `usual` in all.
///
/// # Errors
/// [`ChartError`] where the selection names nothing of the runs, or no endpoint has a median.
pub(crate) fn columns(
    matrix: &Matrix,
    spec: &ChartSpec,
    usual: usize,
) -> Result<(Vec<usize>, Vec<usize>), ChartError> {
    let selection = &spec.selection;
    let names: Vec<&str> = matrix.endpoints.iter().map(|it| it.name.as_str()).collect();
    require_known(&selection.endpoints, &names)?;
    let mut cells = matrix.rows.iter().flat_map(|row| &row.cells).flatten();
    if cells.all(|cell| cell.p50.is_none()) {
        return Err(ChartError::NoData {
            kind: KIND.name,
            operation: matrix.group.operation,
        });
    }
    let is_asked = |name: &str| {
        let mut patterns = selection.endpoints.iter();
        selection.endpoints.is_empty() || patterns.any(|pattern| pattern.fits(name))
    };
    let asked: Vec<usize> = (0..names.len())
        .filter(|&column| is_asked(names[column]))
        .collect();
    let is_regional = |column: &usize| matrix.endpoints[*column].place != Place::Global;
    let is_own = |column: usize| {
        let mut rows = matrix.rows.iter();
        selection.top.is_none()
            && rows.any(|row| row.advice.region.as_deref() == Some(names[column]))
    };
    let mut regional: Vec<usize> = asked.iter().copied().filter(is_regional).collect();
    let key = |column: usize| least(matrix, column).unwrap_or(f64::INFINITY);
    regional.sort_by(|&a, &b| {
        let own = is_own(b).cmp(&is_own(a));
        own.then(key(a).total_cmp(&key(b)))
    });
    let most = top(selection, regional.len(), usual);
    let folded: Vec<usize> = regional.into_iter().skip(most).collect();
    let (folded, shown) = asked.iter().partition(|column| folded.contains(column));
    Ok((shown, folded))
}

/// The least median of the column, ns.
fn least(matrix: &Matrix, column: usize) -> Option<f64> {
    let cells = matrix
        .rows
        .iter()
        .filter_map(|row| row.cells[column].as_ref());
    let times = cells.filter_map(|cell| Some(cell.p50?.value));
    times.min_by(f64::total_cmp)
}

fn map(matrix: &Matrix, shown: &[usize], spec: &ChartSpec, words: &MatrixWords) -> HeatMap {
    let language = spec.wording.language;
    let endpoint = |&column: &usize| {
        let endpoint = &matrix.endpoints[column];
        (endpoint.name.clone(), emphasis(endpoint.place))
    };
    let first = shown.first().map(|&column| matrix.endpoints[column].place);
    let row = |row: &MatrixRow| HeatRow {
        name: row.vantage.clone(),
        cells: shown
            .iter()
            .map(|&column| {
                let is_own = row.advice.region.as_deref() == Some(&matrix.endpoints[column].name);
                let cell = row.cells[column].as_ref();
                cell.map(|found| cell_of(found, is_own, language))
            })
            .collect(),
        texts: vec![
            served_by(matrix, row, words),
            answers(row, shown),
            row.started_at.get(5..10).unwrap_or_default().to_owned(),
        ],
    };
    HeatMap {
        kind: KIND.name,
        columns: shown.iter().map(endpoint).collect(),
        is_first_apart: first == Some(Place::Global) && shown.len() > 1,
        rows: matrix.rows.iter().map(row).collect(),
        headings: vec![
            words.served_by.to_owned(),
            "n".to_owned(),
            words.day.to_owned(),
        ],
        bounds: bounds(),
    }
}

/// Where each shade but the first begins, ms. The same in every picture, so that two pictures can be held side by side.
pub(crate) const BOUNDS: [f64; 7] = [10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0];

/// The same as they are written below the shades.
pub(super) fn bounds() -> Vec<String> {
    let mut bounds = BOUNDS.map(|bound| format!("{bound:.0}"));
    bounds[BOUNDS.len() - 1].push_str(" ms");
    bounds.into()
}

/// Which shade is behind a time, from 0; ns.
pub(crate) fn shade(time: f64) -> usize {
    let time = numbers::milliseconds(time);
    BOUNDS.iter().filter(|bound| **bound <= time).count()
}

fn cell_of(found: &MatrixCell, has_corner: bool, language: Language) -> HeatCell {
    let p50 = found.p50.map(|p50| p50.value);
    let usable = p50.filter(|_| found.standing != CellStanding::Forbidden);
    HeatCell {
        text: p50.map_or(numbers::NOTHING.to_owned(), |time| {
            cell_time(language, time)
        }),
        shade: usable.map(shade),
        mark: mark(found.standing),
        has_corner,
    }
}

/// The mark of how a cell stands.
pub(super) fn mark(standing: CellStanding) -> Option<CellMark> {
    match standing {
        CellStanding::Fastest => Some(CellMark::Best),
        CellStanding::TiedForFastest => Some(CellMark::Tied),
        CellStanding::Slower | CellStanding::Unranked | CellStanding::Forbidden => None,
    }
}

/// Who served the place's calls to the global endpoint.
fn served_by(matrix: &Matrix, row: &MatrixRow, words: &MatrixWords) -> String {
    let is_global =
        |&(endpoint, _): &(&crate::matrix::MatrixEndpoint, _)| endpoint.place == Place::Global;
    let cell = matrix.endpoints.iter().zip(&row.cells).find(is_global);
    let served = cell.and_then(|(_, cell)| Some(&cell.as_ref()?.served_by));
    let mut regions = served.into_iter().flat_map(|served| served.keys());
    match (regions.next(), regions.next()) {
        (Some(only), None) => only.clone(),
        (Some(_), Some(_)) => words.several.to_owned(),
        (None, _) => numbers::NOTHING.to_owned(),
    }
}

/// The answers behind the numbers of a row: `96`, or from the least to the most.
fn answers(row: &MatrixRow, shown: &[usize]) -> String {
    let counts = || {
        shown
            .iter()
            .filter_map(|&column| Some(row.cells[column].as_ref()?.answers))
    };
    match (counts().min(), counts().max()) {
        (Some(least), Some(most)) if least == most => numbers::count(least),
        (Some(least), Some(most)) => format!("{}–{}", numbers::count(least), numbers::count(most)),
        _ => numbers::NOTHING.to_owned(),
    }
}

/// In how many places the Regional endpoint saves time.
fn title(matrix: &Matrix, words: &MatrixWords) -> String {
    let of = |is: fn(&Recommendation) -> bool| matrix.number_of(is);
    let saves = of(|it| *it == Recommendation::SetIt).to_string();
    let slower = of(|it| *it == Recommendation::MakesSlower);
    let open = of(|it| matches!(it, Recommendation::NotShown(_)));
    let mut title = match matrix.rows.len() {
        1 => fill(words.saves_of_one, &[&saves]),
        places => fill(words.saves, &[&saves, &places.to_string()]),
    };
    if slower > 0 {
        title.push_str(&fill(words.costs, &[&slower.to_string()]));
    }
    if open > 0 {
        title.push_str(&fill(words.undecided, &[&open.to_string()]));
    }
    title
}

fn what(matrix: &Matrix, language: Language, words: &MatrixWords) -> Vec<String> {
    let confidence = language.number(&numbers::percent_as_set(matrix.confidence));
    let over = connection(language, matrix.group.connection);
    vec![
        fill(words.what, &[matrix.group.operation.api_name(), over]),
        fill(words.together, &[&confidence]),
        words.no_comparison.to_owned(),
    ]
}

fn circumstances(matrix: &Matrix, words: &MatrixWords) -> Vec<String> {
    let places = match matrix.rows.len() {
        1 => words.one_place.to_owned(),
        places => fill(words.places, &[&places.to_string()]),
    };
    let days = || {
        matrix
            .rows
            .iter()
            .filter_map(|row| row.started_at.get(..10))
    };
    let days = match (days().min(), days().max()) {
        (Some(first), Some(last)) if first == last => Some(first.to_owned()),
        (Some(first), Some(last)) => Some(format!("{first} – {last}")),
        _ => None,
    };
    std::iter::once(places).chain(days).collect()
}

/// That nothing here was measured at AWS, or some of it was not.
pub(crate) fn badge(matrix: &Matrix, words: &MatrixWords) -> Option<String> {
    let simulated = matrix
        .rows
        .iter()
        .filter(|row| row.simulation.is_some())
        .count();
    match simulated {
        0 => None,
        some if some == matrix.rows.len() => Some(words.all_simulated.to_owned()),
        some => Some(fill(
            words.simulated,
            &[&some.to_string(), &matrix.rows.len().to_string()],
        )),
    }
}

fn key(
    matrix: &Matrix,
    shown: &[usize],
    spec: &ChartSpec,
    words: &MatrixWords,
) -> Vec<(Swatch, String)> {
    let palette = spec.look.appearance.palette();
    let has = |is: &dyn Fn(&MatrixRow, usize) -> bool| {
        let mut rows = matrix.rows.iter();
        rows.any(|row| {
            shown
                .iter()
                .any(|&column| row.cells[column].is_some() && is(row, column))
        })
    };
    let stands = |wanted: CellStanding| {
        has(&|row, column| {
            let cell = row.cells[column].as_ref();
            cell.is_some_and(|cell| cell.standing == wanted)
        })
    };
    let is_own = |row: &MatrixRow, column: usize| {
        row.advice.region.as_deref() == Some(&matrix.endpoints[column].name)
    };
    let meanings = [
        (
            stands(CellStanding::Fastest),
            Swatch::Cell(CellMark::Best, palette.text),
            words.fastest,
        ),
        (
            stands(CellStanding::TiedForFastest),
            Swatch::Cell(CellMark::Tied, palette.text),
            words.tied,
        ),
        (has(&is_own), Swatch::Corner(palette.text), words.own_region),
        (
            stands(CellStanding::Forbidden),
            Swatch::Block(palette.shade),
            words.grey,
        ),
    ];
    let there = meanings.into_iter().filter(|(is_there, ..)| *is_there);
    there
        .map(|(_, swatch, meaning)| (swatch, meaning.to_owned()))
        .collect()
}
