//! The decision in one sentence, with its numbers.

use crate::advice::{Advice, FailsMore, Hours, NoNeed, NotShown, Recommendation, Saving};
use crate::judge::{FailedCalls, MoreRounds, Verdict};
use crate::plan::ConnectionMode;
use crate::report::words::names::over_several;
use crate::report::words::numbers::{Rounding, count, counted, percent_of, plural, significant};
use crate::report::words::side_by_side::comparisons;
use crate::report::words::verdicts;
use sts_model::Region;

use super::clients::{self, verb};

/// The decision as one sentence without its full stop.
pub(crate) fn decision(advice: &Advice) -> String {
    let region = advice.region.as_deref().unwrap_or("the local Region");
    match &advice.decision {
        Recommendation::SetIt => format!(
            "Set {SETTING}: {region} saves {} against the global endpoint",
            amounts(advice)
        ),
        Recommendation::KeepIt => format!(
            "Keep {SETTING}, which is set: {region} saves {} against the global endpoint",
            amounts(advice)
        ),
        Recommendation::RemoveUrl { place, calling, of } => format!(
            "Remove {}: because of it {calling} of {} {} the global endpoint, and {region} saves {} against that",
            clients::place(place),
            plural(*of as u64, "client"),
            verb(*calling, "call"),
            amounts(advice)
        ),
        Recommendation::MakesSlower => format!(
            "{SETTING} would make it slower: {region} takes longer than the global endpoint, by {}",
            amounts(advice)
        ),
        Recommendation::MadeSlower => format!(
            "{SETTING} is set and makes it slower: {region} takes longer than the global endpoint, by {}",
            amounts(advice)
        ),
        Recommendation::NoNeed(why) => format!("No need for {SETTING}: {}", no_need(*why, region)),
        Recommendation::NothingToDecide => {
            format!("Nothing to decide: the partition of {region} has no global endpoint")
        }
        Recommendation::OtherPartition { calling, of } => format!(
            "Set AWS_REGION, AWS_DEFAULT_REGION and {SETTING}: {calling} of {} here {} the global endpoint, which is of another partition, where the keys of {region} are not valid",
            plural(*of as u64, "client"),
            verb(*calling, "call")
        ),
        Recommendation::NotShown(why) => not_shown(why, advice, region),
    }
}

/// The setting that the decision is about, as a variable.
const SETTING: &str = "AWS_STS_REGIONAL_ENDPOINTS=regional";

fn no_need(why: NoNeed, region: &str) -> String {
    match why {
        NoNeed::ServedHere => {
            format!("{region} itself served every call to the global endpoint from here")
        }
        NoNeed::AsFast => {
            format!("{region} and the global endpoint are equally fast from here")
        }
        NoNeed::AlreadyRegional => {
            "no listed client calls the global endpoint in this environment".to_owned()
        }
        NoNeed::NotRead => {
            "the clients listed that call the global endpoint here do not read it".to_owned()
        }
    }
}

/// That the run does not say what to do, and why.
fn not_shown(why: &NotShown, advice: &Advice, region: &str) -> String {
    let reason = match why {
        NotShown::NoRun => {
            format!(
                "nothing has been measured; {}",
                measures_it(advice.region.as_deref())
            )
        }
        NotShown::NoRegion => {
            "no Region is known for this place; --region or AWS_REGION says which one".to_owned()
        }
        NotShown::GlobalNotMeasured => {
            "the run did not call the global endpoint; add `global` to --endpoints".to_owned()
        }
        NotShown::RegionNotMeasured => {
            format!("the run did not call {region}; add it to --endpoints")
        }
        NotShown::NotCompared => {
            format!("the run does not compare {region} with the global endpoint")
        }
        NotShown::OtherConnections => {
            "the run measured neither new connections nor connections that are kept open".to_owned()
        }
        NotShown::Obstacle(obstacle) => comparisons::obstacle(obstacle),
        NotShown::Mixed => {
            return format!(
                "It depends on the connections: against the global endpoint, {region} {}",
                gains_and_losses(advice)
            );
        }
        NotShown::FailsMore(failing) => {
            let times = match gains_and_losses(advice) {
                times if !times.is_empty() => {
                    format!("against the global endpoint, {region} {times}")
                }
                _ if advice.savings().all(|it| it.verdict == Verdict::Equivalent) => {
                    format!("{region} is as fast as the global endpoint")
                }
                _ => format!(
                    "that {region} or the global endpoint is faster by as much as matters is not proven"
                ),
            };
            return format!(
                "It depends on the failures: {times}, but {}",
                fails_more(failing)
            );
        }
        NotShown::WithinMargin => {
            "there is a difference, but it is not proven to matter".to_owned()
        }
        NotShown::Undecided { more_rounds: None } => {
            "either endpoint may be the faster one".to_owned()
        }
        NotShown::Undecided {
            more_rounds: Some(wanted),
        } => format!(
            "either endpoint may be the faster one; {}",
            lacking(*wanted)
        ),
    };
    format!("Whether {SETTING} saves time is not shown: {reason}")
}

