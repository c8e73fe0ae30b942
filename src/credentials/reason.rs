//! Why a service gave no credentials: what became of the last request, and at which host. Neither is a secret.

use std::fmt;

use crate::sample::FailureKind;

/// What became of the last request to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The host that was asked, with its port when that was given.
    pub host: String,
    /// The proxy through which it was asked.
    pub proxy: Option<String>,
    /// What happened.
    pub end: AttemptEnd,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptEnd {
    /// There was no answer.
    Failed(FailureKind),
    /// The proxy did not open the way to the host, with that HTTP status; `None` where it did not repeat it.
    ProxyRefused(Option<u16>),
    /// The proxy wants to know who asks.
    ProxyLogin,
    /// The answer had a status of failure.
    Status(u16),
    /// The answer was one of success without usable credentials: what it lacks.
    Answered(&'static str),
}

/// What a proxy means by the status with which it answers CONNECT.
fn meaning(status: u16) -> &'static str {
    match status {
        401 | 403 | 451 => "its rules do not allow this host",
        400 | 405 | 501 => "it opens no tunnels by CONNECT",
        502..=504 => "it does not reach this host itself",
        429 => "it takes no more requests at present",
        _ => "it opened no tunnel",
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        match self.end {
            AttemptEnd::Failed(kind) => write!(f, "{} at {host}", kind.as_str())?,
            AttemptEnd::ProxyRefused(status) => {
                write!(f, "proxy.refused on the way to {host}, HTTP status ")?;
                match status {
                    Some(status) => write!(f, "{status}: {}", meaning(status))?,
                    None => f.write_str("neither 200 nor 407")?,
                }
            }
            AttemptEnd::ProxyLogin => write!(
                f,
                "proxy.refused on the way to {host}, HTTP status 407: it wants a user and a password"
            )?,
            AttemptEnd::Status(status) => write!(f, "HTTP status {status} from {host}")?,
            AttemptEnd::Answered(lack) => write!(f, "the answer of {host} {lack}")?,
        }
        match &self.proxy {
            Some(proxy) => write!(f, ", through the proxy {proxy}"),
            None => Ok(()),
        }
    }
}
