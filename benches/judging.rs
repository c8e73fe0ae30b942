//! The largest run there is reason to make, from its file to its verdicts: 36 endpoints, 2 operations, cold and warm, 10
//! million answers. `scripts/judging` holds the whole of it below a second and 200 MB, with the run that
//! `cargo bench --bench judging -- write PATH` leaves at PATH.

use std::fs;
use std::path::{Path, PathBuf};

use divan::Bencher;
use stsbench::judge;
use stsbench::parallel::Workers;
use stsbench::report::{self, Report};
use stsbench::results::{self, Run};

mod header;
mod large_run;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", path, ..] => {
            fs::write(path, results::to_json(&large_run::run(1))).expect("the path can be written");
        }
        _ => divan::main(),
    }
}

/// Windows of 16 blocks each.
const WINDOWS: [u16; 2] = [1, 8];

/// `run.json`, believed only when it adds up.
#[divan::bench(args = WINDOWS, sample_count = 5)]
fn read(bencher: Bencher<'_, '_>, windows: u16) {
    let file = File::new(windows);
    bencher.bench_local(|| read_file(&file.path()));
}

/// Comparing and ranking.
#[divan::bench(args = WINDOWS, sample_count = 5)]
fn summarise(bencher: Bencher<'_, '_>, windows: u16) {
    let run = large_run::run(windows);
    bencher.bench_local(|| judge::summarise(&run));
}

/// The same by one thread and by several: what they are worth.
#[divan::bench(args = [1, 2, 4, 8], sample_count = 5)]
fn summarise_by(bencher: Bencher<'_, '_>, threads: usize) {
    let run = large_run::run(1);
    bencher.bench_local(|| judge::summarise_by(&run, Workers::of(threads)));
}

/// Both.
#[divan::bench(args = WINDOWS, sample_count = 5)]
fn read_and_summarise(bencher: Bencher<'_, '_>, windows: u16) {
    let file = File::new(windows);
    bencher.bench_local(|| judge::summarise(&read_file(&file.path())));
}

/// `summary.json`.
#[divan::bench(sample_count = 20)]
fn json(bencher: Bencher<'_, '_>) {
    let run = large_run::run(1);
    let summary = judge::summarise(&run);
    bencher.bench_local(|| report::summary_json(&Report::new(&run, &summary)));
}

/// `comparison.csv`.
#[divan::bench(sample_count = 20)]
fn csv(bencher: Bencher<'_, '_>) {
    let run = large_run::run(1);
    let summary = judge::summarise(&run);
    bencher.bench_local(|| report::comparison_csv(&Report::new(&run, &summary)));
}

fn read_file(path: &Path) -> Run {
    results::read(path).expect("the run adds up")
}

/// A run's file for as long as it is read.
struct File {
    directory: tempfile::TempDir,
}

impl File {
    fn new(windows: u16) -> Self {
        let file = Self {
            directory: tempfile::tempdir().expect("a directory"),
        };
        fs::write(file.path(), results::to_json(&large_run::run(windows)))
            .expect("the run can be written");
        file
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join(results::RUN_FILE)
    }
}
