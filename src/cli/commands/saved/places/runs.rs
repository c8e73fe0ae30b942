//! The runs of several vantage points, for the subcommands that set them side by side.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;

use crate::matrix::{Matrix, MatrixBuilder, MatrixError};
use crate::plan::ConnectionMode;
use crate::results::{FoundRun, Merger, Run};
use sts_model::Operation;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::warn;
use crate::cli::exit_code::Exit;
use crate::cli::stores::{RunsRead, Sources};

use crate::cli::commands::saved::history::read;

/// The runs of each vantage point by its name, the oldest first.
pub(crate) type Places = BTreeMap<String, Vec<FoundRun>>;

/// What a vantage point is represented by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfPlace {
    /// Its latest run.
    Latest,
    /// All its runs as one.
    Merged,
}

/// The runs that are named, lie below directories or in stores. Says which files were left out.
pub(crate) fn places(sources: Sources<'_>, reach: RunsRead) -> Result<Places, CommandError> {
    let found = sources.runs(reach)?;
    found.tell_left_out();
    found.refuse_none()?;
    let mut places = Places::new();
    for run in found.runs {
        places.entry(run.vantage.clone()).or_default().push(run);
    }
    Ok(places)
}

/// The vantage points side by side. One run at a time is in memory. One that turns out not to be a run costs the command only
/// where it was named; it is taken out of `places`, and the one before it stands in. Those that are left have a row.
///
/// How many rows there are and what the strictest confidence is that one was planned with, both known only when all are read,
/// rule how each is judged; where they are not what was supposed, all are judged again.
pub(crate) fn side_by_side(
    sources: Sources<'_>,
    places: &mut Places,
    of: OfPlace,
    showing: (Option<Operation>, Option<ConnectionMode>),
) -> Result<Matrix, CommandError> {
    let mut other_calls = Vec::new();
    let mut confidence = None;
    loop {
        let supposed = places.len();
        let mut matrix = judged(sources, places, of, showing, confidence)?;
        for vantage in &matrix.other_calls {
            places.remove(vantage);
        }
        other_calls.append(&mut matrix.other_calls);
        let planned = matrix.rows.iter().map(|row| row.planned_confidence);
        let strictest = planned.fold(0.0, f64::max);
        let is_as_supposed = supposed == matrix.rows.len() && matrix.confidence >= strictest;
        // A run that somebody replaces meanwhile must not keep this going.
        if is_as_supposed || confidence == Some(strictest) && supposed == places.len() {
            matrix.other_calls = other_calls;
            return Ok(matrix);
        }
        confidence = Some(strictest);
    }
}

fn judged(
    sources: Sources<'_>,
    places: &mut Places,
    of: OfPlace,
    (operation, connection): (Option<Operation>, Option<ConnectionMode>),
    confidence: Option<f64>,
) -> Result<Matrix, CommandError> {
    let supposed = places.len();
    let mut builder: Option<MatrixBuilder> = None;
    let mut refused = None;
    for runs in places.values_mut() {
        let Some(run) = of_place(sources, runs, of, &mut refused)? else {
            continue;
        };
        let builder = builder.get_or_insert_with(|| {
            let confidence = confidence.unwrap_or(run.plan.judging.confidence);
            MatrixBuilder::new(supposed, confidence).showing(operation, connection)
        });
        builder.add(run).or_exit(Exit::Usage)?;
    }
    places.retain(|_, runs| !runs.is_empty());
    match (builder, refused) {
        (Some(builder), _) => builder.finish().or_exit(Exit::Usage),
        (None, Some(refused)) => Err(refused),
        (None, None) => Err(MatrixError::Nothing).or_exit(Exit::Usage),
    }
}

/// What stands for the place. Runs that cannot be read are taken out; `None` where all are.
fn of_place(
    sources: Sources<'_>,
    runs: &mut Vec<FoundRun>,
    of: OfPlace,
    refused: &mut Option<CommandError>,
) -> Result<Option<Run>, CommandError> {
    let mut leave_out = |file: &Path, error: CommandError| {
        if sources.names(file) {
            return Err(error);
        }
        warn(&format!("left out: {error}"));
        *refused = Some(error);
        Ok(())
    };
    if of == OfPlace::Latest {
        while let Some(latest) = runs.last() {
            match read(&latest.path) {
                Ok(run) => return Ok(Some(run)),
                Err(error) => leave_out(&latest.path, error)?,
            }
            runs.pop();
        }
        return Ok(None);
    }
    let mut merger = Merger::default();
    let mut good = Vec::new();
    for found in std::mem::take(runs) {
        let run = match read(&found.path) {
            Ok(run) => run,
            Err(error) => {
                leave_out(&found.path, error)?;
                continue;
            }
        };
        merger
            .add(run)
            .with_context(|| found.path.display().to_string())
            .or_exit(Exit::Usage)?;
        good.push(found);
    }
    *runs = good;
    let Some(latest) = runs.last() else {
        return Ok(None);
    };
    if runs.len() == 1 {
        return read(&latest.path).map(Some);
    }
    // The id of the latest, because the same runs give the same bytes.
    let merged = merger
        .finish(latest.run_id.clone())
        .with_context(|| latest.vantage.clone());
    merged.or_exit(Exit::Usage).map(Some)
}
