//! From a whole request to a whole reply, as STS orders its checks: path, action, signature, quota, operation.
//!
//! No sockets and no waiting here; what is injected on purpose is added by the server.

use std::collections::BTreeMap;
use std::time::Instant;

use time::OffsetDateTime;

use sts_model::Operation;

use crate::clock;
use crate::config::emulator_config::EmulatorConfig;
use crate::config::placement::Placement;
use crate::iam::federation::IdentityProviders;
use crate::iam::identities::{Identities, Principal};
use crate::operations::inquiry::Inquiry;
use crate::operations::perform::{operation_named, perform};
use crate::operations::ready_made::ready_made;
use crate::service::parameters::Parameters;
use crate::service::quota::{Admission, Buckets};
use crate::service::reply::{Call, Reply};
use crate::service::signature::authenticate::{ExpectedScope, authenticate};
use crate::service::signature::canonical_request::{Received, has_bad_escape};
use crate::service::xml::throttled;
use crate::service::xml::{Element, FaultReply, answer};

/// The times and the id of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub wall: OffsetDateTime,
    pub monotonic: Instant,
    pub request_id: &'a str,
}

/// What the emulator keeps that answers depend on.
pub(crate) struct Service {
    pub identities: Identities,
    pub providers: IdentityProviders,
    pub buckets: Buckets,
}

impl Service {
    /// A service with the identities, providers and quota of `config`.
    pub(crate) fn new(config: &EmulatorConfig) -> Self {
        Self {
            identities: Identities::new(&config.accounts, &config.users, &config.roles),
            providers: IdentityProviders::new(&config.oidc_providers, &config.saml_providers),
            buckets: Buckets::new(config.quota),
        }
    }

    /// Parameters with which operations succeed for the first user when they are called in the Region `region`.
    pub(crate) fn ready_made(&self, region: &str) -> BTreeMap<Operation, BTreeMap<String, String>> {
        ready_made(Inquiry {
            parameters: Parameters::none(),
            identities: &self.identities,
            providers: &self.providers,
            partition: "aws",
            served_by: region,
            is_global: false,
            now: clock::wall(0),
        })
    }

    /// The reply to `request` at `placement`.
    pub(crate) fn dispatch(
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
        match operation_named(action, parameters.first("Version"), placement.is_global()) {
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
pub(crate) const MAX_BODY_BYTES: usize = 10_000_000;
