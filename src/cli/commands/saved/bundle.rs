//! `report --bundle`: a run and its report in one file, to be passed on.

use std::io;
use std::path::Path;

use anyhow::{Context as _, anyhow};

use crate::plan::Plan;
use crate::redact::Redactor;
use crate::report::Report;
use crate::report::words::sharing::bundle::readme;
use crate::results::{self, BundleWriter, OutputFile, ResultsError, SamplesFound, add_samples};
use crate::session;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::console::diagnostics::{say, warn};
use crate::cli::exit_code::Exit;
use crate::cli::options::output::OutputOptions;
use crate::cli::report_files::each_file;

/// The place of a bundle, proved to be writable.
pub(super) struct BundlePlace<'a> {
    path: &'a Path,
    file: OutputFile,
    options: &'a OutputOptions,
}

/// A run that goes into a bundle.
pub(super) struct Bundled<'a> {
    /// It and its report, as they are shown.
    pub(super) report: &'a Report<'a>,
    /// Where it was read.
    pub(super) path: &'a Path,
    /// Its plan there.
    pub(super) original: &'a Plan,
}

impl<'a> BundlePlace<'a> {
    /// Refuses a name that is no archive's, and one that is taken unless it is to be replaced.
    pub(super) fn prepare(
        path: &'a Path,
        options: &'a OutputOptions,
    ) -> Result<Self, CommandError> {
        let is_archive = path.extension().is_some_and(|ending| ending == "zip");
        if !is_archive {
            let error = anyhow!("--bundle: {path:?} does not end in .zip");
            return Err(CommandError::usage(error));
        }
        let file = OutputFile::prepare(path)
            .context("--bundle")
            .or_exit(Exit::NotWritten)?;
        if file.is_taken().or_exit(Exit::NotWritten)? && !options.force {
            let error = anyhow!("--bundle: {path:?} is there already; --force replaces it");
            return Err(CommandError::new(Exit::NotWritten, error));
        }
        Ok(Self {
            path,
            file,
            options,
        })
    }

    /// Writes the run, its report and, where they are, its samples.
    pub(super) fn write(
        &self,
        bundled: &Bundled<'_>,
        redactor: Option<&mut Redactor>,
    ) -> Result<(), CommandError> {
        let mut samples = SamplesFound::None;
        self.file
            .write_by(|file| {
                samples = self
                    .fill(BundleWriter::new(file), bundled, redactor)
                    .map_err(io::Error::other)?;
                Ok(())
            })
            .context("--bundle")
            .or_exit(Exit::NotWritten)?;
        if let SamplesFound::LeftOut(why) = &samples {
            warn(&format!("--bundle: samples.csv is left out: {why}"));
        }
        if !self.options.quiet {
            let what = match samples {
                SamplesFound::Written(rows) => format!("the run, its report and {rows} samples"),
                SamplesFound::None | SamplesFound::LeftOut(_) => {
                    "the run and its report".to_owned()
                }
            };
            say(&format!("{}: {what}", self.path.display()));
        }
        Ok(())
    }

    /// The files in the order of their names; that of the manifest comes last.
    fn fill(
        &self,
        mut bundle: BundleWriter<&mut std::fs::File>,
        bundled: &Bundled<'_>,
        redactor: Option<&mut Redactor>,
    ) -> Result<SamplesFound, ResultsError> {
        let failed = |cause| ResultsError::io(self.path, "written", cause);
        let run = bundled.report.run;
        let json = match redactor {
            Some(_) => results::readable_json(run, self.path)?,
            None => results::run_bytes(&run_file(bundled.path))?,
        };
        let mut files = vec![
            ("README.txt".to_owned(), readme(run).into_bytes()),
            (results::RUN_FILE.to_owned(), json),
        ];
        each_file(
            bundled.report,
            self.options.charts.as_ref(),
            |name, bytes| {
                files.push((name.to_owned(), bytes.to_owned()));
                Ok::<(), ResultsError>(())
            },
        )?;
        files.sort();
        for (name, bytes) in files {
            bundle.add(&name, &bytes).map_err(failed)?;
        }
        let mut redactor = redactor;
        let samples = add_samples(&mut bundle, bundled.path, bundled.original, run, |sample| {
            match &mut redactor {
                Some(redactor) => redactor.sample(sample),
                None => sample,
            }
        })?;
        bundle.finish(session::this_program()).map_err(failed)?;
        Ok(samples)
    }
}

/// The file of the run at `path`, which may be its directory.
pub(super) fn run_file(path: &Path) -> std::path::PathBuf {
    if path.is_dir() {
        path.join(results::RUN_FILE)
    } else {
        path.to_owned()
    }
}
