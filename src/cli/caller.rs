//! As whom a run calls: the user's credentials, kept fresh while it lasts, or the simulated fleet's own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, anyhow};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::credentials::mask::{self, Disclosure};
use crate::credentials::{self, Found, Keyring, Lost, Refresher, Search, WallClock, hardening};
use crate::load::{Epoch, Identified, Skew};
use crate::plan::Plan;
use crate::results::{self, Notice};
use crate::sign::Signer;
use sts_emulator::EmulatorProcess;

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::diagnostics::warn;
use crate::cli::console::signals::Signals;
use crate::cli::course::Course;
use crate::cli::exit_code::Exit;
use crate::cli::fleet;
use crate::cli::options::run::CallerOptions;

/// As whom a run calls.
#[derive(Debug)]
pub(crate) struct Caller {
    keyring: Option<Keyring>,
    renewal: Option<Renewing>,
    lost: Arc<Mutex<Option<Arc<Lost>>>>,
}

/// The way to fresher credentials.
#[derive(Debug, Clone)]
struct Renewing {
    search: Search,
    clock: WallClock,
    /// What the clock counts from.
    epoch: Arc<Mutex<Epoch>>,
}

impl Caller {
    /// As whom this run calls: nobody when nothing is signed, the simulated fleet's user, or the user.
    pub(crate) fn of(
        course: &Course,
        fleet: Option<&EmulatorProcess>,
        options: &CallerOptions,
        epoch: Epoch,
    ) -> Result<Self, CommandError> {
        match fleet {
            _ if !course.needs_credentials() => Ok(Self::anonymous()),
            Some(fleet) => Ok(Self::simulated(
                fleet::credentials(fleet).or_exit(Exit::NoData)?,
            )),
            None => Self::search(options, epoch),
        }
    }

    /// Nobody: no credentials are looked for.
    fn anonymous() -> Self {
        forbid_dumps();
        Self {
            keyring: None,
            renewal: None,
            lost: Arc::default(),
        }
    }

    /// The fleet's own keys; the user's are neither looked for nor touched.
    pub(crate) fn simulated(found: Found) -> Self {
        Self {
            keyring: Some(Keyring::new(found)),
            renewal: None,
            lost: Arc::default(),
        }
    }

    /// The first credentials of the AWS chain.
    fn search(options: &CallerOptions, epoch: Epoch) -> Result<Self, CommandError> {
        forbid_dumps();
        let epoch = Arc::new(Mutex::new(epoch));
        let shared = Arc::clone(&epoch);
        let clock = WallClock::new(move || {
            let epoch = shared.lock().unwrap_or_else(PoisonError::into_inner);
            epoch.wall_at(Epoch::now())
        });
        let search = Search::new(options.profile.clone(), clock.clone());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .or_exit(Exit::Unexpected)?;
        let found = runtime
            .block_on(credentials::find(&search))
            .or_exit(Exit::Credentials)?;
        Ok(Self {
            keyring: Some(Keyring::new(found)),
            renewal: Some(Renewing {
                search,
                clock,
                epoch,
            }),
            lost: Arc::default(),
        })
    }

    /// What makes requests of calls, named `user_agent` in the account's audit log.
    pub(crate) fn signer(&self, user_agent: String) -> Signer {
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

    /// What the user should know about where the credentials lie.
    pub(crate) fn notices(&self, length: Duration, now: SystemTime) -> Vec<String> {
        let (Some(_), Some(keyring)) = (&self.renewal, &self.keyring) else {
            return Vec::new();
        };
        let exposed = credentials::exposed_files();
        let told = exposed
            .iter()
            .map(|path| format!("{} can be read by others; chmod 600 it", path.display()));
        let held = keyring.current();
        let left = held
            .expires
            .map(|end| end.duration_since(now).unwrap_or_default());
        let ends = left.filter(|left| *left < length).map(|left| {
            format!(
                "the credentials end in {} s, before the run does; they are renewed from {} on the way, and if that fails the run is cut short",
                left.as_secs(),
                held.source
            )
        });
        told.chain(ends).collect()
    }

    /// Renews the credentials before they end, off the measuring thread; their loss stops the calls.
    pub(crate) fn keep_fresh(&self, signals: &Signals) {
        let (Some(renewing), Some(keyring)) = (self.renewal.clone(), self.keyring.clone()) else {
            return;
        };
        let Renewing { search, clock, .. } = renewing;
        if keyring.current().expires.is_none() {
            return;
        }
        let (signals, lost) = (signals.clone(), Arc::clone(&self.lost));
        let renewing = move || -> std::io::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let refresher = Refresher::start(runtime.handle(), keyring, search, clock);
            runtime.block_on(async {
                let mut watched = refresher.lost();
                if let Ok(reason) = watched.wait_for(Option::is_some).await {
                    lost.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .clone_from(&reason);
                    signals.stop_calls();
                }
            });
            Ok(())
        };
        let started = std::thread::Builder::new()
            .name("credentials".to_owned())
            .spawn(renewing);
        if let Err(error) = started {
            warn(&format!(
                "credentials will not be renewed during the run: {error}"
            ));
        }
    }

