//! A whole session against a scripted STS: what it sends, writes, tells and returns.

use std::time::{Duration, SystemTime};

use super::fixture_tests::{
    CANARY, Heard, Output, ROLE, ROOT, Reply, ScriptedSts, USER, calls, draft, everything_below,
    keys, measured, session_keys, spec, texts, withheld,
};
use super::*;
use crate::place::VantageName;
use crate::plan::{ConnectionMode, Draft};
use crate::results::{self, Completion, ItemVerdict, Run, small_run};
use sts_model::Operation;

#[test]
fn a_run_is_measured_and_its_files_can_be_read_back() {
    let sts = ScriptedSts::knowing(USER);
    let (output, mut heard) = (Output::new(), Heard::default());
    let mut finished = measured(
        spec(draft(vec![sts.endpoint("one")]), keys()),
        &output,
        &mut heard,
    );
    let run = &finished.run;
    assert_eq!(
        (run.measured.completion, calls(run)),
        (Completion::Complete, 8)
    );
    assert_eq!(sts.seen().len(), 9, "the preflight and the run");
    finished.files.finish(run).expect("kept");
    let read = results::read(&output.path()).expect("it can be read");
    assert_eq!((&read.header.run_id, calls(&read)), (&run.header.run_id, 8));
    assert!(finished.lost_credentials().is_none());
}

#[test]
fn an_observer_sees_every_sample_once_and_events_in_order() {
    let sts = ScriptedSts::knowing(ROOT);
    let mut heard = Heard::default();
    let endpoints = vec![sts.endpoint("one"), sts.endpoint("two")];
    let finished = measured(spec(draft(endpoints), keys()), &Output::new(), &mut heard);
    assert_eq!(heard.samples.len() as u64, calls(&finished.run));
    let mut distinct = heard.samples.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 16, "each target once a round");
    assert_eq!(
        heard.events,
        ["notice", "begun Whole", "measuring", "ended", "writing"]
    );
    assert_eq!(heard.notices, [SessionNotice::RootKeys]);
}

#[test]
fn the_same_seed_gives_the_same_plan_and_order_of_calls() {
    let sts = ScriptedSts::knowing(USER);
    let order = |seed| {
        let mut heard = Heard::default();
        let asked = Draft {
            seed,
            ..draft(vec![sts.endpoint("one"), sts.endpoint("two")])
        };
        let finished = measured(spec(asked, keys()), &Output::new(), &mut heard);
        let mut rounds = heard.samples;
        rounds.sort_by_key(|(target, round)| (*round, *target));
        (finished.run.plan, rounds)
    };
    let (one, other) = (order(7), order(7));
    assert_eq!(one, other);
    assert_ne!(order(8).0, one.0);
}

#[test]
fn nothing_is_sent_before_the_files_can_be_kept() {
    let sts = ScriptedSts::knowing(USER);
    let (output, mut heard) = (Output::new(), Heard::default());
    let directory = output.directory();
    std::fs::remove_dir_all(output.path()).expect("removed");
    let session = Session::open(
        spec(draft(vec![sts.endpoint("one")]), keys()),
        StopSwitch::default(),
        &mut heard,
    )
    .expect("it opens");
    let error = session
        .measure(directory, &mut heard)
        .expect_err("nowhere to write");
    assert!(matches!(error, SessionError::Results(_)), "{error:?}");
    assert_eq!(sts.seen().len(), 1, "the preflight alone");
    assert!(heard.events.is_empty(), "{:?}", heard.events);
}

#[test]
fn a_directory_that_vanishes_costs_the_files_and_not_the_run() {
    let sts = ScriptedSts::knowing(USER);
    let output = Output::new();
    let path = output.path();
    let mut heard = Heard::reacting(move |event| {
        if event == "measuring" {
            std::fs::remove_dir_all(&path).expect("removed");
        }
    });
    let finished = measured(
        spec(draft(vec![sts.endpoint("one")]), keys()),
        &output,
        &mut heard,
    );
    let Finished { run, mut files, .. } = finished;
    assert_eq!(
        (run.measured.completion, calls(&run)),
        (Completion::Complete, 8)
    );
    files.finish(&run).expect_err("there is no directory");
}

#[test]
fn an_endpoint_that_refuses_is_data_and_leaves_the_others_alone() {
    let good = ScriptedSts::knowing(USER);
    let refusing = ScriptedSts::new(|_| Reply::fault(403, "AccessDenied"));
    let asked = draft(vec![good.endpoint("good"), refusing.endpoint("refusing")]);
    let finished = measured(spec(asked, keys()), &Output::new(), &mut Heard::default());
    let run = finished.run;
    assert_eq!(run.measured.completion, Completion::Complete);
    assert_eq!(calls(&run) + withheld(&run), 16);
    let answers: Vec<_> = run
        .measured
        .series
        .iter()
        .map(|series| series.counts.succeeded)
        .collect();
    assert_eq!(answers, [8, 0]);
}

