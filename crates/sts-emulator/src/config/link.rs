//! The choices that concern connections: how far, where served, which TLS.

use serde::{Deserialize, Serialize};

/// Which Region serves `sts.amazonaws.com` (AWS has had both since April 2025, by the caller's Region and resolver).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GlobalServing {
    /// us-east-1, as for every caller that does not ask the Amazon resolver.
    #[serde(rename = "legacy-us-east-1")]
    LegacyUsEast1,
    /// The vantage Region when it is enabled by default, otherwise us-east-1.
    #[serde(rename = "local-serving")]
    LocalServing,
    /// Each of both at an address of its own: the emulator's DNS tells the local one to those who ask its Amazon resolver, and
    /// us-east-1's to all others.
    #[serde(rename = "by-resolver")]
    ByResolver,
}

/// How the distance between client and endpoint is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// [`Self::Kernel`] where the system lets, otherwise [`Self::Bytes`]. An emulator that runs has one of the others.
    Auto,
    /// Every packet is delayed between two network namespaces, TCP's handshake included. Linux, with CAP_NET_ADMIN and
    /// CAP_SYS_ADMIN.
    Kernel,
    /// Every byte is delayed in user space; the kernel's TCP handshake is not.
    Bytes,
    /// Nothing is delayed: what is measured is loopback and the service time.
    Undelayed,
}

impl Link {
    /// Every variant.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Kernel, Self::Bytes, Self::Undelayed];

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Kernel => "kernel",
            Self::Bytes => "bytes",
            Self::Undelayed => "undelayed",
        }
    }
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TlsVersion {
    /// RFC 5246: a full handshake takes two round trips.
    #[serde(rename = "1.2")]
    V12,
    /// RFC 8446: a handshake takes one.
    #[default]
    #[serde(rename = "1.3")]
    V13,
}
