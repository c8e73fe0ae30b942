//! Who calls, with which credentials; whether the service is reached, and what its answer says of TLS and the clocks.

use std::time::Duration;

use crate::credentials::{
    self, CredentialsError, FoundCredentials, ProcessFailure, Recipients, Search, WallClock, mask,
};
use crate::load::{Epoch, Identified, Skew};
use crate::notice::ClockOffset;
use crate::notice::{CredentialFault, DoctorFinding, DoctorSubject};
use crate::parallel::runtime;
use crate::session::source_fault;
use sts_model::{Endpoint, Principal, Scheme};

use super::call::{Failed, HowFar, call, issuer};
use super::examination::{Connectivity, Examination, Uncallable};

/// What was found about the caller.
pub(super) struct Examined {
    /// In order.
    pub(super) findings: Vec<DoctorFinding>,
    /// Whose credentials they are; `None` when nobody said so.
    pub(super) principal: Option<Principal>,
    /// Whether they are temporary; `None` without any.
    pub(super) temporary: Option<bool>,
}

impl Examined {
    pub(super) fn of(asked: &Examination) -> Self {
        let epoch = asked.epoch;
        let clock = WallClock::new(move || epoch.wall_at(Epoch::now()));
        let recipients = Recipients {
            aws: asked.callee.as_ref().is_ok_and(Endpoint::belongs_to_aws),
            plaintext: false,
        };
        let limit = asked.credential_limit;
        let search = Search::new(asked.profile.clone(), limit, clock)
            .asking_for(limit)
            .for_recipients(recipients);
        let mut configured = search.configured();
        if asked.reach == Connectivity::Offline {
            return Self::offline(&search, configured);
        }
        let found = match find(&search, limit) {
            Ok(found) => found,
            Err(none) => {
                let mut findings = vec![none];
                findings.extend(sources(&search, configured, SourceUse::Failed));
                findings.extend(unchecked("there are no credentials to call with"));
                return Self {
                    findings,
                    principal: None,
                    temporary: None,
                };
            }
        };
        if configured.is_empty() {
            configured.push(found.source.clone());
        }
        let temporary = found.is_temporary();
        let called = Called::with(asked, found);
        let mut findings = called.caller;
        findings.extend(sources(&search, configured, SourceUse::Possible));
        findings.extend(called.service);
        Self {
            findings,
            principal: called.principal,
            temporary: Some(temporary),
        }
    }

    /// What stands in variables and files.
    fn offline(search: &Search, configured: Vec<String>) -> Self {
        let (caller, source_use) = match search.check_configured() {
            Ok(()) => {
                let caller = DoctorFinding::CallerNotAsked {
                    access_key: None,
                    expires_in_seconds: None,
                };
                (caller, SourceUse::Possible)
            }
            Err(error) => (no_credentials(&error), SourceUse::Failed),
        };
        let mut findings = vec![caller];
        findings.extend(sources(search, configured, source_use));
        findings.extend(unchecked("--offline sends nothing"));
        Self {
            findings,
            principal: None,
            temporary: None,
        }
    }
}

fn find(search: &Search, limit: Duration) -> Result<FoundCredentials, DoctorFinding> {
    let not_given = |reason| DoctorFinding::NoCredentials {
        reason,
        cause: CredentialFault::NotGiven,
    };
    let runtime = runtime("doctor").map_err(|error| not_given(error.to_string()))?;
    let finding = credentials::find(search);
    let found: Result<Result<_, CredentialsError>, _> =
        runtime.block_on(async { tokio::time::timeout(limit + FOR_THE_CAUSE, finding).await });
    runtime.shutdown_background();
    match found {
        Ok(found) => found.map_err(|error| no_credentials(&error)),
        Err(_) => Err(DoctorFinding::NoCredentials {
            reason: format!(
                "the search for credentials did not end within {}",
                humantime::format_duration(limit)
            ),
            cause: CredentialFault::NotWaitedFor,
        }),
    }
}

/// So much longer is waited than any place is asked, since the place that is asked last then says what it waited for.
const FOR_THE_CAUSE: Duration = Duration::from_millis(500);

fn no_credentials(error: &CredentialsError) -> DoctorFinding {
    let cause = match error {
        CredentialsError::NotFound { .. } => CredentialFault::None,
        CredentialsError::File { .. } => CredentialFault::File,
        CredentialsError::NamedFile { .. } => CredentialFault::NamedFile,
        CredentialsError::Setting { .. } => CredentialFault::Value,
        CredentialsError::ProfileNameEmpty(_) | CredentialsError::ProfileMissing { .. } => {
            CredentialFault::Profile
        }
        CredentialsError::ProfileEmpty { .. }
        | CredentialsError::ProfileCycle { .. }
        | CredentialsError::ProfileInvalid { .. }
        | CredentialsError::ProfileElsewhere { .. } => CredentialFault::Settings,
        CredentialsError::Incomplete { .. } | CredentialsError::Malformed { .. } => {
            CredentialFault::Keys
        }
        CredentialsError::Expired { .. } | CredentialsError::SsoSession { .. } => {
            CredentialFault::Ended
        }
        CredentialsError::Process {
            failure: ProcessFailure::TimedOut(_),
            ..
        }
        | CredentialsError::TimedOut { reason: None, .. } => CredentialFault::NotWaitedFor,
        CredentialsError::Process { .. }
        | CredentialsError::RoleRefused { .. }
        | CredentialsError::Unavailable { .. }
        | CredentialsError::TimedOut { .. } => CredentialFault::NotGiven,
    };
    DoctorFinding::NoCredentials {
        reason: error.to_string(),
        cause,
    }
}

/// Whether the credentials of the first place that is configured can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SourceUse {
    /// As far as is known.
    Possible,
    /// They cannot.
    Failed,
}

