//! One window of a plan that is measured again and again: its files may be missing, its numbers may not.

use std::sync::Arc;

use crate::credentials::Lost;
use crate::results::{Directory, ResultsError, Run};
use crate::session::error::SessionError;
use crate::session::finished::Files;
use crate::session::observer::{Part, SessionObserver};
use crate::session::run::Session;

/// What one window came to.
#[derive(Debug)]
pub struct ObservedWindow {
    /// The run. It is not judged yet.
    pub run: Run,
    /// Its files, which the run is still missing from; `None` where it is in memory alone.
    pub files: Option<Files>,
    /// Why there are no files although a directory was given.
    pub not_kept: Option<ResultsError>,
    /// Why the credentials were lost while measuring, if they were.
    pub lost_credentials: Option<Arc<Lost>>,
}

impl Session {
    /// Measures the plan once, and keeps files in `directory` if one is given and takes them.
    ///
    /// # Errors
    /// [`SessionError`] when nothing was measured. A directory that takes no files is no reason for that.
    pub fn measure_window(
        mut self,
        directory: Option<Directory>,
        observer: &mut dyn SessionObserver,
    ) -> Result<ObservedWindow, SessionError> {
        let plan = self.settled.plan.clone();
        let run_id = self.unmeasured.header.run_id.clone();
        let begun = directory.map(|directory| self.begin(&plan, run_id.clone(), directory));
        let (unmeasured, mut writer, not_kept) = match begun {
            Some(Ok((run, writer))) => (run, Some(writer), None),
            Some(Err(error)) => (self.unmeasured_part(&plan, run_id), None, Some(error)),
            None => (self.unmeasured_part(&plan, run_id), None, None),
        };
        let run = self.carry_out(Part::Whole, &plan, unmeasured, writer.as_mut(), observer)?;
        Ok(ObservedWindow {
            run,
            files: writer.map(|writer| Files::Own(Box::new(writer))),
            not_kept,
            lost_credentials: self.caller.lost().reason(),
        })
    }
}
