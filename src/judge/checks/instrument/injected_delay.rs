//! Whether a delay that is known is what was measured: in a simulated run by what was injected, otherwise by what the
//! self-test found on this host.

use crate::judge::checks::input::CheckInput;
use crate::judge::checks::rule::{Rule, gravest};
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::{ConnectionMode, Level};
use crate::results::finding::{InstrumentFinding, LargerOf};
use crate::results::{ItemVerdict, Simulation};

pub(crate) const INJECTED_DELAY: Rule = Rule {
    number: Some("V15"),
    name: "injected-delay",
    formula: "p50 − injected delay of the target that is farthest off, ns; without a simulation the self-test's farthest p50",
    threshold: "warns above 5 % and 5 ms; without a simulation where the self-test did not pass",
    examine: injected_delay,
};

/// A measured median and what was injected.
struct Delay<'a> {
    row: &'a Row,
    excess_ns: f64,
    limit_ns: f64,
}

impl Delay<'_> {
    /// How far off it is, 1 at the limit.
    fn deviation(&self) -> f64 {
        self.excess_ns.abs() / self.limit_ns
    }

    fn verdict(&self) -> CheckVerdict {
        CheckVerdict::warn_if(self.excess_ns.abs() > self.limit_ns)
    }
}

/// Measured medians against the injected round trips and service times.
///
/// A warm call takes one round trip and the service time; a cold or resumed one takes another round trip for the TLS 1.3
/// handshake, and over the kernel link one for TCP's, which the link that delays bytes cannot. What a median lies beyond
/// that is the client's, the simulated service's and the machine's; it is tolerated up to 5 % or 5 ms.
fn injected_delay(input: &CheckInput<'_>) -> Vec<Check> {
    let Some(simulation) = &input.run.header.vantage.simulation else {
        return vec![certified(input)];
    };
    let delays: Vec<Delay<'_>> = input
        .rows
        .iter()
        .filter_map(|row| {
            let endpoint = input.run.plan.target(row.target).endpoint.original();
            let expected_ns = expected_ns(simulation, endpoint, row)?;
            Some(Delay {
                row,
                excess_ns: row.service_time.percentile(Level::P50)? - expected_ns,
                limit_ns: TOLERATED.of(expected_ns),
            })
        })
        .collect();
    let farthest = delays
        .iter()
        .max_by(|a, b| a.deviation().total_cmp(&b.deviation()));
    let Some(worst) = farthest else {
        return INJECTED_DELAY.unknown(InstrumentFinding::NothingInjected);
    };
    let verdicts = delays
        .iter()
        .map(|delay| (delay.row.target, delay.verdict()));
    let (verdict, whose) = gravest(verdicts);
    let finding = InstrumentFinding::InjectedDelay {
        worst: worst.row.target,
        excess_ns: worst.excess_ns,
        limit_ns: worst.limit_ns,
    };
    vec![
        INJECTED_DELAY
            .found(verdict, finding)
            .measuring(worst.excess_ns)
            .about(whose),
    ]
}

const TOLERATED: LargerOf = LargerOf {
    ratio: 0.05,
    floor_ns: 5e6,
};

/// What the self-test found with this instrument on this host, when there is no truth about the service itself.
fn certified(input: &CheckInput<'_>) -> Check {
    let certificate = input.run.conditions.certificate.as_ref();
    let Some(item) = certificate.and_then(|certificate| certificate.item("known-delay")) else {
        return INJECTED_DELAY.found(CheckVerdict::Unknown, InstrumentFinding::NoCertificate);
    };
    let verdict = match item.verdict {
        ItemVerdict::Pass => CheckVerdict::Ok,
        ItemVerdict::Warn | ItemVerdict::Fail => CheckVerdict::Warn,
    };
    let finding = InstrumentFinding::Certified {
        verdict: item.verdict,
    };
    let check = INJECTED_DELAY.found(verdict, finding);
    match item.times_ns.get("excess_p50_most") {
        Some(&farthest) => check.measuring(farthest as f64),
        None => check,
    }
}

fn expected_ns(simulation: &Simulation, endpoint: &str, row: &Row) -> Option<f64> {
    let injected = simulation
        .injected
        .iter()
        .find(|injected| injected.endpoint == endpoint)?;
    let service_time = *injected
        .service_time_median_ns
        .get(row.operation.cli_name())?;
    Some(
        round_trips(&simulation.link, row.connection)? * injected.round_trip_ns as f64
            + service_time as f64,
    )
}

