//! `samples.csv`: one row per request, warm-up included, complete enough to build every other number again.
//!
//! Rows wait in memory until a block ends or 64 KiB have come together, then go to the file at once; the file ends with a
//! whole row unless the machine stopped in the middle of that.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::plan::{ConnectionMode, Plan, TargetId};
use crate::sample::{Lookup, Outcome, Phase, Phases, Sample, Stage};

use super::cell::{csv_cell, plain_text};
use super::{Directory, ResultsError};

/// The columns, in order. Times are integer nanoseconds; an absent value is an empty cell.
///
/// `connection` is the target's, so that rows group as the summary does. The columns after `request_id` say what the others
/// leave open: `target` is the position in the plan; `found_connection` is what the request really found, and differs where
/// a kept connection was gone (the summary leaves such rows out); `failed_phase` is where a failure ended; `signing_ns` is
/// what signing cost, outside all other times; `queued_ns` is the wait for a turn on a busy connection, between
/// `intended_ns` and `sent_ns`; `client_overhead_ns` is there when the times are the kernel's: what a clock read by the
/// program would have added to the service time. `origin` is the Region that the issued session token names, beside
/// `served_by`, which is the header's; `resolver`, `dns_answers` (the addresses that it told) and `dns_ttl_seconds` are there
/// when a resolver was asked.
pub const COLUMNS: [&str; 36] = [
    "sequence",
    "round",
    "block",
    "stage",
    "endpoint",
    "region",
    "operation",
    "connection",
    "intended_ns",
    "sent_ns",
    "dns_ns",
    "connect_ns",
    "tls_ns",
    "send_ns",
    "wait_ns",
    "receive_ns",
    "service_time_ns",
    "response_time_ns",
    "outcome",
    "code",
    "http_status",
    "bytes_received",
    "remote_address",
    "served_by",
    "request_id",
    "target",
    "found_connection",
    "failed_phase",
    "signing_ns",
    "queued_ns",
    "client_overhead_ns",
    "origin",
    "address_family",
    "resolver",
    "dns_answers",
    "dns_ttl_seconds",
];

/// The file's name.
pub(super) const FILE_NAME: &str = "samples.csv";

/// `samples.csv` while a run goes on.
#[derive(Debug)]
pub(super) struct SamplesFile {
    file: File,
    path: PathBuf,
    pending: csv::Writer<Vec<u8>>,
    cell: String,
    rows: u64,
    written_bytes: u64,
}

/// What [`replay`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replay {
    /// Rows that were read.
    pub rows: u64,
    /// Why reading stopped before the end of the file, with the line.
    pub stopped: Option<String>,
}

impl SamplesFile {
    /// An empty file with its head on disk.
    pub fn create(directory: &Directory) -> Result<Self, ResultsError> {
        Self::begin(
            directory.create(FILE_NAME)?,
            directory.file_path(FILE_NAME)?,
        )
    }

    pub(super) fn begin(file: File, path: PathBuf) -> Result<Self, ResultsError> {
        let pending = csv::Writer::from_writer(Vec::new());
        let mut samples = Self {
            file,
            path,
            pending,
            cell: String::new(),
            rows: 0,
            written_bytes: 0,
        };
        samples
            .pending
            .write_record(COLUMNS)
            .expect("a vector takes any bytes");
        samples.flush()?;
        Ok(samples)
    }

    /// Goes on with another file, for tests of disks that fill up.
    #[cfg(test)]
    pub(super) fn exchange_file(&mut self, file: File) {
        self.file = file;
    }

    /// Adds a row; it is certain to be on disk only after [`Self::flush`].
    pub fn append(&mut self, sample: &Sample, plan: &Plan) -> Result<(), ResultsError> {
        write_row(&mut self.pending, &mut self.cell, sample, plan)
            .expect("a vector takes any row of the head's length");
        self.rows += 1;
        if self.pending.get_ref().len() >= MAX_PENDING_BYTES {
            self.write_pending()
        } else {
            Ok(())
        }
    }

