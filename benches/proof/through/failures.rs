//! Endpoints that do not answer all calls: one must not look the faster for it, and it is said of one that fails more often than
//! another, or than before, and of no other.

use std::path::{Path, PathBuf};

use super::super::simulations::cell::{Cell, Promise};
use super::super::simulations::noise::{Noise, replicate};
use super::encoder::{Call, Invented};
use super::process::{PROGRAM, Said};
use super::shapes::Shape;
use super::tally::{Place, Seen};

/// Which calls are not answered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Which {
    Slowest,
    Random,
}

const SHAPE: Shape = Shape::Spread(0.2);
const MEDIAN_MS: f64 = 50.0;
const ROUNDS: usize = 800;
const SHARES: [f64; 7] = [0.001, 0.01, 0.049, 0.08, 0.3, 0.5, 0.6];
/// When a call is given up, ns.
const GIVEN_UP_NS: u64 = 10_000_000_000;
/// True p90 of all calls: 64.6 ms.
const GATE: &str = "p90(eu-west-1) <= 62ms";

/// What is said of the endpoint that fails.
pub fn survivors(replications: u64) -> Vec<Cell> {
    let cases = [Which::Slowest, Which::Random]
        .into_iter()
        .flat_map(|which| SHARES.map(|share| (which, share)));
    cases
        .flat_map(|(which, share)| failing(which, share, replications))
        .collect()
}

fn failing(which: Which, share: f64, replications: u64) -> Vec<Cell> {
    let seed = 72_000 + (share * 1_000.0) as u64;
    let times = SHAPE.with_median(MEDIAN_MS);
    let limit = times.truth_ns(1.0 - share) as u64;
    let seen = replicate(replications, seed, |noise| {
        let run = Invented::of(&["global", "eu-west-1"], ROUNDS, |endpoint, _| {
            let time = times.next(noise);
            let fails = match which {
                Which::Slowest => time > limit,
                Which::Random => noise.happens(share),
            };
            if endpoint == 1 && fails {
                Call::Failed(GIVEN_UP_NS)
            } else {
                Call::Answered(time)
            }
        });
        let plain = PROGRAM.report(&run, &[]).judged();
        let gated = PROGRAM.report(&run, &["--gate", GATE]).judged();
        looked_at(&plain, &gated, share)
    });
    let name = if which == Which::Slowest {
        "slowest"
    } else {
        "any"
    };
    let place = Place {
        experiment: "failing",
        situation: format!("{name} {} % of calls fail", share * 100.0),
        law: format!("{name} fail"),
        rounds: ROUNDS,
        seed,
    };
    place.cells(&seen, |what| match what {
        "p50 called faster" => Promise::NotAbove(0.01),
        "headline calls it faster" | "gate on p90 wrongly proven" => Promise::NotAbove(0.025),
        "most calls failed and exit 0" => Promise::NotAbove(0.0),
        _ if what.ends_with("called faster") => Promise::NotAbove(0.025),
        _ => Promise::Nothing,
    })
}

fn looked_at(said: &Said, gated: &Said, share: f64) -> Seen {
    let words = said.comparisons().into_iter();
    let mut seen: Seen = words
        .filter(|compared| ["p50", "p90", "p95"].contains(&compared.percentile.as_str()))
        .map(|compared| {
            let what = format!("{} called faster", compared.percentile);
            (what, compared.word == "faster")
        })
        .collect();
    let mut note = |what: &str, so| seen.push((what.to_owned(), so));
    note(
        "headline calls it faster",
        said.headline_names_a_faster_one(),
    );
    note(
        "gate on p90 wrongly proven",
        gated.claims().contains(&"proven"),
    );
    if share > 0.5 {
        note("most calls failed and exit 0", gated.code == 0);
    }
    seen
}

/// Endpoints of which some calls fail at random, as many as before or more.
const FAILING: [&str; 8] = [
    "global", "region-1", "region-2", "region-3", "region-4", "region-5", "region-6", "region-7",
];
/// Rounds of each of their runs, as many as a run has by default.
const DEFAULT_ROUNDS: usize = 192;
/// Runs of a history, the one that is judged included; one a day.
const RUNS: usize = 14;
/// The share of its calls that fail then.
const WORSE: f64 = 0.1;

