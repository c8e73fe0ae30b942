//! One view of a run that every format reads: what to say, in which order, in which words.

use crate::judge::{
    Check, Claims, FULL_SUPPORT, GateClaim, GateOutcome, GateResult, Method, Row, Summary,
};
use crate::plan::{Level, Load, TargetId};
use crate::results::{Run, Simulation};

use super::answered::{self, AnsweredLine};
use super::facts::{Fact, facts};
use super::headline::{headline, verdicts};
use super::table::{Column, FORBIDDEN, THIN, Table, columns, over, tables, unsupported};
use super::units::{count, duration, percent};
use super::wording::{self, confidence};

/// A run, ready to be laid out. Texts are not escaped; that is each format's part.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// The run itself, for formats that programs read.
    pub run: &'a Run,
    /// The run in numbers.
    pub summary: &'a Summary,
    /// The finding in one sentence.
    pub title: String,
    /// The same for every other operation and kind of connection.
    pub verdicts: Vec<String>,
    /// That the run was simulated, and how, when it was.
    pub simulation: Option<String>,
    /// Where, when, by whom and how much.
    pub facts: Vec<Fact>,
    /// One table per operation and kind of connection.
    pub tables: Vec<Table>,
    /// Who answered, by endpoint.
    pub answered: Vec<AnsweredLine>,
    /// Calls that failed, by endpoint and code.
    pub failures: Vec<FailureLine>,
    /// What was noticed on the way, in order of time.
    pub notices: Vec<String>,
    /// How to read the tables.
    pub legend: Vec<String>,
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
        let (columns, title) = (columns(run, summary), headline(run, summary));
        Self {
            run,
            summary,
            verdicts: verdicts(run, summary)
                .into_iter()
                .filter(|sentence| *sentence != title)
                .collect(),
            title,
            simulation: run.vantage.simulation.as_ref().map(simulated),
            facts: facts(run, summary),
            tables: tables(summary, &columns),
            answered: answered::lines(run, summary),
            failures: failures(summary),
            notices: run
                .notices
                .iter()
                .map(|notice| notice.text.clone())
                .collect(),
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

/// The claims of a gate that a reader wants to see: those that keep it from being proven, or else all.
pub(super) fn told(gate: &GateResult) -> impl Iterator<Item = &GateClaim> {
    gate.claims
        .iter()
        .filter(|claim| gate.outcome == GateOutcome::Proven || claim.outcome != GateOutcome::Proven)
}

/// A claim with what became of it, which need not be what became of its gate.
pub(super) fn sentence(claim: &GateClaim) -> String {
    format!(
        "{}: {}: {}",
        claim.outcome.as_str(),
        claim.subject,
        finding(claim)
    )
}

/// What was found of a claim, and what it lacks.
pub(super) fn finding(claim: &GateClaim) -> String {
    let more = claim
        .more_samples
        .map(|more| format!("; {} of them would decide it", wording::more(more)));
    format!("{}{}", claim.text, more.unwrap_or_default())
}

/// What the intervals hold, and what they assume.
fn intervals(run: &Run, summary: &Summary) -> String {
    let methods = summary
        .rows
        .iter()
        .filter_map(|row| row.service_time.estimate(Level::P50))
        .map(|p50| p50.method);
    let (mut blocks, mut ranks) = (0, 0);
    methods.for_each(|method| match method {
        Method::BatchWoodruff { .. } => blocks += 1,
        Method::OrderStatistics => ranks += 1,
    });
    let assumed = match (blocks, ranks) {
        (_, 0) => "those of one endpoint come from how its blocks differ",
        (0, _) => "those of one endpoint assume independent answers, because there are few",
        _ => {
            "those of one endpoint come from how its blocks differ, or assume independent answers where there are few"
        }
    };
    let judging = &run.plan.judging;
    format!(
        "Intervals are of {} confidence and hold for the time that was measured: {assumed}; those against the global \
         endpoint come from differences within blocks. “Faster” and “slower” lie beyond {} and {} as a whole, “equivalent” within.",
        confidence(judging.confidence),
        percent(judging.margin_ratio),
        duration(judging.margin.as_nanos() as f64)
    )
}

/// What the marks in the tables mean, where there are any.
fn marks(summary: &Summary) -> Vec<String> {
    let any = |seen: &dyn Fn(&Row, Level) -> bool| {
        summary
            .rows
            .iter()
            .any(|row| Level::ALL.into_iter().any(|level| seen(row, level)))
    };
    let thin = any(&|row, level| row.service_time.is_thin(level));
    let forbidden = any(&|row, level| {
        row.service_time.percentile(level).is_some()
            && summary
                .forbidden(row.target, level, Claims::OneEndpoint)
                .is_some()
    });
    let thin = thin.then(|| {
        format!("{THIN} stands on fewer than {FULL_SUPPORT:.0} independent answers beyond it: take its size, not its digits.")
    });
    let forbidden =
        forbidden.then(|| format!("{FORBIDDEN} a check forbids this number; see above."));
    thin.into_iter().chain(forbidden).collect()
}

/// Which endpoints cannot be told apart.
fn ties(summary: &Summary) -> Vec<String> {
    if summary.rankings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "Ranks are intervals, all together of 95 % confidence; endpoints whose ranks overlap need not differ."
            .to_owned(),
    ];
    for ranking in &summary.rankings {
        let name = |target: &TargetId| {
            summary
                .rows
                .iter()
                .find(|row| row.target == *target)
                .map(|row| &row.endpoint)
        };
        let sets: Vec<String> = ranking
            .ties
            .iter()
            .filter(|set| set.len() > 1)
            .map(|set| {
                set.iter()
                    .filter_map(name)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" = ")
            })
            .collect();
        if !sets.is_empty() {
            let kind = format!("{} {}", ranking.operation, over(ranking.connection));
            lines.push(format!("Not told apart, {kind}: {}.", sets.join("; ")));
        }
    }
    lines
}

