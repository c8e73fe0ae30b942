//! How a plan is settled, without a call.

use crate::session::RefusedCaller;
use std::collections::BTreeMap;

use super::allowed::{Allowed, Settled};
use super::announced::Announced;
use super::asked::Asked;
use crate::load::Identified;
use crate::plan::{Draft, Judging, PlanError, Precision};
use crate::results::Simulation;
use crate::session::fixture_tests::{ROLE, ROOT, USER, draft, keys};
use crate::session::{SecretError, SessionError, SessionNotice, SimulatedService};
use sts_model::{
    CallerIdentity, Catalog, Endpoint, Operation, ParameterValue, Remote, SecretSource, Selector,
};

const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/reader";

fn endpoints(selector: &str) -> Vec<Endpoint> {
    let selector: Selector = selector.parse().expect("a selector");
    Catalog::default().select(&selector).expect("endpoints")
}

fn plain() -> Draft {
    draft(endpoints("eu-central-1,eu-west-1"))
}

fn of(operations: &[Operation]) -> Draft {
    let role = BTreeMap::from([(
        "role-arn".to_owned(),
        ParameterValue::Text(ROLE_ARN.to_owned()),
    )]);
    Draft {
        operations: operations.to_vec(),
        parameters: BTreeMap::from([(Operation::AssumeRole, role)]),
        ..plain()
    }
}

fn asked(draft: Draft) -> Asked {
    Asked::new(draft).expect("a plan")
}

fn announced(draft: Draft) -> Announced {
    Announced::new(asked(draft), None).expect("announced")
}

fn identified(arn: &str) -> Identified {
    Identified {
        caller: CallerIdentity {
            arn: Remote::new(arn).expect("an ARN"),
            account: Remote::new("123456789012").expect("an account"),
        },
        skew: None,
        endpoint: "eu-central-1".to_owned(),
        closes: false,
    }
}

fn settled(draft: Draft, arn: &str, temporary: bool) -> Result<Settled, SessionError> {
    let allowed = Allowed::to_credentials(announced(draft), temporary)?;
    Ok(allowed
        .for_principal(&identified(arn), temporary)?
        .settled([]))
}

fn operations(settled: &Settled) -> Vec<Operation> {
    let mut operations: Vec<_> = settled
        .plan
        .targets
        .iter()
        .map(|target| target.call.operation())
        .collect();
    operations.dedup();
    operations
}

fn service(parameters: BTreeMap<Operation, BTreeMap<String, String>>) -> SimulatedService {
    SimulatedService {
        endpoints: endpoints("eu-central-1")
            .into_iter()
            .map(|endpoint| Endpoint {
                address: Some(([127, 0, 1, 1], 443).into()),
                ..endpoint
            })
            .collect(),
        parameters,
        credentials: Some(keys()),
        authority_pem: String::new(),
        simulation: Simulation {
            region: "eu-central-1".to_owned(),
            seed: 0,
            link: "undelayed".to_owned(),
            why_not_kernel: None,
            injected: Vec::new(),
            requests_seen: None,
        },
    }
}

#[test]
fn what_is_out_of_range_is_refused_by_the_first_step() {
    let error = Asked::new(Draft {
        rounds: Some(1),
        ..plain()
    });
    assert!(matches!(
        error,
        Err(SessionError::Plan(PlanError::Range {
            option: "--rounds",
            ..
        }))
    ));
}

#[test]
fn more_calls_than_the_budget_are_refused_by_the_first_step() {
    let error = Asked::new(Draft {
        max_requests: Some(15),
        ..plain()
    });
    assert!(matches!(
        error,
        Err(SessionError::Plan(PlanError::Budget {
            planned: 16,
            budget: 15
        }))
    ));
}

#[test]
fn windows_count_against_the_budget_together() {
    let error = Asked::new(Draft {
        windows: Some(3),
        max_requests: Some(47),
        ..plain()
    });
    assert!(matches!(
        error,
        Err(SessionError::Plan(PlanError::Budget { planned: 48, .. }))
    ));
}

#[test]
fn a_gate_about_endpoints_that_are_not_called_is_refused_by_the_first_step() {
    for gate in ["p50(global) < 1s", "nonsense"] {
        let judging = Judging {
            gates: vec![gate.to_owned()],
            ..Judging::default()
        };
        let error = Asked::new(Draft { judging, ..plain() }).expect_err(gate);
        assert!(matches!(error, SessionError::Gate(_)), "{error:?}");
        assert_eq!(error.to_string(), "--gate");
    }
}

#[test]
fn windows_and_precision_exclude_each_other() {
    let judging = Judging {
        precision: Some(Precision {
            half_width_ratio: 0.1,
            percentile: 0.5,
        }),
        ..Judging::default()
    };
    let error = Asked::new(Draft {
        windows: Some(2),
        judging,
        ..plain()
    });
    assert!(matches!(
        error,
        Err(SessionError::Plan(PlanError::Conflict(..)))
    ));
}

