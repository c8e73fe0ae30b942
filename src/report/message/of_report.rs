//! A run in a few lines.

use crate::plan::Level;
use crate::report::view::overview::screen::Overview;
use crate::report::view::overview::selection::ScreenSelection;
use crate::report::view::report::Report;
use crate::report::words::gates::{headline, in_words};
use crate::report::words::numbers::duration;
use crate::report::words::overview::decision::heading;
use crate::report::words::overview::failing::IT_DEPENDS;
use crate::report::words::simulation::NotOfAws;

use super::value::{Brief, Mood, gate_lines};

/// The run in a few lines: its gates first, where it has any, or else its finding.
pub(crate) fn of_report(report: &Report<'_>) -> Brief {
    let header = &report.run.header;
    let refusal = report.summary.refusals().next();
    let gates = headline(&report.summary.gates);
    let (mood, short) = match (&gates, refusal) {
        (Some((outcome, _)), _) => (Mood::of_gate(*outcome), in_words(&report.summary.gates)),
        (None, Some(_)) => (Mood::Open, "invalid".to_owned()),
        (None, None) => figure(report),
    };
    let depends = depends(report);
    let mut lines = gate_lines(&report.summary.gates, &[report.run]);
    let invalid = report.invalid();
    if gates.is_some() {
        lines.extend(invalid.clone());
    }
    if gates.is_some() || invalid.is_some() || depends.is_some() {
        lines.push(report.title.clone());
    }
    lines.extend(report.judged_anew());
    lines.extend(refusal.map(|check| report.sentence(check)));
    if gates.is_none() {
        lines.extend(report.verdicts.iter().cloned());
    }
    let invalid = invalid.map(|invalid| format!("⚠️ {invalid}"));
    Brief {
        mood,
        short,
        headline: gates
            .map(|(_, text)| text)
            .or(invalid)
            .or(depends)
            .unwrap_or_else(|| report.title.clone()),
        lines,
        context: format!(
            "{}, run {}, started {}",
            header.vantage.name, header.run_id, header.started_at
        ),
        not_of_aws: NotOfAws::of(report.run),
        is_news: mood >= Mood::Open,
    }
}

/// That it depends, in few words, so that a chat which cuts a long title does not cut that; `None` where it does not.
fn depends(report: &Report<'_>) -> Option<String> {
    let screen = Overview::new(report, &ScreenSelection::default())?;
    let is_failing = screen.decision.is_failing();
    is_failing.then(|| heading(&screen.decision))
}

/// The endpoint that the run is about with its p50, as short as a badge; or that it depends, because that endpoint or the global
/// one fails more often.
fn figure(report: &Report<'_>) -> (Mood, String) {
    let screen = Overview::new(report, &ScreenSelection::default());
    if screen
        .as_ref()
        .is_some_and(|screen| screen.decision.is_failing())
    {
        return (Mood::Open, IT_DEPENDS.to_owned());
    }
    let found = screen.and_then(|screen| {
        let name = screen.decision.endpoint()?;
        let connection = screen.first_connection();
        let row = report.summary.rows.iter().find(|row| {
            row.endpoint == name
                && row.connection == connection
                && row.operation == screen.operation
        })?;
        let p50 = row.service_time.percentile(Level::P50)?;
        Some(format!("{name} {} {connection}", duration(p50)))
    });
    let text = found.unwrap_or_else(|| "no p50".to_owned());
    (Mood::Neutral, text)
}
