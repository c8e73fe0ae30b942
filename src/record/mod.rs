//! Samples into histograms, in memory that does not grow with the run. It knows neither files nor which
//! percentiles people look at.

mod folding;
mod histogram;
mod pace;
mod recent_ids;
mod recorder;
mod series;
mod sum;
mod trace;

pub use histogram::{Histogram, HistogramError};
pub use pace::Pace;
pub use recent_ids::RepeatedIds;
pub use recorder::Recorder;
pub(crate) use series::OTHER;
pub use series::{Block, Contradiction, Counts, Lookups, Series};
pub use trace::{Trace, TracePoint};
