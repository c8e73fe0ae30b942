//! How the search for credentials reaches services: the AWS SDK's HTTP client, with the proxies and authorities that are
//! right for each. The measured calls have clients of their own.

use std::path::PathBuf;

use aws_config::Region;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::credentials::error::{CredentialsError, FileFault};

use super::files::{bounded_text, expanded};
use super::variables::variable;

/// What a profile says about a setting of the network; `None` for one that is absent or empty.
pub(super) type ProfileSetting<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// For the credentials services of the container and of the instance. They are sent the workload's token, and answer
/// with its keys, mostly in plain text: no proxy may see that, whatever the environment says.
pub(super) fn inward() -> ProviderConfig {
    with_client(
        ProviderConfig::without_region(),
        ProxyConfig::disabled(),
        TrustStore::default(),
    )
}

/// For STS and IAM Identity Center: through the proxies that the environment names, and with the Region, the variant of
/// the endpoints and the authorities that the AWS CLI would use. The Region is never looked up over the network.
///
/// # Errors
/// `AWS_CA_BUNDLE` or `ca_bundle` names no file with certificates.
pub(super) fn outward(profile: ProfileSetting<'_>) -> Result<ProviderConfig, CredentialsError> {
    let region = variable("AWS_REGION")
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .or_else(|| profile("region"))
        .unwrap_or_else(|| "us-east-1".to_owned());
    let switch = |name, setting| {
        variable(name)
            .or_else(|| profile(setting))
            .map(|value| value.eq_ignore_ascii_case("true"))
    };
    let config = ProviderConfig::without_region()
        .with_region(Some(Region::new(region)))
        .with_use_fips(switch("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))
        .with_use_dual_stack(switch(
            "AWS_USE_DUALSTACK_ENDPOINT",
            "use_dualstack_endpoint",
        ));
    // The last is what the AWS CLI falls back to, a variable of the library that it is built on.
    let bundle = variable("AWS_CA_BUNDLE")
        .or_else(|| profile("ca_bundle"))
        .or_else(|| variable("REQUESTS_CA_BUNDLE"));
    let trust = match bundle {
        Some(path) => authorities(expanded(&path))?,
        None => TrustStore::default(),
    };
    Ok(with_client(config, ProxyConfig::from_env(), trust))
}

fn with_client(config: ProviderConfig, proxies: ProxyConfig, trust: TrustStore) -> ProviderConfig {
    let context = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .expect("a context of certificates that were read needs nothing else");
    config.with_http_client(
        Builder::new().build_with_connector_fn(move |settings, components| {
            let mut connector = ConnectorBuilder::default()
                .tls_provider(tls::Provider::Rustls(CryptoMode::AwsLc))
                .tls_context(context.clone());
            connector.set_connector_settings(settings.cloned());
            if let Some(components) = components {
                connector.set_sleep_impl(components.sleep_impl());
            }
            connector.set_proxy_config(Some(proxies.clone()));
            connector.build()
        }),
    )
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
