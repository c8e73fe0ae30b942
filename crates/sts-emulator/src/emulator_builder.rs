//! An emulator for the tests of a program that calls STS, described step by step.

use std::time::Duration;

use sts_model::Operation;

use crate::config::emulator_config::EmulatorConfig;
use crate::config::link::Link;
use crate::emulator::Emulator;
use crate::emulator_error::EmulatorError;
use crate::emulator_thread::EmulatorThread;
use crate::iam::federation::{OidcProviderSpec, SamlProviderSpec};
use crate::iam::identities::{AccountSpec, RoleSpec, UserSpec};
use crate::service::faults::{FaultSpec, InjectedFault};
use crate::service::latency::LatencySpec;
use crate::service::quota::Quota;
use crate::service::service_time::ServiceTime;

/// What an emulator for tests is to be: one endpoint that answers at once, and what is added to it. It makes the same
/// [`EmulatorConfig`] that a fleet file is read into; what the methods here do not cover is set there, and
/// [`EmulatorBuilder::from`] takes it.
///
/// The built-in accounts, users and roles stay; one with the same name as an added one is replaced.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "nothing runs before it is started"]
pub struct EmulatorBuilder(EmulatorConfig);

impl Emulator {
    /// An emulator for tests: the endpoint of eu-central-1, without distance, service time or quota.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::from(EmulatorConfig {
            endpoints: "eu-central-1".to_owned(),
            link: Link::Undelayed,
            quota: Quota::HIGHEST,
            ..EmulatorConfig::default()
        })
        .service_time(Duration::ZERO)
    }
}

impl From<EmulatorConfig> for EmulatorBuilder {
    fn from(config: EmulatorConfig) -> Self {
        Self(config)
    }
}

impl From<EmulatorBuilder> for EmulatorConfig {
    fn from(builder: EmulatorBuilder) -> Self {
        builder.0
    }
}

impl EmulatorBuilder {
    /// Serves these of AWS's endpoints: a comma list of Regions, `global`, globs such as `eu-*` and the other selectors of
    /// `stsbench run --endpoints`. A wrong one is refused at the start.
    pub fn endpoints(mut self, selector: impl Into<String>) -> Self {
        self.0.endpoints = selector.into();
        self
    }

    /// Adds the distances of the Region `vantage`: every endpoint answers after its round trip from there.
    pub fn seen_from(mut self, vantage: impl Into<String>) -> Self {
        self.0.vantage = vantage.into();
        self.0.link = Link::Bytes;
        self
    }

    /// Lets every operation take that long, on top of the distance.
    pub fn service_time(mut self, time: Duration) -> Self {
        let time = ServiceTime {
            median_ms: time.as_secs_f64() * 1e3,
            sigma: 0.0,
        };
        self.0.service_time = Operation::ALL.map(|operation| (operation, time)).into();
        self
    }

    /// Adds a law of latency: spikes, steps, drift, or times of one endpoint's own.
    pub fn latency(mut self, latency: LatencySpec) -> Self {
        self.0.latency.push(latency);
        self
    }

    /// Limits the requests of each account in each Region; beyond it STS says `Throttling`.
    pub fn quota(mut self, quota: Quota) -> Self {
        self.0.quota = quota;
        self
    }

    /// Adds something that goes wrong at every endpoint, with `probability` from 0 to 1. Of several the first that strikes wins.
    pub fn fault(mut self, probability: f64, fault: InjectedFault) -> Self {
        self.0.faults.push(FaultSpec {
            endpoints: vec!["*".to_owned()],
            probability,
            fault,
        });
        self
    }

    /// Describes an account; others are like any account.
    pub fn account(mut self, account: AccountSpec) -> Self {
        put(&mut self.0.accounts, account, |one| one.id.clone());
        self
    }

    /// Adds a user, who can sign: [`credentials_of`](crate::AnnouncedEmulator::credentials_of) has the keys.
    pub fn user(mut self, user: UserSpec) -> Self {
        put(&mut self.0.users, user, |one| {
            (one.account.clone(), one.name.clone())
        });
        self
    }

