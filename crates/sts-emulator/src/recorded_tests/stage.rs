//! An emulator with the users, roles and sessions that the recorded requests were signed by.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::case::{RequestSpec, data, read};
use super::request::request;
use crate::clock;
use crate::config::emulator_config::EmulatorConfig;
use crate::emulator::Emulator;
use crate::emulator::tests::{Key, Received, announced, exchange, plaintext, prompt};
use crate::iam::identities::{Identity, Terms, TokenVersion};
use crate::service::dispatch::Service;

/// The emulator and whoever calls it.
pub(super) struct Stage {
    emulator: Emulator,
    keys: BTreeMap<String, Key>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sessions {
    session: Vec<SessionSpec>,
}

/// Temporary credentials.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionSpec {
    name: String,
    /// Who asked for them.
    by: String,
    /// The call that issued them.
    form: Vec<String>,
    /// What has become of them since.
    changed: Option<Change>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Change {
    #[serde(rename = "role deleted")]
    RoleDeleted,
    #[serde(rename = "over and role deleted")]
    OverAndRoleDeleted,
}

impl Stage {
    /// Starts the emulator, and makes the sessions.
    pub(super) async fn set() -> Self {
        let config = EmulatorConfig {
            service_time: prompt().service_time,
            ..read(&data("stage.toml"))
        };
        let emulator = Emulator::start(config).await.expect("the emulator starts");
        let users = emulator.view().announcement().credentials.clone();
        let keys = users.into_iter().map(|user| {
            let name = user.arn.rsplit('/').next().expect("a name").to_owned();
            let key = Key {
                id: user.access_key_id,
                secret: user.secret_access_key,
                token: None,
            };
            (name, key)
        });
        let mut stage = Self {
            keys: keys.collect(),
            emulator,
        };
        for session in read::<Sessions>(&data("sessions.toml")).session {
            let key = stage.session(&session).await;
            stage.keys.insert(session.name, key);
        }
        stage
    }

    /// What the emulator answers to `spec`.
    pub(super) async fn send(&self, spec: &RequestSpec) -> Received {
        let view = self.emulator.view();
        let at = announced(&view, spec.at.as_deref().unwrap_or("eu-central-1"));
        let request = request(spec, at, &self.signer(spec));
        exchange(&mut plaintext(at).await, request).await
    }

    /// The credentials that `spec` is to be signed with.
    fn signer(&self, spec: &RequestSpec) -> Key {
        let own = self.key(spec.by.as_deref().unwrap_or("primary"));
        let token = match spec.token.as_deref() {
            None => own.token.clone(),
            Some("none") => None,
            Some(other) => self.key(other).token.clone(),
        };
        let secret = match spec.secret.as_deref() {
            None => own.secret.clone(),
            Some("wrong") => "0".repeat(40),
            Some(other) => panic!("secret = {other:?} means nothing"),
        };
        Key {
            id: own.id.clone(),
            secret,
            token,
        }
    }

    fn key(&self, name: &str) -> &Key {
        let key = self.keys.get(name);
        key.unwrap_or_else(|| panic!("nobody is called {name:?}"))
    }

    async fn session(&self, spec: &SessionSpec) -> Key {
        let call = RequestSpec {
            form: Some(spec.form.clone()),
            by: Some(spec.by.clone()),
            ..RequestSpec::default()
        };
        let issued = self.send(&call).await;
        assert_eq!(issued.status, 200, "{}: {}", spec.name, issued.body);
        let element = |name: &str| issued.element(name).to_owned();
        let key = Key {
            id: element("AccessKeyId"),
            secret: element("SecretAccessKey"),
            token: Some(element("SessionToken")),
        };
        match spec.changed {
            None => key,
            Some(change) => self.changed(&key, change),
        }
    }

    /// The same session as if it were of an earlier role of its role's name, and perhaps over.
    fn changed(&self, key: &Key, change: Change) -> Key {
        let (identities, region) = (&self.emulator.service.identities, "eu-central-1");
        let now = clock::wall(0);
        let token = key.token.as_deref().map(str::as_bytes);
        let found = identities.find(&key.id, token, region, now);
        let mut session = found.expect("a session of now").session;
        let Identity::AssumedRole { role, .. } = &mut session.identity else {
            panic!("{session:?} is no role's");
        };
        role.id.replace_range(4..8, "GONE");
        let lasts = match change {
            Change::RoleDeleted => time::Duration::HOUR,
            Change::OverAndRoleDeleted => time::Duration::minutes(-1),
        };
        let terms = Terms {
            issued: now - time::Duration::HOUR,
            expiration: now + lasts,
            region,
            version: TokenVersion::V2,
            minimum_token_size: 0,
        };
        let issued = identities.issue(&session, terms);
        Key {
            id: issued.access_key_id,
            secret: issued.secret_access_key,
            token: Some(issued.session_token),
        }
    }
}

/// An emulator can be shown, and in tests it holds its service, whose secrets are not.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}
