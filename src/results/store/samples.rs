//! `samples.csv`: one row per request, warm-up included, complete enough to build every other number again.
//!
//! Rows wait in memory until a block ends or 64 KiB have come together, then go to the file at once; the file ends with a
//! whole row unless the machine stopped in the middle of that.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom, Write};
use std::path::PathBuf;

use crate::plan::Plan;
use crate::results::error::ResultsError;
use crate::sample::Sample;

use super::directory::Directory;
use super::sample_row::{self, COLUMNS};

/// The file's name.
pub(crate) const FILE_NAME: &str = "samples.csv";

/// `samples.csv` while a run goes on.
#[derive(Debug)]
pub(crate) struct SamplesFile {
    file: File,
    path: PathBuf,
    pending: Vec<u8>,
    /// Whole rows that the disk has refused so far.
    refused: Vec<u8>,
    rows: u64,
    written_bytes: u64,
}

/// What [`replay`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replay {
    /// Rows that were read.
    pub(crate) rows: u64,
    /// Why reading stopped before the end of the file, with the line.
    pub(crate) stopped: Option<String>,
}

impl SamplesFile {
    /// An empty file with its head on disk.
    pub(crate) fn create(directory: &Directory) -> Result<Self, ResultsError> {
        Self::begin(
            directory.create(FILE_NAME)?,
            directory.file_path(FILE_NAME)?,
        )
    }

    pub(crate) fn begin(file: File, path: PathBuf) -> Result<Self, ResultsError> {
        let mut samples = Self {
            file,
            path,
            pending: head(),
            refused: Vec::new(),
            rows: 0,
            written_bytes: 0,
        };
        samples.flush()?;
        Ok(samples)
    }

    /// Goes on with another file, for tests of disks that fill up; returns the one before.
    #[cfg(test)]
    pub(crate) fn exchange_file(&mut self, file: File) -> File {
        std::mem::replace(&mut self.file, file)
    }

    /// Whether more rows wait for a disk that takes none than memory should hold.
    pub(crate) fn is_overfull(&self) -> bool {
        self.refused.len() > MAX_REFUSED_BYTES
    }

    /// Adds a row; it is certain to be on disk only after [`Self::flush`].
    pub(crate) fn append(&mut self, sample: &Sample, plan: &Plan) -> Result<(), ResultsError> {
        sample_row::write(&mut self.pending, sample, plan);
        self.rows += 1;
        if self.pending.len() >= MAX_PENDING_BYTES {
            self.write_pending()
        } else {
            Ok(())
        }
    }

    /// Waits until every row is on disk.
    pub(crate) fn flush(&mut self) -> Result<(), ResultsError> {
        self.write_pending()?;
        self.file.sync_data().map_err(|cause| self.failed(cause))
    }

    /// Rows so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes every row so far. Those that the disk refuses are kept, and come before the next ones.
    fn write_pending(&mut self) -> Result<(), ResultsError> {
        self.refused.append(&mut self.pending);
        if let Err(cause) = self.file.write_all(&self.refused) {
            // A full disk takes part of a batch; without that part the file still ends with a whole row. Where even
            // this fails, reading copes with the torn row.
            let _ = self.file.set_len(self.written_bytes);
            let _ = self.file.seek(SeekFrom::Start(self.written_bytes));
            return Err(self.failed(cause));
        }
        self.written_bytes += self.refused.len() as u64;
        self.refused.clear();
        Ok(())
    }

    fn failed(&self, cause: io::Error) -> ResultsError {
        ResultsError::io(&self.path, "written", cause)
    }
}

/// Rows for a place that is no run's directory.
pub(crate) struct RowsWriter<'a> {
    to: &'a mut dyn Write,
    pending: Vec<u8>,
}

impl<'a> RowsWriter<'a> {
    /// With the head.
    pub(crate) fn begin(to: &'a mut dyn Write) -> Self {
        Self {
            to,
            pending: head(),
        }
    }

    /// Adds a row.
    pub(crate) fn append(&mut self, sample: &Sample, plan: &Plan) -> io::Result<()> {
        sample_row::write(&mut self.pending, sample, plan);
        if self.pending.len() >= MAX_PENDING_BYTES {
            self.write_pending()?;
        }
        Ok(())
    }

    /// Writes the last rows.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.write_pending()
    }

    fn write_pending(&mut self) -> io::Result<()> {
        self.to.write_all(&self.pending)?;
        self.pending.clear();
        Ok(())
    }
}

