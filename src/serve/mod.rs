//! A plan that is measured on a schedule, and what monitoring systems read of it.
//!
//! [`Schedule`] says when, [`Metrics`] counts what the windows came to, [`Pages`] are what the HTTP server shows. Each
//! can be driven without the others; the command line joins them with a session.

mod accept;
mod error;
mod failure;
mod http;
mod metrics;
mod pages;
mod schedule;
mod window;

pub use error::ServeError;
pub use failure::WindowFailure;
pub use http::HttpServer;
pub use metrics::catalogue::{METRICS, MetricFacts, MetricKind};
pub use metrics::registry::Metrics;
pub use pages::Pages;
pub use schedule::{Due, Schedule};
pub use window::{WindowEnd, WindowResult};
