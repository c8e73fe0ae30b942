//! Addresses of networks that nobody has in the place of real ones, so that what a check reads from them stays: which are the
//! same, of which family they are, and which are this machine's.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses by what they stand for.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    given: BTreeMap<IpAddr, IpAddr>,
}

impl Addresses {
    /// The address for `original`: one of 198.18.0.0/15, which is for benchmarks (RFC 2544), or of 2001:db8::/32, which is for
    /// documentation (RFC 3849), numbered by first appearance. Every loopback address is 127.0.0.1 or `::1`.
    pub(super) fn of(&mut self, original: IpAddr) -> IpAddr {
        match original {
            IpAddr::V4(ip) if ip.is_loopback() => return Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.to_canonical().is_loopback() => {
                return Ipv6Addr::LOCALHOST.into();
            }
            IpAddr::V4(_) | IpAddr::V6(_) => {}
        }
        let number = u32::try_from(self.given.len() + 1).unwrap_or(u32::MAX);
        *self
            .given
            .entry(original)
            .or_insert_with(|| match original {
                IpAddr::V4(_) => Ipv4Addr::from_bits(BENCHMARKS.to_bits() | (number % SIZE)).into(),
                IpAddr::V6(_) => {
                    Ipv6Addr::from_bits(DOCUMENTATION.to_bits() | u128::from(number)).into()
                }
            })
    }

    /// The same of a text; what is no address becomes `word`.
    pub(super) fn of_text(&mut self, text: &str, word: &str) -> String {
        match text.parse() {
            Ok(address) => self.of(address).to_string(),
            Err(_) => word.to_owned(),
        }
    }
}

const BENCHMARKS: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 0);
const SIZE: u32 = 1 << 17;
const DOCUMENTATION: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_address_gets_the_same_one_of_its_family_and_this_machine_stays_this_machine() {
        let mut addresses = Addresses::default();
        let mut of = |text: &str| addresses.of_text(text, "redacted");
        assert_eq!(of("203.0.113.7"), "198.18.0.1");
        assert_eq!(of("2600:1f14::7"), "2001:db8::2");
        assert_eq!(of("203.0.113.8"), "198.18.0.3");
        assert_eq!(of("203.0.113.7"), "198.18.0.1");
        assert_eq!(of("127.44.5.6"), "127.0.0.1");
        assert_eq!(of("::ffff:127.0.0.9"), "::1");
        assert_eq!(of("db.internal"), "redacted");
    }
}
