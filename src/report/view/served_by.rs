//! What stood behind each endpoint: the Regions that served it, and how its name was resolved.

use std::collections::BTreeMap;

use crate::judge::{Place, ServedBy, Summary};
use crate::plan::Resolver;
use crate::results::Run;

use super::fact::Fact;
use crate::report::words::numbers::{NOTHING, count, counted, percent_of};

/// One endpoint, cells as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedByLine {
    /// The endpoint's name.
    pub endpoint: String,
    /// The Regions by the answers' header, with shares.
    pub served_by: String,
    /// The Regions by the issued session tokens, with shares.
    pub origins: String,
    /// The addresses that were called, with their family.
    pub addresses: String,
    /// The resolver that returned them, and their TTL.
    pub resolver: String,
}

/// Every endpoint with at least one answer.
pub(crate) fn lines(run: &Run, summary: &Summary) -> Vec<ServedByLine> {
    let with_answers = summary
        .served_by
        .iter()
        .filter(|answered| answered.calls > 0);
    let line = |answered: &ServedBy| ServedByLine {
        endpoint: answered.endpoint.clone(),
        served_by: shares(&answered.served_by, answered.unknown),
        origins: shares(&answered.origins, 0),
        addresses: addresses(&answered.addresses).unwrap_or_else(|| NOTHING.to_owned()),
        resolver: resolver(run.plan.resolver, answered),
    };
    with_answers.map(line).collect()
}

/// One sentence for each global endpoint.
pub(crate) fn facts(run: &Run, summary: &Summary) -> impl Iterator<Item = Fact> {
    let global = summary
        .served_by
        .iter()
        .filter(|answered| answered.place == Place::Global && answered.calls > 0);
    global.map(|answered| Fact {
        name: "global",
        value: sentence(run, answered),
    })
}

/// Such as “served by us-east-1 in 100 % of 400 calls; resolver 127.0.0.1:53053, TTL 60 s; address 127.0.1.1 (IPv4)”.
pub(crate) fn sentence(run: &Run, answered: &ServedBy) -> String {
    let calls = count(answered.calls);
    let mut regions = in_order(&answered.served_by).into_iter();
    let share = |part: u64| percent_of(part, answered.calls);
    let mut served = match regions.next() {
        None => format!("no answer of {calls} says which Region served it"),
        Some((first, part)) => format!("served by {first} in {} of {calls} calls", share(part)),
    };
    for (region, part) in regions {
        served.push_str(&format!(", by {region} in {}", share(part)));
    }
    if answered.unknown > 0 && !answered.served_by.is_empty() {
        served.push_str(&format!(", unknown in {}", share(answered.unknown)));
    }
    let several = counted(answered.addresses.len() as u64, "address");
    let addresses = addresses(&answered.addresses)
        .map(|list| format!("; {several} {list}"))
        .unwrap_or_default();
    format!(
        "{served}; {}{addresses}",
        resolver(run.plan.resolver, answered)
    )
}

/// The resolver that returned the addresses.
fn resolver(resolver: Resolver, answered: &ServedBy) -> String {
    if answered.fixed_address {
        return "fixed address, no resolver asked".to_owned();
    }
    let who = match resolver {
        Resolver::System => "the system's resolver".to_owned(),
        Resolver::Server(server) => format!("resolver {server}"),
    };
    let lookups = answered.lookups;
    let several = match (lookups.fewest_addresses, lookups.most_addresses) {
        (_, 0 | 1) => String::new(),
        (fewest, most) if fewest == most => format!(", {most} addresses an answer"),
        (fewest, most) => format!(", {fewest} to {most} addresses an answer"),
    };
    let ttl = match (lookups.shortest_ttl_seconds, lookups.longest_ttl_seconds) {
        (Some(shortest), Some(longest)) if shortest == longest => format!(", TTL {shortest} s"),
        (Some(shortest), Some(longest)) => format!(", TTL {shortest} to {longest} s"),
        _ => String::new(),
    };
    format!("{who}{several}{ttl}")
}

