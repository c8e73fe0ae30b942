//! The last step before a run is written.

use crate::judge::{self, Summary};
use crate::report::words::checks::write_texts;
use crate::results::Run;

/// Judges a run that is complete, and keeps in it what was found, with the sentences for readers without this program.
pub(crate) fn judged(run: &mut Run) -> Summary {
    let summary = judge::judge(run);
    write_texts(run);
    summary
}
