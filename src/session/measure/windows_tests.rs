//! A plan that is measured in several windows.

use std::time::Duration;

use crate::plan::Draft;
use crate::results::{self, Completion};
use crate::session::fixture_tests::{
    Heard, Output, ScriptedSts, USER, calls, draft, keys, measured, measured_until, spec, texts,
};
use crate::session::{Session, SessionError, StopSwitch};

fn windowed(sts: &ScriptedSts, windows: u16) -> Draft {
    Draft {
        windows: Some(windows),
        ..draft(vec![sts.endpoint("one")])
    }
}

#[test]
fn every_window_is_a_run_of_its_own_and_all_are_the_run() {
    let sts = ScriptedSts::knowing(USER);
    let (output, mut heard) = (Output::new(), Heard::default());
    let mut finished = measured(spec(windowed(&sts, 3), keys()), &output, &mut heard);
    let run = &finished.run;
    assert_eq!(
        (run.measured.completion, calls(run)),
        (Completion::Complete, 24)
    );
    assert_eq!(run.window_ranges().len(), 3);
    assert_eq!(sts.seen().len(), 25, "one preflight for all");
    finished.files.finish(run).expect("kept");
    let parts = output_parts(&output);
    assert_eq!(parts.len(), 3);
    for (number, part) in parts.iter().enumerate() {
        assert_eq!(calls(part), 8);
        assert!(
            part.header.run_id.starts_with(&run.header.run_id)
                && part.header.run_id != run.header.run_id,
            "{number}: {}",
            part.header.run_id
        );
    }
    assert_eq!(heard.samples.len(), 24);
}

fn output_parts(output: &Output) -> Vec<results::Run> {
    let whole = results::Directory::open(&output.path()).expect("it is there");
    let parts = whole.parts().expect("readable");
    parts
        .into_iter()
        .map(|(_, directory)| results::read(directory.path()).expect("a run"))
        .collect()
}

#[test]
fn windows_are_announced_in_order() {
    let sts = ScriptedSts::knowing(USER);
    let mut heard = Heard::default();
    measured(spec(windowed(&sts, 2), keys()), &Output::new(), &mut heard);
    let window = |number| {
        [
            format!("begun Window {{ number: {number}, of: 2 }}"),
            "measuring".to_owned(),
            "ended".to_owned(),
            "writing".to_owned(),
        ]
    };
    assert_eq!(heard.events, [window(0), window(1)].concat());
}

#[test]
fn each_window_has_an_order_and_a_part_of_the_budget_of_its_own() {
    let sts = ScriptedSts::knowing(USER);
    let asked = Draft {
        max_requests: Some(100),
        ..windowed(&sts, 2)
    };
    let (output, mut heard) = (Output::new(), Heard::default());
    measured(spec(asked, keys()), &output, &mut heard);
    let parts = output_parts(&output);
    assert_ne!(parts[0].plan.seed, parts[1].plan.seed);
    assert!(parts.iter().all(|part| part.plan.max_requests == 50));
}

#[test]
fn a_stop_between_windows_keeps_those_that_were_measured() {
    let sts = ScriptedSts::knowing(USER);
    let stop = StopSwitch::default();
    let switch = stop.clone();
    let mut heard = Heard::reacting(move |event| {
        if event == "waiting" {
            switch.stop_calls();
        }
    });
    let asked = Draft {
        every: Some(Duration::from_secs(3600)),
        ..windowed(&sts, 3)
    };
    let run = measured_until(spec(asked, keys()), &Output::new(), &stop, &mut heard).run;
    assert_eq!(
        (run.measured.completion, calls(&run)),
        (Completion::Interrupted, 8)
    );
    assert_eq!(texts(&run), ["1 of 3 windows were measured"]);
}

#[test]
fn a_stop_within_a_window_keeps_its_part_of_it() {
    let sts = ScriptedSts::knowing(USER);
    let stop = StopSwitch::default();
    let switch = stop.clone();
    let mut heard = Heard::reacting(move |event| {
        if event == "sample 410" {
            switch.stop_calls();
        }
    });
    let asked = Draft {
        rounds: Some(400),
        blocks: Some(40),
        ..windowed(&sts, 3)
    };
    let run = measured_until(spec(asked, keys()), &Output::new(), &stop, &mut heard).run;
    assert_eq!(run.measured.completion, Completion::Interrupted);
    let made = calls(&run);
    assert!((410..1200).contains(&made), "{made}");
    assert_eq!(heard.samples.len() as u64, made);
    assert!(
        texts(&run)
            .last()
            .expect("a notice")
            .ends_with(" of 3 windows were measured")
    );
}

#[test]
fn without_a_single_window_there_is_no_run() {
    let sts = ScriptedSts::knowing(USER);
    let stop = StopSwitch::default();
    let session = Session::open(spec(windowed(&sts, 2), keys()), stop.clone(), &mut ());
    stop.stop_calls();
    let error = session
        .expect("it opens")
        .measure(Output::new().directory(), &mut ())
        .expect_err("nothing was measured");
    assert!(matches!(error, SessionError::NoWindow), "{error:?}");
    assert_eq!(error.to_string(), "no window could be measured");
}

#[test]
fn a_directory_that_vanishes_after_a_window_ends_the_run_with_what_is_there() {
    let sts = ScriptedSts::knowing(USER);
    let output = Output::new();
    let path = output.path();
    let mut heard = Heard::reacting(move |event| {
        if event == "writing" {
            std::fs::remove_dir_all(&path).ok();
        }
    });
    let mut finished = measured(spec(windowed(&sts, 3), keys()), &output, &mut heard);
    assert_eq!(calls(&finished.run), 8);
    assert_eq!(texts(&finished.run), ["1 of 3 windows were measured"]);
    finished
        .files
        .finish(&finished.run)
        .expect_err("there is no directory");
}
