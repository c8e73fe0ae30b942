//! What happened during a run and matters to readers of its numbers.

use serde::{Deserialize, Serialize};

/// Something that a reader of the numbers should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// When, ns since the epoch; 0 before the first request.
    pub at_ns: u64,
    /// One sentence, safe to show.
    pub text: String,
}
