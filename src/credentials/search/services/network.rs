//! How the search for credentials reaches services: the AWS SDK's HTTP client, with the proxies and authorities that are
//! right for each. The measured calls have clients of their own.

use std::path::PathBuf;

use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::credentials::error::{CredentialsError, FileFault};

use crate::credentials::search::files::{bounded_text, expanded};
use crate::credentials::search::variables::variable;

use super::attempts::{Attempts, Proxies};

/// What a profile says about a setting of the network; `None` for one that is absent or empty.
pub(crate) type ProfileSetting<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// For the credentials services of the container and of the instance. They are sent the workload's token, and answer
/// with its keys, mostly in plain text: no proxy may see that, whatever the environment says.
pub(super) fn inward(attempts: &Attempts) -> ProviderConfig {
    let client = client(ProxyConfig::disabled(), TrustStore::default());
    ProviderConfig::without_region().with_http_client(attempts.of_client(client, Proxies::none()))
}

/// The same for requests that are made here.
pub(super) fn inward_connector(attempts: &Attempts) -> SharedHttpConnector {
    let tls = tls_of(TrustStore::default());
    let connector = connector(&tls, ProxyConfig::disabled(), None, None);
    attempts.of_connector(connector, Proxies::none())
}

/// How STS and IAM Identity Center are reached.
pub(super) struct Outward {
    client: SharedHttpClient,
    region: Region,
    fips: Option<bool>,
    dual_stack: Option<bool>,
}

impl Outward {
    /// Through the proxies that the environment names, and with the Region, the variant of the endpoints and the
    /// authorities that the AWS CLI would use. The Region is never looked up over the network.
    ///
    /// # Errors
    /// `AWS_CA_BUNDLE` or `ca_bundle` names no file with certificates.
    pub(super) fn new(
        profile: ProfileSetting<'_>,
        attempts: &Attempts,
    ) -> Result<Self, CredentialsError> {
        let region = variable("AWS_REGION")
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .or_else(|| profile("region"))
            .unwrap_or_else(|| "us-east-1".to_owned());
        let switch = |name, setting| {
            variable(name)
                .or_else(|| profile(setting))
                .map(|value| value.eq_ignore_ascii_case("true"))
        };
        // The last is what the AWS CLI falls back to, a variable of the library that it is built on.
        let bundle = variable("AWS_CA_BUNDLE")
            .or_else(|| profile("ca_bundle"))
            .or_else(|| variable("REQUESTS_CA_BUNDLE"));
        let trust = match bundle {
            Some(path) => authorities(expanded(&path))?,
            None => TrustStore::default(),
        };
        let client = client(ProxyConfig::from_env(), trust);
        Ok(Self {
            client: attempts.of_client(client, Proxies::of_environment()),
            region: Region::new(region),
            fips: switch("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            dual_stack: switch("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        })
    }

    /// For providers of the SDK.
    pub(super) fn provider_config(&self) -> ProviderConfig {
        ProviderConfig::without_region()
            .with_region(Some(self.region.clone()))
            .with_use_fips(self.fips)
            .with_use_dual_stack(self.dual_stack)
            .with_http_client(self.client.clone())
    }

    /// For clients of the SDK, in another Region and perhaps at a URL.
    pub(super) fn client_config(&self, region: String, url: Option<String>) -> SdkConfig {
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .use_fips(self.fips.unwrap_or_default())
            .use_dual_stack(self.dual_stack.unwrap_or_default())
            .http_client(self.client.clone());
        config.set_endpoint_url(url);
        config.build()
    }
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

fn client(proxies: ProxyConfig, trust: TrustStore) -> SharedHttpClient {
    let context = tls_of(trust);
    Builder::new().build_with_connector_fn(move |settings, components| {
        connector(&context, proxies.clone(), settings, components)
    })
}

/// The authorities of a file, instead of the system's, as with the AWS CLI. The SDK panics over a certificate that
/// cannot be read, so those are left out; a file without any other is refused.
fn authorities(path: PathBuf) -> Result<TrustStore, CredentialsError> {
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
    let usable = found.map_err(|fault| CredentialsError::File { path, fault })?;
    Ok(usable.iter().fold(TrustStore::empty(), |trust, authority| {
        trust.with_pem_certificate(format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            STANDARD.encode(authority)
        ))
    }))
}
