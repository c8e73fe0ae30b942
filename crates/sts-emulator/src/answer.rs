//! From a whole request to a whole reply, as STS orders its checks: path, action, signature, quota, operation.
//!
//! No sockets and no waiting here; what is injected on purpose is added by the server.

use std::time::Instant;

use time::OffsetDateTime;

use sts_model::{FaultCode, Operation};

use super::authenticate::{ExpectedScope, authenticate};
use super::canonical_request::{Received, has_bad_escape};
use super::federation::IdentityProviders;
use super::identities::{Identities, Principal};
use super::operations::{Inquiry, dispatch, perform};
use super::parameters::Parameters;
use super::quota::{Admission, Buckets};
use super::reply::{Element, FaultReply, answer};
use super::spec::Placement;

/// What is answered, and how it is entered in the books.
#[derive(Debug)]
pub(super) struct Reply {
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
pub(super) struct Call {
    /// Who signed it, once that is proven.
    pub caller: Option<Principal>,
    pub parameters: Parameters,
    pub outcome: Result<Vec<Element>, FaultReply>,
}

impl Reply {
    /// An STS fault.
    pub(super) fn fault(
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
    pub(super) fn bare(status: u16, location: Option<String>, body: impl Into<String>) -> Self {
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

/// The times and the id of one request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment<'a> {
    pub wall: OffsetDateTime,
    pub monotonic: Instant,
    pub request_id: &'a str,
}

/// What the fleet keeps that answers depend on.
pub(super) struct Desk {
    pub identities: Identities,
    pub providers: IdentityProviders,
    pub buckets: Buckets,
}

impl Desk {
    /// The reply to `request` at `placement`.
    pub(super) fn answer(
        &self,
        placement: &Placement,
        request: &Received<'_>,
        moment: Moment<'_>,
    ) -> Reply {
        if has_bad_escape(request.path) {
            return Reply::bare(400, None, "");
        }
        if request.path != "/" || !matches!(request.method, "GET" | "POST") {
            return Reply::bare(404, None, "<UnknownOperationException/>\n");
        }
        let Some(parameters) = parameters(request) else {
            let query = if request.query.is_empty() {
                String::new()
            } else {
                format!("?{}", request.query)
            };
            return Reply::bare(302, Some(format!("https://aws.amazon.com/iam{query}")), "");
        };
        let action = parameters.first("Action").unwrap_or_default();
        match dispatch(action, parameters.first("Version"), placement.is_global()) {
            Err(fault) => Reply::fault(&fault, None, moment.request_id),
            Ok(operation) => {
                let mut caller = None;
                let outcome = self.perform(
                    operation,
                    placement,
                    request,
                    &parameters,
                    moment,
                    &mut caller,
                );
                let reply = match &outcome {
                    Ok(elements) => Reply {
                        status: 200,
                        location: None,
                        body: answer(operation.api_name(), elements, moment.request_id),
                        operation: Some(operation),
                        result: "ok".into(),
                        call: None,
                    },
                    Err(fault) => Reply::fault(fault, Some(operation), moment.request_id),
                };
                Reply {
                    call: Some(Call {
                        caller,
                        parameters,
                        outcome,
                    }),
                    ..reply
                }
            }
        }
    }

    /// The answer's elements; `caller` is filled in as soon as the signature is proven.
    fn perform(
        &self,
        operation: Operation,
        placement: &Placement,
        request: &Received<'_>,
        parameters: &Parameters,
        moment: Moment<'_>,
        caller: &mut Option<Principal>,
    ) -> Result<Vec<Element>, FaultReply> {
        let endpoint = &placement.endpoint;
        let expected = ExpectedScope {
            region: &endpoint.signing_region,
            service: "sts",
        };
        if operation.is_signed() {
            let principal: &Principal = caller.insert(authenticate(
                request,
                expected,
                &self.identities,
                moment.wall,
            )?);
            // The caller's account is charged, also when it assumes another account's role.
            let admitted = || {
                self.buckets
                    .admit(principal.account(), &endpoint.region, moment.monotonic)
            };
            if operation.draws_on_quota() && admitted() == Admission::Throttled {
                return Err(throttled());
            }
        }
        let inquiry = Inquiry {
            parameters,
            identities: &self.identities,
            providers: &self.providers,
            partition: &endpoint.partition,
            served_by: &placement.served_by,
            is_global: placement.is_global(),
            now: moment.wall,
        };
        perform(operation, inquiry, caller.as_ref())
    }
}

/// The quota's fault.
pub(super) fn throttled() -> FaultReply {
    FaultReply::new(400, FaultCode::Throttling, "Rate exceeded")
}

/// The call's parameters; `None` when there is no `Action` to find one by.
fn parameters(request: &Received<'_>) -> Option<Parameters> {
    let parameters = if request.method == "GET" {
        Parameters::parse(request.query.as_bytes())
    } else {
        let content_type = request.header("content-type")?;
        let form = b"application/x-www-form-urlencoded";
        let is_form = content_type
            .get(..form.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(form));
        is_form.then(|| Parameters::parse(request.body))?
    };
    parameters.first("Action").is_some().then_some(parameters)
}

/// Largest body; STS refuses the next byte with 413.
pub(super) const MAX_BODY_BYTES: usize = 10_000_000;
