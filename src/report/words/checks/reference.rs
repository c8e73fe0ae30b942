//! Where the reference describes a check.

use crate::judge::{Check, CheckVerdict};

/// The section about a check that warns or refuses, below the repository's root: `docs/reference/checks.md#stalls`. `None`
/// where there is nothing to look up.
pub(crate) fn reference(check: &Check) -> Option<String> {
    match check.verdict {
        CheckVerdict::Ok | CheckVerdict::Unknown => None,
        CheckVerdict::Warn | CheckVerdict::Invalid => {
            Some(format!("docs/reference/checks.md#{}", check.name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_refusals_lead_to_their_section() {
        let of = |verdict| reference(&Check::new("stalls", verdict, String::new()));
        let section = Some("docs/reference/checks.md#stalls".to_owned());
        assert_eq!(of(CheckVerdict::Warn), section);
        assert_eq!(of(CheckVerdict::Invalid), section);
        assert_eq!(of(CheckVerdict::Ok), None);
        assert_eq!(of(CheckVerdict::Unknown), None);
    }
}
