//! The first step: what the options ask for, as far as they alone can say.

use crate::judge::{self, Gate};
use crate::plan::{Draft, Plan, Service, Windows};
use crate::session::error::SessionError;
use sts_model::{Constructed, Endpoint};

use super::planned::Planned;
use crate::notice::SessionNotice;

/// What is asked for: complete and in range, and nothing sent.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(super) planned: Planned,
    windows: Option<Windows>,
    notices: Vec<SessionNotice>,
}

impl Asked {
    /// The plan that `draft` makes.
    ///
    /// # Errors
    /// [`SessionError::Plan`] or [`SessionError::Gate`] for the first value that makes no plan.
    pub fn new(draft: Draft) -> Result<Self, SessionError> {
        let planned = Planned::of(draft)?;
        let windows = Windows::of(planned.draft(), planned.plan())?;
        admit_gates(planned.plan(), windows.map_or(1, |windows| windows.number))?;
        let notices = not_offered(planned.draft())
            .into_iter()
            .chain(constructed(planned.draft()))
            .chain(plaintext(planned.draft()))
            .collect();
        Ok(Self {
            planned,
            windows,
            notices,
        })
    }

    /// The plan of one window, or of the run.
    pub fn plan(&self) -> &Plan {
        self.planned.plan()
    }

    /// How often the plan is measured, if more than once. It stays as it is when operations are left out later; each
    /// window gets shorter.
    pub fn windows(&self) -> Option<Windows> {
        self.windows
    }

    /// The seed of the plan.
    pub fn seed(&self) -> u64 {
        self.planned.draft().seed
    }

    /// Whose service is called.
    pub fn service(&self) -> Service {
        self.planned.draft().service
    }

    /// What is left out of the plan and what is doubtful in it, and why.
    pub fn notices(&self) -> &[SessionNotice] {
        &self.notices
    }
}

/// Refuses gates that say nothing about the plan's runs, or that so few calls cannot prove.
fn admit_gates(plan: &Plan, windows: u16) -> Result<(), SessionError> {
    let read = plan.judging.gates.iter().map(|text| {
        let gate = Gate::parse(text)?;
        gate.check_against(plan)?;
        Ok(gate)
    });
    read.collect::<Result<Vec<_>, _>>()
        .and_then(|gates| judge::check_provable(&gates, plan, windows))
        .map_err(SessionError::Gate)
}

/// What is left out of the plan because an endpoint does not have it.
fn not_offered(draft: &Draft) -> Option<SessionNotice> {
    let (operations, endpoints) = draft.not_offered();
    let endpoints = endpoints.into_iter().map(str::to_owned).collect();
    (!operations.is_empty()).then_some(SessionNotice::NotOffered {
        endpoints,
        operations,
    })
}

/// The endpoints whose hosts may not exist, by reason.
fn constructed(draft: &Draft) -> impl Iterator<Item = SessionNotice> + '_ {
    [
        Constructed::UnknownRegion,
        Constructed::AnnouncedRegion,
        Constructed::Fips,
    ]
    .into_iter()
    .filter(|_| draft.service == Service::Shared)
    .filter_map(|why| {
        let endpoints = names(draft, |endpoint| endpoint.constructed() == Some(why));
        (!endpoints.is_empty()).then_some(SessionNotice::Constructed { endpoints, why })
    })
}

fn plaintext(draft: &Draft) -> Option<SessionNotice> {
    let endpoints = names(draft, |endpoint| endpoint.origin.is_plaintext_elsewhere());
    (!endpoints.is_empty()).then_some(SessionNotice::Plaintext(endpoints))
}

fn names(draft: &Draft, wanted: impl Fn(&Endpoint) -> bool) -> Vec<String> {
    let endpoints = draft.endpoints.iter().filter(|endpoint| wanted(endpoint));
    endpoints.map(|endpoint| endpoint.name.clone()).collect()
}
