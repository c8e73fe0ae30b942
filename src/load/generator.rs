//! Carries a plan out: sends each call at its time, delivers exactly one sample for each, and loses nothing at the end.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::sync::watch;

use crate::health::Health;
use crate::plan::{Load, Plan, TargetId};
use crate::sample::{
    Arrival, Exchange, Failure, FailureKind, Outcome, Phase, Sample, Stage, Timing,
};
use crate::sign::{Seals, SignError, SignedRequest, Signer};
use crate::transport::{Line, Response, TimedExchange, Transport};

use super::calls::Calls;
use super::handover::Handover;
use super::lanes::Lanes;
use super::pacer::{Opening, Pacer, PlannedCall};
use super::pulse::Pulse;
use super::queue::Queue;
use super::reading::{outcome, retry_after};
use super::watch::Watch;
use super::{Alarm, Epoch, Governor};

/// What leaves the measuring thread.
#[derive(Debug)]
pub enum Event {
    /// One call, measured.
    Sample(Box<Sample>),
    /// A planned call that was deliberately not sent.
    Withheld {
        /// Whose call it was.
        target: TargetId,
        /// In which block.
        block: u16,
    },
    /// Something that a reader of the numbers should know.
    Noticed {
        /// When, since the epoch.
        at: Duration,
        /// The endpoint's name.
        endpoint: String,
        /// What, as part of a sentence.
        text: String,
    },
}

/// Whether calls go on being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Until the plan's end.
    AtEnd,
    /// Make no more; wait a short while for the answers under way.
    Now,
}

/// How a run's measuring ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// From the epoch to the last answer.
    pub elapsed: Duration,
    /// [`Stop::Now`] when it was cut short.
    pub by: Stop,
    /// CPU time that the measuring thread used, when the system tells.
    pub cpu: Option<Duration>,
    /// Part of it that was spent with nothing but watching the clock before sends.
    pub spun: Duration,
    /// What the machine did meanwhile.
    pub health: Health,
}

/// Carries a plan out over a transport. Must run within a [`tokio::task::LocalSet`].
pub struct Generator<T: Transport> {
    plan: Arc<Plan>,
    transport: T,
    seals: RefCell<Seals>,
    epoch: Epoch,
    handover: Rc<Handover>,
    alarm: Alarm,
    lanes: Vec<Lanes<T::Line>>,
    /// Position of each target's endpoint among the plan's endpoints; a twin's is its original's, whose service it calls.
    endpoint_of: Vec<usize>,
    governors: RefCell<Vec<Governor>>,
    pulse: Rc<Pulse>,
    pub(super) abandon: watch::Sender<bool>,
}

