//! The names of objects: `v1/runs/dt=YYYY-MM-DD/vantage=NAME/run=ID/FILE`, as Athena and DuckDB read partitions.

use std::fmt;

use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use crate::place::is_vantage_name;
use crate::results::{FoundRun, Run, is_run_id, moment, sha256};

/// What the names of all runs begin with.
pub(super) const RUNS: &str = "v1/runs/";

/// Which run it is, by the name of its directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunKey {
    /// The day in UTC that its id names, or on which it began where the id names none. A run has one directory, whatever its
    /// file says of its beginning.
    pub(super) date: Date,
    /// The vantage as it stands in names.
    pub(super) vantage: String,
    /// The run's id.
    pub(super) run_id: String,
}

impl RunKey {
    /// Of a run, or why it has no place in a store.
    pub(super) fn of(run: &Run) -> Result<Self, &'static str> {
        let started = moment(&run.header.started_at).ok_or("it has no date")?;
        let vantage = &run.header.vantage.name;
        if !is_vantage_name(vantage) {
            return Err("its vantage has no name that a store can hold");
        }
        let run_id = run.header.run_id.clone();
        let of_id = moment_of_id(&run_id).map(PrimitiveDateTime::date);
        Ok(Self {
            date: of_id.unwrap_or_else(|| started.to_offset(time::UtcOffset::UTC).date()),
            vantage: partition_value(vantage),
            run_id,
        })
    }

    /// Whether the directory lies under the day that the run's id names.
    pub(super) fn is_of_its_day(&self) -> bool {
        moment_of_id(&self.run_id).is_none_or(|moment| moment.date() == self.date)
    }

    /// Whether both are directories of one run.
    pub(super) fn is_same_run(&self, other: &Self) -> bool {
        self.run_id == other.run_id && self.vantage == other.vantage
    }

    /// The run's id.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// The vantage's name as partitions spell it; runs of one vantage have the same.
    pub fn partition(&self) -> &str {
        &self.vantage
    }

    /// Whether a file's run is the one of this name.
    pub fn is_of(&self, run: &FoundRun) -> bool {
        run.run_id == self.run_id && partition_value(&run.vantage) == self.vantage
    }

    /// When the run began, as exactly as its id says it.
    pub fn moment(&self) -> OffsetDateTime {
        moment_of_id(&self.run_id)
            .filter(|moment| moment.date() == self.date)
            .unwrap_or_else(|| self.date.midnight())
            .assume_utc()
    }

    /// Of the name of a run's directory below [`RUNS`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim_end_matches('/').split('/');
        let date = parts.next()?.strip_prefix("dt=")?;
        let vantage = parts.next()?.strip_prefix("vantage=")?;
        let run_id = parts.next()?.strip_prefix("run=")?;
        let date = Date::parse(date, DATE).ok()?;
        let is_whole = parts.next().is_none() && is_run_id(run_id) && is_partition_value(vantage);
        is_whole.then(|| Self {
            date,
            vantage: vantage.to_owned(),
            run_id: run_id.to_owned(),
        })
    }

    /// The name of one of the run's objects.
    pub(super) fn object(&self, file: &str) -> String {
        format!("{RUNS}{self}/{file}")
    }
}

impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            date,
            vantage,
            run_id,
        } = self;
        write!(f, "dt={}/vantage={vantage}/run={run_id}", dated(*date))
    }
}

/// The moment that a run's id begins with.
fn moment_of_id(run_id: &str) -> Option<PrimitiveDateTime> {
    let form = format_description!("[year][month][day]-[hour][minute][second]");
    PrimitiveDateTime::parse(run_id.get(..15)?, form).ok()
}

/// A day as it stands in names.
pub(super) fn dated(date: Date) -> String {
    date.format(DATE).expect("every date has these parts")
}

/// The name of a vantage as a partition's value: everything but letters, digits, `.`, `_` and `-` as `%` and two hexadecimal
/// digits, which Hive, Athena and DuckDB read back. A long one is cut and ends in a digest behind `~`.
pub(super) fn partition_value(vantage: &str) -> String {
    let mut value = String::new();
    for byte in vantage.bytes() {
        if is_plain(byte) {
            value.push(char::from(byte));
        } else {
            value.push_str(&format!("%{byte:02X}"));
        }
    }
    if value.len() <= MOST_BYTES {
        return value;
    }
    let mut kept = MOST_BYTES - 17;
    // Not within a letter that takes three.
    if let Some(percent) = value[..kept].rfind('%').filter(|at| kept - at < 3) {
        kept = percent;
    }
    format!("{}~{}", &value[..kept], &sha256(vantage.as_bytes())[..16])
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// Whether [`partition_value`] gives `text` for any vantage.
fn is_partition_value(text: &str) -> bool {
    if let Some((start, digest)) = text.split_once('~') {
        let is_digest = digest.len() == 16 && digest.bytes().all(|b| b.is_ascii_hexdigit());
        return is_digest
            && text.len() <= MOST_BYTES
            && start.bytes().all(|b| is_plain(b) || b == b'%');
    }
    decoded(text).is_some_and(|name| is_vantage_name(&name) && partition_value(&name) == text)
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

/// File systems take names of 255 bytes, and `vantage=` is part of it.
const MOST_BYTES: usize = 200;
const DATE: &[time::format_description::BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_vantage_has_a_directory_of_its_own_that_leads_nowhere_else(
            one in "[^\\p{Cc}]{1,64}", other in "[^\\p{Cc}]{1,64}"
        ) {
            prop_assume!(is_vantage_name(&one) && is_vantage_name(&other));
            let value = partition_value(&one);
            prop_assert!(value.len() <= MOST_BYTES && is_partition_value(&value), "{}", value);
            prop_assert!(!value.contains(['/', '\\', '=', ' ']));
            prop_assert_eq!(value == partition_value(&other), one == other);
            let key = RunKey {
                date: time::macros::date!(2026 - 11 - 29),
                vantage: value,
                run_id: "20261129-060000-0badcafe".to_owned(),
            };
            prop_assert_eq!(RunKey::parse(&key.to_string()), Some(key));
        }
    }

    #[test]
    fn names_of_others_are_no_runs() {
        let good = "dt=2026-11-29/vantage=eu-central-1/run=20261129-060000-0badcafe";
        assert!(RunKey::parse(good).is_some());
        for other in [
            "",
            "dt=2026-11-29",
            "dt=2026-13-29/vantage=a/run=20261129-060000-0badcafe",
            "dt=2026-11-29/vantage=../run=20261129-060000-0badcafe/x",
            "dt=2026-11-29/vantage=a%2/run=20261129-060000-0badcafe",
            "dt=2026-11-29/vantage=a%2f/run=20261129-060000-0badcafe",
            "dt=2026-11-29/vantage=%61/run=20261129-060000-0badcafe",
            "dt=2026-11-29/vantage=%00/run=20261129-060000-0badcafe",
            "dt=2026-11-29/vantage=/run=20261129-060000-0badcafe",
            "dt=2026-11-29/vantage=a/run=..",
            "dt=2026-11-29/vantage=a/run=",
            "vantage=a/dt=2026-11-29/run=20261129-060000-0badcafe",
        ] {
            assert_eq!(RunKey::parse(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_name_that_would_leave_the_store_stays_in_it() {
        assert_eq!(partition_value("../x"), "..%2Fx");
        assert_eq!(
            partition_value("anna/app runner 1"),
            "anna%2Fapp%20runner%201"
        );
        assert_eq!(partition_value("eu-central-1"), "eu-central-1");
    }
}
