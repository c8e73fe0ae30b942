//! One endpoint as each of its callers meets it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::served_endpoint::ServedEndpoint;

/// An endpoint with its place as seen by callers in other Regions, each with a state of its own.
pub(crate) struct SeenEndpoint {
    /// As the callers without a Region of their own see it.
    usual: Arc<ServedEndpoint>,
    by_caller: BTreeMap<IpAddr, Arc<ServedEndpoint>>,
}

impl SeenEndpoint {
    /// The endpoint as it usually is, and as seen from these addresses.
    pub(crate) fn new(
        usual: ServedEndpoint,
        by_caller: impl IntoIterator<Item = (IpAddr, ServedEndpoint)>,
    ) -> Self {
        let by_caller = by_caller.into_iter();
        Self {
            usual: Arc::new(usual),
            by_caller: by_caller
                .map(|(address, endpoint)| (address, Arc::new(endpoint)))
                .collect(),
        }
    }

    /// What serves a connection from `peer`; `None` when nobody there may call.
    pub(crate) fn for_caller(&self, peer: IpAddr) -> Option<&Arc<ServedEndpoint>> {
        let usual = || self.usual.clients.admit(peer).then_some(&self.usual);
        self.by_caller.get(&peer).or_else(usual)
    }

    /// The name of the endpoint.
    pub(crate) fn name(&self) -> &str {
        &self.usual.placement.endpoint.name
    }

    /// The idle connections of all endpoints have run out of room: one has to go.
    pub(crate) fn make_room(&self) {
        self.usual.shared.idle.dismiss_oldest();
    }

    /// A panic has ended a connection.
    pub(crate) fn defect(&self) {
        self.usual.shared.ledger.defect(self.name());
    }
}
