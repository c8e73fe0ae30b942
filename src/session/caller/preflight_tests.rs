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

/// What comes of asking for `plan`, with identities masked.
fn asked(plan: &Plan) -> Result<(Option<Identified>, PreflightCalls), SessionError> {
    let mut calls = PreflightCalls::default();
    let identified = preflight(&engine(), plan, Disclosure::Masked, &mut calls)?;
    Ok((identified, calls))
}

fn refusing(status: u16, code: &'static str) -> ScriptedSts {
    ScriptedSts::new(move |_| Reply::fault(status, code))
}

/// A service in the place of one of AWS's Regions.
fn region(service: &ScriptedSts, name: &str) -> Endpoint {
    let Some(Region { name, .. }) = Region::named(name) else {
        panic!("{name} is a Region")
    };
    Endpoint {
        region: (*name).to_owned(),
        scope: Scope::Regional,
        ..service.endpoint(name)
    }
}

fn silent() -> ScriptedSts {
    ScriptedSts::new(|_| Reply::Silence)
}

#[test]
fn the_first_answer_ends_the_questions() {
    let (one, other) = (ScriptedSts::knowing(USER), ScriptedSts::knowing(USER));
    let (identified, calls) = asked(&plan(&[&one, &other])).expect("answered");
    assert_eq!(identified.expect("somebody").caller.arn.as_str(), USER);
    assert_eq!((one.seen().len(), other.seen().len()), (1, 0));
    assert_eq!((calls.answered, calls.unanswered), (1, 0));
    assert!(one.seen()[0].contains("Action=GetCallerIdentity"));
}

#[test]
fn a_silent_endpoint_is_passed_over() {
    let (one, other) = (silent(), ScriptedSts::knowing(USER));
    let (identified, calls) = asked(&plan(&[&one, &other])).expect("answered");
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
    let (identified, calls) = asked(&plan(&[&foreign, &other])).expect("answered");
    assert!(identified.is_some());
    assert_eq!((calls.answered, calls.unanswered), (2, 0));
}

#[test]
fn a_key_that_one_endpoint_rejects_is_tried_at_the_others() {
    let (one, other) = (
        refusing(403, "InvalidClientTokenId"),
        ScriptedSts::knowing(USER),
    );
    let (identified, calls) = asked(&plan(&[&one, &other])).expect("answered");
    assert!(identified.is_some());
    assert_eq!((calls.answered, calls.unanswered), (2, 0));
}

#[test]
fn a_key_that_every_endpoint_rejects_makes_no_run() {
    let services: Vec<_> = (0..5)
        .map(|_| refusing(403, "InvalidClientTokenId"))
        .collect();
    let error = asked(&plan(&services.iter().collect::<Vec<_>>())).expect_err("rejected");
    assert!(
        matches!(&error, SessionError::Preflight(error) if error.is_about_credentials()),
        "{error}"
    );
    assert!(services.iter().all(|service| service.seen().len() == 1));
}

#[test]
fn a_region_that_is_not_enabled_is_asked_last_and_decides_nothing() {
    let (opt_in, other) = (
        refusing(403, "InvalidClientTokenId"),
        ScriptedSts::knowing(USER),
    );
    let endpoints = vec![region(&opt_in, "ap-east-1"), region(&other, "eu-west-1")];
    let (identified, _) = asked(&draft(endpoints).plan().expect("a plan")).expect("answered");
    assert!(identified.is_some() && opt_in.seen().is_empty());

    let busy = refusing(400, "Throttling");
    let endpoints = vec![region(&opt_in, "ap-east-1"), region(&busy, "eu-west-1")];
    let (identified, _) = asked(&draft(endpoints).plan().expect("a plan")).expect("goes on");
    assert!(identified.is_none());
}

#[test]
fn two_regions_of_every_account_that_reject_the_key_are_enough() {
    let services: Vec<_> = (0..4)
        .map(|_| refusing(403, "InvalidClientTokenId"))
        .collect();
    let names = ["ap-east-1", "eu-west-1", "eu-west-2", "eu-west-3"];
    let endpoints = services.iter().zip(names);
    let endpoints = endpoints
        .map(|(service, name)| region(service, name))
        .collect();
    let error = asked(&draft(endpoints).plan().expect("a plan")).expect_err("rejected");
    assert!(error.to_string().contains("inactive"), "{error}");
    let seen: Vec<_> = services
        .iter()
        .map(|service| service.seen().len())
        .collect();
    assert_eq!(seen, [0, 1, 1, 0]);
}

