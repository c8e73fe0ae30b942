//! How much of a run is shown on a terminal, as typed.

use clap::{ArgAction, Args};

use crate::report::{
    Detail, Facts, Folding, Format, RowOrder, ScreenSelection, ScreenStatistic, Shown,
    UnknownSelection,
};

/// How much of a run is shown on a terminal.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct LookOptions {
    /// Everything instead of one screen: every table, interval, rank, check and fact
    #[arg(long, conflicts_with_all = ["columns", "sort", "percentiles", "all"])]
    pub(crate) full: bool,
    /// A line for every endpoint, also where they do not fit on one screen
    #[arg(long)]
    pub(crate) all: bool,
    /// Columns of the screen beside the endpoint.
    #[arg(
        long,
        value_name = "COLUMNS",
        value_delimiter = ',',
        value_parser = shown,
        help = std::format!("Columns of the screen, with commas between them: {}", Shown::names())
    )]
    pub(crate) columns: Option<Vec<Shown>>,
    /// Percentiles on the screen.
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = statistic,
        help = std::format!("Percentiles on the screen, with commas between them: {}", ScreenStatistic::names())
    )]
    pub(crate) percentiles: Option<Vec<ScreenStatistic>>,
    /// Order of the endpoints on the screen.
    #[arg(
        long,
        value_name = "ORDER",
        value_parser = order,
        help = std::format!("Order of the endpoints on the screen: {} [default: p50]", RowOrder::names())
    )]
    pub(crate) sort: Option<RowOrder>,
    /// Adds the facts of the machine and of the measuring to the screen
    #[arg(long, short, action = ArgAction::SetTrue)]
    pub(crate) verbose: bool,
}

impl LookOptions {
    /// How much is shown.
    pub(crate) fn detail(&self) -> Detail {
        if self.full {
            return Detail::Full;
        }
        let usual = ScreenSelection::default();
        Detail::Screen(ScreenSelection {
            columns: self.columns.clone(),
            statistics: self.percentiles.clone(),
            order: self.sort.unwrap_or(usual.order),
            folding: if self.all {
                Folding::None
            } else {
                Folding::Screen
            },
            facts: if self.verbose {
                Facts::Shown
            } else {
                Facts::Hidden
            },
        })
    }

    /// Refuses what has no effect because nothing is shown or written in the format that it is about.
    pub(crate) fn check(&self, mut formats: impl Iterator<Item = Format>) -> anyhow::Result<()> {
        let given = [
            ("--full", self.full),
            ("--all", self.all),
            ("--columns", self.columns.is_some()),
            ("--percentiles", self.percentiles.is_some()),
            ("--sort", self.sort.is_some()),
            ("--verbose", self.verbose),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) if !formats.any(|format| format == Format::Terminal) => {
                anyhow::bail!("{option} is about --format terminal, and no other format has it")
            }
            _ => Ok(()),
        }
    }
}

fn shown(text: &str) -> Result<Shown, String> {
    text.parse()
        .map_err(|error: UnknownSelection| error.to_string())
}

fn statistic(text: &str) -> Result<ScreenStatistic, String> {
    text.parse()
        .map_err(|error: UnknownSelection| error.to_string())
}

fn order(text: &str) -> Result<RowOrder, String> {
    text.parse()
        .map_err(|error: UnknownSelection| error.to_string())
}
