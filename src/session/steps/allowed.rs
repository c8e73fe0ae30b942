//! The third step and the last: the caller is known, and what STS refuses to such a caller is left out.

use std::time::Duration;

use crate::load::Identified;
use crate::notice::{RefusedCaller, SessionNotice};
use crate::plan::{Plan, Windows};
use crate::session::error::SessionError;
use sts_model::{Operation, Principal};

use super::announced::Announced;
use super::planned::Planned;

/// What STS allows the caller of what is asked for.
#[derive(Debug)]
pub(crate) struct Allowed {
    planned: Planned,
    windows: Option<Windows>,
    notices: Vec<SessionNotice>,
}

/// The last step: nothing changes any more.
#[derive(Debug)]
pub(crate) struct Settled {
    /// What is measured, once or in each window.
    pub(crate) plan: Plan,
    /// How often, if more than once.
    pub(crate) windows: Option<Windows>,
    /// How long a run that chooses its own length may take.
    pub(crate) max_duration: Option<Duration>,
    /// What the user should know, in the order in which it was found out.
    pub(crate) notices: Vec<SessionNotice>,
}

impl Allowed {
    /// Leaves out what STS refuses to credentials of the caller's kind, temporary or long-term.
    pub(crate) fn to_credentials(
        announced: Announced,
        temporary: bool,
    ) -> Result<Self, SessionError> {
        let allowed = Self {
            planned: announced.planned,
            windows: announced.windows,
            notices: announced.notices,
        };
        if !temporary {
            return allowed.leaving_out(RefusedCaller::LongTerm, |operation| {
                operation.is_signed() && !operation.accepts_long_term_credentials()
            });
        }
        allowed.leaving_out(RefusedCaller::Temporary, |operation| {
            operation.is_signed() && !operation.accepts_temporary_credentials()
        })
    }

    /// Leaves out what STS refuses to the principal that the preflight found.
    pub(crate) fn for_principal(
        self,
        identified: &Identified,
        temporary: bool,
    ) -> Result<Self, SessionError> {
        let principal = Principal::of_arn(&identified.caller.arn);
        let caller = self
            .operations()
            .iter()
            .find_map(|operation| operation.refused_to(principal));
        let mut allowed = match caller {
            None => self,
            Some(caller) => self.leaving_out(RefusedCaller::Principal(caller), |operation| {
                operation.refused_to(principal).is_some()
            })?,
        };
        if temporary && principal == Principal::User {
            allowed.doubt_session_token();
        }
        Ok(allowed)
    }

    /// Leaves out warm connections to endpoints that close each one after its answer, unless they were asked for.
    pub(crate) fn without_kept(mut self, closing: Vec<String>) -> Result<Self, SessionError> {
        if closing.is_empty() || !self.chooses_connections() {
            return Ok(self);
        }
        self.notices.push(SessionNotice::Closing(closing.clone()));
        Ok(Self {
            planned: self.planned.closing(closing)?,
            ..self
        })
    }

    /// Whether the plan chose the kinds of connection.
    pub(crate) fn chooses_connections(&self) -> bool {
        self.planned.draft().connections.is_empty()
    }

    /// The plan so far.
    pub(crate) fn plan(&self) -> &Plan {
        self.planned.plan()
    }

    /// Nothing changes any more; `notices` come last.
    pub(crate) fn settled(self, notices: impl IntoIterator<Item = SessionNotice>) -> Settled {
        Settled {
            max_duration: self.planned.draft().max_duration,
            windows: self.windows,
            notices: self.notices.into_iter().chain(notices).collect(),
            plan: self.planned.into_plan(),
        }
    }

    fn operations(&self) -> &[Operation] {
        &self.planned.draft().operations
    }

    fn leaving_out(
        self,
        caller: RefusedCaller,
        refused: impl Fn(Operation) -> bool,
    ) -> Result<Self, SessionError> {
        let operations: Vec<_> = self
            .operations()
            .iter()
            .copied()
            .filter(|operation| refused(*operation))
            .collect();
        if operations.is_empty() {
            return Ok(self);
        }
        if operations.len() == self.operations().len() {
            return Err(SessionError::NothingAllowed { operations, caller });
        }
        let planned = self.planned.without(&operations)?;
        let mut notices = self.notices;
        notices.push(SessionNotice::LeftOut { operations, caller });
        Ok(Self {
            planned,
            notices,
            ..self
        })
    }

    /// A user's session token allows little when it comes from GetSessionToken, and nothing tells whether it does.
    fn doubt_session_token(&mut self) {
        let open = [Operation::AssumeRole, Operation::GetCallerIdentity];
        let doubtful: Vec<_> = self
            .operations()
            .iter()
            .copied()
            .filter(|operation| operation.is_signed() && !open.contains(operation))
            .collect();
        if !doubtful.is_empty() {
            self.notices.push(SessionNotice::MayBeRefused(doubtful));
        }
    }
}
