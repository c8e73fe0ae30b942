//! What became of the requests of one place: a client that notes it, whoever makes the requests.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use hyper::Uri;

use crate::classify;
use crate::credentials::reason::{AttemptEnd, Reason};

use super::proxies::{Proxies, Ways};
use super::tunnel;

/// What became of the last request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attempts(Arc<Mutex<Option<Reason>>>);

impl Attempts {
    /// What became of the last request; `None` before the first has ended.
    pub(crate) fn reason(&self) -> Option<Reason> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The last answer lacks something.
    pub(super) fn lacks(&self, what: &'static str) {
        if let Some(reason) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
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
        let attempts = Arc::clone(&self.attempts.0);
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
            *attempts.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
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
