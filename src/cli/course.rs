//! A plan while facts come in that change it: what the fleet announces, which credentials there are, who the caller is.
//! What STS would refuse in any case is left out with a word, and the rest goes on.

use std::time::Duration;

use anyhow::anyhow;

use crate::load::Identified;
use crate::plan::{Draft, Plan, Service, Windows};
use crate::sign::Secrets;
use sts_emulator::EmulatorProcess;
use sts_model::{Operation, Principal};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::exit_code::Exit;
use crate::cli::options::judging::admit_gates;
use crate::cli::parameters;

/// A plan while facts come in that change it.
#[derive(Debug)]
pub(crate) struct Course {
    draft: Draft,
    plan: Plan,
    /// As many as were asked for at first: what is left out later makes each of them shorter.
    windows: Option<Windows>,
    notices: Vec<String>,
}

impl Course {
    /// The plan of `draft`, as far as that alone tells.
    pub(crate) fn set(draft: Draft) -> Result<Self, CommandError> {
        let plan = draft.clone().plan().or_exit(Exit::Usage)?;
        let windows = Windows::of(&draft, &plan).or_exit(Exit::Usage)?;
        admit_gates(&plan)?;
        let notices = not_offered(&draft).into_iter().collect();
        Ok(Self {
            draft,
            plan,
            windows,
            notices,
        })
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How often the plan is measured, if more than once.
    pub(crate) fn windows(&self) -> Option<Windows> {
        self.windows
    }

    /// How long everything takes when every answer comes at once, as far as that is known.
    pub(crate) fn length(&self) -> Duration {
        self.windows
            .map_or_else(|| self.plan.length(), |windows| windows.length(&self.plan))
    }

    pub(crate) fn seed(&self) -> u64 {
        self.draft.seed
    }

    pub(crate) fn service(&self) -> Service {
        self.draft.service
    }

    /// What was changed and why.
    pub(crate) fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Keeps `notices` for the report.
    pub(crate) fn note(&mut self, notices: impl IntoIterator<Item = String>) {
        self.notices.extend(notices);
    }

    pub(crate) fn finish(self) -> (Plan, Vec<String>) {
        (self.plan, self.notices)
    }

    /// Whether the plan has calls that need credentials.
    pub(crate) fn needs_credentials(&self) -> bool {
        self.plan
            .targets
            .iter()
            .any(|target| target.call.is_signed())
    }

    /// Calls the fleet's endpoints, with its parameters where the user gave none; gives the secret ones' values.
    pub(crate) fn call_fleet(&mut self, fleet: &EmulatorProcess) -> Result<Secrets, CommandError> {
        let (announced, secrets) = parameters::announced(&fleet.announcement().parameters);
        parameters::fill(&mut self.draft.parameters, announced);
        self.draft.parameters_to_come = false;
        self.draft.endpoints = fleet.endpoints();
        self.plan = self.draft.clone().plan().or_exit(Exit::Usage)?;
        Ok(secrets)
    }

    /// Leaves out what STS refuses to temporary credentials.
    pub(crate) fn leave_out_for_temporary_credentials(&mut self) -> Result<(), CommandError> {
        let whom = "temporary credentials (roles, SSO and sessions have such)";
        self.leave_out(
            whom,
            "use an IAM user's keys, or --operations get-caller-identity",
            |operation| operation.is_signed() && !operation.accepts_temporary_credentials(),
        )
    }

    /// Leaves out what STS refuses to whom the preflight found.
    pub(crate) fn leave_out_for(
        &mut self,
        identified: &Identified,
        temporary: bool,
    ) -> Result<(), CommandError> {
        let principal = Principal::of_arn(&identified.caller.arn);
        let whom = self
            .draft
            .operations
            .iter()
            .find_map(|operation| operation.refused_to(principal));
        if let Some(whom) = whom {
            let advice = "use other credentials, or --operations get-caller-identity";
            self.leave_out(whom, advice, |operation| {
                operation.refused_to(principal).is_some()
            })?;
        }
        if temporary && principal == Principal::User {
            let open = [Operation::AssumeRole, Operation::GetCallerIdentity];
            let doubtful = self
                .draft
                .operations
                .iter()
                .filter(|o| o.is_signed() && !open.contains(o));
            let doubtful = names(doubtful);
            if !doubtful.is_empty() {
                let text = format!(
                    "if these credentials come from GetSessionToken, STS will refuse {doubtful} to them"
                );
                self.notices.push(text);
            }
        }
        Ok(())
    }

    fn leave_out(
        &mut self,
        whom: &str,
        advice: &str,
        refused: impl Fn(Operation) -> bool,
    ) -> Result<(), CommandError> {
        let left_out = names(
            self.draft
                .operations
                .iter()
                .filter(|operation| refused(**operation)),
        );
        if left_out.is_empty() {
            return Ok(());
        }
        let why = format!("STS refuses {left_out} to {whom}");
        self.draft
            .operations
            .retain(|operation| !refused(*operation));
        if self.draft.operations.is_empty() {
            return Err(CommandError::new(
                Exit::Credentials,
                anyhow!("{why}; {advice}"),
            ));
        }
        self.notices
            .push(format!("{why}: it is left out, the rest is measured"));
        self.plan = self.draft.clone().plan().or_exit(Exit::Usage)?;
        Ok(())
    }
}

fn names<'a>(operations: impl Iterator<Item = &'a Operation>) -> String {
    operations
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What is left out of the plan because an endpoint does not have it.
fn not_offered(draft: &Draft) -> Option<String> {
    let (operations, endpoints) = draft.not_offered();
    let offered = names(operations.iter());
    (!operations.is_empty()).then(|| {
        format!(
            "{} does not offer {offered}: it is left out there, the rest is measured",
            endpoints.join(", ")
        )
    })
}
