//! Checks of connections and requests: whether each call found the kind that it wanted, and whether the other side saw
//! the same requests.

use std::net::IpAddr;

use super::input::CheckInput;
use super::numbers::{ids, ratio, total};
use super::rule::Rule;
use crate::judge::{Check, CheckVerdict, Row};
use crate::plan::{ConnectionMode, Load, TargetId};
use crate::results::Run;
use crate::results::finding::ConnectionsFinding;
use sts_model::Endpoint;

pub(crate) const CONNECTION_KIND: Rule = Rule {
    number: Some("V13"),
    name: "connection-kind",
    formula: "calls of a warm or resumed target that had to open a connection / its calls",
    threshold: "warns above 0.01 (closed load: above its concurrency), invalid above 0.5 as well",
    examine: connection_kind,
};

/// Calls that found another kind of connection than the target's. Paced loads open each block's connections by calls that
/// do not count, so a call that had to dial met a server that closes early or issues no session tickets; one in a hundred
/// is let pass. A closed load opens each connection by a call that would have counted. Where more than half had to dial, the
/// server does not keep connections, and those that were left open are the exceptions.
fn connection_kind(input: &CheckInput<'_>) -> Vec<Check> {
    let kept: Vec<&Row> = input
        .rows
        .iter()
        .filter(|row| row.connection != ConnectionMode::Cold)
        .collect();
    let share = |row: &Row| ratio(row.counts.redialled, row.counts.issued);
    let Some(worst) = kept.iter().max_by(|a, b| share(a).total_cmp(&share(b))) else {
        return vec![
            CONNECTION_KIND
                .found(CheckVerdict::Ok, ConnectionsFinding::AllCold)
                .measuring(0.0),
        ];
    };
    let expected = |row: &Row| match input.run.plan.load {
        Load::Audit { .. } | Load::Open { .. } => row.counts.issued / 100,
        Load::Closed { concurrency, .. } => u64::from(concurrency),
    };
    let judge = |row: &Row| match row.counts.redialled {
        redialled if redialled <= expected(row) => CheckVerdict::Ok,
        _ if share(row) > 0.5 => CheckVerdict::Invalid,
        _ => CheckVerdict::Warn,
    };
    let verdict = kept
        .iter()
        .map(|row| judge(row))
        .max()
        .unwrap_or(CheckVerdict::Ok);
    let whose = kept
        .iter()
        .copied()
        .filter(|row| verdict > CheckVerdict::Ok && judge(row) == verdict);
    let finding = if worst.counts.redialled == 0 {
        ConnectionsFinding::AllAsWanted
    } else {
        ConnectionsFinding::SomeRedialled {
            redialled: worst.counts.redialled,
            issued: worst.counts.issued,
            worst: worst.target,
            limit: expected(worst),
        }
    };
    vec![
        CONNECTION_KIND
            .found(verdict, finding)
            .measuring(share(worst))
            .about(ids(whose)),
    ]
}

pub(crate) const BOOKS_BALANCE: Rule = Rule {
    number: Some("V18"),
    name: "books-balance",
    formula: "requests that the simulated fleet saw − calls that were made",
    threshold: "invalid above 0 and below −(calls that got no answer)",
    examine: books_balance,
};

/// Requests that the simulated service saw against calls that were made. A call that failed need not have arrived; more
/// requests than calls would be hidden retries.
///
/// `requests_seen` counts the run's own calls, warm-up included and preflight excluded.
fn books_balance(input: &CheckInput<'_>) -> Vec<Check> {
    let Some(simulation) = &input.run.header.vantage.simulation else {
        return BOOKS_BALANCE.unknown(ConnectionsFinding::RequestsUnknown);
    };
    let Some(seen) = simulation.requests_seen else {
        return BOOKS_BALANCE.unknown(ConnectionsFinding::RequestsNotCounted);
    };
    let made = total(input.rows, |counts| {
        counts.issued.saturating_add(counts.warmup)
    });
    let unanswered = total(input.rows, |counts| {
        counts.failures.saturating_add(counts.warmup_failures)
    });
    let balanced = seen <= made && seen >= made.saturating_sub(unanswered);
    let verdict = if balanced {
        CheckVerdict::Ok
    } else {
        CheckVerdict::Invalid
    };
    let finding = ConnectionsFinding::Requests {
        seen,
        made,
        unanswered,
    };
    vec![
        BOOKS_BALANCE
            .found(verdict, finding)
            .measuring(seen as f64 - made as f64),
    ]
}

pub(crate) const NOT_AWS: Rule = Rule {
    number: None,
    name: "not-aws",
    formula: "names of AWS's that were answered by this machine",
    threshold: "warns from 1",
    examine: not_aws,
};

