//! The advice for programs. Times are whole nanoseconds, the same as in the run's `summary.json`.

use std::collections::BTreeMap;

use serde::Serialize;
use sts_model::{Called, DefaultMode, Operation, Partition, Region, Since};

use crate::advice::{ClientCall, Hours, NoNeed, NotShown, Recommendation, RegionFrom, Saving};
use crate::place::RegionSource;
use crate::plan::ConnectionMode;
use crate::report::escape;
use crate::report::words::advice as words;

use super::sheet::AdviceSheet;

/// The advice as JSON, indented, with a line end.
///
/// # Errors
/// None in practice: every key is a text.
pub(crate) fn json(sheet: &AdviceSheet<'_>) -> Result<String, serde_json::Error> {
    let advice = sheet.advice;
    let region = advice.region.as_deref();
    let document = Document {
        schema: "stsbench-advice",
        schema_version: 1,
        region: region.map(|name| RegionFields {
            name,
            from: sheet.from.map(from),
            activation: Region::named(name).map(|region| region.activation.as_str()),
            has_global_endpoint: Partition::of_region(name).has_global_endpoint(),
        }),
        decision: DecisionFields {
            verdict: verdict(&advice.decision),
            reason: reason(&advice.decision),
            sentence: &sheet.decision,
        },
        run: sheet.run.map(|run| RunFields {
            run_id: &run.header.run_id,
            simulated: run.header.vantage.simulation.is_some(),
            operation: advice.operation,
        }),
        new_connection: advice.new_connection.as_ref().map(saving),
        kept_connection: advice.kept_connection.as_ref().map(saving),
        global: advice.global.as_ref().map(|global| GlobalFields {
            calls: global.calls,
            answers: global.answers,
            served_by: &global.by,
        }),
        a_month: sheet.calls_per_hour.map(|calls_per_hour| MonthFields {
            calls_per_hour,
            new_connection_hours: sheet
                .at_stake(ConnectionMode::Cold)
                .map(|it| hours(it, calls_per_hour)),
            kept_connection_hours: sheet
                .at_stake(ConnectionMode::Warm)
                .map(|it| hours(it, calls_per_hour)),
        }),
        clients: sheet.calls.iter().map(client).collect(),
        changes: match region {
            Some(region) if sheet.has_changes() => changes(region),
            Some(_) | None => BTreeMap::new(),
        },
        snippets: match region {
            Some(region) if sheet.has_changes() || sheet.has_snippets() => {
                words::snippets(region, &sheet.callers)
                    .into_iter()
                    .map(|snippet| (snippet.place, snippet.text))
                    .collect()
            }
            Some(_) | None => BTreeMap::new(),
        },
    };
    Ok(escape::json(&serde_json::to_string_pretty(&document)?) + "\n")
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    schema_version: u32,
    region: Option<RegionFields<'a>>,
    decision: DecisionFields<'a>,
    run: Option<RunFields<'a>>,
    new_connection: Option<SavingFields>,
    kept_connection: Option<SavingFields>,
    global: Option<GlobalFields<'a>>,
    a_month: Option<MonthFields>,
    clients: Vec<ClientFields<'a>>,
    changes: BTreeMap<&'static str, String>,
    snippets: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct RegionFields<'a> {
    name: &'a str,
    from: Option<FromFields<'a>>,
    activation: Option<&'static str>,
    has_global_endpoint: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum FromFields<'a> {
    Here(&'a RegionSource),
    Run { kind: &'static str },
}

#[derive(Serialize)]
struct DecisionFields<'a> {
    verdict: &'static str,
    reason: Option<&'static str>,
    sentence: &'a str,
}

#[derive(Serialize)]
struct RunFields<'a> {
    run_id: &'a str,
    simulated: bool,
    operation: Option<Operation>,
}

#[derive(Serialize)]
struct SavingFields {
    difference_ns: i64,
    difference_interval_ns: Option<Ends<i64>>,
    confidence: f64,
    verdict: &'static str,
    regional_p50_ns: Option<u64>,
    global_p50_ns: Option<u64>,
}

#[derive(Serialize)]
struct Ends<T> {
    low: T,
    high: Option<T>,
}

