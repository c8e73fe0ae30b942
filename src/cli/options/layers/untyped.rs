//! Options that were not typed: a file or the environment keeps them for many runs, and not each of them concerns this one.

use std::fmt;

use anyhow::anyhow;

use crate::cli::command_error::CommandError;
use crate::cli::options::output::{OutputOptions, When, is_stdout};
use crate::report::Format;

/// The long names of these options.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Untyped(Vec<String>);

impl Untyped {
    /// Of those names.
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().collect())
    }

    /// Whether `option`, with its hyphens, is one of them.
    fn has(&self, option: &str) -> bool {
        option
            .strip_prefix("--")
            .is_some_and(|name| self.0.iter().any(|untyped| untyped == name))
    }

    /// Refuses the first of these options that was typed. One that a file or the environment keeps for many runs need not
    /// concern this one.
    pub(crate) fn refuse_typed(
        &self,
        idle: impl IntoIterator<Item = NoEffect>,
    ) -> Result<(), CommandError> {
        match idle.into_iter().find(|it| !self.has(it.option)) {
            Some(idle) => Err(CommandError::usage(anyhow!("{idle}"))),
            None => Ok(()),
        }
    }

    /// Takes back what says nothing of this run's report: the look of a screen that is not shown, and files where none are
    /// left. Who types these is told instead.
    pub(crate) fn settle(&self, output: &mut OutputOptions) {
        for idle in self.idle(output) {
            let look = &mut output.look;
            match idle.option {
                "full" => look.full = false,
                "all" => look.all = false,
                "verbose" => look.verbose = false,
                "columns" => look.columns = None,
                "percentiles" => look.percentiles = None,
                "sort" => look.sort = None,
                "color" => output.color = When::Auto,
                "charts" => output.charts = None,
                _ => output.force = false,
            }
        }
    }

    /// Those that [`Untyped::settle`] takes back.
    pub(crate) fn idle(&self, output: &OutputOptions) -> Vec<Idle> {
        let formats = output.export.iter().map(|export| export.format);
        let mut formats = formats.chain([output.format.unwrap_or(Format::Terminal)]);
        let mut idle = Vec::new();
        if !formats.any(|format| format == Format::Terminal) {
            idle.extend(LOOK.map(|option| Idle {
                option,
                because_of: "format",
            }));
        }
        if output.check_color().is_err() {
            idle.push(Idle {
                option: "color",
                because_of: "format",
            });
        }
        if output.out.as_deref().is_some_and(is_stdout) {
            idle.extend(FILES.map(|option| Idle {
                option,
                because_of: "out",
            }));
        }
        idle.retain(|it| self.0.iter().any(|untyped| untyped == it.option));
        idle
    }
}

/// An option that would change nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoEffect {
    option: &'static str,
    why: String,
}

impl NoEffect {
    /// Of `option`, with its hyphens; `why` follows its name in the refusal.
    pub(crate) fn new(option: &'static str, why: impl Into<String>) -> Self {
        Self {
            option,
            why: why.into(),
        }
    }
}

impl fmt::Display for NoEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.option, self.why)
    }
}

/// An option that says nothing beside another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Idle {
    /// Its long name.
    pub(crate) option: &'static str,
    /// That of the other one.
    pub(crate) because_of: &'static str,
}

/// Options about the report on the screen.
const LOOK: [&str; 6] = ["full", "all", "verbose", "columns", "percentiles", "sort"];
/// Options about the files in the directory of a run.
const FILES: [&str; 2] = ["charts", "force"];
