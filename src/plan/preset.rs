//! Runs by name: how much is measured, in one word.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A run by name. What it says of each option is the command line's to know; a plan holds the name for the record.
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
