//! One view of a run that every format reads: what to say, in which order, in which words.

use std::time::Duration;

use crate::compare::{Check, Summary, answers_needed};
use crate::plan::{Client, Load};
use crate::results::{Completion, Run, Simulation};

use super::headline::headline;
use super::table::{Column, Table, columns, tables, unsupported};
use super::units::{count, duration, percent, percentile_name};

/// A run, ready to be laid out. Texts are not escaped; that is each format's part.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// The run itself, for formats that programs read.
    pub run: &'a Run,
    /// The run in numbers.
    pub summary: &'a Summary,
    /// The finding in one sentence.
    pub title: String,
    /// That the run was simulated, and how, when it was.
    pub simulation: Option<String>,
    /// Where, when, by whom and how much.
    pub facts: Vec<Fact>,
    /// One table per operation and kind of connection.
    pub tables: Vec<Table>,
    /// Calls that failed, by endpoint and code.
    pub failures: Vec<FailureLine>,
    /// What was noticed on the way, in order of time.
    pub notices: Vec<String>,
    /// How to read the tables.
    pub legend: Vec<String>,
}

/// A name and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// A word or two.
    pub name: &'static str,
    /// The text beside it.
    pub value: String,
}

/// The calls of one endpoint that failed with one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureLine {
    /// The endpoint's name.
    pub endpoint: String,
    /// The fault's or failure's code.
    pub code: String,
    /// How many of how many calls, and the share.
    pub calls: String,
}

impl<'a> Report<'a> {
    /// The view of `run`, whose numbers are `summary`.
    pub fn new(run: &'a Run, summary: &'a Summary) -> Self {
        let columns = columns(run, summary);
        Self {
            run,
            summary,
            title: headline(run, summary),
            simulation: run.vantage.simulation.as_ref().map(simulated),
            facts: facts(run, summary),
            tables: tables(summary, &columns),
            failures: failures(summary),
            notices: run.notices.iter().map(|notice| notice.text.clone()).collect(),
            legend: legend(run, summary, &columns),
        }
    }

    /// The run's doubts, the gravest first.
    pub fn checks(&self) -> Vec<&'a Check> {
        let mut checks: Vec<&Check> = self.summary.checks.iter().collect();
        checks.sort_by_key(|check| std::cmp::Reverse(check.verdict));
        checks
    }
}

fn simulated(simulation: &Simulation) -> String {
    let link = match simulation.link.as_str() {
        "bytes" => "the bytes of a connection were delayed, TCP's own handshake was not".to_owned(),
        other => format!("link {other}"),
    };
    format!(
        "a fleet on this machine, seen as from {}, seed {}; {link}. These are not measurements of AWS.",
        simulation.region, simulation.seed
    )
}

fn facts(run: &Run, summary: &Summary) -> Vec<Fact> {
    let sum = |count: fn(&crate::record::Counts) -> u64| {
        summary.rows.iter().fold(0_u64, |sum, row| sum.saturating_add(count(&row.counts)))
    };
    let endpoints = run.plan.endpoints().len();
    let mut facts = vec![
        Fact { name: "vantage", value: run.vantage.name.clone() },
        Fact {
            name: "service",
            value: match run.vantage.simulation {
                Some(_) => format!("simulated, {}", plural(endpoints, "endpoint")),
                None => plural(endpoints, "endpoint"),
            },
        },
    ];
    if let Some(caller) = &run.caller {
        let value = format!("{}, key {} from {}", caller.arn, caller.access_key, caller.source);
        facts.push(Fact { name: "caller", value });
    }
    let ended = match run.completion {
        Completion::Complete => "",
        Completion::Interrupted => ", interrupted",
        Completion::Recovered => ", cut off and recovered",
    };
    let elapsed = Duration::from_millis(run.elapsed_ns / 1_000_000);
    let elapsed = if elapsed < Duration::from_secs(10) { elapsed } else { Duration::from_secs(elapsed.as_secs()) };
    facts.extend([
        Fact {
            name: "started",
            value: format!("{}, for {}{ended}", run.started_at, humantime::format_duration(elapsed)),
        },
        Fact { name: "load", value: load(run) },
        Fact {
            name: "calls",
            value: format!(
                "{} measured, {} answered, {} failed; {} more to warm up",
                count(sum(|c| c.issued)),
                count(sum(|c| c.succeeded.saturating_add(c.redialled))),
                count(sum(|c| c.faults.saturating_add(c.failures))),
                count(sum(|c| c.warmup))
            ),
        },
        Fact { name: "client", value: own_cost(run, summary) },
        Fact { name: "tool", value: format!("{} {}, run {}", run.tool.name, run.tool.version, run.run_id) },
    ]);
    facts
}

/// What the client itself took, which no measured time contains.
fn own_cost(run: &Run, summary: &Summary) -> String {
    let signing = summary.signing.percentiles[0].map(|p50| format!("signing p50 {} a call", duration(p50)));
    let cpu = run.measuring_cpu_ratio.filter(|ratio| (0.0..=2.0).contains(ratio));
    let cpu = cpu.map(|ratio| format!("measuring thread {} of a core", percent(ratio)));
    std::iter::once(client(run).to_owned()).chain(signing).chain(cpu).collect::<Vec<_>>().join(", ")
}

