//! Runs by name: how much is measured, in one word.

use std::fmt;

use serde::{Deserialize, Serialize};
use sts_model::Operation;

use super::target::ConnectionMode;

/// A run by name. A plan holds the name for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// A few near endpoints, one operation: an answer within a minute.
    Quick,
    /// What is measured by default.
    Standard,
    /// A few near endpoints with enough rounds for p99.
    P99,
    /// Every default endpoint, both operations, every kind of connection.
    Full,
}

impl Preset {
    /// Every preset, the shortest run first.
    pub const ALL: [Self; 4] = [Self::Quick, Self::Standard, Self::P99, Self::Full];

    /// As on the command line and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Standard => "standard",
            Self::P99 => "p99",
            Self::Full => "full",
        }
    }

    /// The preset of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == name)
    }
}

/// What a preset says of a run; `None` and empty leave it to the default.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Extent {
    /// The endpoints, as a selector.
    pub(crate) endpoints: Option<&'static str>,
    /// The only operation.
    pub(crate) operation: Option<Operation>,
    /// Kinds of connection.
    pub(crate) connections: &'static [ConnectionMode],
    /// Measured rounds.
    pub(crate) rounds: Option<u32>,
    /// Requests per second to one real endpoint. A simulated one is called faster than this anyway.
    pub(crate) rate_per_endpoint: Option<f64>,
}

impl Preset {
    /// What the preset says of a run. `standard` is what every option is by default.
    pub(crate) fn extent(self) -> Extent {
        const COLD_AND_WARM: &[ConnectionMode] = &[ConnectionMode::Cold, ConnectionMode::Warm];
        let near = Extent {
            operation: Some(Operation::GetCallerIdentity),
            connections: COLD_AND_WARM,
            rate_per_endpoint: Some(4.0),
            ..Extent::default()
        };
        match self {
            // 8 targets: 848 calls, about 54 s.
            Self::Quick => Extent {
                endpoints: Some("global:here,here,near:2:here"),
                rounds: Some(96),
                ..near
            },
            Self::Standard => Extent::default(),
            // 6 targets, four times as many answers as a p99 of independent answers needs: 9,700 calls, about 13 minutes.
            Self::P99 => Extent {
                endpoints: Some("global:here,here,near:1:here"),
                rounds: Some(1600),
                ..near
            },
            // 108 targets: 88,000 calls, about 27 minutes at 3 requests per second to each endpoint.
            Self::Full => Extent {
                connections: &ConnectionMode::ALL,
                rounds: Some(800),
                ..Extent::default()
            },
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_has_one_name_everywhere() {
        for preset in Preset::ALL {
            assert_eq!(Preset::named(preset.as_str()), Some(preset));
            let stored = serde_json::to_string(&preset).expect("a name");
            assert_eq!(stored, format!("\"{preset}\""));
        }
        assert_eq!(Preset::named("fast"), None);
    }
}
