//! Untrusted bytes, given to this package's readers of files and answers: what fuzzing runs and what a test replays.
//!
//! One function for each reader; it panics when something is broken that must hold whatever comes in. Compiled for tests and
//! fuzzing alone. `tests/fuzz` lends it to libFuzzer and keeps its seeds. STS's answers, and what the simulated fleet reads, are
//! fuzzed by `sts_emulator::fuzz`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::cli::planned;
use crate::credentials::{credential_end, process_refusal, sections_in};
use crate::judge::{Gate, GateError, summarise};
use crate::plan::Plan;
use crate::results::{JOURNAL_FILE, RUN_FILE, SAMPLES_FILE, read, recover, run_from_json, to_json};
use crate::store::{RunSelection, S3Access, Store, StoreError, StoreUri};
use crate::transport::addresses_in;

/// A reader under a name: that of its file in `tests/fuzz/fuzz_targets` and of its folder of seeds.
pub type FuzzTarget = (&'static str, fn(&[u8]));

/// Every one of them.
pub const TARGETS: [FuzzTarget; 10] = [
    ("program_aws_file", aws_file),
    ("program_bundle", bundle),
    ("program_credential_end", end_of_credentials),
    ("program_dns_answer", dns_answer),
    ("program_gate", gate),
    ("program_journal", journal),
    ("program_plan_file", plan_file),
    ("program_process_output", process_output),
    ("program_run_file", run_file),
    ("program_store", store),
];

/// A file in `~/.aws`.
pub fn aws_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.matches(['\n', '\r']).count() + 1;
    match sections_in(&text) {
        Ok(sections) => assert!(sections <= lines, "{sections} sections in {lines} lines"),
        Err(line) => assert!((1..=lines).contains(&line), "line {line} of {lines}"),
    }
}

/// A run with its report in one ZIP file.
pub fn bundle(bytes: &[u8]) {
    let scratch = Scratch::new();
    match read(&scratch.file("x.zip", bytes)) {
        Ok(run) => is_read_again(&to_json(&run)),
        Err(error) => is_one_line_about("x.zip", &error.to_string()),
    }
}

/// The text that says when credentials end.
pub fn end_of_credentials(bytes: &[u8]) {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_799_971_200);
    // Whatever it is, it is a moment or none.
    let _ = credential_end(&String::from_utf8_lossy(bytes), now);
}

/// A name server's response.
pub fn dns_answer(bytes: &[u8]) {
    assert!(addresses_in(bytes) <= MOST_ADDRESSES);
}

/// A condition of `--gate`.
pub fn gate(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let characters = text.chars().count();
    match Gate::parse(&text) {
        Ok(gate) => assert_eq!(gate.as_str(), text),
        Err(GateError::Syntax { column, .. }) => {
            assert!((1..=characters + 1).contains(&column), "column {column}");
        }
        Err(error) => assert!(characters > Gate::MAX_CHARACTERS, "{error}"),
    }
}

/// A run that was cut off: its journal, a zero byte, its samples.
pub fn journal(bytes: &[u8]) {
    let (journal, samples) = in_two(bytes);
    let scratch = Scratch::new();
    scratch.file(JOURNAL_FILE, journal);
    scratch.file(SAMPLES_FILE, samples);
    match recover(&scratch.0) {
        Ok(run) => is_read_again(&to_json(&run)),
        Err(error) => is_one_line_about("journal.jsonl", &error.to_string()),
    }
}

/// A file of `--plan`: what a run with it would do.
pub fn plan_file(bytes: &[u8]) {
    let scratch = Scratch::new();
    match planned(&scratch.file("plan.toml", bytes)) {
        Ok(asked) => {
            let written = serde_json::to_vec(asked.plan()).expect("a plan has only text keys");
            let again: Plan = serde_json::from_slice(&written).expect("what is written is read");
            assert_eq!(&again, asked.plan());
        }
        Err(refusal) => is_one_line_about("", &refusal),
    }
}

