//! The vantage points that should have a run, by a file that lists them.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::anyhow;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::text_file;

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
    pub(super) fn against(&self, places: &Places) -> Presence {
        let present: BTreeSet<String> = places.keys().cloned().collect();
        let latest = places
            .iter()
            .filter_map(|(name, runs)| Some((name, runs.last()?)));
        Presence {
            missing: self.0.difference(&present).cloned().collect(),
            doubled: places
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

/// Whether the latest two runs were measured at the same time.
fn latest_overlap(runs: &[FoundRun]) -> bool {
    let [.., earlier, later] = runs else {
        return false;
    };
    let (Some(began), Some(next)) = (moment(&earlier.started_at), moment(&later.started_at)) else {
        return false;
    };
    next < began + Duration::from_nanos(earlier.elapsed_ns)
}

impl Presence {
    /// Whether every listed vantage point has a run that counts.
    pub(super) fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.doubled.is_empty() && self.moved.is_empty()
    }

    /// What to say of those that are missing and of those that nobody expected.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |names: &[String], what: &str| {
            let number = names.len() as u64;
            (number > 0).then(|| format!("{} {what}: {}", plural(number, "place"), some(names)))
        };
        let wrong = [
            line(&self.missing, "of --expect without a run"),
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

    #[test]
    fn missing_names_and_unlisted_ones_are_named() {
        let expected = read("# places\nfrankfurt\n\n  oregon \r\ntokyo\n").expect("read");
        let presence = expected.against(&places([run("frankfurt", 0), run("laptop", 0)]));
        assert!(!presence.is_complete());
        assert_eq!(
            presence.lines(),
            [
                "2 places of --expect without a run: oregon, tokyo",
                "not listed by --expect, with a run: laptop"
            ]
        );
        let all = places(["frankfurt", "oregon", "tokyo"].map(|name| run(name, 0)));
        let presence = expected.against(&all);
        assert!(presence.is_complete() && presence.lines().is_empty());
    }

    #[test]
    fn two_tasks_of_one_name_at_the_same_time_are_doubled_and_one_after_the_other_is_not() {
        let expected = read("frankfurt\n").expect("read");
        let presence = expected.against(&places([run("frankfurt", 0), run("frankfurt", 5)]));
        assert_eq!(
            presence.lines(),
            ["1 place with two runs at the same time: frankfurt"]
        );
        assert!(!presence.is_complete());
        let presence = expected.against(&places([run("frankfurt", 0), run("frankfurt", 20)]));
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
        let moved = expected.against(&places([on("eu-central-1", "ap-south-1"), south()]));
        assert_eq!(
            moved.lines(),
            ["1 place measured on another one's machine: eu-central-1 on ap-south-1"]
        );
        for node in ["eu-central-1", "node-17"] {
            let presence = expected.against(&places([on("eu-central-1", node), south()]));
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
            histograms_sha256: None,
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
