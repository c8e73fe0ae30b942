//! Name to address, and which addresses a name may have.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};

use crate::sample::FailureKind;

/// A resolver's answer for a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Its addresses, in the order in which they should be tried.
    pub addresses: Vec<SocketAddr>,
    /// How long they may be kept, s; `None` when the resolver does not say.
    pub ttl_seconds: Option<u32>,
}

impl From<Vec<SocketAddr>> for Resolved {
    fn from(addresses: Vec<SocketAddr>) -> Self {
        Self {
            addresses,
            ttl_seconds: None,
        }
    }
}

/// Finds the addresses of a name.
pub trait Resolve {
    /// The addresses of `host`, in the order in which they should be tried; each with `port`.
    ///
    /// # Errors
    /// A kind from the `dns.` or `client.` group.
    fn addresses(
        &self,
        host: &str,
        port: u16,
    ) -> impl Future<Output = Result<Resolved, FailureKind>>;
}

/// Whether a name of the public DNS may have that address. A name that suddenly points into a private network is being
/// used to reach something else.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let carrier_grade_nat = first == 100 && (64..128).contains(&second);
            !(v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_multicast()
                || first == 0
                || carrier_grade_nat)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_10_public_names_have_public_addresses_only() {
        for private in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.5.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "224.0.0.1",
            "ff02::1",
        ] {
            assert!(
                !is_public(private.parse().expect("an address")),
                "{private}"
            );
        }
        for public in [
            "54.239.21.1",
            "100.128.0.1",
            "172.32.0.1",
            "2a05:d050:4040::1",
            "192.0.2.1",
        ] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
    }
}
