//! That it depends, because an endpoint that the times speak for fails more often.

use crate::judge::{Comparison, Place, Row, Verdict};
use crate::report::view::overview::decision::{MoreFailing, Versus};
use crate::report::words::names::over_several;
use crate::report::words::numbers::percent_of;
use crate::report::words::verdicts;

use super::text::{each, short_name, tight};

/// The same for a badge.
pub(crate) const IT_DEPENDS: &str = "it depends: more failed calls";

/// The same in at most twelve words, with the difference of the p50s over the first kind of connection.
pub(crate) fn heading(versus: &Versus<'_>, comparison: &Comparison, saved: &str) -> String {
    let name = short_name(&versus.row.endpoint);
    let times = match comparison.verdict {
        Verdict::Faster => format!("takes {saved} less"),
        Verdict::SlightlyFaster => "saves little".to_owned(),
        Verdict::Equivalent => "equals the global endpoint".to_owned(),
        Verdict::SlightlySlower => "loses little".to_owned(),
        Verdict::Slower => format!("takes {saved} more"),
        Verdict::Inconclusive => "shows no significant difference".to_owned(),
        Verdict::Invalid | Verdict::NoData => "is not to be compared".to_owned(),
    };
    let is_endpoint = |endpoint: &str| endpoint == versus.row.endpoint;
    let mut failing = versus.failing.iter();
    let fails = match failing.next().map(|first| is_endpoint(&first.endpoint)) {
        Some(first) if failing.any(|other| is_endpoint(&other.endpoint) != first) => "each fails",
        Some(true) => "fails more often",
        Some(false) | None => "fails less often",
    };
    format!("It depends: {name} {times}, {fails}")
}

/// What the times say over the first kind of connection, and which endpoint fails more often on it.
pub(crate) fn claim(versus: &Versus<'_>, comparison: &Comparison, saved: &str) -> String {
    let name = short_name(&versus.row.endpoint);
    let each = each(versus.row.connection);
    let least = || tight(&verdicts::least(comparison));
    let times = match comparison.verdict {
        Verdict::Faster => format!("takes {saved} less {each} than the global endpoint"),
        Verdict::SlightlyFaster => format!(
            "takes {saved} less {each} than the global endpoint, but a gain of {} or more is not proven,",
            least()
        ),
        Verdict::Equivalent => format!("is as fast {each} as the global endpoint"),
        Verdict::SlightlySlower => format!(
            "takes {saved} more {each} than the global endpoint, but a loss of {} or more is not proven,",
            least()
        ),
        Verdict::Slower => format!("takes {saved} more {each} than the global endpoint"),
        Verdict::Inconclusive if comparison.reason.is_some() => {
            format!("has too few answers {each} to compare with the global endpoint")
        }
        Verdict::Inconclusive => {
            format!("shows no significant difference {each} to the global endpoint")
        }
        Verdict::Invalid | Verdict::NoData => {
            format!("is not to be compared {each} with the global endpoint")
        }
    };
    let fails = match MoreFailing::of(versus.row, versus.global) {
        MoreFailing::Endpoint => " and fails more often",
        MoreFailing::Global => " and fails less often",
        MoreFailing::Neither => "",
    };
    let times = match fails {
        "" => times.trim_end_matches(','),
        _ => &times,
    };
    format!("It depends: {name} {times}{fails}")
}

/// What was found over another kind of connection, with the share of failed calls of each side, where one matters: `18 ms less
/// on kept-open ones, where 30% of the calls to eu-west-1 failed`.
pub(crate) fn with_shares(
    times: Option<String>,
    on: &str,
    row: &Row,
    global: Option<&Row>,
) -> Option<String> {
    let sides = || std::iter::once(row).chain(global);
    if !sides().any(|row| row.failed().matter()) {
        return times;
    }
    let shares: Vec<String> = sides()
        .filter(|row| row.counts.failed() > 0)
        .enumerate()
        .map(|(before, row)| {
            let of = if before == 0 {
                "of the calls"
            } else {
                "of those"
            };
            format!("{} {of} to {}", share(row), name(row))
        })
        .collect();
    let nothing = match global {
        Some(_) => "no comparison",
        None => "no p50",
    };
    let times = times.unwrap_or_else(|| format!("{nothing} {on}"));
    Some(format!("{times}, where {} failed", shares.join(" and ")))
}

/// The share of failed calls of each of these endpoints that has any.
pub(crate) fn shares<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Option<String> {
    let shares: Vec<String> = rows
        .into_iter()
        .filter(|row| row.counts.failed() > 0)
        .enumerate()
        .map(|(before, row)| {
            let (share, name) = (share(row), name(row));
            match before {
                0 => format!(
                    "{share} of the calls to {name} {}",
                    over_several(row.connection)
                ),
                _ => format!("{share} of those to {name}"),
            }
        })
        .collect();
    (!shares.is_empty()).then(|| format!("{} failed.", shares.join(" and ")))
}

/// The share of its calls that failed.
fn share(row: &Row) -> String {
    tight(&percent_of(row.counts.failed(), row.counts.issued))
}

/// What a sentence calls the endpoint.
fn name(row: &Row) -> String {
    match row.place {
        Place::Global => "the global endpoint".to_owned(),
        Place::Regional | Place::Twin => short_name(&row.endpoint),
    }
}
