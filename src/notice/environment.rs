//! What an examination of the environment can find, as values, and how good each is.

use serde::Serialize;
use sts_model::Operation;

use super::failure::{CallFailure, CredentialFault};
use super::session::ClockOffset;
use super::source::SourceFault;

/// Something that was found about the environment of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "kebab-case")]
pub enum DoctorFinding {
    /// STS said who calls.
    Caller {
        /// The ARN, masked unless it was asked for.
        arn: String,
        /// The key's first and last characters.
        access_key: String,
        /// Seconds until the credentials end; `None` for long-term keys.
        expires_in_seconds: Option<u64>,
    },
    /// There are credentials, and nobody was asked whose they are.
    CallerNotAsked {
        /// The key's first and last characters; `None` where they were not even fetched.
        access_key: Option<String>,
        /// Seconds until the credentials end; `None` for long-term keys.
        expires_in_seconds: Option<u64>,
    },
    /// There are no credentials, or they are of no use.
    NoCredentials {
        /// Why, for people.
        reason: String,
        /// Of which kind that is.
        cause: CredentialFault,
    },
    /// STS refused the call, or somebody answered in its place.
    Refused {
        /// Why, for people.
        reason: String,
        /// Of which kind that is.
        cause: CallFailure,
    },
    /// The endpoint did not answer.
    Unanswered {
        /// Why, for people.
        reason: String,
        /// Of which kind that is.
        cause: CallFailure,
    },
    /// Nothing was called, because the host is not known to be STS.
    NotCalled(String),
    /// Nothing was called, because it would be in plaintext beyond this machine.
    NotCalledInPlaintext(String),
    /// Where credentials are configured: the first is used.
    Sources(Vec<String>),
    /// Where credentials are configured that cannot be used as they are.
    UnusableSources(Vec<String>),
    /// No place of credentials is configured by a variable or a file.
    NoSources,
    /// The Region of this place.
    Region {
        /// Its name.
        name: String,
        /// Where it was found.
        source: String,
        /// Whether this build's table has it.
        known: bool,
    },
    /// No Region is configured.
    NoRegion,
    /// A Region or a name of the place is malformed; the reason.
    BadPlace(String),
    /// The name of the place changes from run to run.
    EphemeralName(String),
    /// The addresses of a name.
    Resolved {
        /// The name.
        host: String,
        /// Its addresses.
        addresses: Vec<String>,
        /// Who was asked.
        resolver: String,
        /// The Region whose own endpoint has one of these addresses.
        serves: Option<String>,
    },
    /// A name of AWS's has an address that is not reachable from everywhere.
    PrivateAddress {
        /// The name.
        host: String,
        /// The address.
        address: String,
    },
    /// A name has no address; the failure.
    Unresolved {
        /// The name.
        host: String,
        /// Who was asked.
        resolver: String,
        /// The kind of failure.
        failure: String,
    },
    /// Variables with proxies are set.
    Proxies(Vec<String>),
    /// No variable names a proxy.
    NoProxy,
    /// Variables with which AWS's tools choose their endpoints are set.
    EndpointVariables(Vec<String>),
    /// `AWS_STS_REGIONAL_ENDPOINTS` has that value, which AWS's tools refuse.
    UnknownEndpointSetting(String),
    /// A certificate was verified against the public roots.
    TlsVerified(String),
    /// A certificate was verified against the public roots and an authority that was given.
    TlsVouched {
        /// The host.
        host: String,
        /// Where the authority was named.
        authority: &'static str,
    },
    /// The certificate of AWS's host was issued by somebody whom no public root vouches for.
    TlsIntercepted {
        /// The host.
        host: String,
        /// How the certificate names its issuer.
        issuer: Option<String>,
    },
    /// The clocks differ by so much.
    Clock {
        /// The difference, s.
        seconds: u64,
        /// Where this machine's clock is.
        #[serde(skip)]
        offset: ClockOffset,
    },
    /// Something was not found out, and why.
    NotChecked {
        /// What.
        #[serde(skip)]
        subject: DoctorSubject,
        /// Why.
        why: &'static str,
    },
    /// The caller may call the operations, as far as the kind of caller decides.
    MayCall {
        /// The operations.
        operations: Vec<Operation>,
        /// Those of them that a policy has to allow as well.
        by_policy: Vec<Operation>,
    },
    /// STS refuses operations to the kind of caller.
    MayNotCall {
        /// The operations.
        operations: Vec<Operation>,
        /// To whom STS refuses them.
        caller: String,
        /// Whether nothing else was asked for.
        all: bool,
    },
    /// STS may refuse operations to temporary credentials of a user.
    MayBeRefused(Vec<Operation>),
    /// Endpoints of Regions that an account has to enable.
    OptIn(Vec<String>),
    /// All of so many endpoints take the keys of every account.
    NoOptIn(usize),
    /// The kernel gives timestamps.
    KernelClock,
    /// It does not; the reason.
    NoKernelClock(String),
    /// The simulated link can delay packets.
    KernelLink,
    /// It cannot; the reason.
    NoKernelLink(String),
    /// How busy the machine is.
    Load {
        /// The average number of running or waiting tasks over one minute.
        load: f64,
        /// The processors that this program may use.
        cores: usize,
    },
    /// How the processors' clock is chosen.
    Governor(String),
    /// The machine runs on its battery.
    OnBattery,
    /// Something is wrong with a file or a variable of credentials.
    #[serde(untagged)]
    Source(SourceFault),
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoctorSubject {
    /// Who calls.
    Caller,
    /// Where credentials stand.
    Credentials,
    /// The Region and the name of the place.
    Region,
    /// Names and addresses.
    Resolver,
    /// Proxies and endpoints that variables name.
    Network,
    /// Certificates.
    Tls,
    /// The clocks.
    Clock,
    /// What the caller may call.
    Permissions,
    /// Regions that have to be enabled.
    OptIn,
    /// What the kernel gives this program.
    Kernel,
    /// Noise of the machine.
    Machine,
}

/// How good a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingMark {
    /// As it should be.
    Ok,
    /// It was not found out.
    Skip,
    /// A run works, but not as well as it could, or not everywhere.
    Warn,
    /// A run cannot work.
    Fail,
}

