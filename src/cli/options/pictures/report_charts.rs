//! Which pictures a report has, as typed.

use std::str::FromStr;

use crate::report::chart::{ChartKind, OperationsShown, of_one_run};
use sts_model::nearest;

/// Which pictures a report has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportCharts {
    /// The kinds, in the order of reports.
    pub(crate) kinds: Vec<ChartKind>,
    /// Of which operations.
    pub(crate) operations: OperationsShown,
    /// Whether each kind was asked for by its name, so that one without a picture is worth a line.
    pub(crate) are_named: bool,
}

impl Default for ReportCharts {
    fn default() -> Self {
        Self {
            kinds: of_one_run().into_iter().take(1).collect(),
            operations: OperationsShown::Foremost,
            are_named: false,
        }
    }
}

impl FromStr for ReportCharts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let possible = of_one_run();
        let (are_named, kinds) = match text.trim() {
            "none" => (false, Vec::new()),
            "all" => (false, possible),
            list => {
                let asked: Vec<ChartKind> = list
                    .split(',')
                    .map(|word| word.parse().map_err(|_| unknown(word)))
                    .collect::<Result<_, String>>()?;
                if let Some(kind) = asked.iter().find(|kind| !possible.contains(kind)) {
                    return Err(format!(
                        "{kind} is not a chart of one run; `stsbench chart` draws it"
                    ));
                }
                let is_asked = |kind: &ChartKind| asked.contains(kind);
                (true, possible.into_iter().filter(is_asked).collect())
            }
        };
        Ok(Self {
            kinds,
            operations: OperationsShown::All,
            are_named,
        })
    }
}

/// Every word that is taken.
pub(crate) fn report_chart_names() -> Vec<&'static str> {
    let kinds = of_one_run().into_iter().map(|kind| kind.name);
    kinds.chain(["all", "none"]).collect()
}

/// What is said of a word that is no kind of chart.
fn unknown(word: &str) -> String {
    let allowed = report_chart_names();
    let hint = nearest(word.trim(), allowed.iter().copied());
    let hint = hint.map_or(String::new(), |word| format!("did you mean {word}? "));
    format!("{hint}allowed: {}", allowed.join(", "))
}

/// What help says of the option.
pub(crate) const REPORT_CHARTS: &str =
    "Charts in the directory: kinds of `stsbench chart`, all or none [default: endpoints]";

/// For clap.
pub(crate) fn report_charts(text: &str) -> Result<ReportCharts, String> {
    text.parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_the_kinds_that_are_named_in_their_usual_order() {
        let names = |text: &str| -> Vec<&str> {
            let charts: ReportCharts = text.parse().expect("is a list");
            charts.kinds.iter().map(|kind| kind.name).collect()
        };
        assert_eq!(names("none"), Vec::<&str>::new());
        assert_eq!(names("timeline,endpoints"), ["endpoints", "timeline"]);
        assert_eq!(names("all").len(), of_one_run().len());
        assert_eq!(ReportCharts::default().kinds[0].name, "endpoints");
        let error = "endpoint".parse::<ReportCharts>().expect_err("a slip");
        assert!(error.starts_with("did you mean endpoints? "), "{error}");
        let error = "bogus".parse::<ReportCharts>().expect_err("no kind");
        assert!(
            error.starts_with("allowed: endpoints, ") && error.ends_with(", all, none"),
            "{error}"
        );
        for other in ["compare", "trend", "matrix"] {
            assert!(!error.contains(other), "{error}");
            assert!(other.parse::<ReportCharts>().is_err());
        }
        assert!("".parse::<ReportCharts>().is_err());
    }
}
