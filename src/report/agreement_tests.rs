//! All formats say the same of a run: that it depends, where an endpoint that the times speak for fails more often on any kind
//! of connection; and never of a difference that may be too small to matter what they say of one that matters.

use crate::advice::{NotShown, Recommendation, advise};
use crate::judge::synthetic_run::{Fixture, Reply, answer, answer_after, refused};
use crate::judge::{Summary, Verdict, summarise};
use crate::plan::ConnectionMode::{self, Cold, Warm};
use crate::results::Run;
use sts_model::Operation;

use super::{Detail, Format, Look, Report, render};

const HERE: &str = "eu-central-1";
const CALLS: u32 = 96;

/// What a call to the global endpoint takes, and what one to the Region takes over each kind of connection.
const GLOBAL_MS: u64 = 100;

/// One run of the matrix.
#[derive(Debug, Clone, Copy)]
struct Case {
    /// What a call to the Region takes, ms.
    times: [(ConnectionMode, u64); 2],
    /// Which endpoint fails, over which kind of connection, and how many of ten calls.
    failing: Option<(&'static str, ConnectionMode, u32)>,
    is_local: bool,
}

impl Case {
    fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for cold in [60, 100, 160] {
            for warm in [60, 100, 160] {
                for endpoint in ["global", HERE] {
                    for connection in [Cold, Warm] {
                        for (tenths, is_local) in [(0, true), (3, true), (3, false), (6, true)] {
                            let failing = Some((endpoint, connection, tenths));
                            cases.push(Self {
                                times: [(Cold, cold), (Warm, warm)],
                                failing: failing.filter(|(_, _, tenths)| *tenths > 0),
                                is_local,
                            });
                        }
                    }
                }
            }
        }
        cases
    }

    fn run(self) -> Run {
        let operations = [Operation::GetCallerIdentity];
        let fixture = Fixture::planned("global,eu-central-1", None, &operations, &[Cold, Warm]);
        let mut run = fixture
            .calls(CALLS, |target, i| {
                let endpoint = target.endpoint.name.as_str();
                self.reply(endpoint, target.connection, i)
            })
            .run();
        if !self.is_local {
            run.header.vantage.name = "elsewhere".to_owned();
        }
        run
    }

    fn reply(self, endpoint: &str, connection: ConnectionMode, i: u32) -> Reply {
        let fails = self.failing.is_some_and(|(failing, over, tenths)| {
            failing == endpoint && over == connection && i * 7 % 10 < tenths
        });
        let time = match endpoint {
            "global" => GLOBAL_MS,
            _ => self.time(connection),
        };
        if fails { refused() } else { answer(time) }
    }

    fn time(self, connection: ConnectionMode) -> u64 {
        let of_kind = |(kind, time)| (kind == connection).then_some(time);
        self.times
            .into_iter()
            .find_map(of_kind)
            .expect("one of two")
    }

    /// Whether the times speak for the endpoint that fails, over the kinds that can be compared by p50.
    fn depends(self) -> bool {
        let Some((endpoint, connection, tenths)) = self.failing else {
            return false;
        };
        let compared = |kind: ConnectionMode| kind != connection || tenths < 5;
        let times: Vec<u64> = [Cold, Warm]
            .into_iter()
            .filter(|kind| compared(*kind))
            .map(|kind| self.time(kind))
            .collect();
        let any = |found: fn(u64) -> bool| times.iter().any(|time| found(*time));
        let (regional, global) = (any(|time| time < GLOBAL_MS), any(|time| time > GLOBAL_MS));
        let both = !regional && !global;
        both || if endpoint == "global" {
            global
        } else {
            regional
        }
    }

    /// Without a p50 of the first kind of connection nothing is said of the two together.
    fn is_first_lost(self) -> bool {
        matches!(self.failing, Some((_, Cold, 6)))
    }
}

fn text(format: Format, report: &Report<'_>, detail: Detail) -> String {
    let look = Look {
        width: Some(80),
        detail,
        ..Look::plain()
    };
    let made = render(format, std::slice::from_ref(report), &look);
    made.expect("rendered").text
}