/// The first line.
fn head() -> Vec<u8> {
    (COLUMNS.join(",") + "\n").into_bytes()
}

/// Reads rows back, one call of `take` for each, until the end or the first row that cannot be read: a row that was being
/// written when the machine stopped is followed by nothing.
pub(crate) fn replay(
    file: impl Read,
    plan: &Plan,
    mut take: impl FnMut(Sample),
) -> io::Result<Replay> {
    let mut reader = BufReader::with_capacity(MAX_PENDING_BYTES, file);
    let mut line = Vec::new();
    let mut lines = 0;
    let mut columns = COLUMNS.len();
    loop {
        line.clear();
        reader
            .by_ref()
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut line)?;
        // The head is a line too, and not a row.
        let rows = u64::saturating_sub(lines, 1);
        if line.is_empty() {
            return Ok(Replay {
                rows,
                stopped: None,
            });
        }
        lines += 1;
        let reading = match line.strip_suffix(b"\n") {
            None => Err("it is cut off".to_owned()),
            Some(text) if lines == 1 => match sample_row::columns_of(text) {
                Some(found) => {
                    columns = found;
                    continue;
                }
                None => Err("its columns are not those of this version".to_owned()),
            },
            Some(text) => sample_row::read(text, columns, plan),
        };
        match reading {
            Ok(sample) => take(sample),
            Err(reason) => {
                return Ok(Replay {
                    rows,
                    stopped: Some(format!("line {lines}: {reason}")),
                });
            }
        }
    }
}

