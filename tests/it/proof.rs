//! The promises of docs/method/proof.md on a small scale: the simulations of `benches/proof`, with so few replications that they take
//! seconds, and limits so wide that a correct program exceeds one less than once in a million runs.

#[path = "../../benches/proof/known_delays.rs"]
mod known_delays;
#[path = "../../benches/proof/promises.rs"]
mod promises;
#[path = "../../benches/proof/simulations/mod.rs"]
mod simulations;
#[path = "../../benches/proof/through/mod.rs"]
mod through;

use std::fs;

use serde_json::Value;
use simulations::cell::{Cell, Promise, binomial_at_most, clopper_pearson};
use simulations::noise;
use through::encoder::{self, Call};
use through::process::PROGRAM;

use stsbench::parallel::Workers;

use crate::support::{TestEmulator, alone};

/// Replications of each experiment: enough to see what is badly wrong.
const REPLICATIONS: [(&str, u64); 24] = [
    ("T1", 300),
    ("T2", 60),
    ("T3", 20),
    ("T4", 20),
    ("order", 200),
    ("general", 40),
    ("T5", 500),
    ("checks", 30),
    ("notices", 200),
    ("T7", 12),
    ("T8", 30),
    ("shapes", 6),
    ("power", 8),
    ("failing", 6),
    ("more-failures", 4),
    ("memory", 2),
    ("crowds", 4),
    ("cut-off", 6),
    ("gates", 4),
    ("few", 4),
    ("more-rounds", 4),
    ("long-memory", 1),
    ("tail-gates", 3),
    ("turns", 2),
];

/// Whether a program that keeps the promise would give this by chance less than once in a million times.
fn is_impossible(cell: &Cell) -> bool {
    let Cell {
        happened,
        replications,
        ..
    } = *cell;
    let too_few = |least: f64| binomial_at_most(happened, replications, least) < 1e-6;
    let too_many =
        |most: f64| binomial_at_most(replications - happened, replications, 1.0 - most) < 1e-6;
    match cell.promise {
        Promise::Within { low, high } => too_few(low) || too_many(high),
        Promise::AtLeast(low) | Promise::NotBelow(low) => too_few(low),
        Promise::NotAbove(high) | Promise::Proven(high) => too_many(high),
        Promise::Nothing | Promise::KnownLimit => false,
    }
}