#[test]
fn the_same_request_and_seed_make_the_same_plan() {
    let (one, other) = (asked(plain()), asked(plain()));
    assert_eq!(one.plan(), other.plan());
    let reseeded = asked(Draft { seed: 8, ..plain() });
    assert_ne!(reseeded.plan(), one.plan());
    assert_eq!((one.seed(), reseeded.seed()), (7, 8));
}

#[test]
fn windows_are_settled_by_the_first_step() {
    let asked = asked(Draft {
        windows: Some(3),
        ..plain()
    });
    let windows = asked.windows().expect("three");
    assert_eq!((windows.number, windows.every.as_secs()), (3, 0));
    let once = announced(plain()).length();
    let thrice = Announced::new(asked, None).expect("announced").length();
    assert_eq!(thrice, once * 3);
}

#[test]
fn what_an_endpoint_does_not_offer_is_left_out_there_with_a_notice() {
    let asked = asked(Draft {
        endpoints: endpoints("global,eu-west-1"),
        operations: vec![Operation::GetCallerIdentity, Operation::GetWebIdentityToken],
        parameters: BTreeMap::from([(
            Operation::GetWebIdentityToken,
            BTreeMap::from([
                ("audience".to_owned(), ParameterValue::Text("me".to_owned())),
                (
                    "signing-algorithm".to_owned(),
                    ParameterValue::Text("ES384".to_owned()),
                ),
            ]),
        )]),
        ..plain()
    });
    assert_eq!(
        asked.notices(),
        [SessionNotice::NotOffered {
            endpoints: vec!["global".to_owned()],
            operations: vec![Operation::GetWebIdentityToken],
        }]
    );
    assert_eq!(asked.plan().targets.len(), 3);
}

#[test]
fn the_endpoints_of_a_simulated_service_take_the_place_of_those_asked_for() {
    let announced =
        Announced::new(asked(plain()), Some(&service(BTreeMap::new()))).expect("announced");
    let endpoints = announced.plan().endpoints();
    assert_eq!(endpoints.len(), 1);
    assert!(endpoints[0].address.is_some());
}

#[test]
fn a_simulated_service_gives_the_parameters_that_are_missing() {
    let draft = Draft {
        operations: vec![Operation::AssumeRole],
        ..plain()
    };
    assert!(matches!(
        Asked::new(draft.clone()),
        Err(SessionError::Plan(PlanError::Parameter(_)))
    ));
    let asked = asked(Draft {
        parameters_to_come: true,
        ..draft
    });
    let given = BTreeMap::from([("role-arn".to_owned(), ROLE_ARN.to_owned())]);
    let service = service(BTreeMap::from([(Operation::AssumeRole, given)]));
    let announced = Announced::new(asked, Some(&service)).expect("announced");
    let call = &announced.plan().targets[0].call;
    assert_eq!(call.missing().count(), 0);
    assert!(call.form().contains("role%2Freader"), "{}", call.form());
}

#[test]
fn a_simulated_service_that_gives_too_little_is_found_out_before_a_call() {
    let asked = asked(Draft {
        operations: vec![Operation::AssumeRole],
        parameters_to_come: true,
        ..plain()
    });
    let error = Announced::new(asked, Some(&service(BTreeMap::new())));
    assert!(matches!(
        error,
        Err(SessionError::Plan(PlanError::Parameter(_)))
    ));
}

#[test]
fn a_secret_that_cannot_be_read_is_named_by_its_place_only() {
    let source = SecretSource::Environment("STSBENCH_TEST_SURELY_UNSET".to_owned());
    let token = BTreeMap::from([
        (
            "role-arn".to_owned(),
            ParameterValue::Text(ROLE_ARN.to_owned()),
        ),
        (
            "serial-number".to_owned(),
            ParameterValue::Text("arn:aws:iam::123456789012:mfa/me".to_owned()),
        ),
        ("token-code".to_owned(), ParameterValue::Secret(source)),
    ]);
    let asked = asked(Draft {
        operations: vec![Operation::AssumeRole],
        parameters: BTreeMap::from([(Operation::AssumeRole, token)]),
        ..plain()
    });
    let error = Announced::new(asked, None).expect_err("unset");
    assert_eq!(
        error.to_string(),
        "assume-role.token-code (env:STSBENCH_TEST_SURELY_UNSET)"
    );
    assert!(matches!(
        error,
        SessionError::Secret {
            cause: SecretError::Kept(_),
            ..
        }
    ));
}

#[test]
fn an_mfa_code_comes_with_a_notice_that_it_works_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("code");
    std::fs::write(&path, "123456\n").expect("written");
    let source = SecretSource::File(path);
    let parameters = BTreeMap::from([
        (
            "role-arn".to_owned(),
            ParameterValue::Text(ROLE_ARN.to_owned()),
        ),
        (
            "serial-number".to_owned(),
            ParameterValue::Text("arn:aws:iam::123456789012:mfa/me".to_owned()),
        ),
        ("token-code".to_owned(), ParameterValue::Secret(source)),
    ]);
    let announced = announced(Draft {
        operations: vec![Operation::AssumeRole],
        parameters: BTreeMap::from([(Operation::AssumeRole, parameters)]),
        ..plain()
    });
    let once = SessionNotice::SingleUseMfaCode(Operation::AssumeRole);
    let notices = announced.notices;
    assert_eq!(notices.iter().filter(|notice| **notice == once).count(), 1);
    assert_eq!(notices[0], once);
}

