//! Measuring as it was asked for: once, in windows or in stages.

use crate::results::{Directory, Run};
use crate::session::error::SessionError;
use crate::session::finished::{Files, Finished};
use crate::session::observer::{Part, SessionObserver};
use crate::session::run::Session;

impl Session {
    /// Carries the plan out in the way that was asked for, and keeps its files in `directory`.
    ///
    /// # Errors
    /// [`SessionError`] when nothing was measured. Calls that fail are data, files that cannot be kept are for
    /// [`Files::finish`] to report, and a run that is cut short is a run.
    pub fn measure(
        mut self,
        directory: Directory,
        observer: &mut dyn SessionObserver,
    ) -> Result<Finished, SessionError> {
        let (run, files) = match self.settled.windows {
            Some(windows) => self.measure_windows(windows, directory, observer)?,
            None if self.settled.plan.judging.precision.is_some() => {
                self.measure_stages(directory, observer)?
            }
            None => self.measure_once(directory, observer)?,
        };
        Ok(Finished {
            run,
            files,
            preflight: self.preflight,
            lost: self.caller.lost().clone(),
        })
    }

    fn measure_once(
        &mut self,
        directory: Directory,
        observer: &mut dyn SessionObserver,
    ) -> Result<(Run, Files), SessionError> {
        let plan = self.settled.plan.clone();
        let (unmeasured, mut writer) =
            self.begin(&plan, self.unmeasured.header.run_id.clone(), directory)?;
        let run = self.carry_out(Part::Whole, &plan, unmeasured, Some(&mut writer), observer)?;
        Ok((run, Files::Own(Box::new(writer))))
    }
}