    /// Waits until every row is on disk.
    pub fn flush(&mut self) -> Result<(), ResultsError> {
        self.write_pending()?;
        self.file.sync_data().map_err(|cause| self.failed(cause))
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn write_pending(&mut self) -> Result<(), ResultsError> {
        let batch = std::mem::replace(&mut self.pending, csv::Writer::from_writer(Vec::new()));
        let bytes = batch.into_inner().expect("a vector takes any bytes");
        if let Err(cause) = self.file.write_all(&bytes) {
            // A full disk takes part of a batch; without that part the file still ends with a whole row. Where even
            // this fails, reading copes with the torn row.
            let _ = self.file.set_len(self.written_bytes);
            return Err(self.failed(cause));
        }
        self.written_bytes += bytes.len() as u64;
        Ok(())
    }

    fn failed(&self, cause: io::Error) -> ResultsError {
        ResultsError::Io {
            path: self.path.clone(),
            action: "written",
            cause,
        }
    }
}

/// Reads rows back, one call of `take` for each, until the end or the first row that cannot be read: a row that was being
/// written when the machine stopped is followed by nothing.
pub(super) fn replay(
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
            Some(text) if lines == 1 => match columns_of(text) {
                Some(found) => {
                    columns = found;
                    continue;
                }
                None => Err("its columns are not those of this version".to_owned()),
            },
            Some(text) => read_row(text, columns, plan),
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
/// Columns of the first version; later ones only added to them.
const FIRST_COLUMNS: usize = 29;
/// A row is a few hundred bytes: 36 cells, and no text in them is longer than 128 characters.
const MAX_LINE_BYTES: u64 = 4096;

fn write_row(
    rows: &mut csv::Writer<Vec<u8>>,
    cell: &mut String,
    sample: &Sample,
    plan: &Plan,
) -> csv::Result<()> {
    let mut field = |value: Option<&dyn std::fmt::Display>| {
        cell.clear();
        if let Some(value) = value {
            write!(cell, "{value}").expect("a string takes any text");
        }
        rows.write_field(csv_cell(cell).as_bytes())
    };
    let target = plan.target(sample.target);
    field(Some(&sample.sequence))?;
    field(sample.round.as_ref().map(|round| round as _))?;
    field(Some(&sample.block))?;
    field(Some(&sample.stage.as_str()))?;
    field(Some(&target.endpoint.name))?;
    field(Some(&target.endpoint.region))?;
    field(Some(&target.call.operation().cli_name()))?;
    field(Some(&target.connection))?;
    field(Some(&nanoseconds(sample.intended)))?;
    field(Some(&nanoseconds(sample.sent)))?;
    for phase in Phase::ALL {
        field(
            sample
                .phases
                .of(phase)
                .map(nanoseconds)
                .as_ref()
                .map(|time| time as _),
        )?;
    }
    field(Some(&nanoseconds(sample.service_time())))?;
    field(Some(&nanoseconds(sample.response_time())))?;
    field(Some(&sample.outcome.class()))?;
    field(Some(&sample.outcome.code()))?;
    field(sample.http_status.as_ref().map(|status| status as _))?;
    field(Some(&sample.bytes_received))?;
    field(sample.remote.as_ref().map(|remote| remote as _))?;
    field(sample.served_by.as_ref().map(|region| region as _))?;
    field(sample.request_id.as_ref().map(|id| id as _))?;
    field(Some(&sample.target.0))?;
    field(Some(&sample.connection))?;
    field(
        sample
            .outcome
            .failed_phase()
            .map(Phase::as_str)
            .as_ref()
            .map(|phase| phase as _),
    )?;
    field(Some(&nanoseconds(sample.signing)))?;
    field(Some(&nanoseconds(sample.queued)))?;
    field(
        sample
            .client_overhead
            .map(nanoseconds)
            .as_ref()
            .map(|time| time as _),
    )?;
    field(sample.origin.as_ref().map(|region| region as _))?;
    field(sample.remote.map(family).as_ref().map(|family| family as _))?;
    let ttl_seconds = sample.lookup.and_then(|lookup| lookup.ttl_seconds);
    field(
        sample
            .lookup
            .map(|_| plan.resolver)
            .as_ref()
            .map(|resolver| resolver as _),
    )?;
    field(
        sample
            .lookup
            .map(|lookup| lookup.addresses)
            .as_ref()
            .map(|number| number as _),
    )?;
    field(ttl_seconds.as_ref().map(|seconds| seconds as _))?;
    rows.write_record(None::<&[u8]>)
}

/// As in files.
fn family(remote: SocketAddr) -> &'static str {
    if remote.is_ipv4() { "ipv4" } else { "ipv6" }
}

/// The cells of one row, taken in the order of [`COLUMNS`].
struct Cells<'a> {
    record: &'a csv::StringRecord,
    next: usize,
}

