//! `stsbench recover`: a run that was cut off, rebuilt from what it had written until then.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::judge;
use crate::plan::Cap;
use crate::report::Report;
use crate::results::{
    self, Completion, Directory, JOURNAL_FILE, MergeError, Merger, Notice, PartKind, ResultsError,
    Run, part_name,
};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::diagnostics::say;
use crate::cli::exit_code::Exit;
use crate::cli::options::look::LookOptions;
use crate::cli::options::output::{OutputOptions, When};
use crate::cli::options::pictures::report_charts::{REPORT_CHARTS, ReportCharts, report_charts};
use crate::cli::options::values::NonEmptyPath;
use crate::cli::rendering::{files_line, show};
use crate::cli::report_files::write_report;
use crate::session::{self, Stages};

/// `stsbench recover`.
#[derive(Debug, clap::Args)]
pub(crate) struct RecoverOptions {
    /// The directory that the run was writing to
    #[arg(value_name = "DIR", value_parser = NonEmptyPath)]
    directory: PathBuf,
    /// Charts in the directory.
    #[arg(
        long,
        value_name = "LIST",
        value_parser = report_charts,
        help = REPORT_CHARTS
    )]
    charts: Option<ReportCharts>,
    #[command(flatten)]
    look: LookOptions,
}

/// Rebuilds `run.json` and the report in place, and prints the report.
pub(crate) fn recover(options: &RecoverOptions) -> Result<Exit, CommandError> {
    let directory = Directory::open(&options.directory).or_exit(Exit::Usage)?;
    let mut run = match results::recover(&options.directory) {
        Err(ResultsError::NothingToRecover { path }) => recover_parts(&directory)?
            .ok_or(ResultsError::NothingToRecover { path })
            .or_exit(Exit::Usage)?,
        recovered => recovered.or_exit(Exit::Usage)?,
    };
    let has_journal = || directory.contains(JOURNAL_FILE).unwrap_or_default();
    if calls(&run) == 0 && has_journal() {
        return Err(lost(directory.path()));
    }
    let summary = session::judged(&mut run);
    results::write(&directory, &run).or_exit(Exit::NotWritten)?;
    let report = Report::new(&run, &summary);
    write_report(&directory, &report, options.charts.as_ref()).or_exit(Exit::NotWritten)?;
    say(&format!(
        "recovered {} calls into {}",
        calls(&run),
        directory.path().display()
    ));
    let output = OutputOptions {
        look: options.look.clone(),
        ..OutputOptions::plain(When::Auto)
    };
    let files = files_line(directory.path(), options.charts.as_ref());
    show(&[report], &output, Some(files))
}

/// The calls of a run whose outcome is known, or that were withheld.
fn calls(run: &Run) -> u64 {
    let counts = run.measured.series.iter().map(|series| &series.counts);
    counts
        .map(|counts| counts.issued + counts.warmup + counts.withheld)
        .sum()
}

/// Nothing is written then: the journal is all that is left, and a report without a call would say that none was sent.
fn lost(path: &Path) -> CommandError {
    let error = anyhow!(
        "{}: no call is on disk; those of the block that was under way are lost, and nothing was changed",
        path.display()
    );
    CommandError::new(Exit::NoData, error)
}

/// What there is of a run of several windows or stages that was cut off: each part is recovered in place, then all are one.
fn recover_parts(directory: &Directory) -> Result<Option<Run>, CommandError> {
    let mut found = Vec::new();
    let mut is_lost = false;
    for (kind, part) in directory.parts().or_exit(Exit::Usage)? {
        let mut run = match results::recover(part.path()) {
            Err(ResultsError::NothingToRecover { .. }) => continue,
            recovered => recovered.or_exit(Exit::Usage)?,
        };
        // Its calls are lost; the others' are not.
        if calls(&run) == 0 {
            is_lost = true;
            continue;
        }
        session::judged(&mut run);
        results::write(&part, &run).or_exit(Exit::NotWritten)?;
        found.push((kind, part.path().to_owned(), run));
    }
    let (kind, run_id) = match found.first() {
        Some((kind, _, run)) => (*kind, run.header.run_id.clone()),
        None if is_lost => return Err(lost(directory.path())),
        None => return Ok(None),
    };
    let run_id = run_id
        .strip_suffix(&format!("-{}", part_name(0)))
        .unwrap_or(&run_id)
        .to_owned();
    let parts = found.len();
    let mut whole = match kind {
        PartKind::Window => in_windows(found, &run_id)?,
        PartKind::Stage => {
            in_stages(found.into_iter().map(|(.., run)| run), &run_id).or_exit(Exit::Usage)?
        }
    };
    let text = format!(
        "the run was cut off; {parts} of its parts were found, and what came later is lost"
    );
    whole.notices.push(Notice {
        at_ns: whole.measured.elapsed_ns,
        text,
    });
    whole.header.run_id = run_id;
    whole.measured.completion = Completion::Recovered;
    Ok(Some(whole))
}

fn in_windows(found: Vec<(PartKind, PathBuf, Run)>, run_id: &str) -> Result<Run, CommandError> {
    let mut merger = Merger::default();
    for (_, path, run) in found {
        merger
            .add(run)
            .with_context(|| path.display().to_string())
            .or_exit(Exit::Usage)?;
    }
    merger.finish(run_id.to_owned()).or_exit(Exit::Usage)
}

/// The pilot tells again what it had asked for. Whatever had limited that, in the end it was being cut off.
fn in_stages(mut runs: impl Iterator<Item = Run>, run_id: &str) -> Result<Run, MergeError> {
    let (Some(pilot), main) = (runs.next(), runs.next()) else {
        return Err(MergeError::Nothing);
    };
    let is_pilot = pilot.header.run_id.ends_with(&part_name(0));
    match judge::wanted_rounds(&pilot).filter(|_| is_pilot) {
        Some(wanted) => Stages {
            pilot,
            main,
            wanted,
            capped_by: Some(Cap::Interruption),
        }
        .joined(run_id.to_owned()),
        // A main stage alone, whose pilot is gone.
        None => {
            let mut merger = Merger::default();
            merger.add(pilot)?;
            merger
                .finish_in_one_window(run_id.to_owned())
                .map(|(run, _)| run)
        }
    }
}
