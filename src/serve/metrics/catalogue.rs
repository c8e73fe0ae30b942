//! The metrics, each declared once: the registry and the documentation are made of this.

use MetricKind::{Counter, Gauge, Histogram, Info};

/// What kind of metric it is, as OpenMetrics names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Counts up for as long as the program lives.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by size, in classic buckets.
    Histogram,
    /// Labels alone.
    Info,
}

impl MetricKind {
    /// As in the text formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Info => "info",
        }
    }
}

/// One metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricFacts {
    /// As it is queried, with the suffix of its unit and kind.
    pub name: &'static str,
    /// What kind it is.
    pub kind: MetricKind,
    /// Its unit, which the name ends in.
    pub unit: Option<&'static str>,
    /// Its labels beside `vantage`.
    pub labels: &'static [&'static str],
    /// What it says, without a full stop.
    pub help: &'static str,
}

/// What every name begins with.
pub(super) const PREFIX: &str = "stsbench";

impl MetricFacts {
    /// The name as the registry takes it: prefix, unit and the kind's suffix are added when it is written.
    pub(super) fn base(&self) -> String {
        let suffix = match self.kind {
            MetricKind::Counter => "_total",
            MetricKind::Info => "_info",
            MetricKind::Gauge | MetricKind::Histogram => "",
        };
        let name = self.name.strip_suffix(suffix).unwrap_or(self.name);
        let name = self
            .unit
            .and_then(|unit| name.strip_suffix(unit)?.strip_suffix('_'))
            .unwrap_or(name);
        let name = name.strip_prefix(PREFIX).unwrap_or(name);
        name.trim_start_matches('_').to_owned()
    }
}

const fn metric(
    name: &'static str,
    kind: MetricKind,
    labels: &'static [&'static str],
    help: &'static str,
) -> MetricFacts {
    MetricFacts {
        name,
        kind,
        unit: None,
        labels,
        help,
    }
}

impl MetricFacts {
    const fn seconds(self) -> Self {
        Self {
            unit: Some("seconds"),
            ..self
        }
    }

    const fn ratio(self) -> Self {
        Self {
            unit: Some("ratio"),
            ..self
        }
    }
}

const TARGET: &[&str] = &["endpoint", "operation", "connection"];