/// That a run was simulated, and how.
pub(super) fn simulated(simulation: &Simulation) -> String {
    let link = match simulation.link.as_str() {
        "kernel" => "every packet was delayed, TCP's handshakes included (kernel link)".to_owned(),
        "bytes" => "the bytes of a connection were delayed, TCP's own handshake was not".to_owned(),
        other => format!("link {other}"),
    };
    let refused = simulation
        .why_not_kernel
        .as_ref()
        .map(|why| format!(" ({why})"))
        .unwrap_or_default();
    format!(
        "a fleet on this machine, seen as from {}, seed {}; {link}{refused}. These are not measurements of AWS.",
        simulation.region, simulation.seed
    )
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
        let rows: Vec<_> = summary
            .rows
            .iter()
            .filter(|row| row.endpoint == endpoint)
            .collect();
        let issued = rows
            .iter()
            .fold(0_u64, |sum, row| sum.saturating_add(row.counts.issued));
        let mut codes = std::collections::BTreeMap::<&str, u64>::new();
        for (code, calls) in rows.iter().flat_map(|row| &row.counts.codes) {
            let sum = codes.entry(code).or_default();
            *sum = sum.saturating_add(*calls);
        }
        lines.extend(codes.into_iter().map(|(code, calls)| FailureLine {
            endpoint: endpoint.to_owned(),
            code: code.to_owned(),
            calls: format!(
                "{} of {} ({})",
                count(calls),
                count(issued),
                percent(calls as f64 / issued.max(1) as f64)
            ),
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
    if columns
        .iter()
        .any(|column| matches!(column, Column::ResponseTime(_)))
    {
        legend.push(
            "“From schedule” counts from the moment at which the schedule wanted the call sent."
                .to_owned(),
        );
    }
    legend.push(intervals(run, summary));
    legend.extend(marks(summary));
    legend.extend(ties(summary));
    let most = summary
        .rows
        .iter()
        .map(|row| row.service_time.count)
        .max()
        .unwrap_or(0);
    for level in unsupported(columns) {
        let needed = level.answers_needed();
        let remedy = match run.plan.load {
            Load::Audit { .. } => "--rounds",
            Load::Open { .. } | Load::Closed { .. } => "--duration",
        };
        let have = match most {
            most if most < needed => format!("no row has more than {}", count(most)),
            _ => "by how their blocks differ the answers of no row are worth so many".to_owned(),
        };
        legend.push(format!(
            "{level} is left out: a 95 % interval around it needs {} independent answers, and {have} (raise {remedy}).",
            count(needed)
        ));
    }
    legend
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use proptest::prelude::*;

    use crate::health::{Clocks, Event, Health, HostShare, Processor, Stalls, Step, WINDOW_STEPS};
    use crate::judge::fixture::{Fixture, answer, refused};
    use crate::judge::{summarise, summarise_by};
    use crate::parallel::Workers;
    use crate::record::{Counts, Histogram};
    use crate::report::{
        ChartLink, Format, Style, comparison_csv, document, markdown, summary_csv, summary_json,
        terminal,
    };

    use super::*;

    /// Every format, by name.
    fn every_format(run: &Run) -> Vec<(&'static str, String)> {
        every_format_of(run, &summarise(run))
    }

    fn every_format_of(run: &Run, summary: &Summary) -> Vec<(&'static str, String)> {
        let report = [Report::new(run, summary)];
        let foreign = Format::ALL
            .into_iter()
            .skip_while(|format| *format != Format::GithubSummary);
        let written = foreign.filter_map(|format| {
            Some((
                format.as_str(),
                document(format, &report, Style::Plain, 100).ok()?.text,
            ))
        });
        report_formats(run, summary)
            .into_iter()
            .chain(written)
            .collect()
    }

    /// The formats that are this program's own.
    fn report_formats(run: &Run, summary: &Summary) -> Vec<(&'static str, String)> {
        let report = Report::new(run, summary);
        let charts = [ChartLink {
            stem: "dumbbell-get-caller-identity".to_owned(),
            description: "p50 by endpoint".to_owned(),
        }];
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
        let run = eventful().simulated_run();
        for (name, text) in report_formats(&run, &summarise(&run)) {
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(format!("simulated-{name}"), text) });
        }
    }

    #[test]
    fn the_same_run_gives_the_same_bytes_again_whoever_computes_them() {
        let run = eventful().simulated_run();
        let once = every_format(&run);
        assert!(
            once.iter()
                .any(|(name, text)| *name == "json" && text.contains("block-bootstrap"))
        );
        for threads in [1, 1, 2, 3, 8] {
            assert_eq!(
                every_format_of(&run, &summarise_by(&run, Workers::of(threads))),
                once,
                "{threads} threads"
            );
        }
        let read_back: Run =
            serde_json::from_slice(&crate::results::to_json(&run)).expect("our own form");
        assert_eq!(every_format(&read_back), once);
    }

    #[test]
    fn the_default_run_is_readable_at_a_hundred_columns() {
        let run = Fixture::realistic_of("global,default").run();
        let summary = summarise(&run);
        let text = terminal(&Report::new(&run, &summary), Style::Plain, 100);
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("default-terminal-100", text) });
    }

    #[test]
    fn a_simulated_run_says_so_in_every_format() {
        let sound = || Fixture::realistic_of("global,eu-central-1");
        for (name, text) in every_format(&sound().simulated_run()) {
            let said = [
                "Simulated:",
                "SIMULATED",
                "\"simulated\": true",
                "(simulated)",
            ]
            .iter()
            .any(|words| text.contains(words));
            if let Some(rows) = name.ends_with("csv").then(|| text.lines().skip(1)) {
                assert!(
                    rows.clone().count() > 0 && rows.clone().all(|row| row.ends_with(",true")),
                    "{name}"
                );
            } else {
                assert!(said, "{name}");
            }
        }
        for (name, text) in every_format(&sound().run()) {
            assert!(
                !text.contains("SIMULATED")
                    && !text.contains("Simulated")
                    && !text.contains("(simulated)"),
                "{name}"
            );
            assert!(!text.contains(",true"), "{name}");
        }
    }

    #[test]
    fn every_format_carries_the_certificate_of_the_host_or_says_that_there_is_none() {
        use crate::results::Verdict::{Fail, Pass, Warn};
        let line =
            "FAILED in known-delay, passed 1 of 3, warned of achieved-rate on 2026-11-22T20:00:00Z";
        let words = |name: &str| match name {
            "json" => ["\"certificate\": null", "\"verdict\": \"fail\""],
            "summary.csv" | "comparison.csv" => [",none,", ",fail,"],
            "terminal-60" => ["none for this host;", "FAILED in known-delay, passed"],
            _ => ["none for this host; stsbench selftest makes one", line],
        };
        let mut run = eventful().run();
        for (name, text) in report_formats(&run, &summarise(&run)) {
            assert!(text.contains(words(name)[0]), "{name}: {text}");
        }
        run.certificate = Some(crate::report::certificate::tests::of([Pass, Warn, Fail]));
        for (name, text) in report_formats(&run, &summarise(&run)) {
            let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(unwrapped.contains(words(name)[1]), "{name}: {text}");
        }
    }

    #[test]
    fn fault_47_no_answer_is_no_data_with_its_reason_and_never_zero() {
        let run = Fixture::small()
            .calls(40, |_, _| answer(20))
            .calls_of("global", 40, |_| refused())
            .run();
        for (name, text) in every_format(&run) {
            let infinite = text
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .any(|word| word == "inf");
            assert!(
                !text.contains("NaN") && !text.contains("0 ns"),
                "{name}: {text}"
            );
            assert!(!infinite || name == "hgrm", "{name}: {text}");
            if name.starts_with("terminal") || name == "markdown" || name == "github-summary" {
                assert!(
                    text.contains("no data (40 of 40 calls failed: tcp.refused)"),
                    "{name}: {text}"
                );
            }
        }
        let summary = summarise(&run);
        let csv = summary_csv(&Report::new(&run, &summary));
        assert!(
            csv.contains("global,aws-global,get-caller-identity,warm,40,0,0,40,0,,,,,"),
            "{csv}"
        );
    }

    #[test]
    fn a_percentile_without_support_says_what_it_needs() {
        let run = Fixture::small()
            .calls(100, |_, _| answer(20))
            .calls_of("global", 20, |_| answer(20))
            .run();
        let summary = summarise(&run);
        let text = terminal(&Report::new(&run, &summary), Style::Plain, 140);
        assert!(
            text.contains("– needs 16 more") && text.contains("– needs 52 more"),
            "{text}"
        );
        assert!(
            text.contains("p99 is left out") && text.contains("needs 368 independent answers"),
            "{text}"
        );
    }

    #[test]
    fn rule_18_and_19_texts_from_a_file_cannot_command_a_terminal_or_a_page() {
        let mut run = Fixture::small()
            .calls(40, |_, i| if i == 0 { refused() } else { answer(20) })
            .run();
        let evil = "::error::x\u{1b}[2J|<script>alert(1)</script>`\n# x ::set-output name=a::b ##[add-mask]y\n::warning::z";
        run.vantage.name = evil.to_owned();
        run.run_id = evil.to_owned();
        run.tool.version = evil.to_owned();
        run.notices.push(crate::results::Notice {
            at_ns: 0,
            text: evil.to_owned(),
        });
        for series in &mut run.series {
            series.served_by = BTreeMap::from([(evil.to_owned(), 9), ("=cmd()".to_owned(), 3)]);
            series.counts.codes = BTreeMap::from([(evil.to_owned(), 1)]);
        }
        for (name, text) in every_format(&run) {
            if name != "terminal-colour" {
                assert!(!text.contains('\u{1b}'), "{name}");
            }
            assert!(!text.contains("\u{1b}[2J"), "{name}");
            assert!(
                !text.lines().any(|line| line.trim_start().starts_with("::")),
                "{name}: {text}"
            );
            assert!(!text.contains("##["), "{name}: {text}");
            let shown_as_html = ["markdown", "github-summary", "junit"].contains(&name);
            assert!(!shown_as_html || !text.contains("<script"), "{text}");
        }
    }

    fn any_counts() -> impl Strategy<Value = Counts> {
        let number = || prop_oneof![Just(0_u64), 1_u64..1000, any::<u64>()];
        let codes = prop::collection::btree_map("[a-z.]{1,12}", number(), 0..3);
        (
            number(),
            number(),
            number(),
            number(),
            number(),
            number(),
            number(),
            codes,
        )
            .prop_map(
                |(issued, succeeded, faults, failures, redialled, throttled, withheld, codes)| {
                    Counts {
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
                    }
                },
            )
    }

    fn any_health() -> impl Strategy<Value = Option<Health>> {
        let number = || prop_oneof![Just(0_u64), 1_u64..1000, any::<u64>()];
        let numbers = prop::collection::vec(number(), 8);
        prop::option::of((
            numbers,
            prop::collection::vec(number(), WINDOW_STEPS),
            any::<i64>(),
        ))
        .prop_map(|made_up| {
            let (n, windows, by_ns) = made_up?;
            let event = Event {
                at_ns: n[0],
                length_ns: n[1],
            };
            Some(Health {
                stalls: Stalls {
                    heartbeat_ns: n[0],
                    number: n[1],
                    total_ns: n[2],
                    longest_ns: n[3],
                    calls: n[4],
                    calls_touched: n[5],
                    first: vec![event],
                },
                processor: Some(Processor {
                    ran_ns: n[2],
                    waited_ns: n[3],
                    turns: n[4],
                    windows,
                }),
                process_cpu_ns: Some(n[5]),
                host: Some(HostShare {
                    all_ticks: n[6],
                    stolen_ticks: n[7],
                }),
                clocks: Some(Clocks {
                    steps: n[6],
                    first_steps: vec![Step { at_ns: n[7], by_ns }],
                    suspensions: n[7],
                    first_suspensions: vec![event],
                }),
            })
        })
    }

    fn any_times() -> impl Strategy<Value = Histogram> {
        prop::collection::vec(
            prop_oneof![Just(0_u64), 1_u64..10_000_000_000, any::<u64>()],
            0..10,
        )
        .prop_map(|times| {
            let mut histogram = Histogram::default();
            times
                .into_iter()
                .for_each(|ns| histogram.record(Duration::from_nanos(ns)));
            histogram
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_counts_whatever_make_a_nan_in_any_format(
            counts in prop::collection::vec(any_counts(), 2), times in prop::collection::vec(any_times(), 4),
            cpu in prop_oneof![Just(None), any::<f64>().prop_map(Some)], elapsed_ns in any::<u64>(),
            health in any_health()
        ) {
            let mut run = Fixture::small().run();
            run.measuring_cpu_ratio = cpu;
            run.elapsed_ns = elapsed_ns;
            run.health = health;
            for (i, (series, counts)) in run.series.iter_mut().zip(counts).enumerate() {
                series.counts = counts;
                series.service_time = times[2 * i].clone();
                series.response_time = times[2 * i].clone();
                series.lateness = times[2 * i + 1].clone();
                series.queued = times[2 * i + 1].clone();
            }
            for (name, text) in every_format(&run) {
                let words = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
                let infinite = |word| matches!(word, "inf" | "-inf") && name != "hgrm";
                prop_assert!(!words().any(|word| word == "NaN" || infinite(word)), "{}: {}", name, text);
            }
        }
    }
}
