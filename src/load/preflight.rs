//! One GetCallerIdentity before the run: who we are, whether the clocks agree, what cannot be measured with these
//! credentials.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use thiserror::Error;

use crate::plan::Target;
use crate::sample::FailureKind;
use crate::sign::{SignError, Signer};
use crate::transport::{Connection, Transport};
use sts_model::{
    Activation, Answer, CallerIdentity, Fault, FaultCode, MessageText, Operation, Reading, Region,
    Remote,
};

use super::echo::{code_unless_repeated, words_unless_repeated};
use super::epoch::Epoch;

/// What the preflight learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The caller as STS names it; unmasked.
    pub caller: CallerIdentity,
    /// How far the service's clock is from ours, to the second; `None` without a readable `Date`.
    pub skew: Option<Skew>,
    /// Name of the endpoint that answered.
    pub endpoint: String,
    /// Whether the service closed the connection after its answer.
    pub closes: bool,
}

/// How far the service's clock is from ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skew {
    /// The service's clock is ahead of ours.
    ServiceAhead(Duration),
    /// The service's clock is behind ours.
    ServiceBehind(Duration),
}

impl Skew {
    /// By how much the service's clock is ahead, s; negative where it is behind.
    pub fn ahead_seconds(self) -> i64 {
        let seconds = i64::try_from(self.distance().as_secs()).unwrap_or(i64::MAX);
        match self {
            Self::ServiceAhead(_) => seconds,
            Self::ServiceBehind(_) => -seconds,
        }
    }

    /// The distance, whichever way.
    pub fn distance(self) -> Duration {
        match self {
            Self::ServiceAhead(distance) | Self::ServiceBehind(distance) => distance,
        }
    }
}

/// Why the run cannot begin.
#[derive(Debug, Error)]
pub enum PreflightError {
    /// STS refused the call.
    #[error(
        "{endpoint} refused GetCallerIdentity: {code}{}{hint}",
        parenthesised(message)
    )]
    Refused {
        /// The endpoint's name.
        endpoint: String,
        /// HTTP status.
        status: u16,
        /// STS's code.
        code: FaultCode,
        /// What the service wrote, which names accounts and people and may repeat what it was sent: nobody sees it unless
        /// identities are to be shown.
        message: Option<Remote<MessageText>>,
        /// What to do, when the reason is known; begins with `; `.
        hint: String,
    },
    /// The endpoint did not answer.
    #[error("{endpoint} did not answer GetCallerIdentity: {}{}", code.as_str(), at(*address))]
    Unanswered {
        /// The endpoint's name.
        endpoint: String,
        /// The address that was dialled last, if one was.
        address: Option<SocketAddr>,
        /// The failure.
        code: FailureKind,
    },
    /// The endpoint answered something else than STS's XML.
    #[error(
        "{endpoint} answered GetCallerIdentity with HTTP {status} and a body that STS would not send"
    )]
    Foreign {
        /// The endpoint's name.
        endpoint: String,
        /// HTTP status.
        status: u16,
    },
    /// The request could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl PreflightError {
    /// Whether another endpoint would say the same, because the credentials or the clock are at fault.
    pub fn is_about_credentials(&self) -> bool {
        match self {
            Self::Refused { code, .. } => code.is_about_credentials(),
            Self::Sign(_) => true,
            Self::Unanswered { .. } | Self::Foreign { .. } => false,
        }
    }

    /// Whether the key or its signature was not accepted, whatever was called with it.
    pub fn rejects_the_key(&self) -> bool {
        let denied = matches!(self, Self::Refused { code, .. } if *code == FaultCode::AccessDenied);
        self.is_about_credentials() && !denied
    }

    /// Whether the next call may well be answered: the service was busy or broke the connection. That is a sample like any
    /// other and no reason not to begin.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Refused { status, code, .. } => code.is_throttling() || is_busy(*status),
            Self::Foreign { status, .. } => is_busy(*status),
            Self::Unanswered { code, .. } => matches!(
                code,
                FailureKind::TcpReset | FailureKind::HttpTruncatedHeader | FailureKind::BodyShort
            ),
            Self::Sign(_) => false,
        }
    }

    /// Whether the service took the call and gave no answer in time, which it may do a second time.
    pub fn is_slow(&self) -> bool {
        matches!(
            self,
            Self::Unanswered {
                code: FailureKind::HttpHeaderTimeout | FailureKind::BodyTimeout,
                ..
            }
        )
    }

    /// The same with the service's own text as `shown` makes of it.
    #[must_use]
    pub fn showing(mut self, shown: impl FnOnce(&str) -> Option<String>) -> Self {
        if let Self::Refused { message, .. } = &mut self {
            let text = message.take().and_then(|text| shown(&text));
            *message = text.as_deref().and_then(Remote::new);
        }
        self
    }
}

