//! Options that were not typed: a file or the environment keeps them for many runs, and not each of them concerns this one.

use std::path::Path;

use crate::cli::options::output::OutputOptions;
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
    pub(crate) fn has(&self, option: &str) -> bool {
        option
            .strip_prefix("--")
            .is_some_and(|name| self.0.iter().any(|untyped| untyped == name))
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
                "charts" => output.charts = None,
                _ => output.force = false,
            }
        }
    }

    /// Those that [`Untyped::settle`] takes back.
    pub(crate) fn idle(&self, output: &OutputOptions) -> Vec<Idle> {
        let formats = output.export.iter().map(|export| export.format);
        let mut formats = formats.chain([output.format.unwrap_or(Format::Terminal)]);
        let is_stdout = |out: &Path| out == Path::new("-") || out == Path::new("/dev/stdout");
        let mut idle = Vec::new();
        if !formats.any(|format| format == Format::Terminal) {
            idle.extend(LOOK.map(|option| Idle {
                option,
                because_of: "format",
            }));
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
