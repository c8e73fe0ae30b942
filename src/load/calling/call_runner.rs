//! Makes single calls: each becomes exactly one sample, or one counted withheld call.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::load::echo::{region_unless_repeated, unless_repeated};
use crate::load::epoch::Epoch;
use crate::load::event::LoadEvent;
use crate::load::event_batcher::EventBatcher;
use crate::load::monitor::Heartbeat;
use crate::load::precise_sleep::SpinTime;
use crate::load::schedule::PlannedCall;
use crate::plan::{Load, Plan};
use crate::sample::{
    Arrival, Exchange, Failure, FailureKind, Outcome, Phase, Sample, Stage, Timing,
};
use crate::sign::{SignError, SignatureCache, SignedRequest, Signer};
use crate::transport::{Connection as _, TimedExchange, Transport};

use super::answer_ids::AnswerIds;
use super::backoff::Backoff;
use super::connection_pool::ConnectionPool;
use super::outcome::{outcome, retry_after};

/// Makes the calls of a plan, one by one.
pub(crate) struct CallRunner<T: Transport> {
    plan: Arc<Plan>,
    transport: T,
    signatures: RefCell<SignatureCache>,
    epoch: Epoch,
    events: Rc<EventBatcher>,
    spun: SpinTime,
    heartbeat: Rc<Heartbeat>,
    /// By target.
    pools: Vec<ConnectionPool<T::Connection>>,
    /// Position of each target's endpoint among the plan's endpoints; a twin's is its original's, whose service it calls.
    endpoint_of: Vec<usize>,
    /// By endpoint.
    backoffs: RefCell<Vec<Backoff>>,
    answer_ids: AnswerIds,
}

impl<T: Transport> CallRunner<T> {
    /// Ready to call; samples go to `events`, and watching the clock before a send is counted in `spun`.
    pub(crate) fn new(
        plan: Arc<Plan>,
        transport: T,
        signer: Signer,
        epoch: Epoch,
        events: Rc<EventBatcher>,
        spun: SpinTime,
        heartbeat: Rc<Heartbeat>,
    ) -> Self {
        let backoffs = plan.endpoints();
        let backoffs: Vec<Backoff> = backoffs
            .iter()
            .map(|it| Backoff::towards(&it.region))
            .collect();
        Self {
            pools: plan
                .targets
                .iter()
                .map(|t| ConnectionPool::new(t, plan.connections_per_target))
                .collect(),
            endpoint_of: plan.called_endpoints(),
            answer_ids: AnswerIds::of(backoffs.len()),
            backoffs: RefCell::new(backoffs),
            signatures: RefCell::new(SignatureCache::new(signer, plan.targets.len())),
            plan,
            transport,
            epoch,
            events,
            spun,
            heartbeat,
        }
    }

    /// Signs the call of `arrival`, and gives how long that took.
    pub(crate) fn sign(
        &self,
        arrival: &Arrival,
    ) -> (Result<Rc<SignedRequest>, SignError>, Duration) {
        let target = self.plan.target(arrival.target);
        let began = Epoch::now();
        let (place, at) = (usize::from(arrival.target.0), self.epoch.wall_at(began));
        let signed = self
            .signatures
            .borrow_mut()
            .sign(place, &target.endpoint, &target.call, at);
        (signed, Epoch::now().saturating_duration_since(began))
    }

    /// Whether the call of `arrival` is made; one that is not is counted as withheld.
    pub(crate) fn admits(&self, arrival: &Arrival) -> bool {
        let endpoint = self.endpoint_of[usize::from(arrival.target.0)];
        let operation = self.plan.target(arrival.target).call.operation();
        let admitted = self.backoffs.borrow_mut()[endpoint].admits(operation, arrival.intended);
        if !admitted {
            self.events.add(LoadEvent::Withheld {
                target: arrival.target,
                block: arrival.block,
            });
        }
        admitted
    }

    /// Makes one call and delivers its sample.
    pub(super) async fn call(
        &self,
        planned: PlannedCall,
        signed: Result<Rc<SignedRequest>, SignError>,
        signing: Duration,
    ) {
        let arrival = planned.arrival;
        let Ok(request) = signed else {
            return self.fail(arrival, signing, FailureKind::ClientRequest);
        };
        let target = self.plan.target(arrival.target);
        let pool = &self.pools[usize::from(arrival.target.0)];
        let block = if matches!(self.plan.load, Load::Closed { .. }) {
            0
        } else {
            arrival.block
        };
        let mut taken = pool
            .take(&self.transport, target, block, planned.opening)
            .await;
        taken.connection.hold_until(self.epoch.at(arrival.intended));
        let exchange = taken.connection.exchange(Rc::clone(&request)).await;
        self.spun.add(exchange.held);
        let queued = taken.put_back();
        self.deliver(arrival, signing, &request, exchange, queued);
    }

    fn deliver(
        &self,
        arrival: Arrival,
        signing: Duration,
        request: &SignedRequest,
        exchange: TimedExchange,
        queued: Duration,
    ) {
        let target = self.plan.target(arrival.target);
        let (outcome, origin) = outcome(&target.call, request, &exchange.response);
        let now = self.epoch.since(Epoch::now());
        let endpoint = self.endpoint_of[usize::from(arrival.target.0)];
        let asked = retry_after(&exchange.response);
        let decision = self.backoffs.borrow_mut()[endpoint].learn(
            target.call.operation(),
            &outcome,
            now,
            asked,
        );
        let host = target.endpoint.origin.host();
        let answered = exchange.response.as_ref().ok();
        let remark = answered.and_then(|it| self.answer_ids.remark(endpoint, host, it, &outcome));
        for text in decision.into_iter().chain(remark) {
            self.events.add(LoadEvent::Noticed {
                at: now,
                endpoint: target.endpoint.name.clone(),
                text,
            });
        }
        let timing = Timing {
            sent: self.epoch.since(exchange.began),
            queued,
            signing,
            phases: exchange.phases,
            client_overhead: exchange.client_overhead,
        };
        let (mut request_id, mut served_by, mut bytes_received) = (None, None, 0);
        if let Ok(response) = exchange.response {
            request_id = unless_repeated(AnswerIds::id(&response, host), request);
            served_by = region_unless_repeated(response.served_by, request);
            bytes_received = response.body.len() as u64;
        }
        self.add(Sample {
            arrival,
            timing,
            exchange: Exchange {
                connection: exchange.connection,
                outcome,
                http_status: exchange.status,
                remote: exchange.remote,
                lookup: exchange.lookup,
                served_by,
                origin,
                request_id,
                bytes_received,
            },
        });
    }

    /// Delivers the sample of a call that never reached the wire, or whose answer is no longer waited for.
    pub(super) fn fail(&self, arrival: Arrival, signing: Duration, kind: FailureKind) {
        let waited = self
            .epoch
            .since(Epoch::now())
            .saturating_sub(arrival.intended);
        let mut timing = Timing {
            sent: arrival.intended,
            signing,
            ..Timing::default()
        };
        timing.phases.set(Phase::Wait, waited);
        let failure = Failure {
            phase: Phase::Wait,
            kind,
        };
        let connection = self.plan.target(arrival.target).connection;
        self.add(Sample {
            arrival,
            timing,
            exchange: Exchange::new(connection, Outcome::Failure(failure)),
        });
    }

    fn add(&self, sample: Sample) {
        if sample.arrival.stage == Stage::Measured {
            self.heartbeat.count(sample.arrival.intended, Epoch::now());
        }
        self.events.add(LoadEvent::Sample(sample));
    }
}
