//! One row of `samples.csv`: every column is declared once, with its name, how it is written and how it is read.

use std::io::Write as _;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use crate::plan::{ConnectionMode, Plan, Resolver, Target, TargetId};
use crate::sample::{Arrival, Exchange, Lookup, Outcome, Phase, Sample, Stage, Timing};
use sts_model::{Remote, TextForm};

use super::csv_cell::{csv_cell, plain_text};

/// The columns, in order. Times are integer nanoseconds; an absent value is an empty cell.
///
/// `connection` is the target's, so that rows group as the summary does. The columns after `request_id` say what the others
/// leave open: `target` is the position in the plan; `found_connection` is what the request really found, and differs where
/// a kept connection was gone (the summary leaves such rows out); `failed_phase` is where a failure ended; `signing_ns` is
/// what signing cost, outside all other times; `queued_ns` is the wait for a turn on a busy connection, between
/// `intended_ns` and `sent_ns`; `client_overhead_ns` is there when the times are the kernel's: what a clock read by the
/// program would have added to the service time. `origin` is the Region that the issued session token names, beside
/// `served_by`, which is the header's; `resolver`, `dns_answers` (the number of addresses in the answer) and
/// `dns_ttl_seconds` are there when a resolver was asked.
pub(crate) const COLUMNS: [&str; TABLE.len()] = {
    let mut names = [""; TABLE.len()];
    let mut at = 0;
    while at < TABLE.len() {
        names[at] = TABLE[at].name;
        at += 1;
    }
    names
};

/// Columns of the first version; later ones only added to them.
pub(super) const FIRST_COLUMNS: usize = 29;

/// How many columns a file's head names; `None` when they are not the first of ours.
pub(super) fn columns_of(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    (FIRST_COLUMNS..=COLUMNS.len()).find(|&count| COLUMNS[..count].join(",") == head)
}

/// Adds one row to `rows`.
pub(super) fn write(rows: &mut Vec<u8>, sample: &Sample, plan: &Plan) {
    let planned = PlannedSample {
        sample,
        target: plan.target(sample.arrival.target),
        resolver: plan.resolver,
    };
    let (first, others) = TABLE.split_first().expect("there are columns");
    (first.write)(rows, &planned);
    for column in others {
        rows.push(b',');
        (column.write)(rows, &planned);
    }
    rows.push(b'\n');
}

/// Reads one row of a file that has so many columns.
///
/// # Errors
/// Why it is no row of a run of `plan`.
pub(super) fn read(line: &[u8], columns: usize, plan: &Plan) -> Result<Sample, String> {
    let record = split(line)?;
    if record.len() != columns {
        return Err(format!(
            "it has {} cells instead of {columns}",
            record.len()
        ));
    }
    let mut row = SampleRow::blank();
    for (at, column) in TABLE.iter().enumerate() {
        // Files of earlier versions lack the last columns.
        let cell = plain_text(record.get(at).unwrap_or_default());
        (column.read)(&mut row, cell)
            .ok_or_else(|| format!("its {} cannot be read", column.name))?;
    }
    row.into_sample(plan)
}

/// The cells of one line. Lines are taken singly, so that a stray quotation mark cannot swallow the rest of the file.
fn split(line: &[u8]) -> Result<csv::StringRecord, String> {
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

/// A sample with what the plan says of it.
struct PlannedSample<'a> {
    sample: &'a Sample,
    target: &'a Target,
    resolver: Resolver,
}

/// A row while it is read.
struct SampleRow<'a> {
    sample: Sample,
    endpoint: &'a str,
    operation: &'a str,
    connection: &'a str,
    class: &'a str,
    code: &'a str,
    failed_phase: Option<Phase>,
    addresses: Option<u16>,
    ttl_seconds: Option<u32>,
}

