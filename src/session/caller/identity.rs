//! As whom a run calls: with the user's credentials, kept fresh while it lasts, or with the simulated service's own.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::credentials::mask::{self, Disclosure};
use crate::credentials::{
    self, CredentialsError, FoundCredentials, Keyring, Lost, Recipients, Refresher, Remark,
    Renewal, Search, WallClock,
};
use crate::load::{Epoch, Identified, Skew};
use crate::notice::SourceFault;
use crate::notice::{ClockOffset, SessionNotice};
use crate::parallel::{runtime, start_thread};
use crate::results;
use crate::session::error::SessionError;
use crate::session::spec::CredentialSource;
use crate::session::stop::StopSwitch;
use crate::sign::Signer;

/// As whom a run calls.
#[derive(Debug)]
pub(crate) struct CallerCredentials {
    keyring: Option<Keyring>,
    renewing: Option<Renewing>,
    lost: LostCredentials,
    /// Ends the renewing thread: the thread hears when this sender is dropped with the value.
    dropped: watch::Sender<()>,
}

/// The way to fresher credentials.
#[derive(Debug, Clone)]
struct Renewing {
    from: RenewalSource,
    clock: WallClock,
    /// What the clock counts from.
    epoch: Arc<Mutex<Epoch>>,
}

/// Where fresher credentials come from.
#[derive(Debug, Clone)]
enum RenewalSource {
    Chain(Search),
    /// Nowhere.
    Unrenewable {
        /// Where the credentials came from.
        source: String,
    },
}

impl Renewal for RenewalSource {
    async fn renew(&mut self) -> Result<FoundCredentials, CredentialsError> {
        match self {
            Self::Chain(search) => search.renew().await,
            Self::Unrenewable { source } => Err(CredentialsError::Unavailable {
                source_name: source.clone(),
                reason: None,
            }),
        }
    }
}

/// Why the credentials were lost, once they are.
#[derive(Debug, Clone, Default)]
pub(crate) struct LostCredentials(Arc<Mutex<Option<Arc<Lost>>>>);

impl LostCredentials {
    pub(crate) fn reason(&self) -> Option<Arc<Lost>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, reason: Option<Arc<Lost>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }
}

impl CallerCredentials {
    /// No caller: no credentials are searched for.
    pub(crate) fn anonymous() -> Self {
        Self {
            keyring: None,
            renewing: None,
            lost: LostCredentials::default(),
            dropped: watch::Sender::new(()),
        }
    }

    /// The simulated service's own keys; the user's are neither looked for nor touched.
    pub(crate) fn simulated(found: FoundCredentials) -> Self {
        Self {
            keyring: Some(Keyring::new(found)),
            ..Self::anonymous()
        }
    }

    /// The credentials of `source` for requests to `recipients`, by the time since `epoch`.
    pub(crate) fn of(
        source: CredentialSource,
        recipients: Recipients,
        epoch: Epoch,
    ) -> Result<Self, SessionError> {
        let epoch = Arc::new(Mutex::new(epoch));
        let shared = Arc::clone(&epoch);
        let clock = WallClock::new(move || {
            let epoch = shared.lock().unwrap_or_else(PoisonError::into_inner);
            epoch.wall_at(Epoch::now())
        });
        let (found, from) = match source {
            CredentialSource::Chain {
                profile,
                process_limit,
            } => {
                let search =
                    Search::new(profile, process_limit, clock.clone()).for_recipients(recipients);
                let runtime = runtime(RENEWING)?;
                let found = runtime.block_on(credentials::find(&search))?;
                (found, RenewalSource::Chain(search))
            }
            CredentialSource::Given(found) => {
                let source = found.source.clone();
                (found, RenewalSource::Unrenewable { source })
            }
        };
        Ok(Self {
            keyring: Some(Keyring::new(found)),
            renewing: Some(Renewing { from, clock, epoch }),
            ..Self::anonymous()
        })
    }

    /// What makes requests of calls; the account's audit log names program and run.
    pub(crate) fn signer(&self, run_id: &str) -> Signer {
        let user_agent = format!("stsbench/{} run/{run_id}", env!("CARGO_PKG_VERSION"));
        match &self.keyring {
            Some(keyring) => Signer::new(keyring.clone(), user_agent),
            None => Signer::without_credentials(user_agent),
        }
    }

