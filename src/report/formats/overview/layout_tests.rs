//! The screen of every kind of run: it fits, and it says what the run says.

use proptest::prelude::*;

use super::layout::{SCREEN_LINES, overview};
use crate::judge::synthetic_run::{
    Fixture, Reply, answer, answer_after, denied, refused, throttled,
};
use crate::judge::{Obstacle, Summary, Verdict, summarise};
use crate::plan::{ConnectionMode, Judging, Level, Target};
use crate::report::formats::page::{BOLD, DIM, RED, RESET, Style, YELLOW};
use crate::report::view::overview::selection::{
    Facts, Folding, RowOrder, ScreenColumnName, ScreenSelection, ScreenStatistic,
};
use crate::report::view::report::Report;
use crate::results::{Completion, Run};
use sts_model::{Catalog, Operation};

fn screen(run: &Run, selection: &ScreenSelection, width: usize) -> String {
    screen_of(run, &summarise(run), selection, width)
}

fn screen_of(run: &Run, summary: &Summary, selection: &ScreenSelection, width: usize) -> String {
    let report = Report::new(run, summary);
    overview(
        &report,
        selection,
        Style::Plain,
        width,
        Some("reports/run/"),
    )
}

fn usual(run: &Run) -> String {
    screen(run, &ScreenSelection::default(), 80)
}

#[track_caller]
fn fits(text: &str, width: usize) {
    assert!(text.lines().count() <= SCREEN_LINES, "{text}");
    for line in text.lines() {
        assert!(line.chars().count() <= width, "{width}: {line}\n{text}");
    }
}

/// The first line, and those that go on with its sentence.
fn headline(run: &Run) -> String {
    let text = usual(run);
    let (head, _) = text.split_once("\n\n").expect("a head and a table");
    head.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_default_run_is_on_one_screen() {
    let run = Fixture::realistic_of("global,default").simulated_run();
    let summary = summarise(&run);
    for (name, width) in [("80x24", 80), ("120x40", 120), ("40x24", 40)] {
        let text = screen_of(&run, &summary, &ScreenSelection::default(), width);
        if width >= 80 {
            fits(&text, width);
        }
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, text) });
    }
    let report = Report::new(&run, &summary);
    let colour = overview(
        &report,
        &ScreenSelection::default(),
        Style::Colour,
        80,
        None,
    );
    assert!(colour.starts_with(BOLD), "the decision is bold");
    let bare = [BOLD, DIM, RED, YELLOW, RESET]
        .iter()
        .fold(colour, |text, ansi| text.replace(ansi, ""));
    let plain = overview(&report, &ScreenSelection::default(), Style::Plain, 80, None);
    assert_eq!(bare, plain);
}

#[test]
fn what_is_asked_for_is_shown() {
    let run = Fixture::realistic_of("global,eu-central-1,us-west-2,ap-south-1,sa-east-1").run();
    let summary = summarise(&run);
    let wide = |selection: &ScreenSelection| screen_of(&run, &summary, selection, 120);
    let everything = ScreenSelection {
        columns: Some(ScreenColumnName::ALL.to_vec()),
        statistics: Some(vec![
            ScreenStatistic::Percentile(Level::P50),
            ScreenStatistic::Max,
        ]),
        order: RowOrder::Name,
        folding: Folding::None,
        facts: Facts::Shown,
    };
    let text = screen_of(&run, &summary, &everything, 220);
    for heading in [
        "max",
        "p50 interval",
        "vs global",
        "rank",
        "answers",
        "errors",
        "served by",
        "Sao Paulo",
        "vantage",
        "pacing",
    ] {
        assert!(text.contains(heading), "{heading}\n{text}");
    }
    let order: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("  ") || line.starts_with('▸'))
        .filter_map(|line| line.trim_start_matches('▸').split_whitespace().next())
        .filter(|word| word.contains('-') || *word == "global")
        .take(5)
        .collect();
    assert_eq!(
        order,
        [
            "ap-south-1",
            "eu-central-1",
            "global",
            "sa-east-1",
            "us-west-2"
        ]
    );
    let by_errors = wide(&ScreenSelection {
        order: RowOrder::Errors,
        ..ScreenSelection::default()
    });
    let rows: Vec<&str> = by_errors
        .lines()
        .skip_while(|line| !line.contains("p50  "))
        .collect();
    assert!(rows[1].contains("sa-east-1"), "{by_errors}");
    let narrow = screen_of(
        &run,
        &summary,
        &ScreenSelection {
            columns: Some(ScreenColumnName::ALL.to_vec()),
            ..ScreenSelection::default()
        },
        80,
    );
    assert!(narrow.contains("Left out to fit 80 columns: "), "{narrow}");
}