#[test]
fn an_endpoint_that_is_silent_is_data_and_leaves_the_others_alone() {
    let good = ScriptedSts::knowing(USER);
    let silent = ScriptedSts::new(|_| Reply::Silence);
    let asked = Draft {
        timeout: Some(Duration::from_millis(200)),
        rounds: Some(2),
        ..draft(vec![good.endpoint("good"), silent.endpoint("silent")])
    };
    let run = measured(spec(asked, keys()), &Output::new(), &mut Heard::default()).run;
    assert_eq!(run.measured.completion, Completion::Complete);
    let silent = run
        .measured
        .series
        .iter()
        .find(|series| run.plan.target(series.target).endpoint.name == "silent")
        .expect("it is a target");
    assert_eq!(silent.counts.succeeded, 0);
    assert_eq!(silent.counts.issued + silent.counts.withheld, 2);
}

#[test]
fn when_no_endpoint_can_be_called_there_is_no_run() {
    let sts = ScriptedSts::new(|_| Reply::fault(400, "InvalidAction"));
    let asked = spec(draft(vec![sts.endpoint("one")]), keys());
    let error = Session::open(asked, StopSwitch::default(), &mut ()).expect_err("no answer");
    assert!(matches!(error, SessionError::Preflight(_)), "{error:?}");
}

#[test]
fn an_anonymous_run_asks_nobody_and_signs_nothing() {
    let sts = ScriptedSts::new(|_| Reply::fault(400, "InvalidIdentityToken"));
    let directory = tempfile::tempdir().expect("a directory");
    let token = directory.path().join("token");
    std::fs::write(&token, format!("{CANARY}.{CANARY}.{CANARY}")).expect("written");
    let operation = Operation::AssumeRoleWithWebIdentity;
    let text = |text: &str| sts_model::ParameterValue::Text(text.to_owned());
    let parameters = [
        ("role-arn", text("arn:aws:iam::123456789012:role/reader")),
        (
            "web-identity-token",
            sts_model::ParameterValue::Secret(sts_model::SecretSource::File(token)),
        ),
    ];
    let asked = Draft {
        operations: vec![operation],
        parameters: [(
            operation,
            parameters
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
        )]
        .into(),
        ..draft(vec![sts.endpoint("one")])
    };
    let (output, mut heard) = (Output::new(), Heard::default());
    let mut finished = measured(spec(asked, keys()), &output, &mut heard);
    assert_eq!(heard.notices.last(), Some(&SessionNotice::Anonymous));
    assert!(finished.run.header.caller.is_none());
    let seen = sts.seen();
    assert_eq!(seen.len() as u64, calls(&finished.run), "no preflight");
    assert!(!seen.is_empty());
    for request in &seen {
        assert!(!request.to_ascii_lowercase().contains("authorization:"));
        assert!(request.contains(CANARY), "the token is sent");
    }
    finished.files.finish(&finished.run).expect("kept");
    let kept = everything_below(&output.path());
    assert!(!String::from_utf8_lossy(&kept).contains(CANARY));
}

#[test]
fn secrets_are_in_no_run_notice_file_or_debug_output() {
    let sts = ScriptedSts::knowing(USER);
    let (output, mut heard) = (Output::new(), Heard::default());
    let asked = spec(draft(vec![sts.endpoint("one")]), session_keys());
    let shown = format!("{asked:?}");
    let session = Session::open(asked, StopSwitch::default(), &mut heard).expect("it opens");
    let shown = format!("{shown} {session:?}");
    let mut finished = session
        .measure(output.directory(), &mut heard)
        .expect("it measures");
    finished.files.finish(&finished.run).expect("kept");
    let kept = everything_below(&output.path());
    for text in [
        shown,
        format!("{:?} {:?}", finished.run, heard.notices),
        String::from_utf8_lossy(&kept).into_owned(),
    ] {
        assert!(!text.contains(CANARY));
        assert!(!text.contains("AKIAQNZGEXAMPLEKEY23") && !text.contains("ASIAQNZGEXAMPLEKEY23"));
    }
}

#[test]
fn identities_are_masked_unless_they_are_to_be_shown() {
    let sts = ScriptedSts::knowing(USER);
    let run = |show_identity| {
        let mut asked = spec(draft(vec![sts.endpoint("one")]), keys());
        asked.caller.show_identity = show_identity;
        measured(asked, &Output::new(), &mut Heard::default()).run
    };
    let arn = |run: Run| run.header.caller.expect("known").arn;
    assert!(!arn(run(false)).contains("someone"));
    assert_eq!(arn(run(true)), USER);
}

