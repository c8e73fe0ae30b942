//! One endpoint at work: reads a request, dispatches it, injects a fault if one is due, and takes its time.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use rand_xoshiro::Xoshiro256PlusPlus;
use thiserror::Error;
use time::OffsetDateTime;

use sts_model::Operation;

use crate::clock::{self, WallClock};
use crate::config::callers::CallerSpec;
use crate::config::emulator_config::EmulatorConfig;
use crate::config::placement::Placement;
use crate::entropy::{self, Entropy};
use crate::ledger::audit::record::Record;
use crate::ledger::audit::trail::AuditQueue;
use crate::ledger::writer::{Entry, LedgerWriter};
use crate::service::dispatch::{Moment, Service};
use crate::service::faults::{Faults, InjectedFault};
use crate::service::latency::Disturbances;
use crate::service::reply::{Layer, Reply};
use crate::service::service_time::ServiceTime;
use crate::service::service_time::stream;
use crate::service::signature::canonical_request::Received;
use crate::wire::body::{Delivery, ResponseBody};
use crate::wire::connections::clients::Clients;
use crate::wire::connections::connection::{Connection, UnderWay};
use crate::wire::connections::idle::IdleConnections;
use crate::wire::incoming::{Body, has_unknown_coding, headers_of, read, says_its_host};
use crate::wire::network::Network;
use crate::wire::response_headers::{RequestIds, headers};
use crate::wire::timer::precise_sleep::Sleeper;

/// One endpoint of the emulator, ready to serve.
pub(crate) struct ServedEndpoint {
    pub placement: Placement,
    pub service_time: BTreeMap<Operation, ServiceTime>,
    /// What adds to those times.
    pub disturbances: Disturbances,
    pub faults: Faults,
    /// The seeded stream of service times and faults.
    pub draws: Mutex<Xoshiro256PlusPlus>,
    /// Where the ids and credentials of each request come from.
    pub entropy: Mutex<Entropy>,
    /// The round trip that connections make themselves; none where the kernel link makes it.
    pub added_round_trip: Duration,
    /// The longest that a client may take over a handshake or a request.
    pub client_deadline: Duration,
    /// Whose connections are served.
    pub clients: Clients,
    pub shared: Shared,
}

/// What all endpoints have in common.
#[derive(Clone)]
pub(crate) struct Shared {
    pub service: Arc<Service>,
    pub clock: WallClock,
    pub ledger: Arc<LedgerWriter>,
    pub sleeper: Sleeper,
    /// The connections without a request.
    pub idle: Arc<IdleConnections>,
    /// Where records of calls go, if anywhere.
    pub audit: Option<AuditQueue>,
}

/// The connection ends without an answer.
#[derive(Debug, Error)]
pub(crate) enum Disconnected {
    /// The client stopped in the middle of its request.
    #[error("request ended early")]
    Unfinished,
    /// A fault has ended it.
    #[error("connection reset on purpose")]
    Reset,
}

