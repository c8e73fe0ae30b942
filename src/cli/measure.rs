//! Joins the measuring thread to the recording one: arrivals become samples there, samples become series and files here.

use std::sync::Arc;

use crate::load::{Ended, Engine, Epoch, Event, Identified, PreflightError};
use crate::plan::Plan;
use crate::record::{Histogram, Pace, Recorder, Series};
use crate::results::{Notice, Writer};
use crate::sign::Signer;
use crate::transport::Trust;

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::progress::Progress;
use crate::cli::console::signals::Signals;
use crate::cli::exit_code::Exit;

/// How calls are sent.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub(crate) trust: Trust,
    pub(crate) signer: Signer,
    pub(crate) epoch: Epoch,
}

/// Calls that were made before the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PreflightCalls {
    answered: u64,
    /// Whether these arrived nobody knows.
    unanswered: u64,
}

impl PreflightCalls {
    /// `requests` without these, when the run itself made so many calls: of those without an answer as many as the requests
    /// are too many, since the others never arrived.
    pub(crate) fn taken_off(self, requests: u64, made: u64) -> u64 {
        let requests = requests.saturating_sub(self.answered);
        requests - self.unanswered.min(requests.saturating_sub(made))
    }
}

/// What was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) series: Vec<Series>,
    pub(crate) signing: Histogram,
    pub(crate) pace: Option<Pace>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) ended: Ended,
}

impl Sender {
    /// Asks endpoints of `plan` in turn who the caller is, until one answers; [`PREFLIGHT_ENDPOINTS`] at most.
    ///
    /// Gives the answer, if any, with the calls that were made. A refusal because of the credentials ends it at once.
    pub(crate) fn preflight(
        &self,
        plan: &Plan,
    ) -> Result<(Option<Identified>, PreflightCalls), CommandError> {
        let originals = plan
            .endpoints()
            .into_iter()
            .filter(|endpoint| endpoint.twin_of.is_none());
        let endpoints: Vec<_> = originals.collect();
        let mut calls = PreflightCalls::default();
        let mut last = None;
        for endpoint in endpoints.iter().take(PREFLIGHT_ENDPOINTS) {
            let target = plan
                .targets
                .iter()
                .find(|t| t.endpoint.name == endpoint.name)
                .expect("it came from there");
            let asked = self
                .engine()
                .identify(plan, target)
                .or_exit(Exit::Unexpected)?;
            match &asked {
                Err(PreflightError::Unanswered { .. }) => calls.unanswered += 1,
                Ok(_) | Err(_) => calls.answered += 1,
            }
            match asked {
                Ok(identified) => return Ok((Some(identified), calls)),
                Err(error) if error.is_about_credentials() => {
                    return Err(CommandError::new(Exit::Credentials, error));
                }
                Err(error) => last = Some(error),
            }
        }
        match last {
            Some(error) if endpoints.len() <= PREFLIGHT_ENDPOINTS => {
                Err(CommandError::new(Exit::NoData, error))
            }
            _ => Ok((None, calls)),
        }
    }

    /// Carries `plan` out on a thread of its own and records what comes from it.
    pub(crate) fn measure(
        &self,
        plan: &Arc<Plan>,
        signals: &Signals,
        writer: &mut Writer,
        mut progress: Progress,
    ) -> Result<Measured, CommandError> {
        let thread = self
            .engine()
            .start(Arc::clone(plan), signals.stop())
            .or_exit(Exit::Unexpected)?;
        let mut recorder = Recorder::new(plan);
        let mut notices = Vec::new();
        let mut block = 0;
        for event in thread.events() {
            match event {
                Event::Sample(sample) => {
                    if sample.arrival.block > block {
                        block = sample.arrival.block;
                        writer.end_of_block();
                    }
                    writer.sample(&sample, plan);
                    recorder.record(&sample);
                    progress.observe(&sample);
                }
                Event::Withheld { target, block } => {
                    writer.withhold(target, block);
                    recorder.withhold(target, block);
                }
                Event::Noticed { at, endpoint, text } => {
                    let at_ns = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
                    let notice = Notice {
                        at_ns,
                        text: format!("{endpoint}: {text}"),
                    };
                    writer.notice(&notice);
                    notices.push(notice);
                }
            }
        }
        progress.finish();
        let ended = thread.join().or_exit(Exit::Unexpected)?;
        let pace = recorder.take_pace();
        let (series, signing) = recorder.finish();
        Ok(Measured {
            series,
            signing,
            pace,
            notices,
            ended,
        })
    }

    fn engine(&self) -> Engine {
        Engine {
            trust: self.trust.clone(),
            signer: self.signer.clone(),
            epoch: self.epoch,
        }
    }
}

/// Endpoints that are asked before the run at most: each is a call, and a dead one takes its whole deadline.
const PREFLIGHT_ENDPOINTS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

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
}
