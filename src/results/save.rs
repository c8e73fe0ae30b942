//! A run on its way to disk: what is written can be read again.

use std::path::Path;

use super::error::ResultsError;
use super::hdr::hlog;
use super::model::limits::MAX_RUN_BYTES;
use super::model::run::Run;
use super::read::run::from_json;
use super::store::directory::Directory;
use super::store::journal;
use super::store::run::{RUN_FILE, to_json};

/// Puts a finished or recovered run on disk: `run.json` and `histograms.hlog`, after which its journal is removed.
///
/// # Errors
/// [`ResultsError`] when a file cannot be written, or this program could not read it again; the journal then stays, and so
/// does whatever stood there before.
pub(crate) fn write(directory: &Directory, run: &Run) -> Result<(), ResultsError> {
    let json = readable_json(run, &directory.file_path(RUN_FILE)?)?;
    directory.write(RUN_FILE, &json)?;
    directory.write(
        hlog::FILE_NAME,
        &hlog::log(run, &directory.file_path(hlog::FILE_NAME)?)?,
    )?;
    directory.remove(journal::FILE_NAME)
}

/// The run as the bytes of a `run.json` that will stand at `path`.
///
/// # Errors
/// [`ResultsError`] when this program could not read it again.
pub(crate) fn readable_json(run: &Run, path: &Path) -> Result<Vec<u8>, ResultsError> {
    let json = to_json(run);
    if json.len() as u64 > MAX_RUN_BYTES {
        return Err(ResultsError::TooLarge {
            path: path.to_owned(),
            limit_bytes: MAX_RUN_BYTES,
        });
    }
    from_json(&json, path).map_err(ResultsError::unreadable)?;
    Ok(json)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::record::Recorder;
    use crate::results::read::run::read;
    use crate::results::small_run;

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let home = tempfile::tempdir().expect("a directory");
        let directory = Directory::open(home.path()).expect("opened");
        let run = small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>());
        write(&directory, &run).expect("written");
        type Spoil = fn(&mut Run);
        let spoils: [(&str, Spoil); 4] = [
            ("control characters", |run| {
                run.header.vantage.name.push('\u{1b}');
            }),
            ("total_ns", |run| {
                run.plan.deadlines.total = Duration::from_nanos(1);
            }),
            ("elapsed_ns", |run| run.measured.elapsed_ns = 0),
            ("calls of the warm-up", |run| {
                let counts = &mut run.measured.series[0].counts;
                counts.warmup_failures = counts.warmup + 1;
            }),
        ];
        for (word, spoil) in spoils {
            let mut spoilt = run.clone();
            spoil(&mut spoilt);
            let error = write(&directory, &spoilt).expect_err("refused").to_string();
            assert!(
                error.starts_with("not written") && error.contains(word),
                "{error}"
            );
            assert_eq!(read(home.path()).expect("what stood there before"), run);
        }
    }

    proptest! {
        #[test]
        fn whatever_was_recorded_of_any_samples_is_written_and_read_again(samples in prop::collection::vec(small_run::any_sample(), 0..40)) {
            // Longer than any deadline lets a call take is what the reader refuses.
            let possible = samples.into_iter().filter(|sample| sample.service_time() < Duration::from_secs(2));
            let (mut recorder, mut end) = (Recorder::new(&small_run::plan()), Duration::from_nanos(1));
            for sample in possible {
                end = end.max(sample.service_time());
                recorder.record(&sample);
            }
            let (series, signing) = recorder.finish();
            let mut run = small_run::run(&[]);
            run.measured.series = series;
            run.measured.signing = signing;
            run.measured.elapsed_ns = u64::try_from(end.as_nanos()).expect("short");
            let home = tempfile::tempdir().expect("a directory");
            let directory = Directory::open(home.path()).expect("opened");
            prop_assert!(write(&directory, &run).is_ok(), "{:?}", write(&directory, &run));
            prop_assert_eq!(read(home.path()).expect("read"), run);
        }
    }
}
