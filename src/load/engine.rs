//! The measuring thread: one function starts it, for a run and for the self-test.

use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;

use thiserror::Error;
use tokio::sync::watch;
use tokio::task::LocalSet;

use crate::parallel::{runtime, start_thread};
#[cfg(not(feature = "client-reqwest"))]
use crate::plan::PlanError;
use crate::plan::{Client, Plan, Target};
use crate::sign::Signer;
#[cfg(feature = "client-reqwest")]
use crate::transport::ReqwestTransport;
use crate::transport::{HyperTransport, PlannedResolver, Transport, Trust};

use super::epoch::Epoch;
use super::event::{Ended, LoadEvent, Stop};
use super::generator::Generator;
use super::precise_sleep::PreciseSleeper;
use super::preflight::{Identified, PreflightError, identify};

/// Carries plans out, each on a thread of its own: whom to trust, how to sign, and from when times are counted.
#[derive(Debug, Clone)]
pub struct Engine {
    /// Whose certificates are accepted.
    pub trust: Trust,
    /// Signs the calls.
    pub signer: Signer,
    /// The run's zero.
    pub epoch: Epoch,
}

impl Engine {
    /// Starts a measuring thread that carries `plan` out until its end or until `stop` says so.
    ///
    /// The thread has a runtime of its own, on which nothing but the calls runs; what it measures arrives in
    /// [`EngineThread::events`]. It touches no file and no terminal.
    ///
    /// # Errors
    /// When the system refuses the thread.
    pub fn start(&self, plan: Arc<Plan>, stop: watch::Receiver<Stop>) -> io::Result<EngineThread> {
        let (sender, events) = mpsc::channel();
        let engine = self.clone();
        let thread = start_thread(MEASURING, move || {
            let generate = Generate {
                plan: Arc::clone(&plan),
                signer: engine.signer,
                epoch: engine.epoch,
                events: sender,
                stop,
            };
            over_planned_transport(&plan, engine.trust, generate)
        })?;
        Ok(EngineThread { events, thread })
    }

    /// Asks `target`'s endpoint who the caller is, once, in the way that `plan` would call it. Blocks until the answer or
    /// its deadline.
    ///
    /// # Errors
    /// When the system refuses a runtime; what went wrong with the call is inside.
    pub fn identify(
        &self,
        plan: &Plan,
        target: &Target,
    ) -> io::Result<Result<Identified, PreflightError>> {
        let identify = Identify {
            target,
            signer: &self.signer,
            epoch: self.epoch,
        };
        over_planned_transport(plan, self.trust.clone(), identify)
    }
}

/// A measuring thread at work.
#[derive(Debug)]
pub struct EngineThread {
    events: mpsc::Receiver<Vec<LoadEvent>>,
    thread: JoinHandle<io::Result<Ended>>,
}

impl EngineThread {
    /// What the thread measures, as it comes; ends with the thread.
    pub fn events(&self) -> impl Iterator<Item = LoadEvent> + '_ {
        self.events.iter().flatten()
    }

    /// Waits for the thread's end.
    ///
    /// # Errors
    /// [`EngineError`] when it could not carry the plan out.
    pub fn join(self) -> Result<Ended, EngineError> {
        // Nobody receives events any more; the thread goes on without.
        drop(self.events);
        let ended = self.thread.join().map_err(|_| EngineError::Panicked)?;
        Ok(ended?)
    }
}

/// Why a measuring thread carried nothing out.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The system refused a runtime.
    #[error(transparent)]
    System(#[from] io::Error),
    /// The thread ended in a panic.
    #[error("the measuring thread panicked")]
    Panicked,
}

const MEASURING: &str = "measuring";

/// Something to do over the transport that a plan asks for.
trait OverTransport {
    type Output;

    async fn carry_out<T>(self, transport: T) -> Self::Output
    where
        T: Transport + 'static,
        T::Connection: 'static;
}

/// Carries `work` out on a runtime of its own, over the transport of the plan's client.
fn over_planned_transport<W: OverTransport>(
    plan: &Plan,
    trust: Trust,
    work: W,
) -> io::Result<W::Output> {
    let runtime = runtime(MEASURING)?;
    let local = LocalSet::new();
    let resolver = PlannedResolver::from(plan);
    let output = match plan.client {
        Client::Hyper => {
            let transport = HyperTransport::with_resolver(trust, plan.deadlines, resolver);
            let transport = transport.with_clock(plan.clock);
            local.block_on(&runtime, work.carry_out(transport))
        }
        #[cfg(feature = "client-reqwest")]
        Client::Reqwest => {
            let transport = ReqwestTransport::with_resolver(trust, plan.deadlines, resolver);
            local.block_on(&runtime, work.carry_out(transport))
        }
        #[cfg(not(feature = "client-reqwest"))]
        Client::Reqwest => {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                PlanError::WITHOUT_REQWEST,
            ));
        }
    };
    drop(local);
    // A resolver that hangs must not hold up the end.
    runtime.shutdown_background();
    Ok(output)
}

struct Generate {
    plan: Arc<Plan>,
    signer: Signer,
    epoch: Epoch,
    events: mpsc::Sender<Vec<LoadEvent>>,
    stop: watch::Receiver<Stop>,
}

impl OverTransport for Generate {
    type Output = Ended;

    async fn carry_out<T>(self, transport: T) -> Ended
    where
        T: Transport + 'static,
        T::Connection: 'static,
    {
        let sleeper = PreciseSleeper::new(self.plan.spin);
        Generator::new(
            self.plan,
            transport,
            self.signer,
            self.epoch,
            sleeper,
            self.events,
        )
        .run(self.stop)
        .await
    }
}

struct Identify<'a> {
    target: &'a Target,
    signer: &'a Signer,
    epoch: Epoch,
}

impl OverTransport for Identify<'_> {
    type Output = Result<Identified, PreflightError>;

    async fn carry_out<T>(self, transport: T) -> Self::Output
    where
        T: Transport + 'static,
        T::Connection: 'static,
    {
        identify(&transport, self.signer, self.target, self.epoch).await
    }
}
