//! One sentence for each finding.

use std::fmt;

use crate::notice::DoctorFinding;
use crate::report::words::session::notices::operation_list;

fn until(seconds: Option<u64>) -> String {
    match seconds {
        None => "long-term keys".to_owned(),
        Some(seconds) if seconds < 120 => format!("they expire in {seconds} s"),
        Some(seconds) if seconds < 7_200 => format!("they expire in {} min", seconds / 60),
        Some(seconds) => format!("they expire in {} h", seconds / 3_600),
    }
}

impl fmt::Display for DoctorFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller {
                arn,
                access_key,
                expires_in_seconds,
            } => write!(f, "{arn}, key {access_key}; {}", until(*expires_in_seconds)),
            Self::CallerNotAsked {
                access_key: Some(key),
                expires_in_seconds,
            } => write!(
                f,
                "key {key}; {}; nobody was asked whose it is",
                until(*expires_in_seconds)
            ),
            Self::CallerNotAsked { .. } => f.write_str("no service was asked who the caller is"),
            Self::NoCredentials { reason, .. }
            | Self::Refused { reason, .. }
            | Self::Unanswered { reason, .. } => f.write_str(reason),
            Self::NotCalled(reason) | Self::NotCalledInPlaintext(reason) => {
                write!(f, "nothing was called: {reason}")
            }
            Self::Sources(places) => match places.split_first() {
                Some((first, [])) => write!(f, "from {first}"),
                Some((first, others)) => {
                    write!(
                        f,
                        "from {first}; also configured, and not used: {}",
                        others.join(", ")
                    )
                }
                None => f.write_str("none"),
            },
            Self::UnusableSources(places) => write!(
                f,
                "from {}, and not to be used as they are: see caller",
                places.join(", ")
            ),
            Self::NoSources => f.write_str(
                "no variable or file configures credentials; instance metadata is tried last",
            ),
            Self::Source(fault) => fault.fmt(f),
            Self::Region { .. } | Self::NoRegion | Self::BadPlace(_) | Self::EphemeralName(_) => {
                self.fmt_place(f)
            }
            Self::Resolved { .. }
            | Self::PrivateAddress { .. }
            | Self::Unresolved { .. }
            | Self::Proxies(_)
            | Self::NoProxy
            | Self::EndpointVariables(_)
            | Self::UnknownEndpointSetting(_) => self.fmt_network(f),
            _ => self.fmt_calls(f),
        }
    }
}

impl DoctorFinding {
    fn fmt_place(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region {
                name,
                source,
                known: true,
            } => write!(f, "{name}, from {source}"),
            Self::Region { name, source, .. } => {
                write!(
                    f,
                    "{name}, from {source}, is not in this build's table of Regions"
                )
            }
            Self::BadPlace(reason) => f.write_str(reason),
            Self::EphemeralName(name) => {
                write!(
                    f,
                    "this place is called {name} after its host, whose name changes"
                )
            }
            _ => f.write_str("none is configured"),
        }
    }

    fn fmt_network(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolved {
                host,
                addresses,
                resolver,
                serves,
            } => {
                write!(
                    f,
                    "{host} resolves to {} by {resolver}",
                    addresses.join(", ")
                )?;
                match serves {
                    Some(region) => write!(f, "; that is the endpoint of {region}"),
                    None => Ok(()),
                }
            }
            Self::PrivateAddress { host, address } => {
                write!(f, "{host} is {address}, which is not a public address")
            }
            Self::Unresolved {
                host,
                resolver,
                failure,
            } => write!(f, "{host} has no address by {resolver}: {failure}"),
            Self::Proxies(names) => write!(
                f,
                "{}: the search for credentials uses the proxy, measured calls do not",
                names.join(", ")
            ),
            Self::EndpointVariables(names) => write!(
                f,
                "{}: AWS's tools follow {}, measured calls do not",
                names.join(", "),
                if names.len() == 1 { "it" } else { "them" }
            ),
            Self::UnknownEndpointSetting(value) => write!(
                f,
                "AWS_STS_REGIONAL_ENDPOINTS is {value:?}: AWS's tools know regional and legacy, and several refuse any other value"
            ),
            _ => f.write_str("no proxy is configured"),
        }
    }

    fn fmt_calls(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TlsVerified(host) => write!(f, "the certificate of {host} is from a public root"),
            Self::TlsVouched { host, authority } => write!(
                f,
                "the certificate of {host} is from {authority} or a public root"
            ),
            Self::TlsIntercepted { host, issuer: None } => write!(
                f,
                "the certificate of {host} is not from a public root: something on the path intercepts TLS"
            ),
            Self::TlsIntercepted {
                host,
                issuer: Some(issuer),
            } => write!(
                f,
                "the certificate of {host} is from {issuer:?}, not from a public root: something on the path intercepts TLS"
            ),
            Self::Clock { seconds: 0, .. } => {
                f.write_str("agrees with the service's to the second")
            }
            Self::Clock { seconds, offset } => {
                write!(
                    f,
                    "this machine's clock is {seconds} s {offset} the service's"
                )
            }
            Self::NotChecked { why, .. } => write!(f, "not checked: {why}"),
            Self::MayCall {
                operations,
                by_policy,
            } => {
                write!(f, "this caller may call {}", operation_list(operations))?;
                if by_policy.is_empty() {
                    return Ok(());
                }
                write!(f, "; a policy has to allow {}", operation_list(by_policy))
            }
            Self::MayNotCall {
                operations, caller, ..
            } => write!(f, "STS refuses {} to {caller}", operation_list(operations)),
            Self::MayBeRefused(operations) => write!(
                f,
                "if these credentials come from GetSessionToken, STS refuses {} to them",
                operation_list(operations)
            ),
            Self::OptIn(endpoints) => write!(
                f,
                "an account has to enable {} first; until then its keys are refused there",
                endpoints.join(", ")
            ),
            Self::NoOptIn(number) => {
                write!(
                    f,
                    "none among the {number} endpoints has to be enabled first"
                )
            }
            _ => self.fmt_machine(f),
        }
    }

    fn fmt_machine(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KernelClock => f.write_str("gives timestamps of packets (--clock kernel)"),
            Self::NoKernelClock(reason) => write!(f, "gives no timestamps of packets: {reason}"),
            Self::KernelLink => f.write_str("lets simulated runs delay packets (--link kernel)"),
            Self::NoKernelLink(reason) => {
                write!(f, "does not let simulated runs delay packets: {reason}")
            }
            Self::Load { load, cores } => {
                let noun = if *cores == 1 {
                    "processor"
                } else {
                    "processors"
                };
                write!(f, "load {load:.2} on {cores} {noun}")
            }
            Self::Governor(name) => write!(f, "the CPU frequency governor is {name}"),
            Self::OnBattery => f.write_str("runs on battery"),
            _ => Ok(()),
        }
    }
}
