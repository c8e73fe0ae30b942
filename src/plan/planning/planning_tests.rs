//! Drafts on their way to plans.

use std::collections::BTreeMap;
use std::time::Duration;

use sts_model::{Catalog, Operation};

use crate::plan::client::Client;
use crate::plan::load::Load;
use crate::plan::model::Plan;
use crate::plan::target::ConnectionMode;

use super::draft::{Draft, Service};
use super::error::PlanError;

fn draft() -> Draft {
    Draft {
        endpoints: Catalog::default()
            .select(&"global,default".parse().expect("parses"))
            .expect("selects"),
        operations: Operation::DEFAULT.to_vec(),
        connections: vec![ConnectionMode::Cold, ConnectionMode::Warm],
        ..Draft::default()
    }
}

#[test]
fn the_default_audit_is_polite_and_within_budget() {
    let plan = draft().plan().expect("valid");
    assert_eq!(plan.targets.len(), 72);
    assert_eq!(
        plan.load,
        Load::Audit {
            rounds: 96,
            round: Duration::from_secs_f64(4.0 / 3.0)
        }
    );
    let priming = 16 * 36;
    assert_eq!(plan.planned_requests(), 72 * 98 + priming);
    assert!(
        plan.length() <= Duration::from_secs(150),
        "{:?}",
        plan.length()
    );
}

#[test]
fn the_default_simulated_audit_measures_for_less_than_eighty_seconds() {
    let plan = Draft {
        service: Service::Simulated,
        ..draft()
    }
    .plan()
    .expect("valid");
    let Load::Audit { rounds, round } = plan.load else {
        panic!("an audit")
    };
    assert!(round * rounds < Duration::from_secs(80), "{round:?}");
}