fn load(run: &Run) -> String {
    let shape = match run.plan.load {
        Load::Audit { rounds, round } => {
            format!("{} rounds of {:.1} s in random order", count(rounds.into()), round.as_secs_f64())
        }
        Load::Open { rate_per_second, arrivals, duration } => {
            let spacing = match arrivals {
                crate::plan::Arrivals::Constant => "constant",
                crate::plan::Arrivals::Poisson => "Poisson",
            };
            format!("{rate_per_second} calls/s for {}, {spacing} arrivals", humantime::format_duration(duration))
        }
        Load::Closed { concurrency, duration } => {
            format!("{concurrency} calls under way for {}", humantime::format_duration(duration))
        }
    };
    format!("{shape}, {} blocks, seed {}", run.plan.blocks, run.plan.seed)
}

/// The client's name as on the command line.
pub(super) fn client(run: &Run) -> &'static str {
    match run.plan.client {
        Client::Hyper => "hyper",
        Client::Reqwest => "reqwest",
    }
}

fn failures(summary: &Summary) -> Vec<FailureLine> {
    let mut endpoints: Vec<&str> = Vec::new();
    for row in &summary.rows {
        if !endpoints.contains(&row.endpoint.as_str()) {
            endpoints.push(&row.endpoint);
        }
    }
    let mut lines = Vec::new();
    for endpoint in endpoints {
        let rows: Vec<_> = summary.rows.iter().filter(|row| row.endpoint == endpoint).collect();
        let issued = rows.iter().fold(0_u64, |sum, row| sum.saturating_add(row.counts.issued));
        let mut codes = std::collections::BTreeMap::<&str, u64>::new();
        for (code, calls) in rows.iter().flat_map(|row| &row.counts.codes) {
            let sum = codes.entry(code).or_default();
            *sum = sum.saturating_add(*calls);
        }
        lines.extend(codes.into_iter().map(|(code, calls)| FailureLine {
            endpoint: endpoint.to_owned(),
            code: code.to_owned(),
            calls: format!("{} of {} ({})", count(calls), count(issued), percent(calls as f64 / issued.max(1) as f64)),
        }));
    }
    lines
}

fn legend(run: &Run, summary: &Summary, columns: &[Column]) -> Vec<String> {
    let mut legend = vec![
        "Times are service times of answered calls, from the first step of the connection (cold) or the first byte of the \
         request (warm) to the last byte of the answer. Rows are sorted by p50."
            .to_owned(),
    ];
    if columns.iter().any(|column| matches!(column, Column::ResponseTime(_))) {
        legend.push("“From schedule” counts from the moment at which the schedule wanted the call sent.".to_owned());
    }
    let most = summary.rows.iter().map(|row| row.service_time.count).max().unwrap_or(0);
    for share in unsupported(columns) {
        let Some(needed) = answers_needed(share) else { continue };
        let remedy = match run.plan.load {
            Load::Audit { .. } => "--rounds",
            Load::Open { .. } | Load::Closed { .. } => "--duration",
        };
        legend.push(format!(
            "{} is left out: a 95 % interval around it needs {} answers, and no row has more than {} (raise {remedy}).",
            percentile_name(share),
            count(needed),
            count(most)
        ));
    }
    legend
}

