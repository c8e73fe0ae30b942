//! Who is asked before a run, and what is made of the answers.

use super::*;
use crate::credentials::Keyring;
use crate::load::Epoch;
use crate::plan::Draft;
use crate::session::fixture_tests::{Reply, ScriptedSts, USER, draft, keys};
use crate::sign::Signer;
use crate::transport::Trust;
use std::time::Duration;

fn engine() -> Engine {
    Engine {
        trust: Trust::public(),
        signer: Signer::new(Keyring::new(keys()), "test".to_owned()),
        epoch: Epoch::start(),
    }
}

fn plan(services: &[&ScriptedSts]) -> Plan {
    let endpoints = services.iter().enumerate();
    let endpoints = endpoints.map(|(number, service)| service.endpoint(&format!("e{number}")));
    Draft {
        timeout: Some(Duration::from_millis(300)),
        ..draft(endpoints.collect())
    }
    .plan()
    .expect("a plan")
}

fn silent() -> ScriptedSts {
    ScriptedSts::new(|_| Reply::Silence)
}

#[test]
fn the_first_answer_ends_the_questions() {
    let (one, other) = (ScriptedSts::knowing(USER), ScriptedSts::knowing(USER));
    let (identified, calls) = preflight(&engine(), &plan(&[&one, &other])).expect("answered");
    assert_eq!(identified.expect("somebody").caller.arn, USER);
    assert_eq!((one.seen().len(), other.seen().len()), (1, 0));
    assert_eq!((calls.answered, calls.unanswered), (1, 0));
    assert!(one.seen()[0].contains("Action=GetCallerIdentity"));
}

#[test]
fn a_silent_endpoint_is_passed_over() {
    let (one, other) = (silent(), ScriptedSts::knowing(USER));
    let (identified, calls) = preflight(&engine(), &plan(&[&one, &other])).expect("answered");
    assert!(identified.is_some());
    assert_eq!((calls.answered, calls.unanswered), (1, 1));
}

#[test]
fn an_endpoint_that_sends_something_else_is_passed_over() {
    let foreign = ScriptedSts::new(|_| Reply::Answer {
        status: 200,
        body: "<html/>".to_owned(),
    });
    let other = ScriptedSts::knowing(USER);
    let (identified, calls) = preflight(&engine(), &plan(&[&foreign, &other])).expect("answered");
    assert!(identified.is_some());
    assert_eq!((calls.answered, calls.unanswered), (2, 0));
}

#[test]
fn credentials_that_are_refused_are_not_sent_elsewhere() {
    let refusing = ScriptedSts::new(|_| Reply::fault(403, "InvalidClientTokenId"));
    let other = ScriptedSts::knowing(USER);
    let error = preflight(&engine(), &plan(&[&refusing, &other])).expect_err("refused");
    assert!(
        matches!(&error, SessionError::Preflight(error) if error.is_about_credentials()),
        "{error}"
    );
    assert!(other.seen().is_empty());
}

#[test]
fn when_every_endpoint_was_asked_in_vain_there_is_no_run() {
    let (one, other) = (silent(), silent());
    let error = preflight(&engine(), &plan(&[&one, &other])).expect_err("in vain");
    assert!(
        matches!(&error, SessionError::Preflight(PreflightError::Unanswered { endpoint, .. }) if endpoint == "e1"),
        "{error}"
    );
}

#[test]
fn three_silent_endpoints_of_many_leave_the_caller_unknown() {
    let services = [silent(), silent(), silent(), ScriptedSts::knowing(USER)];
    let asked: Vec<_> = services.iter().collect();
    let (identified, calls) = preflight(&engine(), &plan(&asked)).expect("goes on");
    assert!(identified.is_none());
    assert_eq!((calls.answered, calls.unanswered), (0, 3));
    assert!(services[3].seen().is_empty());
}

#[test]
fn a_twin_is_not_asked() {
    let refusing = ScriptedSts::new(|_| Reply::fault(500, "InternalFailure"));
    let draft = Draft {
        twin: Some("e0".to_owned()),
        ..draft(vec![refusing.endpoint("e0")])
    };
    let error = preflight(&engine(), &draft.plan().expect("a plan")).expect_err("in vain");
    assert!(matches!(error, SessionError::Preflight(_)), "{error}");
    assert_eq!(refusing.seen().len(), 1);
}

#[test]
fn a_preflight_call_without_an_answer_is_taken_off_only_where_it_arrived() {
    let calls = PreflightCalls {
        answered: 1,
        unanswered: 1,
    };
    assert_eq!(calls.taken_off(70, 68), 68, "it arrived");
    assert_eq!(calls.taken_off(69, 68), 68, "it did not");
    assert_eq!(calls.taken_off(35, 68), 34, "nor did half of the run's");
    assert_eq!(
        calls.taken_off(71, 68),
        69,
        "one was sent twice, which is not to be hidden"
    );
    assert_eq!(PreflightCalls::default().taken_off(3, 4), 3);
}
