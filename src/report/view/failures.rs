//! Calls that failed, by endpoint and code.

use crate::judge::Summary;

use crate::report::words::numbers::{count, percent_of};

/// The calls of one endpoint that failed with one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureLine {
    /// The endpoint's name.
    pub endpoint: String,
    /// The fault's or failure's code.
    pub code: String,
    /// How many of how many calls, and the share.
    pub calls: String,
}

/// One line for each endpoint and code, the endpoints in the order of the rows.
pub(crate) fn failures(summary: &Summary) -> Vec<FailureLine> {
    let mut endpoints: Vec<&str> = Vec::new();
    for row in &summary.rows {
        if !endpoints.contains(&row.endpoint.as_str()) {
            endpoints.push(&row.endpoint);
        }
    }
    let mut lines = Vec::new();
    for endpoint in endpoints {
        let rows: Vec<_> = summary
            .rows
            .iter()
            .filter(|row| row.endpoint == endpoint)
            .collect();
        let issued = rows
            .iter()
            .fold(0_u64, |sum, row| sum.saturating_add(row.counts.issued));
        let mut codes = std::collections::BTreeMap::<&str, u64>::new();
        for (code, calls) in rows.iter().flat_map(|row| &row.counts.codes) {
            let sum = codes.entry(code).or_default();
            *sum = sum.saturating_add(*calls);
        }
        lines.extend(codes.into_iter().map(|(code, calls)| FailureLine {
            endpoint: endpoint.to_owned(),
            code: code.to_owned(),
            calls: format!(
                "{} of {} ({})",
                count(calls),
                count(issued),
                percent_of(calls, issued)
            ),
        }));
    }
    lines
}