fn plural(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use proptest::prelude::*;

    use crate::compare::fixture::{Fixture, answer, refused};
    use crate::compare::summarise;
    use crate::record::{Counts, Histogram};
    use crate::render::{ChartLink, Style, comparison_csv, markdown, summary_csv, summary_json, terminal};

    use super::*;

    /// Every format, by name.
    fn every_format(run: &Run) -> Vec<(&'static str, String)> {
        let summary = summarise(run);
        let report = Report::new(run, &summary);
        let charts =
            [ChartLink { stem: "dumbbell-get-caller-identity".to_owned(), description: "p50 by endpoint".to_owned() }];
        vec![
            ("terminal-100", terminal(&report, Style::Plain, 100)),
            ("terminal-60", terminal(&report, Style::Plain, 60)),
            ("terminal-colour", terminal(&report, Style::Colour, 80)),
            ("markdown", markdown(&report, &charts)),
            ("summary.csv", summary_csv(&report)),
            ("comparison.csv", comparison_csv(&report)),
            ("json", summary_json(&report)),
        ]
    }

    /// An endpoint with some throttled calls, one without any answer, and three answers of the last.
    fn eventful() -> Fixture {
        Fixture::realistic_of("global,eu-central-1,ap-northeast-3,sa-east-1,us-west-2")
    }

    #[test]
    fn every_format_of_a_simulated_run_is_as_reviewed() {
        for (name, text) in every_format(&eventful().simulated_run()) {
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("simulated-{name}"), text) });
        }
    }

    #[test]
    fn the_default_run_is_readable_at_a_hundred_columns() {
        let run = Fixture::realistic_of("global,default").run();
        let summary = summarise(&run);
        let text = terminal(&Report::new(&run, &summary), Style::Plain, 100);
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("default-terminal-100", text) });
    }

    #[test]
    fn a_simulated_run_says_so_in_every_format() {
        for (name, text) in every_format(&eventful().simulated_run()) {
            let lower = text.to_lowercase();
            assert!(lower.contains("simulated"), "{name}");
            if let Some(rows) = name.ends_with("csv").then(|| text.lines().skip(1)) {
                assert!(rows.clone().count() > 0 && rows.clone().all(|row| row.ends_with(",true")), "{name}");
            }
        }
        for (name, text) in every_format(&eventful().run()) {
            assert!(!text.contains("SIMULATED") && !text.contains("Simulated") && !text.contains(",true"), "{name}");
        }
    }

    #[test]
    fn fault_47_no_answer_is_no_data_with_its_reason_and_never_zero() {
        let run = Fixture::small().calls(40, |_, _| answer(20)).calls_of("global", 40, |_| refused()).run();
        for (name, text) in every_format(&run) {
            assert!(!text.contains("NaN") && !text.contains("0 ns") && !text.contains("inf"), "{name}: {text}");
            if name.starts_with("terminal") || name == "markdown" {
                assert!(text.contains("no data (40 of 40 calls failed: tcp.refused)"), "{name}: {text}");
            }
        }
        let summary = summarise(&run);
        let csv = summary_csv(&Report::new(&run, &summary));
        assert!(csv.contains("global,aws-global,get-caller-identity,warm,40,0,0,40,0,,,,,"), "{csv}");
    }

    #[test]
    fn a_percentile_without_support_says_what_it_needs() {
        let run = Fixture::small().calls(100, |_, _| answer(20)).calls_of("global", 20, |_| answer(20)).run();
        let summary = summarise(&run);
        let text = terminal(&Report::new(&run, &summary), Style::Plain, 100);
        assert!(text.contains("– needs 36") && text.contains("– needs 72"), "{text}");
        assert!(text.contains("p99 is left out") && text.contains("needs 368 answers"), "{text}");
    }

    #[test]
    fn rule_18_and_19_texts_from_a_file_cannot_command_a_terminal_or_a_page() {
        let mut run = Fixture::small().calls(40, |_, i| if i == 0 { refused() } else { answer(20) }).run();
        let evil = "::error::x\u{1b}[2J|<script>alert(1)</script>`\n# x";
        run.vantage.name = evil.to_owned();
        run.notices.push(crate::results::Notice { at_ns: 0, text: evil.to_owned() });
        for series in &mut run.series {
            series.served_by = BTreeMap::from([(evil.to_owned(), 9), ("=cmd()".to_owned(), 3)]);
            series.counts.codes = BTreeMap::from([(evil.to_owned(), 1)]);
        }
        for (name, text) in every_format(&run) {
            if name != "terminal-colour" {
                assert!(!text.contains('\u{1b}'), "{name}");
            }
            assert!(!text.contains("\u{1b}[2J"), "{name}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{name}: {text}");
            assert!(name != "markdown" || !text.contains("<script"), "{text}");
        }
    }

    fn any_counts() -> impl Strategy<Value = Counts> {
        let number = || prop_oneof![Just(0_u64), 1_u64..1000, any::<u64>()];
        let codes = prop::collection::btree_map("[a-z.]{1,12}", number(), 0..3);
        (number(), number(), number(), number(), number(), number(), number(), codes).prop_map(
            |(issued, succeeded, faults, failures, redialled, throttled, withheld, codes)| Counts {
                issued,
                succeeded,
                faults,
                failures,
                redialled,
                throttled,
                withheld,
                warmup: withheld,
                warmup_failures: 0,
                codes,
            },
        )
    }

    fn any_times() -> impl Strategy<Value = Histogram> {
        prop::collection::vec(prop_oneof![Just(0_u64), 1_u64..10_000_000_000, any::<u64>()], 0..10).prop_map(|times| {
            let mut histogram = Histogram::default();
            times.into_iter().for_each(|ns| histogram.record(Duration::from_nanos(ns)));
            histogram
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_counts_whatever_make_a_nan_in_any_format(
            counts in prop::collection::vec(any_counts(), 2), times in prop::collection::vec(any_times(), 4),
            cpu in prop_oneof![Just(None), any::<f64>().prop_map(Some)], elapsed_ns in any::<u64>()
        ) {
            let mut run = Fixture::small().run();
            run.measuring_cpu_ratio = cpu;
            run.elapsed_ns = elapsed_ns;
            for (i, (series, counts)) in run.series.iter_mut().zip(counts).enumerate() {
                series.counts = counts;
                series.service_time = times[2 * i].clone();
                series.response_time = times[2 * i].clone();
                series.lateness = times[2 * i + 1].clone();
            }
            for (name, text) in every_format(&run) {
                let words = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
                prop_assert!(!words().any(|word| matches!(word, "NaN" | "inf" | "-inf")), "{}: {}", name, text);
            }
        }
    }
}
