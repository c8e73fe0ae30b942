//! Doubts about connections and requests: whether each call found the kind that it wanted, and whether the other side saw
//! the same requests.

use std::net::IpAddr;

use crate::catalog::Endpoint;
use crate::compare::{Check, CheckVerdict, Row};
use crate::plan::{Connection, Load};
use crate::results::Run;

use super::{advice, label, total};

/// Calls that found another kind of connection than the target's. Paced loads open each block's connections by calls that
/// do not count, so a call that had to dial met a server that closes early or issues no session tickets; one in a hundred
/// is let pass. A closed load opens each connection by a call that would have counted.
pub(super) fn connection_kind(run: &Run, rows: &[Row]) -> Option<Check> {
    let kept: Vec<&Row> = rows.iter().filter(|row| row.connection != Connection::Cold).collect();
    let Some(worst) = kept.iter().max_by_key(|row| row.counts.redialled) else {
        let text = "every call opened a connection of its own, as planned".to_owned();
        return Some(Check::new("connection-kind", CheckVerdict::Ok, text));
    };
    let redialled = worst.counts.redialled;
    let expected = match run.plan.load {
        Load::Audit { .. } | Load::Open { .. } => worst.counts.issued / 100,
        Load::Closed { concurrency, .. } => u64::from(concurrency),
    };
    let verdict = if redialled > expected { CheckVerdict::Warn } else { CheckVerdict::Ok };
    let text = if redialled == 0 {
        "every call found the kind of connection that it wanted".to_owned()
    } else {
        format!(
            "at most {redialled} of {} calls had to open a connection first ({}; up to {expected} are let pass) and are left out of its numbers{}",
            worst.counts.issued,
            label(worst),
            advice(
                verdict,
                "; the server closes connections early, so lower --connections-per-target or raise the rate"
            )
        )
    };
    Some(Check::new("connection-kind", verdict, text))
}

/// Requests that the simulated fleet saw against calls that were made. A call that failed need not have arrived; more
/// requests than calls would be hidden retries.
///
/// `requests_seen` counts the run's own calls, warm-up included and preflight excluded.
pub(super) fn books_balance(run: &Run, rows: &[Row]) -> Option<Check> {
    let seen = run.vantage.simulation.as_ref()?.requests_seen?;
    let made = total(rows, |counts| counts.issued.saturating_add(counts.warmup));
    let failed = total(rows, |counts| counts.failures.saturating_add(counts.warmup_failures));
    let balanced = seen <= made && seen >= made.saturating_sub(failed);
    let verdict = if balanced { CheckVerdict::Ok } else { CheckVerdict::Invalid };
    let text = format!(
        "the simulated fleet saw {seen} requests for {made} calls, of which {failed} got no answer{}",
        advice(verdict, "; the two must agree but for those, so do not use the numbers and report the fault")
    );
    Some(Check::new("books-balance", verdict, text))
}

/// AWS's names with addresses of this machine: a fleet that was found by DNS, whose run says nothing else of itself.
pub(super) fn not_aws(run: &Run, _: &[Row]) -> Option<Check> {
    if run.vantage.simulation.is_some() {
        return None;
    }
    let on_this_machine = |address: &String| address.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback());
    let local = run.series.iter().find_map(|series| {
        let endpoint = &run.plan.target(series.target).endpoint;
        let address = series.remotes.keys().find(|address| on_this_machine(address))?;
        Endpoint::is_aws_host(endpoint.origin.host()).then_some((endpoint, address))
    });
    let (endpoint, address) = local?;
    let text = format!(
        "{} was answered at {address}, which is this machine, {} first: these are not measurements of AWS",
        endpoint.origin.host(),
        endpoint.name
    );
    Some(Check::new("not-aws", CheckVerdict::Warn, text))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{quiet, verdict};
    use super::*;
    use crate::compare::fixture::{Fixture, answer, refused};

    #[test]
    fn one_call_in_a_hundred_may_have_to_open_a_connection_and_not_more() {
        let redial = |times| {
            let end = move |i| if i < times { answer(60).over(Connection::Cold) } else { answer(20) };
            verdict(&Fixture::small().calls(200, move |_, i| end(i)).run(), "connection-kind")
        };
        assert_eq!((redial(2), redial(3)), (Some(CheckVerdict::Ok), Some(CheckVerdict::Warn)));
    }

    #[test]
    fn awss_names_on_this_machine_are_said_to_be_none_of_awss() {
        let at = |address: &str, mut run: Run| {
            run.series[0].remotes = [(address.to_owned(), 9)].into();
            verdict(&run, "not-aws")
        };
        let real = || Fixture::small().calls(9, |_, _| answer(1)).run();
        assert_eq!(at("127.0.1.1", real()), Some(CheckVerdict::Warn));
        assert_eq!(at("::1", real()), Some(CheckVerdict::Warn));
        assert_eq!((at("54.239.21.1", real()), at("other", real())), (None, None));
        assert_eq!(at("127.0.1.1", quiet()), None, "a simulated run says so everywhere");
    }

    #[test]
    fn the_books_balance_but_for_calls_that_got_no_answer() {
        let seen = |mut run: Run, difference: i64| {
            let simulation = run.vantage.simulation.as_mut().expect("simulated");
            simulation.requests_seen = simulation.requests_seen.map(|seen| seen.saturating_add_signed(difference));
            verdict(&run, "books-balance")
        };
        assert_eq!(seen(quiet(), 0), Some(CheckVerdict::Ok));
        assert_eq!(seen(quiet(), 1), Some(CheckVerdict::Invalid), "a hidden retry");
        assert_eq!(seen(quiet(), -1), Some(CheckVerdict::Invalid), "a sample without a request");
        let failing = || Fixture::small().calls(100, |_, i| if i < 3 { refused() } else { answer(20) }).simulated_run();
        assert_eq!((seen(failing(), -6), seen(failing(), -7)), (Some(CheckVerdict::Ok), Some(CheckVerdict::Invalid)));
        assert_eq!(verdict(&Fixture::small().calls(9, |_, _| answer(1)).run(), "books-balance"), None);
    }
}
