//! A plan that is measured in several windows of time: each is a run of its own, and all together are the run.

use std::time::Duration;

use anyhow::{Context as _, anyhow};

use crate::load::{Epoch, Stop};
use crate::plan::{Plan, Windows};
use crate::results::{self, Completion, Directory, Merger, Notice, PartKind, Run};

use crate::cli::caller::rfc3339;
use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::session::{Files, Finished, Part, Session};

impl Session<'_> {
    /// Measures `plan` in windows that begin at fixed times. A signal, or the loss of the credentials, ends it with what is
    /// there.
    pub(crate) fn measure_windows(
        &mut self,
        plan: &Plan,
        windows: Windows,
        directory: Directory,
    ) -> Result<Finished, CommandError> {
        results::clear(&directory).or_exit(Exit::NotWritten)?;
        let began = Epoch::now();
        let (mut merger, mut measured, mut failure) = (Merger::default(), 0, None);
        for number in 0..windows.number {
            let title = format!("window {} of {}: ", number + 1, windows.number);
            if self.wait(began + windows.every.saturating_mul(number.into()), &title)? == Stop::Now
            {
                break;
            }
            let part = Part {
                kind: PartKind::Window,
                number,
                plan: &windows.plan(plan, number),
                title,
            };
            let Some(run) = self.measure_part(&part, &directory, &mut failure)? else {
                break;
            };
            merger
                .add(run)
                .with_context(|| kept(&directory))
                .or_exit(Exit::Unexpected)?;
            measured += 1;
        }
        if measured == 0 {
            let error = failure.map_or_else(
                || anyhow!("no window could be measured"),
                anyhow::Error::new,
            );
            return Err(CommandError::new(Exit::NotWritten, error));
        }
        let whole = merger
            .finish(self.run_id())
            .with_context(|| kept(&directory))
            .or_exit(Exit::Unexpected)?;
        let run = accounted(
            Run {
                run_id: self.run_id(),
                ..whole
            },
            measured,
            windows.number,
        );
        Ok(Finished {
            run,
            files: Files::OfParts { directory, failure },
        })
    }

    /// Waits for a window's time. One that is past, because the window before took longer, begins at once.
    fn wait(&self, moment: std::time::Instant, title: &str) -> Result<Stop, CommandError> {
        let left = moment.saturating_duration_since(Epoch::now());
        if left >= Duration::from_secs(1) {
            let at = rfc3339(Epoch::start().wall() + left);
            let left = humantime::format_duration(Duration::from_secs(left.as_secs()));
            self.tell(&format!("{title}begins at {at}, in {left}"));
        }
        self.signals.wait_until(moment).or_exit(Exit::Unexpected)
    }
}

/// The run with a word about windows that are missing.
fn accounted(run: Run, measured: u16, planned: u16) -> Run {
    if measured == planned {
        return run;
    }
    let text = format!("{measured} of {planned} windows were measured");
    let notices = run
        .notices
        .into_iter()
        .chain([Notice {
            at_ns: run.elapsed_ns,
            text,
        }])
        .collect();
    Run {
        completion: run.completion.max(Completion::Interrupted),
        notices,
        ..run
    }
}

fn kept(directory: &Directory) -> String {
    format!(
        "the windows stand as runs of their own below {}",
        directory.path().display()
    )
}
