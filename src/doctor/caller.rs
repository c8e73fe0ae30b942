//! Who calls, with which credentials; whether the service is reached, and what its answer says of TLS and the clocks.

use std::time::Duration;

use crate::credentials::{
    self, CredentialsError, FoundCredentials, Keyring, Recipients, Remark, Search, WallClock, mask,
};
use crate::load::{Engine, Epoch, Identified, PreflightError, Skew};
use crate::parallel::runtime;
use crate::plan::{ConnectionMode, Draft, Plan, PlanError};
use crate::report::words::doctor::{DoctorFinding, DoctorSubject};
use crate::report::words::notices::ClockOffset;
use crate::sample::FailureKind;
use crate::sign::Signer;
use sts_model::{Endpoint, Operation, Principal, Scheme};

use super::examination::{Connectivity, Examination};

/// What was found about the caller.
pub(super) struct Examined {
    /// In order.
    pub(super) findings: Vec<DoctorFinding>,
    /// Whose credentials they are; `None` when nobody said so.
    pub(super) principal: Option<Principal>,
    /// Whether they are temporary; `None` without any.
    pub(super) temporary: Option<bool>,
}

/// How long credentials may take to be found: a program that asks people for a code is not waited for.
const SEARCH_LIMIT: Duration = Duration::from_millis(1_500);
/// How long the one call may take.
const CALL_LIMIT: Duration = Duration::from_millis(1_200);

impl Examined {
    pub(super) fn of(asked: &Examination) -> Self {
        let epoch = asked.epoch;
        let clock = WallClock::new(move || epoch.wall_at(Epoch::now()));
        let recipients = Recipients {
            aws: asked.callee.as_ref().is_ok_and(Endpoint::belongs_to_aws),
            plaintext: false,
        };
        let search =
            Search::new(asked.profile.clone(), SEARCH_LIMIT, clock).for_recipients(recipients);
        let mut configured = search.configured();
        if asked.reach == Connectivity::Offline {
            return Self::offline(&search, configured);
        }
        let found = match find(&search) {
            Ok(found) => found,
            Err(reason) => {
                let mut findings = vec![DoctorFinding::NoCredentials(reason)];
                findings.extend(sources(&search, configured));
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
        findings.extend(sources(&search, configured));
        findings.extend(called.service);
        Self {
            findings,
            principal: called.principal,
            temporary: Some(temporary),
        }
    }

    /// What stands in variables and files.
    fn offline(search: &Search, configured: Vec<String>) -> Self {
        let caller = match search.check_files() {
            Ok(()) => DoctorFinding::CallerNotAsked {
                access_key: None,
                expires_in_seconds: None,
            },
            Err(error) => DoctorFinding::NoCredentials(error.to_string()),
        };
        let mut findings = vec![caller];
        findings.extend(sources(search, configured));
        findings.extend(unchecked("--offline sends nothing"));
        Self {
            findings,
            principal: None,
            temporary: None,
        }
    }
}

fn find(search: &Search) -> Result<FoundCredentials, String> {
    let runtime = runtime("doctor").map_err(|error| error.to_string())?;
    let finding = credentials::find(search);
    let found: Result<Result<_, CredentialsError>, _> =
        runtime.block_on(async { tokio::time::timeout(SEARCH_LIMIT, finding).await });
    runtime.shutdown_background();
    match found {
        Ok(found) => found.map_err(|error| error.to_string()),
        Err(_) => Err(format!(
            "the search for credentials did not end within {}",
            humantime::format_duration(SEARCH_LIMIT)
        )),
    }
}

fn sources(search: &Search, configured: Vec<String>) -> Vec<DoctorFinding> {
    let sources = if !configured.is_empty() {
        DoctorFinding::Sources(configured)
    } else if search.is_for_one_profile() {
        DoctorFinding::NotChecked {
            subject: DoctorSubject::Credentials,
            why: "with --profile nothing outside that profile is tried",
        }
    } else {
        DoctorFinding::NoSources
    };
    let remarks = search
        .remarks()
        .into_iter()
        .filter_map(|remark| match remark {
            Remark::ExposedFile(path) => Some(DoctorFinding::ExposedFile(path)),
            Remark::UnreadLine(path, line) => Some(DoctorFinding::UnreadLine { path, line }),
            Remark::UnreadExpiry => Some(DoctorFinding::UnreadExpiry),
            // The list of sources says so.
            Remark::AlsoConfigured(_) => None,
        });
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
                return not_asked(DoctorFinding::NotCalled(why.clone()), service);
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
                service: vec![verified(endpoint), clock(skew)],
            },
            Err(Failure::Reached(reason)) => {
                let unclear = DoctorFinding::NotChecked {
                    subject: DoctorSubject::Clock,
                    why: "the call was refused",
                };
                not_asked(
                    DoctorFinding::Refused(reason),
                    vec![verified(endpoint), unclear],
                )
            }
            Err(Failure::Intercepted(reason)) => not_asked(
                DoctorFinding::Unanswered(reason),
                vec![
                    DoctorFinding::TlsIntercepted(endpoint.origin.host().to_owned()),
                    DoctorFinding::NotChecked {
                        subject: DoctorSubject::Clock,
                        why: "the endpoint did not answer",
                    },
                ],
            ),
            Err(Failure::Unanswered(reason)) => not_asked(
                DoctorFinding::Unanswered(reason),
                unchecked("the endpoint did not answer").collect(),
            ),
        }
    }
}

