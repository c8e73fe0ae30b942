//! Callers with places of their own: which Region each address is in.
//!
//! One emulator then answers several machines, or network namespaces of one machine, each as seen from another Region.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::link::GlobalServing;

/// Whoever calls from one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallerSpec {
    /// Where it calls from: an address of this machine (127.0.0.0/8) or of 198.18.0.0/15, which is for benchmarks.
    pub address: Ipv4Addr,
    /// The Region that it is in: the distance to every endpoint, and who serves the global one, follow from it.
    pub from: String,
    /// Which Region serves the global endpoint for it, where that is not as for the others: `legacy-us-east-1` or
    /// `local-serving`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_endpoint: Option<GlobalServing>,
}

/// Whether an emulator or its callers may have that address: no packet to it leaves for the internet.
pub(crate) fn is_for_callers(address: Ipv4Addr) -> bool {
    address.is_loopback() || matches!(address.octets(), [198, 18 | 19, _, _])
}

/// Callers at most: each has its own state at every endpoint.
pub(super) const MOST_CALLERS: usize = 256;
