//! Name to address, and which addresses a name may have.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

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

/// Whether a name of the public DNS may have that address: one that is globally reachable by the registries of IANA
/// (iana-ipv4-special-registry, iana-ipv6-special-registry). A name that suddenly points elsewhere is being used to reach
/// something else.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let special = match v4.octets() {
        [100, second, ..] => (64..128).contains(&second),
        [172, second, ..] => (16..32).contains(&second),
        // This network, private, loopback, multicast and reserved.
        [0 | 10 | 127 | 224.., ..]
        // Link-local, private, benchmarks.
        | [169, 254, ..]
        | [192, 168, ..]
        | [198, 18 | 19, ..]
        // Protocol assignments, documentation, the relays of 6to4.
        | [192, 0, 0 | 2, _]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [192, 88, 99, _] => true,
        _ => false,
    };
    !special
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| {
        is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
    };
    match v6.segments() {
        // NAT64 and 6to4 lead to the IPv4 address within.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => embedded(high, low),
        // Protocol assignments, documentation.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [first, ..] => {
            (0x2000..0x3fff).contains(&first) || first == 0x3fff && v6.segments()[1] >= 0x1000
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
            // The bounds of each block that IANA lists as not globally reachable.
            "100.127.255.255",
            "172.31.255.255",
            "192.0.0.0",
            "192.0.0.255",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::7f00:1",
            "::808:808",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:0:0:0:1:808:808",
            "64:ff9b:1::808:808",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:2::1",
            "2001:20::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2001:db8:ffff::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "3fff:fff:ffff::1",
            "4000::1",
            "5f00::1",
            "fec0::1",
            "fdff:ffff::1",
            "febf::1",
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
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "126.0.0.1",
            "128.0.0.1",
            "169.253.0.1",
            "169.255.0.1",
            "172.15.255.255",
            "191.255.255.255",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.0.1",
            "192.169.0.1",
            "198.17.255.255",
            "198.20.0.0",
            "198.51.99.1",
            "203.0.112.1",
            "223.255.255.255",
            "64:ff9b::808:808",
            "2000::1",
            "2001:200::1",
            "2001:db7::1",
            "2001:db9::1",
            "2002:808:808::1",
            "2600:1f00::1",
            "3ffe::1",
            "3fff:1000::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
    }
}