    /// Whether there are no credentials, because nothing is signed.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.keyring.is_none()
    }

    /// Whether STS refuses the credentials to some operations.
    pub(crate) fn is_temporary(&self) -> bool {
        self.keyring
            .as_ref()
            .is_some_and(|keyring| keyring.current().is_temporary())
    }

    /// What the user should know about credentials of the chain in a run of that length.
    pub(crate) fn notices(&self, length: Duration, now: SystemTime) -> Vec<SessionNotice> {
        let (
            Some(Renewing {
                from: RenewalSource::Chain(search),
                ..
            }),
            Some(keyring),
        ) = (&self.renewing, &self.keyring)
        else {
            return Vec::new();
        };
        let held = keyring.current();
        let expiry = held
            .expires
            .map(|end| end.duration_since(now).unwrap_or_default())
            .filter(|left| *left < length)
            .map(|left| SessionNotice::CredentialsExpire {
                left,
                source: held.source.clone(),
            });
        search
            .remarks()
            .into_iter()
            .map(SessionNotice::from)
            .chain(expiry)
            .collect()
    }

    /// Renews the credentials before they expire, off the measuring thread, for as long as this value lives; their loss
    /// stops the calls. Returns what keeps it from doing so.
    pub(crate) fn keep_fresh(&self, stop: &StopSwitch) -> Option<SessionNotice> {
        self.renewing_thread(stop)?
            .err()
            .map(|error| SessionNotice::NotRenewed(error.to_string()))
    }

    fn renewing_thread(
        &self,
        stop: &StopSwitch,
    ) -> Option<std::io::Result<JoinHandle<std::io::Result<()>>>> {
        let (Some(renewing), Some(keyring)) = (self.renewing.clone(), self.keyring.clone()) else {
            return None;
        };
        keyring.current().expires?;
        let Renewing { from, clock, .. } = renewing;
        let (stop, lost) = (stop.clone(), self.lost.clone());
        let mut dropped = self.dropped.subscribe();
        let watch = move || -> std::io::Result<()> {
            let runtime = runtime(RENEWING)?;
            let refresher = Refresher::start(runtime.handle(), keyring, from, clock);
            runtime.block_on(async {
                let mut watched = refresher.lost();
                tokio::select! {
                    Ok(reason) = watched.wait_for(Option::is_some) => {
                        lost.set(reason.clone());
                        stop.stop_calls();
                    }
                    // Nothing is ever sent: it ends with the sender.
                    _ = dropped.changed() => {}
                    else => {}
                }
            });
            Ok(())
        };
        Some(start_thread(RENEWING, watch))
    }

    /// Counts the time from `epoch` on, which was read later.
    pub(crate) fn set_clock(&self, epoch: Epoch) {
        if let Some(renewing) = &self.renewing {
            *renewing
                .epoch
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = epoch;
        }
    }

    /// Why the credentials were lost, once they are.
    pub(crate) fn lost(&self) -> &LostCredentials {
        &self.lost
    }

    /// Who called, as the run may show it.
    pub(crate) fn describe(
        &self,
        identified: &Identified,
        disclosure: Disclosure,
    ) -> Option<results::Caller> {
        let found = self.keyring.as_ref()?.current();
        Some(results::Caller {
            account: mask::account(&identified.caller.account, disclosure),
            arn: mask::arn(&identified.caller.arn, disclosure),
            access_key: found.masked_key(),
            source: found.source.clone(),
        })
    }

    /// What the preflight, or its absence, gives cause to say.
    pub(crate) fn doubts(&self, identified: Option<&Identified>) -> Vec<SessionNotice> {
        match identified {
            _ if self.is_anonymous() => vec![SessionNotice::Anonymous],
            None => vec![SessionNotice::CallerUnknown],
            Some(identified) => {
                let root = identified.caller.arn.ends_with(":root");
                root.then_some(SessionNotice::RootKeys)
                    .into_iter()
                    .chain(identified.skew.and_then(skewed))
                    .collect()
            }
        }
    }
}

impl From<Remark> for SessionNotice {
    fn from(remark: Remark) -> Self {
        match source_fault(remark) {
            Ok(fault) => Self::Source(fault),
            Err(notice) => notice,
        }
    }
}

/// The fault that a remark tells of; of a remark that tells of no fault, its notice.
pub(crate) fn source_fault(remark: Remark) -> Result<SourceFault, SessionNotice> {
    Ok(match remark {
        Remark::ExposedFile(path) => SourceFault::ExposedFile(path),
        Remark::UnreadLine(path, line) => SourceFault::UnreadLine { path, line },
        Remark::RepeatedLine(path, line) => SourceFault::RepeatedLine { path, line },
        Remark::UnreadableFile(path, why) => {
            let reason = why.to_string();
            SourceFault::UnreadableFile { path, reason }
        }
        Remark::LoneVariables(names) => SourceFault::LoneVariables(names),
        Remark::UnreadExpiry => SourceFault::UnreadExpiry,
        Remark::OlderPlaces(names) => SourceFault::OlderPlaces(names),
        Remark::AlsoConfigured(places) => return Err(SessionNotice::AlsoConfigured(places)),
        Remark::SearchOnly(names) => return Err(SessionNotice::EndpointVariables(names)),
        Remark::NotFollowed(names) => return Err(SessionNotice::RetriesNotFollowed(names)),
    })
}

fn skewed(skew: Skew) -> Option<SessionNotice> {
    let offset = match skew {
        Skew::ServiceAhead(_) => ClockOffset::Behind,
        Skew::ServiceBehind(_) => ClockOffset::Ahead,
    };
    (skew.distance() > TOLERATED_SKEW).then(|| SessionNotice::ClockSkew {
        seconds: skew.distance().as_secs(),
        offset,
    })
}

const RENEWING: &str = "credentials";

/// Differences between clocks up to this need no notice.
const TOLERATED_SKEW: Duration = Duration::from_secs(60);

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
