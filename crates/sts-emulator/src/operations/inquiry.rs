//! What an operation may look at.

use std::net::IpAddr;

use time::OffsetDateTime;

use crate::iam::federation::IdentityProviders;
use crate::iam::identities::Identities;
use crate::service::parameters::Parameters;

/// Everything an operation may look at, besides who asks.
#[derive(Clone, Copy)]
pub(crate) struct Inquiry<'a> {
    pub parameters: &'a Parameters,
    pub identities: &'a Identities,
    pub providers: &'a IdentityProviders,
    /// The partition of the endpoint, as in ARNs.
    pub partition: &'a str,
    /// The Region that serves the call.
    pub served_by: &'a str,
    /// Whether the call came to the global endpoint.
    pub is_global: bool,
    pub now: OffsetDateTime,
    pub sender: Sender<'a>,
}

/// What a request says of who has sent it and how, for the conditions of policies.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sender<'a> {
    pub address: Option<IpAddr>,
    /// Whether it came through TLS.
    pub is_secure: bool,
    pub user_agent: Option<&'a str>,
    pub referer: Option<&'a str>,
}

impl Inquiry<'_> {
    /// The Region whose activation counts and that policies see: us-east-1 for the global endpoint wherever it is served.
    pub(crate) fn region(&self) -> &str {
        if self.is_global {
            "us-east-1"
        } else {
            self.served_by
        }
    }
}
