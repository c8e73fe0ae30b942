//! Facts about AWS STS: where its endpoints are, what its operations take, and how their answers read.
//!
//! The crate opens no socket, reads no file and no clock, and knows no credentials. Regions and host names come from a table
//! that is generated from AWS's published data; the tests hold it against the AWS SDK for Rust, which users of this crate do
//! not compile.
//!
//! - [`Selector`] and [`Catalog`] turn a text such as `global,eu-*` or `fips:us-*` into [`Endpoint`]s.
//! - [`Operation`] names the twelve operations; [`OperationFacts`] says what is true of each.
//! - [`Client`] is an AWS SDK or CLI, and says which endpoint it calls in a [`ClientEnvironment`], and why.
//! - [`Call`] is an operation with its parameters, checked by the rules of STS; it writes the form and reads the response.
//!
//! ```
//! use sts_model::{Answer, Catalog, Operation, Reading, Selector};
//!
//! let selector: Selector = "eu-*".parse()?;
//! let endpoints = Catalog::default().select(&selector)?;
//! assert_eq!(endpoints[0].origin.to_string(), "https://sts.eu-central-1.amazonaws.com");
//! assert_eq!(endpoints[0].signing_region, "eu-central-1");
//!
//! let call = Operation::GetCallerIdentity.default_call();
//! assert_eq!(call.form(), "Action=GetCallerIdentity&Version=2011-06-15");
//!
//! let body = br#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
//!   <GetCallerIdentityResult>
//!     <Arn>arn:aws:iam::123456789012:user/anna</Arn>
//!     <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>
//!     <Account>123456789012</Account>
//!   </GetCallerIdentityResult>
//! </GetCallerIdentityResponse>"#;
//! let Reading::Answer(Answer::CallerIdentity(caller)) = call.read(200, body) else {
//!     panic!("not an answer to GetCallerIdentity");
//! };
//! assert_eq!(caller.account.as_str(), "123456789012");
//! # Ok::<(), sts_model::SelectorError>(())
//! ```
#![warn(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::too_many_lines, clippy::cognitive_complexity))]

mod glob;
mod nearest;
mod catalog;
mod operation;
mod client;

pub use catalog::{
    Activation, Catalog, Constructed, Coordinates, Endpoint, InvalidEndpointName, Origin,
    OriginError, PARTITIONS, Partition, REGION_TABLE_DATE, REGION_TABLE_SOURCE, REGIONS, Region,
    ResolveError, Scheme, Scope, Selector, SelectorError, SigningRegionError, without_secrets,
};
pub use client::{
    Because, CLIENT_VARIABLES, CLIENTS, Called, Client, ClientEnvironment, ClientProfile,
    DefaultMode, LEGACY_REGIONS, PROFILE_SETTINGS, Refusal, SettingPlace, Since,
};
pub use glob::matches_glob;
pub use nearest::{is_slip_of, nearest, nearest_slip};
pub use operation::{
    API_VERSION, AccountText, Answer, Audit, Bounds, Call, CallerIdentity, Fault, FaultCode,
    FaultCodeText, InvalidValue, IssuedSession, MAX_XML_DEPTH, MessageText, Operation,
    OperationFacts, Parameter, ParameterError, ParameterValue, Permission, Presence, Principal,
    PrincipalArnText, Quota, Reading, RegionText, Remote, RequestIdText, Returns, Secrecy,
    SecretSource, TextForm, Unreadable, WireForm, region_of_request_id, region_of_session_token,
};
