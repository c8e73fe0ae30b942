//! Joins the measuring thread to the recording one: arrivals become samples there, samples become series and files here.

use std::sync::Arc;

use crate::load::{Ended, Engine, LoadEvent};
use crate::notice::SessionNotice;
use crate::plan::Plan;
use crate::record::{Histogram, Pace, Recorder, Series};
use crate::results::{Notice, Writer};
use crate::session::error::SessionError;
use crate::session::header::recorded;
use crate::session::observer::SessionObserver;
use crate::session::stop::StopSwitch;

/// What was measured.
#[derive(Debug)]
pub(super) struct Recording {
    pub(super) series: Vec<Series>,
    pub(super) signing: Histogram,
    pub(super) pace: Option<Pace>,
    pub(super) notices: Vec<Notice>,
    pub(super) ended: Ended,
}

/// Carries `plan` out on a thread of its own and records what comes from it, in `writer`'s files too where there is one.
pub(super) fn record(
    engine: &Engine,
    plan: &Arc<Plan>,
    stop: &StopSwitch,
    mut writer: Option<&mut Writer>,
    observer: &mut dyn SessionObserver,
) -> Result<Recording, SessionError> {
    let thread = engine.start(Arc::clone(plan), stop.listener())?;
    let mut recorder = Recorder::new(plan);
    let mut notices = Vec::new();
    let mut block = 0;
    let mut files = FilesWatch::default();
    for event in thread.events() {
        match event {
            LoadEvent::Sample(sample) => {
                if let Some(writer) = writer.as_deref_mut() {
                    if sample.arrival.block > block {
                        block = sample.arrival.block;
                        writer.end_of_block();
                    }
                    writer.sample(&sample, plan);
                }
                recorder.record(&sample);
                observer.sample(&sample);
            }
            LoadEvent::Withheld { target, block } => {
                if let Some(writer) = writer.as_deref_mut() {
                    writer.withhold(target, block);
                }
                recorder.withhold(target, block);
            }
            LoadEvent::Noticed { at, endpoint, text } => {
                let notice = recorded(&SessionNotice::Endpoint { endpoint, text }, at);
                if let Some(writer) = writer.as_deref_mut() {
                    writer.notice(&notice);
                }
                notices.push(notice);
            }
        }
        if let Some(writer) = writer.as_deref() {
            files.look(writer, observer);
        }
    }
    observer.part_ended();
    let ended = thread.join()?;
    let pace = recorder.take_pace();
    let (series, signing) = recorder.finish();
    Ok(Recording {
        series,
        signing,
        pace,
        notices,
        ended,
    })
}

/// Whether the user has been told that the files of the run cannot be written.
#[derive(Debug, Default)]
struct FilesWatch {
    failing: bool,
}

impl FilesWatch {
    /// Tells once when it begins, and once when it is over.
    fn look(&mut self, writer: &Writer, observer: &mut dyn SessionObserver) {
        let failure = writer.failed();
        if failure.is_some() == self.failing {
            return;
        }
        self.failing = failure.is_some();
        observer.notice(&match failure {
            Some(error) => SessionNotice::NotKept {
                directory: writer.directory().path().to_owned(),
                reason: error.to_string(),
            },
            None => SessionNotice::KeptAgain,
        });
    }
}
