//! One GetCallerIdentity before the run: who we are, whether the clocks agree, what cannot be measured with these
//! credentials.

use std::net::SocketAddr;
use std::rc::Rc;

use thiserror::Error;

use crate::plan::Target;
use crate::sample::FailureKind;
use crate::sign::{SignError, Signer};
use crate::transport::{Connection, Transport};
use sts_model::{
    Answer, CallerIdentity, Endpoint, Fault, FaultCode, MessageText, Operation, Reading, Remote,
};

use super::echo::{code_unless_repeated, words_unless_repeated};
use super::epoch::Epoch;
use super::refusal::{RefusalCause, is_busy};
use super::skew::Skew;

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
        /// What has to change.
        cause: RefusalCause,
        /// How far the clocks are apart, by the refusal's date.
        skew: Option<Skew>,
        /// What to do, when the reason is known; begins with `; `.
        hint: Box<str>,
    },
    /// The endpoint did not answer, or not in HTTP as STS speaks it.
    #[error("{endpoint} {} {}{}{}", unanswered(*kind), kind.as_str(), at(*address), explained(host, *kind))]
    Unanswered {
        /// The endpoint's name.
        endpoint: String,
        /// Its host.
        host: String,
        /// The address that was dialled last, if one was.
        address: Option<SocketAddr>,
        /// The failure.
        kind: FailureKind,
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
            Self::Unanswered { kind, .. } => matches!(
                kind,
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
                kind: FailureKind::HttpHeaderTimeout | FailureKind::BodyTimeout,
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

/// What became of a call that failed so: also where somebody answered, and not as STS does.
fn unanswered(kind: FailureKind) -> &'static str {
    if kind.is_of_an_answer() {
        "answered GetCallerIdentity as STS would not:"
    } else {
        "did not answer GetCallerIdentity:"
    }
}

fn at(address: Option<SocketAddr>) -> String {
    address
        .map(|address| format!(" at {address}"))
        .unwrap_or_default()
}

/// What a failure means where its code alone does not say it: which addresses a host has not, beside the option that asks for
/// them, and that what intercepts TLS is no endpoint.
fn explained(host: &str, kind: FailureKind) -> String {
    let lacks =
        |family, option| format!(": {host} has no {family} address (--address-family {option})");
    match kind {
        FailureKind::DnsNoIpv4 => lacks("IPv4", "ipv4"),
        FailureKind::DnsNoIpv6 => lacks("IPv6", "ipv6"),
        FailureKind::TlsUnknownIssuer if Endpoint::is_aws_host(host) => format!(
            ": the certificate of {host} is not from a public root, so something on the path intercepts TLS, and AWS \
             cannot be measured through it; `stsbench doctor` names who issued it"
        ),
        _ => String::new(),
    }
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
            host: target.endpoint.origin.host().to_owned(),
            address: exchange.remote,
            kind: failure.kind,
        })?;
    let skew = response
        .date
        .as_deref()
        .and_then(|date| Skew::of_date(date, epoch.wall_at(Epoch::now())));
    match call.read(response.status, &response.body) {
        Reading::Answer(Answer::CallerIdentity(caller))
            if !request.is_repeated_by(&caller.arn)
                && !request.is_repeated_otherwise_by(&caller.arn) =>
        {
            Ok(Identified {
                caller,
                skew,
                endpoint,
                closes: response.closes,
            })
        }
        Reading::Fault(Fault { code, message, .. }) => {
            let code = code_unless_repeated(code, &request);
            let region = &target.endpoint.region;
            let cause = RefusalCause::of(&code, response.status, &message, skew, region);
            Err(PreflightError::Refused {
                endpoint,
                status: response.status,
                code,
                message: words_unless_repeated(&message, &request),
                cause,
                skew,
                hint: cause.hint(skew, region).into(),
            })
        }
        Reading::Answer(_) | Reading::Unreadable(_) => Err(PreflightError::Foreign {
            endpoint,
            status: response.status,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_told_as_an_answer_and_silence_as_none() {
        let said = |kind| {
            let endpoint = "e".to_owned();
            let host = "h.example".to_owned();
            let address = None;
            PreflightError::Unanswered {
                endpoint,
                host,
                address,
                kind,
            }
            .to_string()
        };
        assert_eq!(
            said(FailureKind::HttpRedirect),
            "e answered GetCallerIdentity as STS would not: http.redirect"
        );
        assert_eq!(
            said(FailureKind::TcpRefused),
            "e did not answer GetCallerIdentity: tcp.refused"
        );
        assert_eq!(
            said(FailureKind::DnsNoIpv6),
            "e did not answer GetCallerIdentity: dns.no_ipv6: h.example has no IPv6 address (--address-family ipv6)"
        );
        // A private service may well have an authority of its own.
        assert_eq!(
            said(FailureKind::TlsUnknownIssuer),
            "e did not answer GetCallerIdentity: tls.unknown_issuer"
        );
    }
}
