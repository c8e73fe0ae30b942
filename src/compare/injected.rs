//! A simulated run against what the fleet injected: the one case in which the truth is known.

use crate::plan::Connection;
use crate::results::{Run, Simulation};

use super::{Check, CheckVerdict, Row};

/// Measured medians against the injected round trips and service times.
///
/// A warm call takes one round trip and the service time; a cold or resumed one takes another round trip for the TLS 1.3
/// handshake, and over the kernel link one for TCP's, which the link that delays bytes cannot. What a median lies beyond
/// that is the client's, the fleet's and the machine's; it is tolerated up to 5 % or 5 ms.
pub(super) fn injected_delay(run: &Run, rows: &[Row]) -> Option<Check> {
    let simulation = run.vantage.simulation.as_ref()?;
    let compared = rows.iter().filter_map(|row| {
        let (expected, measured) = (expected_ns(simulation, row)?, row.service_time.percentile(0.5)?);
        Some((row, measured - expected, (expected * TOLERATED_SHARE).max(TOLERATED_NS)))
    });
    let (worst, excess, tolerated) = compared.max_by(|a, b| (a.1.abs() / a.2).total_cmp(&(b.1.abs() / b.2)))?;
    let far = excess.abs() > tolerated;
    let advice = if far { "; measure from an idle machine, these numbers say little about the fleet" } else { "" };
    let text = format!(
        "of all medians, {} {} {} lies farthest from what the fleet injected, {:+.1} ms (limit {:.1} ms){advice}",
        worst.endpoint,
        worst.operation,
        worst.connection,
        excess / 1e6,
        tolerated / 1e6,
    );
    let verdict = if far { CheckVerdict::Warn } else { CheckVerdict::Ok };
    Some(Check::new("injected-delay", verdict, text))
}

const TOLERATED_SHARE: f64 = 0.05;
const TOLERATED_NS: f64 = 5e6;

fn expected_ns(simulation: &Simulation, row: &Row) -> Option<f64> {
    let injected = simulation.injected.iter().find(|injected| injected.endpoint == row.endpoint)?;
    let service_time = *injected.service_time_median_ns.get(row.operation.cli_name())?;
    Some(round_trips(&simulation.link, row.connection)? * injected.round_trip_ns as f64 + service_time as f64)
}

/// How often a call crosses the link and back; unknown for links that delay nothing.
fn round_trips(link: &str, connection: Connection) -> Option<f64> {
    let with_handshakes = match link {
        "kernel" => 3.0,
        "bytes" => 2.0,
        _ => return None,
    };
    Some(match connection {
        Connection::Warm => 1.0,
        Connection::Cold | Connection::Resumed => with_handshakes,
    })
}

#[cfg(test)]
mod tests {
    use crate::compare::fixture::{Fixture, answer};
    use crate::compare::summarise;
    use crate::results::Injected;

    use super::*;

    /// Of calls that took so long, where 91 ms and 2.2 ms were injected.
    fn verdict(milliseconds: u64) -> Option<CheckVerdict> {
        let mut run = Fixture::small().calls(100, |_, _| answer(milliseconds)).simulated_run();
        run.vantage.simulation.as_mut().expect("simulated").injected.push(Injected {
            endpoint: "global".to_owned(),
            round_trip_ns: 91_000_000,
            service_time_median_ns: [("get-caller-identity".to_owned(), 2_200_000)].into(),
        });
        summarise(&run).checks.into_iter().find(|check| check.name == "injected-delay").map(|check| check.verdict)
    }

    #[test]
    fn a_median_beyond_five_milliseconds_or_per_cent_of_the_injected_delay_warns() {
        assert_eq!([verdict(94), verdict(98)].map(Option::unwrap), [CheckVerdict::Ok; 2]);
        assert_eq!([verdict(99), verdict(80)].map(Option::unwrap), [CheckVerdict::Warn; 2]);
    }

    #[test]
    fn only_the_kernel_link_adds_a_round_trip_for_tcps_handshake() {
        for connection in Connection::ALL {
            let expected = if connection == Connection::Warm { [Some(1.0), Some(1.0)] } else { [Some(3.0), Some(2.0)] };
            assert_eq!(["kernel", "bytes"].map(|link| round_trips(link, connection)), expected, "{connection}");
            assert_eq!(round_trips("undelayed", connection), None);
        }
    }

    #[test]
    fn a_run_against_a_real_service_has_no_such_check() {
        let run = Fixture::small().calls(100, |_, _| answer(20)).run();
        assert!(summarise(&run).checks.iter().all(|check| check.name != "injected-delay"));
    }
}
