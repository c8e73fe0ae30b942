//! Where a Region or a name was found.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a Region was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
pub enum RegionSource {
    /// `--region`.
    Option,
    /// The environment variable of that name.
    Variable(String),
    /// The `region` of the profile of that name.
    Profile(String),
    /// The metadata that ECS gives a task.
    ContainerMetadata,
    /// The metadata service of an EC2 instance.
    InstanceMetadata,
    /// The Region from which a simulated service is called.
    Simulation,
}

/// Where the name of a place comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
pub enum NameSource {
    /// `--vantage`.
    Option,
    /// The environment variable of that name: `STSBENCH_VANTAGE`, one of the CI system's, or `STSBENCH_NODE_ZONE`.
    Variable(String),
    /// The Region of the place.
    Region,
    /// The Region from which a simulated service is called.
    Simulation,
    /// The host's name.
    Host,
}

impl fmt::Display for RegionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option => f.write_str("--region"),
            Self::Variable(name) => f.write_str(name),
            Self::Profile(name) => {
                let shown: String = name.chars().flat_map(char::escape_debug).collect();
                write!(f, "region of profile `{shown}`")
            }
            Self::ContainerMetadata => f.write_str("container metadata"),
            Self::InstanceMetadata => f.write_str("instance metadata"),
            Self::Simulation => f.write_str("--simulate"),
        }
    }
}

impl fmt::Display for NameSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Option => "--vantage",
            Self::Variable(name) => name,
            Self::Region => "the Region",
            Self::Simulation => "--simulate",
            Self::Host => "the host's name",
        })
    }
}
