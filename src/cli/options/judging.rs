//! The criteria by which a run is judged, as typed: set before it is measured, or given again to a report.

use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::judge::Gate;
use crate::plan::{CONFIDENCE, Judging, Level, Precision};

use crate::cli::command_error::{CommandError, OrExit as _};
use crate::cli::exit_code::Exit;
use crate::cli::options::layers::NoEffect;
use crate::cli::options::names::InconclusiveName;
use crate::cli::options::values::duration;

/// What the run has to prove, and how exact it has to become.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub(crate) struct JudgingOptions {
    /// Audit: lets the run choose its own length. A pilot of --rounds (1000, from p95 on 2000 unless given) shows how many rounds bring
    /// every interval to ±SHARE of its percentile, and that many are measured without looking again: 2% for p50, or p99=15%
    #[arg(long, value_name = "[PERCENTILE=]SHARE", value_parser = precision, allow_hyphen_values = true)]
    pub(crate) precision: Option<Precision>,
    /// Longest time that a run with --precision may take; --max-requests limits it too
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(crate) max_duration: Option<Duration>,
    /// Condition that the run has to prove, such as 'p50(regional) <= 0.8 * p50(global)'; repeatable
    #[arg(long, value_name = "CONDITION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) gate: Vec<String>,
    #[command(flatten)]
    pub(crate) measure: MeasureOptions,
}

/// The criteria of verdicts, which can be changed for a saved run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub(crate) struct MeasureOptions {
    /// Difference that matters: a share of the baseline, a time, or the larger of both; a part left out counts as zero
    /// [default: 2%,1ms]
    #[arg(long, value_name = "SHARE,TIME", value_parser = margin, allow_hyphen_values = true)]
    pub(crate) margin: Option<MarginOption>,
    /// Confidence of every interval, 0.5 to 0.9999, or 50% to 99.99% [default: 0.95]
    #[arg(long, value_name = "SHARE", value_parser = confidence, allow_hyphen_values = true)]
    pub(crate) confidence: Option<f64>,
    /// Whether the confidence is for all comparisons with the global endpoint in one table and percentile at once; with off it is for
    /// each by itself, and of many equal endpoints some look faster or slower [default: on]
    #[arg(long, value_name = "on|off", value_parser = on_or_off, allow_hyphen_values = true)]
    pub(crate) simultaneous: Option<bool>,
    /// What exit code 7 becomes: fail makes it 1, pass makes it 0
    #[arg(long, value_name = "fail|pass", value_enum)]
    pub(crate) inconclusive: Option<InconclusiveName>,
}

/// A difference that matters, as typed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MarginOption {
    ratio: f64,
    time: Duration,
}

impl JudgingOptions {
    /// The measure that the options lay down; the plan looks at its ranges.
    pub(crate) fn judging(&self) -> Judging {
        let mut judging = Judging {
            gates: self.gate.clone(),
            precision: self.precision,
            ..Judging::default()
        };
        self.measure.apply(&mut judging);
        judging
    }
}

impl MeasureOptions {
    /// Puts what was given in the place of what stands there.
    pub(crate) fn apply(&self, judging: &mut Judging) {
        if let Some(MarginOption { ratio, time }) = self.margin {
            (judging.margin_ratio, judging.margin) = (ratio, time);
        }
        judging.confidence = self.confidence.unwrap_or(judging.confidence);
        judging.simultaneous = self.simultaneous.unwrap_or(judging.simultaneous);
    }

    /// What is wrong with `--inconclusive` where no gate is judged, and so the exit code is never 7.
    pub(crate) fn without_effect(&self, gates: &[String]) -> Option<NoEffect> {
        (self.inconclusive.is_some() && gates.is_empty())
            .then(|| NoEffect::new("--inconclusive", "has no effect: no --gate is given"))
    }

    /// Whether anything is judged otherwise than it was planned.
    pub(crate) fn is_given(&self) -> bool {
        self.margin.is_some() || self.confidence.is_some() || self.simultaneous.is_some()
    }
}

/// `on` or `off`.
pub(crate) fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("allowed: on, off".to_owned()),
    }
}

/// `2%`, or `p99=15%`.
pub(crate) fn precision(text: &str) -> Result<Precision, String> {
    let example = "give a share such as 2%, or a percentile and a share such as p99=15%";
    let (percentile, share) = match text.trim().split_once('=') {
        None => (0.5, text.trim()),
        Some((name, share)) => {
            let known = name
                .strip_prefix('p')
                .and_then(percent)
                .and_then(Level::from_share)
                .ok_or("allowed percentiles: p50, p90, p95, p99 and p99.9")?;
            (known.share(), share)
        }
    };
    let half_width_ratio = share.strip_suffix('%').and_then(percent).ok_or(example)?;
    Ok(Precision {
        half_width_ratio,
        percentile,
    })
}

