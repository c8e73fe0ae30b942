//! Endpoints whose delays are known, called by the program as its users run it, through real sockets: what its intervals and
//! verdicts say of them.

use std::fmt::Write as _;

use sts_model::Catalog;
use stsbench::judge::{self, Verdict};
use stsbench::plan::{Level, TargetId};
use stsbench::results::Run;

use super::simulations::cell::{Cell, Promise, Tried};

/// Median of the service times of every endpoint but the slower ones, ms, and of those.
const MEDIANS_MS: [u32; 2] = [10, 11];
/// Standard deviation of their logarithm.
const SIGMA: f64 = 0.15;

/// Endpoints in pairs; every second pair's first is a tenth slower than its second, the others are equal.
pub struct Field {
    names: Vec<String>,
}

impl Field {
    /// So many pairs, at most sixteen: as many as the commercial Regions give.
    pub fn of(pairs: usize) -> Self {
        let selector = "*".parse().expect("a selector");
        let endpoints = Catalog::default()
            .select(&selector)
            .expect("they are in the catalogue");
        Self {
            names: endpoints
                .into_iter()
                .map(|endpoint| endpoint.name)
                .take(2 * pairs)
                .collect(),
        }
    }

    /// The selector of them all.
    pub fn selector(&self) -> String {
        self.names.join(",")
    }

    /// The fleet, as `stsbench emulate --fleet` reads it: no distance, and service times of known law.
    pub fn fleet(&self) -> String {
        let slower: Vec<_> = self
            .names
            .iter()
            .step_by(4)
            .map(|name| format!("{name:?}"))
            .collect();
        let mut text = format!("endpoints = {:?}\nlink = \"undelayed\"\n", self.selector());
        text.push_str(
            "quota = { requests_per_second = 1000000, burst = 1000000 }\n[service_time.get-caller-identity]\n",
        );
        writeln!(text, "median_ms = {}\nsigma = {SIGMA}", MEDIANS_MS[0]).expect("a text takes any");
        writeln!(text, "[[latency]]\nendpoints = [{}]", slower.join(", "))
            .expect("a text takes any");
        writeln!(
            text,
            "law = {{ kind = \"log-normal\", median_ms = {}, sigma = {SIGMA} }}",
            MEDIANS_MS[1]
        )
        .expect("a text takes any");
        text
    }

    /// What the runs said of their pairs.
    pub fn cells(&self, runs: &[Run]) -> Vec<Cell> {
        let pairs: Vec<(TargetId, TargetId)> = (0..self.names.len() / 2)
            .map(|pair| {
                [2 * pair, 2 * pair + 1]
                    .map(|at| TargetId(u16::try_from(at).expect("few endpoints")))
            })
            .map(|[baseline, candidate]| (baseline, candidate))
            .collect();
        let said: Vec<_> = runs
            .iter()
            .flat_map(|run| judge::compare_pairs(run, &pairs).0)
            .collect();
        let medians = |slower: bool| {
            said.iter()
                .filter(move |c| c.level == Level::P50 && c.baseline.0.is_multiple_of(4) == slower)
        };
        let n = runs.first().map_or(0, |run| {
            run.measured
                .series
                .first()
                .map_or(0, |series| series.counts.issued)
        });
        let cell = |what: &str, happened: usize, of: usize, promise| {
            let tried = Tried {
                experiment: "T12",
                id: format!("real sockets n={n} p50: {what}"),
                law: "log-normal".to_owned(),
                n,
                p: Some(0.5),
                seed: 0,
            };
            Cell::new(tried, happened as u64, of as u64, promise)
        };
        let truth = f64::from(MEDIANS_MS[1]) / f64::from(MEDIANS_MS[0]);
        let interval = |c: &&judge::Comparison| c.ratio.interval;
        let holds = medians(true)
            .filter_map(|c| interval(&c))
            .filter(|i| i.low <= truth && truth <= i.high)
            .count();
        let given = medians(true).filter_map(|c| interval(&c)).count();
        let above = medians(false)
            .filter_map(|c| interval(&c))
            .filter(|i| i.low > 1.0)
            .count();
        let faster = medians(false)
            .filter(|c| c.verdict == Verdict::Faster)
            .count();
        let equal = medians(false).count();
        let mut widths: Vec<f64> = medians(true)
            .filter_map(|c| interval(&c))
            .map(|i| (i.high / i.low).ln() / 2.0)
            .collect();
        widths.sort_by(f64::total_cmp);
        let held = cell(
            "ratio 1.1",
            holds,
            given,
            Promise::Within {
                low: 0.91,
                high: 0.99,
            },
        );
        vec![
            Cell {
                half_width: widths.get(widths.len() / 2).copied(),
                ..held
            },
            cell(
                "equal, interval above 1",
                above,
                equal,
                Promise::NotAbove(0.025),
            ),
            cell("equal, faster", faster, equal, Promise::NotAbove(0.01)),
        ]
    }
}
