//! A plan that is measured in several windows of time: each is a run of its own, and all together are the run.

use std::time::{Duration, Instant};

use crate::load::{Epoch, Stop};
use crate::notice::SessionNotice;
use crate::plan::Windows;
use crate::results::{Completion, Directory, MergeError, Merger, Run};
use crate::session::error::SessionError;
use crate::session::finished::Files;
use crate::session::header::recorded;
use crate::session::observer::{Part, SessionObserver, WindowWait};
use crate::session::run::Session;

use super::part::WholeDirectory;

impl Session {
    /// Measures the plan in windows that begin at fixed times. A signal, or the loss of the credentials, ends it with what
    /// is there.
    pub(super) fn measure_windows(
        &mut self,
        windows: Windows,
        directory: Directory,
        observer: &mut dyn SessionObserver,
    ) -> Result<(Run, Files), SessionError> {
        let mut whole = WholeDirectory::emptied(directory)?;
        let began = Epoch::now();
        let plan = self.settled.plan.clone();
        let (mut merger, mut measured) = (Merger::default(), 0);
        for number in 0..windows.number {
            let part = Part::Window {
                number,
                of: windows.number,
            };
            let begins = began + windows.every.saturating_mul(number.into());
            if self.wait(begins, part, observer)? == Stop::Now {
                break;
            }
            let window = windows.plan(&plan, number);
            let Some(run) = self.measure_part(part, &window, &mut whole, observer)? else {
                break;
            };
            merger.add(run).map_err(|cause| kept(&whole, cause))?;
            measured += 1;
        }
        if measured == 0 {
            return Err(whole.without_a_part(SessionError::NoWindow));
        }
        let run_id = self.unmeasured.header.run_id.clone();
        let mut merged = merger
            .finish(run_id.clone())
            .map_err(|cause| kept(&whole, cause))?;
        // A single window keeps its own id when it is merged.
        merged.header.run_id = run_id;
        let run = accounted(merged, measured, windows.number);
        let WholeDirectory { directory, failure } = whole;
        Ok((run, Files::OfParts { directory, failure }))
    }

    /// Waits for a window's time. One that is past, because the window before took longer, begins at once.
    fn wait(
        &self,
        moment: Instant,
        part: Part,
        observer: &mut dyn SessionObserver,
    ) -> Result<Stop, SessionError> {
        let left = moment.saturating_duration_since(Epoch::now());
        if left >= Duration::from_secs(1) {
            observer.waiting(WindowWait {
                part,
                begins_at: Epoch::wall_now() + left,
                left,
            });
        }
        Ok(self.stop.wait_until(moment)?)
    }
}

/// The run with a word about windows that are missing.
fn accounted(mut run: Run, measured: u16, planned: u16) -> Run {
    if measured == planned {
        return run;
    }
    let missing = SessionNotice::WindowsMissing { measured, planned };
    let missing = recorded(&missing, Duration::from_nanos(run.measured.elapsed_ns));
    run.notices.push(missing);
    run.measured.completion = run.measured.completion.max(Completion::Interrupted);
    run
}

fn kept(whole: &WholeDirectory, cause: MergeError) -> SessionError {
    SessionError::Windows {
        directory: whole.directory.path().to_owned(),
        cause,
    }
}
