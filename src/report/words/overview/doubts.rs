//! What a check found, so short that it fits into a line. The whole sentence is in `words::checks`.

use crate::plan::{Plan, TargetId};
use crate::results::finding::{
    AnswersFinding, ConnectionsFinding, Finding, InstrumentFinding, LevelChange, LoadFinding,
    MachineFinding, PrecisionFinding, ServiceFinding,
};
use crate::results::{Check, Run};

use super::text::{short_name, tight};
use crate::report::words::checks::sentence;
use crate::report::words::names::over_several;
use crate::report::words::numbers::{
    count, duration, percent, percent_of, percentile_name, plural, ratio,
};

/// The rule of a check that warns or refuses, and what it found, in a clause of about a line.
pub(crate) fn short(check: &Check, run: &Run) -> (String, String) {
    let plan = &run.plan;
    let clause = match &check.finding {
        Some(Finding::Answers(finding)) => answers(finding, plan),
        Some(Finding::Load(finding)) => load(finding, plan),
        Some(Finding::Machine(finding)) => machine(finding),
        Some(Finding::Service(finding)) => service(finding, plan),
        Some(Finding::Connections(finding)) => connections(finding, plan),
        Some(Finding::Instrument(finding)) => instrument(finding, plan),
        Some(Finding::Precision(finding)) => precision(finding, plan),
        None => None,
    };
    let found = tight(&clause.unwrap_or_else(|| first_clause(&sentence(check, run))));
    (
        check.rule.as_ref().unwrap_or(&check.name).to_string(),
        found,
    )
}

