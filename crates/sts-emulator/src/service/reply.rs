//! What the service answers to one request, as HTTP and as the ledger has it.

use sts_model::Operation;

use crate::iam::identities::Principal;
use crate::service::parameters::Parameters;
use crate::service::xml::{Element, FaultReply};

/// What is answered, and how it is entered in the ledger.
#[derive(Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
    /// The operation that was asked for, if it is a known one.
    pub operation: Option<Operation>,
    /// The result's name in the ledger.
    pub result: String,
    /// What the audit trail wants to know, when an operation was asked for.
    pub call: Option<Call>,
}

/// A call of an operation and what became of it.
#[derive(Debug)]
pub(crate) struct Call {
    /// Who signed it, once that is proven.
    pub caller: Option<Principal>,
    pub parameters: Parameters,
    pub outcome: Result<Vec<Element>, FaultReply>,
}

impl Reply {
    /// An STS fault.
    pub(crate) fn fault(
        fault: &FaultReply,
        operation: Option<Operation>,
        request_id: &str,
    ) -> Self {
        let (body, result) = (fault.body(request_id), fault.code.as_str().to_owned());
        Self {
            status: fault.status,
            location: None,
            body,
            operation,
            result,
            call: None,
        }
    }

    /// A bare HTTP answer from a layer before STS.
    pub(crate) fn bare(status: u16, location: Option<String>, body: impl Into<String>) -> Self {
        Self {
            status,
            location,
            body: body.into(),
            operation: None,
            result: format!("http:{status}"),
            call: None,
        }
    }
}