impl SampleRow<'_> {
    /// A row of which nothing has been read.
    fn blank() -> Self {
        Self {
            sample: Sample {
                arrival: Arrival {
                    target: TargetId(0),
                    sequence: 0,
                    round: None,
                    block: 0,
                    stage: Stage::Warmup,
                    intended: Duration::ZERO,
                },
                timing: Timing::default(),
                exchange: Exchange::new(ConnectionMode::Cold, Outcome::Success),
            },
            endpoint: "",
            operation: "",
            connection: "",
            class: "",
            code: "",
            failed_phase: None,
            addresses: None,
            ttl_seconds: None,
        }
    }

    /// The sample, when its cells fit each other and `plan`.
    fn into_sample(self, plan: &Plan) -> Result<Sample, String> {
        let mut sample = self.sample;
        sample.exchange.lookup = self.addresses.map(|addresses| Lookup {
            addresses,
            ttl_seconds: self.ttl_seconds,
        });
        sample.exchange.outcome = Outcome::named(self.class, self.code, self.failed_phase)
            .ok_or("its outcome, code and failed_phase do not fit")?;
        let planned = plan
            .targets
            .get(usize::from(sample.arrival.target.0))
            .is_some_and(|planned| {
                planned.endpoint.name == self.endpoint
                    && planned.call.operation().cli_name() == self.operation
                    && planned.connection.as_str() == self.connection
            });
        if !planned || sample.arrival.block >= plan.blocks {
            return Err("its target or block is not in the plan".to_owned());
        }
        Ok(sample)
    }
}

/// A column. Function pointers, because a row is written for each request: nothing is allocated for a cell.
struct Column {
    name: &'static str,
    /// Appends the cell's text; nothing where the value is absent.
    write: fn(&mut Vec<u8>, &PlannedSample<'_>),
    /// Takes the cell into the row; `None` when it cannot be read.
    read: for<'a> fn(&mut SampleRow<'a>, &'a str) -> Option<()>,
}

impl Column {
    /// A column that says again what others or the plan say, for readers of the file; reading skips it.
    const fn derived(name: &'static str, write: fn(&mut Vec<u8>, &PlannedSample<'_>)) -> Self {
        Self {
            name,
            write,
            read: |_, _| Some(()),
        }
    }

    /// The time of a phase, by its position in [`Phase::ALL`].
    const fn phase<const AT: usize>(name: &'static str) -> Self {
        Self {
            name,
            write: |cell, row| {
                put_maybe(cell, row.sample.timing.phases.of(Phase::ALL[AT]), put_time);
            },
            read: |row, cell| {
                let mut time = None;
                take_maybe_time(&mut time, cell)?;
                if let Some(time) = time {
                    row.sample.timing.phases.set(Phase::ALL[AT], time);
                }
                Some(())
            },
        }
    }
}

