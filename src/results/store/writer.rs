//! Keeping a run on disk while it is measured. A disk that fills up never costs the measurement: the run goes on in memory,
//! what was refused is written again after each block, and nothing is missing once there is room.

use crate::plan::{Plan, TargetId};
use crate::results::error::ResultsError;
use crate::results::hdr::hlog;
use crate::results::model::limits::MAX_RUN_BYTES;
use crate::results::model::notice::Notice;
use crate::results::model::run::Run;
use crate::results::save::write;
use crate::sample::Sample;

use super::directory::Directory;
use super::journal::{self, Journal};
use super::measured::MEASURED;
use super::run::RUN_FILE;
use super::samples::{self, SamplesFile};

/// The files of a run itself, beside which its report stands.
pub(crate) const RUN_FILES: [&str; 4] = [
    journal::FILE_NAME,
    RUN_FILE,
    hlog::FILE_NAME,
    samples::FILE_NAME,
];

/// The files of a run that goes on.
#[derive(Debug)]
pub struct Writer {
    directory: Directory,
    open: Option<Open>,
    failure: Option<ResultsError>,
}

#[derive(Debug)]
struct Open {
    samples: SamplesFile,
    journal: Journal,
}

impl Writer {
    /// Begins the files; after this, `kill -9` loses at most what came after the last [`Self::end_of_block`].
    ///
    /// `unmeasured` is the run as it is before the first request. Files of an earlier run in the directory, which only
    /// [`super::directory::Overwrite::Force`] lets pass, are removed: two runs must not be taken for one.
    ///
    /// # Errors
    /// [`ResultsError`] when a file cannot be made; nothing has been measured yet.
    pub fn create(directory: Directory, unmeasured: &Run) -> Result<Self, ResultsError> {
        clear(&directory)?;
        let samples = SamplesFile::create(&directory)?;
        let journal = Journal::create(&directory, unmeasured)?;
        Ok(Self {
            directory,
            open: Some(Open { samples, journal }),
            failure: None,
        })
    }

    /// Keeps one sample of `plan`.
    pub fn sample(&mut self, sample: &Sample, plan: &Plan) {
        self.attempt(|open| open.samples.append(sample, plan));
    }

    /// Keeps that a planned call was deliberately not sent.
    pub fn withhold(&mut self, target: TargetId, block: u16) {
        self.attempt(|open| {
            open.journal.withhold(target, block);
            Ok(())
        });
    }

    /// Keeps a notice.
    pub fn notice(&mut self, notice: &Notice) {
        self.attempt(|open| {
            open.journal.notice(notice);
            Ok(())
        });
    }

    /// Waits until everything so far is on disk, also what was refused before.
    pub fn end_of_block(&mut self) {
        let kept = self.attempt(|open| {
            // In this order the journal never promises samples that are not there.
            open.samples.flush()?;
            open.journal.end_of_block(open.samples.rows())
        });
        if kept {
            self.failure = None;
        }
    }

    /// Why the files are incomplete, if they are.
    pub fn failed(&self) -> Option<&ResultsError> {
        self.failure.as_ref()
    }

    /// The directory, for the report's files.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Writes the finished run; `run.json` is tried even when the samples could not be kept.
    ///
    /// # Errors
    /// [`ResultsError`] for what is missing, also when somebody else has removed it. The journal is removed only when `run.json` is
    /// on disk.
    pub fn finish(&mut self, run: &Run) -> Result<(), ResultsError> {
        self.end_of_block();
        let written = write(&self.directory, run);
        let kept = self.open.take().map_or(Ok(()), |_| self.prove_kept());
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => written.and(kept),
        }
    }

    /// What was written is of no use where its name is gone.
    fn prove_kept(&self) -> Result<(), ResultsError> {
        if self.directory.contains(samples::FILE_NAME)? {
            return Ok(());
        }
        Err(ResultsError::Removed {
            path: self.directory.file_path(samples::FILE_NAME)?,
        })
    }

    /// Whether the step was taken.
    fn attempt(&mut self, step: impl FnOnce(&mut Open) -> Result<(), ResultsError>) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        let Err(error) = step(open) else { return true };
        self.failure = Some(error);
        if open.samples.is_overfull() {
            self.open = None;
        }
        false
    }
}

/// Whether the directory holds the journal of a run: one that goes on, or whose [`RUN_FILE`] could not be written.
pub(crate) fn holds_journal(directory: &Directory) -> bool {
    directory.contains(journal::FILE_NAME).unwrap_or_default()
}

/// Whether what a run measured is in the directory, and its file is not `json`, byte for byte.
///
/// # Errors
/// [`ResultsError`] when the system refuses to tell.
pub(crate) fn holds_other_run(directory: &Directory, json: &[u8]) -> Result<bool, ResultsError> {
    if directory.contains(RUN_FILE)? {
        return Ok(directory.read(RUN_FILE, MAX_RUN_BYTES)? != json);
    }
    let mut others = MEASURED.iter().map(|name| directory.contains(name));
    others.try_fold(false, |found, other| Ok(found || other?))
}

