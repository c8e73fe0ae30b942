//! An STS endpoint: its name, its scope, and where requests to it go.

use std::fmt;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::origin::Origin;

/// Which of a Region's STS endpoints this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The one endpoint without a Region in its name.
    Global,
    /// A Region's plain endpoint.
    Regional,
    /// A Region's endpoint with FIPS 140 validated cryptography.
    Fips,
    /// A Region's endpoint that answers over IPv4 and IPv6.
    DualStack,
    /// Both of the above.
    FipsDualStack,
    /// A URL given by the user.
    Custom,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "global",
            Self::Regional => "regional",
            Self::Fips => "fips",
            Self::DualStack => "dualstack",
            Self::FipsDualStack => "fips-dualstack",
            Self::Custom => "custom",
        })
    }
}

/// One STS endpoint: a name for people and files, and where and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Unique within a plan; `[a-z0-9-]{1,64}`, so that it can be a file name and a table cell.
    pub name: String,
    /// Scheme, host and port; the host is the signed `Host` header and the TLS server name.
    pub origin: Origin,
    /// AWS's identifier of the partition.
    pub partition: String,
    /// The Region that the endpoint belongs to; `aws-global` for the global one.
    pub region: String,
    /// The Region in the signature's credential scope.
    pub signing_region: String,
    /// Which of the Region's endpoints this is.
    pub scope: Scope,
    /// A loopback address that stands for the host, as curl's `--resolve`; `None` asks DNS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SocketAddr>,
    /// The name of the endpoint that this one is a second time, under an alias, so that a run can compare the two and see
    /// what it makes of no difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin_of: Option<String>,
}

/// A text that cannot be an endpoint's name: other than 1 to 64 lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("endpoint {0:?} may hold lower-case letters, digits and hyphens only, 1 to 64 of them")]
pub struct InvalidEndpointName(pub String);

impl Endpoint {
    /// The same endpoint a second time, as `<name>-twin`.
    ///
    /// # Errors
    /// [`InvalidEndpointName`] when that is longer than a name can be.
    pub fn twin(&self) -> Result<Self, InvalidEndpointName> {
        let name = format!("{}-twin", self.name);
        if !is_endpoint_name(&name) {
            return Err(InvalidEndpointName(name));
        }
        Ok(Self {
            name,
            twin_of: Some(self.name.clone()),
            ..self.clone()
        })
    }

    /// The name under which this endpoint is called without an alias: requests to one original reach one service.
    pub fn original(&self) -> &str {
        self.twin_of.as_deref().unwrap_or(&self.name)
    }
}

/// Whether `name` can name an endpoint: `[a-z0-9-]{1,64}`.
pub(super) fn is_endpoint_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
