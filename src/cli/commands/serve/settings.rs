//! What is measured in each window, as the options say it now; a reload makes another one.

use std::time::Duration;

use anyhow::anyhow;

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::draft::draft;
use crate::cli::options::layers::plan_file;
use crate::cli::options::output::is_stdout;
use crate::cli::options::run::RunOptions;
use crate::cli::stores::StorePlace;
use crate::place::LocalRegion;
use crate::plan::{PlanError, Seeds};
use crate::serve::Schedule;
use crate::session::{self, Asked};

use super::options::EVERY;

/// What is measured in each window, and how often.
#[derive(Debug)]
pub(crate) struct WindowSettings {
    pub(super) options: RunOptions,
    pub(super) every: Duration,
    /// As given.
    seed: Option<u64>,
    /// Those of the windows to come, where `--seed` fixes them.
    seeds: Option<Seeds>,
}

impl WindowSettings {
    /// What `options` ask for; those of the plan file are among them.
    pub(super) fn new(mut options: RunOptions) -> Result<Self, CommandError> {
        if let Some(path) = options.targets.plan.clone() {
            plan_file::fill(&path, &mut options).or_exit(Exit::Usage)?;
        }
        // The command line is refused before; what is left comes from the plan file.
        let refused = [
            ("windows", options.load.windows.is_some()),
            ("precision", options.judging.precision.is_some()),
            ("max-duration", options.judging.max_duration.is_some()),
        ];
        if let Some((option, _)) = refused.iter().find(|(_, given)| *given) {
            return Err(CommandError::usage(anyhow!(
                "plan file: {}",
                no_option(option)
            )));
        }
        if let Some(out) = options.output.out.as_deref().filter(|out| is_stdout(out)) {
            return Err(CommandError::usage(anyhow!(
                "--out {}: a server prints no report; give a directory, or leave it out to keep no runs",
                out.display()
            )));
        }
        let every = options.load.every.take().unwrap_or(EVERY);
        if !Schedule::EVERY.contains(&every) {
            return Err(CommandError::usage(anyhow!(
                "--every {} is out of range; allowed: 1s to 30d",
                humantime::format_duration(every)
            )));
        }
        Ok(Self {
            seed: options.load.seed,
            seeds: options.load.seed.map(Seeds::of),
            options,
            every,
        })
    }

    /// Takes the place of `before`: the windows to come go on with its seeds where the seed is the same.
    pub(super) fn following(self, before: &Self) -> Self {
        if self.seed == before.seed {
            Self {
                seeds: before.seeds.clone(),
                ..self
            }
        } else {
            self
        }
    }

    /// What the next window asks for.
    pub(super) fn next(&mut self, region: Option<&LocalRegion>) -> Result<Asked, CommandError> {
        if let Some(seeds) = &mut self.seeds {
            self.options.load.seed = seeds.next();
        }
        Ok(Asked::new(draft(&self.options, region)?)?)
    }

    /// Refuses what cannot be measured again and again, before the first window; returns what a window asks for.
    pub(super) fn examined(&self, region: Option<&LocalRegion>) -> Result<Asked, CommandError> {
        let asked = Asked::new(draft(&self.options, region)?)?;
        let plan = asked.plan();
        if plan.judging.precision.is_some() {
            return Err(CommandError::usage(anyhow!(no_option("precision"))));
        }
        if self.every < plan.length() {
            let error = PlanError::TooShort {
                option: "--every",
                time: self.every,
                what: "a window",
                takes: plan.length(),
            };
            return Err(CommandError::usage(error));
        }
        session::make_room(plan).or_exit(Exit::Usage)?;
        if let Some(store) = StorePlace::of(&self.options.store)? {
            store.open()?;
        }
        Ok(asked)
    }
}

/// What is said of an option of a run that a server does not have.
pub(super) fn no_option(option: &str) -> String {
    let why = match option {
        "windows" => ": it measures one window after the other until it is stopped",
        "precision" | "max-duration" => ": its windows have one length",
        "dry-run" => "; `stsbench run --dry-run` shows the plan of one window",
        "format" | "export" => "; `stsbench report` makes it of a run that --out keeps",
        _ => "",
    };
    format!("--{option} is no option of stsbench serve{why}")
}