/// Rows are written to the file when this much has come together.
const MAX_PENDING_BYTES: usize = 64 * 1024;
/// Some 200,000 rows.
const MAX_REFUSED_BYTES: usize = 64 * 1024 * 1024;
/// A row is a few hundred bytes: 36 cells, and no text in them is longer than 64 characters.
const MAX_LINE_BYTES: u64 = 4096;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use crate::sample::Phase;

    use crate::results::small_run;
    use crate::results::store::sample_row::FIRST_COLUMNS;

    use super::*;

    fn written(samples: &[Sample], plan: &Plan) -> Vec<u8> {
        let home = tempfile::tempdir().expect("a directory");
        let directory = Directory::open(home.path()).expect("opened");
        let mut file = SamplesFile::create(&directory).expect("created");
        samples
            .iter()
            .for_each(|sample| file.append(sample, plan).expect("appended"));
        file.flush().expect("flushed");
        directory.read(FILE_NAME, u64::MAX).expect("read")
    }

    fn read(bytes: &[u8], plan: &Plan) -> (Vec<Sample>, Replay) {
        let mut samples = Vec::new();
        let replay =
            replay(bytes, plan, |sample| samples.push(sample)).expect("memory never fails");
        (samples, replay)
    }

    #[test]
    fn a_row_looks_as_documented() {
        let (plan, sample) = (small_run::plan(), small_run::sample(7));
        let text = String::from_utf8(written(std::slice::from_ref(&sample), &plan)).expect("UTF-8");
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(COLUMNS.join(",").as_str()));
        assert_eq!(
            lines.next(),
            Some(
                "7,7,1,measured,eu-central-1,eu-central-1,get-caller-identity,warm,7000000000,7000001000,\
                 ,,,20000,5000000,1000,5021000,5022000,success,,200,459,127.0.0.1:443,eu-central-1,\
                 7f-request,1,warm,,30000,0,40000,us-east-1,ipv4,system,2,60"
            )
        );
    }

    #[test]
    fn every_phase_has_its_column() {
        let columns: Vec<String> = Phase::ALL
            .iter()
            .map(|phase| format!("{}_ns", phase.as_str()))
            .collect();
        assert_eq!(&COLUMNS[10..16], columns);
    }

    #[test]
    fn bad_110_text_that_is_none_of_a_server_s_is_left_out_of_a_row() {
        let plan = small_run::plan();
        let mut sample = small_run::sample(0);
        let bytes = written(std::slice::from_ref(&sample), &plan);
        let text = String::from_utf8(bytes).expect("UTF-8");
        let id = sample.exchange.request_id.take().expect("it has one");
        for foreign in [
            "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\"",
            "IQoJb3/+==",
            "a b",
        ] {
            let earlier = text.replace(id.as_str(), foreign);
            assert_ne!(earlier, text);
            assert_eq!(
                read(earlier.as_bytes(), &plan).0,
                [sample.clone()],
                "{foreign}"
            );
        }
    }

    #[test]
    fn fault_41_every_prefix_of_the_file_gives_its_whole_rows() {
        let plan = small_run::plan();
        let samples: Vec<Sample> = (0..6).map(small_run::sample).collect();
        let bytes = written(&samples, &plan);
        for length in 0..=bytes.len() {
            let prefix = &bytes[..length];
            let whole = prefix
                .iter()
                .filter(|&&b| b == b'\n')
                .count()
                .saturating_sub(1);
            let (found, replay) = read(prefix, &plan);
            assert_eq!(found, samples[..whole], "{length}");
            assert_eq!(replay.rows, whole as u64, "{length}");
            assert_eq!(
                replay.stopped.is_none(),
                length == 0 || prefix.ends_with(b"\n"),
                "{length}: {replay:?}"
            );
        }
    }

    #[test]
    fn files_of_the_first_version_lack_only_the_later_columns() {
        let plan = small_run::plan();
        let later = |line: &str| {
            line.split(',')
                .take(FIRST_COLUMNS)
                .collect::<Vec<_>>()
                .join(",")
                + "\n"
        };
        let text = String::from_utf8(written(&[small_run::sample(1)], &plan)).expect("UTF-8");
        let first_version: String = text.lines().map(later).collect();
        let mut expected = small_run::sample(1);
        expected.timing.client_overhead = None;
        expected.exchange.origin = None;
        expected.exchange.lookup = None;
        assert_eq!(read(first_version.as_bytes(), &plan).0, [expected]);
    }

    #[test]
    fn rows_of_another_plan_or_another_version_are_not_believed() {
        let plan = small_run::plan();
        let good = String::from_utf8(written(&[small_run::sample(7)], &plan)).expect("UTF-8");
        for (from, to, reason) in [
            ("sequence,", "number,", "line 1: its columns"),
            (
                ",eu-central-1,eu-central-1,",
                ",eu-west-1,eu-west-1,",
                "line 2: its target or block",
            ),
            (
                "7,7,1,measured",
                "7,7,99,measured",
                "line 2: its target or block",
            ),
            (
                ",1,warm,,30000,",
                ",9,warm,,30000,",
                "line 2: its target or block",
            ),
            (",7000000000,", ",-1,", "line 2: its intended_ns"),
            (",success,,", ",success,tcp.refused,", "line 2: its outcome"),
            (",30000,", ",30000,0,", "line 2: it has 37 cells"),
            ("7f-request", "\"7f", "line 2: it has 25 cells"),
        ] {
            let (found, replay) = read(good.replacen(from, to, 1).as_bytes(), &plan);
            assert!(found.is_empty(), "{to}");
            assert!(
                replay
                    .stopped
                    .as_ref()
                    .is_some_and(|s| s.starts_with(reason)),
                "{to}: {replay:?}"
            );
        }
        let (_, replay) = read(&[good.as_bytes(), &[b'9'; 100_000]].concat(), &plan);
        assert_eq!(
            (replay.rows, replay.stopped.as_deref()),
            (1, Some("line 3: it is cut off"))
        );
    }

    #[test]
    fn fault_37_a_full_disk_is_an_error_with_the_path() {
        let full = || {
            File::options()
                .write(true)
                .open("/dev/full")
                .expect("opened")
        };
        let error = SamplesFile::begin(full(), Path::new("/x/samples.csv").into())
            .expect_err("full")
            .to_string();
        assert!(
            error.contains("/x/samples.csv") && error.contains("No space left"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn a_row_gives_back_its_sample(sample in small_run::any_sample()) {
            let plan = small_run::plan();
            let mut bytes = Vec::new();
            sample_row::write(&mut bytes, &sample, &plan);
            let line = bytes.strip_suffix(b"\n").expect("a line");
            prop_assert!(!line.contains(&b'\n') && line.len() < MAX_LINE_BYTES as usize);
            prop_assert_eq!(sample_row::read(line, COLUMNS.len(), &plan), Ok(sample));
            let mut cells = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
            let mut by_the_crate = csv::Writer::from_writer(Vec::new());
            for row in cells.records() {
                by_the_crate.write_record(&row.expect("a row")).expect("a vector takes any bytes");
            }
            prop_assert_eq!(by_the_crate.into_inner().expect("flushed"), bytes);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let plan = small_run::plan();
            let head = [COLUMNS.join(",").as_bytes(), b"\n"].concat();
            read(&bytes, &plan);
            read(&[head, bytes].concat(), &plan);
        }
    }
}
