//! The link that the kernel makes: the emulator in a network namespace of its own, behind two TUN devices and a delay line.
//!
//! Between clients and emulator every packet is delayed by half of its endpoint's round trip, so TCP's and TLS's handshakes,
//! acknowledgements and retransmissions are the kernel's own with the distance of the endpoint. Linux only; it needs
//! `/dev/net/tun` and the rights to make devices and namespaces, or a user namespace that has them.

#[cfg(target_os = "linux")]
mod block;
#[cfg(target_os = "linux")]
mod carrier;
#[cfg(target_os = "linux")]
mod delay_line;
pub(crate) mod error;
#[cfg(target_os = "linux")]
mod loopback;
pub(crate) mod path;
#[cfg(target_os = "linux")]
mod rights;
#[cfg(not(target_os = "linux"))]
mod unsupported;

#[cfg(target_os = "linux")]
pub(crate) use carrier::KernelLink;
#[cfg(target_os = "linux")]
pub(crate) use rights::acquire as acquire_link_rights;
#[cfg(not(target_os = "linux"))]
pub(crate) use unsupported::{KernelLink, acquire as acquire_link_rights};
