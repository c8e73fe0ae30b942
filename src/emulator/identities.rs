//! Accounts, users and keys of the simulated fleet, and the temporary credentials it issues.
//!
//! Everything is visibly fake: access key ids end in `NOTAWS` (long-term) or carry `SIM` (temporary). Ids encode their
//! account as AWS's newer ones do, secrets are random for each start unless the spec pins them, and issued sessions are
//! stateless: the token itself says who, until when and from where, under a MAC that only this fleet can make.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use time::OffsetDateTime;

use super::entropy;

/// A user of the fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UserSpec {
    /// Twelve digits.
    pub account: String,
    /// IAM user name, `[A-Za-z0-9+=,.@_-]{1,64}`.
    pub name: String,
    /// Pins the secret access key, 40 characters; random when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_access_key: Option<String>,
}

impl Default for UserSpec {
    fn default() -> Self {
        Self { account: "123456789012".to_owned(), name: "simulated".to_owned(), secret_access_key: None }
    }
}

impl UserSpec {
    /// What is wrong with the user, if anything.
    pub(super) fn complaint(&self) -> Option<&'static str> {
        let name_ok = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
        let secret_ok = |secret: &String| secret.len() == 40 && secret.bytes().all(|b| b.is_ascii_graphic());
        if self.account.len() != 12 || !self.account.bytes().all(|b| b.is_ascii_digit()) {
            Some("account must be twelve digits")
        } else if !(1..=64).contains(&self.name.len()) || !self.name.bytes().all(name_ok) {
            Some("name must be 1 to 64 letters, digits and +=,.@_-")
        } else if !self.secret_access_key.as_ref().is_none_or(secret_ok) {
            Some("secret_access_key must be 40 printable characters")
        } else {
            None
        }
    }
}

/// Credentials of the fleet, as a client is given them. They open nothing but the fleet that made them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetCredentials {
    /// Twelve digits.
    pub account: String,
    /// The user's ARN in the commercial partition.
    pub arn: String,
    /// `AKIA…NOTAWS`.
    pub access_key_id: String,
    /// 40 characters.
    pub secret_access_key: String,
}

/// Who has signed a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principal {
    pub account: String,
    pub user_name: String,
    pub user_id: String,
    pub kind: PrincipalKind,
    /// What the signature has to be made with.
    pub secret_access_key: String,
    user: usize,
}

impl Principal {
    /// The caller's ARN in `partition`. Sessions from GetSessionToken keep the user's.
    pub(super) fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::{}:user/{}", self.account, self.user_name)
    }
}

/// Which kind of credentials the signature was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrincipalKind {
    /// A user's own access key.
    LongTerm,
    /// Temporary credentials from GetSessionToken.
    Session,
}

/// Why credentials are not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Unknown key, or a token that is missing, altered or not this key's.
    Invalid,
    /// A genuine session that is over.
    Expired,
}

/// Temporary credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IssuedCredentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    pub expiration: OffsetDateTime,
}

/// Everybody the fleet knows.
pub(super) struct Identities {
    users: Vec<User>,
    /// Makes and proves session tokens and secrets; never leaves this process.
    sealing_key: [u8; 32],
}

struct User {
    account: String,
    name: String,
    user_id: String,
    access_key_id: String,
    secret_access_key: String,
}

impl Identities {
    /// Mints keys for `specs`, at most [`MAX_USERS`] of them.
    pub(super) fn new(specs: &[UserSpec]) -> Self {
        let users = specs.iter().enumerate().map(|(index, spec)| {
            let secret = spec.secret_access_key.clone();
            User {
                account: spec.account.clone(),
                name: spec.name.clone(),
                user_id: unique_id("AIDA", &spec.account, index, USER_MARK),
                access_key_id: unique_id("AKIA", &spec.account, index, LONG_TERM_MARK),
                secret_access_key: secret.unwrap_or_else(|| STANDARD.encode(entropy::bytes::<30>())),
            }
        });
        Self { users: users.collect(), sealing_key: entropy::bytes() }
    }

    /// The long-term credentials of every user, in the spec's order.
    pub(super) fn credentials(&self) -> Vec<FleetCredentials> {
        let credentials = |user: &User| FleetCredentials {
            account: user.account.clone(),
            arn: format!("arn:aws:iam::{}:user/{}", user.account, user.name),
            access_key_id: user.access_key_id.clone(),
            secret_access_key: user.secret_access_key.clone(),
        };
        self.users.iter().map(credentials).collect()
    }

