//! SHOW: what a run found, for people and for programs. Every format reads one view of the run, [`Report`]; none computes
//! a statistic, and the same run gives the same bytes.

pub mod chart;
mod comparison;
mod document;
mod escape;
mod exchange;
mod format;
mod formats;
#[cfg(test)]
mod formats_tests;
mod render;
#[cfg(test)]
mod render_tests;
mod view;
pub mod words;

pub use comparison::{Compared, compared_csv, compared_json, compared_markdown, compared_terminal};
pub use document::{Document, DocumentError};
pub use escape::terminal as printable;
pub use exchange::hgrm::hgrm_files;
pub use format::{Format, FormatError};
pub use formats::certificate::certificate;
pub use formats::csv::{comparison_csv, summary_csv};
pub use formats::json::summary::summary_json;
pub use formats::markdown::{ChartLink, markdown};
pub use formats::page::Style;
pub use formats::terminal::terminal;
pub use render::render;
pub use view::fact::Fact;
pub use view::failures::FailureLine;
pub use view::report::Report;
pub use view::served_by::ServedByLine;
pub use view::table::{Column, Content, Line, Soundness, Table};
pub use words::numbers::{
    count, duration, percent, percent_in_tenths, percentile_name, ratio, ratio_span, span,
};