/// AWS's names with addresses of this machine: a simulated service that was found by DNS, whose run says nothing else of
/// itself.
fn not_aws(input: &CheckInput<'_>) -> Vec<Check> {
    let local = answered_here(input.run);
    let Some(&(first, address)) = local.first() else {
        return Vec::new();
    };
    let finding = ConnectionsFinding::OnThisMachine { first, address };
    vec![
        NOT_AWS
            .found(CheckVerdict::Warn, finding)
            .measuring(local.len() as f64)
            .about(local.into_iter().map(|(target, _)| target).collect()),
    ]
}

/// The targets with names of AWS's that were answered by this machine, each with an address; none of a simulated run, which
/// says so itself.
pub(crate) fn answered_here(run: &Run) -> Vec<(TargetId, IpAddr)> {
    if run.header.vantage.simulation.is_some() {
        return Vec::new();
    }
    let series = run.measured.series.iter();
    let local = series.filter_map(|series| {
        let host = run.plan.target(series.target).endpoint.origin.host();
        let address = series
            .remotes
            .keys()
            .find_map(|address| loopback(address))?;
        Endpoint::is_aws_host(host).then_some((series.target, address))
    });
    local.collect()
}

/// The address, if it is one of this machine.
fn loopback(address: &str) -> Option<IpAddr> {
    address
        .parse::<IpAddr>()
        .ok()
        .filter(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Claims;
    use crate::judge::checks::fixture_tests::{check, quiet, verdict};
    use crate::judge::synthetic_run::{Fixture, answer, refused};
    use crate::plan::Target;

    #[test]
    fn one_call_in_a_hundred_may_have_to_open_a_connection_and_not_more() {
        let redial = |times| {
            let end = move |i| {
                if i < times {
                    answer(60).over(ConnectionMode::Cold)
                } else {
                    answer(20)
                }
            };
            verdict(
                &Fixture::small().calls(200, move |_, i| end(i)).run(),
                "connection-kind",
            )
        };
        assert_eq!(
            (redial(2), redial(3)),
            (Some(CheckVerdict::Ok), Some(CheckVerdict::Warn))
        );
        assert_eq!(
            (redial(100), redial(101)),
            (Some(CheckVerdict::Warn), Some(CheckVerdict::Invalid))
        );
    }

    #[test]
    fn bad_118_a_warm_target_whose_server_keeps_no_connection_is_invalid_and_its_cold_neighbour_is_not()
     {
        let found = |target: &Target| match target.endpoint.name.as_str() {
            "global" => answer(60).over(ConnectionMode::Cold),
            _ => answer(20),
        };
        let run = Fixture::wide("global,eu-west-1")
            .calls(200, |target, _| found(target))
            .run();
        let check = check(&run, "connection-kind").expect("always there");
        assert_eq!(
            (check.verdict, check.statistic),
            (CheckVerdict::Invalid, Some(1.0))
        );
        for (id, target) in run.plan.targets() {
            let closed =
                target.endpoint.name == "global" && target.connection == ConnectionMode::Warm;
            assert_eq!(check.forbids(id, 0.5, Claims::All), closed, "{target:?}");
        }
    }

    #[test]
    fn awss_names_on_this_machine_are_said_to_be_none_of_awss() {
        let at = |address: &str, mut run: Run| {
            run.measured.series[0].remotes = [(address.to_owned(), 9)].into();
            verdict(&run, "not-aws")
        };
        let real = || Fixture::small().calls(9, |_, _| answer(1)).run();
        assert_eq!(at("127.0.1.1", real()), Some(CheckVerdict::Warn));
        assert_eq!(at("::1", real()), Some(CheckVerdict::Warn));
        assert_eq!(
            (at("54.239.21.1", real()), at("other", real())),
            (None, None)
        );
        assert_eq!(
            at("127.0.1.1", quiet()),
            None,
            "a simulated run says so everywhere"
        );
    }

    #[test]
    fn the_books_balance_but_for_calls_that_got_no_answer() {
        let seen = |mut run: Run, difference: i64| {
            let simulation = run.header.vantage.simulation.as_mut().expect("simulated");
            simulation.requests_seen = simulation
                .requests_seen
                .map(|seen| seen.saturating_add_signed(difference));
            verdict(&run, "books-balance")
        };
        assert_eq!(seen(quiet(), 0), Some(CheckVerdict::Ok));
        assert_eq!(
            seen(quiet(), 1),
            Some(CheckVerdict::Invalid),
            "a hidden retry"
        );
        assert_eq!(
            seen(quiet(), -1),
            Some(CheckVerdict::Invalid),
            "a sample without a request"
        );
        let failing = || {
            Fixture::small()
                .calls(100, |_, i| if i < 3 { refused() } else { answer(20) })
                .simulated_run()
        };
        assert_eq!(
            (seen(failing(), -6), seen(failing(), -7)),
            (Some(CheckVerdict::Ok), Some(CheckVerdict::Invalid))
        );
        let real = Fixture::small().calls(9, |_, _| answer(1)).run();
        assert_eq!(verdict(&real, "books-balance"), Some(CheckVerdict::Unknown));
    }
}