#[test]
fn the_column_by_which_endpoints_are_sorted_is_there_whatever_else_has_no_room() {
    let run = Fixture::realistic_of("global,default").run();
    let (summary, level) = (summarise(&run), Level::P95);
    for (order, column) in [
        (RowOrder::City, "Frankfurt"),
        (RowOrder::Errors, "errors"),
        (RowOrder::Time(level), "p95"),
    ] {
        for width in [60, 80, 120] {
            let selection = ScreenSelection {
                order,
                ..ScreenSelection::default()
            };
            let text = screen_of(&run, &summary, &selection, width);
            let (_, table) = text.split_once("GetCallerIdentity (ms)").expect("a table");
            assert!(table.contains(column), "{column} {width}\n{text}");
            fits(&text, width);
        }
    }
}

#[test]
fn an_order_by_a_percentile_that_no_endpoint_has_is_told_and_the_order_is_by_p50() {
    let run = Fixture::realistic_of("global,eu-central-1,us-west-2,ap-south-1").run();
    let by = |level: Level| ScreenSelection {
        order: RowOrder::Time(level),
        ..ScreenSelection::default()
    };
    let text = screen(&run, &by(Level::P999), 80);
    assert!(
        text.contains("Sorted by p50: no endpoint has a p99.9.") && !text.contains(" p99.9 "),
        "{text}"
    );
    let note = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("Sorted by"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(note(&text), note(&screen(&run, &by(Level::P50), 80)));
}

#[test]
fn what_goes_by_the_p50_says_so_where_no_column_has_it() {
    let run = Fixture::realistic_of("global,default").run();
    let summary = summarise(&run);
    let of = |statistics: Option<Vec<ScreenStatistic>>| {
        let selection = ScreenSelection {
            statistics,
            ..ScreenSelection::default()
        };
        screen_of(&run, &summary, &selection, 100)
    };
    let text = of(Some(vec![ScreenStatistic::Max]));
    assert!(text.contains("p50 vs global"), "{text}");
    let folded = text
        .lines()
        .find(|line| line.contains(" more "))
        .expect("some are folded");
    assert!(folded.contains("p50 "), "{folded}");
    let text = of(None);
    assert!(
        text.contains("vs global") && !text.contains("p50 vs global"),
        "{text}"
    );
}

#[test]
fn endpoints_with_too_few_answers_to_be_compared_are_not_called_much_the_same() {
    let few = |answers: u32| Fixture::small().calls(answers, |_, i| answer(300 + u64::from(i % 3)));
    let none = usual(&few(5).run());
    assert!(
        none.contains("too few: not enough answers to compare") && !none.contains("unclear"),
        "{none}"
    );
    let run = few(96).run();
    let mut summary = summarise(&run);
    for comparison in &mut summary.comparisons {
        comparison.verdict = Verdict::Inconclusive;
        comparison.reason = Some(Obstacle::TooFewBlocks { least_blocks: 5 });
    }
    let text = screen_of(&run, &summary, &ScreenSelection::default(), 80);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!text.contains("unclear"), "{text}");
    assert!(
        text.starts_with(
            "Undecided: too few answers to compare eu-west-1 with the global endpoint"
        ),
        "{text}"
    );
}

#[test]
fn a_simulated_run_says_so_in_full_however_narrow_the_terminal_is() {
    let run = Fixture::realistic_of("global,default").simulated_run();
    let summary = summarise(&run);
    for width in [40, 60, 80] {
        let text = screen_of(&run, &summary, &ScreenSelection::default(), width);
        let words: Vec<&str> = text.split_whitespace().collect();
        assert!(
            words.join(" ").contains("says nothing about AWS."),
            "{text}"
        );
    }
}

