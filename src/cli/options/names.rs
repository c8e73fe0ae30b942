//! Choices by name, as the command line and the plan file spell them.

use clap::ValueEnum;

use crate::cli::exit_code::Exit;
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
    /// Times every phase; no connection pool.
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
    /// The kernel's timestamps of the packets.
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

/// What becomes of an end that is inconclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InconclusiveName {
    /// As a gate that is violated.
    Fail,
    /// As success.
    Pass,
}

impl InconclusiveName {
    /// What `exit` becomes where the user decided so.
    pub(crate) fn settle(choice: Option<Self>, exit: Exit) -> Exit {
        match (exit, choice) {
            (Exit::Inconclusive, Some(Self::Fail)) => Exit::GateFailed,
            (Exit::Inconclusive, Some(Self::Pass)) => Exit::Success,
            _ => exit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_inconclusive_is_decided_by_the_user() {
        let settle = InconclusiveName::settle;
        let (fail, pass) = (Some(InconclusiveName::Fail), Some(InconclusiveName::Pass));
        assert_eq!(settle(fail, Exit::Inconclusive), Exit::GateFailed);
        assert_eq!(settle(pass, Exit::Inconclusive), Exit::Success);
        assert_eq!(settle(None, Exit::Inconclusive), Exit::Inconclusive);
        for exit in [Exit::Success, Exit::GateFailed, Exit::Invalid, Exit::NoData] {
            assert_eq!([fail, pass].map(|choice| settle(choice, exit)), [exit; 2]);
        }
    }
}
