//! Why a session has no run. Measuring that goes badly is data and no error.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use crate::credentials::{CredentialsError, KeptSecretError, Lost};
use crate::judge::GateError;
use crate::load::{EngineError, PreflightError};
use crate::notice::RefusedCaller;
use crate::plan::PlanError;
use crate::report::words::session::notices::operation_list;
use crate::results::{MergeError, ResultsError};
use crate::transport::TrustError;
use sts_model::{Operation, ParameterError};

use super::open_files::TooFewFiles;

/// Why a session has no run.
#[derive(Debug, Error)]
pub enum SessionError {
    /// What is asked for is no plan; nothing was sent.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A gate is none, or says nothing about runs of the plan; nothing was sent.
    #[error("--gate")]
    Gate(#[source] GateError),
    /// The plan needs more open files than the system allows; nothing was sent.
    #[error(transparent)]
    OpenFiles(#[from] TooFewFiles),
    /// A parameter that is a secret could not be read; nothing was sent.
    #[error("{operation}.{parameter} ({source_name})")]
    Secret {
        /// Whose parameter it is.
        operation: Operation,
        /// Its AWS CLI name.
        parameter: &'static str,
        /// Where it is kept.
        source_name: String,
        /// Why it could not be read.
        #[source]
        cause: SecretError,
    },
    /// A secret parameter would leave this machine in plaintext; nothing was sent.
    #[error(
        "{operation}.{parameter} is a secret, and {endpoint} is called in plaintext: it is not sent there without --yes-send-signed-requests-in-plaintext"
    )]
    PlaintextSecret {
        /// Whose parameter it is.
        operation: Operation,
        /// Its AWS CLI name.
        parameter: &'static str,
        /// The endpoint's name.
        endpoint: String,
    },
    /// STS would not accept a secret parameter; nothing was sent.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A file of certificates holds none; nothing was sent.
    #[error("--ca-file {}", path.display())]
    Authority {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        cause: TrustError,
    },
    /// The simulated service announced a certificate that is none.
    #[error(transparent)]
    SimulatedAuthority(TrustError),
    /// The simulated service has no user.
    #[error("the simulated fleet announced no credentials")]
    SimulatedCredentials,
    /// The system refused a thread or a runtime.
    #[error(transparent)]
    System(#[from] io::Error),
    /// No usable credentials.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// STS refuses everything that is asked for to this caller.
    #[error("STS refuses {} to {caller}; {}", operation_list(operations), caller.advice())]
    NothingAllowed {
        /// What is refused.
        operations: Vec<Operation>,
        /// To whom.
        caller: RefusedCaller,
    },
    /// The endpoints that were asked who calls refused the credentials, or did not answer.
    #[error(transparent)]
    Preflight(#[from] PreflightError),
    /// The files of the run could not be written.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// Not one window could be measured.
    #[error("no window could be measured")]
    NoWindow,
    /// The pilot could not be measured.
    #[error("the pilot could not be measured")]
    NoPilot,
    /// The pilot is a run that no main stage follows.
    #[error("the pilot is not an audit")]
    PilotKind,
    /// The stages do not go together.
    #[error(transparent)]
    Stages(MergeError),
    /// The windows do not go together; each is kept as a run of its own.
    #[error("the windows are stored as separate runs below {}", directory.display())]
    Windows {
        /// The directory that holds them.
        directory: PathBuf,
        /// Why.
        #[source]
        cause: MergeError,
    },
    /// The measuring thread could not carry the plan out.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The credentials were lost while measuring; what was measured until then is kept.
    #[error("the run was cut short: {0}")]
    CredentialsLost(Arc<Lost>),
}

/// Why a secret parameter could not be read.
#[derive(Debug, Error)]
pub enum SecretError {
    /// Its file or variable.
    #[error(transparent)]
    Kept(#[from] KeptSecretError),
    /// Only the simulated service has it.
    #[error("comes from a simulated fleet, but no fleet announced it to this run")]
    NotAnnounced,
}
