//! The loopback device of a fresh network namespace, by rtnetlink (rtnetlink(7)), the kernel's own interface for it.
//!
//! A network on the loopback device is local as a whole, so one address with a prefix gives a namespace all of them.

use std::io;
use std::net::Ipv4Addr;

use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with,
};

/// Switches the loopback device of the calling thread's network namespace on.
pub(super) fn switch_on() -> io::Result<()> {
    ask(NEW_LINK, 0, &interface_up())
}

/// Makes every address of the network around `address` local to the calling thread's network namespace.
pub(super) fn own(address: Ipv4Addr, prefix_bits: u8) -> io::Result<()> {
    ask(
        NEW_ADDRESS,
        CREATE | EXCLUSIVE,
        &new_address(address, prefix_bits),
    )
}

/// `struct ifinfomsg`: family, padding, type, index, flags and which of them change.
fn interface_up() -> Vec<u8> {
    [
        &[0; 4][..],
        &LOOPBACK_INDEX.to_ne_bytes(),
        &UP.to_ne_bytes(),
        &UP.to_ne_bytes(),
    ]
    .concat()
}

/// `struct ifaddrmsg` (family, prefix, flags, scope, index) and two attributes with the address.
fn new_address(address: Ipv4Addr, prefix_bits: u8) -> Vec<u8> {
    let attribute = |kind: u16| {
        let length = 4 + 4_u16;
        [
            &length.to_ne_bytes()[..],
            &kind.to_ne_bytes(),
            &address.octets(),
        ]
        .concat()
    };
    let head = [FAMILY_IPV4, prefix_bits, 0, 0];
    [
        &head[..],
        &LOOPBACK_INDEX.to_ne_bytes(),
        &attribute(ATTRIBUTE_LOCAL),
        &attribute(ATTRIBUTE_ADDRESS),
    ]
    .concat()
}

/// Sends one request and reads the kernel's word on it.
fn ask(kind: u16, flags: u16, payload: &[u8]) -> io::Result<()> {
    let socket = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        ROUTE,
    )?;
    let length = u32::try_from(HEAD_BYTES + payload.len()).expect("requests are short");
    let flags = flags | REQUEST | ACKNOWLEDGE;
    let message = [
        &length.to_ne_bytes()[..],
        &kind.to_ne_bytes(),
        &flags.to_ne_bytes(),
        &1_u32.to_ne_bytes(),
        &[0; 4],
        payload,
    ]
    .concat();
    send(&socket, &message, SendFlags::empty())?;
    let mut answer = [0; 1024];
    let (received, _) = recv(&socket, &mut answer, RecvFlags::empty())?;
    acknowledged(answer.get(..received).unwrap_or(&answer))
}

/// The error number of an acknowledgement: 0, or the negative of errno(3).
fn acknowledged(answer: &[u8]) -> io::Result<()> {
    let field = |at: usize| {
        answer
            .get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok())
            .map(i32::from_ne_bytes)
    };
    let is_word = answer.get(4..6) == Some(&ERROR.to_ne_bytes());
    match field(HEAD_BYTES).filter(|_| is_word) {
        Some(0) => Ok(()),
        Some(negative) => Err(io::Error::from_raw_os_error(negative.saturating_neg())),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "rtnetlink answered something else than it was asked",
        )),
    }
}

/// The loopback device is the first of every network namespace.
const LOOPBACK_INDEX: u32 = 1;

/// The first of netlink's protocols.
const ROUTE: Option<Protocol> = None;

const HEAD_BYTES: usize = 16;
const NEW_LINK: u16 = 16;
const NEW_ADDRESS: u16 = 20;
const ERROR: u16 = 2;
const REQUEST: u16 = 0x1;
const ACKNOWLEDGE: u16 = 0x4;
const EXCLUSIVE: u16 = 0x200;
const CREATE: u16 = 0x400;
const UP: u32 = 1;
const FAMILY_IPV4: u8 = 2;
const ATTRIBUTE_ADDRESS: u16 = 1;
const ATTRIBUTE_LOCAL: u16 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_refusal_comes_back_as_an_error_and_its_consent_as_none() {
        let word = |number: i32| {
            [
                &36_u32.to_ne_bytes()[..],
                &ERROR.to_ne_bytes(),
                &[0; 10],
                &number.to_ne_bytes(),
                &[0; 16],
            ]
            .concat()
        };
        assert!(acknowledged(&word(0)).is_ok());
        let refused = acknowledged(&word(-1)).expect_err("EPERM");
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        assert!(acknowledged(&[0; 36]).is_err() && acknowledged(&[]).is_err());
    }

    #[test]
    fn requests_have_the_kernels_layout() {
        assert_eq!(interface_up().len(), 16);
        let request = new_address(Ipv4Addr::new(198, 18, 1, 1), 24);
        assert_eq!((request.len(), request[1]), (24, 24));
        assert_eq!(request[request.len() - 4..], [198, 18, 1, 1]);
    }
}
