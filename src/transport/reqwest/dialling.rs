//! Why reqwest got no connection.

use std::error::Error;

use crate::classify::{connecting, shaking_hands, socket_cause};
use crate::sample::FailureKind;

/// The failure of dialling: a socket's or a handshake's error, distinguished by what it carries.
pub(super) fn dialling(error: &(dyn Error + 'static), handshake: Handshake) -> FailureKind {
    match (socket_cause(error), handshake) {
        (Some(error), Handshake::Begun) => shaking_hands(error),
        (Some(error), Handshake::NotBegun) => connecting(error),
        (None, Handshake::Begun) => FailureKind::TlsOther,
        (None, Handshake::NotBegun) => FailureKind::TcpOther,
    }
}

/// Whether a TLS handshake had begun when dialling failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handshake {
    /// The TCP connection was open.
    Begun,
    /// There was no TCP connection yet.
    NotBegun,
}
