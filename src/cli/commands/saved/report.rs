//! `stsbench report`: everything that a run's report shows, drawn again from `run.json` alone.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::builder::NonEmptyStringValueParser;

use crate::judge::{self, Gate, Summary};
use crate::plan::{Judging, Plan};
use crate::redact::Redactor;
use crate::report::{Format, Report};
use crate::results::{self, Directory, Overwrite, Run};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::browser;
use crate::cli::ending::Ending;
use crate::cli::exit_code;
use crate::cli::exit_code::Exit;
use crate::cli::exit_line;
use crate::cli::exports::{Exports, really};
use crate::cli::options::judging::{self, MeasureOptions};
use crate::cli::options::names::InconclusiveName;
use crate::cli::options::output::OutputOptions;
use crate::cli::options::store::{SelectionOptions, StoreAccessOptions};
use crate::cli::options::values::NonEmptyPath;
use crate::cli::rendering::show;
use crate::cli::report_files::{self, write_report};
use crate::cli::stores::{RunsRead, Sources};

use super::bundle::{BundlePlace, Bundled, run_file};

/// `stsbench report`.
#[derive(Debug, clap::Args)]
#[command(mut_arg("progress", |option| option.hide(true)))]
pub(crate) struct ReportOptions {
    /// Saved runs: a run.json, the directory that holds it, a bundle, or a store (a directory or s3://BUCKET/PREFIX), of
    /// which the latest of each vantage point is shown
    #[arg(required = true, value_name = "RUN|STORE", value_parser = NonEmptyPath)]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    access: StoreAccessOptions,
    /// Condition that the runs have to prove, instead of those of their plans; repeatable. The exit code then says whether
    /// they did
    #[arg(long, value_name = "CONDITION", value_parser = NonEmptyStringValueParser::new(), help_heading = "Judging")]
    gate: Vec<String>,
    #[command(flatten)]
    measure: MeasureOptions,
    #[command(flatten)]
    output: OutputOptions,
    /// Shows the runs without what identifies who measured them: place, caller, addresses, names that AWS has not published,
    /// ids, exact dates. In every format and file
    #[arg(long, help_heading = "Output")]
    redact: bool,
    /// Also writes the run, its report, pictures and samples as one file, for `stsbench view`
    #[arg(long, value_name = "FILE.zip", value_parser = NonEmptyPath, help_heading = "Output")]
    bundle: Option<PathBuf>,
    /// Opens the page that was written, by --export html=PATH or --out DIR, in the browser
    #[arg(long, help_heading = "Output")]
    open: bool,
}

/// A run as it will be shown.
struct Judged<'a> {
    path: &'a Path,
    /// The plan as it stands in the file.
    original: Plan,
    run: Run,
    summary: Summary,
    planned: Judging,
}

/// Prints the runs, judged as they were planned or by the measure that is given; with `--out`, writes tables and charts of the
/// one run there, and with `--bundle` all of it into one file.
pub(crate) fn report(options: &ReportOptions) -> Result<Exit, CommandError> {
    let sources = Sources {
        paths: &options.runs,
        access: &options.access,
        selection: &options.selection,
    };
    let paths = sources.paths(RunsRead::Latest(1))?;
    refuse(options, paths.len())?;
    let page = page(options)?;
    let gates = judging::gates(&options.gate)?;
    let exports = Exports::prepare(&options.output)?;
    let bundle = options.bundle.as_deref();
    let bundle = bundle
        .map(|path| BundlePlace::prepare(path, &options.output))
        .transpose()?;
    let mut redactor = options.redact.then(Redactor::default);
    let mut runs = Vec::new();
    for path in &paths {
        runs.push(judged(path, options, &gates, redactor.as_mut())?);
    }
    let reports: Vec<Report<'_>> = runs
        .iter()
        .map(|judged| Report::new(&judged.run, &judged.summary).planned(&judged.planned))
        .collect();
    if let (Some(out), [report]) = (&options.output.out, &reports[..]) {
        let overwrite = Overwrite::forced(options.output.force);
        let directory = Directory::claim(out, overwrite).or_exit(Exit::NotWritten)?;
        refuse_beside_another(&directory, &paths[0])?;
        write_report(&directory, report, options.output.charts.as_ref())
            .or_exit(Exit::NotWritten)?;
    }
    exports.write(&reports)?;
    if let (Some(bundle), [report], [judged]) = (&bundle, &reports[..], &runs[..]) {
        let bundled = Bundled {
            report,
            path: judged.path,
            original: &judged.original,
        };
        bundle.write(&bundled, redactor.as_mut())?;
    }
    if let Some(page) = page {
        browser::open(&page).or_exit(Exit::NotWritten)?;
    }
    let shown = show(&reports, &options.output, None)?;
    if gates.is_empty() {
        return Ok(shown);
    }
    let endings = runs.iter().map(|judged| Ending::of_run(&judged.summary));
    let endings: Vec<Ending> = endings.collect();
    let exit = exit_code::gravest(endings.iter().map(Ending::exit));
    let exit = InconclusiveName::settle(options.measure.inconclusive, exit);
    exit_line::tell(&endings, exit, options.output.quiet);
    Ok(exit)
}