const TABLE: [Column; 36] = [
    Column {
        name: "sequence",
        write: |cell, row| put_number(cell, row.sample.arrival.sequence),
        read: |row, cell| take(&mut row.sample.arrival.sequence, cell),
    },
    Column {
        name: "round",
        write: |cell, row| put_maybe(cell, row.sample.arrival.round, put_number),
        read: |row, cell| take_maybe(&mut row.sample.arrival.round, cell),
    },
    Column {
        name: "block",
        write: |cell, row| put_number(cell, row.sample.arrival.block),
        read: |row, cell| take(&mut row.sample.arrival.block, cell),
    },
    Column {
        name: "stage",
        write: |cell, row| put_text(cell, row.sample.arrival.stage.as_str()),
        read: |row, cell| take_known(&mut row.sample.arrival.stage, Stage::named(cell)),
    },
    Column {
        name: "endpoint",
        write: |cell, row| put_text(cell, &row.target.endpoint.name),
        read: |row, cell| take_known(&mut row.endpoint, Some(cell)),
    },
    Column::derived("region", |cell, row| {
        put_text(cell, &row.target.endpoint.region);
    }),
    Column {
        name: "operation",
        write: |cell, row| put_text(cell, row.target.call.operation().cli_name()),
        read: |row, cell| take_known(&mut row.operation, Some(cell)),
    },
    Column {
        name: "connection",
        write: |cell, row| put_text(cell, row.target.connection.as_str()),
        read: |row, cell| take_known(&mut row.connection, Some(cell)),
    },
    Column {
        name: "intended_ns",
        write: |cell, row| put_time(cell, row.sample.arrival.intended),
        read: |row, cell| take_time(&mut row.sample.arrival.intended, cell),
    },
    Column {
        name: "sent_ns",
        write: |cell, row| put_time(cell, row.sample.timing.sent),
        read: |row, cell| take_time(&mut row.sample.timing.sent, cell),
    },
    Column::phase::<{ Phase::Dns as usize }>("dns_ns"),
    Column::phase::<{ Phase::Connect as usize }>("connect_ns"),
    Column::phase::<{ Phase::Tls as usize }>("tls_ns"),
    Column::phase::<{ Phase::Send as usize }>("send_ns"),
    Column::phase::<{ Phase::Wait as usize }>("wait_ns"),
    Column::phase::<{ Phase::Receive as usize }>("receive_ns"),
    Column::derived("service_time_ns", |cell, row| {
        put_time(cell, row.sample.service_time());
    }),
    Column::derived("response_time_ns", |cell, row| {
        put_time(cell, row.sample.response_time());
    }),
    Column {
        name: "outcome",
        write: |cell, row| put_text(cell, row.sample.exchange.outcome.class()),
        read: |row, cell| take_known(&mut row.class, Some(cell)),
    },
    Column {
        name: "code",
        write: |cell, row| put_text(cell, &row.sample.exchange.outcome.code()),
        read: |row, cell| take_known(&mut row.code, Some(cell)),
    },
    Column {
        name: "http_status",
        write: |cell, row| put_maybe(cell, row.sample.exchange.http_status, put_number),
        read: |row, cell| take_maybe(&mut row.sample.exchange.http_status, cell),
    },
    Column {
        name: "bytes_received",
        write: |cell, row| put_number(cell, row.sample.exchange.bytes_received),
        read: |row, cell| take(&mut row.sample.exchange.bytes_received, cell),
    },
    Column {
        name: "remote_address",
        write: |cell, row| put_maybe(cell, row.sample.exchange.remote, put_address),
        read: |row, cell| take_maybe(&mut row.sample.exchange.remote, cell),
    },
    Column {
        name: "served_by",
        write: |cell, row| put_maybe(cell, row.sample.exchange.served_by.as_deref(), put_text),
        read: |row, cell| take_remote(&mut row.sample.exchange.served_by, cell),
    },
    Column {
        name: "request_id",
        write: |cell, row| put_maybe(cell, row.sample.exchange.request_id.as_deref(), put_text),
        read: |row, cell| take_remote(&mut row.sample.exchange.request_id, cell),
    },
    Column {
        name: "target",
        write: |cell, row| put_number(cell, row.sample.arrival.target.0),
        read: |row, cell| take(&mut row.sample.arrival.target.0, cell),
    },
    Column {
        name: "found_connection",
        write: |cell, row| put_text(cell, row.sample.exchange.connection.as_str()),
        read: |row, cell| {
            take_known(
                &mut row.sample.exchange.connection,
                ConnectionMode::named(cell),
            )
        },
    },
    Column {
        name: "failed_phase",
        write: |cell, row| {
            let phase = row.sample.exchange.outcome.failed_phase();
            put_maybe(cell, phase.map(Phase::as_str), put_text);
        },
        read: |row, cell| {
            if !cell.is_empty() {
                row.failed_phase = Some(Phase::named(cell)?);
            }
            Some(())
        },
    },
    Column {
        name: "signing_ns",
        write: |cell, row| put_time(cell, row.sample.timing.signing),
        read: |row, cell| take_time(&mut row.sample.timing.signing, cell),
    },
    Column {
        name: "queued_ns",
        write: |cell, row| put_time(cell, row.sample.timing.queued),
        read: |row, cell| {
            // Not in files of the first version.
            let mut queued = None;
            take_maybe_time(&mut queued, cell)?;
            row.sample.timing.queued = queued.unwrap_or_default();
            Some(())
        },
    },
    Column {
        name: "client_overhead_ns",
        write: |cell, row| put_maybe(cell, row.sample.timing.client_overhead, put_time),
        read: |row, cell| take_maybe_time(&mut row.sample.timing.client_overhead, cell),
    },
    Column {
        name: "origin",
        write: |cell, row| put_maybe(cell, row.sample.exchange.origin.as_deref(), put_text),
        read: |row, cell| take_remote(&mut row.sample.exchange.origin, cell),
    },
    Column::derived("address_family", |cell, row| {
        put_maybe(cell, row.sample.exchange.remote.map(family), put_text);
    }),
    Column::derived("resolver", |cell, row| {
        let resolver = row.sample.exchange.lookup.map(|_| row.resolver.to_string());
        put_maybe(cell, resolver.as_deref(), put_text);
    }),
    Column {
        name: "dns_answers",
        write: |cell, row| {
            let lookup = row.sample.exchange.lookup;
            put_maybe(cell, lookup.map(|found| found.addresses), put_number);
        },
        read: |row, cell| take_maybe(&mut row.addresses, cell),
    },
    Column {
        name: "dns_ttl_seconds",
        write: |cell, row| {
            let lookup = row.sample.exchange.lookup;
            put_maybe(cell, lookup.and_then(|found| found.ttl_seconds), put_number);
        },
        read: |row, cell| take_maybe(&mut row.ttl_seconds, cell),
    },
];

