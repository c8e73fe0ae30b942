//! The runs of several vantage points, for the subcommands that set them side by side.

use std::collections::BTreeMap;

use anyhow::Context as _;

use crate::matrix::{Matrix, MatrixBuilder, MatrixError};
use crate::plan::ConnectionMode;
use crate::results::{FoundRun, Merger, Run};
use sts_model::Operation;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::warn;
use crate::cli::exit_code::Exit;
use crate::cli::stores::Sources;

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

/// The runs that are named, lie below directories or in stores, of which the latest `most` of each vantage point are read.
/// Says which files were left out.
pub(crate) fn places(sources: Sources<'_>, most: Option<usize>) -> Result<Places, CommandError> {
    let found = sources.runs(most)?;
    found.tell_left_out();
    found.refuse_none()?;
    let mut places = Places::new();
    for run in found.runs {
        places.entry(run.vantage.clone()).or_default().push(run);
    }
    Ok(places)
}

/// The vantage points side by side. One run at a time is in memory. One that turns out not to be a run costs the command only
/// where it was named.
pub(crate) fn side_by_side(
    sources: Sources<'_>,
    places: &Places,
    of: OfPlace,
    (operation, connection): (Option<Operation>, Option<ConnectionMode>),
) -> Result<Matrix, CommandError> {
    let mut builder: Option<MatrixBuilder> = None;
    let mut refused = None;
    for runs in places.values() {
        let run = match of_place(runs, of) {
            Ok(run) => run,
            Err(error) if runs.iter().any(|run| sources.names(&run.path)) => return Err(error),
            Err(error) => {
                warn(&format!("left out: {error}"));
                refused = Some(error);
                continue;
            }
        };
        let builder = builder.get_or_insert_with(|| {
            MatrixBuilder::new(places.len(), run.plan.judging.confidence)
                .showing(operation, connection)
        });
        builder.add(run).or_exit(Exit::Usage)?;
    }
    match (builder, refused) {
        (Some(builder), _) => builder.finish().or_exit(Exit::Usage),
        (None, Some(refused)) => Err(refused),
        (None, None) => Err(MatrixError::Nothing).or_exit(Exit::Usage),
    }
}

fn of_place(runs: &[FoundRun], of: OfPlace) -> Result<Run, CommandError> {
    let (Some(latest), true) = (runs.last(), of == OfPlace::Merged && runs.len() > 1) else {
        return read(&runs[runs.len() - 1].path);
    };
    let mut merger = Merger::default();
    for found in runs {
        merger
            .add(read(&found.path)?)
            .with_context(|| found.path.display().to_string())
            .or_exit(Exit::Usage)?;
    }
    // The id of the latest, because the same runs give the same bytes.
    merger
        .finish(latest.run_id.clone())
        .with_context(|| latest.vantage.clone())
        .or_exit(Exit::Usage)
}
