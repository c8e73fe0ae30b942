//! `stsbench report`: everything that a run's report shows, drawn again from `run.json` alone.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::builder::NonEmptyStringValueParser;

use crate::judge;
use crate::report::{Format, Report};
use crate::results::{self, Directory, Overwrite};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::browser;
use crate::cli::exit_code;
use crate::cli::exit_code::Exit;
use crate::cli::exit_line;
use crate::cli::exports::Exports;
use crate::cli::options::judging::{self, MeasureOptions};
use crate::cli::options::names::InconclusiveName;
use crate::cli::options::output::OutputOptions;
use crate::cli::options::values::NonEmptyPath;
use crate::cli::rendering::show;
use crate::cli::report_files::write_report;

/// `stsbench report`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReportOptions {
    /// Saved runs: a run.json, or the directory that holds it
    #[arg(required = true, value_name = "RUN", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    /// Condition that the runs have to prove, instead of those of their plans; repeatable. The exit code then tells what came
    /// of them
    #[arg(long, value_name = "CONDITION", value_parser = NonEmptyStringValueParser::new())]
    gate: Vec<String>,
    #[command(flatten)]
    measure: MeasureOptions,
    #[command(flatten)]
    output: OutputOptions,
    /// Opens the page that was written, by --export html=PATH or --out DIR, in the browser
    #[arg(long, help_heading = "Output")]
    open: bool,
}

/// Prints the runs, judged as they were planned or by the measure that is given; with `--out`, writes tables and charts of the
/// one run there.
pub(crate) fn report(options: &ReportOptions) -> Result<Exit, CommandError> {
    refuse(options)?;
    let page = page(options)?;
    let gates = judging::gates(&options.gate)?;
    let exports = Exports::prepare(&options.output)?;
    let mut runs = Vec::new();
    for path in &options.runs {
        let mut run = results::read(path).or_exit(Exit::Usage)?;
        let planned = run.plan.judging.clone();
        options.measure.apply(&mut run.plan.judging);
        run.plan.judging.check().or_exit(Exit::Usage)?;
        if !gates.is_empty() {
            let checked = gates
                .iter()
                .try_for_each(|gate| gate.check_against(&run.plan));
            checked
                .with_context(|| format!("--gate: {}", path.display()))
                .or_exit(Exit::Usage)?;
            run.plan.judging.gates.clone_from(&options.gate);
        }
        let summary = judge::summarise(&run);
        runs.push((run, summary, planned));
    }
    let reports: Vec<Report<'_>> = runs
        .iter()
        .map(|(run, summary, planned)| Report::new(run, summary).planned(planned))
        .collect();
    if let (Some(out), [report]) = (&options.output.out, &reports[..]) {
        let overwrite = if options.output.force {
            Overwrite::Force
        } else {
            Overwrite::Refuse
        };
        let directory = Directory::claim(out, overwrite).or_exit(Exit::NotWritten)?;
        write_report(&directory, report, options.output.charts.as_ref())
            .or_exit(Exit::NotWritten)?;
    }
    exports.write(&reports)?;
    if let Some(page) = page {
        browser::open(&page).or_exit(Exit::NotWritten)?;
    }
    let shown = show(&reports, &options.output, None)?;
    match gates.as_slice() {
        [] => Ok(shown),
        _ => {
            let exit = exit_code::gravest(
                runs.iter()
                    .map(|(_, summary, _)| exit_code::of_run(summary)),
            );
            let exit = InconclusiveName::settle(options.measure.inconclusive, exit);
            exit_line::tell(
                runs.iter().map(|(_, summary, _)| summary),
                exit,
                options.output.quiet,
            );
            Ok(exit)
        }
    }
}

/// The page to open, where that is asked for.
fn page(options: &ReportOptions) -> Result<Option<PathBuf>, CommandError> {
    if !options.open {
        return Ok(None);
    }
    let exported = options.output.export.iter();
    let exported = exported
        .filter(|export| export.format == Format::Html)
        .map(|export| export.path.clone());
    let beside = options
        .output
        .out
        .as_ref()
        .map(|out| out.join("report.html"));
    let written = exported.chain(beside).next();
    written.map(Some).ok_or_else(|| {
        let error =
            anyhow::anyhow!("--open: no page is written; add --export html=PATH or --out DIR");
        CommandError::new(Exit::Usage, error)
    })
}

/// Refuses what cannot be, or would have no effect.
fn refuse(options: &ReportOptions) -> Result<(), CommandError> {
    if options.output.out.is_some() && options.runs.len() > 1 {
        let error = anyhow::anyhow!(
            "--out takes the report of one run, not of {}",
            options.runs.len()
        );
        return Err(CommandError::new(Exit::Usage, error));
    }
    if options.output.charts.is_some() && options.output.out.is_none() {
        let error = anyhow::anyhow!("--charts is about the files in --out DIR, which is not given");
        return Err(CommandError::new(Exit::Usage, error));
    }
    Ok(())
}
