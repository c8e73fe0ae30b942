//! The published proof: runs the simulations and writes every number with its own error as `results.json` and `summary.csv`.
//!
//! `cargo bench --bench proof -- --out DIRECTORY [--only T1,T3] [--scale 0.1] [--simulations REPORT] [--loopback RUNS] [--before PROGRAM]`;
//! `scripts/statistics` makes the report of it. With `--simulations` their numbers are those of an earlier report. With `--loopback` the program is run as well, against its own fleet, whose delays are known; what it then says
//! goes into `loopback.json`, because sockets and timers never give the same numbers twice.

mod known_delays;
mod loopback;
mod promises;
mod simulations;
mod through;

use std::fs::{self, File};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use known_delays::Field;
use serde::Deserialize;
use simulations::Experiment;
use simulations::cell::Cell;

/// What was asked for.
struct Asked {
    out: Option<PathBuf>,
    /// Ids of experiments; empty for all.
    only: Vec<String>,
    /// Replications in parts of the published ones.
    scale: f64,
    /// A report whose simulations are taken as they are.
    simulations: Option<PathBuf>,
    /// Runs through real sockets.
    loopback: u64,
    /// Another executable that judges the same runs, for comparison.
    before: Option<PathBuf>,
}

/// Every experiment: through functions, then through the program.
fn experiments() -> impl Iterator<Item = &'static Experiment> {
    simulations::EXPERIMENTS.iter().chain(&through::EXPERIMENTS)
}

fn main() -> ExitCode {
    match asked().and_then(|asked| prove(&asked).map_err(|error| error.to_string())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked {
        out: None,
        only: Vec::new(),
        scale: 1.0,
        simulations: None,
        loopback: 0,
        before: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            // What cargo itself adds.
            "--bench" => {}
            "--before" => asked.before = Some(value()?.into()),
            "--simulations" => asked.simulations = Some(value()?.into()),
            "--out" => asked.out = Some(value()?.into()),
            "--only" => asked.only = value()?.split(',').map(str::to_owned).collect(),
            "--scale" => {
                asked.scale = value()?
                    .parse()
                    .map_err(|_| "--scale is a number".to_owned())?;
            }
            "--loopback" => {
                asked.loopback = value()?
                    .parse()
                    .map_err(|_| "--loopback is a number of runs".to_owned())?;
            }
            _ => {
                return Err(format!(
                    "{argument} is none of --out, --only, --scale, --simulations, --loopback and --before"
                ));
            }
        }
    }
    if asked.simulations.is_some() && !(asked.only.is_empty() && asked.scale == 1.0) {
        return Err(
            "--simulations takes those of a report whole: not with --only or --scale".to_owned(),
        );
    }
    match asked
        .only
        .iter()
        .find(|id| experiments().all(|experiment| experiment.id != **id))
    {
        Some(unknown) => Err(format!("there is no experiment {unknown}")),
        None => Ok(asked),
    }
}

fn prove(asked: &Asked) -> io::Result<()> {
    let wanted = |experiment: &&Experiment| {
        asked.only.is_empty() || asked.only.iter().any(|id| id == experiment.id)
    };
    // First, because a person can keep the machine quiet for these minutes, and not for the half hour of the simulations.
    let field = Field::of(PAIRS);
    let measured = match asked.loopback {
        0 => Vec::new(),
        count => field.cells(&loopback::runs(&field, count, ROUNDS, RATE)?),
    };
    let scaled = |published: u64| (published as f64 * asked.scale).ceil().max(1.0) as u64;
    let mut cells = match &asked.simulations {
        Some(report) => simulated(report)?,
        None => experiments()
            .filter(wanted)
            .flat_map(|experiment| {
                let replications = scaled(experiment.replications);
                say(&format!("{}: {replications} replications", experiment.id));
                experiment.cells(replications)
            })
            .collect(),
    };
    if let Some(program) = &asked.before {
        cells.extend(through::beside(program, scaled(BESIDE)));
    }
    cells
        .iter()
        .chain(&measured)
        .for_each(|cell| say(&line(cell)));
    let Some(out) = &asked.out else { return Ok(()) };
    fs::create_dir_all(out)?;
    write_json(&out.join("results.json"), asked.scale, &cells)?;
    if !measured.is_empty() {
        write_json(&out.join("loopback.json"), asked.scale, &measured)?;
    }
    let all = [cells, measured].concat();
    write_promises(&out.join("promises.json"), &all)?;
    write_csv(&out.join("summary.csv"), &all)
}