/// The addresses, those with the most calls first.
fn addresses(calls: &BTreeMap<String, u64>) -> Option<String> {
    let all = in_order(calls);
    let family = |ip: &str| match ip.parse::<std::net::IpAddr>() {
        Ok(ip) if ip.is_ipv4() => " (IPv4)",
        Ok(_) => " (IPv6)",
        Err(_) => "",
    };
    let mut shown: Vec<String> = all
        .iter()
        .take(MAX_SHOWN)
        .map(|(ip, _)| format!("{ip}{}", family(ip)))
        .collect();
    if all.len() > MAX_SHOWN {
        shown.push(format!("{} more", all.len() - MAX_SHOWN));
    }
    (!shown.is_empty()).then(|| shown.join(", "))
}

/// The Regions with their shares.
fn shares(calls: &BTreeMap<String, u64>, unknown: u64) -> String {
    let all = calls
        .values()
        .fold(unknown, |sum, calls| sum.saturating_add(*calls));
    let share = |name: &str, part: u64| format!("{name} {}", percent_of(part, all));
    let mut shown: Vec<String> = in_order(calls)
        .into_iter()
        .take(MAX_SHOWN)
        .map(|(region, part)| share(region, part))
        .collect();
    if calls.len() > MAX_SHOWN {
        shown.push(format!("{} more", calls.len() - MAX_SHOWN));
    }
    if unknown > 0 {
        shown.push(share("unknown", unknown));
    }
    if shown.is_empty() {
        NOTHING.to_owned()
    } else {
        shown.join(", ")
    }
}

/// The most frequent first; among equally frequent ones by name.
pub(crate) fn in_order(calls: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut all: Vec<(&str, u64)> = calls
        .iter()
        .map(|(name, &calls)| (name.as_str(), calls))
        .collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    all
}

/// Names in one cell.
const MAX_SHOWN: usize = 4;

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use crate::judge::summarise;
    use crate::judge::synthetic_run::{Fixture, answer};
    use crate::record::Lookups;
    use crate::sample::Lookup;

    use super::*;

    #[test]
    fn the_global_endpoints_sentence_says_who_served_it_and_how_it_was_found() {
        let mut run = Fixture::small().calls(400, |_, _| answer(20)).run();
        let told = |run: &Run| {
            let summary = summarise(run);
            let answered = summary
                .served_by
                .iter()
                .find(|answered| answered.place == Place::Global)
                .expect("planned");
            sentence(run, answered)
        };
        assert_eq!(
            told(&run),
            "served by us-east-1 in 100 % of 400 calls; the system's resolver"
        );
        run.plan.resolver = Resolver::Server(SocketAddr::from(([127, 0, 0, 1], 53053)));
        let at = run
            .measured
            .series
            .iter()
            .position(|s| run.plan.target(s.target).endpoint.name == "global")
            .expect("planned");
        let global = &mut run.measured.series[at];
        global.served_by = BTreeMap::from([
            ("eu-central-1".to_owned(), 300),
            ("us-east-1".to_owned(), 60),
        ]);
        global.remotes = BTreeMap::from([
            ("127.0.1.1".to_owned(), 300),
            ("2001:db8::1".to_owned(), 100),
        ]);
        global.lookups = Lookups::from(Lookup {
            addresses: 2,
            ttl_seconds: Some(60),
        });
        assert_eq!(
            told(&run),
            "served by eu-central-1 in 75 % of 400 calls, by us-east-1 in 15 %, unknown in 10 %; resolver \
             127.0.0.1:53053, 2 addresses an answer, TTL 60 s; addresses 127.0.1.1 (IPv4), 2001:db8::1 (IPv6)"
        );
    }

    #[test]
    fn many_names_from_the_network_stay_a_short_cell() {
        let calls: BTreeMap<String, u64> = (0..64)
            .map(|i| (format!("region-{i:02}"), 64 - i))
            .collect();
        assert_eq!(shares(&calls, 0).matches("region-").count(), MAX_SHOWN);
        assert!(
            shares(&calls, 1).contains("60 more, unknown"),
            "{}",
            shares(&calls, 1)
        );
        assert_eq!(shares(&BTreeMap::new(), 0), NOTHING);
    }
}
