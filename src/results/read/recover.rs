//! A run from what an interrupted one left on disk.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::record::Recorder;
use crate::results::error::ResultsError;
use crate::results::model::limits::MAX_RUN_BYTES;
use crate::results::model::measured::{Completion, Measured};
use crate::results::model::notice::Notice;
use crate::results::model::run::Run;
use crate::results::store::directory::Directory;
use crate::results::store::journal::{self, Entry, Withheld};
use crate::results::store::run::RUN_FILE;
use crate::results::store::samples::{self, Replay, replay};

use super::run::{from_json, unmeasured_from_json};

/// The run that was measured into the directory at `path`: the finished one when there is a `run.json`, otherwise what
/// its journal and samples hold.
///
/// At most what came after the last finished block is missing. Nothing is written; [`crate::results::write()`] does that.
///
/// # Errors
/// [`ResultsError`] when there is neither, when the run has not ended, or when the journal's first line is not a run.
pub(crate) fn recover(path: &Path) -> Result<Run, ResultsError> {
    let directory = Directory::open(path)?;
    if directory.contains(RUN_FILE)? {
        return from_json(
            &directory.read(RUN_FILE, MAX_RUN_BYTES)?,
            &directory.file_path(RUN_FILE)?,
        );
    }
    if !directory.contains(journal::FILE_NAME)? {
        return Err(ResultsError::NothingToRecover {
            path: path.to_owned(),
        });
    }
    let journal = directory.file_path(journal::FILE_NAME)?;
    let file = directory.open_file(journal::FILE_NAME)?;
    match flock(&file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK) => return Err(ResultsError::Busy { path: journal }),
        Err(error) => return Err(ResultsError::io(&journal, "locked", error)),
    }
    let mut lines = BufReader::new(file.take(MAX_RUN_BYTES));
    let mut first = Vec::new();
    lines
        .read_until(b'\n', &mut first)
        .map_err(|cause| ResultsError::io(&journal, "read", cause))?;
    let unmeasured = unmeasured_from_json(&first, &journal)?;
    let entries = entries(lines).map_err(|cause| ResultsError::io(&journal, "read", cause))?;
    rebuild(&directory, unmeasured, entries)
}

/// The lines up to the first that cannot be read, which is the one that was being written.
fn entries(lines: impl BufRead) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for line in lines.split(b'\n') {
        match serde_json::from_slice(&line?) {
            Ok(entry) => entries.push(entry),
            Err(_) => break,
        }
    }
    Ok(entries)
}

fn rebuild(
    directory: &Directory,
    unmeasured: Run,
    entries: Vec<Entry>,
) -> Result<Run, ResultsError> {
    let path = directory.file_path(samples::FILE_NAME)?;
    let mut recorder = Recorder::new(&unmeasured.plan);
    let mut end = Duration::ZERO;
    let replay = if directory.contains(samples::FILE_NAME)? {
        let file = directory.open_file(samples::FILE_NAME)?;
        replay(file, &unmeasured.plan, |sample| {
            end = end.max(sample.timing.sent + sample.service_time());
            recorder.record(&sample);
        })
        .map_err(|cause| ResultsError::io(&path, "read", cause))?
    } else {
        Replay {
            rows: 0,
            stopped: None,
        }
    };
    let elapsed_ns = u64::try_from(end.as_nanos()).unwrap_or(u64::MAX);
    let promised = entries.last().map_or(0, |entry| entry.samples);
    let mut notices = unmeasured.notices.clone();
    for entry in entries {
        for Withheld {
            target,
            block,
            calls,
        } in entry.withheld
        {
            // More calls than any plan allows come from a damaged line, and would take years to count.
            if unmeasured.plan.targets.get(usize::from(target.0)).is_some()
                && block < unmeasured.plan.blocks
                && calls <= unmeasured.plan.max_requests
            {
                (0..calls).for_each(|_| recorder.withhold(target, block));
            }
        }
        notices.extend(entry.notices);
    }
    notices.push(Notice {
        at_ns: elapsed_ns,
        text: account(&replay, promised),
    });
    let pace = recorder.take_pace();
    let (series, signing) = recorder.finish();
    Ok(Run {
        measured: Measured {
            elapsed_ns,
            completion: Completion::Recovered,
            series,
            signing,
            pace,
            ..unmeasured.measured
        },
        notices,
        ..unmeasured
    })
}