/// The experiment's numbers; fails when one of them is no chance.
#[track_caller]
fn holds(id: &str) {
    let replications = REPLICATIONS
        .iter()
        .find(|known| known.0 == id)
        .expect("it is in the list")
        .1;
    let mut experiments = simulations::EXPERIMENTS.iter().chain(&through::EXPERIMENTS);
    let experiment = experiments
        .find(|experiment| experiment.id == id)
        .expect("there is one");
    assert!(
        replications < experiment.replications,
        "the published report stands on more"
    );
    let cells = experiment.cells(replications);
    assert!(
        cells.iter().any(promises::is_promised),
        "nothing was promised"
    );
    assert_eq!(
        promises::undeclared(&cells),
        [""; 0],
        "docs/method/proof.md promises something else"
    );
    let broken: Vec<_> = cells
        .iter()
        .filter(|cell| is_impossible(cell))
        .map(|cell| {
            format!(
                "{}: {} of {}, promised {}",
                cell.id, cell.happened, cell.replications, cell.promise
            )
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn intervals_of_percentiles_hold_the_truth() {
    holds("T1");
}

#[test]
fn intervals_of_tails_hold_the_truth_and_thin_ones_are_marked() {
    holds("T2");
}

#[test]
fn intervals_of_ratios_hold_the_truth() {
    holds("T3");
}

#[test]
fn equal_endpoints_are_not_told_apart() {
    holds("T4");
    holds("order");
}

#[test]
fn windows_differ_by_no_more_than_is_said_of_them_in_general() {
    holds("general");
}

#[test]
fn unchanged_endpoints_do_not_turn_red_and_steady_runs_are_not_refused() {
    holds("T5");
    holds("notices");
    holds("checks");
}

#[test]
fn rank_intervals_hold_the_ranks() {
    holds("T7");
}

#[test]
fn runs_that_choose_their_length_hold_what_they_say() {
    holds("T8");
}

#[test]
fn unequal_shapes_and_many_endpoints_are_judged_truly_by_the_program() {
    holds("shapes");
    holds("crowds");
}

#[test]
fn failures_and_early_ends_make_no_endpoint_faster() {
    holds("failing");
    holds("more-failures");
    holds("cut-off");
}

#[test]
fn what_differs_is_found_and_memory_is_not_taken_for_it() {
    holds("power");
    holds("memory");
    holds("gates");
}

#[test]
fn few_rounds_promise_what_they_hold_and_as_many_as_are_named_decide() {
    holds("few");
    holds("more-rounds");
}

#[test]
fn memory_of_a_hundred_calls_proves_no_gate_and_moves_no_interval_of_a_long_run() {
    holds("long-memory");
    holds("tail-gates");
}

#[test]
fn equal_builds_that_took_turns_are_not_told_apart() {
    holds("turns");
}

/// Runs of the program that are kept, with what each is.
fn saved(name: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/golden-runs");
    let text = fs::read(format!("{root}/{name}/run.json")).expect("it is kept");
    serde_json::from_slice(&text).expect("JSON")
}

/// The times of a histogram of the format, each at the upper end of its step.
fn times(text: &Value) -> Vec<u64> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let bytes = STANDARD_NO_PAD
        .decode(text.as_str().expect("text"))
        .expect("base64");
    if bytes.is_empty() {
        return Vec::new();
    }
    let counted: hdrhistogram::Histogram<u64> = hdrhistogram::serialization::Deserializer::new()
        .deserialize(&mut bytes.as_slice())
        .expect("V2");
    let steps = counted.iter_recorded();
    steps
        .flat_map(|step| {
            let number = usize::try_from(step.count_at_value()).expect("few calls");
            std::iter::repeat_n(step.value_iterated_to(), number)
        })
        .collect()
}

/// Every block of a saved series, as calls that were answered.
fn decoded(series: &Value) -> encoder::Blocks {
    let blocks = series["blocks"].as_array().expect("blocks");
    let calls = |block: &Value| {
        times(&block["service_time"])
            .into_iter()
            .map(Call::Answered)
    };
    blocks.iter().map(|block| calls(block).collect()).collect()
}

#[test]
fn invented_histograms_are_written_as_the_program_writes_them() {
    let mut compared = 0;
    for name in [
        "audit",
        "closed",
        "failures",
        "first-sample",
        "interrupted",
        "windows-a",
    ] {
        let run = saved(name);
        for series in run["series"].as_array().expect("series") {
            let blocks = decoded(series);
            let again = encoder::series(0, &blocks);
            assert_eq!(again["service_time"], series["service_time"], "{name}");
            let both = again["blocks"].as_array().into_iter().flatten();
            for (mine, its) in both.zip(series["blocks"].as_array().into_iter().flatten()) {
                assert_eq!(mine["service_time"], its["service_time"], "{name}");
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared} blocks");
}

#[test]
fn a_saved_run_with_invented_series_is_judged_as_it_was() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("run.json");
    let judged = |run: &Value| {
        fs::write(&path, run.to_string()).expect("written");
        let said = PROGRAM.report_file(&path, &[]).judged().json;
        ["comparisons", "uncompared", "rankings"].map(|part| said[part].clone())
    };
    for name in ["audit", "first-sample"] {
        let (saved, mut invented) = (saved(name), saved(name));
        for (number, series) in invented["series"]
            .as_array_mut()
            .expect("series")
            .iter_mut()
            .enumerate()
        {
            let again = encoder::series(number, &decoded(series));
            // The calls of the warm-up are in the books, and no histogram has them.
            let counts = series["counts"].take();
            *series = again;
            series["counts"] = counts;
        }
        assert_eq!(judged(&invented), judged(&saved), "{name}");
    }
}

#[test]
fn another_executable_is_asked_the_same() {
    let cells = through::beside(&PROGRAM.0, 1);
    assert!(cells.iter().all(|cell| cell.experiment == "before"));
    assert!(!cells.iter().any(promises::is_promised));
}

#[test]
fn the_method_says_the_promises_that_are_tried() {
    let method = include_str!("../../docs/method/proof.md");
    let row = |declared: &promises::Declared| {
        format!(
            "| {} | {} | {} |",
            declared.id, declared.promise, declared.of
        )
    };
    let expected: Vec<String> = promises::PROMISES.iter().map(row).collect();
    let table = method
        .split("| | promised | of |\n|---|---|---|\n")
        .nth(1)
        .expect("the proof has the table");
    let found: Vec<&str> = table
        .lines()
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_published_report_has_every_promise_and_the_method_says_which_it_found_broken() {
    let reports = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/reports")).expect("readable");
    let paths = reports.map(|entry| entry.expect("readable").path());
    let latest = paths.filter(|path| path.to_string_lossy().ends_with("-statistics"));
    let latest = latest.max().expect("one is published");
    let text = fs::read(latest.join("promises.json")).expect("it has its promises");
    let published: Vec<Value> = serde_json::from_slice(&text).expect("JSON");
    let row = |outcome: &Value| {
        ["id", "promise", "of"].map(|key| outcome[key].as_str().unwrap_or_default().to_owned())
    };
    let declared = promises::PROMISES.iter();
    let declared = declared.map(|it| [it.id, it.promise, it.of].map(str::to_owned));
    assert_eq!(
        published.iter().map(row).collect::<Vec<_>>(),
        declared.collect::<Vec<_>>(),
        "publish the proof anew: scripts/statistics"
    );
    let method = include_str!("../../docs/method/proof.md");
    let broken = method.split("found broken\n").nth(1).unwrap_or_default();
    for outcome in &published {
        let id = outcome["id"].as_str().expect("an id");
        let is_told = broken.contains(&format!("- **{id}**"));
        assert_eq!(is_told, outcome["kept"] == false, "{id}");
    }
}

#[test]
fn promises_name_their_limits() {
    for declared in promises::PROMISES {
        let said = format!("{} {}", declared.promise, declared.of);
        let words: Vec<&str> = said
            .split(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .collect();
        for limit in declared.limits {
            let limit = limit.to_string();
            let numbers = limit.split(' ').filter(|word| word.parse::<f64>().is_ok());
            for number in numbers {
                assert!(words.contains(&number), "{}: {number}", declared.id);
            }
        }
    }
    let outcomes = promises::outcomes(&[]);
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.kept.is_none() && outcome.cells.is_empty())
    );
}

#[test]
fn what_so_few_replications_cannot_prove_is_undecided_and_neither_kept_nor_broken() {
    let cell = |happened, replications| {
        let tried = simulations::cell::Tried {
            experiment: "steady",
            id: format!("{happened} of {replications}: any check refuses"),
            law: String::new(),
            n: 96,
            p: None,
            seed: 0,
        };
        Cell::new(tried, happened, replications, Promise::Proven(0.01))
    };
    for (happened, replications, pass) in [
        (0, 1_000, Some(true)),
        (4, 1_000, Some(true)),
        (5, 1_000, None),
        (12, 1_000, None),
        (20, 1_000, Some(false)),
        (1, 400, None),
        (0, 10, None),
    ] {
        let found = cell(happened, replications).pass;
        assert_eq!(found, pass, "{happened} of {replications}");
    }
    let outcome = |cells: &[Cell]| {
        let found = promises::outcomes(cells).into_iter();
        let mut found = found.filter(|outcome| outcome.id == "P22");
        let outcome = found.next().expect("it is declared");
        (outcome.kept, outcome.broken.len(), outcome.undecided.len())
    };
    let (kept, undecided, broken) = (cell(0, 1_000), cell(1, 400), cell(20, 1_000));
    assert_eq!(outcome(std::slice::from_ref(&kept)), (Some(true), 0, 0));
    assert_eq!(outcome(&[kept.clone(), undecided.clone()]), (None, 0, 1));
    assert_eq!(outcome(&[kept, undecided, broken]), (Some(false), 1, 1));
}

#[test]
fn a_share_beyond_its_limit_that_chance_explains_is_neither_kept_nor_broken() {
    let pass = |happened, replications, promise| {
        let tried = simulations::cell::Tried {
            experiment: "shapes",
            id: "equal: p50 called faster".to_owned(),
            law: String::new(),
            n: 96,
            p: Some(0.5),
            seed: 0,
        };
        Cell::new(tried, happened, replications, promise).pass
    };
    for (happened, kept) in [
        (0, Some(true)),
        (4, Some(true)),
        (8, None),
        (9, Some(false)),
    ] {
        let (above, below) = (Promise::NotAbove(0.01), Promise::NotBelow(0.99));
        assert_eq!(pass(happened, 400, above), kept, "{happened}");
        assert_eq!(pass(400 - happened, 400, below), kept, "{happened}");
    }
}

#[test]
fn the_same_seeds_give_the_same_numbers_on_any_number_of_threads() {
    let draw = |noise: &mut noise::Noise| (noise.normal(), noise.uniform());
    let by = |workers, seed| noise::replicate_by(Workers::of(workers), 100, seed, draw);
    for threads in [2, 3, 8] {
        assert_eq!(by(threads, 7), by(1, 7), "{threads} threads");
    }
    assert_ne!(by(1, 8), by(1, 7));
    let published = || {
        serde_json::to_string(&simulations::EXPERIMENTS[0].cells(3)).expect("cells can be written")
    };
    assert_eq!(published(), published());
}

#[test]
fn the_errors_of_the_proof_are_those_of_the_exact_binomial() {
    // scipy 1.17.1: binom.cdf(180, 200, 0.95), beta.ppf(0.025, 190, 11), beta.ppf(0.975, 191, 10)
    let near = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    };
    near(
        binomial_at_most(180, 200, 0.95),
        0.002_664_579_549_829_474_3,
    );
    let (low, high) = clopper_pearson(190, 200, 0.025);
    near(low, 0.909_972_462_298_648_6);
    near(high, 0.975_765_834_527_891_5);
    assert_eq!(clopper_pearson(0, 10, 0.025).0, 0.0);
    assert_eq!(clopper_pearson(10, 10, 0.025).1, 1.0);
}

#[test]
fn known_delays_are_found_through_real_sockets_and_equal_ones_are_not_called_different() {
    let _turn = alone();
    let field = known_delays::Field::of(16);
    let fleet = TestEmulator::start(&field.fleet());
    let home = fleet.user();
    let (selector, mut arguments) = (field.selector(), Vec::new());
    let urls: Vec<String> = fleet
        .endpoints()
        .iter()
        .map(|e| fleet.plaintext(&e.endpoint.name))
        .collect();
    urls.iter()
        .for_each(|url| arguments.extend(["--endpoint-url", url]));
    arguments.extend([
        "--endpoints",
        &selector,
        "--operations=get-caller-identity",
        "--connections=warm",
        "--quiet",
    ]);
    arguments.extend([
        "--rounds=96",
        "--rate-per-endpoint=4",
        "--seed=12",
        "--force",
    ]);
    // A busy machine can spoil a run, which then says so.
    assert!(
        (0..3).any(|_| home.measure(&arguments).code == Some(0)),
        "no run of three could be used"
    );
    let cells = field.cells(&[home.stored()]);
    assert!(
        cells.iter().all(|cell| cell.replications == 8),
        "every pair is compared: {cells:?}"
    );
    let broken: Vec<_> = cells.iter().filter(|cell| is_impossible(cell)).collect();
    assert!(broken.is_empty(), "{broken:?}");
}
