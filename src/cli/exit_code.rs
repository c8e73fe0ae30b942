//! The exit codes: one number for each kind of end, the same in every command. What must not be used comes before what is bad,
//! and that before what is open.

use std::process::{ExitCode, Termination};

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Success = 0,
    /// A gate is violated, a target of the candidate is slower, or `doctor` found something in which a run would fail.
    GateFailed = 1,
    /// The command line, a file or the plan is wrong; nothing was sent.
    Usage = 2,
    /// The measurement is invalid, a target has no data or no p50, or an item of the self-test failed.
    Invalid = 3,
    /// No usable credentials.
    Credentials = 4,
    /// No endpoint gave data, at each one all or most of the calls failed, or the simulated fleet ended before the run did.
    NoData = 5,
    /// The report could not be written.
    NotWritten = 6,
    /// A gate is neither proven nor violated, or a comparison decides nothing: more answers are needed.
    Inconclusive = 7,
    /// Something that should not happen did.
    Unexpected = 70,
    /// Cut short by Ctrl-C; what was measured is saved.
    Interrupted = 130,
    /// Cut short by SIGTERM or SIGHUP; what was measured is saved.
    Terminated = 143,
}

/// Every exit code with its name and its meaning, as `--help`, the manual page and the reference show them.
pub(crate) const TABLE: [(Exit, &str, &str); 11] = [
    (Exit::Success, "success", "done"),
    (
        Exit::GateFailed,
        "gate-failed",
        "gate violated, candidate slower, doctor found a failure",
    ),
    (Exit::Usage, "usage", "usage, nothing sent"),
    (
        Exit::Invalid,
        "invalid",
        "measurement invalid, a target without data or p50, self-test failed",
    ),
    (Exit::Credentials, "credentials", "credentials"),
    (
        Exit::NoData,
        "no-data",
        "no endpoint gave data, simulated fleet ended",
    ),
    (Exit::NotWritten, "not-written", "report not written"),
    (
        Exit::Inconclusive,
        "inconclusive",
        "gate or comparison inconclusive",
    ),
    (Exit::Unexpected, "unexpected", "internal error"),
    (
        Exit::Interrupted,
        "interrupted",
        "interrupted, partial report saved",
    ),
    (
        Exit::Terminated,
        "terminated",
        "interrupted, partial report saved",
    ),
];

/// The table on one line, for `--help` and the manual page. Codes of one meaning share an entry.
pub(crate) fn help() -> String {
    let entries: Vec<String> = TABLE
        .chunk_by(|(.., left), (.., right)| left == right)
        .map(|same| {
            let codes: Vec<String> = same
                .iter()
                .map(|(exit, ..)| (*exit as u8).to_string())
                .collect();
            format!("{} {}", codes.join("/"), same[0].2)
        })
        .collect();
    format!("Exit codes: {}", entries.join(" · "))
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// The one that a caller has to know of several.
pub(crate) fn gravest(exits: impl IntoIterator<Item = Exit>) -> Exit {
    const ORDER: [Exit; 5] = [
        Exit::Credentials,
        Exit::NoData,
        Exit::Invalid,
        Exit::GateFailed,
        Exit::Inconclusive,
    ];
    let place = |exit: &Exit| {
        ORDER
            .iter()
            .position(|other| other == exit)
            .unwrap_or(ORDER.len())
    };
    exits.into_iter().min_by_key(place).unwrap_or(Exit::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_lists_every_exit_code_once() {
        assert_eq!(
            help(),
            "Exit codes: 0 done · 1 gate violated, candidate slower, doctor found a failure · 2 usage, nothing sent · \
             3 measurement invalid, a target without data or p50, self-test failed · 4 credentials · \
             5 no endpoint gave data, simulated fleet ended · 6 report not written · 7 gate or comparison inconclusive · \
             70 internal error · 130/143 interrupted, partial report saved"
        );
        let codes: Vec<u8> = TABLE.iter().map(|(exit, ..)| *exit as u8).collect();
        assert!(codes.is_sorted_by(|left, right| left < right), "{codes:?}");
    }

    #[test]
    fn the_reference_has_every_exit_code_with_its_name_and_meaning() {
        let page = include_str!("../../docs/reference/exit-codes.md");
        let rows: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| code"))
            .collect();
        assert_eq!(rows.len(), TABLE.len());
        for ((exit, name, meaning), row) in TABLE.iter().zip(rows) {
            let begins = format!("| {} | {name} | {meaning} | ", *exit as u8);
            assert!(row.starts_with(&begins), "{row}: {begins}");
        }
    }

    #[test]
    fn the_gravest_exit_code_of_several_wins() {
        let codes = [
            Exit::Inconclusive,
            Exit::GateFailed,
            Exit::Invalid,
            Exit::NoData,
            Exit::Credentials,
        ];
        for (at, grave) in codes.into_iter().enumerate() {
            assert_eq!(gravest(codes[..=at].iter().copied()), grave);
        }
        assert_eq!(gravest([Exit::Success, Exit::Success]), Exit::Success);
        assert_eq!(gravest([]), Exit::Success);
    }
}