impl<'a> Cells<'a> {
    fn text(&mut self) -> &'a str {
        // Files of earlier versions lack the last columns.
        let cell = self.record.get(self.next).unwrap_or_default();
        self.next += 1;
        plain_text(cell)
    }

    fn maybe<T: FromStr>(&mut self) -> Result<Option<T>, String> {
        match self.text() {
            "" => Ok(None),
            cell => cell.parse().map(Some).map_err(|_| self.odd()),
        }
    }

    fn value<T: FromStr>(&mut self) -> Result<T, String> {
        self.maybe()?.ok_or_else(|| self.odd())
    }

    fn duration(&mut self) -> Result<Duration, String> {
        self.value().map(Duration::from_nanos)
    }

    /// What to say of the cell that was taken last.
    fn odd(&self) -> String {
        format!("its {} cannot be read", COLUMNS[self.next - 1])
    }
}

/// The cells of one line. Lines are taken singly, so that a stray quotation mark cannot swallow the rest of the file.
fn split_row(line: &[u8]) -> Result<csv::StringRecord, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is no UTF-8 text".to_owned())?;
    // Without quotation marks RFC 4180 is no more than commas, and a parser for each line costs more than the line.
    if !text.contains('"') {
        return Ok(text.split(',').collect());
    }
    let mut record = csv::StringRecord::new();
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .buffer_capacity(512)
        .from_reader(line);
    rows.read_record(&mut record)
        .map_err(|_| "its quotation marks do not fit".to_owned())?;
    Ok(record)
}

/// How many columns a file's head names; `None` when they are not the first of ours.
fn columns_of(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    (FIRST_COLUMNS..=COLUMNS.len()).find(|&count| COLUMNS[..count].join(",") == head)
}

