//! The addresses of one emulator: a block of 512 out of 198.18.0.0/15, which RFC 2544 sets aside for benchmarks of networks
//! and which nobody routes on the internet.
//!
//! The lower half is the clients' side, the upper half the emulator's. A block is taken when the host has a route into it, or
//! when another emulator holds its name.

use std::net::Ipv4Addr;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

use crate::kernel_link::error::KernelLinkError;

/// Addresses that no other emulator on this host uses as long as this value lives.
#[derive(Debug)]
pub(super) struct Block {
    number: u8,
    /// An abstract socket belongs to a network namespace, which is where addresses collide, and ends with its process.
    _lease: UnixDatagram,
}

impl Block {
    /// Takes the first free block of the calling thread's network namespace.
    pub(super) fn lease() -> Result<Self, KernelLinkError> {
        let refuse = |what| move |reason| KernelLinkError::System { what, reason };
        let table = std::fs::read_to_string(ROUTES).map_err(refuse("read the table of routes"))?;
        let routes = routes(&table);
        for number in 0..=u8::MAX {
            if routes.iter().any(|route| route.reaches(number)) {
                continue;
            }
            let name = SocketAddr::from_abstract_name(format!("stsbench-link-{number}"));
            // A name in use is another emulator's; whatever else refuses it, the next block may do.
            if let Ok(lease) = name.and_then(|name| UnixDatagram::bind_addr(&name)) {
                return Ok(Self {
                    number,
                    _lease: lease,
                });
            }
        }
        Err(KernelLinkError::NoFreeBlock)
    }

    /// The one address on the clients' side.
    pub(super) fn client(&self) -> Ipv4Addr {
        address(self.number, 0, 1)
    }

    /// The far device's address, at which nothing listens.
    pub(super) fn gateway(&self) -> Ipv4Addr {
        address(self.number, 0, 2)
    }

    /// The address of the endpoint at `position`; the emulator's half has [`MAX_ENDPOINTS`].
    pub(super) fn endpoint(&self, position: usize) -> Option<Ipv4Addr> {
        let last = u8::try_from(position + 1)
            .ok()
            .filter(|last| usize::from(*last) <= MAX_ENDPOINTS)?;
        Some(address(self.number, 1, last))
    }

    /// The position of the endpoint at `address`.
    pub(super) fn position(&self, address: Ipv4Addr) -> Option<usize> {
        let [.., last] = address.octets();
        let position = usize::from(last).checked_sub(1)?;
        (self.endpoint(position) == Some(address)).then_some(position)
    }
}

/// The `number`-th block's half and host.
fn address(number: u8, half: u8, host: u8) -> Ipv4Addr {
    let [second, third] = (u16::from(number) * 2 + u16::from(half)).to_be_bytes();
    Ipv4Addr::new(198, 18 + second, third, host)
}

/// A route other than the default one.
#[derive(Debug, PartialEq, Eq)]
struct Route {
    destination: u32,
    mask: u32,
}

impl Route {
    fn reaches(&self, block: u8) -> bool {
        let first = u32::from(address(block, 0, 0));
        let mask = self.mask & u32::from(BLOCK_MASK);
        self.destination & mask == first & mask
    }
}

/// The routes of `/proc/net/route`, whose numbers are hexadecimal in the byte order of the machine. Lines that cannot be
/// read, and the default route, which reaches everything, are no obstacle.
fn routes(table: &str) -> Vec<Route> {
    let read = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let number = |at: usize| {
            u32::from_str_radix(fields.get(at)?, 16)
                .ok()
                .map(|n| u32::from_be_bytes(n.to_ne_bytes()))
        };
        let route = Route {
            destination: number(1)?,
            mask: number(7)?,
        };
        (route.mask != 0).then_some(route)
    };
    table.lines().skip(1).filter_map(read).collect()
}

/// Endpoints that the emulator's half has room for.
pub(super) const MAX_ENDPOINTS: usize = 254;

/// Of a whole block.
pub(super) const BLOCK_MASK: Ipv4Addr = Ipv4Addr::new(255, 255, 254, 0);

/// Of half a block. Unit: bits, and the same as a mask.
pub(super) const HALF_BITS: u8 = 24;
pub(super) const HALF_MASK: Ipv4Addr = Ipv4Addr::new(255, 255, 255, 0);

const ROUTES: &str = "/proc/thread-self/net/route";

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(Ipv4Addr, Ipv4Addr)]) -> String {
        let hexadecimal = |ip: Ipv4Addr| format!("{:08X}", u32::from_ne_bytes(ip.octets()));
        let row = |(destination, mask): &(Ipv4Addr, Ipv4Addr)| {
            format!(
                "eth0\t{}\t00000000\t0001\t0\t0\t0\t{}\t0\t0\t0\n",
                hexadecimal(*destination),
                hexadecimal(*mask)
            )
        };
        format!(
            "Iface\tDestination\n{}",
            rows.iter().map(row).collect::<String>()
        )
    }

    fn free(rows: &[(Ipv4Addr, Ipv4Addr)]) -> Vec<u8> {
        let routes = routes(&table(rows));
        (0..=u8::MAX)
            .filter(|number| !routes.iter().any(|route| route.reaches(*number)))
            .collect()
    }

    #[test]
    fn a_block_that_the_host_routes_is_taken_be_the_route_wider_or_narrower() {
        let ip = Ipv4Addr::new;
        let default = (ip(0, 0, 0, 0), ip(0, 0, 0, 0));
        let elsewhere = (ip(192, 0, 2, 0), ip(255, 255, 255, 0));
        assert_eq!(
            free(&[default, elsewhere]).len(),
            256,
            "a default route is everywhere and no obstacle"
        );
        assert!(
            free(&[(ip(198, 18, 0, 0), ip(255, 254, 0, 0))]).is_empty(),
            "the whole range is in use"
        );
        assert_eq!(
            free(&[(ip(198, 18, 0, 0), ip(255, 255, 0, 0))]).first(),
            Some(&128)
        );
        assert_eq!(
            free(&[(ip(198, 18, 0, 0), ip(255, 255, 254, 0))]).first(),
            Some(&1)
        );
        assert_eq!(
            free(&[(ip(198, 18, 3, 7), ip(255, 255, 255, 255))])[..2],
            [0, 2]
        );
    }

    #[test]
    fn blocks_lie_in_the_benchmarks_range_and_do_not_overlap() {
        assert_eq!(address(0, 0, 1), Ipv4Addr::new(198, 18, 0, 1));
        assert_eq!(address(127, 1, 1), Ipv4Addr::new(198, 18, 255, 1));
        assert_eq!(address(128, 0, 1), Ipv4Addr::new(198, 19, 0, 1));
        assert_eq!(address(255, 1, 254), Ipv4Addr::new(198, 19, 255, 254));
    }

    #[test]
    fn two_leases_at_once_are_of_different_blocks_and_each_address_knows_its_endpoint() {
        let (one, other) = (
            Block::lease().expect("a block"),
            Block::lease().expect("another"),
        );
        assert_ne!(one.number, other.number);
        for position in [0, 17, MAX_ENDPOINTS - 1] {
            let address = one.endpoint(position).expect("there is room");
            assert_eq!(
                (one.position(address), other.position(address)),
                (Some(position), None)
            );
        }
        assert_eq!(
            (one.endpoint(MAX_ENDPOINTS), one.position(one.client())),
            (None, None)
        );
    }
}
