//! All metrics together, and how they are written.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::{prometheus_text, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::serve::failure::WindowFailure;
use crate::serve::schedule::Schedule;
use crate::serve::window::{WindowEnd, WindowResult};

use super::catalogue;
use super::judged::JudgedMetrics;
use super::labels::{RegionLabels, ResultLabels, VersionLabels};
use super::parts::{Number, registered};
use super::targets::{TargetMetrics, calls_to_aws};
use super::windows::WindowMetrics;

/// What the windows of one program came to, in a registry that does not grow with their number.
pub(crate) struct Metrics {
    registry: Registry,
    targets: TargetMetrics,
    windows: WindowMetrics,
    judged: JudgedMetrics,
    preflight: Counter,
    events: Counter,
    interval: Number,
    offset: Number,
    reloads: Family<ResultLabels, Counter>,
    reloaded: Gauge,
}

impl Metrics {
    /// Those of a program at `vantage`, in `region` if that is known, before its first window.
    pub(crate) fn new(vantage: &str, region: Option<&str>, schedule: &Schedule) -> Self {
        let vantage: (Cow<'static, str>, Cow<'static, str>) =
            ("vantage".into(), vantage.to_owned().into());
        let mut registry =
            Registry::with_prefix_and_labels(catalogue::PREFIX, std::iter::once(vantage));
        let (build, version) = (catalogue::BUILD, env!("CARGO_PKG_VERSION"));
        let version = Info::new(VersionLabels { version });
        registry.register(build.base(), build.help, version);
        let place = catalogue::VANTAGE;
        let region = region.unwrap_or_default().to_owned();
        registry.register(place.base(), place.help, Info::new(RegionLabels { region }));
        let metrics = Self {
            targets: TargetMetrics::registered(&mut registry),
            windows: WindowMetrics::registered(&mut registry),
            judged: JudgedMetrics::registered(&mut registry),
            preflight: registered(&mut registry, catalogue::PREFLIGHT, Counter::default()),
            events: registered(&mut registry, catalogue::EVENTS, Counter::default()),
            interval: registered(&mut registry, catalogue::INTERVAL, Number::default()),
            offset: registered(&mut registry, catalogue::OFFSET, Number::default()),
            reloads: registered(&mut registry, catalogue::RELOADS, Family::default()),
            reloaded: registered(&mut registry, catalogue::RELOADED, Gauge::default()),
            registry,
        };
        metrics.reloaded.set(1);
        for result in [SUCCESS, FAILURE] {
            drop(metrics.reloads.get_or_create(&ResultLabels { result }));
        }
        metrics.scheduled(schedule);
        metrics
    }

    /// Whether what will be measured is known to be simulated; each window's run says it again.
    pub(crate) fn measures_simulation(&self, is_simulated: bool) {
        self.windows.of_simulation(is_simulated);
    }

    /// Windows follow that schedule from now on.
    pub(crate) fn scheduled(&self, schedule: &Schedule) {
        self.interval.set(schedule.every().as_secs_f64());
        self.offset.set(schedule.offset().as_secs_f64());
    }

    /// So many windows were left out.
    pub(crate) fn skipped(&self, windows: u64) {
        self.windows.skipped(windows);
    }

    /// A window begins.
    pub(crate) fn window_began(&self) {
        self.windows.began();
    }

    /// So many calls were made before a window to find out who calls, `to_aws` of them to AWS.
    pub(crate) fn asked_who_calls(&self, calls: u64, to_aws: u64) {
        self.preflight.inc_by(calls);
        self.events.inc_by(to_aws);
    }

    /// A window ended without a run, after that time.
    pub(crate) fn window_failed(&self, failure: WindowFailure, took: Duration) {
        self.windows.ended(WindowResult::Failed(failure), took);
    }

    /// A window ended, with a run.
    pub(crate) fn window_ended(&mut self, end: &WindowEnd<'_>) {
        let run = end.run;
        let result = end.result();
        let took = Duration::from_nanos(run.measured.elapsed_ns);
        self.windows.ended(result, took);
        if result == WindowResult::Success {
            self.windows.succeeded(end.ended);
        }
        self.windows.measured(run);
        self.targets.count(&run.measured.series, &run.plan);
        if run.header.vantage.simulation.is_none() {
            let calls = calls_to_aws(&run.measured.series, &run.plan);
            self.events.inc_by(calls);
        }
        self.judged.show(end.summary, &run.plan);
    }

    /// The files of a window could not all be kept.
    pub(crate) fn not_kept(&self) {
        self.windows.not_kept();
    }

    /// The plan was read again.
    pub(crate) fn reload_succeeded(&self) {
        self.reloaded(SUCCESS, 1);
    }

    /// The plan could not be read again; the old one stays.
    pub(crate) fn reload_failed(&self) {
        self.reloaded(FAILURE, 0);
    }

    fn reloaded(&self, result: &'static str, last: i64) {
        self.reloads.get_or_create(&ResultLabels { result }).inc();
        self.reloaded.set(last);
    }

    /// All of them in OpenMetrics 1.0.
    pub(crate) fn open_metrics(&self) -> String {
        let mut written = String::new();
        text::encode(&mut written, &self.registry).expect("a string takes any text");
        written
    }

    /// All of them in Prometheus' text format 0.0.4.
    pub(crate) fn prometheus_text(&self) -> String {
        let mut written = String::new();
        prometheus_text::encode(&mut written, &self.registry).expect("a string takes any text");
        written
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("targets", &self.targets.number())
            .finish_non_exhaustive()
    }
}

const SUCCESS: &str = "success";
const FAILURE: &str = "failure";

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