impl<T> Generator<T>
where
    T: Transport + 'static,
    T::Line: 'static,
{
    /// Ready to carry out `plan`; samples go to `events` in batches; its receiver may go away without
    /// harm.
    pub fn new(
        plan: Arc<Plan>,
        transport: T,
        signer: Signer,
        epoch: Epoch,
        alarm: Alarm,
        events: Sender<Vec<Event>>,
    ) -> Self {
        let endpoints = plan.endpoints();
        let place = |name: &str| {
            endpoints
                .iter()
                .position(|e| e.name == name)
                .expect("it is a target's endpoint")
        };
        Self {
            lanes: plan
                .targets
                .iter()
                .map(|t| Lanes::new(t, plan.connections_per_target))
                .collect(),
            endpoint_of: plan
                .targets
                .iter()
                .map(|t| place(t.endpoint.original()))
                .collect(),
            governors: RefCell::new(endpoints.iter().map(|_| Governor::default()).collect()),
            pulse: Pulse::new(epoch),
            abandon: watch::Sender::new(false),
            seals: RefCell::new(Seals::new(signer, plan.targets.len())),
            plan,
            transport,
            epoch,
            handover: Handover::new(events),
            alarm,
        }
    }

    /// Makes the plan's calls until its end or until `stop` says so, then waits for the answers under way.
    pub async fn run(self, mut stop: watch::Receiver<Stop>) -> Ended {
        let cpu_before = thread_cpu_time();
        let this = Rc::new(self);
        let watch = Watch::begin(this.epoch, this.alarm.spin_time());
        let heart = tokio::task::spawn_local(Rc::clone(&this.pulse).keep());
        let carrier = tokio::task::spawn_local(Rc::clone(&this.handover).keep());
        let mut calls = Calls::new(Rc::clone(&this));
        let by = match this.plan.load {
            Load::Audit { .. } | Load::Open { .. } => paced(&this, &mut calls, &mut stop).await,
            Load::Closed {
                concurrency,
                duration,
            } => closed(&this, &mut calls, &mut stop, concurrency, duration).await,
        };
        let patience = match by {
            Stop::AtEnd => this.plan.deadlines.total + GRACE,
            Stop::Now => INTERRUPTED_GRACE,
        };
        calls.drain(patience).await;
        let cpu = thread_cpu_time()
            .zip(cpu_before)
            .map(|(after, before)| after.saturating_sub(before));
        let elapsed = this.epoch.since(Epoch::now());
        heart.abort();
        carrier.abort();
        // The last sender has to be gone for the receiver to see the end.
        carrier.await.ok();
        this.handover.flush();
        let health = Health {
            stalls: this.pulse.stalls(),
            ..watch.end()
        };
        Ended {
            elapsed,
            by,
            cpu,
            spun: this.alarm.spun(),
            health,
        }
    }

    /// Signs the call of `arrival`, and tells what that cost.
    fn seal(&self, arrival: &Arrival) -> (Result<Rc<SignedRequest>, SignError>, Duration) {
        let target = self.plan.target(arrival.target);
        let began = Epoch::now();
        let (place, at) = (usize::from(arrival.target.0), self.epoch.wall_at(began));
        let sealed = self
            .seals
            .borrow_mut()
            .seal(place, &target.endpoint, &target.call, at);
        (sealed, Epoch::now().saturating_duration_since(began))
    }

    fn admits(&self, arrival: &Arrival) -> bool {
        let endpoint = self.endpoint_of[usize::from(arrival.target.0)];
        let operation = self.plan.target(arrival.target).call.operation();
        let admitted = self.governors.borrow_mut()[endpoint].admits(operation, arrival.intended);
        if !admitted {
            self.tell(Event::Withheld {
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
        sealed: Result<Rc<SignedRequest>, SignError>,
        signing: Duration,
    ) {
        let arrival = planned.arrival;
        let Ok(request) = sealed else {
            return self.fail(arrival, signing, FailureKind::ClientRequest);
        };
        let target = self.plan.target(arrival.target);
        let mut abandon = self.abandon.subscribe();
        let exchange = async {
            let lanes = &self.lanes[usize::from(arrival.target.0)];
            let block = if matches!(self.plan.load, Load::Closed { .. }) {
                0
            } else {
                arrival.block
            };
            let mut taken = lanes
                .take(&self.transport, target, block, planned.opening)
                .await;
            taken.line.hold_until(self.epoch.at(arrival.intended));
            let exchange = taken.line.exchange(request).await;
            self.alarm.add(exchange.held);
            (exchange, taken.put_back())
        };
        tokio::select! {
            biased;
            (exchange, queued) = exchange => self.deliver(arrival, signing, exchange, queued),
            _ = abandon.wait_for(|abandoned| *abandoned) => self.fail(arrival, signing, FailureKind::ClientAbandoned),
        }
    }

    fn deliver(
        &self,
        arrival: Arrival,
        signing: Duration,
        exchange: TimedExchange,
        queued: Duration,
    ) {
        let target = self.plan.target(arrival.target);
        let (outcome, origin) = outcome(&target.call, &exchange.response);
        let now = self.epoch.since(Epoch::now());
        let endpoint = self.endpoint_of[usize::from(arrival.target.0)];
        let asked = retry_after(&exchange.response);
        let decision = self.governors.borrow_mut()[endpoint].learn(
            target.call.operation(),
            &outcome,
            now,
            asked,
        );
        if let Some(text) = decision {
            self.tell(Event::Noticed {
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
        let response = exchange.response.ok();
        let served_by =
            |r: &Response| sts_model::region_of_request_id(r.extended_request_id.as_deref()?);
        self.add(Sample {
            arrival,
            timing,
            exchange: Exchange {
                connection: exchange.connection,
                outcome,
                http_status: exchange.status,
                remote: exchange.remote,
                lookup: exchange.lookup,
                served_by: response.as_ref().and_then(served_by),
                origin,
                request_id: response.as_ref().and_then(|r| r.request_id.clone()),
                bytes_received: response.map_or(0, |r| r.body.len() as u64),
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
            self.pulse.count(sample.arrival.intended, Epoch::now());
        }
        self.tell(Event::Sample(Box::new(sample)));
    }

    fn tell(&self, event: Event) {
        self.handover.add(event);
    }
}

/// Calls on a schedule that does not wait for answers.
async fn paced<T>(
    this: &Rc<Generator<T>>,
    calls: &mut Calls<T>,
    stop: &mut watch::Receiver<Stop>,
) -> Stop
where
    T: Transport + 'static,
    T::Line: 'static,
{
    let gap = mean_gap(&this.plan);
    for planned in Pacer::new(&this.plan) {
        let arrival = planned.arrival;
        let time = this.epoch.at(arrival.intended);
        let ahead = this
            .epoch
            .at(arrival.intended.saturating_sub(SIGNING_AHEAD));
        let prepared = async {
            this.alarm.near(ahead).await;
            if !this.admits(&arrival) {
                return None;
            }
            let sealed = this.seal(&arrival);
            this.alarm.ahead_of(time, gap).await;
            Some(sealed)
        };
        tokio::select! {
            biased;
            () = stopped(stop) => return Stop::Now,
            prepared = prepared => if let Some((sealed, signing)) = prepared {
                calls.start(planned, sealed, signing).await;
            },
        }
    }
    Stop::AtEnd
}

/// A fixed number of calls under way; the next starts when one ends.
async fn closed<T>(
    this: &Rc<Generator<T>>,
    calls: &mut Calls<T>,
    stop: &mut watch::Receiver<Stop>,
    concurrency: u16,
    duration: Duration,
) -> Stop
where
    T: Transport + 'static,
    T::Line: 'static,
{
    let mut queue = Queue::new(&this.plan, duration);
    loop {
        let step = async {
            while calls.under_way() >= usize::from(concurrency) {
                calls.wait_for_one().await;
            }
            let arrival = queue.next(this.epoch.since(Epoch::now()))?;
            this.alarm.until(this.epoch.at(arrival.intended)).await;
            Some(arrival)
        };
        let arrival = tokio::select! {
            biased;
            () = stopped(stop) => return Stop::Now,
            arrival = step => arrival,
        };
        match arrival {
            Some(arrival) if this.admits(&arrival) => {
                let (sealed, signing) = this.seal(&arrival);
                let intended = this.epoch.since(Epoch::now());
                calls
                    .start(
                        PlannedCall {
                            arrival: Arrival {
                                intended,
                                ..arrival
                            },
                            opening: Opening::Keep,
                        },
                        sealed,
                        signing,
                    )
                    .await;
            }
            // An endpoint that is left alone must not turn the loop into a spin.
            Some(_) => tokio::time::sleep(WITHHELD_PAUSE).await,
            None => return Stop::AtEnd,
        }
    }
}

/// The time between two calls of a paced load.
fn mean_gap(plan: &Plan) -> Duration {
    match plan.load {
        Load::Audit { round, .. } => {
            round / u32::try_from(plan.targets.len().max(1)).unwrap_or(u32::MAX)
        }
        Load::Open {
            rate_per_second, ..
        } => Duration::try_from_secs_f64(1.0 / rate_per_second).unwrap_or_default(),
        Load::Closed { .. } => Duration::ZERO,
    }
}

async fn stopped(stop: &mut watch::Receiver<Stop>) {
    if stop.wait_for(|stop| *stop == Stop::Now).await.is_err() {
        // Nobody is left who could stop the run.
        std::future::pending::<()>().await;
    }
}

fn thread_cpu_time() -> Option<Duration> {
    #[cfg(target_os = "linux")]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        let nanoseconds = u32::try_from(time.tv_nsec).ok()?;
        Some(Duration::new(u64::try_from(time.tv_sec).ok()?, nanoseconds))
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// How long before its time a call is signed: long enough to be out of the way, far below a signature's fifteen minutes.
const SIGNING_AHEAD: Duration = Duration::from_millis(3);
/// Beyond the longest deadline, for answers that come with the last tick.
const GRACE: Duration = Duration::from_secs(5);
/// How long an interrupted run waits for answers under way.
const INTERRUPTED_GRACE: Duration = Duration::from_secs(2);
const WITHHELD_PAUSE: Duration = Duration::from_millis(10);
