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
        let formats = output.export.iter().map(|export| export.format);
        let mut formats = formats.chain([output.format.unwrap_or(Format::Terminal)]);
        if !formats.any(|format| format == Format::Terminal) {
            let look = &mut output.look;
            look.full &= !self.has("--full");
            look.all &= !self.has("--all");
            look.verbose &= !self.has("--verbose");
            look.columns = look.columns.take().filter(|_| !self.has("--columns"));
            look.percentiles = look
                .percentiles
                .take()
                .filter(|_| !self.has("--percentiles"));
            look.sort = look.sort.take().filter(|_| !self.has("--sort"));
        }
        let is_stdout = |out: &Path| out == Path::new("-") || out == Path::new("/dev/stdout");
        if output.out.as_deref().is_some_and(is_stdout) {
            output.charts = output.charts.take().filter(|_| !self.has("--charts"));
            output.force &= !self.has("--force");
        }
    }
}