    /// Counts the time from `epoch` on, which was read later.
    pub(crate) fn set_clock(&self, epoch: Epoch) {
        if let Some(renewing) = &self.renewal {
            *renewing
                .epoch
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = epoch;
        }
    }

    /// Why the credentials were lost during the run, if they were.
    pub(crate) fn lost(&self) -> Option<anyhow::Error> {
        self.lost_reason()
            .map(|reason| anyhow!("the run was cut short: {reason}"))
    }

    /// The same for the record.
    pub(crate) fn lost_notice(&self, at: Duration) -> Option<Notice> {
        let at_ns = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
        self.lost_reason().map(|reason| Notice {
            at_ns,
            text: format!("cut short: {reason}"),
        })
    }

    /// Who called, as the report may say it.
    pub(crate) fn describe(
        &self,
        identified: &Identified,
        show_identity: bool,
    ) -> Option<results::Caller> {
        let disclosure = if show_identity {
            Disclosure::Whole
        } else {
            Disclosure::Masked
        };
        let found = self.keyring.as_ref()?.current();
        Some(results::Caller {
            account: mask::account(&identified.caller.account, disclosure),
            arn: mask::arn(&identified.caller.arn, disclosure),
            access_key: found.masked_key(),
            source: found.source.clone(),
        })
    }

    /// What the preflight, or its absence, gives cause to say.
    pub(crate) fn doubts(&self, identified: Option<&Identified>) -> Vec<String> {
        if self.is_anonymous() {
            let text = "every operation is unsigned: no credentials were looked for, and nobody asked who calls";
            return vec![text.to_owned()];
        }
        doubts(identified)
    }

    fn lost_reason(&self) -> Option<Arc<Lost>> {
        self.lost
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The plan as the report may say it.
pub(crate) fn disclosed(plan: &Plan, show_identity: bool) -> Plan {
    let disclosure = if show_identity {
        Disclosure::Whole
    } else {
        Disclosure::Masked
    };
    let mut plan = plan.clone();
    for target in &mut plan.targets {
        target.call = target.call.masked(|text| mask::parameter(text, disclosure));
    }
    plan
}

fn forbid_dumps() {
    if let Err(error) = hardening::forbid_dumps() {
        warn(&format!(
            "{error}; a crash could leave secrets in a core file"
        ));
    }
}

fn doubts(identified: Option<&Identified>) -> Vec<String> {
    let Some(identified) = identified else {
        return vec!["no endpoint told who is calling; the run goes on without that".to_owned()];
    };
    let mut doubts = Vec::new();
    if identified.caller.arn.ends_with(":root") {
        let text = "these are the root user's keys, which can do anything; delete them and use an IAM user or role";
        doubts.push(text.to_owned());
    }
    if let Some(skew) = identified
        .skew
        .filter(|skew| skew.distance() > TOLERATED_SKEW)
    {
        let (seconds, way) = match skew {
            Skew::ServiceAhead(distance) => (distance.as_secs(), "behind"),
            Skew::ServiceBehind(distance) => (distance.as_secs(), "ahead of"),
        };
        doubts.push(format!(
            "this machine's clock is {seconds} s {way} the service's; beyond 900 s every call is refused"
        ));
    }
    doubts
}

/// A moment as RFC 3339 in UTC, to the second.
pub(crate) fn rfc3339(moment: SystemTime) -> String {
    let moment = OffsetDateTime::from(moment)
        .replace_nanosecond(0)
        .expect("zero is a nanosecond");
    moment
        .format(&Rfc3339)
        .context("a year beyond 9999")
        .unwrap_or_default()
}

/// Clocks that are this close need no word.
const TOLERATED_SKEW: Duration = Duration::from_secs(60);
