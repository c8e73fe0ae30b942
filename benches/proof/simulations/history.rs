//! A scheduled run against those before it: how often an unchanged fleet turns the build red, and how soon a changed endpoint
//! does; by the program's gate, and by the rules of other tools with the same numbers. And how often a report has a notice, which
//! is never red: that an endpoint creeps, that the vantage changed.

use latency_stats::HistoryGate;

use super::cell::{Cell, Promise, Tried};
use super::noise::{Noise, replicate};

const ENDPOINTS: usize = 36;
/// Runs before the one that is judged.
const HISTORY: usize = 30;
/// Runs from the change on.
const AFTER: usize = 3;
/// Standard deviation of what all endpoints have in common from run to run, log scale.
const COMMON: f64 = 0.05;
/// The same of what an endpoint has for itself, of Student's law with five degrees of freedom (its variance is 5/3).
const OWN: f64 = 0.03;
/// How often the whole vantage is slower, and by how much on average.
const VANTAGE: (f64, f64) = (0.03, 0.30);
/// How often one endpoint is.
const BLIP: (f64, f64) = (0.003, 0.25);
/// The standard error of a median over a thousand calls that spread by 15 %: 1.2533·0.15/√1000.
const WITHIN: f64 = 0.005_945;

/// A rule that says whether an endpoint is slower now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// The program's.
    Ours,
    /// The same without waiting for a second run.
    OursOnce,
    /// More than a tenth above the previous run.
    Previous,
    /// More than a tenth above the mean of the earlier runs.
    Mean,
    /// Different from the previous run, either way, at p < 0.01, by what varies within the two runs.
    Different,
    /// Slower than the previous run at p < 0.01.
    Slower,
    /// Beyond the 99 % point of Student's t around the mean, with the earlier runs' standard deviation.
    StudentT,
    /// More than twice the interquartile range above the median.
    Interquartile,
}

impl Rule {
    pub const ALL: [Self; 8] = [
        Self::Ours,
        Self::OursOnce,
        Self::Previous,
        Self::Mean,
        Self::Different,
        Self::Slower,
        Self::StudentT,
        Self::Interquartile,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "stsbench: two runs in a row",
            Self::OursOnce => "stsbench: one run",
            Self::Previous => "10 % above the previous run",
            Self::Mean => "10 % above the mean",
            Self::Different => "significantly different from the previous run",
            Self::Slower => "significantly slower than the previous run",
            Self::StudentT => "Student's t, 99 %",
            Self::Interquartile => "median + 2 interquartile ranges",
        }
    }

    /// Whether each endpoint is red in the run at `at`, by the runs before it.
    fn red(self, runs: &[Vec<f64>], at: usize) -> Vec<bool> {
        match self {
            Self::Ours => {
                let before = Self::OursOnce.red(runs, at - 1);
                Self::OursOnce
                    .red(runs, at)
                    .into_iter()
                    .zip(before)
                    .map(|(now, before)| now && before)
                    .collect()
            }
            Self::OursOnce => {
                let known = |run: &Vec<f64>| run.iter().copied().map(Some).collect::<Vec<_>>();
                let gate = HistoryGate::default();
                let history: Vec<_> = runs[at - HISTORY..at].iter().map(known).collect();
                let found = gate.compare(&history, &known(&runs[at]));
                found
                    .series
                    .iter()
                    .map(|one| one.is_some_and(|deviation| gate.is_slower(&deviation)))
                    .collect()
            }
            _ => (0..ENDPOINTS).map(|k| self.beyond(runs, at, k)).collect(),
        }
    }

    /// The rules of others look at each endpoint alone, on the scale of times.
    fn beyond(self, runs: &[Vec<f64>], at: usize, k: usize) -> bool {
        let (now, previous) = (runs[at][k].exp(), runs[at - 1][k].exp());
        let history: Vec<f64> = runs[at - HISTORY..at]
            .iter()
            .map(|run| run[k].exp())
            .collect();
        let mean = history.iter().sum::<f64>() / HISTORY as f64;
        match self {
            Self::Previous => now > 1.1 * previous,
            Self::Mean => now > 1.1 * mean,
            Self::Different => standard_errors(runs, at, k).abs() > NORMAL_995,
            Self::Slower => standard_errors(runs, at, k) > NORMAL_990,
            Self::StudentT => {
                let squares: f64 = history.iter().map(|value| (value - mean).powi(2)).sum();
                now > mean + STUDENT_29_990 * (squares / (HISTORY - 1) as f64).sqrt()
            }
            Self::Interquartile => {
                let at = |share: f64| between(&history, share);
                now > at(0.5) + 2.0 * (at(0.75) - at(0.25))
            }
            Self::Ours | Self::OursOnce => false,
        }
    }
}

