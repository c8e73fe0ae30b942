//! What is called, and how it is named: a target is one endpoint in one group.

use std::fmt;

use serde::{Deserialize, Serialize};

use sts_model::{Call, Endpoint, Operation};

/// Position of a target in `Plan::targets`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TargetId(pub u16);

/// One population of calls: an endpoint, an operation and a kind of connection, never mixed with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Where the calls go.
    pub endpoint: Endpoint,
    /// What is called.
    pub call: Call,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
}

/// What a request finds when it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionMode {
    /// A new connection with a full TLS handshake.
    Cold,
    /// A connection that an earlier request left open.
    Warm,
    /// A new connection whose TLS session continues an earlier one.
    Resumed,
}

impl ConnectionMode {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Cold, Self::Warm, Self::Resumed];

    /// As on the command line and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
            Self::Resumed => "resumed",
        }
    }

    /// The kind of that name, as on the command line and in files.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|connection| connection.as_str() == name)
    }
}

impl fmt::Display for ConnectionMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Target {
    /// The targets that it is compared with.
    pub fn group(&self) -> Group {
        Group {
            operation: self.call.operation(),
            connection: self.connection,
        }
    }

    /// What it is called in texts.
    pub fn name(&self) -> TargetName {
        TargetName {
            endpoint: self.endpoint.name.clone(),
            group: self.group(),
        }
    }
}

/// An operation over one kind of connection. Only targets of one group are compared with each other.
///
/// Displayed as `get-caller-identity warm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// What is called.
    pub operation: Operation,
    /// Over which kind of connection.
    pub connection: ConnectionMode,
}

impl Group {
    /// The groups among these, each once, in order of first appearance.
    pub fn distinct(groups: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut distinct = Vec::new();
        for group in groups {
            if !distinct.contains(&group) {
                distinct.push(group);
            }
        }
        distinct
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.connection)
    }
}

/// How a target is named for people and in findings.
///
/// Displayed as `eu-central-1 get-caller-identity warm`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetName {
    /// The endpoint's name.
    pub endpoint: String,
    /// What is called there, over which kind of connection.
    pub group: Group,
}

impl TargetName {
    /// Of the operation at that endpoint, over that kind of connection.
    pub fn new(endpoint: &str, operation: Operation, connection: ConnectionMode) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            group: Group {
                operation,
                connection,
            },
        }
    }
}

impl fmt::Display for TargetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.endpoint, self.group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_named_by_endpoint_operation_and_connection() {
        let group = Group {
            operation: Operation::GetCallerIdentity,
            connection: ConnectionMode::Warm,
        };
        let name = TargetName {
            endpoint: "eu-central-1".to_owned(),
            group,
        };
        assert_eq!(name.to_string(), "eu-central-1 get-caller-identity warm");
    }

    #[test]
    fn distinct_groups_keep_the_order_in_which_they_first_appear() {
        let group = |connection| Group {
            operation: Operation::GetSessionToken,
            connection,
        };
        let (cold, warm) = (group(ConnectionMode::Cold), group(ConnectionMode::Warm));
        assert_eq!(Group::distinct([warm, cold, warm, cold]), [warm, cold]);
        assert!(Group::distinct([]).is_empty());
    }
}
