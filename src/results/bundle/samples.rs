//! The rows of the requests in a bundle: read from beside the run, row by row, and written again.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use crate::plan::Plan;
use crate::results::error::ResultsError;
use crate::results::model::run::Run;
use crate::results::store::directory::Directory;
use crate::results::store::samples::{FILE_NAME, RowsWriter, replay};
use crate::sample::Sample;

use super::contents::BUNDLE_SAMPLES;
use super::limits::MAX_SAMPLES_BYTES;
use super::read::{Bundle, is_archive};
use super::write::BundleWriter;

/// What there is of the samples of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SamplesFound {
    /// No file beside the run.
    None,
    /// A file that is not the run's, or cannot be read to its end; why.
    LeftOut(String),
    /// So many rows.
    Written(u64),
}

/// Adds the samples of `run`, whose plan was `original` when it was read at `path`, each as `change` makes it.
///
/// # Errors
/// [`ResultsError`] when the samples cannot be opened or the bundle cannot be written.
pub(crate) fn add_samples<W: Write + Seek>(
    bundle: &mut BundleWriter<W>,
    path: &Path,
    original: &Plan,
    run: &Run,
    mut change: impl FnMut(Sample) -> Sample,
) -> Result<SamplesFound, ResultsError> {
    let failed = |cause| ResultsError::io(path, "read", cause);
    let Some(mut source) = Source::beside(path)? else {
        return Ok(SamplesFound::None);
    };
    // Everything is looked at before anything is written.
    let found = source.replay(original, |_| ()).map_err(failed)?;
    if let Err(why) = found.and_then(|rows| require_all(rows, run)) {
        return Ok(SamplesFound::LeftOut(why));
    }
    let mut rows = 0;
    bundle
        .add_large(BUNDLE_SAMPLES, |file| {
            let mut writer = RowsWriter::begin(file);
            let mut written = Ok(());
            source
                .replay(original, |sample| {
                    rows += 1;
                    if written.is_ok() {
                        written = writer.append(&change(sample), &run.plan);
                    }
                })?
                .map_err(io::Error::other)?;
            written.and_then(|()| writer.finish())
        })
        .map_err(|cause| ResultsError::io(path, "written into a bundle", cause))?;
    Ok(SamplesFound::Written(rows))
}

/// Every call of the run has a row.
fn require_all(rows: u64, run: &Run) -> Result<u64, String> {
    let calls = run.measured.series.iter().fold(0_u64, |sum, series| {
        sum.saturating_add(series.counts.issued)
            .saturating_add(series.counts.warmup)
    });
    if rows == calls {
        Ok(rows)
    } else {
        Err(format!(
            "it has {rows} rows, and the run made {calls} calls"
        ))
    }
}

/// Where the samples are.
enum Source {
    File(File),
    Bundle(Box<Bundle>),
}

impl Source {
    /// Beside the run at `path`, or in the bundle there.
    fn beside(path: &Path) -> Result<Option<Self>, ResultsError> {
        if !path.is_dir() && is_archive(path)? {
            let bundle = Bundle::read(path)?;
            let holds = bundle.holds(BUNDLE_SAMPLES);
            return Ok(holds.then(|| Self::Bundle(Box::new(bundle))));
        }
        let directory = if path.is_dir() {
            path
        } else {
            path.parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."))
        };
        // A directory that is a link was good enough for the run.
        let directory = directory
            .canonicalize()
            .map_err(|cause| ResultsError::io(directory, "looked up", cause))?;
        let directory = Directory::open(&directory)?;
        if !directory.contains(FILE_NAME)? {
            return Ok(None);
        }
        directory
            .open_file(FILE_NAME)
            .map(|file| Some(Self::File(file)))
    }

    /// Every row, or why there are not all.
    fn replay(&mut self, plan: &Plan, take: impl FnMut(Sample)) -> io::Result<Result<u64, String>> {
        let replayed = match self {
            Self::File(file) => {
                file.rewind()?;
                if file.metadata()?.len() > MAX_SAMPLES_BYTES {
                    return Ok(Err(format!("it is larger than {MAX_SAMPLES_BYTES} bytes")));
                }
                replay(file.take(MAX_SAMPLES_BYTES), plan, take)?
            }
            Self::Bundle(bundle) => replay(bundle.open(BUNDLE_SAMPLES)?, plan, take)?,
        };
        Ok(match replayed.stopped {
            None => Ok(replayed.rows),
            Some(why) => Err(why),
        })
    }
}