/// The standard errors between a run's median and that of the run before.
fn standard_errors(runs: &[Vec<f64>], at: usize, k: usize) -> f64 {
    (runs[at][k] - runs[at - 1][k]) / (WITHIN * 2.0_f64.sqrt())
}

/// Two-sided and one-sided 1 % of the normal law, and one-sided 1 % of Student's with 29 degrees of freedom.
const NORMAL_995: f64 = 2.575_829;
const NORMAL_990: f64 = 2.326_348;
const STUDENT_29_990: f64 = 2.462_021;

/// The quantile by linear interpolation between neighbours.
fn between(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = share * (sorted.len() - 1) as f64;
    let (floor, above) = (rank.floor() as usize, rank.ceil() as usize);
    sorted[floor] + (sorted[above] - sorted[floor]) * rank.fract()
}

/// The logarithms of medians, run after run. From the change on the first endpoint takes `change` times as long.
fn runs(change: f64, transients: bool, noise: &mut Noise) -> Vec<Vec<f64>> {
    let grown = |number: usize| {
        if number > HISTORY { change.ln() } else { 0.0 }
    };
    runs_of(HISTORY + AFTER + 1, transients, grown, noise)
}

/// The same for so many runs, in each of which the first endpoint takes e to the `grown` times as long as usual.
fn runs_of(
    count: usize,
    transients: bool,
    grown: impl Fn(usize) -> f64,
    noise: &mut Noise,
) -> Vec<Vec<f64>> {
    let one = |number: usize, noise: &mut Noise| {
        let mut common = COMMON * noise.normal();
        if transients && noise.happens(VANTAGE.0) {
            common += noise.exponential(VANTAGE.1);
        }
        let endpoint = |k: usize, noise: &mut Noise| {
            let blip = if transients && noise.happens(BLIP.0) {
                noise.exponential(BLIP.1)
            } else {
                0.0
            };
            let changed = if k == 0 { grown(number) } else { 0.0 };
            common
                + OWN * noise.student_5() / (5.0_f64 / 3.0).sqrt()
                + WITHIN * noise.normal()
                + blip
                + changed
        };
        (0..ENDPOINTS).map(|k| endpoint(k, noise)).collect()
    };
    (0..count).map(|number| one(number, noise)).collect()
}

/// How often any endpoint is red though none has changed.
pub fn false_alarms(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for transients in [false, true] {
        let seed = 5_300 + u64::from(transients);
        let red: Vec<Vec<bool>> = replicate(replications, seed, |noise| {
            let runs = runs(1.0, transients, noise);
            Rule::ALL
                .iter()
                .map(|rule| rule.red(&runs, HISTORY + 1).contains(&true))
                .collect()
        });
        for (at, rule) in Rule::ALL.into_iter().enumerate() {
            let happened = red.iter().filter(|red| red[at]).count() as u64;
            let ours = rule == Rule::Ours;
            let law = if transients {
                "with transients"
            } else {
                "clean"
            };
            let tried = Tried {
                experiment: if ours || rule == Rule::OursOnce {
                    "T5"
                } else {
                    "peers"
                },
                id: format!("history {law}: {}", rule.name()),
                law: law.to_owned(),
                n: HISTORY as u64,
                p: None,
                seed,
            };
            let promise = if ours {
                Promise::Proven(0.01)
            } else {
                Promise::Nothing
            };
            cells.push(Cell::new(tried, happened, replications, promise));
        }
    }
    cells
}