#[test]
fn bad_001_to_014_values_out_of_range_name_the_option() {
    type Spoil = fn(&mut Draft);
    let cases: &[(&str, Spoil)] = &[
        ("--duration", |d| {
            (d.rate, d.duration) = (Some(1.0), Some(Duration::ZERO));
        }),
        ("--duration", |d| {
            (d.rate, d.duration) = (Some(1.0), Some(Duration::from_secs(999_999 * 3600)));
        }),
        ("--rate", |d| d.rate = Some(0.0)),
        ("--rate", |d| d.rate = Some(-1.0)),
        ("--rate", |d| d.rate = Some(f64::NAN)),
        ("--rate", |d| d.rate = Some(f64::INFINITY)),
        ("quota", |d| d.rate = Some(1e9)),
        ("0 samples", |d| {
            (d.rate, d.duration) = (Some(0.0001), Some(Duration::from_secs(10)));
        }),
        ("--concurrency", |d| d.concurrency = Some(0)),
        ("--blocks", |d| d.blocks = Some(1)),
        ("--timeout", |d| d.timeout = Some(Duration::ZERO)),
        ("--rate-per-endpoint", |d| d.rate_per_endpoint = Some(11.0)),
        ("--rounds", |d| d.rounds = Some(1)),
        ("budget", |d| d.rounds = Some(100_000)),
        ("exclude", |d| {
            (d.rounds, d.rate, d.duration) = (Some(9), Some(1.0), Some(Duration::from_secs(5)));
        }),
        ("endpoints", |d| d.endpoints.clear()),
        ("unique", |d| d.endpoints.push(d.endpoints[0].clone())),
    ];
    for (word, spoil) in cases {
        let mut spoiled = draft();
        spoil(&mut spoiled);
        let error = spoiled.plan().expect_err(word).to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn a_low_rate_gives_the_calls_that_open_connections_their_time_too() {
    for rate in [0.1, 0.5, 2.0] {
        let plan = Draft {
            rate: Some(rate),
            duration: Some(Duration::from_secs(60)),
            ..draft()
        }
        .plan()
        .expect("a plan");
        let measured = rate * 60.0;
        let calls = plan.planned_requests() as f64;
        assert!(plan.planned_warmup() > 0 && calls > measured, "{calls}");
        // As many as the rate allows in that time, or one more, since the first stands at its beginning.
        let allowed = rate * plan.length().as_secs_f64() + 1.0;
        assert!(
            calls <= allowed,
            "{rate}/s: {calls} calls, {allowed} allowed"
        );
    }
}

#[test]
fn every_plan_survives_the_round_trip_through_json() {
    let open = Draft {
        rate: Some(1e5),
        duration: Some(Duration::from_secs(9)),
        ..draft()
    };
    let closed = Draft {
        concurrency: Some(4),
        duration: Some(Duration::from_secs(9)),
        ..draft()
    };
    for asked in [draft(), open, closed] {
        let budget = Some(1_000_000);
        let plan = Draft {
            service: Service::Simulated,
            max_requests: budget,
            ..asked
        }
        .plan()
        .expect("valid");
        let json = serde_json::to_string(&plan).expect("written");
        assert_eq!(serde_json::from_str::<Plan>(&json).expect("read"), plan);
    }
}

#[test]
fn an_operation_that_the_global_endpoint_lacks_is_called_at_the_others_only() {
    let parameters = [
        ("target-principal", "123456789012"),
        (
            "task-policy-arn",
            "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
        ),
    ];
    let parameters = parameters.map(|(name, value)| {
        (
            name.to_owned(),
            sts_model::ParameterValue::Text(value.to_owned()),
        )
    });
    let asked = Draft {
        operations: vec![Operation::AssumeRoot, Operation::GetCallerIdentity],
        parameters: BTreeMap::from([(Operation::AssumeRoot, BTreeMap::from(parameters))]),
        rate_per_endpoint: Some(2.0),
        ..draft()
    };
    assert_eq!(
        asked.not_offered(),
        (vec![Operation::AssumeRoot], vec!["global"])
    );
    let plan = asked.clone().plan().expect("valid");
    assert_eq!(plan.targets.len(), 2 + 17 * 4);
    assert!(
        matches!(plan.load, Load::Audit { round, .. } if round == Duration::from_secs(2)),
        "{:?}",
        plan.load
    );
    let mut nowhere = Draft {
        operations: vec![Operation::AssumeRoot],
        ..asked
    };
    nowhere.endpoints.truncate(1);
    let error = nowhere.plan().expect_err("nothing is left").to_string();
    assert_eq!(
        error,
        "global does not offer assume-root; add a regional endpoint to --endpoints"
    );
}

#[test]
fn a_twin_stands_behind_its_original_and_shares_its_rate() {
    let asked = Draft {
        twin: Some("eu-west-1".to_owned()),
        rate_per_endpoint: Some(2.0),
        ..draft()
    };
    let plan = asked.clone().plan().expect("valid");
    let names: Vec<_> = plan
        .endpoints()
        .iter()
        .map(|endpoint| endpoint.name.as_str())
        .collect();
    let at = names
        .iter()
        .position(|name| *name == "eu-west-1")
        .expect("called");
    assert_eq!((names.len(), names[at + 1]), (19, "eu-west-1-twin"));
    let twins: Vec<_> = plan
        .targets
        .iter()
        .filter(|target| target.endpoint.original() == "eu-west-1")
        .collect();
    assert_eq!(twins.len(), 8);
    assert!(
        twins
            .iter()
            .all(|target| target.endpoint.origin.host() == "sts.eu-west-1.amazonaws.com")
    );
    assert!(
        matches!(plan.load, Load::Audit { round, .. } if round == Duration::from_secs(4)),
        "8 calls at 2/s: {:?}",
        plan.load
    );
    let json = serde_json::to_string(&plan).expect("written");
    assert_eq!(serde_json::from_str::<Plan>(&json).expect("read"), plan);
    let error = Draft {
        twin: Some("eu-west-9".to_owned()),
        ..asked
    }
    .plan()
    .expect_err("not called")
    .to_string();
    assert!(
        error.starts_with("--twin eu-west-9: no such endpoint is called"),
        "{error}"
    );
}

#[test]
fn a_parameter_that_is_missing_is_asked_for_unless_a_fleet_will_give_it() {
    let asked = Draft {
        operations: vec![Operation::AssumeRole],
        ..draft()
    };
    let error = asked.clone().plan().expect_err("no role").to_string();
    assert!(
        error.starts_with("--param assume-role.role-arn is missing"),
        "{error}"
    );
    assert!(
        Draft {
            parameters_to_come: true,
            ..asked
        }
        .plan()
        .is_ok()
    );
}

#[test]
fn rule_21_the_cap_holds_unless_it_is_raised() {
    let fast = || Draft {
        rate: Some(500.0),
        duration: Some(Duration::from_secs(1)),
        ..draft()
    };
    assert!(fast().plan().is_err(), "18 endpoints at 10/s are 180/s");
    assert!(
        Draft {
            max_rate_per_endpoint: Some(30.0),
            ..fast()
        }
        .plan()
        .is_ok()
    );
}

#[test]
fn a_client_that_was_not_built_in_is_refused_with_the_name_of_its_feature() {
    let asked = Draft {
        client: Client::Reqwest,
        ..draft()
    };
    let refusal =
        "--client reqwest needs a program that was built with the cargo feature client-reqwest";
    assert_eq!(PlanError::WITHOUT_REQWEST.to_string(), refusal);
    let refused = asked.plan().err().map(|error| error.to_string());
    let expected = (!cfg!(feature = "client-reqwest")).then(|| refusal.to_owned());
    assert_eq!(refused, expected);
}
