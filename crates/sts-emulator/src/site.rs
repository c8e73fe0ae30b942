//! One endpoint at work: reads a request, has it answered, strikes it with a fault if one is due, and takes its time.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{
    CONNECTION, CONTENT_TYPE, DATE, HOST, HeaderName, HeaderValue, LOCATION, USER_AGENT,
};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use rand_xoshiro::Xoshiro256PlusPlus;
use thiserror::Error;
use time::OffsetDateTime;

use sts_model::Operation;

use super::alarm::Alarms;
use super::answer::{Desk, MAX_BODY_BYTES, Moment, Reply};
use super::audit::{AuditQueue, Record};
use super::body::{Delivery, FleetBody};
use super::canonical_request::{Received, hex};
use super::faults::{Faults, InjectedFault};
use super::latency::Disturbances;
use super::ledger::{Books, Entry};
use super::server::Connection;
use super::service_time::ServiceTime;
use super::spec::Placement;
use super::{clock, entropy};

/// One endpoint of the fleet, ready to serve.
pub(super) struct Site {
    pub placement: Placement,
    pub service_time: BTreeMap<Operation, ServiceTime>,
    /// What adds to those times.
    pub disturbances: Disturbances,
    pub faults: Faults,
    /// The seeded stream of service times and faults.
    pub draws: Mutex<Xoshiro256PlusPlus>,
    pub desk: Arc<Desk>,
    pub books: Arc<Books>,
    pub alarms: Alarms,
    /// The round trip that connections make themselves; none where the kernel link makes it.
    pub added_round_trip: Duration,
    /// Whose connections are served.
    pub clients: Clients,
    /// Where records of calls go, if anywhere.
    pub audit: Option<AuditQueue>,
}

/// From where a fleet may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clients {
    /// From this machine, over loopback.
    Loopback,
    /// From this one address, behind which the kernel link has its clients.
    At(IpAddr),
}

impl Clients {
    /// Whether a client at `ip` is one of them.
    pub(super) fn admit(self, ip: IpAddr) -> bool {
        match self {
            Self::Loopback => ip.is_loopback(),
            Self::At(only) => ip == only,
        }
    }
}

/// The connection ends without an answer.
#[derive(Debug, Error)]
pub(super) enum Severed {
    /// The client stopped in the middle of its request.
    #[error("request ended early")]
    Unfinished,
    /// A fault has ended it.
    #[error("connection reset on purpose")]
    Reset,
}

