//! Every account, user, role and key, and the sessions that are issued to them.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use sts_model::{Activation, Region};

use crate::entropy;
use crate::iam::arn::in_aws;

use super::entities::{Role, RootKey, User, random_secret};
use super::ids::{self, LONG_TERM_MARK, base32, unique_id};
use super::principal::{Identity, Principal, PrincipalKind, Session};
use super::spec::{AccountSpec, RoleSpec, UserSpec, is_of};
use super::token::{Claims, Sealer, TokenVersion};
use super::totp;

/// Credentials of the emulator, as a client is given them. They open nothing but the emulator that made them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmulatorCredentials {
    /// Twelve digits.
    pub account: String,
    /// The user's ARN, in its account's partition.
    pub arn: String,
    /// `AKIA…NOTAWS`.
    pub access_key_id: String,
    /// 40 characters.
    pub secret_access_key: String,
}

/// Why credentials are not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Unknown or inactive key, or a token that is missing, altered, not this key's, not valid here or of a role that is gone.
    Invalid,
    /// A genuine session that is over.
    Expired,
}

/// Temporary credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssuedCredentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    pub expiration: OffsetDateTime,
}

/// Where and how long temporary credentials are to be good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    /// Whole seconds.
    pub issued: OffsetDateTime,
    /// Whole seconds.
    pub expiration: OffsetDateTime,
    /// The Region that issues them.
    pub region: &'a str,
    pub version: TokenVersion,
    /// Least length of the token, 0–4,096 characters.
    pub minimum_token_size: usize,
}

/// Everybody the emulator knows.
pub(crate) struct Identities {
    accounts: HashMap<String, AccountSpec>,
    users: Vec<User>,
    /// Root keys, by account.
    roots: Vec<RootKey>,
    roles: Vec<Role>,
    by_key: HashMap<String, Holder>,
    sealer: Sealer,
    /// The codes that MFA devices have shown here: serial numbers and steps of time.
    used_codes: Mutex<HashSet<(String, i64)>>,
    /// The partition of accounts that name none.
    partition: String,
    /// Makes the secrets of temporary credentials from their key ids.
    secrets: hmac::Key,
}

/// Whose a long-term key is: a position among users or roots.
#[derive(Debug, Clone, Copy)]
enum Holder {
    User(usize),
    Root(usize),
}

impl Identities {
    /// Mints keys and ids for everybody. The specs have been checked.
    pub(crate) fn new(accounts: &[AccountSpec], users: &[UserSpec], roles: &[RoleSpec]) -> Self {
        let users: Vec<User> = users
            .iter()
            .enumerate()
            .map(|(index, spec)| User::new(spec, index))
            .collect();
        let roles = roles
            .iter()
            .enumerate()
            .map(|(index, spec)| Role::new(spec, index))
            .collect();
        let with_key = accounts.iter().filter(|account| account.root_access_key);
        let roots: Vec<RootKey> = with_key
            .map(|account| RootKey {
                account: account.id.clone(),
                // The last of the account's ids; users are counted from the first.
                access_key_id: unique_id("AKIA", &account.id, ids::DISTINCT - 1, LONG_TERM_MARK),
                secret_access_key: random_secret(),
            })
            .collect();
        let user_keys = users
            .iter()
            .enumerate()
            .map(|(at, user)| (user.access_key_id.clone(), Holder::User(at)));
        let root_keys = roots
            .iter()
            .enumerate()
            .map(|(at, root)| (root.access_key_id.clone(), Holder::Root(at)));
        Self {
            by_key: user_keys.chain(root_keys).collect(),
            accounts: accounts
                .iter()
                .map(|account| (account.id.clone(), account.clone()))
                .collect(),
            users,
            roots,
            roles,
            sealer: Sealer::new(),
            used_codes: Mutex::default(),
            partition: "aws".to_owned(),
            secrets: hmac::Key::new(hmac::HMAC_SHA256, &entropy::bytes::<32>()),
        }
    }

    /// The same with another partition for the accounts that name none.
    pub(crate) fn in_partition(self, partition: &str) -> Self {
        Self {
            partition: partition.to_owned(),
            ..self
        }
    }

    /// The partition of the accounts that name none.
    pub(crate) fn partition(&self) -> &str {
        &self.partition
    }