pub(super) const BUILD: MetricFacts = metric(
    "stsbench_build_info",
    Info,
    &["version"],
    "The program that measures",
);
pub(super) const VANTAGE: MetricFacts = metric(
    "stsbench_vantage_info",
    Info,
    &["region"],
    "The Region that an AWS SDK at this vantage calls; empty where none is configured",
);
pub(super) const SIMULATED: MetricFacts = metric(
    "stsbench_simulated",
    Gauge,
    &[],
    "1 where a simulated STS is measured, 0 where AWS or another service is",
);
pub(super) const INTERVAL: MetricFacts = metric(
    "stsbench_schedule_interval_seconds",
    Gauge,
    &[],
    "From the start of one window to the next",
)
.seconds();
pub(super) const OFFSET: MetricFacts = metric(
    "stsbench_schedule_offset_seconds",
    Gauge,
    &[],
    "How long after each multiple of the interval since 1970 this vantage begins its windows",
)
.seconds();
pub(super) const RUNNING: MetricFacts = metric(
    "stsbench_window_running",
    Gauge,
    &[],
    "1 while a window is measured",
);
pub(super) const WINDOWS: MetricFacts = metric(
    "stsbench_windows_total",
    Counter,
    &["result"],
    "Windows by result: success, interrupted or failed",
);
pub(super) const FAILED_WINDOWS: MetricFacts = metric(
    "stsbench_window_failures_total",
    Counter,
    &["kind"],
    "Failed windows by kind: credentials, refused, unreachable, no-data or system",
);
pub(super) const SKIPPED: MetricFacts = metric(
    "stsbench_windows_skipped_total",
    Counter,
    &[],
    "Windows left out because the one before was still being measured at their time",
);
pub(super) const UNKEPT: MetricFacts = metric(
    "stsbench_window_write_failures_total",
    Counter,
    &[],
    "Windows whose files could not all be written to the directory of --out, or whose run could not be stored",
);
pub(super) const SINCE_SUCCESS: MetricFacts = metric(
    "stsbench_windows_since_success",
    Gauge,
    &[],
    "Windows since the last successful one, those left out included",
);
pub(super) const LAST_SUCCESS: MetricFacts = metric(
    "stsbench_window_last_success_timestamp_seconds",
    Gauge,
    &[],
    "When the last successful window ended, in Unix time; 0 before the first",
)
.seconds();
pub(super) const LAST_DURATION: MetricFacts = metric(
    "stsbench_window_last_duration_seconds",
    Gauge,
    &[],
    "How long the last window took; 0 before the first",
)
.seconds();
pub(super) const PREFLIGHT: MetricFacts = metric(
    "stsbench_preflight_requests_total",
    Counter,
    &[],
    "Calls made before windows to find out who calls",
);
pub(super) const REQUESTS: MetricFacts = metric(
    "stsbench_requests_total",
    Counter,
    &["endpoint", "operation", "connection", "stage"],
    "Calls made, by stage: measured or warmup",
);
pub(super) const FAILURES: MetricFacts = metric(
    "stsbench_request_failures_total",
    Counter,
    &["endpoint", "operation", "connection", "kind"],
    "Measured calls without the operation's own answer, by kind",
);
pub(super) const WITHHELD: MetricFacts = metric(
    "stsbench_requests_withheld_total",
    Counter,
    TARGET,
    "Planned calls that were not made because earlier ones to the endpoint had failed",
);
pub(super) const EVENTS: MetricFacts = metric(
    "stsbench_cloudtrail_events_total",
    Counter,
    &[],
    "Management events that the calls make in CloudTrail at most: one for each call to AWS",
);
pub(super) const DURATION: MetricFacts = metric(
    "stsbench_request_duration_seconds",
    Histogram,
    TARGET,
    "Time of successful measured calls, from sending to the end of the answer",
)
.seconds();
pub(super) const PHASE_DURATION: MetricFacts = metric(
    "stsbench_request_phase_duration_seconds",
    Histogram,
    &["endpoint", "operation", "connection", "phase"],
    "The same by phase: dns, connect, tls, send, wait or receive",
)
.seconds();
pub(super) const SPEEDUP: MetricFacts = metric(
    "stsbench_speedup_ratio",
    Gauge,
    TARGET,
    "The global endpoint's p50 divided by this endpoint's in the last window: above 1 this one is faster",
)
.ratio();
pub(super) const SPEEDUP_LOWER: MetricFacts = metric(
    "stsbench_speedup_lower_ratio",
    Gauge,
    TARGET,
    "Lower bound of stsbench_speedup_ratio; all bounds hold together with the plan's confidence",
)
.ratio();
pub(super) const SPEEDUP_UPPER: MetricFacts = metric(
    "stsbench_speedup_upper_ratio",
    Gauge,
    TARGET,
    "Upper bound of stsbench_speedup_ratio; below 1 this endpoint is slower than the global one",
)
.ratio();
pub(super) const SAVED: MetricFacts = metric(
    "stsbench_saved_seconds",
    Gauge,
    TARGET,
    "The global endpoint's p50 minus this endpoint's in the last window: what a call saves here",
)
.seconds();
pub(super) const SAVED_LOWER: MetricFacts = metric(
    "stsbench_saved_lower_seconds",
    Gauge,
    TARGET,
    "Lower bound of stsbench_saved_seconds",
)
.seconds();
pub(super) const SAVED_UPPER: MetricFacts = metric(
    "stsbench_saved_upper_seconds",
    Gauge,
    TARGET,
    "Upper bound of stsbench_saved_seconds",
)
.seconds();
pub(super) const CHECKS: MetricFacts = metric(
    "stsbench_check_state",
    Gauge,
    &["check", "state"],
    "1 for the state of each check of the last window: ok, unknown, warn or invalid",
);
pub(super) const GATES: MetricFacts = metric(
    "stsbench_gate_state",
    Gauge,
    &["gate", "state"],
    "1 for the state of each gate in the last window: proven, inconclusive, violated or invalid",
);
pub(super) const CERTIFIED: MetricFacts = metric(
    "stsbench_host_certified",
    Gauge,
    &[],
    "1 where a self-test has certified this host for this version and nothing in it failed",
);
pub(super) const RELOADS: MetricFacts = metric(
    "stsbench_reload_attempts_total",
    Counter,
    &["result"],
    "Attempts to read the plan again, by result: success or failure",
);
pub(super) const RELOADED: MetricFacts = metric(
    "stsbench_reload_last_success",
    Gauge,
    &[],
    "1 unless the last attempt to read the plan again failed, in which case the old plan is measured",
);

/// Every metric, in the order of the documentation.
pub const METRICS: [MetricFacts; 31] = [
    DURATION,
    PHASE_DURATION,
    SPEEDUP,
    SPEEDUP_LOWER,
    SPEEDUP_UPPER,
    SAVED,
    SAVED_LOWER,
    SAVED_UPPER,
    REQUESTS,
    FAILURES,
    WITHHELD,
    PREFLIGHT,
    EVENTS,
    WINDOWS,
    FAILED_WINDOWS,
    SKIPPED,
    UNKEPT,
    RUNNING,
    SINCE_SUCCESS,
    LAST_SUCCESS,
    LAST_DURATION,
    INTERVAL,
    OFFSET,
    CHECKS,
    GATES,
    CERTIFIED,
    RELOADS,
    RELOADED,
    SIMULATED,
    VANTAGE,
    BUILD,
];