#[test]
fn running_text_stays_narrow_where_nothing_limits_the_columns() {
    let run = Fixture::realistic_of("global,default").simulated_run();
    let summary = summarise(&run);
    let report = Report::new(&run, &summary);
    let selection = ScreenSelection {
        columns: Some(vec![ScreenColumnName::City]),
        ..ScreenSelection::default()
    };
    let text = overview(&report, &selection, Style::Plain, None, None);
    fits(&text, 80);
}

#[test]
fn a_p99_takes_as_many_rounds_with_the_global_endpoint_as_without() {
    let run = Fixture::realistic_of("eu-central-1,us-west-2").run();
    let text = usual(&run);
    assert!(text.contains("p99 needs --rounds 1600"), "{text}");
}

#[test]
fn a_long_line_below_the_table_goes_on_in_the_next_one() {
    let mut run = Fixture::realistic_of("global,default").run();
    run.header.run_id.push_str("-redacted");
    run.header.vantage.name = "redacted-31ff0daf".to_owned();
    let (summary, selection) = (summarise(&run), ScreenSelection::default());
    let report = Report::new(&run, &summary);
    let text = overview(&report, &selection, Style::Plain, 80, None);
    fits(&text, 80);
    let (_, name) = text.split_once("Run:   ").expect("a name");
    let name: Vec<&str> = name.split_whitespace().collect();
    assert!(name.contains(&"UTC,") && !name.contains(&"…"), "{text}");
}

#[test]
fn the_decision_is_honest_about_every_outcome() {
    let small = || Fixture::small().calls(96, |_, i| answer(300 + u64::from(i % 3)));
    let against = |milliseconds: u64| {
        headline(
            &small()
                .calls_of("eu-west-1", 96, |i| answer(milliseconds + u64::from(i % 3)))
                .run(),
        )
    };
    assert_eq!(
        against(20),
        "Use eu-west-1: 280 ms less per call on a kept-open connection than the global endpoint \
         (95% interval 280–281; 21 against 301 ms)."
    );
    assert!(
        against(450).starts_with("Keep the global endpoint: eu-west-1 takes 150 ms more per call"),
        "{}",
        against(450)
    );
    assert!(
        against(300).starts_with("No need to change: eu-west-1 is as fast as the global endpoint"),
        "{}",
        against(300)
    );
    let open = headline(&Fixture::small().noisy(192, 3, 0.3, |_| 30.0).run());
    assert!(
        open.starts_with("Undecided: no significant difference between eu-west-1 and the global")
            && open.contains("more rounds would decide it."),
        "{open}"
    );
    let alone = headline(&Fixture::of("eu-west-1").calls(20, |_, _| answer(30)).run());
    assert_eq!(
        alone,
        "eu-west-1 takes 30 ms per call on a kept-open connection (p50)."
    );
    let without_global = Fixture::of("eu-west-1,eu-west-2").calls(20, |_, _| answer(30));
    let fastest = headline(
        &without_global
            .calls_of("eu-west-2", 20, |_| answer(20))
            .run(),
    );
    assert_eq!(
        fastest,
        "eu-west-2 is the fastest of 2 endpoints: 20 ms per call on a kept-open connection (p50)."
    );
    let silent = headline(&Fixture::small().calls(9, |_, _| refused()).run());
    assert_eq!(
        silent,
        "No decision: no endpoint gave an answer that counts."
    );
    let few = headline(&Fixture::small().calls(5, |_, _| answer(9)).run());
    assert_eq!(
        few,
        "No decision: too few answers for a p50, which needs 6 on one kind of connection."
    );
}

#[test]
fn failed_calls_are_said_beside_the_decision() {
    let run = Fixture::small()
        .calls(96, |_, i| answer(300 + u64::from(i % 3)))
        .calls_of("eu-west-1", 96, |i| {
            if i % 8 == 0 { denied() } else { answer(20) }
        })
        .run();
    let text = headline(&run);
    assert!(
        text.contains("12% of the calls to eu-west-1 on kept-open connections failed."),
        "{text}"
    );
    let text = usual(&run);
    assert!(
        text.contains("12 (12%)") && text.contains("why calls failed: --full"),
        "{text}"
    );
}