/// What a `credential_process` prints.
pub fn process_output(bytes: &[u8]) {
    // Fixed words alone, so that nothing of a secret gets into a log.
    if let Some(refusal) = process_refusal(bytes) {
        let is_fixed = ["printed ", "did not print "]
            .iter()
            .any(|words| refusal.starts_with(words));
        assert!(is_fixed && refusal.len() < 200, "{refusal}");
    }
}

/// A `run.json`.
pub fn run_file(bytes: &[u8]) {
    match run_from_json(bytes, Path::new("run.json")) {
        Ok(run) => {
            drop(summarise(&run));
            is_read_again(&to_json(&run));
        }
        Err(error) => is_one_line_about("run.json", &error.to_string()),
    }
}

/// A run in a store that others write to: its manifest, a zero byte, its `run.json`.
pub fn store(bytes: &[u8]) {
    match fetched(bytes) {
        Ok(run) => assert_eq!(run, in_two(bytes).1),
        Err(error @ StoreError::Damaged { .. }) => {
            is_one_line_about("20250128-134033-3553642b", &error.to_string());
        }
        Err(error) => panic!("{error}"),
    }
}

/// What a store gives of that run.
fn fetched(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (manifest, run) = in_two(bytes);
    let scratch = Scratch::new();
    let directory = scratch.0.join(STORED_RUN);
    fs::create_dir_all(&directory).expect("scratch space");
    for (name, contents) in [("manifest.json", manifest), (RUN_FILE, run)] {
        fs::write(directory.join(name), contents).expect("scratch space");
    }
    let place = StoreUri::Directory(scratch.0.clone());
    let store = Store::open(place, &S3Access::default(), None)?;
    let listing = store.list(&RunSelection::default())?;
    assert_eq!((listing.runs.len(), listing.strange), (1, 0));
    let path = store.fetch(&listing.runs[0])?;
    Ok(fs::read(path).expect("readable"))
}

/// What stands before the first zero byte, and what behind it.
fn in_two(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, b""),
    }
}

/// A refusal fits into a line, whatever stood in what it refuses.
fn is_one_line_about(name: &str, refusal: &str) {
    assert!(
        refusal.contains(name)
            && refusal.len() < LONGEST_REFUSAL
            && !refusal.contains(char::is_control),
        "{refusal:?}"
    );
}

fn is_read_again(written: &[u8]) {
    let read = run_from_json(written, Path::new("run.json"));
    assert!(read.is_ok(), "{read:?}");
}

/// A directory that is there as long as the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("stsbench-fuzz-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("scratch space");
        Self(path)
    }

    /// A file of it.
    fn file(&self, name: &str, contents: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, contents).expect("scratch space");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("removed");
    }
}

