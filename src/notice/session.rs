//! What a session has to say about itself.

use std::path::PathBuf;
use std::time::Duration;

use sts_model::{Constructed, Operation};

use super::source::SourceFault;
use crate::place::{EphemeralHost, LocalRegion};

/// Something that the user should know about a run, found out before or while it is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionNotice {
    /// Options came from a configuration file.
    Configured {
        /// The file.
        file: PathBuf,
        /// Its profile, if one was chosen.
        profile: Option<String>,
    },
    /// Some endpoints lack some of the operations.
    NotOffered {
        /// The endpoints' names.
        endpoints: Vec<String>,
        /// What they lack.
        operations: Vec<Operation>,
    },
    /// Hosts that may not exist.
    Constructed {
        /// The endpoints' names.
        endpoints: Vec<String>,
        /// Why.
        why: Constructed,
    },
    /// Signed requests leave this machine in plaintext.
    Plaintext(Vec<String>),
    /// Something is wrong with a file or a variable of credentials.
    Source(SourceFault),
    /// Credentials stand in other places too, which come later in the search.
    AlsoConfigured(Vec<String>),
    /// An MFA code is good for one call.
    SingleUseMfaCode(Operation),
    /// The credentials expire before the run ends.
    CredentialsExpire {
        /// How long they last.
        left: Duration,
        /// Where they were found.
        source: String,
    },
    /// Proxy variables are set, and the measured calls go without a proxy.
    ProxyIgnored(Vec<&'static str>),
    /// Variables and settings with which AWS's tools choose their endpoints; measured calls go where the run says.
    EndpointVariables(Vec<String>),
    /// Variables and settings of how often AWS's tools send a call; measured calls are sent once.
    RetriesNotFollowed(Vec<String>),
    /// STS refuses operations to this caller; they are left out.
    LeftOut {
        /// What is left out.
        operations: Vec<Operation>,
        /// To whom STS refuses them.
        caller: RefusedCaller,
    },
    /// Endpoints that close each connection after its answer; warm connections to them are left out.
    Closing(Vec<String>),
    /// STS may refuse operations to temporary credentials of a user.
    MayBeRefused(Vec<Operation>),
    /// A Region that this build's table lacks is taken as the caller's.
    UnknownRegion(LocalRegion),
    /// The Region of the place is said by an older name of its FIPS endpoint, which is not what `here` measures.
    FipsName {
        /// What is said.
        name: String,
        /// The Region that is meant.
        region: LocalRegion,
    },
    /// The place is named after a host that has another name the next time.
    EphemeralName {
        /// The name.
        name: String,
        /// What kind of host it is.
        why: EphemeralHost,
    },
    /// Nothing is signed.
    Anonymous,
    /// No endpoint answered the preflight.
    CallerUnknown,
    /// The keys are the root user's.
    RootKeys,
    /// This machine's clock differs from the service's.
    ClockSkew {
        /// The difference, s.
        seconds: u64,
        /// Which way.
        offset: ClockOffset,
    },
    /// The thread that renews the credentials could not start; the reason.
    NotRenewed(String),
    /// A file of the run cannot be written, such as on a full disk.
    NotKept {
        /// The run's directory.
        directory: PathBuf,
        /// Which file, and why.
        reason: String,
    },
    /// The files can be written again, and hold everything.
    KeptAgain,
    /// The credentials were lost, or the simulated fleet ended, and the run ended early; the reason.
    CutShort(String),
    /// Fewer windows than planned were measured.
    WindowsMissing {
        /// Measured windows.
        measured: u16,
        /// Planned windows.
        planned: u16,
    },
    /// What the engine noticed about an endpoint.
    Endpoint {
        /// The endpoint's name.
        endpoint: String,
        /// What was noticed.
        text: String,
    },
}

/// Where this machine's clock is, seen from the service's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockOffset {
    /// Behind it.
    Behind,
    /// Ahead of it.
    Ahead,
}

/// A kind of caller to whom STS refuses operations.
///
/// Displayed as sentences name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedCaller {
    /// One with long-term keys.
    LongTerm,
    /// One with temporary credentials.
    Temporary,
    /// A principal of that kind.
    Principal(&'static str),
}
