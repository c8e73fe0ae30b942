//! From a whole request to a whole reply, as STS orders its checks: path, action, signature, quota, operation.
//!
//! No sockets and no waiting here; what is injected on purpose is added by the server.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use time::OffsetDateTime;

use sts_model::Operation;

use crate::clock::Now;
use crate::config::emulator_config::EmulatorConfig;
use crate::config::placement::Placement;
use crate::iam::federation::IdentityProviders;
use crate::iam::identities::{Identities, Principal};
use crate::operations::inquiry::{Inquiry, Sender};
use crate::operations::perform::{operation_named, perform};
use crate::operations::ready_made::ready_made;
use crate::service::answer::{Element, FaultReply, Representation, throttled};
use crate::service::parameters::Parameters;
use crate::service::quota::{Admission, Buckets};
use crate::service::reply::{Call, Cors, Layer, Reply};
use crate::service::signature::authenticate::{ExpectedScope, authenticate};
use crate::service::signature::canonical_request::{Received, has_bad_escape};

/// The times, the id and the connection of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub wall: Now,
    pub monotonic: Instant,
    pub request_id: &'a str,
    /// Who is at the other end of the connection.
    pub source: Option<IpAddr>,
    /// Whether the connection is encrypted.
    pub is_secure: bool,
}

/// What the emulator keeps that answers depend on.
pub(crate) struct Service {
    pub identities: Identities,
    pub providers: IdentityProviders,
    pub buckets: Buckets,
}

impl Service {
    /// A service with the identities, providers and quota of `config`, whose accounts are in `partition` if they name no other.
    pub(crate) fn new(config: &EmulatorConfig, partition: &str) -> Self {
        let identities = Identities::new(&config.accounts, &config.users, &config.roles);
        Self {
            identities: identities.in_partition(partition),
            providers: IdentityProviders::new(&config.oidc_providers, &config.saml_providers),
            buckets: Buckets::new(config.quota),
        }
    }

    /// Parameters with which operations succeed for the first user when they are called in the Region `region` within hours of
    /// `now`.
    pub(crate) fn ready_made(
        &self,
        region: &str,
        now: OffsetDateTime,
    ) -> BTreeMap<Operation, BTreeMap<String, String>> {
        ready_made(Inquiry {
            parameters: Parameters::none(),
            identities: &self.identities,
            providers: &self.providers,
            partition: self.identities.partition(),
            served_by: region,
            is_global: false,
            now,
            sender: Sender::default(),
        })
    }

    /// The reply to `request` at `placement`.
    pub(crate) fn dispatch(
        &self,
        placement: &Placement,
        request: &Received<'_>,
        moment: Moment<'_>,
    ) -> Reply {
        let reply = self.reply(placement, request, moment);
        let is_from_a_page = request.header("origin").is_some();
        if is_from_a_page && reply.operation.is_some() {
            Reply {
                cors: Cors::AnyOrigin,
                ..reply
            }
        } else {
            reply
        }
    }

    fn reply(&self, placement: &Placement, request: &Received<'_>, moment: Moment<'_>) -> Reply {
        if has_bad_escape(request.path) {
            return Reply::empty(400, Layer::FrontEnd);
        }
        match request.method {
            "GET" | "POST" => {}
            "OPTIONS" if is_preflight(request) => return preflight(request),
            method if METHODS_WITHOUT_OPERATIONS.contains(&method) => return unknown_operation(),
            _ => return Reply::empty(400, Layer::Gateway),
        }
        let parameters = parameters(request);
        match parameters.first("Action") {
            Some(_) => self.call(placement, request, parameters, moment),
            None if request.path == "/" => elsewhere(request),
            None => unknown_operation(),
        }
    }

    /// The reply to a request with an `Action`.
    fn call(
        &self,
        placement: &Placement,
        request: &Received<'_>,
        parameters: Parameters,
        moment: Moment<'_>,
    ) -> Reply {
        let representation = Representation::accepted(request.header("accept"));
        let action = parameters.first("Action").unwrap_or_default();
        let version = parameters.first("Version");
        let operation = match operation_named(action, version, placement.is_global()) {
            Ok(operation) => operation,
            Err(fault) => {
                return Reply::fault(&fault, None, representation, moment.request_id);
            }
        };
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
            Ok(elements) => Reply::answer(elements, operation, representation, moment.request_id),
            Err(fault) => Reply::fault(fault, Some(operation), representation, moment.request_id),
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
            now: moment.wall.told,
            sender: Sender {
                address: moment.source,
                is_secure: moment.is_secure,
                user_agent: header(request, "user-agent"),
                referer: header(request, "referer"),
            },
        };
        perform(operation, inquiry, caller.as_ref())
    }
}

/// The call's parameters: those of the URL and, of a POST, those of its form. A parameter in the URL comes before one of the
/// same name in the form. Google's federation clients and presigned POSTs put all of them into the URL.
fn parameters(request: &Received<'_>) -> Parameters {
    let parameters = Parameters::parse(request.query.as_bytes());
    if request.method == "POST" && is_form(request) {
        parameters.followed_by(Parameters::parse(request.body))
    } else {
        parameters
    }
}

fn is_form(request: &Received<'_>) -> bool {
    let form = b"application/x-www-form-urlencoded";
    let kind = request.header("content-type");
    let kind = kind.and_then(|kind| kind.split(|byte| *byte == b';').next());
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(form))
}

/// A header that is text.
fn header<'a>(request: &Received<'a>, name: &str) -> Option<&'a str> {
    let found = request.headers.iter().find(|(found, _)| found == name);
    found.and_then(|(_, value)| std::str::from_utf8(value).ok())
}

/// Where AWS sends who looks at the service without calling it.
fn elsewhere(request: &Received<'_>) -> Reply {
    let query = match request.query {
        "" => String::new(),
        query => format!("?{query}"),
    };
    Reply {
        location: Some(format!("https://aws.amazon.com/iam{query}")),
        ..Reply::empty(302, Layer::Service)
    }
}

fn unknown_operation() -> Reply {
    Reply {
        body: "<UnknownOperationException/>\n".to_owned(),
        ..Reply::empty(404, Layer::Service)
    }
}

/// Whether a browser asks what a page of another origin may send (Fetch standard, "CORS-preflight request").
fn is_preflight(request: &Received<'_>) -> bool {
    request.header("origin").is_some() && request.header("access-control-request-method").is_some()
}

fn preflight(request: &Received<'_>) -> Reply {
    let headers = request.header("access-control-request-headers");
    let headers = headers.map(|names| String::from_utf8_lossy(names).into_owned());
    Reply {
        cors: Cors::Preflight(headers),
        ..Reply::empty(200, Layer::Service)
    }
}

/// Methods that the layers before STS let through and that call nothing there.
const METHODS_WITHOUT_OPERATIONS: [&str; 5] = ["DELETE", "HEAD", "OPTIONS", "PATCH", "PUT"];

/// Largest body; STS refuses the next byte with 413.
pub(crate) const MAX_BODY_BYTES: usize = 10_000_000;