/// What a reader should know of a recovered run.
fn account(replay: &Replay, promised: u64) -> String {
    let rows = replay.rows;
    let mut text = format!(
        "the run was cut off; it was rebuilt from {rows} samples, and what came later is lost"
    );
    if let Some(stopped) = &replay.stopped {
        text += &format!("; samples.csv could be read up to {stopped}");
    }
    if rows < promised {
        text += &format!(
            "; {} samples that were on disk are missing",
            promised - rows
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use std::fs;

    use std::io::Write as _;

    use proptest::prelude::*;

    use crate::plan::TargetId;
    use crate::results::read::run::read;
    use crate::results::save::write;
    use crate::results::small_run;
    use crate::results::store::writer::Writer;

    use super::*;

    /// A directory as `kill -9` leaves it after twelve samples in three blocks.
    fn cut_off() -> tempfile::TempDir {
        let home = tempfile::tempdir().expect("a directory");
        let mut writer = Writer::create(
            Directory::open(home.path()).expect("opened"),
            &small_run::header(),
        )
        .expect("begun");
        for sequence in 0..12 {
            writer.sample(&small_run::sample(sequence), &small_run::plan());
            if sequence % 4 == 3 {
                writer.withhold(TargetId(1), (sequence / 4) as u16);
                writer.notice(&Notice {
                    at_ns: sequence.into(),
                    text: format!("after {sequence}"),
                });
                writer.end_of_block();
            }
        }
        assert!(writer.failed().is_none());
        home
    }

    fn samples(count: u32) -> Vec<crate::sample::Sample> {
        (0..count).map(small_run::sample).collect()
    }

    #[test]
    fn fault_41_a_run_that_was_cut_off_is_rebuilt_from_its_journal() {
        let home = cut_off();
        let run = recover(home.path()).expect("recovered");
        let mut whole = small_run::run(&samples(12));
        assert_eq!(run.measured.completion, Completion::Recovered);
        assert_eq!(
            (run.header.run_id, run.plan, run.measured.elapsed_ns),
            (whole.header.run_id, whole.plan, whole.measured.elapsed_ns)
        );
        assert_eq!(run.measured.signing, whole.measured.signing);
        assert_eq!(run.measured.series[1].counts.withheld, 3);
        for number in 0..3 {
            whole.measured.series[1].blocks[number].counts.withheld = 1;
        }
        whole.measured.series[1].counts.withheld = 3;
        assert_eq!(run.measured.series, whole.measured.series);
        let texts: Vec<_> = run
            .notices
            .iter()
            .map(|notice| notice.text.as_str())
            .collect();
        assert_eq!(
            texts[..4],
            ["a notice from before", "after 3", "after 7", "after 11"]
        );
        assert!(
            texts[4].contains("12 samples") && !texts[4].contains("missing"),
            "{texts:?}"
        );
    }

    #[test]
    fn fault_41_a_recovered_run_can_be_written_and_is_then_whole() {
        let home = cut_off();
        let run = recover(home.path()).expect("recovered");
        write(&Directory::open(home.path()).expect("opened"), &run).expect("written");
        assert!(!home.path().join(journal::FILE_NAME).exists());
        assert_eq!(recover(home.path()).expect("read"), run);
        assert_eq!(read(home.path()).expect("read"), run);
    }

    #[test]
    fn fault_41_every_prefix_of_the_samples_gives_a_run_of_its_whole_rows() {
        let home = cut_off();
        let path = home.path().join(samples::FILE_NAME);
        let bytes = fs::read(&path).expect("read");
        for length in (0..=bytes.len()).rev() {
            fs::File::options()
                .write(true)
                .open(&path)
                .and_then(|f| f.set_len(length as u64))
                .expect("cut");
            let rows = bytes[..length]
                .iter()
                .filter(|&&b| b == b'\n')
                .count()
                .saturating_sub(1);
            let run = recover(home.path()).expect("recovered");
            let counted: u64 = run
                .measured
                .series
                .iter()
                .map(|s| s.counts.issued + s.counts.warmup)
                .sum();
            assert_eq!(counted, rows as u64, "{length}");
            let told = &run.notices.last().expect("a notice").text;
            assert_eq!(told.contains("missing"), rows < 12, "{length}: {told}");
        }
    }

    #[test]
    fn fault_41_every_prefix_of_the_journal_is_a_run_or_a_typed_refusal() {
        let home = cut_off();
        let path = home.path().join(journal::FILE_NAME);
        let bytes = fs::read(&path).expect("read");
        let header = bytes.iter().position(|&b| b == b'\n').expect("a line");
        for length in (0..=bytes.len()).rev() {
            fs::File::options()
                .write(true)
                .open(&path)
                .and_then(|f| f.set_len(length as u64))
                .expect("cut");
            match recover(home.path()) {
                Ok(run) => {
                    assert!(length >= header, "{length}");
                    assert_eq!(
                        run.measured.series[0].counts,
                        small_run::run(&samples(12)).measured.series[0].counts
                    );
                }
                Err(ResultsError::Empty { .. } | ResultsError::Truncated { .. }) => {
                    assert!(length < header, "{length}");
                }
                Err(error) => panic!("{length}: {error}"),
            }
        }
    }

    #[test]
    fn a_run_that_goes_on_is_not_recovered() {
        let home = tempfile::tempdir().expect("a directory");
        let directory = || Directory::open(home.path()).expect("opened");
        let writer = Writer::create(directory(), &small_run::header()).expect("begun");
        assert!(matches!(
            recover(home.path()),
            Err(ResultsError::Busy { .. })
        ));
        drop(writer);
        assert_eq!(
            recover(home.path()).expect("recovered").measured.series,
            small_run::run(&[]).measured.series
        );
    }

    #[test]
    fn a_directory_without_a_run_is_named() {
        let home = tempfile::tempdir().expect("a directory");
        assert!(matches!(
            recover(home.path()),
            Err(ResultsError::NothingToRecover { .. })
        ));
        assert!(matches!(
            recover(&home.path().join("none")),
            Err(ResultsError::Io {
                action: "opened",
                ..
            })
        ));
    }

    #[test]
    fn damaged_counts_in_a_journal_do_not_hang_or_panic() {
        let home = cut_off();
        let line = "{\"samples\":1,\"withheld\":[{\"target\":0,\"block\":0,\"calls\":18446744073709551615},\
                    {\"target\":99,\"block\":0,\"calls\":1},{\"target\":0,\"block\":99,\"calls\":1}],\"notices\":[]}\n";
        let mut file = fs::File::options()
            .append(true)
            .open(home.path().join(journal::FILE_NAME))
            .expect("opened");
        file.write_all(line.as_bytes()).expect("written");
        assert_eq!(
            recover(home.path()).expect("recovered").measured.series[0]
                .counts
                .withheld,
            0
        );
    }

    proptest! {
        #[test]
        fn whatever_is_exchanged_in_a_journal_or_its_samples_ends_in_a_run_or_a_refusal(
            name in prop::sample::select(&[journal::FILE_NAME, samples::FILE_NAME][..]),
            at in any::<prop::sample::Index>(),
            length in 0_usize..40,
            by in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                prop::sample::select(&["0", "-1", "18446744073709551615", "1e300", "null", "[]", "{}", "\n", "\"", ","][..])
                    .prop_map(|text| text.as_bytes().to_vec()),
            ],
        ) {
            let home = cut_off();
            let path = home.path().join(name);
            let mut bytes = fs::read(&path).expect("read");
            let from = at.index(bytes.len());
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, by);
            fs::write(&path, bytes).expect("written");
            if let Err(error) = recover(home.path()) {
                prop_assert!(error.to_string().contains("journal.jsonl"), "{error}");
            }
        }
    }
}