#[test]
fn a_role_leaves_out_what_sts_refuses_to_it_and_never_sends_it() {
    let sts = ScriptedSts::knowing(ROLE);
    let asked = Draft {
        operations: vec![Operation::GetCallerIdentity, Operation::GetSessionToken],
        ..draft(vec![sts.endpoint("one")])
    };
    let mut heard = Heard::default();
    let run = measured(spec(asked, session_keys()), &Output::new(), &mut heard).run;
    assert_eq!(run.plan.targets.len(), 1);
    assert!(
        sts.seen()
            .iter()
            .all(|request| !request.contains("GetSessionToken"))
    );
    assert_eq!(
        texts(&run),
        [
            "STS refuses get-session-token to temporary credentials (roles, SSO and sessions have such): it is left out, the rest is measured"
        ]
    );
    assert_eq!(heard.notices.len(), 1);
}

#[test]
fn clocks_that_differ_are_told_and_recorded() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the service's clock is another one"
    )]
    let later = || SystemTime::now() + Duration::from_secs(600);
    let sts = ScriptedSts::dated(later, |_| Reply::identity(USER));
    let mut heard = Heard::default();
    let asked = spec(draft(vec![sts.endpoint("one")]), keys());
    let run = measured(asked, &Output::new(), &mut heard).run;
    let ahead = run.conditions.service_clock_ahead_seconds.expect("dated");
    assert!((590..=600).contains(&ahead), "{ahead}");
    assert!(
        matches!(
            heard.notices[..],
            [SessionNotice::ClockSkew {
                offset: ClockOffset::Behind,
                ..
            }]
        ),
        "{:?}",
        heard.notices
    );
}

#[test]
fn a_vantage_is_named_as_asked_without_control_characters() {
    let sts = ScriptedSts::knowing(USER);
    let mut asked = spec(draft(vec![sts.endpoint("one")]), keys());
    asked.caller.place.vantage = VantageName::given(&format!("here\u{1b}[31m{}", "x".repeat(100)));
    let run = measured(asked, &Output::new(), &mut Heard::default()).run;
    assert_eq!(run.header.vantage.name.chars().count(), 64);
    assert!(run.header.vantage.name.starts_with("here[31mx"));
    assert!(run.header.vantage.simulation.is_none());
}

#[test]
fn a_certificate_goes_into_the_run_without_the_hosts_name() {
    let sts = ScriptedSts::knowing(USER);
    let certificate = small_run::certificate(ItemVerdict::Pass);
    assert_ne!(certificate.host.name, "");
    let asked = spec(draft(vec![sts.endpoint("one")]), keys());
    let session = Session::open(asked, StopSwitch::default(), &mut ()).expect("it opens");
    let finished = session
        .certified(Some(certificate))
        .measure(Output::new().directory(), &mut ())
        .expect("it measures");
    let carried = finished.run.conditions.certificate.expect("carried");
    assert_eq!(carried.host.name, "");
}

#[test]
fn the_user_agent_names_the_run() {
    let sts = ScriptedSts::knowing(USER);
    let asked = spec(draft(vec![sts.endpoint("one")]), keys());
    let named = format!("run/{}", asked.run_id);
    measured(asked, &Output::new(), &mut Heard::default());
    assert!(sts.seen().iter().all(|request| request.contains(&named)));
}

/// Which endpoints are called over which kinds of connection, where two services answer as they please and `connections` are
/// asked for.
fn called(asked: &[ConnectionMode]) -> Vec<(String, ConnectionMode)> {
    let (keeping, closing) = (
        ScriptedSts::knowing(USER),
        ScriptedSts::new(|_| Reply::Farewell(USER)),
    );
    let asked = Draft {
        connections: asked.to_vec(),
        ..draft(vec![
            keeping.endpoint("keeping"),
            closing.endpoint("closing"),
        ])
    };
    let mut heard = Heard::default();
    let finished = measured(spec(asked, keys()), &Output::new(), &mut heard);
    let mut called: Vec<_> = finished
        .run
        .plan
        .targets
        .iter()
        .map(|target| (target.endpoint.name.clone(), target.connection))
        .collect();
    called.sort_by_key(|(name, mode)| (name.clone(), mode.as_str()));
    called
}

#[test]
fn warm_connections_are_left_out_where_a_server_keeps_none_and_nobody_asked_for_them() {
    use ConnectionMode::{Cold, Warm};
    let of = |pairs: &[(&str, ConnectionMode)]| -> Vec<_> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, mode)| ((*name).to_owned(), *mode))
            .collect()
    };
    assert_eq!(
        called(&[]),
        of(&[("closing", Cold), ("keeping", Cold), ("keeping", Warm)])
    );
    assert_eq!(
        called(&[Warm]),
        of(&[("closing", Warm), ("keeping", Warm)]),
        "what was asked for stays"
    );
}
