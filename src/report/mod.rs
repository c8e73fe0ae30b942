//! What a run found, for people and for programs. Every format reads one view of the run, [`Report`]; none computes
//! a statistic, and the same run gives the same bytes.

pub(crate) mod advice;
#[cfg(test)]
mod agreement_tests;
pub mod chart;
mod comparison;
#[cfg(test)]
mod decision_tests;
mod document;
mod escape;
mod exchange;
mod format;
mod formats;
#[cfg(test)]
mod formats_tests;
mod html;
pub(crate) mod matrix;
mod message;
mod render;
#[cfg(test)]
mod render_tests;
pub(crate) mod trend;
mod view;
pub mod words;

pub(crate) use comparison::{
    Compared, ComparisonFormat, accepted_level, compared_in, compared_terminal, named_baseline,
};
pub(crate) use escape::terminal as printable;
pub(crate) use exchange::hgrm::hgrm_files;
pub use format::Format;
pub use formats::certificate::certificate;
pub use formats::csv::comparison_csv;
pub(crate) use formats::csv::summary_csv;
pub(crate) use formats::doctor::{doctor, doctor_json};
pub use formats::json::summary::summary_json;
pub(crate) use formats::markdown::ChartLink;
pub use formats::markdown::markdown;
pub use formats::page::Style;
pub use formats::terminal::terminal;
pub(crate) use html::{matrix_page, page as html_page, trend_page};
pub(crate) use render::{Detail, Look, render};
pub(crate) use view::overview::foremost::FOREMOST;
pub use view::overview::selection::{
    Facts, Folding, RowOrder, ScreenColumnName, ScreenSelection, ScreenStatistic, UnknownSelection,
};
pub use view::report::Report;
pub use view::table::{Column, Content};
pub(crate) use words::numbers::{
    count, counted, duration, percent, percent_in_tenths, percentile_name, plural,
};