    /// The long-term credentials of every user, in the spec's order, then those of roots.
    pub(crate) fn credentials(&self) -> Vec<EmulatorCredentials> {
        let users = self.users.iter().map(|user| EmulatorCredentials {
            account: user.account.clone(),
            arn: user
                .entity
                .arn(&self.partition_of(&user.account), &user.account, "user"),
            access_key_id: user.access_key_id.clone(),
            secret_access_key: user.secret_access_key.clone(),
        });
        let roots = self.roots.iter().map(|root| EmulatorCredentials {
            account: root.account.clone(),
            arn: format!(
                "arn:{}:iam::{}:root",
                self.partition_of(&root.account),
                root.account
            ),
            access_key_id: root.access_key_id.clone(),
            secret_access_key: root.secret_access_key.clone(),
        });
        users.chain(roots).collect()
    }

    /// Who `access_key_id` with `token` is at `now` in `region`.
    pub(crate) fn find(
        &self,
        access_key_id: &str,
        token: Option<&[u8]>,
        region: &str,
        now: OffsetDateTime,
    ) -> Result<Principal, Refusal> {
        let Some(token) = token else {
            return self
                .long_term(access_key_id)
                .filter(|principal| self.is_known_in(principal.account(), region))
                .ok_or(Refusal::Invalid);
        };
        let (claims, version) = self
            .sealer
            .open_token(token, access_key_id)
            .ok_or(Refusal::Invalid)?;
        let valid_here = version == TokenVersion::V2 || !is_of(region, Activation::OptIn);
        if !valid_here || !self.is_known_in(&claims.session.account, region) {
            return Err(Refusal::Invalid);
        }
        if now.unix_timestamp() >= claims.expires {
            return Err(Refusal::Expired);
        }
        if !self.is_alive(&claims.session) {
            return Err(Refusal::Invalid);
        }
        Ok(Principal {
            secret_access_key: self.session_secret(access_key_id),
            access_key_id: access_key_id.to_owned(),
            kind: PrincipalKind::Session,
            expires: OffsetDateTime::from_unix_timestamp(claims.expires).ok(),
            session: claims.session,
        })
    }

    /// Whether STS in `region` knows the account's keys: a partition knows no other's, and an opt-in Region only those of
    /// accounts that have enabled it.
    fn is_known_in(&self, account: &str, region: &str) -> bool {
        let partition = self.partition_of(account);
        // A Region that the catalogue does not have belongs to whoever uses it.
        let is_home = Region::named(region).is_none_or(|region| region.partition == partition);
        is_home && self.account(account).has_enabled(region)
    }

    fn partition_of(&self, account: &str) -> String {
        let named = self
            .accounts
            .get(account)
            .and_then(|it| it.partition.clone());
        named.unwrap_or_else(|| self.partition.clone())
    }

    fn long_term(&self, access_key_id: &str) -> Option<Principal> {
        let (account, identity, secret) = match *self.by_key.get(access_key_id)? {
            Holder::User(at) => {
                let user = &self.users[at];
                user.active.then_some(())?;
                (
                    &user.account,
                    Identity::User(user.entity.clone()),
                    &user.secret_access_key,
                )
            }
            Holder::Root(at) => {
                let root = &self.roots[at];
                (&root.account, Identity::Root, &root.secret_access_key)
            }
        };
        Some(Principal {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret.clone(),
            kind: PrincipalKind::LongTerm,
            expires: None,
            session: Session::plain(account, identity),
        })
    }

    /// Whether the user or the role behind a session is still there.
    fn is_alive(&self, session: &Session) -> bool {
        match &session.identity {
            Identity::Root | Identity::FederatedUser { issuer: None, .. } => true,
            Identity::User(user)
            | Identity::FederatedUser {
                issuer: Some(user), ..
            } => self
                .user(&session.account, &user.name)
                .is_some_and(|found| found.entity.id == user.id),
            Identity::AssumedRole { role, .. } => self
                .role(&session.account, &role.name)
                .is_some_and(|found| found.entity.id == role.id),
        }
    }