fn read_row(line: &[u8], columns: usize, plan: &Plan) -> Result<Sample, String> {
    let record = split_row(line)?;
    if record.len() != columns {
        return Err(format!(
            "it has {} cells instead of {columns}",
            record.len()
        ));
    }
    let cells = &mut Cells {
        record: &record,
        next: 0,
    };
    let (sequence, round, block) = (cells.value()?, cells.maybe()?, cells.value()?);
    let stage = Stage::named(cells.text()).ok_or_else(|| cells.odd())?;
    let (endpoint, _region, operation, connection) =
        (cells.text(), cells.text(), cells.text(), cells.text());
    let (intended, sent) = (cells.duration()?, cells.duration()?);
    let mut phases = Phases::default();
    for phase in Phase::ALL {
        if let Some(time) = cells.maybe()? {
            phases.set(phase, Duration::from_nanos(time));
        }
    }
    let (_service_time, _response_time) = (cells.text(), cells.text());
    let (class, code) = (cells.text(), cells.text());
    let (http_status, bytes_received, remote) = (cells.maybe()?, cells.value()?, cells.maybe()?);
    let (served_by, request_id) = (cells.maybe()?, cells.maybe()?);
    let target = TargetId(cells.value()?);
    let found_connection = ConnectionMode::named(cells.text()).ok_or_else(|| cells.odd())?;
    let failed_phase = match cells.text() {
        "" => None,
        name => Some(Phase::named(name).ok_or_else(|| cells.odd())?),
    };
    let (signing, queued) = (
        cells.duration()?,
        cells.maybe()?.map(Duration::from_nanos).unwrap_or_default(),
    );
    let client_overhead = cells.maybe()?.map(Duration::from_nanos);
    let (origin, _family, _resolver) = (cells.maybe()?, cells.text(), cells.text());
    let (addresses, ttl_seconds) = (cells.maybe()?, cells.maybe()?);
    let lookup = addresses.map(|addresses| Lookup {
        addresses,
        ttl_seconds,
    });
    let outcome = Outcome::named(class, code, failed_phase)
        .ok_or("its outcome, code and failed_phase do not fit")?;
    let planned = plan
        .targets
        .get(usize::from(target.0))
        .is_some_and(|planned| {
            planned.endpoint.name == endpoint
                && planned.call.operation().cli_name() == operation
                && planned.connection.as_str() == connection
        });
    if !planned || block >= plan.blocks {
        return Err("its target or block is not in the plan".to_owned());
    }
    Ok(Sample {
        target,
        sequence,
        round,
        block,
        stage,
        intended,
        sent,
        signing,
        queued,
        phases,
        client_overhead,
        connection: found_connection,
        outcome,
        http_status,
        remote,
        lookup,
        served_by,
        origin,
        request_id,
        bytes_received,
    })
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::fixture;
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
        let (plan, sample) = (fixture::plan(), fixture::sample(7));
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
    fn bad_110_remote_text_stays_text() {
        let plan = fixture::plan();
        let sample = Sample {
            request_id: Some("=HYPERLINK(\"http://evil\",\"x\")".into()),
            ..fixture::sample(0)
        };
        let bytes = written(std::slice::from_ref(&sample), &plan);
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        assert!(
            text.contains(",\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\","),
            "{text}"
        );
        assert_eq!(read(&bytes, &plan).0, [sample]);
    }

    #[test]
    fn fault_41_every_prefix_of_the_file_gives_its_whole_rows() {
        let plan = fixture::plan();
        let samples: Vec<Sample> = (0..6).map(fixture::sample).collect();
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
        let plan = fixture::plan();
        let later = |line: &str| {
            line.split(',')
                .take(FIRST_COLUMNS)
                .collect::<Vec<_>>()
                .join(",")
                + "\n"
        };
        let text = String::from_utf8(written(&[fixture::sample(1)], &plan)).expect("UTF-8");
        let first_version: String = text.lines().map(later).collect();
        let expected = Sample {
            client_overhead: None,
            origin: None,
            lookup: None,
            ..fixture::sample(1)
        };
        assert_eq!(read(first_version.as_bytes(), &plan).0, [expected]);
    }

    #[test]
    fn rows_of_another_plan_or_another_version_are_not_believed() {
        let plan = fixture::plan();
        let good = String::from_utf8(written(&[fixture::sample(7)], &plan)).expect("UTF-8");
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
        fn a_row_gives_back_its_sample(sample in fixture::any_sample()) {
            let plan = fixture::plan();
            let mut rows = csv::Writer::from_writer(Vec::new());
            write_row(&mut rows, &mut String::new(), &sample, &plan).expect("written");
            let bytes = rows.into_inner().expect("flushed");
            let line = bytes.strip_suffix(b"\n").expect("a line");
            prop_assert!(!line.contains(&b'\n') && line.len() < MAX_LINE_BYTES as usize);
            prop_assert_eq!(read_row(line, COLUMNS.len(), &plan), Ok(sample));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let plan = fixture::plan();
            let head = [COLUMNS.join(",").as_bytes(), b"\n"].concat();
            read(&bytes, &plan);
            read(&[head, bytes].concat(), &plan);
        }
    }
}
