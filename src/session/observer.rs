//! Progress of a session, for its caller.

use std::time::{Duration, SystemTime};

use crate::judge::Wanted;
use crate::plan::{Cap, Plan};
use crate::results::Run;
use crate::sample::Sample;

use crate::notice::SessionNotice;

/// What is measured: a whole run, or a part of one that is a run of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The run in one go.
    Whole,
    /// A window of several.
    Window {
        /// From 0.
        number: u16,
        /// How many there are.
        of: u16,
    },
    /// The stage that shows how long the run has to be.
    Pilot,
    /// The stage that the pilot asks for.
    MainStage,
}

/// A part that is about to be measured.
#[derive(Debug, Clone, Copy)]
pub struct PartBegun<'a> {
    /// Which.
    pub part: Part,
    /// What is measured.
    pub plan: &'a Plan,
    /// Whether the service is a simulated one.
    pub simulated: bool,
}

/// A window whose time has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowWait {
    /// Which.
    pub part: Part,
    /// When it begins.
    pub begins_at: SystemTime,
    /// How long that is from now.
    pub left: Duration,
}

/// What a pilot showed, and what follows from it.
#[derive(Debug, Clone, Copy)]
pub struct PilotJudged<'a> {
    /// The pilot's run.
    pub pilot: &'a Run,
    /// How many rounds it asks for.
    pub wanted: Wanted,
    /// What is measured now; `None` for nothing.
    pub stage: Option<&'a Plan>,
    /// Why that is less than the pilot asks for.
    pub cap: Option<Cap>,
}

/// Hears how a session gets on. Every method does nothing unless it is overridden; all are called on the session's own
/// thread, in the order of events, and never delay the measuring thread.
pub trait SessionObserver {
    /// Something that the user should know, as soon as it is certain.
    fn notice(&mut self, _notice: &SessionNotice) {}
    /// So many calls were made to find out who calls, `to_aws` of them to hosts with AWS's names, also where that ends the session.
    fn asked_who_calls(&mut self, _calls: u64, _to_aws: u64) {}
    /// A window's time has not come yet; only where that takes a second or longer.
    fn waiting(&mut self, _wait: WindowWait) {}
    /// A part is about to be measured.
    fn part_begun(&mut self, _begun: PartBegun<'_>) {}
    /// Calls are made from now on, so that an interruption loses what was measured.
    fn measuring(&mut self) {}
    /// A call has ended; each is seen once.
    fn sample(&mut self, _sample: &Sample) {}
    /// The last sample of a part has been seen.
    fn part_ended(&mut self) {}
    /// Everything of a part is measured and is being put together.
    fn writing(&mut self) {}
    /// The pilot is over.
    fn pilot_judged(&mut self, _judged: PilotJudged<'_>) {}
}

/// Hears nothing.
impl SessionObserver for () {}