/// A sentence until its first pause.
fn first_clause(sentence: &str) -> String {
    sentence
        .split([';', ':', ','])
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn endpoint(plan: &Plan, target: TargetId) -> String {
    short_name(&plan.target(target).endpoint.name)
}

fn answers(finding: &AnswersFinding, plan: &Plan) -> Option<String> {
    Some(match finding {
        AnswersFinding::NoTargetAnswered => "no endpoint gave an answer that counts".to_owned(),
        AnswersFinding::SomeTargetsSilent {
            silent,
            targets,
            first,
        } => format!(
            "{} of {} targets gave no answer, {} first",
            count(*silent),
            count(*targets),
            endpoint(plan, *first)
        ),
        AnswersFinding::SomeFailed {
            failed,
            issued,
            worst,
            reached_from,
            ..
        } => {
            let share = percent_of(*failed, *issued);
            let reached = reached_from
                .map(|from| format!("; {} and above are failures", percentile_name(from)));
            format!(
                "{share} failed at {} {}{}",
                endpoint(plan, *worst),
                over_several(plan.target(*worst).connection),
                reached.unwrap_or_default()
            )
        }
        AnswersFinding::SomeThrottled { ratio, worst, .. } => format!(
            "STS throttled {} of the calls to {}; lower the rate",
            percent(*ratio),
            endpoint(plan, *worst)
        ),
        AnswersFinding::RegionsDiffer {
            differing, worst, ..
        } => format!(
            "{} answers of {} name two different Regions",
            count(*differing),
            endpoint(plan, *worst)
        ),
        AnswersFinding::AnswersRepeat {
            repeated,
            issued,
            worst,
            ..
        } => format!(
            "{} of {} answers from {} repeat a request id; perhaps a cache answered",
            count(*repeated),
            count(*issued),
            endpoint(plan, *worst)
        ),
        AnswersFinding::EveryTargetAnswered { .. }
        | AnswersFinding::NothingToBias
        | AnswersFinding::NoneFailed
        | AnswersFinding::NoneThrottled
        | AnswersFinding::RegionsAgree { .. } => return None,
    })
}

fn load(finding: &LoadFinding, plan: &Plan) -> Option<String> {
    Some(match finding {
        LoadFinding::Lateness { p99_ns, .. } => {
            format!(
                "1 % of the calls were sent {} late or later",
                duration(*p99_ns)
            )
        }
        LoadFinding::StretchedTail {
            added_ns, worst, ..
        } => format!(
            "calls to {} were sent late: the p99 is {} longer",
            endpoint(plan, *worst),
            duration(*added_ns)
        ),
        LoadFinding::SomeQueued {
            queued,
            issued,
            worst,
            ..
        } => format!(
            "{} of the calls to {} waited for a connection",
            percent_of(*queued, *issued),
            endpoint(plan, *worst)
        ),
        LoadFinding::Interrupted { issued, planned } => {
            format!("interrupted after {}", part(*issued, *planned))
        }
        LoadFinding::Recovered { issued, planned } => {
            format!("cut off after {}, and recovered", part(*issued, *planned))
        }
        LoadFinding::AchievedCalls { ratio, .. } => {
            format!("only {} of the planned calls were made", percent(*ratio))
        }
        LoadFinding::ArrivalLaw { .. } => {
            "the calls were not sent at random times, as planned".to_owned()
        }
        LoadFinding::NothingSent
        | LoadFinding::NoSchedule
        | LoadFinding::QueueingByNature
        | LoadFinding::NoneQueued
        | LoadFinding::NoPlannedCalls
        | LoadFinding::ArrivalsNotRandom
        | LoadFinding::ArrivalsCutShort
        | LoadFinding::GapsNotKept
        | LoadFinding::TooFewArrivals { .. } => return None,
    })
}

fn part(issued: u64, planned: Option<u64>) -> String {
    match planned {
        Some(planned) => format!("{} of {} calls", count(issued), count(planned)),
        None => plural(issued, "call"),
    }
}

fn machine(finding: &MachineFinding) -> Option<String> {
    Some(match finding {
        MachineFinding::BusySeconds {
            half_busy, seconds, ..
        } => format!(
            "this machine was busy in {} of {} seconds; lower the rate",
            count(*half_busy),
            count(*seconds)
        ),
        MachineFinding::AverageCpu { ratio, .. } => format!(
            "measuring took {} of a core; lower the rate",
            percent(*ratio)
        ),
        MachineFinding::ProcessorWait { mean_ns, .. } => format!(
            "measuring waited {} for a processor each time",
            duration(*mean_ns)
        ),
        MachineFinding::Stalls {
            stalls, longest_ns, ..
        } => format!(
            "measuring was held up {}, {} at worst",
            plural(*stalls, "time"),
            duration(*longest_ns as f64)
        ),
        MachineFinding::Steal { ratio, .. } => format!(
            "the hypervisor took {} of the processor time",
            percent(*ratio)
        ),
        MachineFinding::ClockStepped { steps, .. } => {
            format!(
                "the wall clock was set {} during the run",
                plural(*steps, "time")
            )
        }
        MachineFinding::Suspended { .. } => "this machine was suspended during the run".to_owned(),
        MachineFinding::NotWatched
        | MachineFinding::ThreadCpuUnknown
        | MachineFinding::ProcessorWaitUnknown
        | MachineFinding::NoStall { .. }
        | MachineFinding::StealUnknown
        | MachineFinding::ClocksNotCompared
        | MachineFinding::ClockKept { .. }
        | MachineFinding::NotSuspended => return None,
    })
}

fn service(finding: &ServiceFinding, plan: &Plan) -> Option<String> {
    Some(match finding {
        ServiceFinding::Changed { worst, change, .. } => changed(plan, *worst, change),
        ServiceFinding::SomeChanged {
            changed,
            tested,
            worst,
            ..
        } => format!(
            "{} of {} targets changed during the run, most of all {}",
            count(*changed),
            count(*tested),
            endpoint(plan, *worst)
        ),
        ServiceFinding::Independence {
            answers,
            independent,
            ..
        } => format!("successive answers are alike: {answers:.0} are worth {independent:.0}"),
        ServiceFinding::Moved { worst, .. } => {
            format!("{} changed during the run", endpoint(plan, *worst))
        }
        ServiceFinding::AddressesChanged { first, .. } => format!(
            "{} changed its addresses during the run",
            endpoint(plan, *first)
        ),
        ServiceFinding::Clock { ahead_seconds, .. } => {
            let way = if *ahead_seconds < 0 {
                "behind"
            } else {
                "ahead of"
            };
            format!(
                "the service's clock is {} s {way} this machine's",
                count(ahead_seconds.unsigned_abs())
            )
        }
        ServiceFinding::ChangeUntested { .. }
        | ServiceFinding::NoneChanged { .. }
        | ServiceFinding::MemoryUntested { .. }
        | ServiceFinding::AddressesNotKept
        | ServiceFinding::SameAddresses
        | ServiceFinding::TimeUnknown => return None,
    })
}

fn changed(plan: &Plan, target: TargetId, change: &LevelChange) -> String {
    let endpoint = endpoint(plan, target);
    let by = percent(change.effect_ratio);
    if change.moved {
        format!("{endpoint} moved by {by} while it was measured")
    } else {
        format!("{endpoint} had a spike of {by} while it was measured")
    }
}

fn connections(finding: &ConnectionsFinding, plan: &Plan) -> Option<String> {
    Some(match finding {
        ConnectionsFinding::SomeRedialled {
            redialled,
            issued,
            worst,
            ..
        } => format!(
            "{} of {} calls to {} had to reconnect",
            count(*redialled),
            count(*issued),
            endpoint(plan, *worst)
        ),
        ConnectionsFinding::Requests { seen, made, .. } => format!(
            "the simulated STS saw {} requests for {}",
            count(*seen),
            plural(*made, "call")
        ),
        ConnectionsFinding::OnThisMachine { first, address } => {
            format!(
                "{} is on this machine, at {address}",
                endpoint(plan, *first)
            )
        }
        ConnectionsFinding::AllCold
        | ConnectionsFinding::AllAsWanted
        | ConnectionsFinding::RequestsUnknown
        | ConnectionsFinding::RequestsNotCounted => return None,
    })
}

fn instrument(finding: &InstrumentFinding, plan: &Plan) -> Option<String> {
    Some(match finding {
        InstrumentFinding::Twin {
            worst, ratio: by, ..
        } => format!(
            "{} differs from itself, {}",
            endpoint(plan, *worst),
            ratio(*by)
        ),
        InstrumentFinding::InjectedDelay {
            worst, excess_ns, ..
        } => format!(
            "{} is {} off its simulated delay",
            endpoint(plan, *worst),
            duration(*excess_ns)
        ),
        InstrumentFinding::Certified { .. } => "this host's self-test was in doubt".to_owned(),
        InstrumentFinding::NoneStamped => {
            "no kernel timestamps: times contain this program's wake-ups".to_owned()
        }
        InstrumentFinding::SomeStamped {
            stamped, answers, ..
        } => format!(
            "{} of {} answers have kernel timestamps",
            count(*stamped),
            count(*answers)
        ),
        InstrumentFinding::NoTwin
        | InstrumentFinding::TwinUntested { .. }
        | InstrumentFinding::NothingInjected
        | InstrumentFinding::NoCertificate
        | InstrumentFinding::AllStamped { .. } => return None,
    })
}

fn precision(finding: &PrecisionFinding, plan: &Plan) -> Option<String> {
    Some(match finding {
        PrecisionFinding::ThinTail {
            percentile,
            times_as_long,
            ..
        } => format!(
            "{} and above rest on few calls; measure {}× as long",
            percentile_name(*percentile),
            count(*times_as_long)
        ),
        PrecisionFinding::Resolution { step_ns, worst, .. } => format!(
            "times of {} are known to {} only",
            endpoint(plan, *worst),
            duration(*step_ns)
        ),
        PrecisionFinding::NoPercentile
        | PrecisionFinding::TailsSupported { .. }
        | PrecisionFinding::NoMedian => return None,
    })
}