/// The answer to `request`, when its time has come.
pub(crate) async fn respond(
    endpoint: Arc<ServedEndpoint>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Disconnected> {
    let under_way = UnderWay::on(&connection);
    let mut entry = endpoint
        .shared
        .ledger
        .request(&endpoint.placement.endpoint.name);
    let (parts, body) = request.into_parts();
    let body = read(body).await.map_err(|_| Disconnected::Unfinished)?;
    let received_at = clock::monotonic();
    let Decided {
        reply,
        fault,
        service_time,
        told_at,
        ids,
    } = endpoint.decide(&parts, body, &connection, received_at);
    if let Some(operation) = reply.operation {
        entry.operation(operation.api_name());
    }
    endpoint.work(received_at, service_time).await;
    let (reply, delivery) = endpoint
        .inject(reply, fault, entry, &connection, &ids.request)
        .await?;
    let mut response = response(reply, delivery, told_at, &ids);
    endpoint.count(&connection, &mut response);
    Ok(response.map(|body| body.of(under_way)))
}

/// What a request is to be answered, before it takes its time.
struct Decided {
    reply: Reply,
    fault: Option<InjectedFault>,
    service_time: Duration,
    told_at: OffsetDateTime,
    ids: RequestIds,
}

impl ServedEndpoint {
    /// The endpoint at `placement`, with what `config` says of it, as met by one caller or by all others.
    pub(crate) fn new(
        config: &EmulatorConfig,
        placement: Placement,
        caller: Option<&CallerSpec>,
        network: &Network,
        shared: Shared,
    ) -> Self {
        let name = &placement.endpoint.name;
        let seen = match caller {
            Some(caller) => format!("{name} for {}", caller.address),
            None => name.clone(),
        };
        let draws = stream(config.seed, &seen);
        Self {
            service_time: config.service_times(name),
            disturbances: Disturbances::of(name, &config.latency),
            faults: Faults::of(name, &config.faults),
            draws: Mutex::new(draws),
            entropy: Mutex::new(Entropy::new(config.entropy_seed(), &seen)),
            added_round_trip: network.added_round_trip(&placement),
            client_deadline: Duration::from_millis(config.client_deadline_ms)
                + placement.round_trip * ROUND_TRIPS_OF_A_HANDSHAKE,
            clients: network.clients,
            shared,
            placement,
        }
    }

    /// Dispatches the request, draws what goes wrong and how long it takes, and leaves the record of the call. None of it
    /// waits.
    fn decide(
        &self,
        parts: &Parts,
        body: Body,
        connection: &Connection,
        received_at: Instant,
    ) -> Decided {
        let wall = self.shared.clock.read(self.faults.clock_offset_seconds);
        let draws = {
            let mut entropy = self.entropy.lock().unwrap_or_else(PoisonError::into_inner);
            entropy.next()
        };
        draws.during(|| {
            let ids = RequestIds::new(&self.placement.served_by, wall.told);
            let moment = Moment {
                wall,
                monotonic: received_at,
                request_id: &ids.request,
                source: connection.peer,
                is_secure: connection.tls.get().is_some(),
            };
            let refuses_head = connection.heads.next_is_refused();
            let mut reply = match body {
                // Whoever stands between may see another end of the request.
                _ if refuses_head || !says_its_host(parts) => Reply::empty(400, Layer::FrontEnd),
                _ if has_unknown_coding(parts) => Reply::empty(501, Layer::FrontEnd),
                Body::Whole(body) => self.answer(parts, &body, moment),
                Body::TooLong => Reply::empty(413, Layer::FrontEnd),
                Body::Malformed => Reply::empty(400, Layer::FrontEnd),
            };
            let (fault, service_time) = self.draw(reply.operation, received_at);
            self.record(
                &mut reply,
                fault.as_ref(),
                connection,
                parts,
                wall.told,
                &ids,
            );
            Decided {
                reply,
                fault,
                service_time,
                told_at: wall.told,
                ids,
            }
        })
    }

    fn answer(&self, parts: &Parts, body: &[u8], moment: Moment<'_>) -> Reply {
        let headers = headers_of(parts);
        let received = Received {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &headers,
            body,
        };
        self.shared
            .service
            .dispatch(&self.placement, &received, moment)
    }

    /// Leaves the record of a call that named an operation and that CloudTrail logs: whose signer is proven, or who needs none
    /// (AWS, "Logging IAM and AWS STS API calls with AWS CloudTrail"). It tells what the service did, whatever a fault then does
    /// to the answer; an answer that the service itself refuses is recorded as refused.
    fn record(
        &self,
        reply: &mut Reply,
        fault: Option<&InjectedFault>,
        connection: &Connection,
        parts: &Parts,
        wall: OffsetDateTime,
        ids: &RequestIds,
    ) {
        let (Some(audit), Some(operation), Some(mut call)) =
            (&self.shared.audit, reply.operation, reply.call.take())
        else {
            return;
        };
        if operation.is_signed() && call.caller.is_none() {
            return;
        }
        if let Some(refusal) = fault.and_then(InjectedFault::refusal) {
            call.outcome = Err(refusal);
        }
        let header = |name: HeaderName| {
            let value = parts
                .headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            value.unwrap_or_default()
        };
        let record = Record {
            endpoint: self.placement.endpoint.name.clone(),
            operation,
            call,
            partition: self.placement.endpoint.partition.clone(),
            region: self.placement.recorded_in().to_owned(),
            served_by: self.placement.served_by.clone(),
            is_global: self.placement.is_global(),
            at: wall,
            event_ids: [(); 2].map(|()| entropy::uuid()),
            request_id: ids.request.clone(),
            extended_request_id: ids.extended.clone(),
            source: connection.peer,
            user_agent: header(USER_AGENT),
            host: header(HOST),
            tls: connection.tls.get().cloned(),
        };
        audit.leave(record, &self.shared.ledger);
    }

    /// The next fault and the next service time. Requests that never reach an operation are answered at once.
    fn draw(
        &self,
        operation: Option<Operation>,
        received_at: Instant,
    ) -> (Option<InjectedFault>, Duration) {
        let mut draws = self.draws.lock().unwrap_or_else(PoisonError::into_inner);
        let time = operation.map_or(Duration::ZERO, |operation| {
            let time = self
                .service_time
                .get(&operation)
                .map_or(Duration::ZERO, |time| time.draw(&mut draws));
            self.disturbances
                .disturb(time, operation, received_at, &mut draws)
        });
        (self.faults.draw(&mut draws).cloned(), time)
    }

    /// Takes its time over a request, standing still while the endpoint does.
    async fn work(&self, received_at: Instant, service_time: Duration) {
        let undisturbed = received_at + service_time;
        let done = self
            .faults
            .freeze
            .as_ref()
            .map_or(undisturbed, |freeze| freeze.done(received_at, service_time));
        if done > undisturbed {
            self.shared.ledger.frozen(&self.placement.endpoint.name);
        }
        self.shared.sleeper.until(done).await;
    }

    /// How much longer the next TLS handshake waits for its answer.
    pub(crate) fn handshake_delay(&self) -> Duration {
        let mut draws = self.draws.lock().unwrap_or_else(PoisonError::into_inner);
        self.faults.handshake_delay(&mut draws)
    }

    /// What the fault makes of the reply; concludes the entry in the ledger.
    async fn inject(
        &self,
        reply: Reply,
        fault: Option<InjectedFault>,
        entry: Entry,
        connection: &Connection,
        request_id: &str,
    ) -> Result<(Reply, Delivery), Disconnected> {
        let Some(fault) = fault else {
            entry.conclude(&reply.result);
            return Ok((reply, Delivery::Whole));
        };
        let one_way = self.added_round_trip / 2;
        let result = format!("injected:{}", fault.name());
        Ok(match fault {
            InjectedFault::Reset {} => {
                entry.conclude(&result);
                self.wait(one_way).await;
                connection.ending.ask_for_reset();
                return Err(Disconnected::Reset);
            }
            InjectedFault::Stall {} => {
                entry.conclude(&result);
                std::future::pending().await
            }
            InjectedFault::Throttle {} | InjectedFault::ServerError { .. } => {
                entry.conclude(&result);
                (refused(&fault, &reply, request_id), Delivery::Whole)
            }
            InjectedFault::Status {
                status,
                location,
                body,
            } => {
                entry.conclude(&result);
                (injected(status, location, body), Delivery::Whole)
            }
            InjectedFault::GarbageBody {} => {
                entry.conclude(&result);
                (garbled(reply), Delivery::Whole)
            }
            InjectedFault::HalfBody {} => {
                entry.conclude(&result);
                (reply, Delivery::Half(one_way + HALF_BODY_PAUSE))
            }
            InjectedFault::SlowBody { interval_ms } => {
                entry.conclude(&reply.result);
                let interval = Duration::from_millis(interval_ms);
                (reply, Delivery::Bytewise(interval))
            }
            InjectedFault::ExtraLatency { extra_ms } => {
                self.wait(Duration::from_millis(extra_ms)).await;
                entry.conclude(&reply.result);
                (reply, Delivery::Whole)
            }
            InjectedFault::SlowHandshake { .. }
            | InjectedFault::ClockOffset { .. }
            | InjectedFault::CloseAfter { .. }
            | InjectedFault::Freeze { .. } => {
                unreachable!(
                    "faults of connections and of the endpoint as a whole are not drawn per request"
                )
            }
        })
    }

    /// Waits from now on.
    async fn wait(&self, duration: Duration) {
        let end = clock::monotonic() + duration;
        self.shared.sleeper.until(end).await;
    }

    /// Ends the connection when it has had its number of answers.
    fn count(&self, connection: &Connection, response: &mut Response<ResponseBody>) {
        let answered = connection.answered.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(close) = self
            .faults
            .close_after
            .filter(|close| answered >= close.requests)
        else {
            return;
        };
        if close.silently_after.is_some() {
            connection.hang_up.notify_one();
        } else {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// The refusal of a throttle or of a server's error, in place of `reply`.
fn refused(fault: &InjectedFault, reply: &Reply, request_id: &str) -> Reply {
    let refusal = fault.refusal().expect("these two are refusals");
    Reply::fault(&refusal, reply.operation, reply.representation, request_id)
}

/// An answer that STS would not give.
fn injected(status: u16, location: Option<String>, body: String) -> Reply {
    Reply {
        location,
        content_type: (!body.is_empty()).then_some("text/xml"),
        body,
        ..Reply::empty(status, Layer::Service)
    }
}

fn response(
    reply: Reply,
    delivery: Delivery,
    wall: OffsetDateTime,
    ids: &RequestIds,
) -> Response<ResponseBody> {
    let headers = headers(&reply, wall, ids);
    let mut response = Response::new(ResponseBody::new(reply.body, delivery));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).expect("statuses are checked with the spec");
    *response.headers_mut() = headers;
    response
}

/// The reply with a body that is no XML, as if all were well.
fn garbled(reply: Reply) -> Reply {
    Reply {
        status: 200,
        body: GARBAGE.to_owned(),
        ..reply
    }
}

/// TCP's, two of TLS 1.2, and one in which a packet was lost.
const ROUND_TRIPS_OF_A_HANDSHAKE: u32 = 4;

const GARBAGE: &str = "\u{1}\u{2} this is not the XML you are looking for";

/// Long enough for half a body to leave the process before the connection ends.
const HALF_BODY_PAUSE: Duration = Duration::from_millis(20);
