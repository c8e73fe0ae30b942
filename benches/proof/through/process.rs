//! The program as a process, and what it says in its format for programs.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

use super::encoder::Invented;

/// An executable that judges.
#[derive(Debug, Clone)]
pub struct Program(pub PathBuf);

/// The one of this build.
pub static PROGRAM: LazyLock<Program> =
    LazyLock::new(|| Program(env!("CARGO_BIN_EXE_stsbench").into()));

/// How a number of further rounds is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// So many decide.
    About,
    /// So many may not.
    AtLeast,
}

/// What a process said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    /// What it printed as JSON; null where it printed none.
    pub json: Value,
    pub errors: String,
}

impl Program {
    /// `report` of one invented run.
    pub fn report(&self, run: &Invented, arguments: &[&str]) -> Said {
        let scratch = tempfile::tempdir().expect("a directory");
        let file = run.write(scratch.path()).expect("written");
        self.report_file(&file, arguments)
    }

    /// `report` of a file.
    pub fn report_file(&self, file: &Path, arguments: &[&str]) -> Said {
        let said = self.run(|command| {
            command.arg("report").arg(file);
            command.args(["--format", "json"]).args(arguments);
        });
        said.expect("the program can be started")
    }

    /// How sure it is, to people, of the number of further rounds that would decide the comparison of two endpoints.
    pub fn says_more_rounds(&self, run: &Invented) -> Wanted {
        let scratch = tempfile::tempdir().expect("a directory");
        let file = run.write(scratch.path()).expect("written");
        let mut command = Command::new(&self.0);
        command.env_clear().stdin(Stdio::null());
        let output = command.arg("report").arg(file).output();
        let output = output.expect("the program can be started");
        let text = String::from_utf8_lossy(&output.stdout);
        // A sentence can be in several lines.
        let text: Vec<&str> = text.split_whitespace().collect();
        let text = text.join(" ");
        let said = text.split(" more round").next().unwrap_or_default();
        let mut words = said.split_whitespace().rev().skip(1);
        match words.next().map(str::to_lowercase).as_deref() {
            Some("about") => Wanted::About,
            Some("least" | "than") => Wanted::AtLeast,
            _ => panic!("no number of rounds is named in {text}"),
        }
    }

    /// Runs it in an environment of its own.
    pub fn run(&self, with: impl FnOnce(&mut Command)) -> io::Result<Said> {
        let mut command = Command::new(&self.0);
        command.env_clear().stdin(Stdio::null());
        with(&mut command);
        let output = command.output()?;
        Ok(Said {
            code: output.status.code().unwrap_or(-1),
            json: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// A number with its interval.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    fn read(ends: &Value) -> Option<Self> {
        let (low, high) = (ends["low"].as_f64()?, ends["high"].as_f64());
        let high = high.unwrap_or(f64::INFINITY);
        Some(Self { low, high })
    }

    pub fn holds(self, truth: f64) -> bool {
        (self.low..=self.high).contains(&truth)
    }
}

/// What a report says of one percentile of an endpoint beside that of the global one.
#[derive(Debug, Clone)]
pub struct Compared {
    /// `p50`, `p90`, …
    pub percentile: String,
    /// How many times as long the global endpoint takes.
    pub ratio: Option<Interval>,
    /// What the global endpoint takes longer, ns.
    pub difference: Option<Interval>,
    /// In the program's words.
    pub word: String,
}

impl Said {
    /// Fails unless it judged, whatever it found.
    #[track_caller]
    pub fn judged(self) -> Self {
        assert!(self.json.is_object(), "exit {}: {}", self.code, self.errors);
        self
    }

    /// Whether the headline calls an endpoint faster than the global one, be it by ever so little.
    pub fn headline_names_a_faster_one(&self) -> bool {
        let headline = self.json["title"].as_str().unwrap_or_default();
        // What is not told apart is "faster or slower than".
        headline.contains("faster than")
    }

    /// Every comparison with the global endpoint.
    pub fn comparisons(&self) -> Vec<Compared> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let read = |row: &Value| Compared {
            percentile: text(&row["percentile"]),
            ratio: Interval::read(&row["ratio_interval"]),
            difference: Interval::read(&row["difference_interval_ns"]),
            word: text(&row["verdict"]),
        };
        self.rows("comparisons").iter().map(read).collect()
    }

    /// The comparison of one percentile, where there is one endpoint beside the global one.
    pub fn comparison(&self, percentile: &str) -> Option<Compared> {
        let mut all = self.comparisons().into_iter();
        all.find(|compared| compared.percentile == percentile)
    }

    /// How many rounds more than there are would decide the comparison of that percentile; `None` where it is decided.
    pub fn more_rounds(&self, percentile: &str) -> Option<usize> {
        let mut rows = self.rows("comparisons").iter();
        let row = rows.find(|row| row["percentile"] == percentile)?;
        usize::try_from(row["more_rounds"].as_u64()?).ok()
    }

    /// The interval of each endpoint's percentile, ns; `None` where it is left out.
    pub fn percentiles(&self, percentile: &str) -> Vec<(String, Option<Interval>)> {
        let read = |row: &Value| {
            let name = row["endpoint"].as_str().unwrap_or_default().to_owned();
            let ends = &row["service_time"]["intervals_ns"][percentile];
            (name, Interval::read(ends))
        };
        self.rows("targets").iter().map(read).collect()
    }

    /// Each ranked endpoint, with the lowest and the highest rank that it can have.
    pub fn ranks(&self) -> Vec<(String, u64, u64)> {
        let rank = |place: &Value, end: &str| place[end].as_u64().unwrap_or_default();
        let read = |place: &Value| {
            let name = place["endpoint"].as_str().unwrap_or_default().to_owned();
            (name, rank(place, "rank_low"), rank(place, "rank_high"))
        };
        let ranked = self.rows("rankings").iter().take(1);
        ranked
            .flat_map(|ranking| ranking["places"].as_array().into_iter().flatten().map(read))
            .collect()
    }

    /// Whether a check says so: `invalid`, `warn`.
    pub fn checks(&self, verdict: &str, name: Option<&str>) -> bool {
        let of = |check: &&Value| name.is_none_or(|name| check["name"] == name);
        let mut checks = self.rows("checks").iter().filter(of);
        checks.any(|check| check["verdict"] == verdict)
    }

    /// The outcome of each claim of each gate.
    pub fn claims(&self) -> Vec<&str> {
        let gates = self.rows("gates").iter();
        let claims = gates.filter_map(|gate| gate["claims"].as_array()).flatten();
        claims
            .filter_map(|claim| claim["outcome"].as_str())
            .collect()
    }

    /// The endpoints of which a comparison with a history says that they have become slower.
    pub fn slower(&self) -> Vec<&str> {
        let rows = self.rows("targets").iter();
        let red = rows.filter(|row| row["outcome"] == "slower");
        red.filter_map(|row| row["endpoint"].as_str()).collect()
    }

    /// The endpoints of which a comparison says that they fail more often than before.
    pub fn failing_more(&self) -> Vec<&str> {
        let rows = self.rows("targets").iter();
        let named = rows.filter(|row| row["fails_more"] == true);
        named.filter_map(|row| row["endpoint"].as_str()).collect()
    }

    fn rows(&self, key: &str) -> &[Value] {
        self.json[key].as_array().map_or(&[], Vec::as_slice)
    }
}

/// Whether a word says that the endpoint is the faster one, be it by ever so little.
pub fn says_faster(word: &str) -> bool {
    word.contains("faster")
}

/// Whether it says the opposite.
pub fn says_slower(word: &str) -> bool {
    word.contains("slower")
}
