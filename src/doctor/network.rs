//! Names and their addresses, and the variables that lead programs on their way to AWS.

use std::io;
use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::credentials::variable;
use crate::notice::SessionNotice;
use crate::notice::{DoctorFinding, DoctorSubject};
use crate::parallel::{runtime, start_thread};
use crate::plan::Resolver;
use crate::sample::FailureKind;
use crate::session::network_variables;
use crate::transport::{PlannedResolver, Resolve as _, Resolved, is_public};
use sts_model::{Catalog, Endpoint, Partition, Selector};

/// How long a name may take; all are looked up at once.
const LIMIT: Duration = Duration::from_millis(1_500);

/// The endpoint with a name that other Regions may serve.
const GLOBAL: &str = "global";
/// The Region that serves it for whoever is not near to another one.
const HOME: &str = "us-east-1";

/// A look-up of names under way.
pub(super) struct NameLookup {
    thread: io::Result<JoinHandle<Vec<DoctorFinding>>>,
}

impl NameLookup {
    /// Looks up the endpoint that is called and, where the partition of `region` has one, the global endpoint.
    pub(super) fn start(
        resolver: Resolver,
        region: Option<&str>,
        callee: Option<&Endpoint>,
    ) -> Self {
        let callee = callee.cloned();
        let region = region.map(str::to_owned);
        let thread = start_thread("names", move || {
            looked_up(resolver, region.as_deref(), callee.as_ref())
        });
        Self { thread }
    }

    /// What was found, when it is there.
    pub(super) fn findings(self) -> Vec<DoctorFinding> {
        let unknown = |why| {
            vec![DoctorFinding::NotChecked {
                subject: DoctorSubject::Resolver,
                why,
            }]
        };
        match self.thread.map(JoinHandle::join) {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => unknown("the look-up broke"),
            Err(_) => unknown("the system refused a thread"),
        }
    }
}

/// A name and what became of it.
type Looked = (Endpoint, Result<Resolved, FailureKind>);

fn looked_up(
    resolver: Resolver,
    region: Option<&str>,
    callee: Option<&Endpoint>,
) -> Vec<DoctorFinding> {
    let is_aws = callee.is_none_or(Endpoint::belongs_to_aws);
    let has_global =
        is_aws && region.is_none_or(|region| Partition::of_region(region).has_global_endpoint());
    let mut names: Vec<Endpoint> = Vec::new();
    names.extend(callee.cloned());
    if has_global {
        let mut others = vec![GLOBAL, HOME];
        others.extend(region);
        for endpoint in others.into_iter().filter_map(endpoint) {
            if !names.iter().any(|known| known.origin == endpoint.origin) {
                names.push(endpoint);
            }
        }
    }
    names.retain(|endpoint| endpoint.address.is_none() && endpoint.origin.ip().is_none());
    let asking: Vec<_> = names
        .into_iter()
        .filter_map(|endpoint| {
            let asked = endpoint.clone();
            let thread = start_thread("name", move || addresses(resolver, &asked)).ok()?;
            Some((endpoint, thread))
        })
        .collect();
    let looked: Vec<Looked> = asking
        .into_iter()
        .map(|(endpoint, thread)| {
            (
                endpoint,
                thread.join().unwrap_or(Err(FailureKind::DnsFailed)),
            )
        })
        .collect();
    findings(resolver, &looked, callee)
}

fn addresses(resolver: Resolver, endpoint: &Endpoint) -> Result<Resolved, FailureKind> {
    let runtime = runtime("name").map_err(|_| FailureKind::DnsFailed)?;
    let (host, port) = (endpoint.origin.host(), endpoint.origin.port());
    let resolver = PlannedResolver::from(resolver);
    let answer = runtime
        .block_on(async { tokio::time::timeout(LIMIT, resolver.addresses(host, port)).await });
    // A resolver that hangs must not hold up the end.
    runtime.shutdown_background();
    answer.unwrap_or(Err(FailureKind::DnsTimeout))
}

fn endpoint(name: &str) -> Option<Endpoint> {
    let selector: Selector = name.parse().ok()?;
    let mut selected = Catalog::default().select(&selector).ok()?;
    selected.pop()
}

