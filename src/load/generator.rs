//! Carries a plan out: sends each call at its time, delivers exactly one sample for each, and loses nothing at the end.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::sync::watch;

use crate::health::Health;
use crate::plan::{Load, Plan};
use crate::sample::Arrival;
use crate::sign::Signer;
use crate::transport::Transport;

use super::calling::{CallRunner, InFlight, SignedCall};
use super::epoch::Epoch;
use super::event::{Ended, LoadEvent, Stop};
use super::event_batcher::EventBatcher;
use super::monitor::{Heartbeat, MachineMonitor};
use super::precise_sleep::PreciseSleeper;
use super::schedule::{Opening, Pacer, PlannedCall, Queue};

/// Carries a plan out over a transport. Must run within a [`tokio::task::LocalSet`].
pub(super) struct Generator<T: Transport> {
    plan: Arc<Plan>,
    epoch: Epoch,
    sleeper: PreciseSleeper,
    events: Rc<EventBatcher>,
    heartbeat: Rc<Heartbeat>,
    runner: Rc<CallRunner<T>>,
}

impl<T> Generator<T>
where
    T: Transport + 'static,
    T::Connection: 'static,
{
    /// Ready to carry out `plan`; samples go to `events` in batches, whose receiver may go away without harm.
    pub(super) fn new(
        plan: Arc<Plan>,
        transport: T,
        signer: Signer,
        epoch: Epoch,
        sleeper: PreciseSleeper,
        events: Sender<Vec<LoadEvent>>,
    ) -> Self {
        let events = EventBatcher::new(events);
        let heartbeat = Heartbeat::new(epoch);
        let runner = CallRunner::new(
            Arc::clone(&plan),
            transport,
            signer,
            epoch,
            Rc::clone(&events),
            sleeper.spin_time(),
            Rc::clone(&heartbeat),
        );
        Self {
            plan,
            epoch,
            sleeper,
            events,
            heartbeat,
            runner: Rc::new(runner),
        }
    }

    /// Makes the plan's calls until its end or until `stop` says so, then waits for the answers under way.
    pub(super) async fn run(self, mut stop: watch::Receiver<Stop>) -> Ended {
        let cpu_before = thread_cpu_time();
        let monitor = MachineMonitor::start(self.epoch, self.sleeper.spin_time());
        let heartbeat = tokio::task::spawn_local(Rc::clone(&self.heartbeat).run());
        let batches = tokio::task::spawn_local(Rc::clone(&self.events).run());
        let mut calls = InFlight::new(Rc::clone(&self.runner));
        let by = match self.plan.load {
            Load::Audit { .. } | Load::Open { .. } => self.paced(&mut calls, &mut stop).await,
            Load::Closed {
                concurrency,
                duration,
            } => {
                self.closed(&mut calls, &mut stop, concurrency, duration)
                    .await
            }
        };
        let grace = match by {
            Stop::AtEnd => self.plan.deadlines.total + GRACE,
            Stop::Now => INTERRUPTED_GRACE,
        };
        calls.drain(grace).await;
        let cpu = thread_cpu_time()
            .zip(cpu_before)
            .map(|(after, before)| after.saturating_sub(before));
        let elapsed = self.epoch.since(Epoch::now());
        heartbeat.abort();
        batches.abort();
        // The last sender has to be gone for the receiver to see the end.
        batches.await.ok();
        self.events.flush();
        let health = Health {
            stalls: self.heartbeat.stalls(),
            ..monitor.end()
        };
        Ended {
            elapsed,
            by,
            cpu,
            spun: self.sleeper.spun(),
            health,
        }
    }

    /// Calls on a schedule that does not wait for answers.
    async fn paced(&self, calls: &mut InFlight<T>, stop: &mut watch::Receiver<Stop>) -> Stop {
        let gap = mean_gap(&self.plan);
        let stopped = stopped(stop);
        tokio::pin!(stopped);
        for planned in Pacer::new(&self.plan) {
            let arrival = planned.arrival;
            let time = self.epoch.at(arrival.intended);
            let ahead = self
                .epoch
                .at(arrival.intended.saturating_sub(SIGNING_AHEAD));
            let prepared = async {
                self.sleeper.near(ahead).await;
                if !self.runner.admits(&arrival) {
                    return None;
                }
                let signed = self.runner.sign(&arrival);
                self.sleeper.ahead_of(time, gap).await;
                Some(signed)
            };
            tokio::select! {
                biased;
                () = &mut stopped => return Stop::Now,
                prepared = prepared => if let Some((signed, signing)) = prepared {
                    calls.start(SignedCall { planned, signed, signing });
                },
            }
        }
        Stop::AtEnd
    }

    /// A fixed number of calls under way; the next starts when one ends.
    async fn closed(
        &self,
        calls: &mut InFlight<T>,
        stop: &mut watch::Receiver<Stop>,
        concurrency: u16,
        duration: Duration,
    ) -> Stop {
        let mut queue = Queue::new(&self.plan, duration);
        let stopped = stopped(stop);
        tokio::pin!(stopped);
        loop {
            let step = async {
                calls.fewer_than(usize::from(concurrency)).await;
                let arrival = queue.next(self.epoch.since(Epoch::now()))?;
                let time = self.epoch.at(arrival.intended);
                if time > Epoch::now() {
                    self.sleeper.until(time).await;
                }
                Some(arrival)
            };
            let arrival = tokio::select! {
                biased;
                () = &mut stopped => return Stop::Now,
                arrival = step => arrival,
            };
            match arrival {
                Some(arrival) if self.runner.admits(&arrival) => {
                    let (signed, signing) = self.runner.sign(&arrival);
                    let intended = self.epoch.since(Epoch::now());
                    let planned = PlannedCall {
                        arrival: Arrival {
                            intended,
                            ..arrival
                        },
                        opening: Opening::Keep,
                    };
                    if !calls.start(SignedCall {
                        planned,
                        signed,
                        signing,
                    }) {
                        // Others have to get their turn even when no call ever waits for anything.
                        tokio::task::yield_now().await;
                    }
                }
                // An endpoint that is left alone must not turn the loop into a spin.
                Some(_) => tokio::time::sleep(WITHHELD_PAUSE).await,
                None => return Stop::AtEnd,
            }
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