/// More records than that are not looked at.
const MOST_ADDRESSES: usize = 256;
/// Bytes; the paths of scratch space are part of it.
const LONGEST_REFUSAL: usize = 1_000;
/// Where a store keeps the run.
const STORED_RUN: &str = "v1/runs/dt=2025-01-28/vantage=golden/run=20250128-134033-3553642b";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

    use super::*;

    fn fuzzing() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
    }

    /// The names of this package's targets there.
    fn names_in(directory: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(fuzzing().join(directory)).expect("the folder is there");
        entries
            .map(|entry| entry.expect("readable").path())
            .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
            .filter(|name| name.starts_with("program_"))
            .collect()
    }

    /// What a target begins with.
    fn seeds(name: &str) -> Vec<Vec<u8>> {
        let seeds = fs::read_dir(fuzzing().join("corpus").join(name)).expect("it has seeds");
        let mut paths: Vec<_> = seeds.map(|seed| seed.expect("readable").path()).collect();
        paths.sort();
        paths
            .iter()
            .map(|path| fs::read(path).expect("readable"))
            .collect()
    }

    #[test]
    fn every_seed_of_a_reader_is_read_or_refused_without_a_panic() {
        for (name, target) in TARGETS {
            let seeds = seeds(name);
            assert!(seeds.len() >= 3, "{name} has {} seeds", seeds.len());
            seeds.iter().for_each(|seed| target(seed));
        }
    }

    /// How many spoilt seeds each reader gets.
    const SPOILT: usize = 150;

    #[test]
    fn spoilt_seeds_are_read_or_refused_without_a_panic() {
        for (number, (name, target)) in TARGETS.into_iter().enumerate() {
            let seeds = seeds(name);
            let mut draw = Xoshiro256PlusPlus::seed_from_u64(number as u64);
            for _ in 0..SPOILT {
                let spoilt = spoilt(&seeds, |below| draw.next_u64() as usize % below.max(1));
                target(&spoilt);
            }
        }
    }

    /// One of the seeds with one to four mistakes.
    fn spoilt(seeds: &[Vec<u8>], mut draw: impl FnMut(usize) -> usize) -> Vec<u8> {
        let mut bytes = seeds[draw(seeds.len())].clone();
        for _ in 0..=draw(4) {
            let (from, length) = (draw(bytes.len() + 1), draw(40));
            let to = (from + length).min(bytes.len());
            match draw(7) {
                0 => bytes.truncate(from),
                1 => drop(bytes.drain(from..to)),
                2 => {
                    let again = bytes[from..to].repeat(1 + draw(50));
                    bytes.splice(from..from, again);
                }
                3 => {
                    let other = &seeds[draw(seeds.len())];
                    let at = draw(other.len() + 1);
                    bytes.splice(from.., other[at..].iter().copied());
                }
                4 => {
                    let word = MISTAKES[draw(MISTAKES.len())];
                    bytes.splice(from..to.min(from + draw(8)), word.bytes());
                }
                5 => bytes[from..to].reverse(),
                _ => bytes[from..to.min(from + 1)].fill(draw(256) as u8),
            }
        }
        bytes
    }

    const MISTAKES: [&str; 20] = [
        "",
        "\0",
        "\n",
        "\"",
        "]",
        "}",
        ",",
        "-1",
        "0",
        "1e999",
        "18446744073709551616",
        "0.5",
        "null",
        "true",
        "[[[[",
        "{\"a\":",
        "\u{feff}",
        "\u{202e}",
        "\u{1b}[31m",
        "../",
    ];

    #[test]
    fn the_seeds_reach_what_is_behind_the_readers() {
        let seed = |target: &str, name: &str| {
            fs::read(fuzzing().join("corpus").join(target).join(name)).expect("the seed is there")
        };
        let run = seed("program_run_file", "few-answers");
        assert!(run_from_json(&run, Path::new("run.json")).is_ok());
        assert_eq!(
            addresses_in(&seed("program_dns_answer", "two-addresses")),
            2
        );
        assert_eq!(
            process_refusal(&seed("program_process_output", "keys")),
            None
        );
        let scratch = Scratch::new();
        for name in ["everything", "audit", "open", "parameters"] {
            let file = scratch.file(name, &seed("program_plan_file", name));
            assert_eq!(planned(&file).err(), None, "{name}");
        }
        assert!(read(&scratch.file("x.zip", &seed("program_bundle", "run"))).is_ok());
        assert!(fetched(&seed("program_store", "run")).is_ok());
        let gate = String::from_utf8(seed("program_gate", "ratio")).expect("text");
        assert!(Gate::parse(&gate).is_ok(), "{gate}");
    }

    #[test]
    fn every_reader_of_this_package_has_its_program_and_its_seeds() {
        let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names_in("fuzz_targets"), targets);
        assert_eq!(names_in("corpus"), targets);
        let manifest = fs::read_to_string(fuzzing().join("Cargo.toml")).expect("readable");
        for name in &targets {
            assert!(
                manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")),
                "{name} is not in the manifest"
            );
        }
    }
}
