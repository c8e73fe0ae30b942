//! Clients that call the same for the same reason, together.

use sts_model::Client;

use crate::advice::ClientCall;
use crate::report::words::advice as words;

/// Clients that call one endpoint for one reason.
#[derive(Debug)]
pub(super) struct ClientGroup<'a> {
    /// What they call.
    pub(super) called: String,
    /// Why.
    pub(super) why: String,
    /// Who they are.
    pub(super) clients: Vec<&'a Client>,
}

impl ClientGroup<'_> {
    /// Their names, separated by semicolons.
    pub(super) fn names(&self) -> String {
        let names: Vec<String> = self.clients.iter().map(|it| words::client(it)).collect();
        names.join("; ")
    }
}

/// The groups: those that call the global endpoint first, those that call nothing last.
pub(super) fn groups(calls: &[ClientCall]) -> Vec<ClientGroup<'_>> {
    let mut ordered: Vec<&ClientCall> = calls.iter().collect();
    ordered.sort_by_key(|call| match &call.now {
        now if now.is_global() => 0,
        sts_model::Called::Endpoint { .. } => 1,
        sts_model::Called::Refused { .. } => 2,
    });
    let mut groups: Vec<ClientGroup<'_>> = Vec::new();
    for call in ordered {
        let (called, why) = (words::called(&call.now), words::why(&call.now));
        match groups
            .iter_mut()
            .find(|group| group.called == called && group.why == why)
        {
            Some(group) => group.clients.push(call.client),
            None => groups.push(ClientGroup {
                called,
                why,
                clients: vec![call.client],
            }),
        }
    }
    groups
}
