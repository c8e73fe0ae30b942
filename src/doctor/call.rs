//! The one call of an examination, and what it means when nobody says who calls.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;

use crate::credentials::mask::{self, Disclosure};
use crate::credentials::{FoundCredentials, Keyring};
use crate::load::{Engine, Identified, PreflightError, RefusalCause, Skew};
use crate::notice::CallFailure;
use crate::parallel::start_thread;
use crate::plan::{ConnectionMode, Draft, Plan, PlanError};
use crate::sample::FailureKind;
use crate::sign::Signer;
use crate::transport::presented_issuer;
use sts_model::{Endpoint, Operation};

use super::examination::Examination;

/// How long the one call may take.
const LIMIT: Duration = Duration::from_millis(1_200);

/// Why nobody said who calls.
pub(super) struct Failed {
    /// For people.
    pub(super) reason: String,
    /// Of which kind it is.
    pub(super) cause: CallFailure,
    /// How far the call came.
    pub(super) reached: HowFar,
}

/// How far the call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HowFar {
    /// The service refused; what its answer says of the clocks.
    Service(Option<Skew>),
    /// Something answered that is not STS.
    Stranger,
    /// There was a connection and no answer.
    Connection,
    /// The certificate of AWS's host is one that no public root vouches for; where it was presented.
    Interceptor(Option<SocketAddr>),
    /// There was no connection.
    Nothing,
}

/// Asks `endpoint` who the owner of these credentials is.
pub(super) fn call(
    asked: &Examination,
    endpoint: &Endpoint,
    found: FoundCredentials,
) -> Result<Identified, Failed> {
    let plan = plan(asked, endpoint).map_err(|error| Failed::here(error.to_string()))?;
    let user_agent = format!("stsbench/{} doctor", env!("CARGO_PKG_VERSION"));
    let engine = Engine {
        trust: asked.trust.clone(),
        signer: Signer::new(Keyring::new(found), user_agent),
        epoch: asked.epoch,
    };
    let target = plan.targets.first();
    let target = target.ok_or_else(|| Failed::here("no target".to_owned()))?;
    let answered = engine
        .identify(&plan, target)
        .map_err(|error| Failed::here(error.to_string()))?;
    answered.map_err(|error| Failed::of(error, endpoint, asked.disclosure))
}

/// Who issued the certificate that is presented at `address` for `host`, if it says so in time.
pub(super) fn issuer(address: SocketAddr, host: &str) -> Option<String> {
    let (send, receive) = mpsc::channel();
    let host = host.to_owned();
    // A server that sends a byte now and then would keep a thread that is waited for.
    start_thread("issuer", move || {
        let _late = send.send(presented_issuer(address, &host, LIMIT));
    })
    .ok()?;
    receive.recv_timeout(LIMIT).ok().flatten()
}

/// The plan of one call over a new connection.
fn plan(asked: &Examination, endpoint: &Endpoint) -> Result<Plan, PlanError> {
    Draft {
        endpoints: vec![endpoint.clone()],
        operations: vec![Operation::GetCallerIdentity],
        connections: vec![ConnectionMode::Cold],
        rounds: Some(2),
        timeout: Some(LIMIT),
        resolver: asked.resolver,
        ..Draft::default()
    }
    .plan()
}

impl Failed {
    /// Nothing was sent.
    fn here(reason: String) -> Self {
        Self {
            reason,
            cause: CallFailure::Machine,
            reached: HowFar::Nothing,
        }
    }

    /// What an error of the call means. The service's own text can name people: it is shown where they are.
    fn of(error: PreflightError, endpoint: &Endpoint, disclosure: Disclosure) -> Self {
        let (cause, reached) = match &error {
            PreflightError::Refused { cause, skew, .. } => {
                (of_refusal(*cause), HowFar::Service(*skew))
            }
            PreflightError::Foreign { .. } if error.may_pass() => {
                (CallFailure::Busy, HowFar::Stranger)
            }
            PreflightError::Foreign { .. } => (CallFailure::NotSts, HowFar::Stranger),
            PreflightError::Unanswered { kind, address, .. } => {
                let is_intercepted =
                    *kind == FailureKind::TlsUnknownIssuer && endpoint.belongs_to_aws();
                let reached = match kind {
                    _ if is_intercepted => HowFar::Interceptor(*address),
                    kind if kind.is_of_an_answer() => HowFar::Stranger,
                    kind if kind.is_of_http() => HowFar::Connection,
                    _ => HowFar::Nothing,
                };
                (of_silence(*kind), reached)
            }
            PreflightError::Sign(_) => (CallFailure::Unsigned, HowFar::Nothing),
        };
        let shown = |text: &str| (disclosure == Disclosure::Whole).then(|| mask::remote_text(text));
        Self {
            reason: error.showing(shown).to_string(),
            cause,
            reached,
        }
    }
}

fn of_refusal(cause: RefusalCause) -> CallFailure {
    match cause {
        RefusalCause::UnknownKey => CallFailure::UnknownKey,
        RefusalCause::RegionNotEnabled => CallFailure::RegionNotEnabled,
        RefusalCause::SessionEnded => CallFailure::SessionEnded,
        RefusalCause::Denied => CallFailure::Denied,
        RefusalCause::Clock => CallFailure::Clock,
        RefusalCause::SigningRegion => CallFailure::SigningRegion,
        RefusalCause::Signature => CallFailure::Signature,
        RefusalCause::Busy => CallFailure::Busy,
        RefusalCause::Other => CallFailure::Refused,
    }
}

/// What a failure means, by its layer.
fn of_silence(code: FailureKind) -> CallFailure {
    match (code, code.number()) {
        _ if code.is_of_an_answer() => CallFailure::NotSts,
        _ if code.is_of_http() => CallFailure::NoAnswer,
        (_, 1100..1200) => CallFailure::Name,
        (
            FailureKind::TlsExpired
            | FailureKind::TlsNotYetValid
            | FailureKind::TlsWrongHost
            | FailureKind::TlsUnknownIssuer
            | FailureKind::TlsBadCertificate,
            _,
        ) => CallFailure::Certificate,
        (_, 1300..1400) => CallFailure::Tls,
        (_, 1800..1900) => CallFailure::Machine,
        _ => CallFailure::Route,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_of_a_call_has_a_cause_of_its_layer() {
        for (code, expected) in [
            (FailureKind::DnsNxdomain, CallFailure::Name),
            (FailureKind::TcpTimeout, CallFailure::Route),
            (FailureKind::TlsExpired, CallFailure::Certificate),
            (FailureKind::TlsNotTls, CallFailure::Tls),
            (FailureKind::HttpRedirect, CallFailure::NotSts),
            (FailureKind::HttpHeaderTimeout, CallFailure::NoAnswer),
            (FailureKind::ClientFds, CallFailure::Machine),
        ] {
            assert_eq!(of_silence(code), expected, "{code:?}");
        }
    }
}