#[test]
fn unsigned_operations_alone_need_no_credentials() {
    let unsigned = Operation::ALL
        .into_iter()
        .find(|operation| !operation.is_signed())
        .expect("there are some");
    let draft = Draft {
        operations: vec![unsigned],
        parameters_to_come: true,
        ..plain()
    };
    assert!(!announced(draft).needs_credentials());
    assert!(announced(plain()).needs_credentials());
}

#[test]
fn a_user_with_long_term_keys_is_allowed_everything() {
    let all = [
        Operation::GetCallerIdentity,
        Operation::GetSessionToken,
        Operation::AssumeRole,
    ];
    let settled = settled(of(&all), USER, false).expect("allowed");
    assert_eq!(operations(&settled).len(), 2 * all.len());
    assert!(settled.notices.is_empty(), "{:?}", settled.notices);
}

#[test]
fn temporary_credentials_leave_out_get_session_token() {
    let asked = of(&[Operation::GetCallerIdentity, Operation::GetSessionToken]);
    let settled = settled(asked, ROLE, true).expect("the rest is allowed");
    assert_eq!(
        settled.notices,
        [SessionNotice::LeftOut {
            operations: vec![Operation::GetSessionToken],
            caller: RefusedCaller::Temporary,
        }]
    );
    assert_eq!(settled.plan.targets.len(), 2);
}

#[test]
fn a_run_is_as_short_as_one_that_never_asked_for_what_is_left_out() {
    let both = [Operation::GetCallerIdentity, Operation::GetSessionToken];
    let plan = |operations: &[Operation], user: &str, is_temporary: bool| {
        let settled = settled(of(operations), user, is_temporary);
        settled.expect("allowed").plan
    };
    let (of_user, of_role) = (plan(&both, USER, false), plan(&both, ROLE, true));
    let alone = plan(&both[..1], USER, false);
    assert_eq!(of_role.length(), alone.length());
    assert_eq!(of_role.planned_requests(), alone.planned_requests());
    assert!(of_role.length() * 3 < of_user.length() * 2, "{of_role:?}");
}

#[test]
fn when_nothing_is_left_the_error_says_what_to_do() {
    let error = settled(of(&[Operation::GetSessionToken]), ROLE, true).expect_err("nothing left");
    assert_eq!(
        error.to_string(),
        "STS refuses get-session-token to temporary credentials (roles, SSO and sessions have such); use an IAM user's keys, or --operations get-caller-identity"
    );
}

#[test]
fn the_root_user_leaves_out_assume_role() {
    let asked = of(&[Operation::GetCallerIdentity, Operation::AssumeRole]);
    let settled = settled(asked, ROOT, false).expect("the rest is allowed");
    assert_eq!(
        settled.notices,
        [SessionNotice::LeftOut {
            operations: vec![Operation::AssumeRole],
            caller: RefusedCaller::Principal("the root user"),
        }]
    );
}

#[test]
fn a_users_session_token_raises_a_doubt_and_leaves_nothing_out() {
    let asked = of(&[Operation::GetCallerIdentity, Operation::GetAccessKeyInfo]);
    let asked = Draft {
        parameters: BTreeMap::from([(
            Operation::GetAccessKeyInfo,
            BTreeMap::from([(
                "access-key-id".to_owned(),
                ParameterValue::Text("AKIAQNZGEXAMPLEKEY23".to_owned()),
            )]),
        )]),
        ..asked
    };
    let settled = settled(asked, USER, true).expect("allowed");
    assert_eq!(
        settled.notices,
        [SessionNotice::MayBeRefused(vec![
            Operation::GetAccessKeyInfo
        ])]
    );
    assert_eq!(settled.plan.targets.len(), 4);
}

#[test]
fn notices_stay_in_the_order_in_which_the_steps_found_them() {
    let asked = of(&[Operation::GetCallerIdentity, Operation::GetSessionToken]);
    let announced = announced(asked).noting([SessionNotice::ProxyIgnored(vec!["HTTPS_PROXY"])]);
    let allowed = Allowed::to_credentials(announced, true).expect("the rest");
    let settled = allowed.settled([SessionNotice::CallerUnknown]);
    let kinds: Vec<_> = settled.notices.iter().map(std::mem::discriminant).collect();
    let left_out = SessionNotice::LeftOut {
        operations: Vec::new(),
        caller: RefusedCaller::Principal(""),
    };
    let expected = [
        SessionNotice::ProxyIgnored(Vec::new()),
        left_out,
        SessionNotice::CallerUnknown,
    ];
    assert_eq!(kinds, expected.each_ref().map(std::mem::discriminant));
}
