//! Ranges of IP addresses as `IpAddress` and `NotIpAddress` take them: an address, or one with a prefix (CIDR), of either
//! version.

use std::net::IpAddr;

/// The addresses whose first bits are those of `base`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AddressRange {
    base: IpAddr,
    /// 0–32, or 0–128 for version 6.
    prefix: u8,
}

impl AddressRange {
    /// The range that `text` describes: `10.0.0.0/8`, `2001:db8::/32`, or one address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let base: IpAddr = address.parse().ok()?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let digits = |prefix: &&str| prefix.bytes().all(|b| b.is_ascii_digit());
        let prefix = match prefix {
            None => longest,
            Some(prefix) => Some(prefix).filter(digits)?.parse().ok()?,
        };
        (prefix <= longest).then_some(Self { base, prefix })
    }

    /// Whether `address` is in the range. An address of version 4 that is written as one of version 6 is what it is.
    pub(super) fn holds(self, address: IpAddr) -> bool {
        let (base, found, width) = match (self.base.to_canonical(), address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(found)) => {
                (u128::from(base.to_bits()), u128::from(found.to_bits()), 32)
            }
            (IpAddr::V6(base), IpAddr::V6(found)) => (base.to_bits(), found.to_bits(), 128),
            _ => return false,
        };
        let free = u32::from(self.prefix).min(width);
        let shift = width - free;
        // A shift by all bits would be none.
        shift >= 128 || base >> shift == found >> shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_the_addresses_that_begin_like_it() {
        for (range, address, holds) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "192.0.2.7", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
        ] {
            let range_of = AddressRange::parse(range).expect(range);
            let address_of = address.parse().expect(address);
            assert_eq!(range_of.holds(address_of), holds, "{range} {address}");
        }
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "*",
            "10.0.0.*",
            "10.0.0.0/256",
            " 10.0.0.0",
        ] {
            assert_eq!(AddressRange::parse(text), None, "{text}");
        }
    }
}
