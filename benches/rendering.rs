//! From a run of 72 targets to tables and pictures: what happens once, after the measuring.

use divan::Bencher;
use stsbench::judge::{self, Summary};
use stsbench::record::Recorder;
use stsbench::report::{self, Report, Style, chart};
use stsbench::results::{self, Completion, Conditions, Measured, Run};

mod header;
mod scene;

use header::header;

fn main() {
    divan::main();
}

/// Every number of the report.
#[divan::bench(sample_count = 20)]
fn summarise(bencher: Bencher<'_, '_>) {
    let run = run();
    bencher.bench_local(|| judge::summarise(&run));
}

/// The report on a terminal.
#[divan::bench(sample_count = 20)]
fn terminal(bencher: Bencher<'_, '_>) {
    let (run, summary) = summarised();
    bencher.bench_local(|| report::terminal(&Report::new(&run, &summary), Style::Colour, 110));
}

/// The report as Markdown.
#[divan::bench(sample_count = 20)]
fn markdown(bencher: Bencher<'_, '_>) {
    let (run, summary) = summarised();
    bencher.bench_local(|| report::markdown(&Report::new(&run, &summary), &[]));
}

/// Every chart as SVG.
#[divan::bench(sample_count = 10)]
fn charts(bencher: Bencher<'_, '_>) {
    let (run, summary) = summarised();
    bencher.bench_local(|| {
        chart::draw(
            shown(&run, &summary),
            &chart::of_one_run(),
            chart::OperationsShown::All,
        )
    });
}

/// One chart as PNG.
#[divan::bench(sample_count = 10)]
fn png(bencher: Bencher<'_, '_>) {
    let (run, summary) = summarised();
    let pictures = chart::draw(
        shown(&run, &summary),
        &chart::of_one_run(),
        chart::OperationsShown::All,
    );
    let picture = pictures
        .drawn
        .first()
        .expect("a run with answers has charts");
    bencher.bench_local(|| {
        chart::raster::png(&picture.svg, chart::raster::SCALE)
            .expect("our own picture can be drawn")
    });
}

fn shown<'a>(run: &'a Run, summary: &'a Summary) -> chart::RunShown<'a> {
    chart::RunShown { run, summary }
}

/// The run as it is stored.
#[divan::bench(sample_count = 10)]
fn json(bencher: Bencher<'_, '_>) {
    let run = run();
    bencher.bench_local(|| results::to_json(&run));
}

fn summarised() -> (Run, Summary) {
    let run = run();
    let summary = judge::summarise(&run);
    (run, summary)
}

fn run() -> Run {
    let plan = scene::plan();
    let mut recorder = Recorder::new(&plan);
    scene::samples(&plan).for_each(|sample| recorder.record(&sample));
    let (series, signing) = recorder.finish();
    Run {
        header: header("bench"),
        plan,
        measured: Measured {
            elapsed_ns: 64_000_000_000,
            completion: Completion::Complete,
            series,
            signing,
            pace: None,
            windows: Vec::new(),
            precision: None,
        },
        conditions: Conditions {
            measuring_cpu_ratio: Some(0.1),
            ..Conditions::default()
        },
        checks: Vec::new(),
        notices: Vec::new(),
    }
}
