//! How much of a run is shown on a terminal, as typed.

use std::str::FromStr;

use clap::{ArgAction, Args};

use crate::report::{
    Detail, Facts, Folding, Format, RowOrder, ScreenColumnName, ScreenSelection, ScreenStatistic,
    UnknownSelection,
};

use super::values::meant;

/// How much of a run is shown on a terminal.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct LookOptions {
    /// Everything instead of one screen: every table, interval, rank, check and fact
    #[arg(long, conflicts_with_all = ["columns", "sort", "percentiles", "all"])]
    pub(crate) full: bool,
    /// A line for every endpoint, even if they do not fit on one screen
    #[arg(long)]
    pub(crate) all: bool,
    /// Columns of the screen beside the endpoint.
    #[arg(
        long,
        value_name = "COLUMNS",
        value_delimiter = ',',
        allow_hyphen_values = true,
        value_parser = shown,
        help = std::format!("Columns of the screen, with commas between them: {}", ScreenColumnName::names().join(", "))
    )]
    pub(crate) columns: Option<Vec<ScreenColumnName>>,
    /// Percentiles on the screen.
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        allow_hyphen_values = true,
        value_parser = statistic,
        help = std::format!("Percentiles on the screen, with commas between them: {}", ScreenStatistic::names().join(", "))
    )]
    pub(crate) percentiles: Option<Vec<ScreenStatistic>>,
    /// Order of the endpoints on the screen.
    #[arg(
        long,
        value_name = "ORDER",
        allow_hyphen_values = true,
        value_parser = order,
        help = std::format!("Order of the endpoints on the screen: {} [default: p50]", RowOrder::names().join(", "))
    )]
    pub(crate) sort: Option<RowOrder>,
    /// Adds facts about the machine and the measurement to the screen
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
            columns: self.columns.as_deref().map(each_once),
            statistics: self.percentiles.as_deref().map(each_once),
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

/// The items without those that stand before already.
fn each_once<T: Copy + PartialEq>(items: &[T]) -> Vec<T> {
    let mut kept = Vec::new();
    for item in items {
        if !kept.contains(item) {
            kept.push(*item);
        }
    }
    kept
}

fn shown(text: &str) -> Result<ScreenColumnName, String> {
    selected(text, &ScreenColumnName::names())
}

fn statistic(text: &str) -> Result<ScreenStatistic, String> {
    selected(text, &ScreenStatistic::names())
}

fn order(text: &str) -> Result<RowOrder, String> {
    selected(text, &RowOrder::names())
}

/// What the word selects, or else what was probably meant and what there is.
fn selected<T: FromStr<Err = UnknownSelection>>(text: &str, names: &[String]) -> Result<T, String> {
    text.parse()
        .map_err(|error| format!("{}{error}", meant(text, names.iter().map(String::as_str))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_answered_with_what_was_meant_and_what_there_is() {
        for (refused, hint) in [
            (shown("Citty").map(drop), "did you mean city?"),
            (order("citty").map(drop), "did you mean city?"),
            (statistic("maxx").map(drop), "did you mean max?"),
            (order("-p50").map(drop), "did you mean p50?"),
        ] {
            let refused = refused.expect_err("a slip");
            assert!(
                refused.starts_with(hint) && refused.contains("allowed: "),
                "{refused}"
            );
        }
    }

    #[test]
    fn what_is_asked_for_twice_is_shown_once() {
        let options = LookOptions {
            percentiles: Some(
                ["50", "99", "p50"]
                    .map(|it| statistic(it).expect("one"))
                    .to_vec(),
            ),
            columns: Some(["city", "city"].map(|it| shown(it).expect("one")).to_vec()),
            ..LookOptions::default()
        };
        let Detail::Screen(selection) = options.detail() else {
            panic!("a screen")
        };
        assert_eq!(selection.statistics.map(|it| it.len()), Some(2));
        assert_eq!(selection.columns, Some(vec![ScreenColumnName::City]));
    }
}
