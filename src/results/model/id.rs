//! Names of runs: when, and a number that no other run of that second has.

use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

use time::OffsetDateTime;
use time::macros::format_description;

/// A new run's id: `yyyymmdd-hhmmss-` in UTC and eight hexadecimal digits.
///
/// The digits come from the operating system's randomness and not from the plan's seed: two places that measure the same
/// plan at the same second must not share an id, or merging them would take them for one run.
pub fn run_id(started: SystemTime) -> String {
    // A hasher's random keys are the standard library's one door to the system's randomness.
    let random = RandomState::new().hash_one((started, std::process::id()));
    format_id(started, random)
}

fn format_id(started: SystemTime, random: u64) -> String {
    let form = format_description!("[year][month][day]-[hour][minute][second]");
    let moment = OffsetDateTime::from(started)
        .format(form)
        .expect("a number for each component of the form");
    format!("{moment}-{:08x}", random & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_id_is_the_second_in_utc_and_eight_digits() {
        let started = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
        assert_eq!(
            format_id(started, 0xdead_beef_0000_002a),
            "20261118-110640-0000002a"
        );
    }

    #[test]
    fn rule_20_an_id_can_name_a_file() {
        let id = run_id(SystemTime::UNIX_EPOCH);
        assert!(
            id.len() == 24
                && id
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase() || b == b'-'),
            "{id}"
        );
    }

    #[test]
    fn two_runs_of_one_second_have_two_ids() {
        assert_ne!(
            run_id(SystemTime::UNIX_EPOCH),
            run_id(SystemTime::UNIX_EPOCH)
        );
    }
}