/// How often a call crosses the link and back; unknown for links that delay nothing.
fn round_trips(link: &str, connection: ConnectionMode) -> Option<f64> {
    let with_handshakes = match link {
        "kernel" => 3.0,
        "bytes" => 2.0,
        _ => return None,
    };
    Some(match connection {
        ConnectionMode::Warm => 1.0,
        ConnectionMode::Cold | ConnectionMode::Resumed => with_handshakes,
    })
}

#[cfg(test)]
mod tests {
    use crate::judge::checks::fixture_tests::check;
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::plan::TargetId;
    use crate::results::{Certificate, Host, Injected, Item, Run, Subject, Tool};

    use super::*;

    /// Of calls that took so long, where 91 ms and 2.2 ms were injected at one of the two endpoints.
    fn injected(milliseconds: u64) -> Check {
        let mut run = Fixture::small()
            .calls(100, |_, _| answer(milliseconds))
            .simulated_run();
        let inject = |endpoint: &str| Injected {
            endpoint: endpoint.to_owned(),
            round_trip_ns: 91_000_000,
            service_time_median_ns: [("get-caller-identity".to_owned(), 2_200_000)].into(),
        };
        run.header
            .vantage
            .simulation
            .as_mut()
            .expect("simulated")
            .injected
            .push(inject("global"));
        check(&run, "injected-delay").expect("always there")
    }

    #[test]
    fn a_median_beyond_five_milliseconds_or_per_cent_of_the_injected_delay_warns() {
        assert_eq!(
            [94, 98].map(|ms| injected(ms).verdict),
            [CheckVerdict::Ok; 2]
        );
        assert_eq!(
            [99, 80].map(|ms| injected(ms).verdict),
            [CheckVerdict::Warn; 2]
        );
        assert!(
            injected(80)
                .statistic
                .is_some_and(|excess| (excess + 13.2e6).abs() < 0.1e6)
        );
    }

    #[test]
    fn only_the_kernel_link_adds_a_round_trip_for_tcps_handshake() {
        for connection in ConnectionMode::ALL {
            let expected = if connection == ConnectionMode::Warm {
                [Some(1.0), Some(1.0)]
            } else {
                [Some(3.0), Some(2.0)]
            };
            assert_eq!(
                ["kernel", "bytes"].map(|link| round_trips(link, connection)),
                expected,
                "{connection}"
            );
            assert_eq!(round_trips("undelayed", connection), None);
        }
    }

    #[test]
    fn a_run_against_a_real_service_has_the_word_of_the_self_test() {
        let mut run = Fixture::small().calls(100, |_, _| answer(20)).run();
        let told = |run: &Run| check(run, "injected-delay").expect("always there");
        assert_eq!(told(&run).verdict, CheckVerdict::Unknown);
        let item = |verdict| Item {
            name: "known-delay".into(),
            verdict,
            subject: Subject::Simulation,
            times_ns: [("excess_p50_most".into(), 400_000)].into(),
            numbers: [].into(),
            threshold: "p50 at most 750 µs".into(),
            text: "measured minus injected p50 400 µs".into(),
        };
        for (found, expected) in [
            (ItemVerdict::Pass, CheckVerdict::Ok),
            (ItemVerdict::Warn, CheckVerdict::Warn),
            (ItemVerdict::Fail, CheckVerdict::Warn),
        ] {
            run.conditions.certificate = Some(Certificate {
                schema_version: 1,
                tool: Tool {
                    name: "stsbench".into(),
                    version: "0.1.0".into(),
                },
                host: Host {
                    name: "here".into(),
                    kernel: "Linux".into(),
                    cpu: "a processor".into(),
                    cores: 2,
                },
                measured_at: "2026-11-22T12:00:00Z".into(),
                link: "kernel".into(),
                items: vec![item(found)],
            });
            let check = told(&run);
            assert_eq!(
                (check.verdict, check.statistic),
                (expected, Some(400_000.0))
            );
            assert!(check.text.contains("p50 400 µs"), "{}", check.text);
        }
    }

    #[test]
    fn a_twin_is_held_against_what_was_injected_at_its_original() {
        let mut run = Fixture::small()
            .calls(100, |_, _| answer(20))
            .simulated_run();
        run.plan.targets[1].endpoint.twin_of = Some("global".to_owned());
        run.header
            .vantage
            .simulation
            .as_mut()
            .expect("simulated")
            .injected
            .push(Injected {
                endpoint: "global".to_owned(),
                round_trip_ns: 91_000_000,
                service_time_median_ns: [("get-caller-identity".to_owned(), 2_200_000)].into(),
            });
        let check = check(&run, "injected-delay").expect("always there");
        assert_eq!(
            (check.verdict, check.reach.targets),
            (CheckVerdict::Warn, vec![TargetId(0), TargetId(1)]),
            "both are far off"
        );
    }
}
