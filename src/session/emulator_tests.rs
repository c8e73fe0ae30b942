//! Sessions against the emulator, on a thread of this process.

use super::fixture_tests::{Heard, Output, calls, draft, keys, measured, spec};
use super::*;
use crate::plan::Draft;
use crate::results::Completion;
use sts_emulator::{EmulatorConfig, EmulatorThread, Link};

const INSTANT: &str = "\
endpoints = \"eu-central-1,eu-west-1\"
[service_time.get-caller-identity]
median_ms = 0
sigma = 0
[service_time.get-session-token]
median_ms = 0
sigma = 0
";

fn emulator() -> EmulatorThread {
    let spec: EmulatorConfig = toml::from_str(INSTANT).expect("a fleet file");
    EmulatorThread::start(EmulatorConfig {
        link: Link::Undelayed,
        ..spec
    })
    .expect("it starts")
}

fn service(emulator: &EmulatorThread) -> SimulatedService {
    let view = emulator.view();
    SimulatedService::announced(view.announcement(), view.announced_endpoints())
}

fn simulated(asked: Draft, emulator: &EmulatorThread) -> SessionSpec {
    let mut spec = spec(asked, keys());
    spec.simulated = Some(service(emulator));
    spec
}

fn plain(emulator: &EmulatorThread) -> Draft {
    draft(emulator.endpoints())
}

#[test]
fn the_emulator_is_called_with_its_own_keys_and_counts_what_was_measured() {
    let emulator = emulator();
    let mut heard = Heard::default();
    let asked = simulated(plain(&emulator), &emulator);
    let mut finished = measured(asked, &Output::new(), &mut heard);
    assert_eq!(finished.run.measured.completion, Completion::Complete);
    let made = calls(&finished.run);
    assert_eq!(made, 16);
    finished.count_seen(Some(emulator.shutdown().requests()));
    let simulation = finished.run.header.vantage.simulation.expect("simulated");
    assert_eq!(simulation.requests_seen, Some(made));
    assert_eq!(simulation.injected.len(), 2);
    let caller = finished.run.header.caller.expect("known");
    assert_eq!(caller.source, "the simulated fleet");
    assert!(heard.notices.is_empty(), "{:?}", heard.notices);
}

#[test]
fn an_emulator_that_dies_leaves_failures_and_no_count() {
    let emulator = emulator();
    let asked = Draft {
        rounds: Some(64),
        timeout: Some(std::time::Duration::from_millis(500)),
        ..plain(&emulator)
    };
    let asked = simulated(asked, &emulator);
    let mut dying = Some(emulator);
    let mut heard = Heard::reacting(move |event| {
        if event == "sample 4" {
            drop(dying.take());
        }
    });
    let mut finished = measured(asked, &Output::new(), &mut heard);
    finished.count_seen(None);
    let run = finished.run;
    let answered: u64 = run
        .measured
        .series
        .iter()
        .map(|series| series.counts.succeeded)
        .sum();
    assert!((1..calls(&run)).contains(&answered), "{answered}");
    assert_eq!(run.measured.completion, Completion::Complete);
    assert_eq!(
        run.header
            .vantage
            .simulation
            .expect("simulated")
            .requests_seen,
        None
    );
}

#[test]
fn an_emulator_without_users_cannot_be_called() {
    let emulator = emulator();
    let mut asked = simulated(plain(&emulator), &emulator);
    asked.simulated = asked.simulated.map(|service| SimulatedService {
        credentials: None,
        ..service
    });
    let error = Session::open(asked, StopSwitch::default(), &mut ()).expect_err("no user");
    assert!(
        matches!(error, SessionError::SimulatedCredentials),
        "{error:?}"
    );
}

#[test]
fn a_root_certificate_that_is_none_is_refused_before_a_call() {
    let emulator = emulator();
    let mut asked = simulated(plain(&emulator), &emulator);
    asked.simulated = asked.simulated.map(|service| SimulatedService {
        authority_pem: "nonsense".to_owned(),
        ..service
    });
    let error = Session::open(asked, StopSwitch::default(), &mut ()).expect_err("no certificate");
    assert!(
        matches!(error, SessionError::SimulatedAuthority(_)),
        "{error:?}"
    );
    assert_eq!(emulator.shutdown().requests(), 0);
}

#[test]
fn a_file_of_certificates_that_holds_none_is_named() {
    let emulator = emulator();
    let mut asked = simulated(plain(&emulator), &emulator);
    asked.trust.authority = Some(Authority {
        path: "ca.pem".into(),
        pem: "nonsense".to_owned(),
    });
    let error = Session::open(asked, StopSwitch::default(), &mut ()).expect_err("no certificate");
    assert_eq!(error.to_string(), "--ca-file ca.pem");
}

#[test]
fn a_simulated_service_can_be_shown_without_its_secrets() {
    let emulator = emulator();
    let service = service(&emulator);
    let shown = format!("{service:?}");
    assert!(
        !shown.contains("parameters") && !shown.contains("FoundCredentials"),
        "{shown}"
    );
}
