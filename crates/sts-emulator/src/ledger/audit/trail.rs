//! The audit trail: each call of an operation as the record that CloudTrail would deliver, one JSON line in its Region's file.
//!
//! Serving threads only hand over what they know; a thread of its own makes the lines and writes them, so that no answer
//! waits for a disk. The queue is bounded, and what does not fit is counted in the ledger instead of being dropped silently.
//! Requests that name no operation leave no record, as with CloudTrail.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use thiserror::Error;

use super::record::Record;
use crate::config::emulator_config::EmulatorConfig;
use crate::config::placement::Placement;
use crate::ledger::writer::LedgerWriter;

/// Why there can be no audit trail.
#[derive(Debug, Error)]
#[error("cannot write the audit trail to {}: {reason}", path.display())]
pub struct AuditError {
    /// The directory or file.
    path: PathBuf,
    /// The system's reason, in the message already.
    reason: io::Error,
}

/// The trail of one emulator; complete on disk once it is dropped.
#[derive(Debug)]
pub(crate) struct AuditTrail {
    queue: SyncSender<Message>,
    writer: Option<JoinHandle<()>>,
}

/// Where serving threads leave their records.
#[derive(Debug, Clone)]
pub(crate) struct AuditQueue(SyncSender<Message>);

enum Message {
    Record(Box<Record>),
    End,
}

impl AuditTrail {
    /// The trail that `config` asks for, if it asks for one.
    pub(crate) fn configured(
        config: &EmulatorConfig,
        placements: &[Placement],
        ledger: &Arc<LedgerWriter>,
    ) -> Result<Option<Self>, AuditError> {
        let regions = placements.iter().map(Placement::recorded_in);
        config
            .audit
            .as_ref()
            .map(|directory| Self::open(directory, regions, Arc::clone(ledger)))
            .transpose()
    }

    /// Opens `directory`, made if it is not there, with a file for each of `regions`; older records in them stay. Both can be
    /// read by their owner only, because records hold session tokens.
    fn open<'a>(
        directory: &Path,
        regions: impl Iterator<Item = &'a str>,
        ledger: Arc<LedgerWriter>,
    ) -> Result<Self, AuditError> {
        let refuse = |path: &Path| {
            let path = path.to_owned();
            move |reason| AuditError { path, reason }
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(refuse(directory))?;
        let mut files = BTreeMap::new();
        for region in regions {
            let path = directory.join(format!("{region}.jsonl"));
            let file = OpenOptions::new()
                .create(true)
                .append(true)
                .mode(0o600)
                .open(&path)
                .map_err(refuse(&path))?;
            files.insert(region.to_owned(), BufWriter::new(file));
        }
        let (queue, records) = sync_channel(QUEUE_RECORDS);
        let writer = std::thread::Builder::new().name("audit-trail".to_owned());
        let writer = writer
            .spawn(move || write(&records, files, &ledger))
            .map_err(refuse(directory))?;
        Ok(Self {
            queue,
            writer: Some(writer),
        })
    }

    /// Where to leave records.
    pub(crate) fn queue(&self) -> AuditQueue {
        AuditQueue(self.queue.clone())
    }
}

impl Drop for AuditTrail {
    fn drop(&mut self) {
        // A writer that has already ended reads nothing more, and a panic of it has reported itself.
        let _ = self.queue.send(Message::End);
        let _ = self.writer.take().map(JoinHandle::join);
    }
}

impl AuditQueue {
    /// Leaves a record, without waiting; counts in `ledger` when there is no room.
    pub(crate) fn leave(&self, record: Record, ledger: &LedgerWriter) {
        let endpoint = record.endpoint.clone();
        if self.0.try_send(Message::Record(Box::new(record))).is_err() {
            ledger.unrecorded(&endpoint);
        }
    }
}

fn write(
    records: &Receiver<Message>,
    mut files: BTreeMap<String, BufWriter<File>>,
    ledger: &LedgerWriter,
) {
    loop {
        // What is written stands in the files whenever there is nothing left to do.
        let message = records.try_recv().or_else(|_| {
            files.values_mut().for_each(|file| drop(file.flush()));
            records.recv()
        });
        let Ok(Message::Record(record)) = message else {
            break;
        };
        let mut line = record.json().to_string();
        line.push('\n');
        let written = files
            .get_mut(&record.region)
            .map(|file| file.write_all(line.as_bytes()));
        if !matches!(written, Some(Ok(()))) {
            ledger.unrecorded(&record.endpoint);
        }
    }
    files.values_mut().for_each(|file| drop(file.flush()));
}

/// Some tens of megabytes at most, and seconds of calls at full speed.
const QUEUE_RECORDS: usize = 16_384;

#[cfg(test)]
#[path = "trail_tests.rs"]
mod tests;
