//! The last bytes of a ZIP archive, which say how large its directory is (APPNOTE.TXT 6.3, section 4.3.16). A bundle has no comment
//! behind them and is no archive of the large kind, so that there is one way to read them.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use super::fault::BundleFault;
use super::limits::{MAX_DIRECTORY_BYTES, MAX_ENTRIES};

/// What the end of an archive says.
pub(super) struct ArchiveEnd {
    bytes: [u8; LENGTH],
    /// Where it begins.
    at: u64,
}

impl ArchiveEnd {
    /// The last bytes of the file.
    pub(super) fn read(file: &mut File) -> Result<Self, BundleFault> {
        let mut bytes = [0; LENGTH];
        let at = last_bytes(file, &mut bytes)
            .map_err(|_| BundleFault::Damaged("it has no end".to_owned()))?;
        Ok(Self { bytes, at })
    }

    /// How many entries the directory has, after it was found where it has to be.
    pub(super) fn entries(&self) -> Result<usize, BundleFault> {
        let damaged = |what: &str| Err(BundleFault::Damaged(what.to_owned()));
        if self.bytes[..4] != SIGNATURE || self.u16(20) != 0 {
            return damaged("its last bytes are not those of a ZIP file");
        }
        let (disk, first_disk, here, entries) =
            (self.u16(4), self.u16(6), self.u16(8), self.u16(10));
        if usize::from(entries) > MAX_ENTRIES {
            return Err(BundleFault::Entries {
                entries: entries.into(),
                limit: MAX_ENTRIES,
            });
        }
        let (size, start) = (u64::from(self.u32(12)), u64::from(self.u32(16)));
        if size > MAX_DIRECTORY_BYTES {
            return damaged("its directory is larger than that of any bundle");
        }
        let whole = (disk, first_disk) == (0, 0) && here == entries && start + size == self.at;
        if !whole {
            return damaged("its directory is not where its end says");
        }
        Ok(entries.into())
    }

    fn u16(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]])
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from(self.u16(at)) | (u32::from(self.u16(at + 2)) << 16)
    }
}

fn last_bytes(file: &mut File, bytes: &mut [u8; LENGTH]) -> io::Result<u64> {
    let at = file.seek(SeekFrom::End(-(LENGTH as i64)))?;
    file.read_exact(bytes)?;
    file.rewind()?;
    Ok(at)
}

const LENGTH: usize = 22;
const SIGNATURE: [u8; 4] = *b"PK\x05\x06";