#[test]
fn an_operation_that_a_server_lacks_is_named_with_its_refusal() {
    let run = Fixture::wide("global,eu-west-1")
        .calls(48, |target, i| match target.call.operation() {
            Operation::GetCallerIdentity => answer(20 + u64::from(i % 3)),
            _ => denied(),
        })
        .run();
    let text = usual(&run);
    assert!(
        text.contains("GetSessionToken: no answer, aws.AccessDenied"),
        "{text}"
    );
}

#[test]
fn a_run_that_was_cut_short_says_that_this_is_an_early_look() {
    let mut run = Fixture::small()
        .calls(96, |_, i| answer(300 + u64::from(i % 3)))
        .run();
    run.measured.completion = Completion::Interrupted;
    let text = usual(&run);
    assert!(
        text.contains("EARLY LOOK: interrupted after ") && text.contains("may change this"),
        "{text}"
    );
    fits(&text, 80);
}

#[test]
fn gates_and_doubts_come_before_endpoints_and_leave_room_for_four() {
    let gates = (1..9).map(|limit| format!("p50 < {limit}ms")).collect();
    let run = Fixture::realistic_of("global,default")
        .judged(Judging {
            gates,
            ..Judging::default()
        })
        .simulated_run();
    let text = usual(&run);
    fits(&text, 80);
    assert!(
        text.contains("Gates: 8 ") && text.contains("Trust: "),
        "{text}"
    );
    assert!(
        text.contains("▸ global") && text.contains("eu-central-1 Frankfurt"),
        "{text}"
    );
}

/// The first `number` endpoints of every kind, as a selector.
fn endpoints(number: usize) -> String {
    let all = Catalog::default()
        .select(&"global,all".parse().expect("parses"))
        .expect("selects");
    let names: Vec<String> = all
        .into_iter()
        .take(number)
        .map(|endpoint| endpoint.name)
        .collect();
    names.join(",")
}

/// How a call ends whose target has that number.
fn ending(kind: u8, target: &Target, i: u32) -> Reply {
    let name = target.endpoint.name.len() as u64;
    match kind.wrapping_add(target.endpoint.name.bytes().fold(0, u8::wrapping_add)) % 8 {
        0 => refused(),
        1 if i.is_multiple_of(3) => throttled(),
        2 if i.is_multiple_of(2) => denied(),
        3 => answer_after(std::time::Duration::from_micros(80 + u64::from(i % 7))),
        4 => answer(9_000 + u64::from(i)),
        _ => answer(name * 10 + u64::from(i % 5)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_was_measured_fits_on_one_screen(
        number in 1..=40_usize,
        operations in 1..=2_usize,
        connections in 1..8_usize,
        calls in 0..40_u32,
        kind in any::<u8>(),
        completion in 0..3_usize,
    ) {
        let all = [ConnectionMode::Cold, ConnectionMode::Warm, ConnectionMode::Resumed];
        let kinds: Vec<ConnectionMode> = (0..3).filter(|bit| connections & (1 << bit) != 0).map(|bit| all[bit]).collect();
        let operations = &Operation::DEFAULT[..operations];
        // Many targets have few calls, so that judging them takes no minutes.
        let targets = number * operations.len() * kinds.len();
        let calls = if targets > 24 { calls.min(7) } else { calls };
        let mut run = Fixture::planned(&endpoints(number), None, operations, &kinds)
            .judged(Judging { gates: vec!["p50 < 1ms".to_owned(); usize::from(kind % 5)], ..Judging::default() })
            .calls(calls, |target, i| ending(kind, target, i))
            .simulated_run();
        run.measured.completion = [Completion::Complete, Completion::Interrupted, Completion::Recovered][completion];
        let summary = summarise(&run);
        for width in [80, 100, 137] {
            let text = screen_of(&run, &summary, &ScreenSelection::default(), width);
            prop_assert!(text.lines().count() <= SCREEN_LINES, "{}", text);
            for line in text.lines() {
                prop_assert!(line.chars().count() <= width, "{}: {}\n{}", width, line, text);
            }
        }
    }
}
