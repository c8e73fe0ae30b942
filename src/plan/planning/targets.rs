//! What is called.

use std::collections::BTreeMap;

use sts_model::{Call, Endpoint, Operation, Scope};

use crate::plan::target::{ConnectionMode, Target};

use super::draft::Draft;
use super::error::PlanError;
use super::ranges::in_range;

impl Draft {
    /// What is called: each endpoint with the operations that it has, over each kind of connection.
    ///
    /// # Errors
    /// [`PlanError`] when that is nothing, too much, or two endpoints have one name.
    pub(super) fn targets(&self) -> Result<Vec<Target>, PlanError> {
        if self.endpoints.is_empty() {
            return Err(PlanError::Nothing("endpoints"));
        }
        let endpoints = self.called()?;
        for (i, endpoint) in endpoints.iter().enumerate() {
            if endpoints[..i].iter().any(|e| e.name == endpoint.name) {
                return Err(PlanError::DuplicateEndpoint(endpoint.name.clone()));
            }
        }
        let operations = distinct(&self.operations);
        if operations.is_empty() {
            return Err(PlanError::Nothing("operations"));
        }
        let calls: Vec<Call> = operations
            .into_iter()
            .map(|operation| self.call(operation))
            .collect::<Result<_, _>>()?;
        let mut targets = Vec::new();
        for endpoint in &endpoints {
            for call in calls
                .iter()
                .filter(|call| is_offered(call.operation(), endpoint))
            {
                for connection in self.connections_to(endpoint) {
                    targets.push(Target {
                        endpoint: endpoint.clone(),
                        call: call.clone(),
                        connection,
                    });
                }
            }
        }
        if targets.is_empty() {
            return Err(self.nothing_offered());
        }
        in_range(
            "endpoints × operations × connections",
            targets.len() as f64,
            1.0,
            MAX_TARGETS,
            "targets",
        )?;
        Ok(targets)
    }

    /// The kinds of connection over which `endpoint` is called.
    fn connections_to(&self, endpoint: &Endpoint) -> Vec<ConnectionMode> {
        if !self.connections.is_empty() {
            return distinct(&self.connections);
        }
        let original = endpoint.twin_of.as_ref().unwrap_or(&endpoint.name);
        if self.closing.contains(original) {
            vec![ConnectionMode::Cold]
        } else {
            vec![ConnectionMode::Cold, ConnectionMode::Warm]
        }
    }

    fn nothing_offered(&self) -> PlanError {
        let (operations, endpoints) = self.not_offered();
        let operations: Vec<_> = operations.iter().map(ToString::to_string).collect();
        PlanError::NotOffered {
            endpoints: endpoints.join(", "),
            operations: operations.join(", "),
        }
    }

    /// The endpoints with the twin, if there is one, right behind its original.
    fn called(&self) -> Result<Vec<Endpoint>, PlanError> {
        let mut endpoints = self.endpoints.clone();
        if let Some(name) = &self.twin {
            let known = || {
                endpoints
                    .iter()
                    .map(|endpoint| endpoint.name.escape_debug().to_string())
                    .collect()
            };
            let at = endpoints.iter().position(|endpoint| endpoint.name == *name);
            let at = at.ok_or_else(|| PlanError::NoTwin {
                name: name.escape_debug().to_string(),
                known: known(),
            })?;
            endpoints.insert(at + 1, endpoints[at].twin().map_err(PlanError::TwinName)?);
        }
        Ok(endpoints)
    }

    fn call(&self, operation: Operation) -> Result<Call, PlanError> {
        let none = BTreeMap::new();
        let given = self.parameters.get(&operation).unwrap_or(&none);
        let call = if self.parameters_to_come {
            Call::incomplete(operation, given)
        } else {
            Call::new(operation, given)
        };
        call.map_err(PlanError::Parameter)
    }

    /// The operations that some of the endpoints do not have, and the names of these endpoints.
    pub fn not_offered(&self) -> (Vec<Operation>, Vec<&str>) {
        let missing =
            |operation: &Operation, endpoint: &Endpoint| !is_offered(*operation, endpoint);
        let operations = distinct(&self.operations);
        let lacking: Vec<_> = self
            .endpoints
            .iter()
            .filter(|endpoint| operations.iter().any(|o| missing(o, endpoint)))
            .collect();
        let operations = operations
            .into_iter()
            .filter(|o| lacking.iter().any(|endpoint| missing(o, endpoint)));
        (
            operations.collect(),
            lacking
                .iter()
                .map(|endpoint| endpoint.name.as_str())
                .collect(),
        )
    }
}

const MAX_TARGETS: f64 = 1000.0;

/// Whether `endpoint` has `operation`.
fn is_offered(operation: Operation, endpoint: &Endpoint) -> bool {
    operation.is_global() || endpoint.scope != Scope::Global
}

fn distinct<T: Copy + PartialEq>(items: &[T]) -> Vec<T> {
    let mut kept = Vec::new();
    for &item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}
