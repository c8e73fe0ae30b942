//! What became of the requests of one place: a client that notes it, whoever makes the requests.

use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use hyper::Uri;

use zeroize::Zeroizing;

use crate::classify;
use crate::credentials::reason::{AttemptEnd, Reason};
use crate::echo::Sent;

use super::proxies::{Proxies, Ways};
use super::tunnel;

/// What became of the last request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attempts(Arc<Mutex<Last>>);

/// The last request.
#[derive(Default)]
struct Last {
    reason: Option<Reason>,
    sent: Option<Sent>,
}

impl std::fmt::Debug for Last {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Last")
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// What of a request must not come back.
fn sent(request: &HttpRequest) -> Sent {
    let header = |name| request.headers().get(name).unwrap_or_default();
    let form = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
    Sent::new(
        header("authorization"),
        header("x-amz-security-token"),
        &Zeroizing::new(form.into_owned()),
    )
}

impl Attempts {
    /// What became of the last request; `None` before the first has ended.
    pub(crate) fn reason(&self) -> Option<Reason> {
        self.last().reason.clone()
    }

    /// The HTTP status of the last answer, if it was one of failure.
    pub(super) fn status(&self) -> Option<u16> {
        match self.last().reason.as_ref()?.end {
            AttemptEnd::Status(status) => Some(status),
            _ => None,
        }
    }

    /// Whether `text`, which a server sent, repeats something of the last request, in whatever form.
    pub(super) fn is_repeated_by(&self, text: &str) -> bool {
        let last = self.last();
        let sent = last.sent.as_ref();
        sent.is_some_and(|it| it.is_repeated_by(text) || it.is_repeated_otherwise_by(text))
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last answer lacks something.
    pub(super) fn lacks(&self, what: &'static str) {
        if let Some(reason) = &mut self.last().reason {
            reason.end = AttemptEnd::Answered(what);
        }
    }

    /// One client of these, with its requests noted here.
    pub(super) fn of_clients(
        &self,
        clients: Ways<SharedHttpClient>,
        proxies: Proxies,
    ) -> SharedHttpClient {
        use aws_smithy_runtime_api::client::http::HttpClient as _;
        let attempts = self.clone();
        http_client_fn(move |settings, components| {
            let connectors = clients.map(|client| client.http_connector(settings, components));
            attempts.noting(connectors, proxies.clone())
        })
    }

    /// `connector`, which uses no proxy, with its requests noted here.
    pub(super) fn of_connector(
        &self,
        connector: impl HttpConnector + 'static,
    ) -> SharedHttpConnector {
        let ways = Ways::direct(SharedHttpConnector::new(connector));
        self.noting(ways, Proxies::default())
    }

    fn noting(
        &self,
        connectors: Ways<SharedHttpConnector>,
        proxies: Proxies,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Noting {
            connectors,
            attempts: self.clone(),
            proxies,
        })
    }
}

#[derive(Debug)]
struct Noting {
    connectors: Ways<SharedHttpConnector>,
    attempts: Attempts,
    proxies: Proxies,
}

impl HttpConnector for Noting {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let uri: Uri = request.uri().parse().unwrap_or_default();
        let proxy = self.proxies.on_the_way_to(&uri);
        let attempts = self.attempts.clone();
        attempts.last().sent = Some(sent(&request));
        let connector = self.connectors.of(uri.scheme_str(), proxy.as_ref());
        let asking = connector.call(request);
        HttpConnectorFuture::new(async move {
            let answer = asking.await;
            let mut end = match &answer {
                Ok(answer) if answer.status().is_success() => {
                    AttemptEnd::Answered("holds no credentials")
                }
                Ok(answer) => AttemptEnd::Status(answer.status().as_u16()),
                Err(error) => failed(error),
            };
            if let (AttemptEnd::ProxyRefused(None), Some(proxy)) = (end, &proxy) {
                end = AttemptEnd::ProxyRefused(tunnel::refusal(proxy, &uri).await);
            }
            let reason = Reason {
                host: place(&uri),
                proxy: proxy.map(|proxy| place(proxy.uri())),
                end,
            };
            attempts.last().reason = Some(reason);
            answer
        })
    }
}

fn failed(error: &(dyn Error + 'static)) -> AttemptEnd {
    // The type of a tunnel's errors is not public; its texts are fixed.
    let says = |words: &str| {
        std::iter::successors(Some(error), |&cause| cause.source())
            .any(|cause| cause.to_string().contains(words))
    };
    if says("tunnel error: unsuccessful") {
        AttemptEnd::ProxyRefused(None)
    } else if says("tunnel error: proxy authorization required") {
        AttemptEnd::ProxyLogin
    } else {
        AttemptEnd::Failed(classify::asking(error))
    }
}

/// Host and port alone: a URL can hold a password.
fn place(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    match uri.port_u16() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
