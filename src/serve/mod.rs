//! A plan that is measured on a schedule, and what monitoring systems read of it.
//!
//! `Schedule` says when, `Metrics` counts what the windows came to, `Pages` are what the HTTP server shows. Each
//! can be driven without the others; the command line joins them with a session.

mod accept;
mod error;
mod failure;
mod http;
mod metrics;
mod pages;
mod schedule;
mod window;

pub(crate) use error::ServeError;
pub(crate) use failure::WindowFailure;
pub(crate) use http::HttpServer;
pub use metrics::catalogue::METRICS;
pub(crate) use metrics::registry::Metrics;
pub(crate) use pages::Pages;
pub(crate) use schedule::{Due, Schedule};
pub(crate) use window::WindowEnd;