/// How often a report on unchanged endpoints has a notice, by the number of runs that are read, and how often one finds what creeps.
pub fn notices(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (at, count) in [30, 60, MOST_READ].into_iter().enumerate() {
        for (law, transients) in [("clean", false), ("with transients", true)] {
            let seed = 5_400 + 2 * at as u64 + u64::from(transients);
            let seen = replicate(replications, seed, |noise| {
                let said = Noticed::in_the_last(&runs_of(count, transients, |_| 0.0, noise));
                (said.creep.contains(&true), said.vantage)
            });
            let tried = |what: &str| noticed(what, law, count, seed);
            let crept = seen.iter().filter(|seen| seen.0).count() as u64;
            let promise = Promise::Proven(0.025);
            cells.push(Cell::new(tried("creep"), crept, replications, promise));
            // Incidents of the whole vantage are part of the second law, and of them the notice is true.
            let promise = if transients {
                Promise::Nothing
            } else {
                promise
            };
            let moved = seen.iter().filter(|seen| seen.1).count() as u64;
            cells.push(Cell::new(tried("vantage"), moved, replications, promise));
        }
    }
    for (at, after) in [20, 40, 60].into_iter().enumerate() {
        let seed = 5_410 + at as u64;
        let found = replicate(replications, seed, |noise| {
            let creeping = |number: usize| DAILY * number.saturating_sub(HISTORY) as f64;
            let runs = runs_of(HISTORY + after, true, creeping, noise);
            Noticed::in_the_last(&runs).creep[0]
        });
        let found = found.into_iter().filter(|found| *found).count() as u64;
        let tried = noticed("one creeps", "+0.5 % a run", after, seed);
        cells.push(Cell::new(tried, found, replications, Promise::Nothing));
    }
    cells
}

/// The run that is judged and the 91 before it that are read.
const MOST_READ: usize = 92;
/// By how much an endpoint that creeps grows from run to run, log scale.
const DAILY: f64 = 0.005;

/// What a report says beside red and not red.
struct Noticed {
    /// Of each endpoint.
    creep: Vec<bool>,
    vantage: bool,
}

impl Noticed {
    fn in_the_last(runs: &[Vec<f64>]) -> Self {
        let gate = HistoryGate::default();
        let known = |run: &Vec<f64>| run.iter().copied().map(Some).collect::<Vec<_>>();
        let runs: Vec<_> = runs.iter().map(known).collect();
        let (now, past) = runs.split_last().expect("there are runs");
        let common = gate.compare(past, now).common;
        Self {
            creep: gate.creep(past, now).iter().map(Option::is_some).collect(),
            vantage: common.is_some_and(|common| {
                common.z.abs() > common.limit && common.z.abs() > gate.effect_ratio.ln()
            }),
        }
    }
}

fn noticed(what: &str, law: &str, runs: usize, seed: u64) -> Tried {
    Tried {
        experiment: "notices",
        id: format!("notices {law}, {runs} runs: {what}"),
        law: law.to_owned(),
        n: runs as u64,
        p: None,
        seed,
    }
}

/// How often the one endpoint that became slower is red in at least one of the first runs after the change.
pub fn power(replications: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (at, change) in [1.10, 1.15, 1.20, 1.30].into_iter().enumerate() {
        let seed = 5_310 + at as u64;
        let red: Vec<Vec<[bool; AFTER]>> = replicate(replications, seed, |noise| {
            let runs = runs(change, true, noise);
            let found = |rule: &Rule| {
                let in_run = |after: usize| rule.red(&runs, HISTORY + 1 + after)[0];
                let mut ever = false;
                std::array::from_fn(|after| {
                    ever = ever || in_run(after);
                    ever
                })
            };
            Rule::ALL.iter().map(found).collect()
        });
        for (at, rule) in Rule::ALL.into_iter().enumerate() {
            for after in 0..AFTER {
                let happened = red.iter().filter(|red| red[at][after]).count() as u64;
                let promise = match (rule, after) {
                    (Rule::Ours, 1 | 2) => Promise::AtLeast(printed(change, after) - 0.05),
                    _ => Promise::Nothing,
                };
                let tried = Tried {
                    experiment: "T6",
                    id: format!(
                        "history +{:.0} % within {} runs: {}",
                        (change - 1.0) * 100.0,
                        after + 1,
                        rule.name()
                    ),
                    law: format!("+{:.0} %", (change - 1.0) * 100.0),
                    n: after as u64 + 1,
                    p: None,
                    seed,
                };
                cells.push(Cell::new(tried, happened, replications, promise));
            }
        }
    }
    cells
}

/// What the method's own simulation gave for two and three runs.
fn printed(change: f64, after: usize) -> f64 {
    let table = [
        (1.10, [0.41, 0.54]),
        (1.15, [0.90, 0.95]),
        (1.20, [0.98, 0.99]),
        (1.30, [1.0, 1.0]),
    ];
    table
        .iter()
        .find(|row| row.0 == change)
        .map_or(0.0, |row| row.1[after - 1])
}