/// Removes what a run left in the directory, and its parts in theirs.
///
/// # Errors
/// [`ResultsError`] when the system refuses.
pub(crate) fn clear(directory: &Directory) -> Result<(), ResultsError> {
    for name in RUN_FILES {
        directory.remove(name)?;
    }
    directory
        .parts()?
        .iter()
        .try_for_each(|(_, part)| clear(part))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::path::Path;

    use crate::results::read::recover::recover;
    use crate::results::read::run::read;
    use crate::results::small_run;
    use crate::results::store::directory::Overwrite;

    use super::*;

    impl Writer {
        fn exchange_samples(&mut self, file: File) -> File {
            let open = self.open.as_mut().expect("open");
            open.samples.exchange_file(file)
        }
    }

    fn writer(path: &Path) -> Writer {
        Writer::create(
            Directory::prepare(path, Overwrite::Force).expect("prepared"),
            &small_run::header(),
        )
        .expect("begun")
    }

    fn fill(writer: &mut Writer, count: u32) -> Run {
        let samples: Vec<Sample> = (0..count).map(small_run::sample).collect();
        for sample in &samples {
            writer.sample(sample, &small_run::plan());
        }
        writer.end_of_block();
        small_run::run(&samples)
    }

    #[test]
    fn a_finished_run_leaves_its_files_and_no_journal() {
        let home = tempfile::tempdir().expect("a directory");
        let mut writer = writer(home.path());
        let run = fill(&mut writer, 1000);
        writer.finish(&run).expect("finished");
        let mut names: Vec<_> = fs::read_dir(home.path())
            .expect("listed")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("UTF-8")
            })
            .collect();
        names.sort();
        assert_eq!(names, ["histograms.hlog", "run.json", "samples.csv"]);
        assert_eq!(read(home.path()).expect("read"), run);
        let rows = fs::read_to_string(home.path().join("samples.csv")).expect("read");
        assert_eq!(rows.lines().count(), 1001);
    }

    #[test]
    fn samples_that_somebody_removed_under_a_run_are_told_at_its_end() {
        let home = tempfile::tempdir().expect("a directory");
        let mut writer = writer(home.path());
        let run = fill(&mut writer, 100);
        fs::remove_file(home.path().join("samples.csv")).expect("removed");
        let error = writer.finish(&run).expect_err("told").to_string();
        assert!(
            error.contains("samples.csv") && error.contains("was removed while the run went on"),
            "{error}"
        );
        assert_eq!(read(home.path()).expect("the run itself was written"), run);
    }

    #[test]
    fn fault_37_a_full_disk_costs_the_samples_and_not_the_measurement() {
        let home = tempfile::tempdir().expect("a directory");
        let mut writer = writer(home.path());
        let full = File::options()
            .write(true)
            .open("/dev/full")
            .expect("opened");
        writer.exchange_samples(full);
        let run = fill(&mut writer, 1000);
        assert!(writer.failed().is_some());
        fill(&mut writer, 1000);
        let error = writer.finish(&run).expect_err("told").to_string();
        assert!(
            error.contains("samples.csv") && error.contains("No space left"),
            "{error}"
        );
        assert_eq!(read(home.path()).expect("the run itself was written"), run);
    }

    #[test]
    fn fault_37_a_disk_that_has_room_again_gets_everything() {
        let home = tempfile::tempdir().expect("a directory");
        let mut writer = writer(home.path());
        let samples: Vec<Sample> = (0..4000).map(small_run::sample).collect();
        let mut on_disk = None;
        for (at, block) in samples.chunks(1000).enumerate() {
            if at == 1 {
                let full = File::options().write(true).open("/dev/full");
                on_disk = Some(writer.exchange_samples(full.expect("opened")));
            }
            if at == 3 {
                writer.exchange_samples(on_disk.take().expect("exchanged"));
            }
            for sample in block {
                writer.sample(sample, &small_run::plan());
            }
            writer.end_of_block();
            let told = writer.failed().map(ToString::to_string);
            assert_eq!(told.is_some(), at == 1 || at == 2, "{at}: {told:?}");
        }
        let recovered = || recover(home.path()).expect("recovered").measured.series;
        let run = small_run::run(&samples);
        drop(writer.open.take());
        assert_eq!(recovered(), run.measured.series);
        writer.finish(&run).expect("nothing is missing");
        let rows = fs::read_to_string(home.path().join("samples.csv")).expect("read");
        assert_eq!(rows.lines().count(), 4001);
    }

    #[test]
    fn fault_37_a_run_file_that_cannot_be_written_leaves_the_journal() {
        let home = tempfile::tempdir().expect("a directory");
        let mut writer = writer(home.path());
        let run = fill(&mut writer, 100);
        fs::create_dir(home.path().join("run.json")).expect("in the way");
        assert!(matches!(
            writer.finish(&run),
            Err(ResultsError::NotAFile { .. })
        ));
        fs::remove_dir(home.path().join("run.json")).expect("removed");
        assert_eq!(
            recover(home.path()).expect("recovered").measured.series,
            run.measured.series
        );
    }

    #[test]
    fn a_forced_run_leaves_nothing_of_the_one_before() {
        let home = tempfile::tempdir().expect("a directory");
        let mut first = writer(home.path());
        let run = fill(&mut first, 100);
        first.finish(&run).expect("finished");
        let window = home.path().join("windows/02");
        let mut part = writer(&window);
        let run_of_part = fill(&mut part, 10);
        part.finish(&run_of_part).expect("finished");
        drop(writer(home.path()));
        assert_eq!(
            recover(home.path()).expect("recovered").measured.series,
            small_run::run(&[]).measured.series
        );
        assert!(
            fs::read_dir(window).expect("listed").next().is_none(),
            "a window of the one before"
        );
    }
}
