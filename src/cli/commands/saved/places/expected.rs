//! The vantage points that should have a run, by a file that lists them.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::text_file;
use crate::place::{MOST_CHARACTERS, is_vantage_name};

use super::runs::Places;
use crate::report::{count, plural, printable};
use crate::results::{FoundRun, moment};

/// The vantage points that should have a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expected(BTreeSet<String>);

/// Which vantage points have a run, which have none, and which have one that is not to be trusted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Presence {
    /// Listed, without a run.
    missing: Vec<String>,
    /// Listed, with runs of which none is shown: they cannot be read, or have other calls.
    left_out: Vec<String>,
    /// With two runs at the same time: two tasks that bear one name.
    doubled: Vec<String>,
    /// Measured on the machine of another listed vantage point.
    moved: Vec<String>,
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
            if !is_vantage_name(name) || printable(name) != name {
                let error = anyhow!(
                    "--expect: {}: line {line}: {:?}, as it can be shown, is no vantage; allowed: 1 to {MOST_CHARACTERS} visible characters",
                    path.display(),
                    printable(name)
                );
                return Err(CommandError::usage(error));
            }
            if !names.insert(name.to_owned()) {
                let error = anyhow!(
                    "--expect: {}: line {line} names {:?} again",
                    path.display(),
                    printable(name)
                );
                return Err(CommandError::usage(error));
            }
        }
        if names.is_empty() {
            let error = anyhow!("--expect: {} names no vantage point", path.display());
            return Err(CommandError::usage(error));
        }
        Ok(Self(names))
    }

    /// Which of them have a run among `all`, which of those are `shown`, and which runs are of others.
    pub(super) fn against(&self, all: &Places, shown: &Places) -> Presence {
        let present: BTreeSet<String> = all.keys().cloned().collect();
        let latest = shown
            .iter()
            .filter_map(|(name, runs)| Some((name, runs.last()?)));
        let listed = self.0.intersection(&present);
        Presence {
            missing: self.0.difference(&present).cloned().collect(),
            left_out: listed
                .filter(|name| !shown.contains_key(*name))
                .cloned()
                .collect(),
            doubled: all
                .iter()
                .filter(|(_, runs)| latest_overlap(runs))
                .map(|(name, _)| name.clone())
                .collect(),
            moved: latest
                .filter_map(|(name, run)| Some(format!("{name} on {}", self.elsewhere(run)?)))
                .collect(),
            unlisted: present.difference(&self.0).cloned().collect(),
        }
    }

    /// The other listed vantage point on whose machine the run was measured: a node, zone, Region or host bears its name,
    /// and none bears the run's own.
    fn elsewhere<'a>(&self, run: &'a FoundRun) -> Option<&'a str> {
        let mut values = run.observed.iter().map(|fact| fact.value.as_str());
        if values.clone().any(|value| value == run.vantage) {
            return None;
        }
        values.find(|value| self.0.contains(*value))
    }
}

/// Whether the latest run was measured at the same time as another.
fn latest_overlap(runs: &[FoundRun]) -> bool {
    let [earlier @ .., latest] = runs else {
        return false;
    };
    let Some(began) = moment(&latest.started_at) else {
        return false;
    };
    let lasts_until = |run: &FoundRun| {
        let elapsed = time::Duration::try_from(Duration::from_nanos(run.elapsed_ns)).ok()?;
        moment(&run.started_at)?.checked_add(elapsed)
    };
    let mut ends = earlier.iter().map(lasts_until);
    ends.any(|end| end.is_some_and(|end| began < end))
}

impl Presence {
    /// Whether every listed vantage point has a run that counts.
    pub(super) fn is_complete(&self) -> bool {
        let wrong = [&self.missing, &self.left_out, &self.doubled, &self.moved];
        wrong.iter().all(|names| names.is_empty())
    }

