//! Accounts, users, roles and keys of the emulator, and the temporary credentials it issues.
//!
//! Everything is visibly fake. Ids encode their account as AWS's newer ones do, secrets are random for each start unless the
//! spec pins them, and issued sessions are stateless: the token itself says who, until when and from where, sealed with a
//! key that only this emulator has. What a caller may do is decided elsewhere.

mod entities;
mod ids;
mod principal;
mod registry;
mod spec;
mod token;
mod totp;

pub(crate) use entities::Role;
pub(crate) use ids::account_of;
#[cfg(test)]
pub(crate) use principal::PrincipalKind;
pub(crate) use principal::{Entity, Federation, FederationKind, Identity, Principal, Session, Tag};
pub use registry::EmulatorCredentials;
pub(crate) use registry::{Identities, IssuedCredentials, MAX_ENTITIES, Refusal, Terms};
pub use spec::{AccountSpec, MfaSpec, RoleSpec, UserSpec};
pub(crate) use spec::{Complaint, FIRST_ACCOUNT, account_complaint, allowing, trust};
pub(crate) use token::{LARGEST_TOKEN, TokenVersion};
