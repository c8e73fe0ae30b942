//! The exit codes: one number for each kind of end, the same in every command, and which of them a judgement gives. What
//! must not be used comes before what is bad, and that before what is open.

use std::process::{ExitCode, Termination};

use crate::judge::{
    Between, Design, GateOutcome, GateResult, History, HistoryOutcome, Row, Standing, Summary,
    Verdict,
};

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Success = 0,
    /// A gate is violated, a target of the candidate is slower, or `doctor` found something in which a run would fail.
    GateFailed = 1,
    /// The command line, a file or the plan is wrong; nothing was sent.
    Usage = 2,
    /// The measurement is invalid, a target has no data or no p50, or an item of the self-test failed.
    Invalid = 3,
    /// No usable credentials.
    Credentials = 4,
    /// No endpoint gave data, at each one all or most of the calls failed, or the simulated fleet ended before the run did.
    NoData = 5,
    /// The report could not be written.
    NotWritten = 6,
    /// A gate is neither proven nor violated, or a comparison decides nothing: more answers are needed.
    Inconclusive = 7,
    /// Something that should not happen did.
    Unexpected = 70,
    /// Cut short by Ctrl-C; what was measured is saved.
    Interrupted = 130,
    /// Cut short by SIGTERM or SIGHUP; what was measured is saved.
    Terminated = 143,
}

/// Every exit code with its name and its meaning, as `--help`, the manual page and the reference show them.
pub(crate) const TABLE: [(Exit, &str, &str); 11] = [
    (Exit::Success, "success", "done"),
    (
        Exit::GateFailed,
        "gate-failed",
        "gate violated, candidate slower, doctor found a failure",
    ),
    (Exit::Usage, "usage", "usage, nothing sent"),
    (
        Exit::Invalid,
        "invalid",
        "measurement invalid, a target without data or p50, self-test failed",
    ),
    (Exit::Credentials, "credentials", "credentials"),
    (
        Exit::NoData,
        "no-data",
        "no endpoint gave data, simulated fleet ended",
    ),
    (Exit::NotWritten, "not-written", "report not written"),
    (
        Exit::Inconclusive,
        "inconclusive",
        "gate or comparison inconclusive",
    ),
    (Exit::Unexpected, "unexpected", "internal error"),
    (
        Exit::Interrupted,
        "interrupted",
        "interrupted, partial report saved",
    ),
    (
        Exit::Terminated,
        "terminated",
        "interrupted, partial report saved",
    ),
];