fn sources(search: &Search, configured: Vec<String>, source_use: SourceUse) -> Vec<DoctorFinding> {
    let sources = if !configured.is_empty() {
        match source_use {
            SourceUse::Possible => DoctorFinding::Sources(configured),
            SourceUse::Failed => DoctorFinding::UnusableSources(configured),
        }
    } else if search.is_for_one_profile() {
        DoctorFinding::NotChecked {
            subject: DoctorSubject::Credentials,
            why: "with --profile nothing outside that profile is tried",
        }
    } else if search.has_unreadable_file() {
        DoctorFinding::NotChecked {
            subject: DoctorSubject::Credentials,
            why: "a file that may configure them cannot be read",
        }
    } else {
        DoctorFinding::NoSources
    };
    // The list of sources names those that are configured too.
    let faults = search
        .remarks()
        .into_iter()
        .filter_map(|it| source_fault(it).ok());
    let remarks = faults.map(DoctorFinding::Source);
    std::iter::once(sources).chain(remarks).collect()
}

fn unchecked(why: &'static str) -> impl Iterator<Item = DoctorFinding> {
    [DoctorSubject::Tls, DoctorSubject::Clock]
        .into_iter()
        .map(move |subject| DoctorFinding::NotChecked { subject, why })
}

/// What came of the one call.
struct Called {
    caller: Vec<DoctorFinding>,
    service: Vec<DoctorFinding>,
    principal: Option<Principal>,
}

impl Called {
    fn with(asked: &Examination, found: FoundCredentials) -> Self {
        let access_key = found.masked_key();
        let now = asked.epoch.wall_at(Epoch::now());
        let expires_in_seconds = found
            .expires
            .map(|end| end.duration_since(now).unwrap_or_default().as_secs());
        let not_asked = |more: DoctorFinding, service: Vec<DoctorFinding>| Self {
            caller: vec![
                more,
                DoctorFinding::CallerNotAsked {
                    access_key: Some(access_key.clone()),
                    expires_in_seconds,
                },
            ],
            service,
            principal: None,
        };
        let endpoint = match &asked.callee {
            Ok(endpoint) => endpoint,
            Err(why) => {
                let service = unchecked("nothing was called").collect();
                let finding = match why.clone() {
                    Uncallable::Plaintext(why) => DoctorFinding::NotCalledInPlaintext(why),
                    Uncallable::Otherwise(why) => DoctorFinding::NotCalled(why),
                };
                return not_asked(finding, service);
            }
        };
        match call(asked, endpoint, found) {
            Ok(Identified { caller, skew, .. }) => Self {
                principal: Some(Principal::of_arn(&caller.arn)),
                caller: vec![DoctorFinding::Caller {
                    arn: mask::arn(&caller.arn, asked.disclosure),
                    access_key,
                    expires_in_seconds,
                }],
                service: vec![verified(endpoint, asked.authority), clock(skew)],
            },
            Err(failed) => {
                let service = service_after(&failed, endpoint, asked.authority);
                not_asked(failure(failed), service)
            }
        }
    }
}

fn failure(failed: Failed) -> DoctorFinding {
    let Failed {
        reason,
        cause,
        reached,
    } = failed;
    match reached {
        HowFar::Service(_) | HowFar::Stranger => DoctorFinding::Refused { reason, cause },
        HowFar::Connection | HowFar::Interceptor(_) | HowFar::Nothing => {
            DoctorFinding::Unanswered { reason, cause }
        }
    }
}

/// What a call without a caller says of TLS and the clocks. The date of a stranger's answer is not the service's.
fn service_after(
    failed: &Failed,
    endpoint: &Endpoint,
    authority: Option<&'static str>,
) -> Vec<DoctorFinding> {
    let no_clock = |why| DoctorFinding::NotChecked {
        subject: DoctorSubject::Clock,
        why,
    };
    let verified = || verified(endpoint, authority);
    match failed.reached {
        HowFar::Service(skew) => vec![verified(), clock(skew)],
        HowFar::Stranger => vec![verified(), no_clock("the answer is not one of STS's")],
        HowFar::Connection => vec![verified(), no_clock(NO_ANSWER)],
        HowFar::Interceptor(address) => {
            let host = endpoint.origin.host().to_owned();
            let issuer = address.and_then(|address| issuer(address, &host));
            vec![
                DoctorFinding::TlsIntercepted { host, issuer },
                no_clock(NO_ANSWER),
            ]
        }
        HowFar::Nothing => unchecked(NO_ANSWER).collect(),
    }
}

const NO_ANSWER: &str = "the endpoint did not answer";

/// How the endpoint's certificate was verified, if it has one.
fn verified(endpoint: &Endpoint, authority: Option<&'static str>) -> DoctorFinding {
    let host = endpoint.origin.host().to_owned();
    if endpoint.origin.scheme() == Scheme::Http {
        DoctorFinding::NotChecked {
            subject: DoctorSubject::Tls,
            why: "the endpoint is called without TLS",
        }
    } else {
        match authority {
            Some(authority) if !endpoint.belongs_to_aws() => {
                DoctorFinding::TlsVouched { host, authority }
            }
            _ => DoctorFinding::TlsVerified(host),
        }
    }
}

fn clock(skew: Option<Skew>) -> DoctorFinding {
    match skew {
        None => DoctorFinding::NotChecked {
            subject: DoctorSubject::Clock,
            why: "the answer has no date",
        },
        Some(skew) => DoctorFinding::Clock {
            seconds: skew.distance().as_secs(),
            offset: match skew {
                Skew::ServiceAhead(_) => ClockOffset::Behind,
                Skew::ServiceBehind(_) => ClockOffset::Ahead,
            },
        },
    }
}
