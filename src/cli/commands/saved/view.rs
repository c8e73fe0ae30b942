//! `stsbench view`: a bundle from somebody else, shown after its files were compared with its manifest.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use crate::judge;
use crate::report::Report;
use crate::results::{self, Bundle, Directory, Overwrite, RUN_FILE};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::browser;
use crate::cli::console::diagnostics::say;
use crate::cli::exit_code::Exit;
use crate::cli::exports::Exports;
use crate::cli::options::output::OutputOptions;
use crate::cli::options::values::NonEmptyPath;
use crate::cli::rendering::{files_line, show};
use crate::cli::report_files::{self, write_report};

/// `stsbench view`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER, mut_arg("progress", |option| option.hide(true)))]
pub(crate) struct ViewOptions {
    /// The bundle, as report --bundle writes it
    #[arg(value_name = "FILE.zip", value_parser = NonEmptyPath)]
    bundle: PathBuf,
    #[command(flatten)]
    output: OutputOptions,
    /// Opens the page for a browser, from --out DIR or else from a new directory for temporary files
    #[arg(long, help_heading = "Output")]
    open: bool,
}

/// Below the options.
const AFTER: &str = "\
A bundle may come from a stranger: it is read within limits, and only its run is unpacked. The
report, the page and the pictures are drawn from that run by this program, so those in the bundle
are never opened. The digests in its manifest show damage, and not who made it.

Examples:
  stsbench report --redact --bundle share.zip reports/20261122-141500-0badcafe
  stsbench view share.zip
  stsbench view share.zip --open";

/// Checks the bundle and shows its run.
pub(crate) fn view(options: &ViewOptions) -> Result<Exit, CommandError> {
    let (path, output) = (&options.bundle, &options.output);
    let out = out(options)?;
    let mut bundle = Bundle::read(path).or_exit(Exit::Usage)?;
    let json = bundle.run().or_exit(Exit::Usage)?;
    let run = results::from_json(&json, path).or_exit(Exit::Usage)?;
    let exports = Exports::prepare(output)?;
    let summary = judge::summarise(&run);
    let reports = [Report::new(&run, &summary)];
    let [report] = &reports;
    if let Some((out, overwrite)) = &out {
        let directory = Directory::claim(out, *overwrite).or_exit(Exit::NotWritten)?;
        if results::holds_other_run(&directory, &json).or_exit(Exit::NotWritten)? {
            results::clear(&directory).or_exit(Exit::NotWritten)?;
        }
        directory.write(RUN_FILE, &json).or_exit(Exit::NotWritten)?;
        write_report(&directory, report, output.charts.as_ref()).or_exit(Exit::NotWritten)?;
    }
    if !output.quiet {
        say(&format!(
            "{}: {} files, each as its manifest lists it",
            path.display(),
            bundle.files()
        ));
    }
    exports.write(&reports)?;
    let place = out.map(|(out, _)| out);
    if let Some(out) = place.as_ref().filter(|_| options.open) {
        browser::open(&out.join(report_files::PAGE)).or_exit(Exit::NotWritten)?;
    }
    let files = place
        .as_deref()
        .map(|path| files_line(path, output.charts.as_ref()));
    show(&reports, output, files)
}

/// The directory for the files, where any are asked for, and what may happen to files in it.
fn out(options: &ViewOptions) -> Result<Option<(PathBuf, Overwrite)>, CommandError> {
    let (output, open) = (&options.output, options.open);
    output.refuse_progress()?;
    if output.charts.is_some() && output.out.is_none() {
        return Err(CommandError::usage(anyhow!(
            "--charts is about the files in --out DIR, which is not given"
        )));
    }
    match &output.out {
        Some(out) => Ok(Some((out.clone(), Overwrite::forced(output.force)))),
        None if open => Ok(Some((temporary(), Overwrite::Refuse))),
        None if output.force && output.export.is_empty() => Err(CommandError::usage(anyhow!(
            "--force is about the files in --out DIR, which is not given"
        ))),
        None => Ok(None),
    }
}

/// A new directory that nobody can foresee.
fn temporary() -> PathBuf {
    let random = RandomState::new().hash_one(std::process::id());
    Path::new(&std::env::temp_dir()).join(format!("stsbench-view-{random:016x}"))
}