/// Refuses a directory with another run than the one at `path`: its files would be taken for those of one run.
fn refuse_beside_another(directory: &Directory, path: &Path) -> Result<(), CommandError> {
    let json = results::run_bytes(&run_file(path)).or_exit(Exit::Usage)?;
    if !results::holds_other_run(directory, &json).or_exit(Exit::NotWritten)? {
        return Ok(());
    }
    let error = anyhow::anyhow!(
        "--out: {:?} holds another run; name another directory",
        directory.path()
    );
    Err(CommandError::new(Exit::NotWritten, error))
}

/// The run at `path`, without what identifies who measured it where that is asked for, judged by what was given.
fn judged<'a>(
    path: &'a Path,
    options: &ReportOptions,
    gates: &[Gate],
    redactor: Option<&mut Redactor>,
) -> Result<Judged<'a>, CommandError> {
    let read = results::read(path).or_exit(Exit::Usage)?;
    let checked = gates
        .iter()
        .try_for_each(|gate| gate.check_against(&read.plan));
    checked
        .with_context(|| format!("--gate: {}", path.display()))
        .or_exit(Exit::Usage)?;
    let original = read.plan.clone();
    let mut asked = original.judging.clone();
    options.measure.apply(&mut asked);
    if !gates.is_empty() {
        asked.gates.clone_from(&options.gate);
    }
    asked.check().or_exit(Exit::Usage)?;
    let (mut run, asked) = match redactor {
        None => (read, asked),
        Some(redactor) => {
            let run = redactor.run(&read);
            let asked = redacted(&asked, redactor, &original, &run, !gates.is_empty())?;
            (run, asked)
        }
    };
    let planned = std::mem::replace(&mut run.plan.judging, asked);
    let summary = judge::summarise(&run);
    Ok(Judged {
        path,
        original,
        run,
        summary,
        planned,
    })
}

/// The measure in the words of the redacted run. A gate of the plan that cannot be said there is left out of it already; one that
/// was given is refused.
fn redacted(
    asked: &Judging,
    redactor: &Redactor,
    original: &Plan,
    run: &Run,
    gates_given: bool,
) -> Result<Judging, CommandError> {
    if !gates_given {
        return Ok(Judging {
            gates: run.plan.judging.gates.clone(),
            ..asked.clone()
        });
    }
    redactor.judging(asked, original, &run.plan).ok_or_else(|| {
        let error = anyhow::anyhow!(
            "--gate: with --redact a gate names AWS's endpoints, or those of the plan in full; a glob that \
             selects others is not shown"
        );
        CommandError::usage(error)
    })
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
        .map(|out| out.join(report_files::PAGE));
    let written = exported.chain(beside).next();
    written.map(Some).ok_or_else(|| {
        let error =
            anyhow::anyhow!("--open: no page is written; add --export html=PATH or --out DIR");
        CommandError::usage(error)
    })
}

/// Refuses what cannot be, or would have no effect.
fn refuse(options: &ReportOptions, runs: usize) -> Result<(), CommandError> {
    options.output.refuse_progress()?;
    if let Some(idle) = options.measure.without_effect(&options.gate) {
        return Err(CommandError::usage(anyhow::anyhow!("{idle}")));
    }
    if runs == 0 {
        let error = anyhow::anyhow!("the store has no matching run");
        return Err(CommandError::usage(error));
    }
    if options.output.out.is_some() && runs > 1 {
        let error = anyhow::anyhow!("--out takes the report of one run, not of {runs}");
        return Err(CommandError::usage(error));
    }
    if options.output.charts.is_some() && options.output.out.is_none() && options.bundle.is_none() {
        let error = anyhow::anyhow!("--charts is about the files in --out DIR, which is not given");
        return Err(CommandError::usage(error));
    }
    let output = &options.output;
    if output.force && output.out.is_none() && output.export.is_empty() && options.bundle.is_none()
    {
        let error =
            anyhow::anyhow!("--force is about files that are written, and none is asked for");
        return Err(CommandError::usage(error));
    }
    let Some(bundle) = &options.bundle else {
        return Ok(());
    };
    if runs > 1 {
        return Err(CommandError::usage(anyhow::anyhow!(
            "--bundle takes one run, not {runs}"
        )));
    }
    if !options.gate.is_empty() || options.measure.is_given() {
        return Err(CommandError::usage(anyhow::anyhow!(
            "--bundle keeps a run as it was planned; leave --gate, --margin, --confidence and --simultaneous away"
        )));
    }
    if options
        .output
        .export
        .iter()
        .any(|export| really(&export.path) == really(bundle))
    {
        return Err(CommandError::usage(anyhow::anyhow!(
            "--bundle and --export name {bundle:?}"
        )));
    }
    Ok(())
}
