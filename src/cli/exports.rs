//! `--export FORMAT=PATH`: files beside what is printed, in places that are proved to be writable before anything is sent.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::report::{Format, Report, hgrm_files};
use crate::results::{self, Directory, OutputFile, Overwrite};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::export::Export;
use crate::cli::options::look::LookOptions;
use crate::cli::options::output::OutputOptions;
use crate::cli::rendering::in_file;

/// The files that will be written.
#[derive(Debug)]
pub(crate) struct Exports {
    places: Vec<(Format, Place)>,
    look: LookOptions,
}

#[derive(Debug)]
enum Place {
    File(OutputFile),
    Directory(TargetFiles),
}

/// A directory for one file per target.
#[derive(Debug)]
struct TargetFiles {
    directory: Directory,
    /// Whether it was made for this.
    made: bool,
}

impl Drop for TargetFiles {
    fn drop(&mut self) {
        // A run that never began leaves nothing behind. The system refuses to remove a directory with anything in it.
        if self.made {
            drop(std::fs::remove_dir(self.directory.path()));
        }
    }
}

impl Exports {
    /// Proves that every place can be written to.
    pub(crate) fn prepare(options: &OutputOptions) -> Result<Self, CommandError> {
        let formats = options.export.iter().map(|export| export.format);
        options
            .look
            .check(formats.chain([options.format.unwrap_or(Format::Terminal)]))
            .or_exit(Exit::Usage)?;
        for (at, export) in options.export.iter().enumerate() {
            if options.export[..at]
                .iter()
                .any(|other| really(&other.path) == really(&export.path))
            {
                return Err(CommandError::new(
                    Exit::Usage,
                    anyhow!("--export names {:?} twice", export.path),
                ));
            }
            if is_measured(&export.path) {
                let what = "is what a run measured, which no export replaces; name another file";
                return Err(CommandError::new(
                    Exit::NotWritten,
                    anyhow!("--export {}: {:?} {what}", export.format, export.path),
                ));
            }
        }
        let overwrite = if options.force {
            Overwrite::Force
        } else {
            Overwrite::Refuse
        };
        let places = options.export.iter().map(|Export { format, path }| {
            let place =
                place(*format, path, overwrite).with_context(|| format!("--export {format}"));
            Ok((*format, place.or_exit(Exit::NotWritten)?))
        });
        Ok(Self {
            places: places.collect::<Result<_, CommandError>>()?,
            look: options.look.clone(),
        })
    }

    /// Writes every file; of those that fail, the first is told.
    pub(crate) fn write(&self, reports: &[Report<'_>]) -> Result<(), CommandError> {
        let results: Vec<_> = self
            .places
            .iter()
            .map(|(format, place)| write(*format, place, reports, &self.look))
            .collect();
        results.into_iter().collect()
    }
}

/// The path as the system understands it, as far as it exists.
fn really(path: &Path) -> PathBuf {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let known = || Some(parent.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize()
        .ok()
        .or_else(known)
        .unwrap_or_else(|| path.to_owned())
}

/// Whether `path` is a run's file, or one of those that stand beside it and cannot be made again.
fn is_measured(path: &Path) -> bool {
    path.exists()
        && path
            .file_name()
            .is_some_and(|name| results::MEASURED.iter().any(|measured| name == *measured))
}

fn place(format: Format, path: &Path, overwrite: Overwrite) -> anyhow::Result<Place> {
    if format != Format::Hgrm {
        return Ok(Place::File(OutputFile::prepare(path)?));
    }
    let made = !path.exists();
    Ok(Place::Directory(TargetFiles {
        directory: Directory::prepare(path, overwrite)?,
        made,
    }))
}

fn write(
    format: Format,
    place: &Place,
    reports: &[Report<'_>],
    look: &LookOptions,
) -> Result<(), CommandError> {
    let context = || format!("--export {format}");
    match place {
        Place::File(file) => {
            let text = in_file(format, reports, look)?;
            file.write(text.as_bytes())
                .with_context(context)
                .or_exit(Exit::NotWritten)
        }
        Place::Directory(TargetFiles { directory, .. }) => {
            let [report] = reports else {
                let error = anyhow!(
                    "--export {format} takes one run, not {}: files are named by target",
                    reports.len()
                );
                return Err(CommandError::new(Exit::Usage, error));
            };
            for (name, text) in hgrm_files(report) {
                directory
                    .write(&name, text.as_bytes())
                    .with_context(context)
                    .or_exit(Exit::NotWritten)?;
            }
            Ok(())
        }
    }
}
