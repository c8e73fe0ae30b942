//! A table for Apache Otava, which detects changes over time: one row per run, one column per number.
//!
//! Otava stops at a cell that is not a number, so a column is written only when every run has a value for it.

use std::collections::BTreeSet;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::plan::Level;
use crate::results::csv_cell;

use crate::report::document::{Document, DocumentError};
use crate::report::escape::terminal as printable;
use crate::report::view::exportable::{self, milliseconds};
use crate::report::view::report::Report;

/// The runs in order of time. The columns are `time,run_id,version,vantage,simulated`, and then for each target and
/// percentile `endpoint.operation.connection.p50_ms`; a remark names those left out.
///
/// # Errors
/// [`DocumentError`] when a run has no valid start time, or the runs are of different vantage points.
pub(crate) fn otava(reports: &[Report<'_>]) -> Result<Document, DocumentError> {
    let mut lines = reports.iter().map(line).collect::<Result<Vec<Line>, _>>()?;
    for pair in lines.windows(2) {
        if pair[0].vantage != pair[1].vantage {
            return Err(DocumentError::Places(
                pair[0].vantage.clone(),
                pair[1].vantage.clone(),
            ));
        }
    }
    lines.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.run_id.cmp(&b.run_id)));
    let mut remarks: Vec<String> = lines.iter().flat_map(|line| line.remarks.clone()).collect();
    // A run without any usable number would empty every column.
    let (kept, void): (Vec<Line>, Vec<Line>) =
        lines.into_iter().partition(|line| !line.numbers.is_empty());
    remarks.extend(
        void.iter()
            .map(|line| format!("run {} left out: it has no number that stands", line.run_id)),
    );
    let columns = columns(&kept, &mut remarks);
    Ok(Document {
        text: table(&kept, &columns),
        remarks,
    })
}

/// A run.
struct Line {
    at: OffsetDateTime,
    run_id: String,
    version: String,
    vantage: String,
    simulated: bool,
    /// Column names with their values.
    numbers: Vec<(String, f64)>,
    remarks: Vec<String>,
}

fn line(report: &Report<'_>) -> Result<Line, DocumentError> {
    let run = report.run;
    let (numbers, remarks) = exportable::percentiles(report, &Level::COMPARED);
    Ok(Line {
        at: OffsetDateTime::parse(&run.header.started_at, &Rfc3339).map_err(|_| {
            DocumentError::Start {
                run_id: run.header.run_id.clone(),
                started_at: run.header.started_at.clone(),
            }
        })?,
        run_id: printable(&run.header.run_id),
        version: printable(&run.header.tool.version),
        vantage: exportable::vantage(report),
        simulated: report.simulation.is_some(),
        numbers: numbers
            .iter()
            .map(
                |exportable::Exported {
                     row,
                     level,
                     percentile,
                 }| {
                    let target = format!(
                        "{}.{}.{}",
                        printable(&row.endpoint),
                        row.operation,
                        row.connection
                    );
                    (
                        format!("{target}.{level}_ms"),
                        milliseconds(percentile.value),
                    )
                },
            )
            .collect(),
        remarks,
    })
}

/// The columns that every run has, in the order of the first one.
fn columns(lines: &[Line], remarks: &mut Vec<String>) -> Vec<String> {
    let names = |line: &Line| {
        line.numbers
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<BTreeSet<String>>()
    };
    let all: BTreeSet<String> = lines.iter().flat_map(names).collect();
    let common = lines
        .iter()
        .map(names)
        .reduce(|a, b| &a & &b)
        .unwrap_or_default();
    let dropped: Vec<&str> = all.difference(&common).map(String::as_str).collect();
    if !dropped.is_empty() {
        remarks.push(format!(
            "columns left out, because a run lacks them: {}",
            dropped.join(", ")
        ));
    }
    let first = lines
        .first()
        .map(|line| line.numbers.iter().map(|(name, _)| name.clone()));
    first
        .into_iter()
        .flatten()
        .filter(|name| common.contains(name))
        .collect()
}

fn table(lines: &[Line], columns: &[String]) -> String {
    let format = format_description!(
        "[year]-[month]-[day] [hour]:[minute]:[second] [offset_hour sign:mandatory][offset_minute]"
    );
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["time", "run_id", "version", "vantage", "simulated"]
        .into_iter()
        .map(str::to_owned);
    let mut rows = vec![
        header
            .chain(columns.iter().map(|name| csv_cell(name).into_owned()))
            .collect::<Vec<String>>(),
    ];
    for line in lines {
        let mut row = vec![line.at.format(&format).expect("a date has these parts")];
        row.extend(
            [&line.run_id, &line.version, &line.vantage].map(|text| csv_cell(text).into_owned()),
        );
        row.push(line.simulated.to_string());
        let number = |name: &String| line.numbers.iter().find(|(column, _)| column == name);
        row.extend(
            columns
                .iter()
                .filter_map(number)
                .map(|(_, number)| number.to_string()),
        );
        rows.push(row);
    }
    for row in rows {
        writer
            .write_record(row)
            .expect("memory takes any row, and every run has every column");
    }
    String::from_utf8(writer.into_inner().expect("memory needs no flushing"))
        .expect("written from strings")
}
