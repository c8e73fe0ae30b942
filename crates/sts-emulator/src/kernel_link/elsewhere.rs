//! What stands for the kernel link where there is none.

use std::net::IpAddr;

use super::{KernelLinkError, Listeners, Path};

/// There is none.
#[derive(Debug)]
pub(in super::super) enum KernelLink {}

impl KernelLink {
    pub(in super::super) fn open(_: Vec<Path>) -> Result<(Self, Vec<Listeners>), KernelLinkError> {
        Err(KernelLinkError::NotLinux)
    }

    pub(in super::super) fn client(&self) -> IpAddr {
        match *self {}
    }
}

pub(super) fn acquire() -> Result<(), KernelLinkError> {
    Err(KernelLinkError::NotLinux)
}
