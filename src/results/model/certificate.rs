//! What the self-test found about the accuracy of the instrument on one host.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::header::Tool;

/// How exact the instrument is on one host, measured there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// `SCHEMA_VERSION` of the writer.
    pub schema_version: u32,
    /// What was tested.
    pub tool: Tool,
    /// Where.
    pub host: Host,
    /// When the test began, RFC 3339 in UTC.
    pub measured_at: String,
    /// How the emulator's distance was made, as in `link`.
    pub link: String,
    /// What was found, in the order of the test.
    pub items: Vec<Item>,
}

/// What has to be the same for a certificate to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name; empty within a run, where the vantage says what its user wants to be known.
    pub name: String,
    /// System and release, such as `Linux 6.18.0`.
    pub kernel: String,
    /// The processor's model as the system names it; empty where it names none.
    pub cpu: String,
    /// Logical processors that the program may use.
    pub cores: u32,
}

/// One thing that was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Of words with hyphens, such as `stamp-error`.
    pub name: String,
    /// What it is worth.
    pub verdict: ItemVerdict,
    /// What was measured.
    pub subject: Subject,
    /// Times, ns, by name, such as `p99`. Differences can be negative.
    #[serde(default)]
    pub times_ns: BTreeMap<String, i64>,
    /// Counts and shares by name, such as `achieved_ratio`.
    #[serde(default)]
    pub numbers: BTreeMap<String, f64>,
    /// What it takes to pass, in words.
    pub threshold: String,
    /// What was found, in words.
    pub text: String,
}

/// What a finding is worth. The later is the graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemVerdict {
    /// As exact as promised.
    Pass,
    /// Less exact than promised, and usable with that in mind.
    Warn,
    /// Numbers of this kind must not be used.
    Fail,
}

/// What an item measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The host alone.
    #[default]
    Host,
    /// Calls to the emulator on this host.
    Simulation,
}

impl ItemVerdict {
    /// Every verdict, the gravest last.
    pub const ALL: [Self; 3] = [Self::Pass, Self::Warn, Self::Fail];

    /// As in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Certificate {
    /// The gravest verdict of its items.
    pub fn verdict(&self) -> ItemVerdict {
        self.items
            .iter()
            .map(|item| item.verdict)
            .max()
            .unwrap_or(ItemVerdict::Pass)
    }

    /// The items of that verdict.
    pub fn items_of(&self, verdict: ItemVerdict) -> impl Iterator<Item = &Item> {
        self.items
            .iter()
            .filter(move |item| item.verdict == verdict)
    }

    /// The item of that name.
    pub fn item(&self, name: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.name == name)
    }

    /// Whether it speaks of `tool` on `host`.
    pub fn holds_for(&self, tool: &Tool, host: &Host) -> bool {
        self.tool == *tool && self.host == *host
    }

    /// As it goes into a run, which people publish: without the host's name.
    #[must_use]
    pub fn within_run(self) -> Self {
        Self {
            host: Host {
                name: String::new(),
                ..self.host
            },
            ..self
        }
    }

    /// The certificate as the bytes of its file: indented JSON.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a certificate has only text keys");
        bytes.push(b'\n');
        bytes
    }
}
