//! Which clients the emulator serves.

use std::net::IpAddr;

/// From where an emulator may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clients {
    /// From this machine, over loopback.
    Loopback,
    /// From anywhere: the configuration has asked for it.
    Anywhere,
    /// From this one address, behind which the kernel link has its clients.
    At(IpAddr),
}

impl Clients {
    /// Whether a client at `ip` is one of them.
    pub(crate) fn admit(self, ip: IpAddr) -> bool {
        match self {
            Self::Loopback => ip.is_loopback(),
            Self::Anywhere => true,
            Self::At(only) => ip == only,
        }
    }
}