/// Whether the status says that the service could not serve the call now: too many calls, or a fault of its own.
fn is_busy(status: u16) -> bool {
    matches!(status, 408 | 429) || status >= 500
}

fn at(address: Option<SocketAddr>) -> String {
    address
        .map(|address| format!(" at {address}"))
        .unwrap_or_default()
}

fn parenthesised(message: &Option<Remote<MessageText>>) -> String {
    message
        .as_ref()
        .map(|message| format!(" ({message})"))
        .unwrap_or_default()
}

/// Asks `target`'s endpoint who the caller is, once.
///
/// # Errors
/// [`PreflightError`]; a refusal because of the clock says by how much the clocks differ.
pub(super) async fn identify<T: Transport>(
    transport: &T,
    signer: &Signer,
    target: &Target,
    epoch: Epoch,
) -> Result<Identified, PreflightError> {
    let endpoint = target.endpoint.name.clone();
    let call = Operation::GetCallerIdentity.default_call();
    let target = Target {
        call: call.clone(),
        ..target.clone()
    };
    let at = epoch.wall_at(Epoch::now());
    let request = signer.sign(&target.endpoint, &call, at)?;
    let request = Rc::new(request);
    let exchange = transport
        .connection(&target)
        .exchange(Rc::clone(&request))
        .await;
    let response = exchange
        .response
        .map_err(|failure| PreflightError::Unanswered {
            endpoint: endpoint.clone(),
            address: exchange.remote,
            code: failure.kind,
        })?;
    let skew = response
        .date
        .as_deref()
        .and_then(|date| skew(date, epoch.wall_at(Epoch::now())));
    match call.read(response.status, &response.body) {
        Reading::Answer(Answer::CallerIdentity(caller)) if !request.is_repeated_by(&caller.arn) => {
            Ok(Identified {
                caller,
                skew,
                endpoint,
                closes: response.closes,
            })
        }
        Reading::Fault(Fault { code, message, .. }) => {
            let code = code_unless_repeated(code, &request);
            let hint = hint(&code, skew, &target.endpoint.region);
            Err(PreflightError::Refused {
                endpoint,
                status: response.status,
                code,
                message: words_unless_repeated(&message, &request),
                hint,
            })
        }
        Reading::Answer(_) | Reading::Unreadable(_) => Err(PreflightError::Foreign {
            endpoint,
            status: response.status,
        }),
    }
}

fn skew(date: &str, now: SystemTime) -> Option<Skew> {
    let theirs = httpdate::parse_http_date(date).ok()?;
    Some(match theirs.duration_since(now) {
        Ok(ahead) => Skew::ServiceAhead(ahead),
        Err(behind) => Skew::ServiceBehind(behind.duration()),
    })
}

fn hint(code: &FaultCode, skew: Option<Skew>, region: &str) -> String {
    match (code, skew) {
        (FaultCode::SignatureDoesNotMatch, Some(skew)) if skew.distance() >= SUSPICIOUS_SKEW => {
            let way = match skew {
                Skew::ServiceAhead(_) => "behind",
                Skew::ServiceBehind(_) => "ahead of",
            };
            let seconds = skew.distance().as_secs();
            format!(
                "; this machine's clock is {seconds} s {way} the service's, and STS allows 15 minutes: set the clock"
            )
        }
        (FaultCode::ExpiredToken, _) => "; the session has ended: get fresh credentials".to_owned(),
        (FaultCode::InvalidClientTokenId, _) if is_opt_in(region) => {
            "; the Region is not enabled in this account, the session token is of version 1, or the key is unknown"
                .to_owned()
        }
        (FaultCode::InvalidClientTokenId, _) => {
            "; the key is unknown or inactive, or its session token is missing".to_owned()
        }
        _ => String::new(),
    }
}

/// Whether an account has to enable the Region before it takes the account's keys.
fn is_opt_in(region: &str) -> bool {
    Region::named(region).is_some_and(|region| region.activation == Activation::OptIn)
}

const SUSPICIOUS_SKEW: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_28_a_refusal_because_of_the_clock_says_by_how_much() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 + 3600);
        let skew = skew("Sun, 06 Nov 1994 08:49:37 GMT", now);
        assert_eq!(skew, Some(Skew::ServiceBehind(Duration::from_secs(3600))));
        let text = hint(&FaultCode::SignatureDoesNotMatch, skew, "eu-central-1");
        assert!(text.contains("3600 s ahead of"), "{text}");
    }

    #[test]
    fn bad_115_an_unreadable_date_is_no_skew() {
        for date in ["", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(skew(date, SystemTime::UNIX_EPOCH), None);
        }
    }
}