/// As in files.
fn family(remote: SocketAddr) -> &'static str {
    if remote.is_ipv4() { "ipv4" } else { "ipv6" }
}

fn put_maybe<T>(rows: &mut Vec<u8>, value: Option<T>, put: fn(&mut Vec<u8>, T)) {
    if let Some(value) = value {
        put(rows, value);
    }
}

/// In quotation marks where RFC 4180 wants them.
fn put_text(rows: &mut Vec<u8>, text: &str) {
    let cell = csv_cell(text);
    if cell.contains(['"', ',', '\r', '\n']) {
        let doubled = cell.replace('"', "\"\"");
        rows.extend([b"\"", doubled.as_bytes(), b"\""].concat());
    } else {
        rows.extend_from_slice(cell.as_bytes());
    }
}

/// Without the machinery of formatting: most cells are numbers.
fn put_number(rows: &mut Vec<u8>, number: impl Into<u64>) {
    let mut rest: u64 = number.into();
    let mut digits = [0; MOST_DIGITS];
    let mut at = MOST_DIGITS;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    rows.extend_from_slice(&digits[at..]);
}

/// Digits of the largest number.
const MOST_DIGITS: usize = 20;

fn put_address(rows: &mut Vec<u8>, address: SocketAddr) {
    write!(rows, "{address}").expect("a vector takes any bytes");
}

fn put_time(rows: &mut Vec<u8>, time: Duration) {
    put_number(rows, u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
}

fn take_known<T>(field: &mut T, known: Option<T>) -> Option<()> {
    *field = known?;
    Some(())
}

fn take<T: FromStr>(field: &mut T, cell: &str) -> Option<()> {
    take_known(field, cell.parse().ok())
}

fn take_maybe<T: FromStr>(field: &mut Option<T>, cell: &str) -> Option<()> {
    if !cell.is_empty() {
        *field = Some(cell.parse().ok()?);
    }
    Some(())
}

/// What is no text of that form is left out: a file of an earlier version can hold it.
fn take_remote<F: TextForm>(field: &mut Option<Remote<F>>, cell: &str) -> Option<()> {
    *field = Remote::new(cell);
    Some(())
}

fn take_time(field: &mut Duration, cell: &str) -> Option<()> {
    take_known(field, cell.parse().ok().map(Duration::from_nanos))
}

fn take_maybe_time(field: &mut Option<Duration>, cell: &str) -> Option<()> {
    if !cell.is_empty() {
        *field = Some(Duration::from_nanos(cell.parse().ok()?));
    }
    Some(())
}
