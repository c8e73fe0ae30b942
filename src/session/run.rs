//! What lasts while a plan is measured, be it once, in several windows of time, or in two stages.

use std::time::SystemTime;

use crate::credentials::Recipients;
use crate::credentials::mask::Disclosure;
use crate::load::{Engine, Epoch, Identified};
use crate::notice::SessionNotice;
use crate::place::MeasuringPlace;
use crate::plan::{Plan, Target, Windows};
use crate::results::{Certificate, Run};
use crate::transport::Trust;
use sts_model::Catalog;

use super::caller::disclosure::disclosure;
use super::caller::identity::CallerCredentials;
use super::caller::preflight::{PreflightCalls, closing, preflight};
use super::error::SessionError;
use super::header::{HeaderParts, unmeasured_run};
use super::observer::SessionObserver;
use super::simulated::SimulatedService;
use super::spec::{Authority, CredentialSource, SessionSpec, TrustSpec};
use super::steps::allowed::{Allowed, Settled};
use super::steps::announced::Announced;
use super::stop::StopSwitch;

/// A session that may begin to measure: the caller is known, and the plan is settled.
#[derive(Debug)]
pub struct Session {
    pub(super) settled: Settled,
    pub(super) stop: StopSwitch,
    pub(super) caller: CallerCredentials,
    pub(super) engine: Engine,
    pub(super) preflight: PreflightCalls,
    pub(super) disclosure: Disclosure,
    /// The run as it is before its first request.
    pub(super) unmeasured: Run,
    /// When the last part ended, by the wall clock.
    pub(super) ended: Option<SystemTime>,
}

impl Session {
    /// Finds out who calls, and what of the plan STS allows such a caller. This sends the preflight, and nothing else.
    ///
    /// # Errors
    /// [`SessionError`] when nothing of the plan can be measured.
    pub fn open(
        spec: SessionSpec,
        stop: StopSwitch,
        observer: &mut dyn SessionObserver,
    ) -> Result<Self, SessionError> {
        let SessionSpec {
            asked,
            simulated,
            caller: caller_spec,
            trust,
            run_id,
            epoch,
        } = spec;
        let announced = Announced::new(asked, simulated.as_ref())?;
        let recipients = recipients(announced.plan(), trust.plaintext_secrets)?;
        let trust = trusted(trust, simulated.as_ref())?;
        let simulation = simulated.as_ref().map(|service| service.simulation.clone());
        let caller = caller_of(
            announced.needs_credentials(),
            simulated,
            caller_spec.credentials,
            recipients,
            epoch,
        )?;
        let length = announced.length();
        let mut announced = announced
            .noting(caller.notices(length, epoch.wall()))
            .noting(network_variables());
        // Before anything is sent, because they matter most when the caller is then refused.
        let told = announced.notices().len();
        tell(observer, announced.notices());
        let secrets = std::mem::take(&mut announced.secrets);
        let engine = Engine {
            trust,
            signer: caller.signer(&run_id).with_secrets(secrets),
            epoch,
        };
        let disclosure = disclosure(caller_spec.show_identity);
        let mut preflight = PreflightCalls::default();
        let settled = settle(announced, &caller, &engine, disclosure, &mut preflight);
        observer.asked_who_calls(preflight.made(), preflight.to_aws());
        let (mut settled, identified) = settled?;
        settled.notices.extend(place_notices(&caller_spec.place));
        tell(observer, &settled.notices[told..]);
        let unmeasured = unmeasured_run(
            &settled,
            HeaderParts {
                run_id,
                epoch,
                place: caller_spec.place,
                simulation,
                caller: &caller,
                identified: identified.as_ref(),
                disclosure,
            },
        );
        Ok(Self {
            settled,
            stop,
            caller,
            engine,
            preflight,
            disclosure,
            unmeasured,
            ended: None,
        })
    }

    /// The same on a host that holds `certificate` of the self-test, which the run then carries.
    #[must_use]
    pub fn certified(self, certificate: Option<Certificate>) -> Self {
        let mut unmeasured = self.unmeasured;
        unmeasured.conditions.certificate = certificate.map(Certificate::within_run);
        Self { unmeasured, ..self }
    }

    /// What is measured, once or in each window.
    pub fn plan(&self) -> &Plan {
        &self.settled.plan
    }

    /// How often it is measured, if more than once.
    pub fn windows(&self) -> Option<Windows> {
        self.settled.windows
    }
}

fn tell(observer: &mut dyn SessionObserver, notices: &[SessionNotice]) {
    notices.iter().for_each(|notice| observer.notice(notice));
}

/// Which identity the run calls with: none when nothing is signed, the simulated service's user, or the user.
fn caller_of(
    needs_credentials: bool,
    simulated: Option<SimulatedService>,
    source: CredentialSource,
    recipients: Recipients,
    epoch: Epoch,
) -> Result<CallerCredentials, SessionError> {
    if let (true, Some(service)) = (needs_credentials, simulated) {
        let found = service.credentials;
        return Ok(CallerCredentials::simulated(
            found.ok_or(SessionError::SimulatedCredentials)?,
        ));
    }
    if needs_credentials {
        CallerCredentials::of(source, recipients, epoch)
    } else {
        Ok(CallerCredentials::anonymous())
    }
}