#[test]
fn a_busy_first_answer_is_no_reason_not_to_begin() {
    for (status, code) in [
        (400, "Throttling"),
        (408, "RequestTimeout"),
        (429, "TooManyRequests"),
        (500, "InternalFailure"),
        (503, "ServiceUnavailable"),
    ] {
        let one = refusing(status, code);
        let (identified, calls) = asked(&plan(&[&one])).expect("goes on");
        assert!(identified.is_none(), "{code}");
        assert_eq!((calls.answered, calls.unanswered), (1, 0), "{code}");
    }
    let page = ScriptedSts::new(|_| Reply::Answer {
        status: 503,
        body: "<html/>".to_owned(),
    });
    assert!(asked(&plan(&[&page])).expect("goes on").0.is_none());
}

#[test]
fn what_the_plan_does_not_call_does_not_decide_over_it() {
    for (status, code) in [(403, "AccessDenied"), (400, "InvalidAction")] {
        let service = refusing(status, code);
        let other = Draft {
            operations: vec![Operation::GetSessionToken],
            ..draft(vec![service.endpoint("e0")])
        };
        let (identified, _) = asked(&other.plan().expect("a plan")).expect("goes on");
        assert!(identified.is_none(), "{code}");
        let error = asked(&plan(&[&service])).expect_err("it is what the plan calls");
        assert!(error.to_string().contains(code), "{error}");
    }
}

#[test]
fn what_a_service_writes_is_shown_with_identities_only_and_masked_then() {
    let refusing = ScriptedSts::new(|_| {
        Reply::Answer {
        status: 403,
        body: "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
               <Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/ada may not</Message></Error>\
               <RequestId>r</RequestId></ErrorResponse>"
            .to_owned(),
    }
    });
    let plan = plan(&[&refusing]);
    let masked = asked(&plan).expect_err("refused").to_string();
    assert_eq!(masked, "e0 refused GetCallerIdentity: AccessDenied");
    let mut calls = PreflightCalls::default();
    let whole = preflight(&engine(), &plan, Disclosure::Whole, &mut calls).expect_err("refused");
    assert_eq!(
        (calls.made(), calls.to_aws()),
        (1, 0),
        "counted all the same"
    );
    assert_eq!(
        whole.to_string(),
        "e0 refused GetCallerIdentity: AccessDenied (User: arn:aws:iam::****9012:user/**** may not)"
    );
}

#[test]
fn when_every_endpoint_was_asked_in_vain_there_is_no_run() {
    let (one, other) = (silent(), silent());
    let error = asked(&plan(&[&one, &other])).expect_err("in vain");
    assert!(
        matches!(&error, SessionError::Preflight(PreflightError::Unanswered { endpoint, .. }) if endpoint == "e1"),
        "{error}"
    );
}

#[test]
fn an_endpoint_that_was_slow_once_is_asked_again() {
    let service = ScriptedSts::new(|number| match number {
        0 => Reply::Silence,
        _ => Reply::identity(USER),
    });
    let (identified, calls) = asked(&plan(&[&service])).expect("goes on");
    assert_eq!(identified.expect("answered").endpoint, "e0");
    assert_eq!((calls.answered, calls.unanswered), (1, 1));
}

#[test]
fn three_silent_endpoints_of_many_leave_the_caller_unknown() {
    let services = [silent(), silent(), silent(), ScriptedSts::knowing(USER)];
    let (identified, calls) = asked(&plan(&services.iter().collect::<Vec<_>>())).expect("goes on");
    assert!(identified.is_none());
    assert_eq!((calls.answered, calls.unanswered), (0, 3));
    assert!(services[3].seen().is_empty());
}

#[test]
fn a_twin_is_not_asked() {
    let refusing = refusing(500, "InternalFailure");
    let draft = Draft {
        twin: Some("e0".to_owned()),
        ..draft(vec![refusing.endpoint("e0")])
    };
    let (identified, _) = asked(&draft.plan().expect("a plan")).expect("goes on");
    assert!(identified.is_none());
    assert_eq!(refusing.seen().len(), 1);
}

#[test]
fn a_preflight_call_without_an_answer_is_taken_off_only_where_it_arrived() {
    let calls = PreflightCalls {
        answered: 1,
        unanswered: 1,
        to_aws: 0,
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
