//! What the server shows, made once for each window, so that a scrape costs next to nothing while one is measured.

use std::sync::{Arc, PoisonError, RwLock};

use hyper::body::Bytes;

use super::metrics::registry::Metrics;

/// What the server shows. Cheap to clone; all clones are the same pages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pages(Arc<RwLock<ShownPages>>);

/// The pages at one time.
#[derive(Debug, Clone, Default)]
pub(super) struct ShownPages {
    /// `/metrics` in OpenMetrics.
    pub(super) open_metrics: Bytes,
    /// `/metrics` in Prometheus' text format.
    pub(super) prometheus_text: Bytes,
    /// `/report`; `None` before the first window that has a run.
    pub(super) report: Option<Bytes>,
    /// What `/-/ready` says.
    pub(super) ready: bool,
}

impl Pages {
    /// Shows the metrics as they are now.
    pub(crate) fn show_metrics(&self, metrics: &Metrics) {
        let open_metrics = Bytes::from(metrics.open_metrics());
        let prometheus_text = Bytes::from(metrics.prometheus_text());
        self.change(|shown| {
            shown.open_metrics = open_metrics;
            shown.prometheus_text = prometheus_text;
        });
    }

    /// Shows the report of the last window, a page for browsers.
    pub(crate) fn show_report(&self, html: String) {
        self.change(|shown| shown.report = Some(Bytes::from(html)));
    }

    /// Windows are measured on schedule from now on.
    pub(crate) fn ready(&self) {
        self.change(|shown| shown.ready = true);
    }

    /// No more windows will be measured.
    pub(crate) fn ending(&self) {
        self.change(|shown| shown.ready = false);
    }

    pub(super) fn shown(&self) -> ShownPages {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn change(&self, change: impl FnOnce(&mut ShownPages)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}