/// The sentences above the table, in one line.
fn head(report: &Report<'_>) -> String {
    let screen = text(Format::Terminal, report, Look::plain().detail);
    let (head, _) = screen.split_once("\n\n").expect("a head and a table");
    head.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What one who does not read on would take for advice.
const ADVICE: [&str; 5] = [
    "Use ",
    "No need",
    "Keep the global",
    "Little to gain",
    "Nothing to gain",
];

#[test]
fn every_format_says_that_it_depends_where_what_the_times_speak_for_fails_more() {
    for case in Case::all() {
        let run = case.run();
        let summary = summarise(&run);
        let report = Report::new(&run, &summary);
        let head = head(&report);
        if case.is_first_lost() {
            let named = ADVICE.iter().find(|word| head.starts_with(**word));
            assert_eq!(named, None, "{case:?}: {head}");
            continue;
        }
        let depends = case.depends();
        let is_mixed = head.contains("but ") && case.is_local;
        assert_eq!(
            head.starts_with("It depends: "),
            depends || is_mixed,
            "{case:?}: {head}"
        );
        let first = |format| {
            let text = text(format, &report, Detail::Full);
            text.lines().next().unwrap_or_default().to_owned()
        };
        for format in [Format::Markdown, Format::GithubSummary] {
            let heading = first(format);
            if heading.contains("invalid: V10") {
                continue;
            }
            let says = heading.contains(" fails ") && heading.contains("It depends: ");
            assert_eq!(says, depends, "{case:?}: {heading}");
            let words = heading.trim_start_matches('#').split_whitespace().count();
            assert!(words <= 12, "{heading}");
        }
        let badge = text(Format::Badge, &report, Detail::Full);
        let is_depending = badge.contains("it depends") || badge.contains("invalid");
        assert!(is_depending || !depends, "{case:?}: {badge}");
        assert!(
            depends || !badge.contains("it depends"),
            "{case:?}: {badge}"
        );
        agrees(case, &report, &head);
    }
}

/// What the sentences of all formats say of the failing side, if they say anything.
#[track_caller]
fn agrees(case: Case, report: &Report<'_>, head: &str) {
    let Some((endpoint, connection, tenths)) = case.failing else {
        return;
    };
    let (wrong, share) = match endpoint {
        "global" => ("fails more often", format!("{tenths}")),
        _ => ("fails less often", format!("{tenths}")),
    };
    let texts = [
        head.to_owned(),
        text(Format::Markdown, report, Detail::Full),
        text(Format::Slack, report, Detail::Full),
        text(Format::Junit, report, Detail::Full),
        text(Format::Terminal, report, Detail::Full),
        text(Format::GithubSummary, report, Detail::Full),
    ];
    let said = match endpoint {
        "global" => "of the calls to the global endpoint",
        _ => "of the calls to eu-central-1",
    };
    assert!(
        head.contains(said) && head.contains(&share),
        "{case:?}: {head}"
    );
    for text in &texts {
        assert!(!text.contains(wrong), "{case:?}: {text}");
    }
    if case.depends() && connection == Warm {
        let slack = &texts[2];
        assert!(
            slack.contains("It depends: ") || report.invalid().is_some(),
            "{case:?}: {slack}"
        );
        for text in [&report.title, slack] {
            assert!(
                text.contains(&format!(
                    "of the calls to {endpoint} on kept-open connections failed"
                )),
                "{case:?}: {text}"
            );
        }
    }
    let cases = texts[3]
        .matches(&format!("of the calls to {endpoint} "))
        .count();
    assert!(cases > 0 || tenths > 5, "{case:?}: {}", texts[3]);
    let advice = advise(report.summary, case.is_local.then_some(HERE)).decision;
    let fails = matches!(advice, Recommendation::NotShown(NotShown::FailsMore(_)));
    assert_eq!(
        fails,
        case.depends() && case.is_local,
        "{case:?}: {advice:?}"
    );
}

/// A run whose Region is faster, or slower, for certain, but perhaps by less than matters.
fn slightly(faster: bool) -> (Run, Summary) {
    let (global, regional) = if faster { (100.0, 98.2) } else { (97.0, 100.0) };
    let mut run = Fixture::of("global,eu-central-1")
        .noisy(384, 11, 0.08, |target| {
            match target.endpoint.name.as_str() {
                "global" => global,
                _ => regional,
            }
        })
        .run();
    run.header.vantage.name = "elsewhere".to_owned();
    let summary = summarise(&run);
    (run, summary)
}

#[test]
fn what_may_be_too_small_to_matter_is_printed_like_nothing_that_matters() {
    for (faster, slight, proven) in [
        (true, Verdict::SlightlyFaster, Verdict::Faster),
        (false, Verdict::SlightlySlower, Verdict::Slower),
    ] {
        let (run, summary) = slightly(faster);
        let verdict = |summary: &Summary| summary.comparisons[0].verdict;
        assert_eq!(verdict(&summary), slight, "{:?}", summary.comparisons[0]);
        let mut as_proven = summary.clone();
        for found in as_proven
            .comparisons
            .iter_mut()
            .chain(&mut as_proven.together)
        {
            found.verdict = proven;
        }
        let reports = [&summary, &as_proven].map(|summary| Report::new(&run, summary));
        for format in Format::ALL {
            let of = |report: &Report<'_>| match format {
                Format::Terminal => text(format, report, Look::plain().detail),
                _ => text(format, report, Detail::Full),
            };
            let [slight, proven] = [of(&reports[0]), of(&reports[1])];
            let has_words = proven.contains("faster") || proven.contains("slower");
            assert!(!has_words || slight != proven, "{format}: {slight}");
            let cell = |text: &str| {
                let mut rows = text.lines().filter(|line| line.contains("eu-central-1"));
                rows.find(|row| row.contains("× faster") || row.contains("× slower"))
                    .map(str::to_owned)
            };
            let plain =
                cell(&slight).filter(|row| !row.contains(" ?") && !row.contains("unproven"));
            assert_eq!(plain, None, "{format}");
        }
        let screen = text(Format::Terminal, &reports[0], Look::plain().detail);
        assert!(
            screen.contains("?: perhaps by less than matters"),
            "{screen}"
        );
    }
}

#[test]
fn the_endpoint_with_the_least_p50_depends_on_its_failures_too() {
    let of = |failing: u32| {
        let run = Fixture::of("eu-west-1,eu-west-2")
            .calls(CALLS, |_, _| answer(30))
            .calls_of("eu-west-1", CALLS, |i| {
                if i % 10 < failing {
                    refused()
                } else {
                    answer_after(std::time::Duration::from_millis(10))
                }
            })
            .run();
        let summary = summarise(&run);
        let report = Report::new(&run, &summary);
        let markdown = text(Format::Markdown, &report, Detail::Full);
        let heading = markdown.lines().next().unwrap_or_default().to_owned();
        (head(&report), heading, report.title)
    };
    let (head, heading, _) = of(0);
    assert!(head.starts_with("eu-west-1 is the fastest of 2"), "{head}");
    assert!(!heading.contains("depends"), "{heading}");
    let (head, heading, title) = of(4);
    assert!(head.starts_with("It depends: eu-west-1 "), "{head}");
    assert!(heading.starts_with("# It depends: eu-west-1 "), "{heading}");
    assert!(
        title.contains("and fails more often than another"),
        "{title}"
    );
}
