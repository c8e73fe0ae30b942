//! What to do, where there is something to do.

use crate::results::CheckVerdict;

/// The text for a warning or a refusal, and nothing otherwise.
pub(super) fn remedy(verdict: CheckVerdict, text: &str) -> &str {
    match verdict {
        CheckVerdict::Ok | CheckVerdict::Unknown => "",
        CheckVerdict::Warn | CheckVerdict::Invalid => text,
    }
}
