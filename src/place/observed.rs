//! What the machine itself says about where it is, whatever name it was given. A scheduler that moves a task to another node
//! moves the task's name with it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::MOST_CHARACTERS;
use super::region::region_of_zone;
use super::surroundings::Surroundings;

/// Something that the machine says about where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceFact {
    /// What is said.
    pub kind: PlaceKind,
    /// Which one it is: 1 to 64 characters, none of them a control character.
    pub value: String,
    /// Who says it: an environment variable, or a service.
    pub source: String,
}

/// What can be said about where a machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// The node on which a scheduler runs the task.
    Node,
    /// The Availability Zone.
    Zone,
    /// The Region.
    Region,
    /// The host, by its name.
    Host,
}

impl PlaceKind {
    /// For sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Zone => "zone",
            Self::Region => "Region",
            Self::Host => "host",
        }
    }
}

impl fmt::Display for PlaceFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            value,
            source,
        } = self;
        write!(f, "{} {value} ({source})", kind.as_str())
    }
}

/// What the services of the container and the instance say, each asked at most once.
#[derive(Debug, Clone, Default)]
pub(super) struct ReportedByServices {
    pub(super) zone: Option<String>,
    pub(super) region: Option<String>,
}

/// Everything that is said, the most exact first.
pub(super) fn observed(around: &dyn Surroundings, services: &ReportedByServices) -> Vec<PlaceFact> {
    let variable = |kind, name: &str| fact(kind, &around.variable(name)?, name);
    let zone_says = |source| {
        let zone = services.zone.clone()?;
        let region = region_of_zone(&zone).map(str::to_owned);
        Some((fact(PlaceKind::Zone, &zone, source), region))
    };
    let mut facts: Vec<Option<PlaceFact>> = NODE_VARIABLES
        .iter()
        .map(|name| variable(PlaceKind::Node, name))
        .collect();
    facts.push(variable(PlaceKind::Zone, ZONE_VARIABLE));
    if let Some((zone, region)) = zone_says("container metadata") {
        facts.push(zone);
        facts.push(region.and_then(|it| fact(PlaceKind::Region, &it, "container metadata")));
    }
    let region = services.region.clone();
    facts.push(region.and_then(|it| fact(PlaceKind::Region, &it, "instance metadata")));
    facts.push(fact(PlaceKind::Host, &around.host(), "system"));
    facts.into_iter().flatten().collect()
}

fn fact(kind: PlaceKind, value: &str, source: &str) -> Option<PlaceFact> {
    let value: String = value
        .chars()
        .filter(|c| !c.is_control())
        .take(MOST_CHARACTERS)
        .collect();
    (!value.trim().is_empty()).then(|| PlaceFact {
        kind,
        value,
        source: source.to_owned(),
    })
}

/// The node of a Slurm task, and that of a pod whose manifest passes it on.
const NODE_VARIABLES: [&str; 2] = ["SLURMD_NODENAME", "STSBENCH_NODE_NAME"];
/// The zone of the node, for pods whose manifest passes it on.
pub(super) const ZONE_VARIABLE: &str = "STSBENCH_NODE_ZONE";
