//! A run that chooses its own length.

use crate::plan::{Cap, Draft, Judging, Precision};
use crate::results::Completion;
use crate::session::StopSwitch;
use crate::session::fixture_tests::{
    Heard, Output, ScriptedSts, USER, calls, draft, keys, measured, measured_until, spec,
};

/// Asks for more than any pilot gives.
fn precise(sts: &ScriptedSts, max_requests: u64) -> Draft {
    Draft {
        rounds: Some(64),
        blocks: Some(32),
        rate_per_endpoint: Some(1000.0),
        max_requests: Some(max_requests),
        judging: Judging {
            precision: Some(Precision {
                half_width_ratio: 0.001,
                percentile: 0.5,
            }),
            ..Judging::default()
        },
        ..draft(vec![sts.endpoint("one")])
    }
}

#[test]
fn a_pilot_is_followed_by_the_stage_that_the_budget_allows() {
    let sts = ScriptedSts::knowing(USER);
    let (output, mut heard) = (Output::new(), Heard::default());
    let mut finished = measured(spec(precise(&sts, 128), keys()), &output, &mut heard);
    let run = &finished.run;
    let precision = run
        .measured
        .precision
        .as_ref()
        .expect("it chose its length");
    assert_eq!(
        (run.measured.completion, calls(run)),
        (Completion::Complete, 128)
    );
    assert_eq!(precision.pilot_rounds, 64);
    assert_eq!(precision.granted_rounds, 128);
    assert!(precision.wanted_rounds > 128, "{}", precision.wanted_rounds);
    assert_eq!(precision.capped_by, Some(Cap::MaxRequests));
    assert_eq!(run.plan.max_requests, 128);
    finished.files.finish(run).expect("kept");
    let part = ["measuring", "ended", "writing"];
    let pilot = [&["begun Pilot"][..], &part, &["judged"]].concat();
    let main = [&["begun MainStage"][..], &part].concat();
    assert_eq!(heard.events, [pilot, main].concat());
}

#[test]
fn a_pilot_that_spends_the_budget_is_the_whole_run() {
    let sts = ScriptedSts::knowing(USER);
    let mut heard = Heard::default();
    let run = measured(spec(precise(&sts, 64), keys()), &Output::new(), &mut heard).run;
    let precision = run
        .measured
        .precision
        .as_ref()
        .expect("it chose its length");
    assert_eq!((calls(&run), precision.granted_rounds), (64, 64));
    assert_eq!(precision.capped_by, Some(Cap::MaxRequests));
    assert_eq!(heard.events.last().map(String::as_str), Some("judged"));
}

#[test]
fn a_pilot_that_is_stopped_is_not_followed() {
    let sts = ScriptedSts::knowing(USER);
    let stop = StopSwitch::default();
    let switch = stop.clone();
    let mut heard = Heard::reacting(move |event| {
        if event == "sample 40" {
            switch.stop_calls();
        }
    });
    let asked = spec(precise(&sts, 100_000), keys());
    let run = measured_until(asked, &Output::new(), &stop, &mut heard).run;
    let precision = run
        .measured
        .precision
        .as_ref()
        .expect("it chose its length");
    assert_eq!(precision.capped_by, Some(Cap::Interruption));
    assert_eq!(precision.granted_rounds, precision.pilot_rounds);
    assert_eq!(heard.events.last().map(String::as_str), Some("judged"));
}

#[test]
fn the_two_stages_of_a_run_are_one_window() {
    let sts = ScriptedSts::knowing(USER);
    let asked = spec(precise(&sts, 128), keys());
    let run_id = asked.run_id.clone();
    let run = measured(asked, &Output::new(), &mut Heard::default()).run;
    assert_eq!(run.header.run_id, run_id);
    assert_eq!(run.window_ranges().len(), 1);
    let precision = run.measured.precision.expect("it chose its length");
    assert_eq!(precision.stages.len(), 2);
}
