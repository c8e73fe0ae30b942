//! By what measure a run will be judged: laid down before it is measured, and stored with it, so that nobody chooses the
//! limit after having seen the number.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::nanoseconds;
use super::planning::error::PlanError;
use super::planning::ranges::in_range;

/// The measure of a run's verdicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judging {
    /// Confidence of every interval, in `CONFIDENCE`.
    pub confidence: f64,
    /// A difference that matters: at least this share of the baseline's percentile, in `MARGIN_RATIO` …
    pub margin_ratio: f64,
    /// … and at least this long, up to `LONGEST_MARGIN`.
    #[serde(rename = "margin_ns", with = "nanoseconds")]
    pub margin: Duration,
    /// Whether the comparisons with the global endpoint hold together, all those of one operation, kind of connection and
    /// percentile; otherwise each holds by itself.
    #[serde(default = "together")]
    pub simultaneous: bool,
    /// Conditions that the run has to prove, as written: at most `MOST_GATES` of `LONGEST_GATE` characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<String>,
    /// How exact the run has to become, when it may choose its own length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
}

/// How exact a run has to become.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// Half of the interval's width over the percentile, in `HALF_WIDTH_RATIO`.
    pub half_width_ratio: f64,
    /// The percentile, as a share, 0 to 1 (both excluded).
    pub percentile: f64,
}

impl Precision {
    /// Rounds of the pilot unless another number is asked for: tails show themselves later than the middle.
    pub fn pilot_rounds(&self) -> u32 {
        if self.percentile < 0.95 { 1000 } else { 2000 }
    }
}

impl Judging {
    /// Whether this judges otherwise than `planned`: by another confidence, margin or other conditions.
    pub(crate) fn differs_from(&self, planned: &Self) -> bool {
        let measure = |judging: &Self| Self {
            precision: None,
            ..judging.clone()
        };
        measure(self) != measure(planned)
    }

    /// Whether everything is in its range.
    ///
    /// # Errors
    /// [`PlanError`] of the first part that is not.
    pub fn check(&self) -> Result<(), PlanError> {
        let Self {
            confidence,
            margin_ratio,
            margin,
            simultaneous: _,
            gates,
            precision,
        } = self;
        let (low, high) = CONFIDENCE.into_inner();
        in_range(
            "--confidence",
            *confidence,
            low,
            high,
            "as a share; 95 % is 0.95",
        )?;
        let percent = |range: RangeInclusive<f64>| (range.start() * 100.0, range.end() * 100.0);
        let (low, high) = percent(MARGIN_RATIO);
        in_range("--margin", margin_ratio * 100.0, low, high, "%")?;
        in_range(
            "--margin",
            margin.as_secs_f64(),
            0.0,
            LONGEST_MARGIN.as_secs_f64(),
            "seconds",
        )?;
        if let Some(Precision {
            half_width_ratio,
            percentile,
        }) = precision
        {
            let (low, high) = percent(HALF_WIDTH_RATIO);
            in_range("--precision", half_width_ratio * 100.0, low, high, "%")?;
            let inside = (f64::MIN_POSITIVE, 100.0 - 1e-9);
            in_range(
                "--precision",
                percentile * 100.0,
                inside.0,
                inside.1,
                "as the percentile",
            )?;
        }
        in_range(
            "--gate",
            gates.len() as f64,
            0.0,
            MOST_GATES as f64,
            "conditions",
        )?;
        gates.iter().try_for_each(|gate| check_gate(gate))
    }
}

/// Readers of a table look for its best row, so its rows have to hold together; runs of versions without the option are judged so too.
fn together() -> bool {
    true
}

fn check_gate(gate: &str) -> Result<(), PlanError> {
    let printable = !gate.chars().any(char::is_control);
    let length = gate.chars().count();
    if printable && (1..=LONGEST_GATE).contains(&length) {
        return Ok(());
    }
    let value = if printable {
        format!("of {length} characters")
    } else {
        "with control characters".to_owned()
    };
    Err(PlanError::Range {
        option: "--gate",
        value,
        range: format!("1 to {LONGEST_GATE} printable characters"),
    })
}

/// Allowed confidences of intervals.
pub(crate) const CONFIDENCE: RangeInclusive<f64> = 0.5..=0.9999;
/// Allowed margins as a share.
pub(crate) const MARGIN_RATIO: RangeInclusive<f64> = 0.0..=1.0;
/// Longest margin.
pub(crate) const LONGEST_MARGIN: Duration = Duration::from_secs(60);
/// Allowed precisions.
pub(crate) const HALF_WIDTH_RATIO: RangeInclusive<f64> = 0.001..=0.5;
/// Most conditions of a plan.
pub(crate) const MOST_GATES: usize = 64;
/// Most characters of a condition.
pub(crate) const LONGEST_GATE: usize = 1000;

impl Default for Judging {
    fn default() -> Self {
        Self {
            confidence: 0.95,
            margin_ratio: 0.02,
            margin: Duration::from_millis(1),
            simultaneous: together(),
            gates: Vec::new(),
            precision: None,
        }
    }
}
