//! The fields of `run.json` in their order. Every released version has had them side by side in one object.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::health::Health;
use crate::plan::Plan;
use crate::record::{Histogram, Pace, Series};
use crate::results::check::Check;
use crate::results::model::certificate::Certificate;
use crate::results::model::conditions::Conditions;
use crate::results::model::digest::histograms_sha256;
use crate::results::model::header::{Caller, Header, Redaction, Tool, Vantage};
use crate::results::model::measured::{Completion, Measured};
use crate::results::model::notice::Notice;
use crate::results::model::precision::PrecisionOutcome;
use crate::results::model::run::Run;
use crate::results::model::window::Window;

use super::series;

impl Serialize for Run {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RunRow::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Run {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = RunRow::deserialize(deserializer)?;
        let damaged = row
            .histograms_sha256
            .as_ref()
            .is_some_and(|stored| *stored != histograms_sha256(&row.series, &row.signing));
        if damaged {
            return Err(D::Error::custom(
                "its histograms are not those of its histograms_sha256; the file was damaged or changed",
            ));
        }
        Ok(Self::from(row))
    }
}

/// A run as it is written and read: borrowed for writing, so that nothing of a large run is copied, and owned when read.
#[derive(Serialize, Deserialize)]
#[serde(expecting = "struct Run")]
struct RunRow<'a> {
    schema_version: u32,
    run_id: Cow<'a, str>,
    tool: Cow<'a, Tool>,
    vantage: Cow<'a, Vantage>,
    caller: Cow<'a, Option<Caller>>,
    started_at: Cow<'a, str>,
    /// Absent where nothing was taken out.
    #[serde(default, skip_serializing_if = "Redaction::is_none")]
    redaction: Redaction,
    elapsed_ns: u64,
    completion: Completion,
    plan: Cow<'a, Plan>,
    #[serde(deserialize_with = "series::deserialize")]
    series: Cow<'a, [Series]>,
    signing: Cow<'a, Histogram>,
    /// Absent in files of versions without it.
    #[serde(default)]
    histograms_sha256: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pace: Cow<'a, Option<Pace>>,
    measuring_cpu_ratio: Option<f64>,
    #[serde(default)]
    spin_cpu_ratio: Option<f64>,
    #[serde(default)]
    health: Cow<'a, Option<Health>>,
    #[serde(default)]
    certificate: Cow<'a, Option<Certificate>>,
    #[serde(default)]
    service_clock_ahead_seconds: Option<i64>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    windows: Cow<'a, [Window]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    precision: Cow<'a, Option<PrecisionOutcome>>,
    #[serde(default)]
    checks: Cow<'a, [Check]>,
    notices: Cow<'a, [Notice]>,
}

impl<'a> From<&'a Run> for RunRow<'a> {
    fn from(run: &'a Run) -> Self {
        let Run {
            header,
            plan,
            measured,
            conditions,
            checks,
            notices,
        } = run;
        let Header {
            schema_version,
            run_id,
            tool,
            vantage,
            caller,
            started_at,
            redaction,
        } = header;
        let Measured {
            elapsed_ns,
            completion,
            series,
            signing,
            pace,
            windows,
            precision,
        } = measured;
        let Conditions {
            measuring_cpu_ratio,
            spin_cpu_ratio,
            health,
            certificate,
            service_clock_ahead_seconds,
        } = conditions;
        Self {
            schema_version: *schema_version,
            run_id: Cow::Borrowed(run_id),
            tool: Cow::Borrowed(tool),
            vantage: Cow::Borrowed(vantage),
            caller: Cow::Borrowed(caller),
            started_at: Cow::Borrowed(started_at),
            redaction: *redaction,
            elapsed_ns: *elapsed_ns,
            completion: *completion,
            plan: Cow::Borrowed(plan),
            series: Cow::Borrowed(series),
            signing: Cow::Borrowed(signing),
            histograms_sha256: Some(Cow::Owned(histograms_sha256(series, signing))),
            pace: Cow::Borrowed(pace),
            measuring_cpu_ratio: *measuring_cpu_ratio,
            spin_cpu_ratio: *spin_cpu_ratio,
            health: Cow::Borrowed(health),
            certificate: Cow::Borrowed(certificate),
            service_clock_ahead_seconds: *service_clock_ahead_seconds,
            windows: Cow::Borrowed(windows),
            precision: Cow::Borrowed(precision),
            checks: Cow::Borrowed(checks),
            notices: Cow::Borrowed(notices),
        }
    }
}

impl From<RunRow<'_>> for Run {
    fn from(row: RunRow<'_>) -> Self {
        Self {
            header: Header {
                schema_version: row.schema_version,
                run_id: row.run_id.into_owned(),
                tool: row.tool.into_owned(),
                vantage: row.vantage.into_owned(),
                caller: row.caller.into_owned(),
                started_at: row.started_at.into_owned(),
                redaction: row.redaction,
            },
            plan: row.plan.into_owned(),
            measured: Measured {
                elapsed_ns: row.elapsed_ns,
                completion: row.completion,
                series: row.series.into_owned(),
                signing: row.signing.into_owned(),
                pace: row.pace.into_owned(),
                windows: row.windows.into_owned(),
                precision: row.precision.into_owned(),
            },
            conditions: Conditions {
                measuring_cpu_ratio: row.measuring_cpu_ratio,
                spin_cpu_ratio: row.spin_cpu_ratio,
                health: row.health.into_owned(),
                certificate: row.certificate.into_owned(),
                service_clock_ahead_seconds: row.service_clock_ahead_seconds,
            },
            checks: row.checks.into_owned(),
            notices: row.notices.into_owned(),
        }
    }
}