fn findings(
    resolver: Resolver,
    looked: &[Looked],
    callee: Option<&Endpoint>,
) -> Vec<DoctorFinding> {
    let asked = match resolver {
        Resolver::System => "the system's resolver".to_owned(),
        Resolver::Server(server) => server.to_string(),
    };
    let shown = |endpoint: &Endpoint| {
        endpoint.name == GLOBAL || callee.is_some_and(|callee| callee.name == endpoint.name)
    };
    let mut found = Vec::new();
    for (endpoint, answer) in looked.iter().filter(|(endpoint, _)| shown(endpoint)) {
        let host = endpoint.origin.host().to_owned();
        match answer {
            Ok(resolved) => {
                let private = private_of(endpoint, &resolved.addresses);
                found.extend(private.map(|address| DoctorFinding::PrivateAddress {
                    host: host.clone(),
                    address,
                }));
                let is_global = endpoint.name == GLOBAL;
                found.push(DoctorFinding::Resolved {
                    serves: is_global
                        .then(|| serving(&resolved.addresses, looked))
                        .flatten(),
                    addresses: ips(&resolved.addresses),
                    resolver: asked.clone(),
                    host,
                });
            }
            Err(failure) => found.push(DoctorFinding::Unresolved {
                host,
                resolver: asked.clone(),
                failure: failure.as_str().to_owned(),
            }),
        }
    }
    if found.is_empty() {
        found.push(DoctorFinding::NotChecked {
            subject: DoctorSubject::Resolver,
            why: "no endpoint of the partition has a name to look up",
        });
    }
    found
}

fn ips(addresses: &[SocketAddr]) -> Vec<String> {
    addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect()
}

fn private_of(endpoint: &Endpoint, addresses: &[SocketAddr]) -> Option<String> {
    if !endpoint.belongs_to_aws() {
        return None;
    }
    let mut private = addresses.iter().filter(|address| !is_public(address.ip()));
    private.next().map(|address| address.ip().to_string())
}

/// The Region whose own endpoint shares an address with these.
fn serving(addresses: &[SocketAddr], looked: &[Looked]) -> Option<String> {
    let shares = |(endpoint, answer): &&Looked| {
        endpoint.name != GLOBAL
            && answer.as_ref().is_ok_and(|resolved| {
                let mut own = resolved.addresses.iter();
                own.any(|own| addresses.iter().any(|address| address.ip() == own.ip()))
            })
    };
    let (endpoint, _) = looked.iter().find(shares)?;
    Some(endpoint.region.clone())
}

/// The variables that name proxies and endpoints.
pub(super) fn variables() -> Vec<DoctorFinding> {
    let owned = |names: Vec<&'static str>| names.into_iter().map(str::to_owned).collect();
    let mut found: Vec<DoctorFinding> = network_variables()
        .filter_map(|notice| match notice {
            SessionNotice::ProxyIgnored(names) => Some(DoctorFinding::Proxies(owned(names))),
            SessionNotice::EndpointVariables(names) => {
                Some(DoctorFinding::EndpointVariables(names))
            }
            _ => None,
        })
        .collect();
    if !found
        .iter()
        .any(|finding| matches!(finding, DoctorFinding::Proxies(_)))
    {
        found.insert(0, DoctorFinding::NoProxy);
    }
    let setting = variable("AWS_STS_REGIONAL_ENDPOINTS");
    let unknown = setting.filter(|value| !["regional", "legacy"].contains(&value.as_str()));
    found.extend(unknown.map(DoctorFinding::UnknownEndpointSetting));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: &str, addresses: &[&str]) -> Looked {
        let addresses = addresses
            .iter()
            .map(|ip| SocketAddr::new(ip.parse().expect("an address"), 443));
        let resolved = Resolved::from(addresses.collect::<Vec<_>>());
        (endpoint(name).expect("known"), Ok(resolved))
    }

    #[test]
    fn the_region_behind_the_global_name_is_told_by_a_shared_address() {
        let looked = [
            at("eu-west-1", &["54.239.1.1", "54.239.1.2"]),
            at(GLOBAL, &["54.239.1.2"]),
            at(HOME, &["54.239.9.9"]),
        ];
        let found = findings(Resolver::System, &looked, Some(&looked[0].0));
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(
            found[1].to_string(),
            "sts.amazonaws.com resolves to 54.239.1.2 by the system's resolver; that is the endpoint of eu-west-1"
        );
    }

    #[test]
    fn a_private_address_and_a_name_without_one_are_found() {
        let mut looked = vec![at("eu-west-1", &["10.0.3.4"])];
        let global = endpoint(GLOBAL).expect("known");
        looked.push((global, Err(FailureKind::DnsTimeout)));
        let found = findings(Resolver::System, &looked, Some(&looked[0].0));
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(
            said[0].contains("10.0.3.4, which is not a public address"),
            "{said:?}"
        );
        assert!(
            said[2].contains("has no address by the system's resolver: dns.timeout"),
            "{said:?}"
        );
    }
}
