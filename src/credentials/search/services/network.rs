//! How the search for credentials reaches services: the AWS SDK's HTTP client, with the proxies and authorities that are
//! right for each. The measured calls have clients of their own.

use std::path::PathBuf;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::credentials::error::{CredentialsError, FileFault};
use crate::credentials::search::files::{bounded_text, expanded};
use crate::credentials::search::profile::is_region_name;
use crate::credentials::search::profiles::Selected;
use crate::credentials::search::variables::variable;

use super::attempts::Attempts;
use super::proxies::Proxies;

/// For the credentials services of the container and of the instance. They are sent the workload's token, and answer
/// with its keys, mostly in plain text: no proxy may see that, whatever the environment says.
pub(super) fn inward_connector(attempts: &Attempts) -> SharedHttpConnector {
    let tls = tls_of(TrustStore::default());
    let connector = connector(&tls, ProxyConfig::disabled(), None, None);
    attempts.of_connector(connector)
}

/// How STS and IAM Identity Center are reached.
pub(super) struct Outward {
    client: SharedHttpClient,
    region: String,
    fips: bool,
    dual_stack: bool,
}

impl Outward {
    /// Through the proxies that the environment names, and with the Region, the variant of the endpoints and the
    /// authorities that the AWS CLI would use. The Region is never looked up over the network.
    ///
    /// # Errors
    /// `AWS_CA_BUNDLE` or `ca_bundle` names no file with certificates, or what is given as a Region or a proxy is none.
    pub(super) fn new(
        selected: Selected<'_>,
        attempts: &Attempts,
    ) -> Result<Self, CredentialsError> {
        let setting = |name: &str| selected.get(name).map(str::to_owned);
        let (region, is_fips_region) = region(selected)?;
        let is_on = |name, own| {
            let given = variable(name).or_else(|| setting(own));
            given.is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        // The last is what the AWS CLI falls back to, a variable of the library that it is built on.
        let older = || Some((variable(OLDER_BUNDLE)?, OLDER_BUNDLE.to_owned()));
        let bundle = selected.variable_or("AWS_CA_BUNDLE", "ca_bundle");
        let trust = match bundle.or_else(older) {
            Some((path, named_by)) => authorities(expanded(&path), named_by)?,
            None => TrustStore::default(),
        };
        let proxies = Proxies::of_environment()?;
        let clients = proxies.ways().map(|proxy| client(proxy.clone(), &trust));
        Ok(Self {
            client: attempts.of_clients(clients, proxies),
            region,
            fips: is_fips_region || is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            dual_stack: is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        })
    }

    /// The Region that the environment and the profile name.
    pub(super) fn region(&self) -> &str {
        &self.region
    }

    /// Whether FIPS or dual-stack endpoints are wanted.
    pub(super) fn is_variant(&self) -> bool {
        self.fips || self.dual_stack
    }

    /// For clients of the SDK, in another Region and perhaps at a URL.
    pub(super) fn client_config(&self, region: String, url: Option<String>) -> SdkConfig {
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .use_fips(self.fips)
            .use_dual_stack(self.dual_stack)
            .http_client(self.client.clone());
        config.set_endpoint_url(url);
        config.build()
    }
}

/// The HTTP status of an answer to somebody who asks too often.
pub(super) const TOO_MANY_REQUESTS: u16 = 429;

/// Says that an answer of "too many requests" without one of AWS's codes, as a gateway in front of a service gives it, is worth
/// another attempt, as for the AWS CLI. The SDK knows the codes alone.
#[derive(Debug)]
pub(super) struct Throttled;

impl ClassifyRetry for Throttled {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|it| it.status().as_u16()) {
            Some(TOO_MANY_REQUESTS) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "too many requests"
    }
}

const OLDER_BUNDLE: &str = "REQUESTS_CA_BUNDLE";

/// The Region that is configured, us-east-1 without one, and whether its name asks for FIPS endpoints: `fips-us-east-1` and
/// `us-east-1-fips` are older names of a Region with these, as for the AWS CLI.
fn region(selected: Selected<'_>) -> Result<(String, bool), CredentialsError> {
    let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let mut set = variables
        .into_iter()
        .filter_map(|name| Some((variable(name)?, name.to_owned())));
    let of_profile = || Some((selected.get("region")?.to_owned(), selected.place("region")));
    let Some((given, place)) = set.next().or_else(of_profile) else {
        return Ok(("us-east-1".to_owned(), false));
    };
    if !is_region_name(&given) {
        return Err(CredentialsError::Setting {
            source_name: place,
            fault: "not the name of a Region: letters, digits and hyphens",
        });
    }
    Ok(match sts_model::Region::of_fips_name(&given) {
        Some(plain) => (plain.to_owned(), true),
        None => (given, false),
    })
}

fn tls_of(trust: TrustStore) -> TlsContext {
    TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .expect("a context of certificates that were read needs nothing else")
}

fn connector(
    context: &TlsContext,
    proxies: ProxyConfig,
    settings: Option<&HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> Connector {
    let mut connector = ConnectorBuilder::default()
        .tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(context.clone())
        .proxy_config(proxies);
    connector.set_connector_settings(settings.cloned());
    if let Some(components) = components {
        connector.set_sleep_impl(components.sleep_impl());
    }
    connector.build()
}

fn client(proxies: ProxyConfig, trust: &TrustStore) -> SharedHttpClient {
    let context = tls_of(trust.clone());
    Builder::new().build_with_connector_fn(move |settings, components| {
        connector(&context, proxies.clone(), settings, components)
    })
}

/// The authorities of a file, instead of the system's, as with the AWS CLI. The SDK panics over a certificate that
/// cannot be read, so those are left out; a file without any other is refused.
fn authorities(path: PathBuf, named_by: String) -> Result<TrustStore, CredentialsError> {
    let found = bounded_text(&path).and_then(|text| {
        let usable: Vec<_> = CertificateDer::pem_slice_iter(text.as_bytes())
            .filter_map(Result::ok)
            .filter(|authority| RootCertStore::empty().add(authority.clone()).is_ok())
            .collect();
        if usable.is_empty() {
            Err(FileFault::NoAuthority)
        } else {
            Ok(usable)
        }
    });
    let usable = found.map_err(|fault| CredentialsError::NamedFile {
        named_by,
        path,
        fault,
    })?;
    Ok(usable.iter().fold(TrustStore::empty(), |trust, authority| {
        trust.with_pem_certificate(format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            STANDARD.encode(authority)
        ))
    }))
}
