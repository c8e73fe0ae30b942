//! The second step: the service is known, with the addresses and parameters that a simulated one announced.

use std::time::Duration;

use crate::notice::SessionNotice;
use crate::plan::{Plan, Windows};
use crate::session::caller::parameters;
use crate::session::error::SessionError;
use crate::session::simulated::SimulatedService;
use crate::sign::Secrets;

use super::asked::Asked;
use super::planned::Planned;

/// What is asked for of a service that is known, with the secrets that its calls need.
#[derive(Debug)]
pub(crate) struct Announced {
    pub(super) planned: Planned,
    pub(super) windows: Option<Windows>,
    /// Secret parameters, read.
    pub(crate) secrets: Secrets,
    pub(super) notices: Vec<SessionNotice>,
}

impl Announced {
    /// Calls the simulated service's endpoints, if there is one, with its parameters where the user gave none, and reads
    /// every secret parameter.
    pub(crate) fn new(
        asked: Asked,
        simulated: Option<&SimulatedService>,
    ) -> Result<Self, SessionError> {
        let windows = asked.windows();
        let mut notices = asked.notices().to_vec();
        let (planned, mut secrets) = match simulated {
            Some(service) => called(asked.planned, service)?,
            None => (asked.planned, Secrets::default()),
        };
        notices.extend(parameters::read_secrets(planned.plan(), &mut secrets)?);
        Ok(Self {
            planned,
            windows,
            secrets,
            notices,
        })
    }

    /// The plan so far.
    pub(crate) fn plan(&self) -> &Plan {
        self.planned.plan()
    }

    /// How long everything takes when every answer comes at once, as far as that is known.
    pub(crate) fn length(&self) -> Duration {
        let plan = self.plan();
        self.windows
            .map_or_else(|| plan.length(), |windows| windows.length(plan))
    }

    /// Whether there are calls that need credentials.
    pub(crate) fn needs_credentials(&self) -> bool {
        self.plan()
            .targets
            .iter()
            .any(|target| target.call.is_signed())
    }

    /// What there is to tell the user so far; later steps add to it at its end.
    pub(crate) fn notices(&self) -> &[SessionNotice] {
        &self.notices
    }

    /// The same with more to tell the user.
    pub(crate) fn noting(mut self, notices: impl IntoIterator<Item = SessionNotice>) -> Self {
        self.notices.extend(notices);
        self
    }
}

fn called(
    planned: Planned,
    service: &SimulatedService,
) -> Result<(Planned, Secrets), SessionError> {
    let mut draft = planned.into_draft();
    let (announced, secrets) = parameters::announced(&service.parameters);
    parameters::fill(&mut draft.parameters, announced);
    draft.parameters_to_come = false;
    draft.endpoints.clone_from(&service.endpoints);
    Ok((Planned::of(draft)?, secrets))
}