    /// Who `access_key_id` with `token` is at `now`.
    pub(super) fn find(
        &self,
        access_key_id: &str,
        token: Option<&[u8]>,
        now: OffsetDateTime,
    ) -> Result<Principal, Refusal> {
        let Some(token) = token else {
            let position = self.users.iter().position(|user| user.access_key_id == access_key_id);
            let index = position.ok_or(Refusal::Invalid)?;
            let secret = self.users[index].secret_access_key.clone();
            return Ok(self.principal(index, PrincipalKind::LongTerm, secret));
        };
        let sealed = STANDARD.decode(token).map_err(|_| Refusal::Invalid)?;
        let split = sealed.len().checked_sub(SEAL_BYTES).ok_or(Refusal::Invalid)?;
        let (claims, seal) = sealed.split_at(split);
        self.mac("token", claims).verify_truncated_left(seal).map_err(|_| Refusal::Invalid)?;
        let claims = Claims::read(claims).ok_or(Refusal::Invalid)?;
        if claims.access_key_id != access_key_id || claims.user >= self.users.len() {
            return Err(Refusal::Invalid);
        }
        if now.unix_timestamp() >= claims.expires {
            return Err(Refusal::Expired);
        }
        Ok(self.principal(claims.user, PrincipalKind::Session, self.session_secret(access_key_id)))
    }

    /// Temporary credentials for `principal`, issued in `region` and good until `expiration` (whole seconds).
    pub(super) fn issue(&self, principal: &Principal, region: &str, expiration: OffsetDateTime) -> IssuedCredentials {
        let [a, b, c, spread @ ..] = entropy::bytes::<4>();
        let mark = [b'S', b'I', b'M', base32(a), base32(b), base32(c)];
        let session = principal.user ^ usize::from(spread[0]);
        let access_key_id = unique_id("ASIA", &principal.account, session, &mark);
        let claims =
            Claims { access_key_id: &access_key_id, user: principal.user, expires: expiration.unix_timestamp() };
        let mut sealed = claims.write(region);
        let seal = self.mac("token", &sealed).finalize().into_bytes();
        sealed.extend_from_slice(&seal[..SEAL_BYTES]);
        IssuedCredentials {
            secret_access_key: self.session_secret(&access_key_id),
            access_key_id,
            session_token: STANDARD.encode(sealed),
            expiration,
        }
    }

    fn principal(&self, index: usize, kind: PrincipalKind, secret_access_key: String) -> Principal {
        let user = &self.users[index];
        Principal {
            account: user.account.clone(),
            user_name: user.name.clone(),
            user_id: user.user_id.clone(),
            kind,
            secret_access_key,
            user: index,
        }
    }

    fn session_secret(&self, access_key_id: &str) -> String {
        let secret = self.mac("secret", access_key_id.as_bytes()).finalize().into_bytes();
        STANDARD.encode(&secret[..30])
    }

    fn mac(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.sealing_key).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message);
        mac
    }
}

/// What a session token says, in the outward shape of STS's second token version: the Region of origin in front.
struct Claims<'a> {
    access_key_id: &'a str,
    user: usize,
    expires: i64,
}

impl<'a> Claims<'a> {
    /// `0x21`, then protobuf fields: 1 = `origin_ec`, 2 = a number, 3 = the Region, 4 = the claims proper.
    fn write(&self, region: &str) -> Vec<u8> {
        let mut bytes = TOKEN_START.to_vec();
        bytes.extend_from_slice(&[0x1A, u8::try_from(region.len()).expect("Region names are short")]);
        bytes.extend_from_slice(region.as_bytes());
        bytes.extend_from_slice(&[0x22, CLAIMS_BYTES]);
        bytes.extend_from_slice(self.access_key_id.as_bytes());
        bytes.extend_from_slice(&u16::try_from(self.user).expect("users are few").to_be_bytes());
        bytes.extend_from_slice(&self.expires.to_be_bytes());
        bytes
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (region_length, rest) = bytes.strip_prefix(TOKEN_START)?.strip_prefix(&[0x1A])?.split_first()?;
        let claims = rest.get(usize::from(*region_length)..)?.strip_prefix(&[0x22, CLAIMS_BYTES])?;
        let (access_key_id, rest) = claims.split_at_checked(20)?;
        let (user, expires) = rest.split_at_checked(2)?;
        Some(Self {
            access_key_id: std::str::from_utf8(access_key_id).ok()?,
            user: usize::from(u16::from_be_bytes(user.try_into().ok()?)),
            expires: i64::from_be_bytes(expires.try_into().ok()?),
        })
    }
}

/// Most users of one fleet: ids have nine bits to tell them apart.
pub(super) const MAX_USERS: usize = 512;

const LONG_TERM_MARK: &[u8] = b"NOTAWS";
/// Ids of users, roles and groups are one character longer than those of keys (AIDACKCEVSQ6C2EXAMPLE in AWS's documentation).
const USER_MARK: &[u8] = b"ANOTAWS";
const TOKEN_START: &[u8] = b"\x21\x0A\x09origin_ec\x10\x01";
const CLAIMS_BYTES: u8 = 20 + 2 + 8;
const SEAL_BYTES: usize = 24;

