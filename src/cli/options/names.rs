//! Choices by name, as the command line and the plan file spell them.

use clap::ValueEnum;

use crate::plan::{AddressFamily, Arrivals, Client, Clock};

/// [`Arrivals`] as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ArrivalsName {
    /// Equal gaps.
    Constant,
    /// Independent callers.
    Poisson,
}

impl From<ArrivalsName> for Arrivals {
    fn from(name: ArrivalsName) -> Self {
        match name {
            ArrivalsName::Constant => Self::Constant,
            ArrivalsName::Poisson => Self::Poisson,
        }
    }
}

/// [`Client`] as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClientName {
    /// Every phase at its own seam, no pool.
    Hyper,
    /// As a Rust application would see it.
    Reqwest,
}

impl From<ClientName> for Client {
    fn from(name: ClientName) -> Self {
        match name {
            ClientName::Hyper => Self::Hyper,
            ClientName::Reqwest => Self::Reqwest,
        }
    }
}

/// The clock's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClockName {
    /// The kernel's stamps of the packets.
    Kernel,
    /// The measuring thread's own.
    UserSpace,
}

impl From<ClockName> for Clock {
    fn from(name: ClockName) -> Self {
        match name {
            ClockName::Kernel => Self::Kernel,
            ClockName::UserSpace => Self::UserSpace,
        }
    }
}

/// [`AddressFamily`] as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AddressFamilyName {
    /// The first address that the resolver gives.
    Any,
    /// The first of IPv4.
    Ipv4,
    /// The first of IPv6.
    Ipv6,
}

impl From<AddressFamilyName> for AddressFamily {
    fn from(name: AddressFamilyName) -> Self {
        match name {
            AddressFamilyName::Any => Self::Any,
            AddressFamilyName::Ipv4 => Self::Ipv4,
            AddressFamilyName::Ipv6 => Self::Ipv6,
        }
    }
}