/// The answer to `request`, when its time has come.
pub(super) async fn respond(
    site: Arc<Site>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<FleetBody>, Severed> {
    let mut entry = site.books.request(&site.placement.endpoint.name);
    let request_id = entropy::uuid();
    let (parts, body) = request.into_parts();
    let whole = read(body).await?;
    let (received_at, wall) = (
        clock::monotonic(),
        clock::wall(site.faults.clock_offset_seconds),
    );
    let moment = Moment {
        wall,
        monotonic: received_at,
        request_id: &request_id,
    };
    let extended = site.extended_request_id(wall);
    let mut reply = match whole {
        Some(body) => site.answer(&parts, &body, moment),
        None => Reply::bare(413, None, ""),
    };
    if let Some(operation) = reply.operation {
        entry.operation(operation.api_name());
    }
    let (fault, service_time) = site.draw(reply.operation, received_at);
    site.record(
        &mut reply,
        fault.as_ref(),
        &connection,
        &parts,
        wall,
        [&request_id, &extended],
    );
    site.work(received_at, service_time).await;
    let (reply, delivery) = site
        .struck(reply, fault, entry, &connection, &request_id)
        .await?;
    let mut response = site.response(reply, delivery, wall, [&request_id, &extended]);
    site.count(&connection, &mut response);
    Ok(response)
}

/// The whole body, or `None` when it is longer than STS takes.
async fn read(body: Incoming) -> Result<Option<Bytes>, Severed> {
    if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
        return Ok(None);
    }
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(collected) => Ok(Some(collected.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Ok(None),
        Err(_) => Err(Severed::Unfinished),
    }
}

impl Site {
    fn answer(&self, parts: &Parts, body: &[u8], moment: Moment<'_>) -> Reply {
        let headers: Vec<(String, Vec<u8>)> = parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        let received = Received {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &headers,
            body,
        };
        self.desk.answer(&self.placement, &received, moment)
    }

    /// Leaves the record of a call that named an operation. It tells what the service did, whatever a fault then does to the
    /// answer; an answer that the service itself refuses is told as refused.
    fn record(
        &self,
        reply: &mut Reply,
        fault: Option<&InjectedFault>,
        connection: &Connection,
        parts: &Parts,
        wall: OffsetDateTime,
        [request_id, extended]: [&str; 2],
    ) {
        let (Some(audit), Some(operation), Some(mut call)) =
            (&self.audit, reply.operation, reply.call.take())
        else {
            return;
        };
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
            request_id: request_id.to_owned(),
            extended_request_id: extended.to_owned(),
            source: connection.peer,
            user_agent: header(USER_AGENT),
            host: header(HOST),
            tls: connection.tls.get().cloned(),
        };
        audit.leave(record, &self.books);
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
        (self.faults.strike(&mut draws).cloned(), time)
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
            self.books.frozen(&self.placement.endpoint.name);
        }
        self.alarms.at(done).await;
    }

    /// How much longer the next TLS handshake waits for its answer.
    pub(super) fn handshake_delay(&self) -> Duration {
        let mut draws = self.draws.lock().unwrap_or_else(PoisonError::into_inner);
        self.faults.handshake_delay(&mut draws)
    }

    /// What the fault makes of the reply; concludes the entry in the books.
    async fn struck(
        &self,
        reply: Reply,
        fault: Option<InjectedFault>,
        entry: Entry,
        connection: &Connection,
        request_id: &str,
    ) -> Result<(Reply, Delivery), Severed> {
        let Some(fault) = fault else {
            entry.conclude(&reply.result);
            return Ok((reply, Delivery::Whole));
        };
        let one_way = self.added_round_trip / 2;
        let result = format!("injected:{}", fault.name());
        Ok(match fault {
            InjectedFault::Reset => {
                entry.conclude(&result);
                self.alarms.at(clock::monotonic() + one_way).await;
                connection.ending.ask_for_reset();
                return Err(Severed::Reset);
            }
            InjectedFault::Stall => {
                entry.conclude(&result);
                std::future::pending().await
            }
            InjectedFault::Throttle | InjectedFault::ServerError { .. } => {
                entry.conclude(&result);
                let refusal = fault.refusal().expect("these two are refusals");
                (
                    Reply::fault(&refusal, reply.operation, request_id),
                    Delivery::Whole,
                )
            }
            InjectedFault::Status {
                status,
                location,
                body,
            } => {
                entry.conclude(&result);
                (Reply::bare(status, location, body), Delivery::Whole)
            }
            InjectedFault::GarbageBody => {
                entry.conclude(&result);
                (
                    Reply {
                        status: 200,
                        body: GARBAGE.to_owned(),
                        ..reply
                    },
                    Delivery::Whole,
                )
            }
            InjectedFault::HalfBody => {
                entry.conclude(&result);
                (reply, Delivery::Half(one_way + HALF_BODY_PAUSE))
            }
            InjectedFault::SlowBody { interval_ms } => {
                entry.conclude(&reply.result);
                (
                    reply,
                    Delivery::Bytewise(Duration::from_millis(interval_ms)),
                )
            }
            InjectedFault::ExtraLatency { extra_ms } => {
                self.alarms
                    .at(clock::monotonic() + Duration::from_millis(extra_ms))
                    .await;
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

    fn response(
        &self,
        reply: Reply,
        delivery: Delivery,
        wall: OffsetDateTime,
        [request_id, extended]: [&str; 2],
    ) -> Response<FleetBody> {
        let ascii = |text: &str| {
            HeaderValue::from_str(text).expect("ids, dates and checked locations are ASCII")
        };
        let is_xml = !reply.body.is_empty();
        let mut response = Response::new(FleetBody::new(reply.body, delivery));
        *response.status_mut() =
            StatusCode::from_u16(reply.status).expect("statuses are checked with the spec");
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, ascii(request_id));
        headers.insert(EXTENDED_REQUEST_ID, ascii(extended));
        if is_xml {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
        }
        if let Some(location) = &reply.location {
            // A query that no header can carry is left out of the redirect.
            headers.insert(
                LOCATION,
                HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static(IAM_PAGE)),
            );
        }
        headers.insert(DATE, ascii(&clock::http(wall)));
        response
    }

    /// Base64 of `1:<region>:S:<epoch ms>:R:<8 characters>`, as live responses carry it.
    fn extended_request_id(&self, wall: OffsetDateTime) -> String {
        let suffix = hex(&entropy::bytes::<4>());
        STANDARD.encode(format!(
            "1:{}:S:{}:R:{suffix}",
            self.placement.served_by,
            clock::epoch_millis(wall)
        ))
    }

    /// Ends the connection when it has had its number of answers.
    fn count(&self, connection: &Connection, response: &mut Response<FleetBody>) {
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

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-sts-extended-request-id");
const IAM_PAGE: &str = "https://aws.amazon.com/iam";
const GARBAGE: &str = "\u{1}\u{2} this is not the XML you are looking for";

/// Long enough for half a body to leave the process before the connection ends.
const HALF_BODY_PAUSE: Duration = Duration::from_millis(20);
