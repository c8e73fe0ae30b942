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
use crate::cli::report_files;

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
        options.check_color()?;
        let paths: Vec<&Path> = options.export.iter().map(|it| it.path.as_path()).collect();
        let beside = [&results::RUN_FILES[..], &report_files::NAMES].concat();
        refuse_clashes(&paths, options.out.as_deref(), &beside)?;
        let overwrite = Overwrite::forced(options.force);
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

/// Refuses two exports into one file, and one into a file that `--out` writes.
pub(crate) fn refuse_clashes(
    exports: &[&Path],
    out: Option<&Path>,
    written_there: &[&str],
) -> Result<(), CommandError> {
    let there: Vec<PathBuf> = out.map_or_else(Vec::new, |out| {
        let names = written_there.iter();
        names.map(|name| really(out).join(name)).collect()
    });
    for (at, path) in exports.iter().enumerate() {
        let place = really(path);
        if exports[..at].iter().any(|other| really(other) == place) {
            return Err(CommandError::usage(anyhow!(
                "--export names {path:?} twice"
            )));
        }
        if there.contains(&place) {
            return Err(CommandError::usage(anyhow!(
                "--export names {path:?}, which --out writes; name another file"
            )));
        }
    }
    Ok(())
}

/// The path as the system understands it, as far as it exists.
pub(crate) fn really(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut ancestors = whole.ancestors();
    let known = ancestors.find_map(|there| {
        let rest = whole.strip_prefix(there).ok()?;
        let there = there.canonicalize().ok()?;
        let is_all = rest.as_os_str().is_empty();
        Some(if is_all { there } else { there.join(rest) })
    });
    known.unwrap_or(whole)
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
                return Err(CommandError::usage(error));
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
