//! The vantage points that should have a run, by a file that lists them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::anyhow;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::text_file;
use crate::report::{count, printable};

/// The vantage points that should have a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expected(BTreeSet<String>);

/// Which vantage points have a run and which have none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Presence {
    /// Listed, without a run.
    pub(super) missing: Vec<String>,
    /// With a run, not listed.
    unlisted: Vec<String>,
}

impl Expected {
    /// One name on a line; empty lines and those that begin with `#` do not count.
    pub(super) fn read(path: &Path) -> Result<Self, CommandError> {
        let text = text_file::read(path).or_exit(Exit::Usage)?;
        let mut names = BTreeSet::new();
        for (line, name) in (1..).zip(text.lines().map(str::trim)) {
            if name.is_empty() || name.starts_with('#') {
                continue;
            }
            if !names.insert(name.to_owned()) {
                let error = anyhow!(
                    "--expect: {}: line {line} names {:?} again",
                    path.display(),
                    printable(name)
                );
                return Err(CommandError::new(Exit::Usage, error));
            }
        }
        if names.is_empty() {
            let error = anyhow!("--expect: {} names no vantage point", path.display());
            return Err(CommandError::new(Exit::Usage, error));
        }
        Ok(Self(names))
    }

    /// Which of them have a run, and which runs are of others.
    pub(super) fn against<'a>(&self, present: impl Iterator<Item = &'a String>) -> Presence {
        let present: BTreeSet<String> = present.cloned().collect();
        Presence {
            missing: self.0.difference(&present).cloned().collect(),
            unlisted: present.difference(&self.0).cloned().collect(),
        }
    }
}

impl Presence {
    /// What to say of those that are missing and of those that nobody expected.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |names: &[String], what: &str| {
            (!names.is_empty()).then(|| {
                format!(
                    "{} of --expect {what}: {}",
                    count(names.len() as u64),
                    some(names)
                )
            })
        };
        let missing = line(&self.missing, "without a run");
        let unlisted = (!self.unlisted.is_empty()).then(|| {
            format!(
                "not listed by --expect, with a run: {}",
                some(&self.unlisted)
            )
        });
        missing.into_iter().chain(unlisted).collect()
    }
}

fn some(names: &[String]) -> String {
    let shown = &names[..names.len().min(MOST_NAMES)];
    let rest = names.len() - shown.len();
    let more = if rest > 0 {
        format!(" and {} more", count(rest as u64))
    } else {
        String::new()
    };
    printable(&format!("{}{more}", shown.join(", ")))
}

const MOST_NAMES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Expected, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        Expected::read(file.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn missing_names_and_unlisted_ones_are_named() {
        let expected = read("# places\nfrankfurt\n\n  oregon \r\ntokyo\n").expect("read");
        let present = ["frankfurt", "laptop"].map(str::to_owned);
        let presence = expected.against(present.iter());
        assert_eq!(
            presence.lines(),
            [
                "2 of --expect without a run: oregon, tokyo",
                "not listed by --expect, with a run: laptop"
            ]
        );
        let all = ["frankfurt", "oregon", "tokyo"].map(str::to_owned);
        assert!(expected.against(all.iter()).lines().is_empty());
    }

    #[test]
    fn a_file_without_names_or_with_one_twice_is_refused() {
        for (text, words) in [
            ("# nothing\n", "names no vantage point"),
            ("a\nb\na\n", "line 3 names \"a\" again"),
        ] {
            let error = read(text).expect_err("refused");
            assert!(error.contains(words), "{error}");
        }
    }
}
