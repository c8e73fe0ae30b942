//! What makes a run survive `kill -9`: its plan on disk before the first request, and after each block a note of what the
//! samples do not tell. Together with `samples.csv` that is the whole run.
//!
//! The journal grows by one short line a block, of which a plan has 1,024 at most, and is removed once `run.json` is on
//! disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::plan::TargetId;
use crate::results::error::ResultsError;
use crate::results::model::measured::Completion;
use crate::results::model::notice::Notice;
use crate::results::model::run::Run;
use crate::results::read::run::unmeasured_from_json;

use super::directory::Directory;
use super::run::JOURNAL_FILE;

/// The file's name.
pub(crate) const FILE_NAME: &str = JOURNAL_FILE;

/// The journal of a run in progress. It is locked, so that a run that has not ended cannot be recovered.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    withheld: BTreeMap<(TargetId, u16), u64>,
    pub(crate) notices: Vec<Notice>,
    written_bytes: u64,
}

/// One line after the first.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Rows in `samples.csv` by then.
    pub(crate) samples: u64,
    /// Calls that were planned and not sent since the last line.
    pub(crate) withheld: Vec<Withheld>,
    /// What was noticed since the last line.
    pub(crate) notices: Vec<Notice>,
}

/// Calls of one target in one block that were planned and not sent.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Withheld {
    pub(crate) target: TargetId,
    pub(crate) block: u16,
    pub(crate) calls: u64,
}

impl Journal {
    /// A journal with its first line on disk: the run as it is before the first request. A run that could not be read again
    /// is refused here, before anything is measured.
    pub(crate) fn create(directory: &Directory, unmeasured: &Run) -> Result<Self, ResultsError> {
        let path = directory.file_path(FILE_NAME)?;
        let mut first = unmeasured.clone();
        first.measured.completion = Completion::Recovered;
        first.measured.series = Vec::new();
        let line = serde_json::to_vec(&first).expect("a run has only text keys");
        unmeasured_from_json(&line, &path).map_err(ResultsError::unreadable)?;
        let file = directory.create(FILE_NAME)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)
            .map_err(|cause| ResultsError::io(&path, "locked", cause))?;
        let mut journal = Self {
            file,
            path,
            withheld: BTreeMap::new(),
            notices: Vec::new(),
            written_bytes: 0,
        };
        journal.append(&first)?;
        Ok(journal)
    }

    /// Remembers a call that was not sent.
    pub(crate) fn withhold(&mut self, target: TargetId, block: u16) {
        *self.withheld.entry((target, block)).or_default() += 1;
    }

    /// Remembers a notice.
    pub(crate) fn notice(&mut self, notice: &Notice) {
        self.notices.push(notice.clone());
    }

    /// Puts what was remembered on disk; what the disk refuses stays remembered.
    pub(crate) fn end_of_block(&mut self, samples: u64) -> Result<(), ResultsError> {
        let withheld = self
            .withheld
            .iter()
            .map(|(&(target, block), &calls)| Withheld {
                target,
                block,
                calls,
            })
            .collect();
        self.append(&Entry {
            samples,
            withheld,
            notices: self.notices.clone(),
        })?;
        self.withheld.clear();
        self.notices.clear();
        Ok(())
    }

    fn append(&mut self, line: &impl Serialize) -> Result<(), ResultsError> {
        let mut bytes = serde_json::to_vec(line).expect("lines have only text keys");
        bytes.push(b'\n');
        let written = self
            .file
            .write_all(&bytes)
            .and_then(|()| self.file.sync_data());
        if let Err(cause) = written {
            // The next line must not follow half of this one.
            let _ = self.file.set_len(self.written_bytes);
            let _ = self.file.seek(SeekFrom::Start(self.written_bytes));
            return Err(ResultsError::io(&self.path, "written", cause));
        }
        self.written_bytes += bytes.len() as u64;
        Ok(())
    }
}
