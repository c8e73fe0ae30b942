//! Which addresses of a name are dialled.

use std::fmt;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// Which addresses of a name are dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressFamily {
    /// The first that the resolver gives, whichever it is.
    #[default]
    Any,
    /// The first of IPv4.
    Ipv4,
    /// The first of IPv6.
    Ipv6,
}

impl AddressFamily {
    /// Whether an address may be dialled.
    pub(crate) fn holds(self, address: SocketAddr) -> bool {
        match self {
            Self::Any => true,
            Self::Ipv4 => address.is_ipv4(),
            Self::Ipv6 => address.is_ipv6(),
        }
    }

    /// Whether every address may be dialled, as in runs that were stored before there was a choice.
    pub(super) fn is_any(&self) -> bool {
        *self == Self::Any
    }
}

impl fmt::Display for AddressFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
        })
    }
}