/// The table on one line, for `--help` and the manual page. Codes of one meaning share an entry.
pub(crate) fn help() -> String {
    let entries: Vec<String> = TABLE
        .chunk_by(|(.., left), (.., right)| left == right)
        .map(|same| {
            let codes: Vec<String> = same
                .iter()
                .map(|(exit, ..)| (*exit as u8).to_string())
                .collect();
            format!("{} {}", codes.join("/"), same[0].2)
        })
        .collect();
    format!("Exit codes: {}", entries.join(" · "))
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Of a run and the gates in its plan.
///
/// Success means that the run has a p50 that may be used. A run with too few calls for a p50 has measured nothing, even if
/// all of them succeeded, so that its code is not that of a measurement.
pub(crate) fn of_run(summary: &Summary) -> Exit {
    let refused = summary.refusals().next().is_some();
    let lost = summary.rows.iter().all(Row::is_lost);
    if lost && !summary.rows.is_empty() && summary.rows.iter().all(is_of_refused_keys) {
        Exit::Credentials
    } else if lost {
        Exit::NoData
    } else if refused
        || summary.rows.iter().any(Row::is_lost)
        || summary.without_median().next().is_some()
    {
        Exit::Invalid
    } else {
        of_gates(&summary.gates)
    }
}

/// Whether most of the failed calls failed because the key was not accepted: the credentials were lost during the run.
pub(crate) fn is_of_refused_keys(row: &Row) -> bool {
    let failed = row.counts.failed();
    failed > 0 && row.counts.refused_keys() * 2 > failed
}

/// Of a run against another.
pub(crate) fn of_runs(between: &Between) -> Exit {
    if between.design == Design::Described {
        return Exit::Success;
    }
    let targets = || {
        between
            .targets
            .iter()
            .map(|target| (target.verdict(), &target.standing))
    };
    let any = |wanted: &[Verdict]| {
        targets().any(|(verdict, _)| verdict.is_some_and(|verdict| wanted.contains(&verdict)))
    };
    let undecided = |standing: &Standing| {
        matches!(
            standing,
            Standing::Changed { .. } | Standing::NoBaseline | Standing::NoCandidate
        )
    };
    let lacking = targets().any(|(_, standing)| undecided(standing));
    let fails_more =
        between.design.decides() && between.targets.iter().any(|target| target.fails_more);
    // Without gates an open verdict decides: one that is slightly slower may be slower by more than the margin. With gates, they decide.
    let open = between.gates.is_empty() && any(&[Verdict::Inconclusive, Verdict::SlightlySlower]);
    let verdicts = if any(&[Verdict::Invalid, Verdict::NoData]) {
        Exit::Invalid
    } else if any(&[Verdict::Slower]) || fails_more {
        Exit::GateFailed
    } else if lacking || open {
        Exit::Inconclusive
    } else {
        Exit::Success
    };
    gravest([verdicts, of_gates(&between.gates)])
}

/// Of a run against those before it.
pub(crate) fn of_history(history: &History) -> Exit {
    if history.lines.is_empty() {
        return Exit::Inconclusive;
    }
    gravest(history.lines.iter().map(|line| match line.outcome {
        HistoryOutcome::NoData => Exit::Invalid,
        _ if line.fails_more() => Exit::GateFailed,
        HistoryOutcome::Steady | HistoryOutcome::BeyondOnce => Exit::Success,
        HistoryOutcome::Slower => Exit::GateFailed,
        HistoryOutcome::TooFewRuns | HistoryOutcome::NoControl | HistoryOutcome::NotMeasured => {
            Exit::Inconclusive
        }
    }))
}

fn of_gates(gates: &[GateResult]) -> Exit {
    gravest(gates.iter().map(|gate| match gate.outcome {
        GateOutcome::Proven => Exit::Success,
        GateOutcome::Inconclusive => Exit::Inconclusive,
        GateOutcome::Violated => Exit::GateFailed,
        GateOutcome::Invalid => Exit::Invalid,
    }))
}

/// The one that a caller has to know of several.
pub(crate) fn gravest(exits: impl IntoIterator<Item = Exit>) -> Exit {
    const ORDER: [Exit; 4] = [
        Exit::NoData,
        Exit::Invalid,
        Exit::GateFailed,
        Exit::Inconclusive,
    ];
    let place = |exit: &Exit| {
        ORDER
            .iter()
            .position(|other| other == exit)
            .unwrap_or(ORDER.len())
    };
    exits.into_iter().min_by_key(place).unwrap_or(Exit::Success)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use time::OffsetDateTime;

    use crate::judge::synthetic_run::{
        Fixture, Reply, answer, denied, expired, failed, refused, throttled,
    };
    use crate::judge::{Claims, between, summarise};
    use crate::plan::Level;
    use crate::results::Run;
    use crate::sample::FailureKind;

    use super::*;

    #[test]
    fn help_lists_every_exit_code_once() {
        assert_eq!(
            help(),
            "Exit codes: 0 done · 1 gate violated, candidate slower, doctor found a failure · 2 usage, nothing sent · \
             3 measurement invalid, a target without data or p50, self-test failed · 4 credentials · \
             5 no endpoint gave data, simulated fleet ended · 6 report not written · 7 gate or comparison inconclusive · \
             70 internal error · 130/143 interrupted, partial report saved"
        );
        let codes: Vec<u8> = TABLE.iter().map(|(exit, ..)| *exit as u8).collect();
        assert!(codes.is_sorted_by(|left, right| left < right), "{codes:?}");
    }

    #[test]
    fn the_reference_has_every_exit_code_with_its_name_and_meaning() {
        let page = include_str!("../../docs/reference/exit-codes.md");
        let rows: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| code"))
            .collect();
        assert_eq!(rows.len(), TABLE.len());
        for ((exit, name, meaning), row) in TABLE.iter().zip(rows) {
            let begins = format!("| {} | {name} | {meaning} | ", *exit as u8);
            assert!(row.starts_with(&begins), "{row}: {begins}");
        }
    }

    #[test]
    fn the_gravest_exit_code_of_several_wins() {
        let codes = [
            Exit::Inconclusive,
            Exit::GateFailed,
            Exit::Invalid,
            Exit::NoData,
        ];
        for (at, grave) in codes.into_iter().enumerate() {
            assert_eq!(gravest(codes[..=at].iter().copied()), grave);
        }
        assert_eq!(gravest([Exit::Success, Exit::Success]), Exit::Success);
        assert_eq!(gravest([]), Exit::Success);
    }

    /// A p50 that may be used.
    fn has_usable_median(summary: &Summary) -> bool {
        summary.rows.iter().any(|row| {
            row.service_time.percentile(Level::P50).is_some()
                && summary
                    .forbidden(row.target, Level::P50, Claims::All)
                    .is_none()
        })
    }

    #[test]
    fn a_run_in_which_half_of_the_calls_to_a_target_failed_is_invalid_and_one_that_is_done_has_a_p50()
     {
        let kinds: [fn() -> Reply; 2] = [refused, throttled];
        for (kind, is_throttled) in kinds.into_iter().zip([false, true]) {
            for tenths in [0, 1, 3, 4, 5, 6, 9, 10] {
                for all in [false, true] {
                    let call = |i: u32| if i % 10 < tenths { kind() } else { answer(20) };
                    let fixture = Fixture::small().calls(160, |_, _| answer(20));
                    let fixture = fixture.calls_of("eu-west-1", 160, call);
                    let summary = match all {
                        true => fixture.calls_of("global", 160, call).summary(),
                        false => fixture.summary(),
                    };
                    let exit = of_run(&summary);
                    let expected = match tenths {
                        0 => Exit::Success,
                        5.. if all => Exit::NoData,
                        1..5 if !is_throttled => Exit::Success,
                        _ => Exit::Invalid,
                    };
                    assert_eq!(exit, expected, "{tenths} of 10, {is_throttled}, {all}");
                    assert!(exit != Exit::Success || has_usable_median(&summary));
                }
            }
        }
    }

    #[test]
    fn a_candidate_that_fails_more_often_than_its_baseline_is_a_failure() {
        let run = |id: &str, failing: u32| {
            let call = move |i: u32| {
                if i % 10 < failing {
                    refused()
                } else {
                    answer(20)
                }
            };
            let fixture = Fixture::small().calls(400, |_, _| answer(20));
            let mut run = fixture.calls_of("eu-west-1", 400, call).run();
            run.header.run_id = id.to_owned();
            run
        };
        let runs = [
            ("20261122-141500-00000001", 0),
            ("20261122-141500-00000002", 3),
        ];
        let [sound, failing] = runs.map(|(id, failing)| run(id, failing));
        let exit = |baseline: &Run, candidate: &Run| {
            let now = OffsetDateTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 60);
            of_runs(&between(baseline, candidate, &[], now).expect("compared"))
        };
        assert_eq!(exit(&sound, &failing), Exit::GateFailed);
        assert_ne!(exit(&failing, &sound), Exit::GateFailed);
    }

    /// Every way in which a call ends without an answer.
    fn ways_to_fail() -> Vec<Reply> {
        let failures = FailureKind::ALL.iter().map(|&kind| failed(kind));
        failures.chain([throttled(), denied()]).collect()
    }

    /// What a run of one target ends with that gets so many answers first and fails so often afterwards.
    fn exit_after(answers: u32, failures: u32, reply: &Reply) -> Exit {
        let call = |i: u32| {
            if i < answers {
                answer(20)
            } else {
                reply.clone()
            }
        };
        let fixture = Fixture::of("eu-west-1");
        of_run(&fixture.calls(answers + failures, |_, i| call(i)).summary())
    }

    #[test]
    fn the_exit_code_tells_how_many_calls_were_answered_whatever_became_of_the_others() {
        for reply in ways_to_fail() {
            for (answers, failures, expected) in [
                (0, 0, Exit::NoData),
                (0, 1, Exit::NoData),
                (0, 96, Exit::NoData),
                (1, 7, Exit::NoData),
                (5, 5, Exit::NoData),
                (5, 91, Exit::NoData),
                (5, 955, Exit::NoData),
                (6, 90, Exit::NoData),
                (48, 48, Exit::NoData),
                (3, 2, Exit::Invalid),
                (5, 0, Exit::Invalid),
                (1, 0, Exit::Invalid),
                (6, 0, Exit::Success),
                (96, 0, Exit::Success),
            ] {
                let exit = exit_after(answers, failures, &reply);
                assert_eq!(exit, expected, "{answers} answers, {failures} × {reply:?}");
            }
        }
        for (answers, failures) in [(6, 5), (49, 47), (96, 4)] {
            assert_eq!(exit_after(answers, failures, &refused()), Exit::Success);
            assert_eq!(exit_after(answers, failures, &throttled()), Exit::Invalid);
        }
    }

    #[test]
    fn credentials_that_are_refused_during_a_run_have_an_exit_code_of_their_own() {
        for (answers, failures, expected) in [
            (10, 86, Exit::Credentials),
            (0, 96, Exit::Credentials),
            (49, 47, Exit::Success),
        ] {
            assert_eq!(exit_after(answers, failures, &expired()), expected);
        }
        let call = |i: u32| match i {
            0..10 => answer(20),
            10..30 => expired(),
            _ => refused(),
        };
        let summary = Fixture::of("eu-west-1").calls(96, |_, i| call(i)).summary();
        assert_eq!(
            of_run(&summary),
            Exit::NoData,
            "most were refused connections"
        );
    }

    #[test]
    fn one_target_that_is_lost_spoils_a_run() {
        let with = |answers: u32, failures: u32| {
            let call = move |i: u32| if i < answers { answer(20) } else { refused() };
            let fixture = Fixture::small().calls(96, |_, _| answer(20));
            let fixture = fixture.calls_of("eu-west-1", answers + failures, call);
            of_run(&fixture.summary())
        };
        for (answers, failures) in [(0, 0), (0, 1), (0, 96), (1, 1), (5, 91), (48, 48)] {
            assert_eq!(
                with(answers, failures),
                Exit::Invalid,
                "{answers} {failures}"
            );
        }
        assert_eq!(with(92, 4), Exit::Success);
    }

    #[test]
    fn an_endpoint_that_was_given_up_early_is_lost() {
        let withheld = |calls: u64| {
            let mut run = Fixture::of("eu-west-1").calls(40, |_, _| answer(20)).run();
            run.measured.series[0].counts.withheld = calls;
            of_run(&summarise(&run))
        };
        assert_eq!(
            (withheld(0), withheld(40), withheld(41)),
            (Exit::Success, Exit::Success, Exit::NoData)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn a_run_that_is_done_has_a_p50_that_may_be_used(
            targets in prop::array::uniform2((0..40_u32, 0..40_u32)),
            kind in 0..ways_to_fail().len(),
        ) {
            let reply = &ways_to_fail()[kind];
            let call = |(answers, _): (u32, u32)| move |i: u32| if i < answers { answer(20) } else { reply.clone() };
            let fixture = Fixture::small()
                .calls_of("global", targets[0].0 + targets[0].1, call(targets[0]))
                .calls_of("eu-west-1", targets[1].0 + targets[1].1, call(targets[1]));
            let summary = fixture.summary();
            let exit = of_run(&summary);
            prop_assert!(exit != Exit::Success || has_usable_median(&summary), "{targets:?}");
            let most_failed = targets.map(|(answers, failures)| failures >= answers);
            prop_assert_eq!(exit == Exit::NoData, most_failed == [true; 2], "{:?}", targets);
            prop_assert!(exit != Exit::Success || most_failed == [false; 2], "{targets:?}");
        }
    }
}