/// Replications of what another program makes of the same runs.
const BESIDE: u64 = 500;

/// Pairs of endpoints that a run through real sockets has.
const PAIRS: usize = 16;
/// Rounds of such a run, as many as a run of real endpoints has by default.
const ROUNDS: u32 = 192;
/// Calls of each endpoint a second.
const RATE: u32 = 32;

/// The simulations of a report that was published at full scale.
fn simulated(report: &Path) -> io::Result<Vec<Cell>> {
    #[derive(Deserialize)]
    struct Simulated {
        scale: f64,
        cells: Vec<Cell>,
    }
    let file = BufReader::new(File::open(report.join("results.json"))?);
    let simulated: Simulated = serde_json::from_reader(file)?;
    if simulated.scale != 1.0 {
        return Err(io::Error::other("--simulations: not of full scale"));
    }
    Ok(simulated.cells)
}

/// One cell a line, so that two proofs can be compared.
fn write_json(path: &Path, scale: f64, cells: &[Cell]) -> io::Result<()> {
    let mut file = File::create(path)?;
    writeln!(file, "{{\"scale\": {scale}, \"cells\": [")?;
    for (at, cell) in cells.iter().enumerate() {
        let end = if at + 1 < cells.len() { "," } else { "" };
        writeln!(file, "{}{end}", serde_json::to_string(cell)?)?;
    }
    writeln!(file, "]}}")
}

/// What came of each promise, one a line.
fn write_promises(path: &Path, cells: &[Cell]) -> io::Result<()> {
    // Numbers that took so long are written whatever is wrong with them; a test refuses such cells.
    for cell in promises::undeclared(cells) {
        say(&format!("no promise of docs/method/proof.md covers {cell}"));
    }
    let outcomes = promises::outcomes(cells);
    let lines = outcomes.iter().map(serde_json::to_string);
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    fs::write(path, format!("[\n{}\n]\n", lines.join(",\n")))
}

/// One cell for people who watch.
fn line(cell: &Cell) -> String {
    let verdict = match cell.pass {
        Some(true) => "kept",
        Some(false) => "BROKEN",
        None => "",
    };
    let percent = |share: f64| format!("{:.2}", share * 100.0);
    let value = cell.value.map_or_else(|| "–".to_owned(), percent);
    format!(
        "{:4} {:70} {value:>6} % [{}, {}] of {:6}  {verdict}",
        cell.experiment,
        cell.id,
        percent(cell.low),
        percent(cell.high),
        cell.replications
    )
}

fn write_csv(path: &Path, cells: &[Cell]) -> io::Result<()> {
    let mut table = csv::Writer::from_path(path)?;
    table.write_record([
        "experiment",
        "id",
        "law",
        "n",
        "p",
        "replications",
        "seed",
        "happened",
        "value",
        "low",
        "high",
        "half_width",
        "refused",
        "unbounded",
        "promise",
        "pass",
    ])?;
    for cell in cells {
        let number =
            |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.6}"));
        table.write_record([
            cell.experiment.clone().into_owned(),
            cell.id.clone(),
            cell.law.clone(),
            cell.n.to_string(),
            cell.p.map_or_else(String::new, |p| p.to_string()),
            cell.replications.to_string(),
            cell.seed.to_string(),
            cell.happened.to_string(),
            number(cell.value),
            number(Some(cell.low)),
            number(Some(cell.high)),
            number(cell.half_width),
            number(cell.refused),
            number(cell.unbounded),
            cell.promise.to_string(),
            cell.pass.map_or_else(String::new, |pass| pass.to_string()),
        ])?;
    }
    table.flush()
}

fn say(text: &str) {
    // A reader that is gone ends nothing.
    writeln!(io::stderr(), "{text}").ok();
}