#[derive(Serialize)]
struct GlobalFields<'a> {
    calls: u64,
    answers: u64,
    served_by: &'a BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct MonthFields {
    calls_per_hour: f64,
    new_connection_hours: Option<HoursFields>,
    kept_connection_hours: Option<HoursFields>,
}

#[derive(Serialize)]
struct HoursFields {
    value: f64,
    interval: Option<Ends<f64>>,
}

#[derive(Serialize)]
struct ClientFields<'a> {
    client: &'static str,
    name: &'static str,
    releases: Option<&'static str>,
    default: DefaultMode,
    default_since: Option<Since>,
    calls: &'a Called,
    with_setting: &'a Called,
    sources: &'static [&'static str],
}

fn client(call: &ClientCall) -> ClientFields<'_> {
    ClientFields {
        client: call.client.id,
        name: call.client.name,
        releases: call.client.releases,
        default: call.client.default,
        default_since: call.client.since,
        calls: &call.now,
        with_setting: &call.with_setting,
        sources: call.client.sources,
    }
}

fn saving(saving: &Saving) -> SavingFields {
    let whole = |value: f64| value.round() as u64;
    let signed = |value: f64| value.round() as i64;
    SavingFields {
        difference_ns: signed(saving.difference.value),
        difference_interval_ns: saving.difference.interval.map(|interval| Ends {
            low: signed(interval.low),
            high: interval.high.is_finite().then(|| signed(interval.high)),
        }),
        confidence: saving.confidence,
        verdict: saving.verdict.as_str(),
        regional_p50_ns: saving.regional_p50.map(whole),
        global_p50_ns: saving.global_p50.map(whole),
    }
}

fn hours(saving: &Saving, calls_per_hour: f64) -> HoursFields {
    let Hours { value, interval } = saving.hours_a_month(calls_per_hour);
    HoursFields {
        value,
        interval: interval.map(|(low, high)| Ends {
            low,
            high: high.is_finite().then_some(high),
        }),
    }
}

fn changes(region: &str) -> BTreeMap<&'static str, String> {
    words::changes(region)
        .into_iter()
        .map(|change| (change.what, change.sentence))
        .collect()
}

fn from(from: &RegionFrom) -> FromFields<'_> {
    match from {
        RegionFrom::Here(source) => FromFields::Here(source),
        RegionFrom::Run => FromFields::Run { kind: "run" },
    }
}

fn verdict(decision: &Recommendation) -> &'static str {
    match decision {
        Recommendation::SetIt => "set-it",
        Recommendation::KeepIt => "keep-it",
        Recommendation::RemoveUrl { .. } => "remove-url",
        Recommendation::NoNeed(_) => "no-need",
        Recommendation::MakesSlower | Recommendation::MadeSlower => "makes-slower",
        Recommendation::NotShown(_) => "not-shown",
        Recommendation::NothingToDecide => "nothing-to-decide",
        Recommendation::OtherPartition { .. } => "other-partition",
    }
}

fn reason(decision: &Recommendation) -> Option<&'static str> {
    match decision {
        Recommendation::SetIt
        | Recommendation::KeepIt
        | Recommendation::RemoveUrl { .. }
        | Recommendation::MakesSlower
        | Recommendation::NothingToDecide
        | Recommendation::OtherPartition { .. } => None,
        Recommendation::MadeSlower => Some("is-set"),
        Recommendation::NoNeed(NoNeed::ServedHere) => Some("served-here"),
        Recommendation::NoNeed(NoNeed::AsFast) => Some("as-fast"),
        Recommendation::NoNeed(NoNeed::AlreadyRegional) => Some("already-regional"),
        Recommendation::NoNeed(NoNeed::NotRead) => Some("setting-not-read"),
        Recommendation::NotShown(why) => Some(match why {
            NotShown::NoRun => "no-run",
            NotShown::NoRegion => "no-region",
            NotShown::GlobalNotMeasured => "global-not-measured",
            NotShown::RegionNotMeasured => "region-not-measured",
            NotShown::NotCompared => "not-compared",
            NotShown::OtherConnections => "connections-not-measured",
            NotShown::Obstacle(_) => "not-comparable",
            NotShown::Mixed => "mixed",
            NotShown::FailsMore(_) => "fails-more",
            NotShown::WithinMargin => "within-margin",
            NotShown::Undecided { .. } => "undecided",
        }),
    }
}