impl FindingMark {
    /// As lists have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skip => "skip",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl DoctorSubject {
    /// As lists have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Credentials => "credentials",
            Self::Region => "region",
            Self::Resolver => "resolver",
            Self::Network => "network",
            Self::Tls => "tls",
            Self::Clock => "clock",
            Self::Permissions => "permissions",
            Self::OptIn => "opt-in",
            Self::Kernel => "kernel",
            Self::Machine => "machine",
        }
    }
}

impl DoctorFinding {
    /// What it is about.
    pub fn subject(&self) -> DoctorSubject {
        match self {
            Self::Caller { .. }
            | Self::CallerNotAsked { .. }
            | Self::NoCredentials { .. }
            | Self::Refused { .. }
            | Self::Unanswered { .. }
            | Self::NotCalled(_)
            | Self::NotCalledInPlaintext(_) => DoctorSubject::Caller,
            Self::Sources(_) | Self::UnusableSources(_) | Self::NoSources | Self::Source(_) => {
                DoctorSubject::Credentials
            }
            Self::Region { .. } | Self::NoRegion | Self::BadPlace(_) | Self::EphemeralName(_) => {
                DoctorSubject::Region
            }
            Self::Resolved { .. } | Self::PrivateAddress { .. } | Self::Unresolved { .. } => {
                DoctorSubject::Resolver
            }
            Self::Proxies(_)
            | Self::NoProxy
            | Self::EndpointVariables(_)
            | Self::UnknownEndpointSetting(_) => DoctorSubject::Network,
            Self::TlsVerified(_) | Self::TlsVouched { .. } | Self::TlsIntercepted { .. } => {
                DoctorSubject::Tls
            }
            Self::Clock { .. } => DoctorSubject::Clock,
            Self::NotChecked { subject, .. } => *subject,
            Self::MayCall { .. } | Self::MayNotCall { .. } | Self::MayBeRefused(_) => {
                DoctorSubject::Permissions
            }
            Self::OptIn(_) | Self::NoOptIn(_) => DoctorSubject::OptIn,
            Self::KernelClock
            | Self::NoKernelClock(_)
            | Self::KernelLink
            | Self::NoKernelLink(_) => DoctorSubject::Kernel,
            Self::Load { .. } | Self::Governor(_) | Self::OnBattery => DoctorSubject::Machine,
        }
    }

    /// How good it is.
    pub fn mark(&self) -> FindingMark {
        let warn_if = |is_doubtful: bool| {
            if is_doubtful {
                FindingMark::Warn
            } else {
                FindingMark::Ok
            }
        };
        match self {
            Self::NoCredentials {
                cause: CredentialFault::NotWaitedFor,
                ..
            } => FindingMark::Warn,
            Self::NoCredentials { .. }
            | Self::Refused { .. }
            | Self::Unanswered { .. }
            | Self::BadPlace(_)
            | Self::Unresolved { .. }
            | Self::TlsIntercepted { .. }
            | Self::MayNotCall { all: true, .. } => FindingMark::Fail,
            Self::Clock { seconds, .. } if *seconds > MOST_SKEW_SECONDS => FindingMark::Fail,
            Self::Clock { seconds, .. } => warn_if(*seconds > TOLERATED_SKEW_SECONDS),
            Self::Caller {
                expires_in_seconds, ..
            } => warn_if(expires_in_seconds.is_some_and(|left| left < SHORT_LIFE_SECONDS)),
            Self::Sources(places) => warn_if(places.len() > 1),
            Self::Region { known, .. } => warn_if(!known),
            Self::Load { load, cores } => warn_if(*load > MOST_LOAD * *cores as f64),
            Self::Governor(name) => warn_if(name != "performance"),
            Self::NotCalled(_)
            | Self::NotCalledInPlaintext(_)
            | Self::Source(_)
            | Self::NoRegion
            | Self::EphemeralName(_)
            | Self::PrivateAddress { .. }
            | Self::Proxies(_)
            | Self::EndpointVariables(_)
            | Self::UnknownEndpointSetting(_)
            | Self::MayNotCall { .. }
            | Self::MayBeRefused(_)
            | Self::OptIn(_)
            | Self::NoKernelClock(_)
            | Self::NoKernelLink(_)
            | Self::OnBattery => FindingMark::Warn,
            Self::CallerNotAsked { .. }
            | Self::UnusableSources(_)
            | Self::NoSources
            | Self::NotChecked { .. } => FindingMark::Skip,
            Self::Resolved { .. }
            | Self::NoProxy
            | Self::TlsVerified(_)
            | Self::TlsVouched { .. }
            | Self::MayCall { .. }
            | Self::NoOptIn(_)
            | Self::KernelClock
            | Self::KernelLink => FindingMark::Ok,
        }
    }
}

/// Clocks may differ so much without a word. Unit: s.
const TOLERATED_SKEW_SECONDS: u64 = 60;
/// And so much before the run is in danger. STS refuses at 900 s.
const MOST_SKEW_SECONDS: u64 = 300;
/// Credentials that end sooner do not last for a run. Unit: s.
const SHORT_LIFE_SECONDS: u64 = 900;
/// Running tasks for each processor from which on calls wait for one.
const MOST_LOAD: f64 = 0.7;
