//! Sentences about the instrument: whether it finds again what is known.

use super::remedy::remedy;
use crate::report::words::numbers::{Rounding, decimal, milliseconds, percentage};
use crate::report::words::targets::target_name;
use crate::results::finding::InstrumentFinding;
use crate::results::{CheckVerdict, ItemVerdict, Run};

pub(super) fn sentence(finding: &InstrumentFinding, verdict: CheckVerdict, run: &Run) -> String {
    match finding {
        InstrumentFinding::NoTwin => "no endpoint is called twice; --twin ENDPOINT does that".to_owned(),
        InstrumentFinding::TwinUntested { blocks } => {
            format!("an endpoint and its twin need answers in {blocks} blocks or more to be compared")
        }
        InstrumentFinding::Twin { worst, ratio, low_ratio, high_ratio, pairs } => format!(
            "an endpoint and its twin are one, and the run {}: {} takes {ratio:.4} times as long as its original (interval {} to {}, of {pairs} pairs the one that is least likely chance){}",
            if verdict > CheckVerdict::Ok { "tells them apart" } else { "does not tell them apart" },
            target_name(&run.plan, *worst),
            decimal(*low_ratio, 4, Rounding::Down),
            decimal(*high_ratio, 4, Rounding::Up),
            remedy(
                verdict,
                "; ignore differences of this size, and repeat the run from an idle machine"
            )
        ),
        InstrumentFinding::NothingInjected => "the fleet injected no delay that was measured".to_owned(),
        InstrumentFinding::InjectedDelay { worst, excess_ns, limit_ns } => format!(
            "of all medians, {} lies farthest from what the fleet injected, {:+.1} ms (limit {:.1} ms){}",
            target_name(&run.plan, *worst),
            milliseconds(*excess_ns),
            milliseconds(*limit_ns),
            remedy(
                verdict,
                "; measure from an idle machine, these numbers say little about the fleet"
            )
        ),
        InstrumentFinding::NoCertificate => {
            "the delay of a real service is not known, and this host has no certificate; stsbench selftest makes one"
                .to_owned()
        }
        InstrumentFinding::Certified { verdict: found } => certified(*found, verdict, run),
        InstrumentFinding::NoneStamped => {
            "the kernel stamped no packet, so the times are those of this program's own clock and contain its wake-ups; measure from Linux, or use --clock user-space".to_owned()
        }
        InstrumentFinding::SomeStamped { stamped, answers, limit_ratio } => format!(
            "{stamped} of {answers} answers have the kernel's timestamps (at least {} % wanted); the others are by this program's own clock and contain its wake-ups, so compare with a run of --clock user-space",
            percentage(*limit_ratio)
        ),
        InstrumentFinding::AllStamped { stamped, answers } => {
            format!("the kernel stamped {stamped} of {answers} answers and their requests")
        }
    }
}

/// What the self-test found of known delays, in its certificate's own words.
fn certified(found: ItemVerdict, verdict: CheckVerdict, run: &Run) -> String {
    let word = match found {
        ItemVerdict::Pass => "found the known delays of its fleet again",
        ItemVerdict::Warn => "found the known delays of its fleet only roughly",
        ItemVerdict::Fail => "did not find the known delays of its fleet again",
    };
    let (measured_at, text) = run
        .conditions
        .certificate
        .as_ref()
        .map_or(("", ""), |certificate| {
            let text = certificate
                .item("known-delay")
                .map_or("", |item| &item.text);
            (&certificate.measured_at, text)
        });
    format!(
        "the self-test of {measured_at} {word}: {text}{}",
        remedy(
            verdict,
            "; repeat stsbench selftest on an idle machine before trusting this host"
        )
    )
}