/// An id that encodes `account` as AWS's own do: the first six of the base32-coded bytes hold a one, the account in 40
/// bits, and seven bits of `index`; two more bits of `index` follow, and `mark` ends it.
fn unique_id(prefix: &str, account: &str, index: usize, mark: &[u8]) -> String {
    let account: u64 = account.parse().expect("accounts are twelve digits");
    let index = u64::try_from(index % MAX_USERS).expect("below 512");
    let head = (1 << 49) | (account << 9) | index;
    let mut id = prefix.to_owned();
    id.extend((0..10).rev().map(|position| char::from(base32(((head >> (5 * position)) & 31) as u8))));
    id.extend(mark.iter().copied().map(char::from));
    id
}

/// The RFC 4648 character of the low five bits.
fn base32(value: u8) -> u8 {
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(value & 31)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("an instant of 2027")
    }

    fn fleet() -> (Identities, Principal) {
        let identities =
            Identities::new(&[UserSpec::default(), UserSpec { name: "other".into(), ..UserSpec::default() }]);
        let key = identities.credentials()[0].access_key_id.clone();
        let principal = identities.find(&key, None, now()).expect("a minted key is known");
        (identities, principal)
    }

    /// The published way to read the account out of an id: base32, six bytes, mask, shift.
    fn account_of(id: &str) -> String {
        let value = |c: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|x| *x == c).expect("base32") as u128;
        let bits = id.bytes().skip(4).fold(0_u128, |bits, c| (bits << 5) | value(c));
        let first_six = u64::try_from(bits >> 32).expect("48 bits");
        format!("{:012}", (first_six & 0x7FFF_FFFF_FF80) >> 7)
    }

    #[test]
    fn ids_encode_their_account_and_are_visibly_fake() {
        for account in ["123456789012", "000000000001", "999999999999"] {
            let spec = UserSpec { account: account.to_owned(), ..UserSpec::default() };
            let credentials = Identities::new(&[spec]).credentials();
            let id = &credentials[0].access_key_id;
            assert_eq!(account_of(id), account, "{id}");
            assert!(id.starts_with("AKIA") && id.ends_with("NOTAWS") && id.len() == 20, "{id}");
            assert!(b"QRSTUVWXYZ234567".contains(&id.as_bytes()[4]), "newer ids have the top bit set: {id}");
            assert_eq!(credentials[0].secret_access_key.len(), 40);
        }
        let (identities, principal) = fleet();
        assert_ne!(identities.credentials()[0].access_key_id, identities.credentials()[1].access_key_id);
        let issued = identities.issue(&principal, "eu-west-1", now());
        assert_eq!(account_of(&issued.access_key_id), "123456789012");
    }

    #[test]
    fn issued_sessions_work_until_they_expire_and_only_whole() {
        let (identities, principal) = fleet();
        let end = now() + time::Duration::seconds(900);
        let issued = identities.issue(&principal, "eu-west-1", end);
        let token = issued.session_token.as_bytes();
        let session = identities.find(&issued.access_key_id, Some(token), now()).expect("a fresh session");
        assert_eq!(session.kind, PrincipalKind::Session);
        assert_eq!(session.secret_access_key, issued.secret_access_key);
        assert_eq!(session.arn("aws"), principal.arn("aws"));
        assert_eq!(identities.find(&issued.access_key_id, Some(token), end), Err(Refusal::Expired));
        assert_eq!(identities.find(&issued.access_key_id, None, now()), Err(Refusal::Invalid));
        let long_term = &identities.credentials()[0].access_key_id;
        assert_eq!(identities.find(long_term, Some(token), now()), Err(Refusal::Invalid));
        let other_fleet = Identities::new(&[UserSpec::default()]);
        assert_eq!(other_fleet.find(&issued.access_key_id, Some(token), now()), Err(Refusal::Invalid));
        for position in 0..token.len() {
            let mut altered = token.to_vec();
            altered[position] = if altered[position] == b'A' { b'B' } else { b'A' };
            assert!(identities.find(&issued.access_key_id, Some(&altered), now()).is_err(), "byte {position}");
        }
    }

    #[test]
    fn tokens_begin_as_second_version_tokens_do_and_name_their_region() {
        let (identities, principal) = fleet();
        let issued = identities.issue(&principal, "eu-west-3", now());
        assert!(issued.session_token.starts_with("IQoJb3JpZ2luX2Vj"), "{}", issued.session_token);
        let bytes = STANDARD.decode(&issued.session_token).expect("base64");
        assert!(bytes.windows(11).any(|window| window == b"\x1A\x09eu-west-3"));
    }

    #[test]
    fn bad_users_are_complained_about() {
        for (account, name) in
            [("12345678901", "x"), ("12345678901a", "x"), ("123456789012", ""), ("123456789012", "a/b")]
        {
            let spec = UserSpec { account: account.into(), name: name.into(), secret_access_key: None };
            assert!(spec.complaint().is_some(), "{account} {name}");
        }
        assert_eq!(UserSpec::default().complaint(), None);
    }
}
