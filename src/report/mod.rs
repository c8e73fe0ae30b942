//! SHOW: what a run found, for people and for programs. Every format reads one view of the run, [`Report`]; none computes
//! a statistic, and the same run gives the same bytes.

mod answered;
mod bencher;
mod certificate;
pub mod chart;
mod comparison;
mod csv;
mod document;
mod escape;
mod exported;
mod facts;
mod fonts;
mod format;
mod github_action_benchmark;
mod github_summary;
mod headline;
mod hgrm;
mod hlog;
mod hyperfine;
mod json;
mod junit;
mod markdown;
mod openmetrics;
mod otava;
pub mod raster;
mod report;
mod stretches;
mod table;
mod terminal;
mod theme;
mod units;
mod wording;

pub use answered::AnsweredLine;
pub use certificate::certificate;
pub use comparison::{Compared, compared_csv, compared_json, compared_markdown, compared_terminal};
pub use csv::{comparison_csv, summary_csv};
pub use document::{Document, DocumentError, document};
pub use escape::terminal as printable;
pub use facts::Fact;
pub use format::{Format, FormatError};
pub use hgrm::hgrm_files;
pub use json::summary_json;
pub use markdown::{ChartLink, markdown};

pub use report::{FailureLine, Report};
pub use table::{Column, Content, Line, Soundness, Table};
pub use terminal::{Style, terminal};
pub use theme::{Colour, Palette, Theme};
pub use units::{count, duration, percent, percentile_name, ratio, ratio_span, span};
