//! Which DNS server turns the names of endpoints into addresses. Naming one, never asking one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Who is asked for the addresses of endpoints that have no fixed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Resolver {
    /// The system's resolver, as applications use it.
    #[default]
    System,
    /// One DNS server, over UDP and, for long answers, TCP.
    Server(SocketAddr),
}

impl Resolver {
    /// Whether the user named it and it is on this machine.
    pub(crate) fn is_local(self) -> bool {
        matches!(self, Self::Server(server) if server.ip().to_canonical().is_loopback())
    }
}

/// Why a text names no resolver.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ResolverError {
    /// Neither the word nor an address.
    #[error(
        "{0:?} must be system or an IP address with or without a port 1 to 65535, such as 192.0.2.53, 127.0.0.1:5353 or [2001:db8::53]:53"
    )]
    Unreadable(String),
    /// An address that no single host has.
    #[error("{0} is not the address of a DNS server")]
    NoServer(IpAddr),
}

impl FromStr for Resolver {
    type Err = ResolverError;

    fn from_str(text: &str) -> Result<Self, ResolverError> {
        if text == SYSTEM {
            return Ok(Self::System);
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        let with_default_port = || {
            bare.parse::<IpAddr>()
                .ok()
                .map(|ip| SocketAddr::new(ip, DNS_PORT))
        };
        let server = text
            .parse::<SocketAddr>()
            .ok()
            .or_else(with_default_port)
            .filter(|server| server.port() != 0);
        let server = server.ok_or_else(|| {
            ResolverError::Unreadable(
                text.chars()
                    .filter(|c| !c.is_control())
                    .take(MAX_QUOTED_CHARS)
                    .collect(),
            )
        })?;
        let ip = server.ip();
        if ip.is_unspecified() || ip.is_multicast() || ip == Ipv4Addr::BROADCAST {
            return Err(ResolverError::NoServer(ip));
        }
        Ok(Self::Server(server))
    }
}

impl fmt::Display for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str(SYSTEM),
            Self::Server(server) => server.fmt(f),
        }
    }
}

impl TryFrom<String> for Resolver {
    type Error = ResolverError;

    fn try_from(text: String) -> Result<Self, ResolverError> {
        text.parse()
    }
}

impl From<Resolver> for String {
    fn from(resolver: Resolver) -> Self {
        resolver.to_string()
    }
}

const SYSTEM: &str = "system";
const DNS_PORT: u16 = 53;
/// The most that is shown of a wrong text.
const MAX_QUOTED_CHARS: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_without_a_port_means_port_53() {
        for (text, expected) in [
            ("system", "system"),
            ("192.0.2.53", "192.0.2.53:53"),
            ("127.0.0.1:5353", "127.0.0.1:5353"),
            ("2001:db8::53", "[2001:db8::53]:53"),
            ("[2001:db8::53]", "[2001:db8::53]:53"),
            ("[2001:db8::53]:5353", "[2001:db8::53]:5353"),
        ] {
            let resolver: Resolver = text.parse().expect(text);
            assert_eq!(resolver.to_string(), expected);
            let json = serde_json::to_string(&resolver).expect("a string");
            assert_eq!(
                serde_json::from_str::<Resolver>(&json).expect("read back"),
                resolver
            );
        }
    }

    #[test]
    fn what_names_no_server_is_refused_in_one_line() {
        for text in [
            "",
            "dns.example",
            "127.0.0.1:0",
            "127.0.0.1:65536",
            "0.0.0.0",
            "224.0.0.251",
            "::",
            "1.2.3",
            "a\nb",
        ] {
            let refusal = text.parse::<Resolver>().expect_err(text).to_string();
            assert!(!refusal.contains('\n'), "{refusal}");
        }
        assert_eq!(
            "255.255.255.255".parse::<Resolver>(),
            Err(ResolverError::NoServer(Ipv4Addr::BROADCAST.into()))
        );
    }

    proptest! {
        #[test]
        fn every_text_is_a_resolver_or_a_short_refusal(text in ".{0,200}") {
            if let Err(refusal) = text.parse::<Resolver>() {
                prop_assert!(refusal.to_string().len() < 600);
            }
        }
    }
}