/// `2%,1ms`, or one of the two.
pub(crate) fn margin(text: &str) -> Result<MarginOption, String> {
    let (mut ratio, mut time) = (None, None);
    for part in text.split(',').map(str::trim) {
        let twice = match part.strip_suffix('%') {
            Some(number) => ratio
                .replace(percent(number).ok_or("a share is a number such as 2%")?)
                .is_some(),
            None if part.parse::<f64>().is_ok() => {
                return Err(format!(
                    "{part} has no unit; a margin is a share such as 2%, a time such as 1ms, or both, such as 2%,1ms"
                ));
            }
            None => time.replace(duration(part)?).is_some(),
        };
        if twice {
            return Err("give one share and one time at most, such as 2%,1ms".to_owned());
        }
    }
    Ok(MarginOption {
        ratio: ratio.unwrap_or(0.0),
        time: time.unwrap_or_default(),
    })
}

/// The conditions that are written so.
pub(crate) fn gates(texts: &[String]) -> Result<Vec<Gate>, CommandError> {
    if texts.len() > Gate::MAX_GATES {
        let error = anyhow!(
            "--gate: {} conditions; allowed: {} at most",
            texts.len(),
            Gate::MAX_GATES
        );
        return Err(CommandError::usage(error));
    }
    texts
        .iter()
        .map(|text| Gate::parse(text))
        .collect::<Result<_, _>>()
        .context("--gate")
        .or_exit(Exit::Usage)
}

/// A share between 0 and 1, or a number of percents with its sign; percents without it are a likely mistake.
pub(crate) fn confidence(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let percents = text.trim_end_matches('%').trim_end();
    if let Some(share) = text
        .strip_suffix('%')
        .and_then(percent)
        .filter(|share| CONFIDENCE.contains(share))
    {
        return Ok(share);
    }
    match f64::from_str(text) {
        Ok(share) if share < 1.0 => Ok(share),
        _ => Err(
            match percent(percents).filter(|share| CONFIDENCE.contains(share)) {
                Some(share) => format!(
                    "did you mean {percents}% or {share}? allowed: 0.5 to 0.9999, or 50% to 99.99%"
                ),
                None => "allowed: 0.5 to 0.9999, or 50% to 99.99%, such as 95%".to_owned(),
            },
        ),
    }
}

/// The share that a number of percents is.
fn percent(number: &str) -> Option<f64> {
    let number = number.trim();
    // The decimal point is moved in the text, so that 15 and 99.9 become the numbers nearest to 0.15 and 0.999.
    let plain = number
        .chars()
        .all(|c| c.is_ascii_digit() || c == '.' || c == '-');
    format!("{number}e-2").parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_is_a_share_of_the_median_or_of_a_named_percentile() {
        let read = |text| {
            precision(text).map(|precision| (precision.percentile, precision.half_width_ratio))
        };
        assert_eq!(read("2%"), Ok((0.5, 0.02)));
        assert_eq!(read("p99=15%"), Ok((0.99, 0.15)));
        assert_eq!(read("p99.9=0.5%"), Ok((0.999, 0.005)));
        assert_eq!(read("p50=2.5%"), Ok((0.5, 0.025)));
        assert_eq!(read("p99=15 %"), Ok((0.99, 0.15)));
        for text in [
            "", "2", "0.02", "%", "2%%", "p99", "p99=15", "99=1%", "p98=1%", "p=1%", "2e1%",
            "inf%", "NaN%", "=2%",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_margin_has_a_share_a_time_or_both() {
        let read = |text| margin(text).map(|margin| (margin.ratio, margin.time));
        assert_eq!(read("2%,1ms"), Ok((0.02, Duration::from_millis(1))));
        assert_eq!(read("500us, 10%"), Ok((0.1, Duration::from_micros(500))));
        assert_eq!(read("5%"), Ok((0.05, Duration::ZERO)));
        // As this program writes it.
        assert_eq!(read("2 %, 1 ms"), Ok((0.02, Duration::from_millis(1))));
        assert_eq!(read("3ms"), Ok((0.0, Duration::from_millis(3))));
        assert_eq!(read("0%,0s"), Ok((0.0, Duration::ZERO)));
        for text in ["", "2", "2%,", "2%,3%", "1ms,2ms", "x%", "-1ms", "1e999%"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn comparisons_hold_together_or_each_by_itself() {
        assert_eq!(["on", "off"].map(on_or_off), [Ok(true), Ok(false)]);
        assert!(
            ["", "ON", "true", "1", "-off"]
                .iter()
                .all(|text| on_or_off(text).is_err())
        );
    }

    #[test]
    fn bad_012_a_confidence_in_percent_is_answered_with_the_share() {
        assert_eq!(confidence("0.99"), Ok(0.99));
        assert_eq!(confidence("95%"), Ok(0.95));
        assert_eq!(confidence("99 %"), Ok(0.99));
        assert_eq!(confidence("99.9%"), Ok(0.999));
        for (text, hint) in [
            ("95", "95% or 0.95"),
            ("99.9", "99.9% or 0.999"),
            ("1.5", "such as 95%"),
            ("100", "such as 95%"),
            ("0.95%", "such as 95%"),
            ("95%%", "0.95"),
        ] {
            let message = confidence(text).expect_err(text);
            assert!(
                message.contains(hint) && message.contains("0.5 to 0.9999"),
                "{text}: {message}"
            );
        }
        assert!(
            confidence("NaN").is_err() && confidence("high").is_err() && confidence("1").is_err()
        );
    }
}
