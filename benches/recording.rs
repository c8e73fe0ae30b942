//! What becomes of a sample on the recording thread: histograms, and a row in a file.

use std::fs;
use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;
use stsbench::plan::Plan;
use stsbench::record::{Histogram, Recorder};
use stsbench::results::{Conditions, Directory, Measured, Overwrite, Run, Writer};
use stsbench::sample::Sample;

mod header;
mod scene;

use header::header;

fn main() {
    divan::main();
}

/// A whole run into its series; divide by the items for one sample.
#[divan::bench]
fn recorder(bencher: Bencher<'_, '_>) {
    let plan = scene::plan();
    let samples: Vec<Sample> = scene::samples(&plan).collect();
    bencher
        .counter(ItemsCount::new(samples.len()))
        .with_inputs(|| Recorder::new(&plan))
        .bench_local_values(|mut recorder| {
            samples.iter().for_each(|sample| recorder.record(sample));
            recorder.finish()
        });
}

/// Values into one histogram.
#[divan::bench(args = [192, 100_000])]
fn histogram(bencher: Bencher<'_, '_>, values: usize) {
    let durations = durations(values);
    bencher.counter(ItemsCount::new(values)).bench(|| {
        let mut histogram = Histogram::default();
        durations
            .iter()
            .for_each(|&duration| histogram.record(duration));
        histogram
    });
}

/// One histogram into another.
#[divan::bench]
fn merge(bencher: Bencher<'_, '_>) {
    let histogram = || {
        let mut histogram = Histogram::default();
        durations(10_000)
            .into_iter()
            .for_each(|duration| histogram.record(duration));
        histogram
    };
    let other = histogram();
    bencher
        .with_inputs(histogram)
        .bench_local_refs(|sum| sum.merge(&other));
}

/// Rows into `samples.csv`, with the directory in memory where the system has one.
#[divan::bench(sample_count = 20)]
fn rows(bencher: Bencher<'_, '_>) {
    let plan = scene::plan();
    let samples: Vec<Sample> = scene::samples(&plan).collect();
    let home = ["/dev/shm", "/tmp"]
        .into_iter()
        .find(|path| fs::metadata(path).is_ok())
        .expect("somewhere to write");
    let home = tempfile::tempdir_in(home).expect("a directory can be made");
    let run = empty_run(plan);
    bencher
        .counter(ItemsCount::new(samples.len()))
        .with_inputs(|| {
            let directory = Directory::prepare(home.path(), Overwrite::Force).expect("it is ours");
            Writer::create(directory, &run).expect("it can be written")
        })
        .bench_local_values(|mut writer| {
            samples
                .iter()
                .for_each(|sample| writer.sample(sample, &run.plan));
            writer.end_of_block();
            assert!(writer.failed().is_none(), "every row was written");
        });
}

fn durations(values: usize) -> Vec<Duration> {
    let spread = |i: u64| Duration::from_micros(20_000 + i * 48_271 % 20_011);
    (0..values as u64).map(spread).collect()
}

fn empty_run(plan: Plan) -> Run {
    Run {
        header: header("bench"),
        plan,
        measured: Measured::nothing_yet(),
        conditions: Conditions::default(),
        checks: Vec::new(),
        notices: Vec::new(),
    }
}
