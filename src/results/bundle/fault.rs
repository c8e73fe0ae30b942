//! What can be wrong with a bundle.

use thiserror::Error;

/// What is wrong with an archive. Names of a stranger are shown quoted and cut.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BundleFault {
    /// No ZIP archive.
    #[error("it is not a ZIP file")]
    NotZip,
    /// Its directory, which stands at the end, is missing or spoilt.
    #[error("it is cut off or damaged: {0}")]
    Damaged(String),
    /// More entries than a bundle has.
    #[error("it has {entries} entries; a bundle has at most {limit}")]
    Entries {
        /// How many.
        entries: usize,
        /// The limit.
        limit: usize,
    },
    /// A name that leads elsewhere or is written in several ways.
    #[error("it has an entry {0:?}, which cannot be in a bundle")]
    Name(String),
    /// Two entries of one name.
    #[error("it has two entries of one name")]
    Twice,
    /// Entries that share bytes, or whose heads contradict the directory.
    #[error("its entries contradict each other: {0}")]
    Inconsistent(String),
    /// A link or a directory.
    #[error("{0:?} in it is no file")]
    NoFile(String),
    /// Needs a password.
    #[error("{0:?} in it is encrypted; a bundle is not")]
    Encrypted(String),
    /// Packed in another way than ZIP's usual one.
    #[error("{0:?} in it is packed in a way that no bundle uses; allowed: stored, deflated")]
    Method(String),
    /// Larger than such a file can be.
    #[error("{name:?} in it is larger than {limit_bytes} bytes, the most that is read")]
    Size {
        /// The file.
        name: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// Packed as only a file of one repeated byte can be.
    #[error(
        "{name:?} in it becomes more than {limit} times as large when it is unpacked; no file of a bundle does"
    )]
    Ratio {
        /// The file.
        name: String,
        /// The limit.
        limit: u64,
    },
    /// A file that has to be there.
    #[error("it has no {0}")]
    Missing(String),
    /// A file that is not a manifest.
    #[error("its manifest.json is not that of a bundle: {0}")]
    Manifest(String),
    /// A file that the manifest does not list.
    #[error("{0:?} in it is not in its manifest")]
    Unlisted(String),
    /// A file that is not what the manifest lists.
    #[error("{0:?} in it is not the file that its manifest lists; it was damaged or changed")]
    Changed(String),
}

impl BundleFault {
    /// A name that is shown: quoted by its message, and no longer than a line.
    pub(super) fn shown(name: &str) -> String {
        name.chars().take(MOST_SHOWN).collect()
    }
}

const MOST_SHOWN: usize = 60;
