//! What the service answers to one request, as HTTP and as the ledger has it.

use sts_model::Operation;

use crate::iam::identities::Principal;
use crate::service::answer::{Element, FaultReply, Representation};
use crate::service::parameters::Parameters;

/// What is answered, and how it is entered in the ledger.
#[derive(Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub status: u16,
    /// What answers, which decides the headers.
    pub layer: Layer,
    pub cors: Cors,
    pub location: Option<String>,
    /// Of the body; some bodies have none.
    pub content_type: Option<&'static str>,
    pub body: String,
    /// The form that the request asked for.
    pub representation: Representation,
    /// The operation that was asked for, if it is a known one.
    pub operation: Option<Operation>,
    /// The result's name in the ledger.
    pub result: String,
    /// What the audit trail wants to know, when an operation was asked for.
    pub call: Option<Call>,
}

/// What answers a request, from the inside out. Each gives its answers ids of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The service: the request's id and the extended one.
    Service,
    /// What limits heads and bodies: no id.
    FrontEnd,
    /// What knows methods: an id of its own kind.
    Gateway,
}

/// What an answer tells a browser about its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cors {
    /// No page asks.
    Nothing,
    /// Any page may read the answer.
    AnyOrigin,
    /// Any page may send a POST with these headers, as the preflight names them.
    Preflight(Option<String>),
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
    /// An operation's answer.
    pub(crate) fn answer(
        elements: &[Element],
        operation: Operation,
        representation: Representation,
        request_id: &str,
    ) -> Self {
        Self {
            content_type: Some(representation.content_type()),
            body: representation.answer(operation.api_name(), elements, request_id),
            representation,
            operation: Some(operation),
            result: "ok".to_owned(),
            ..Self::empty(200, Layer::Service)
        }
    }

    /// An STS fault.
    pub(crate) fn fault(
        fault: &FaultReply,
        operation: Option<Operation>,
        representation: Representation,
        request_id: &str,
    ) -> Self {
        Self {
            content_type: Some(representation.content_type()),
            body: representation.fault(fault, request_id),
            representation,
            operation,
            result: fault.code.as_str().to_owned(),
            ..Self::empty(fault.status, Layer::Service)
        }
    }

    /// An answer of `layer` without a body.
    pub(crate) fn empty(status: u16, layer: Layer) -> Self {
        Self {
            status,
            layer,
            cors: Cors::Nothing,
            location: None,
            content_type: None,
            body: String::new(),
            representation: Representation::Xml,
            operation: None,
            result: format!("http:{status}"),
            call: None,
        }
    }
}
