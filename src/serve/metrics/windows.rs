//! What is counted of windows, and what the last one was.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::results::{Certificate, Item, ItemVerdict, Run};
use crate::serve::failure::WindowFailure;
use crate::serve::window::WindowResult;

use super::catalogue;
use super::labels::{FailureLabels, ResultLabels};
use super::parts::{Number, registered};

/// What is counted of windows.
pub(super) struct WindowMetrics {
    results: Family<ResultLabels, Counter>,
    failures: Family<FailureLabels, Counter>,
    skipped: Counter,
    unkept: Counter,
    running: Gauge,
    since_success: Gauge,
    last_success: Number,
    last_duration: Number,
    simulated: Gauge,
    certified: Gauge,
}

impl WindowMetrics {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let metrics = Self {
            results: registered(registry, catalogue::WINDOWS, Family::default()),
            failures: registered(registry, catalogue::FAILED_WINDOWS, Family::default()),
            skipped: registered(registry, catalogue::SKIPPED, Counter::default()),
            unkept: registered(registry, catalogue::UNKEPT, Counter::default()),
            running: registered(registry, catalogue::RUNNING, Gauge::default()),
            since_success: registered(registry, catalogue::SINCE_SUCCESS, Gauge::default()),
            last_success: registered(registry, catalogue::LAST_SUCCESS, Number::default()),
            last_duration: registered(registry, catalogue::LAST_DURATION, Number::default()),
            simulated: registered(registry, catalogue::SIMULATED, Gauge::default()),
            certified: registered(registry, catalogue::CERTIFIED, Gauge::default()),
        };
        metrics.count_from_zero();
        metrics
    }

    /// A counter that is there from the beginning shows its first increase.
    fn count_from_zero(&self) {
        let failed = WindowResult::Failed(WindowFailure::System);
        for result in [WindowResult::Success, WindowResult::Interrupted, failed] {
            drop(self.results.get_or_create(&labels(result)));
        }
        for failure in WindowFailure::ALL {
            let kind = failure.as_str();
            drop(self.failures.get_or_create(&FailureLabels { kind }));
        }
    }

    pub(super) fn skipped(&self, windows: u64) {
        self.skipped.inc_by(windows);
        let windows = i64::try_from(windows).unwrap_or(i64::MAX);
        self.since_success.inc_by(windows);
    }

    pub(super) fn not_kept(&self) {
        self.unkept.inc();
    }

    pub(super) fn began(&self) {
        self.running.set(1);
    }

    /// A window is over, whatever became of it.
    pub(super) fn ended(&self, result: WindowResult, took: Duration) {
        self.running.set(0);
        self.last_duration.set(took.as_secs_f64());
        self.results.get_or_create(&labels(result)).inc();
        self.since_success.inc();
        if let WindowResult::Failed(failure) = result {
            let kind = failure.as_str();
            self.failures.get_or_create(&FailureLabels { kind }).inc();
        }
    }

    /// The window was a success.
    pub(super) fn succeeded(&self, ended: SystemTime) {
        let since = ended.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.last_success.set(since.as_secs_f64());
        self.since_success.set(0);
    }

    pub(super) fn of_simulation(&self, is_simulated: bool) {
        self.simulated.set(is_simulated.into());
    }

    /// What its run says of the service and the host.
    pub(super) fn measured(&self, run: &Run) {
        self.of_simulation(run.header.vantage.simulation.is_some());
        let certificate = run.conditions.certificate.as_ref();
        self.certified.set(certificate.is_some_and(is_sound).into());
    }
}

fn labels(result: WindowResult) -> ResultLabels {
    ResultLabels {
        result: result.as_str(),
    }
}

/// Whether nothing of it failed.
fn is_sound(certificate: &Certificate) -> bool {
    let failed = |item: &Item| item.verdict == ItemVerdict::Fail;
    !certificate.items.iter().any(failed)
}
