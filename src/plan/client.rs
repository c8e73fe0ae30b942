//! Which client measures, by whose clock, and how long it may take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::nanoseconds;

/// Which HTTP client measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Client {
    /// hyper over our own dialler: every phase is timed by itself; no connection pool.
    #[default]
    Hyper,
    /// reqwest, as an application would see it.
    Reqwest,
}

impl Client {
    /// The name on the command line and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hyper => "hyper",
            Self::Reqwest => "reqwest",
        }
    }
}

/// Whose clock times what a request sends and receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The kernel's timestamps of the packets, where the system has them; the thread's clock for the rest, and that is said.
    #[default]
    Kernel,
    /// The measuring thread's own, as programs without the kernel's help see it.
    UserSpace,
}

impl Clock {
    /// What timed the runs of files that do not say it.
    pub(super) fn before_kernel_clock() -> Self {
        Self::UserSpace
    }
}

/// How long each phase of one request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadlines {
    /// Name to address.
    #[serde(rename = "dns_ns", with = "nanoseconds")]
    pub dns: Duration,
    /// TCP handshake. Just over Linux's first retransmission of a SYN and its second, at 1 s and 3 s.
    #[serde(rename = "connect_ns", with = "nanoseconds")]
    pub connect: Duration,
    /// TLS handshake.
    #[serde(rename = "tls_ns", with = "nanoseconds")]
    pub tls: Duration,
    /// From the request's first byte to the response's head.
    #[serde(rename = "first_byte_ns", with = "nanoseconds")]
    pub first_byte: Duration,
    /// The whole request.
    #[serde(rename = "total_ns", with = "nanoseconds")]
    pub total: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            dns: Duration::from_secs(5),
            connect: Duration::from_millis(3100),
            tls: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            total: Duration::from_secs(15),
        }
    }
}