/// Why nobody said who calls.
enum Failure {
    /// The service refused, or somebody answered in its place.
    Reached(String),
    /// The certificate is not one that is trusted.
    Intercepted(String),
    /// There was no answer.
    Unanswered(String),
}

fn call(
    asked: &Examination,
    endpoint: &Endpoint,
    found: FoundCredentials,
) -> Result<Identified, Failure> {
    let plan = plan(asked, endpoint).map_err(|error| Failure::Unanswered(error.to_string()))?;
    let user_agent = format!("stsbench/{} doctor", env!("CARGO_PKG_VERSION"));
    let engine = Engine {
        trust: asked.trust.clone(),
        signer: Signer::new(Keyring::new(found), user_agent),
        epoch: asked.epoch,
    };
    let target = plan.targets.first();
    let target = target.ok_or_else(|| Failure::Unanswered("no target".to_owned()))?;
    let answered = engine
        .identify(&plan, target)
        .map_err(|error| Failure::Unanswered(error.to_string()))?;
    answered.map_err(|error| failure(error, endpoint))
}

/// What an error of the call means; the service's own text, which can name people, is left out.
fn failure(error: PreflightError, endpoint: &Endpoint) -> Failure {
    let (is_unanswered, is_untrusted) = match &error {
        PreflightError::Unanswered { code, .. } => (true, *code == FailureKind::TlsUnknownIssuer),
        PreflightError::Refused { .. }
        | PreflightError::Foreign { .. }
        | PreflightError::Sign(_) => (false, false),
    };
    let reason = error.showing(|_| None).to_string();
    if is_untrusted && endpoint.belongs_to_aws() {
        Failure::Intercepted(reason)
    } else if is_unanswered {
        Failure::Unanswered(reason)
    } else {
        Failure::Reached(reason)
    }
}

/// The plan of one call over a new connection.
fn plan(asked: &Examination, endpoint: &Endpoint) -> Result<Plan, PlanError> {
    Draft {
        endpoints: vec![endpoint.clone()],
        operations: vec![Operation::GetCallerIdentity],
        connections: vec![ConnectionMode::Cold],
        rounds: Some(2),
        timeout: Some(CALL_LIMIT),
        resolver: asked.resolver,
        ..Draft::default()
    }
    .plan()
}

/// How the endpoint's certificate was verified, if it has one.
fn verified(endpoint: &Endpoint) -> DoctorFinding {
    let host = endpoint.origin.host().to_owned();
    if endpoint.origin.scheme() == Scheme::Http {
        DoctorFinding::NotChecked {
            subject: DoctorSubject::Tls,
            why: "the endpoint is called without TLS",
        }
    } else if endpoint.belongs_to_aws() {
        DoctorFinding::TlsVerified(host)
    } else {
        DoctorFinding::TlsVouched(host)
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