/// What the user should know about the place that is measured from.
fn place_notices(place: &MeasuringPlace) -> impl Iterator<Item = SessionNotice> {
    let unknown = place.region.as_ref().filter(|region| !region.is_known());
    let unknown = unknown.cloned().map(SessionNotice::UnknownRegion);
    let fleeting = place.vantage.ephemeral();
    let fleeting = fleeting.map(|why| SessionNotice::EphemeralName {
        name: place.vantage.text.clone(),
        why,
    });
    unknown.into_iter().chain(fips_name(place)).chain(fleeting)
}

/// That the Region of the place is said by a name of its FIPS endpoint, where that is another host than the plain one.
pub(crate) fn fips_name(place: &MeasuringPlace) -> Option<SessionNotice> {
    let (name, region) = (place.fips_name.clone()?, place.region.clone()?);
    let catalog = Catalog {
        here: Some(region.name.clone()),
        ..Catalog::default()
    };
    let host = |selector: &str| {
        let selected = catalog.select(&selector.parse().ok()?).ok()?;
        Some(selected.first()?.origin.host().to_owned())
    };
    (host("here") != host("fips:here")).then_some(SessionNotice::FipsName { name, region })
}

/// Leaves out what STS refuses to the caller, whom the preflight asks for.
fn settle(
    announced: Announced,
    caller: &CallerCredentials,
    engine: &Engine,
    disclosure: Disclosure,
    calls: &mut PreflightCalls,
) -> Result<(Settled, Option<Identified>), SessionError> {
    let temporary = caller.is_temporary();
    let allowed = Allowed::to_credentials(announced, temporary)?;
    let identified = if caller.is_anonymous() {
        None
    } else {
        preflight(engine, allowed.plan(), disclosure, calls)?
    };
    let allowed = match &identified {
        Some(identified) => {
            let allowed = allowed.for_principal(identified, temporary)?;
            without_kept(allowed, engine, identified, calls)?
        }
        None => allowed,
    };
    let settled = allowed.settled(caller.doubts(identified.as_ref()));
    Ok((settled, identified))
}

/// Leaves out warm connections where they cannot be had and nobody asked for them.
fn without_kept(
    allowed: Allowed,
    engine: &Engine,
    identified: &Identified,
    calls: &mut PreflightCalls,
) -> Result<Allowed, SessionError> {
    if !allowed.chooses_connections() {
        return Ok(allowed);
    }
    let closing = closing(engine, allowed.plan(), identified, calls)?;
    allowed.without_kept(closing)
}

/// Whom the requests of a run trust: the public roots, and what `spec` and the simulated service add.
///
/// # Errors
/// An authority that cannot be read.
pub(crate) fn trusted(
    spec: TrustSpec,
    simulated: Option<&SimulatedService>,
) -> Result<Trust, SessionError> {
    let mut trust = match simulated {
        Some(service) => service.trust().map_err(SessionError::SimulatedAuthority)?,
        None => Trust::public(),
    };
    if let Some(Authority { path, pem }) = spec.authority {
        trust = trust
            .with_authority(pem.as_bytes())
            .map_err(|cause| SessionError::Authority { path, cause })?;
        if spec.local_names {
            trust = trust.with_local_names();
        }
    }
    let trust = spec
        .hosts
        .iter()
        .fold(trust, |trust, host| trust.with_host(host));
    Ok(spec
        .plaintext_hosts
        .iter()
        .fold(trust, |trust, host| trust.with_plaintext_host(host)))
}

/// Who is shown the plan's requests. Where they leave this machine in plaintext, a secret parameter needs the user's consent
/// as a key of AWS's does.
fn recipients(plan: &Plan, plaintext_secrets: bool) -> Result<Recipients, SessionError> {
    let exposed =
        |target: &&Target| target.endpoint.origin.is_plaintext_elsewhere() && !plaintext_secrets;
    for target in plan.targets.iter().filter(exposed) {
        if let Some((parameter, _)) = target.call.secrets().next() {
            return Err(SessionError::PlaintextSecret {
                operation: target.call.operation(),
                parameter: parameter.cli_name,
                endpoint: target.endpoint.name.clone(),
            });
        }
    }
    Ok(Recipients {
        aws: plan.targets.iter().any(|t| t.endpoint.belongs_to_aws()),
        plaintext: plan.targets.iter().any(|t| exposed(&t)),
    })
}

/// Variables that lead AWS's other tools on their way to STS, and what this program makes of them.
pub(crate) fn network_variables() -> impl Iterator<Item = SessionNotice> {
    const PROXIES: [&str; 6] = [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    const ENDPOINTS: [&str; 5] = [
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_STS",
        "AWS_STS_REGIONAL_ENDPOINTS",
    ];
    const RETRIES: [&str; 2] = ["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"];
    let set = |names: &[&'static str]| -> Vec<&'static str> {
        let set = |name: &&str| {
            std::env::var_os(name).is_some_and(|value| !value.to_string_lossy().trim().is_empty())
        };
        names.iter().copied().filter(set).collect()
    };
    let owned = |names: &[&'static str]| -> Vec<String> {
        set(names).into_iter().map(str::to_owned).collect()
    };
    let told = |names: Vec<String>, notice: fn(Vec<String>) -> SessionNotice| {
        (!names.is_empty()).then(|| notice(names))
    };
    let proxies = set(&PROXIES);
    [
        (!proxies.is_empty()).then_some(SessionNotice::ProxyIgnored(proxies)),
        told(owned(&ENDPOINTS), SessionNotice::EndpointVariables),
        told(owned(&RETRIES), SessionNotice::RetriesNotFollowed),
    ]
    .into_iter()
    .flatten()
}
