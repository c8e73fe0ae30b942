//! What became of the requests of one place: a client that notes it, whoever makes the requests.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::classify;
use crate::credentials::reason::{AttemptEnd, Reason};

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

    /// The last answer was one of success, and lacks something.
    pub(super) fn lacks(&self, what: &'static str) {
        if let Some(reason) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            reason.end = AttemptEnd::Answered(what);
        }
    }

    /// `client`, with its requests noted here.
    pub(super) fn of_client(&self, client: SharedHttpClient, proxies: Proxies) -> SharedHttpClient {
        use aws_smithy_runtime_api::client::http::HttpClient as _;
        let attempts = self.clone();
        http_client_fn(move |settings, components| {
            attempts.of_connector(client.http_connector(settings, components), proxies.clone())
        })
    }

    /// `connector`, with its requests noted here.
    pub(super) fn of_connector(
        &self,
        connector: impl HttpConnector + 'static,
        proxies: Proxies,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Noting {
            connector: SharedHttpConnector::new(connector),
            attempts: self.clone(),
            proxies,
        })
    }
}

/// The proxies that the environment names, or none.
#[derive(Debug, Clone)]
pub(super) struct Proxies(Option<Arc<Matcher>>);

impl Proxies {
    pub(super) fn none() -> Self {
        Self(None)
    }

    pub(super) fn of_environment() -> Self {
        Self(Some(Arc::new(Matcher::from_env())))
    }

    /// The proxy on the way to `uri`.
    fn on_the_way_to(&self, uri: &Uri) -> Option<Intercept> {
        self.0.as_ref()?.intercept(uri)
    }
}

#[derive(Debug)]
struct Noting {
    connector: SharedHttpConnector,
    attempts: Attempts,
    proxies: Proxies,
}

impl HttpConnector for Noting {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let uri: Uri = request.uri().parse().unwrap_or_default();
        let proxy = self.proxies.on_the_way_to(&uri);
        let attempts = Arc::clone(&self.attempts.0);
        let asking = self.connector.call(request);
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