    /// Temporary credentials for `session` on `terms`.
    pub(crate) fn issue(&self, session: &Session, terms: Terms<'_>) -> IssuedCredentials {
        let [a, b, c, d, spread] = entropy::bytes::<5>();
        let mark = [b'S', b'I', b'M', base32(a), base32(b), base32(c)];
        let index = usize::from(d) | (usize::from(spread & 1) << 8);
        let access_key_id = unique_id("ASIA", &session.account, index, &mark);
        let session = Session {
            issued_at: terms.issued.unix_timestamp(),
            ..session.clone()
        };
        let claims = Claims {
            session,
            expires: terms.expiration.unix_timestamp(),
        };
        let session_token = self.sealer.token(
            &claims,
            &access_key_id,
            terms.version,
            terms.region,
            terms.minimum_token_size,
        );
        IssuedCredentials {
            secret_access_key: self.session_secret(&access_key_id),
            access_key_id,
            session_token,
            expiration: terms.expiration,
        }
    }

    /// The account with number `id`; one that the spec does not describe is like any other.
    pub(crate) fn account(&self, id: &str) -> AccountSpec {
        self.accounts
            .get(id)
            .cloned()
            .unwrap_or_else(|| AccountSpec {
                id: id.to_owned(),
                ..AccountSpec::default()
            })
    }

    /// Whether anything of the spec is in the account with number `id`.
    pub(crate) fn has_account(&self, id: &str) -> bool {
        self.accounts.contains_key(id)
            || self.users.iter().any(|user| user.account == id)
            || self.roles.iter().any(|role| role.account == id)
    }

    /// An account of the spec's other than `id`, the first there is.
    pub(crate) fn another_account(&self, id: &str) -> Option<&str> {
        let roles = self.roles.iter().map(|role| role.account.as_str());
        let users = self.users.iter().map(|user| user.account.as_str());
        let mut accounts: Vec<&str> = self.accounts.keys().map(String::as_str).collect();
        accounts.sort_unstable();
        accounts
            .into_iter()
            .chain(users)
            .chain(roles)
            .find(|account| *account != id)
    }

    /// The id of the organisation that all accounts are in, by the form of AWS's.
    pub(crate) const ORGANISATION: &str = "o-stsbench00";

    /// The organisation's management account.
    pub(crate) fn management_account(&self) -> Option<&str> {
        self.users.first().map(|user| user.account.as_str())
    }

    /// The user called `name`. Names are compared as IAM does, by case.
    pub(crate) fn user(&self, account: &str, name: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.account == account && user.entity.name == name)
    }

    /// The first user, with whose keys the emulator is called by default.
    pub(crate) fn first_user(&self) -> Option<&User> {
        self.users.first()
    }

    /// The role called `name`.
    pub(crate) fn role(&self, account: &str, name: &str) -> Option<&Role> {
        self.roles
            .iter()
            .find(|role| role.account == account && role.entity.name == name)
    }

    /// The role with `arn` in `partition`, with its path.
    pub(crate) fn role_by_arn(&self, arn: &str, partition: &str) -> Option<&Role> {
        let rest = arn.strip_prefix("arn:")?.strip_prefix(partition)?;
        let arn = format!("arn:aws{rest}");
        self.roles.iter().find(|role| role.arn() == arn)
    }

    /// Whether `code` is one that the device `serial_number` of `user` shows at `now` and that has not been used; `None` when
    /// there is no such device. A code is taken once (RFC 6238, 5.2).
    pub(crate) fn verify_mfa(
        &self,
        user: &User,
        serial_number: &str,
        code: &str,
        now: OffsetDateTime,
    ) -> Option<bool> {
        let serial_number = in_aws(serial_number);
        let (_, seed) = user.mfa.iter().find(|(known, _)| *known == serial_number)?;
        let Some(step) = totp::step(seed, code, now) else {
            return Some(false);
        };
        let mut used = self
            .used_codes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // What no code can be of any more is forgotten.
        used.retain(|(_, used)| totp::is_current(*used, now));
        Some(used.insert((serial_number, step)))
    }

    /// `value` sealed for `purpose`.
    pub(crate) fn seal<T: Serialize>(&self, purpose: &str, value: &T) -> String {
        self.sealer.text(purpose, value)
    }

    /// The value in a text that [`Self::seal`] made for `purpose`.
    pub(crate) fn open<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<T> {
        self.sealer.open_text(purpose, text)
    }

    fn session_secret(&self, access_key_id: &str) -> String {
        let secret = hmac::sign(&self.secrets, access_key_id.as_bytes());
        STANDARD.encode(secret.as_ref().get(..30).unwrap_or_default())
    }
}

/// Most users or roles of one emulator: ids have nine bits to tell them apart, and the last is root's.
pub(crate) const MAX_ENTITIES: usize = ids::DISTINCT - 1;

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
