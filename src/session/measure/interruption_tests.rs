//! Runs that end before their time.

use std::time::Duration;

use crate::credentials::FoundCredentials;
use crate::load::Epoch;
use crate::plan::Draft;
use crate::results::{self, Completion};
use crate::session::fixture_tests::{
    Heard, Output, ScriptedSts, USER, calls, draft, keys, measured_until, session_keys, spec, texts,
};
use crate::session::{SessionError, StopSwitch};

/// Minutes of calls.
fn long(sts: &ScriptedSts) -> Draft {
    Draft {
        rounds: Some(10_000),
        blocks: Some(1000),
        rate_per_endpoint: Some(50.0),
        ..draft(vec![sts.endpoint("one")])
    }
}

#[test]
fn a_run_that_is_stopped_keeps_what_was_measured() {
    let sts = ScriptedSts::knowing(USER);
    let stop = StopSwitch::default();
    let switch = stop.clone();
    let mut heard = Heard::reacting(move |event| {
        if event == "sample 3" {
            switch.stop_calls();
        }
    });
    let output = Output::new();
    let mut finished = measured_until(spec(long(&sts), keys()), &output, &stop, &mut heard);
    assert_eq!(finished.run.measured.completion, Completion::Interrupted);
    let made = calls(&finished.run);
    assert!((3..10_000).contains(&made), "{made}");
    assert_eq!(made, heard.samples.len() as u64);
    finished.files.finish(&finished.run).expect("kept");
    let read = results::read(&output.path()).expect("it can be read");
    assert_eq!(calls(&read), made);
}

#[test]
fn a_run_that_is_stopped_before_its_first_call_is_an_empty_run() {
    let sts = ScriptedSts::knowing(USER);
    let stop = StopSwitch::default();
    stop.stop_calls();
    let asked = spec(long(&sts), keys());
    let mut heard = Heard::default();
    let run = measured_until(asked, &Output::new(), &stop, &mut heard).run;
    assert_eq!(run.measured.completion, Completion::Interrupted);
    assert!(calls(&run) < 10_000);
    assert_eq!(
        heard.events,
        ["begun Whole", "measuring", "ended", "writing"]
    );
}

#[test]
fn credentials_that_are_lost_half_way_cut_the_run_short() {
    let sts = ScriptedSts::knowing(USER);
    let expiring = FoundCredentials {
        expires: Some(Epoch::start().wall() + Duration::from_millis(700)),
        ..session_keys()
    };
    let stop = StopSwitch::default();
    let mut heard = Heard::default();
    let asked = spec(long(&sts), expiring);
    let finished = measured_until(asked, &Output::new(), &stop, &mut heard);
    assert_eq!(finished.run.measured.completion, Completion::Interrupted);
    assert!(calls(&finished.run) < 10_000);
    let reason = finished.lost_credentials().expect("lost");
    let recorded = texts(&finished.run);
    assert_eq!(
        recorded.last(),
        Some(&format!("cut short: {reason}").as_str())
    );
    let error = SessionError::CredentialsLost(reason);
    assert!(
        error
            .to_string()
            .starts_with("the run was cut short: the credentials of the test expired"),
        "{error}"
    );
}

#[test]
fn lost_credentials_end_the_windows_that_are_still_to_come() {
    let sts = ScriptedSts::knowing(USER);
    let expiring = FoundCredentials {
        expires: Some(Epoch::start().wall() + Duration::from_millis(700)),
        ..session_keys()
    };
    let asked = Draft {
        windows: Some(3),
        blocks: Some(300),
        rounds: Some(3000),
        ..long(&sts)
    };
    let stop = StopSwitch::default();
    let mut heard = Heard::default();
    let finished = measured_until(spec(asked, expiring), &Output::new(), &stop, &mut heard);
    assert_eq!(finished.run.measured.completion, Completion::Interrupted);
    assert!(finished.lost_credentials().is_some());
    let last = texts(&finished.run).last().copied().map(str::to_owned);
    assert_eq!(last.as_deref(), Some("1 of 3 windows were measured"));
}
