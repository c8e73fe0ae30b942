//! Untrusted bytes, given to this package's readers of files and answers: what fuzzing runs and what a test replays.
//!
//! One function for each reader; it panics when something is broken that must hold whatever comes in. Compiled for tests and
//! fuzzing alone. `tests/fuzz` lends it to libFuzzer and keeps its seeds. STS's answers, and what the simulated fleet reads, are
//! fuzzed by `sts_emulator::fuzz`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::cli::plan_file_refusal;
use crate::credentials::{credential_end, process_refusal, sections_in};
use crate::judge::{Gate, GateError, summarise};
use crate::results::{JOURNAL_FILE, SAMPLES_FILE, recover, run_from_json, to_json};
use crate::transport::addresses_in;

/// A reader under a name: that of its file in `tests/fuzz/fuzz_targets` and of its folder of seeds.
pub type FuzzTarget = (&'static str, fn(&[u8]));

/// Every one of them.
pub const TARGETS: [FuzzTarget; 8] = [
    ("program_aws_file", aws_file),
    ("program_credential_end", end_of_credentials),
    ("program_dns_answer", dns_answer),
    ("program_gate", gate),
    ("program_journal", journal),
    ("program_plan_file", plan_file),
    ("program_process_output", process_output),
    ("program_run_file", run_file),
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
    let (journal, samples) = match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &b""[..]),
    };
    let directory = scratch("journal");
    for (name, contents) in [(JOURNAL_FILE, journal), (SAMPLES_FILE, samples)] {
        fs::write(directory.join(name), contents).expect("scratch space");
    }
    match recover(&directory) {
        Ok(run) => is_read_again(&to_json(&run)),
        Err(error) => assert!(error.to_string().contains("journal.jsonl"), "{error}"),
    }
}

/// A file of `--plan`.
pub fn plan_file(bytes: &[u8]) {
    let path = scratch("plan").join("plan.toml");
    fs::write(&path, bytes).expect("scratch space");
    if let Some(refusal) = plan_file_refusal(&path) {
        assert!(
            refusal.starts_with("plan file") && refusal.contains("plan.toml"),
            "{refusal}"
        );
    }
}

/// What a `credential_process` prints.
pub fn process_output(bytes: &[u8]) {
    // Fixed words alone, so that nothing of a secret gets into a log.
    if let Some(refusal) = process_refusal(bytes) {
        assert!(
            refusal.starts_with("printed ") && refusal.len() < 200,
            "{refusal}"
        );
    }
}

/// A `run.json`.
pub fn run_file(bytes: &[u8]) {
    match run_from_json(bytes, Path::new("run.json")) {
        Ok(run) => {
            drop(summarise(&run));
            is_read_again(&to_json(&run));
        }
        Err(error) => assert!(error.to_string().contains("run.json"), "{error}"),
    }
}

fn is_read_again(written: &[u8]) {
    let read = run_from_json(written, Path::new("run.json"));
    assert!(read.is_ok(), "{read:?}");
}

/// A directory of this process's own.
fn scratch(name: &str) -> PathBuf {
    let directory =
        std::env::temp_dir().join(format!("stsbench-fuzz-{}-{name}", std::process::id()));
    fs::create_dir_all(&directory).expect("scratch space");
    directory
}

/// More records than that are not looked at.
const MOST_ADDRESSES: usize = 256;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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

    #[test]
    fn every_seed_of_a_reader_is_read_or_refused_without_a_panic() {
        for (name, target) in TARGETS {
            let seeds = fs::read_dir(fuzzing().join("corpus").join(name));
            let mut count = 0;
            for seed in seeds.expect("every target has seeds") {
                target(&fs::read(seed.expect("readable").path()).expect("readable"));
                count += 1;
            }
            assert!(count >= 3, "{name} has {count} seeds");
        }
        for name in ["journal", "plan"] {
            fs::remove_dir_all(scratch(name)).expect("removed");
        }
    }

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
