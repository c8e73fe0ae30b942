//! What stands for the kernel link where there is none.

use std::net::IpAddr;

use crate::kernel_link::error::KernelLinkError;
use crate::kernel_link::path::{Listeners, Path};

/// There is none.
#[derive(Debug)]
pub(crate) enum KernelLink {}

impl KernelLink {
    pub(crate) fn open(_: Vec<Path>) -> Result<(Self, Vec<Listeners>), KernelLinkError> {
        Err(KernelLinkError::NotLinux)
    }

    pub(crate) fn client(&self) -> IpAddr {
        match *self {}
    }
}

pub(crate) fn acquire() -> Result<(), KernelLinkError> {
    Err(KernelLinkError::NotLinux)
}