/// What is said of endpoints that fail as often as before, and of one of them that fails more often: in another run made at the
/// same time, and in the latest two of a history.
pub fn more_often(replications: u64) -> Vec<Cell> {
    let usual = [0.0, 0.01, 0.03, 0.1];
    let unchanged = usual.map(|share| [share, share]);
    let worse = [[0.0, WORSE], [0.01, WORSE]];
    unchanged
        .into_iter()
        .chain(worse)
        .flat_map(|shares| changed(shares, replications))
        .collect()
}

/// The share of calls of the second endpoint that fail before and now; of all others as many fail as before.
fn changed([before, now]: [f64; 2], replications: u64) -> Vec<Cell> {
    let seed = 73_000 + ((before + 10.0 * now) * 1_000.0) as u64;
    let seen = replicate(replications, seed, |noise| {
        let scratch = tempfile::tempdir().expect("a directory");
        let mut write = |name: &str, day, share| {
            let place = scratch.path().join(name);
            let run = partly_failing(name, day, [before, share], noise);
            run.write(&place).expect("written");
            place
        };
        let pair = [write("baseline", 1, before), write("candidate", 1, now)];
        let pair = compare(pair.each_ref().map(PathBuf::as_path).as_slice());
        for day in 1..RUNS {
            let is_last = day + 1 >= RUNS;
            write(
                &format!("history/{day:02}"),
                day,
                if is_last { now } else { before },
            );
        }
        let latest = write("latest", RUNS, now);
        let history = scratch.path().join("history");
        let long = compare(&["--history".as_ref(), &history, &latest]);
        [("compare", pair), ("history", long)]
            .iter()
            .flat_map(|(command, said)| found(command, said))
            .collect()
    });
    let is_worse = now > before;
    let situation = if is_worse {
        format!(
            "{} % of calls fail, of one endpoint now {} %",
            before * 100.0,
            now * 100.0
        )
    } else {
        format!("{} % of calls fail as before", before * 100.0)
    };
    let place = Place {
        experiment: "more-failures",
        situation,
        law: "any fail".to_owned(),
        rounds: DEFAULT_ROUNDS,
        seed,
    };
    place.cells(&seen, |what| match what {
        "compare names the endpoint" if is_worse && before > 0.0 => Promise::NotBelow(0.7),
        _ if is_worse && what.ends_with("the endpoint") => Promise::NotBelow(0.95),
        _ => Promise::NotAbove(0.01),
    })
}

fn partly_failing(id: &str, day: usize, [others, second]: [f64; 2], noise: &mut Noise) -> Invented {
    let times = SHAPE.with_median(MEDIAN_MS);
    let mut run = Invented::of(&FAILING, DEFAULT_ROUNDS, |endpoint, _| {
        let share = if endpoint == 1 { second } else { others };
        let time = times.next(noise);
        if noise.happens(share) {
            Call::Failed(GIVEN_UP_NS)
        } else {
            Call::Answered(time)
        }
    });
    let number = id
        .bytes()
        .fold(0_u32, |sum, byte| sum * 31 % 65_521 + u32::from(byte));
    run.run_id = format!("202601{day:02}-000000-{number:08x}");
    run.started_at = format!("2026-01-{day:02}T00:00:00Z");
    run
}

fn compare(arguments: &[&Path]) -> Said {
    let said = PROGRAM.run(|command| {
        command.arg("compare").args(arguments);
        command.args(["--format", "json"]);
    });
    said.expect("the program can be started").judged()
}

fn found(command: &str, said: &Said) -> Seen {
    let named = said.failing_more();
    let other = named.iter().any(|endpoint| *endpoint != FAILING[1]);
    vec![
        (
            format!("{command} names the endpoint"),
            named.contains(&FAILING[1]),
        ),
        (format!("{command} names another"), other),
    ]
}