    /// What to say of those that are missing and of those that nobody expected.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |names: &[String], what: &str| {
            let number = names.len() as u64;
            (number > 0).then(|| format!("{} {what}: {}", plural(number, "place"), some(names)))
        };
        let wrong = [
            line(&self.missing, "of --expect without a run"),
            line(&self.left_out, "of --expect whose run is not shown"),
            line(&self.doubled, "with two runs at the same time"),
            line(&self.moved, "measured on another one's machine"),
        ];
        let unlisted = (!self.unlisted.is_empty()).then(|| {
            format!(
                "not listed by --expect, with a run: {}",
                some(&self.unlisted)
            )
        });
        wrong.into_iter().flatten().chain(unlisted).collect()
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
    use crate::place::{PlaceFact, PlaceKind};

    fn read(text: &str) -> Result<Expected, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        Expected::read(file.path()).map_err(|error| error.to_string())
    }

    /// Where every place that has a run is shown.
    fn against(expected: &Expected, places: &Places) -> Presence {
        expected.against(places, places)
    }

    #[test]
    fn a_place_whose_run_is_not_shown_is_as_good_as_missing() {
        let expected = read("frankfurt\ntokyo\n").expect("read");
        let all = places([run("frankfurt", 0), run("tokyo", 0)]);
        let presence = expected.against(&all, &places([run("frankfurt", 0)]));
        assert_eq!(
            presence.lines(),
            ["1 place of --expect whose run is not shown: tokyo"]
        );
        assert!(!presence.is_complete());
    }

    #[test]
    fn a_long_run_that_the_latest_one_began_within_is_doubled_whatever_is_between() {
        let expected = read("tokyo\n").expect("read");
        let long = FoundRun {
            elapsed_ns: 3_600_000_000_000,
            ..run("tokyo", 0)
        };
        let presence = against(
            &expected,
            &places([long, run("tokyo", 15), run("tokyo", 40)]),
        );
        assert_eq!(
            presence.lines(),
            ["1 place with two runs at the same time: tokyo"]
        );
        let endless = FoundRun {
            elapsed_ns: u64::MAX,
            ..run("tokyo", 0)
        };
        let presence = against(&expected, &places([endless, run("tokyo", 40)]));
        assert!(!presence.is_complete());
    }

    #[test]
    fn missing_names_and_unlisted_ones_are_named() {
        let expected = read("# places\nfrankfurt\n\n  oregon \r\ntokyo\n").expect("read");
        let presence = against(&expected, &places([run("frankfurt", 0), run("laptop", 0)]));
        assert!(!presence.is_complete());
        assert_eq!(
            presence.lines(),
            [
                "2 places of --expect without a run: oregon, tokyo",
                "not listed by --expect, with a run: laptop"
            ]
        );
        let all = places(["frankfurt", "oregon", "tokyo"].map(|name| run(name, 0)));
        let presence = against(&expected, &all);
        assert!(presence.is_complete() && presence.lines().is_empty());
    }

    #[test]
    fn two_tasks_of_one_name_at_the_same_time_are_doubled_and_one_after_the_other_is_not() {
        let expected = read("frankfurt\n").expect("read");
        let presence = against(
            &expected,
            &places([run("frankfurt", 0), run("frankfurt", 5)]),
        );
        assert_eq!(
            presence.lines(),
            ["1 place with two runs at the same time: frankfurt"]
        );
        assert!(!presence.is_complete());
        let presence = against(
            &expected,
            &places([run("frankfurt", 0), run("frankfurt", 20)]),
        );
        assert!(presence.is_complete(), "{presence:?}");
    }

    #[test]
    fn a_task_that_ran_on_the_node_of_another_is_moved() {
        let expected = read("eu-central-1\nap-south-1\n").expect("read");
        let on = |vantage: &str, node: &str| {
            let fact = PlaceFact {
                kind: PlaceKind::Node,
                value: node.to_owned(),
                source: "SLURMD_NODENAME".to_owned(),
            };
            FoundRun {
                observed: vec![fact],
                ..run(vantage, 0)
            }
        };
        let south = || on("ap-south-1", "ap-south-1");
        let moved = against(
            &expected,
            &places([on("eu-central-1", "ap-south-1"), south()]),
        );
        assert_eq!(
            moved.lines(),
            ["1 place measured on another one's machine: eu-central-1 on ap-south-1"]
        );
        for node in ["eu-central-1", "node-17"] {
            let presence = against(&expected, &places([on("eu-central-1", node), south()]));
            assert!(presence.is_complete(), "{presence:?}");
        }
    }

    /// A run of ten seconds that began so many seconds after noon.
    fn run(vantage: &str, second: u32) -> FoundRun {
        FoundRun {
            path: "run.json".into(),
            run_id: format!("20261129-1200{second:02}-0badcafe"),
            started_at: format!("2026-11-29T12:00:{second:02}Z"),
            vantage: vantage.to_owned(),
            observed: Vec::new(),
            elapsed_ns: 10_000_000_000,
        }
    }

    fn places<const N: usize>(runs: [FoundRun; N]) -> Places {
        let mut places = Places::new();
        for run in runs {
            places.entry(run.vantage.clone()).or_default().push(run);
        }
        places
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