/// The run that compares the two from a Region. Without one, or with a name that no run takes, it says how to name one.
fn measures_it(region: Option<&str>) -> String {
    let command =
        |region: &str| format!("`stsbench run --region {region} --endpoints global,here`");
    let taken =
        |region: &&str| Region::named(region).is_some() || Region::is_named_like_one(region);
    match region {
        Some(region) if taken(&region) => format!("{} measures it", command(region)),
        Some(_) => format!("with the right Region {} measures it", command(EXAMPLE)),
        None => format!(
            "no Region of this place is configured, and --region says which one it is: {} measures it from there",
            command(EXAMPLE)
        ),
    }
}

/// A Region to show what is meant.
const EXAMPLE: &str = "eu-central-1";

fn lacking(wanted: MoreRounds) -> String {
    let rounds = counted(wanted.number(), "round");
    match wanted {
        MoreRounds::About(number) => {
            format!("{} {rounds} would decide it", verdicts::more(number))
        }
        MoreRounds::AtLeast(number) => {
            format!("it takes at least {} more {rounds}", count(number))
        }
    }
}

/// What each kind of connection saves or costs, where that is shown: `336 ms (335–336 ms) on a new connection, 112 ms
/// (111–113 ms) on a kept-open connection`.
fn amounts(advice: &Advice) -> String {
    let decided = |saving: &&Saving| matches!(saving.verdict, Verdict::Faster | Verdict::Slower);
    let parts: Vec<String> = advice
        .savings()
        .filter(decided)
        .map(|saving| {
            format!(
                "{} {}",
                verdicts::saved(saving.difference),
                on(saving.connection)
            )
        })
        .collect();
    parts.join(" and ")
}

/// Hours in a month with the ends of their interval: `saves 681 hours (679–683)`, or, where it reaches both sides, `saves 0.5
/// hours, or costs (−0.2 to 1.1)`.
fn hours(hours: Hours) -> String {
    let number = |hours: f64| match hours.abs() {
        long if long >= 99.95 => count(long.round() as u64),
        short => significant(short, 3, Rounding::Nearest),
    };
    let (does, does_not, sign) = if hours.value < 0.0 {
        ("costs", "saves", -1.0)
    } else {
        ("saves", "costs", 1.0)
    };
    let value = number(hours.value);
    let Some((low, high)) = hours.interval else {
        return format!("{does} {value} hours");
    };
    let (low, high) = ((low * sign).min(high * sign), (low * sign).max(high * sign));
    if low >= 0.0 {
        return format!("{does} {value} hours ({}–{})", number(low), number(high));
    }
    let end = |end: f64| format!("{}{}", if end < 0.0 { "−" } else { "" }, number(end));
    format!(
        "{does} {value} hours ({} to {}, so it is possible that it {does_not} some)",
        end(low),
        end(high)
    )
}

/// What so many calls an hour save or cost in a month.
pub(crate) fn a_month(saving: &Saving, calls_per_hour: f64) -> String {
    format!(
        "{} {} at {} an hour",
        hours(saving.hours_a_month(calls_per_hour)),
        on(saving.connection),
        calls(calls_per_hour)
    )
}

/// A number of calls as it was given: `1 call`, `1.5 calls`, `10,000 calls`.
fn calls(number: f64) -> String {
    let whole = number.trunc();
    let (digits, rest) = (count(whole as u64), number - whole);
    if rest == 0.0 {
        return plural(whole as u64, "call");
    }
    let text = number.to_string();
    let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
    format!("{digits}.{decimals} calls")
}

/// That hours depend on the setting, and the run does not say how many.
pub(crate) const AT_STAKE_UNKNOWN: &str =
    "not known: the run compares no times of the two endpoints";

/// That no hours depend on the setting.
pub(crate) const NOTHING_AT_STAKE: &str =
    "nothing is saved: no listed client would call a different endpoint";

/// What one kind of connection saves and another costs: `saves 60 ms (59–61 ms) on a new connection and costs 20 ms (19–21 ms) on
/// a kept-open connection`.
fn gains_and_losses(advice: &Advice) -> String {
    let parts: Vec<String> = advice
        .savings()
        .filter_map(|saving| {
            let does = match saving.verdict {
                Verdict::Faster => "saves",
                Verdict::Slower => "costs",
                _ => return None,
            };
            Some(format!(
                "{does} {} {}",
                verdicts::saved(saving.difference),
                on(saving.connection)
            ))
        })
        .collect();
    parts.join(" and ")
}

/// `45 % of the calls to eu-central-1 on new connections failed, 0 % of those to global`.
pub(crate) fn fails_more(failing: &FailsMore) -> String {
    let share = |calls: FailedCalls| percent_of(calls.failed, calls.of);
    format!(
        "{} of the calls to {} {} failed, {} of those to {}",
        share(failing.failed),
        failing.endpoint,
        over_several(failing.connection),
        share(failing.failed_of_other),
        failing.other
    )
}

/// Over which kind of connection.
pub(crate) fn on(connection: ConnectionMode) -> &'static str {
    match connection {
        ConnectionMode::Cold => "on a new connection",
        ConnectionMode::Warm => "on a kept-open connection",
        ConnectionMode::Resumed => "on a new connection that resumes its TLS session",
    }
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