    /// Adds a role, which can be assumed.
    pub fn role(mut self, role: RoleSpec) -> Self {
        put(&mut self.0.roles, role, |one| {
            (one.account.clone(), one.name.clone())
        });
        self
    }

    /// Adds an OpenID Connect provider that an account trusts.
    pub fn oidc_provider(mut self, provider: OidcProviderSpec) -> Self {
        put(&mut self.0.oidc_providers, provider, |one| {
            (one.account.clone(), one.url.clone())
        });
        self
    }

    /// Adds a SAML provider that an account trusts.
    pub fn saml_provider(mut self, provider: SamlProviderSpec) -> Self {
        put(&mut self.0.saml_providers, provider, |one| {
            (one.account.clone(), one.name.clone())
        });
        self
    }

    /// Gives the same answers to the same requests in the same order at an endpoint, byte for byte: `clock`, such as
    /// `2026-01-01T00:00:00Z`, is the time at which the emulator's clock stands still, and what is otherwise random in answers
    /// follows from `seed`. See [`EmulatorConfig::clock`].
    pub fn deterministic(mut self, seed: u64, clock: impl Into<String>) -> Self {
        self.0.seed = seed;
        self.0.clock = Some(clock.into());
        self
    }

    /// Serves on the current Tokio runtime until the emulator is shut down or dropped; a current-thread one is enough.
    ///
    /// # Errors
    /// As [`Emulator::start`].
    pub async fn start(self) -> Result<Emulator, EmulatorError> {
        Emulator::start(self.0).await
    }

    /// Serves on a thread of its own until the emulator is shut down or dropped; for tests without a runtime.
    ///
    /// # Errors
    /// As [`Emulator::start`].
    pub fn start_thread(self) -> Result<EmulatorThread, EmulatorError> {
        EmulatorThread::start(self.0)
    }
}

/// Replaces the entry with the same identity, or adds one.
fn put<T, I: PartialEq>(entries: &mut Vec<T>, new: T, identity: impl Fn(&T) -> I) {
    let found = entries
        .iter_mut()
        .find(|one| identity(one) == identity(&new));
    match found {
        Some(old) => *old = new,
        None => entries.push(new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_builder_makes_what_a_fleet_file_says() {
        let built: EmulatorConfig = Emulator::builder()
            .endpoints("global,eu-west-1")
            .seen_from("us-east-1")
            .service_time(Duration::from_millis(3))
            .quota(Quota::default())
            .fault(0.5, InjectedFault::Throttle {})
            .user(UserSpec::named("anna").allowed("sts:AssumeRole"))
            .role(RoleSpec::named("deploy").trusting("arn:aws:iam::123456789012:user/anna"))
            .deterministic(7, "2026-01-01T00:00:00Z")
            .into();
        assert!(built.mistakes().is_empty(), "{:?}", built.mistakes());
        let text = toml::to_string(&built).expect("plain data");
        assert_eq!(
            toml::from_str::<EmulatorConfig>(&text).expect("its own form"),
            built
        );
        let defaults = EmulatorConfig::default();
        assert_eq!(built.users.len(), defaults.users.len() + 1);
        assert_eq!(built.roles.len(), defaults.roles.len() + 1);
    }

    #[test]
    fn what_has_the_same_name_is_replaced() {
        let built: EmulatorConfig = Emulator::builder()
            .user(UserSpec::named("simulated"))
            .account(AccountSpec {
                root_access_key: true,
                ..AccountSpec::default()
            })
            .into();
        let defaults = EmulatorConfig::default();
        assert_eq!(built.users.len(), defaults.users.len());
        assert_eq!(built.users[0].policy, None);
        assert_eq!(built.accounts.len(), defaults.accounts.len());
        assert!(built.accounts[0].root_access_key);
    }
}
