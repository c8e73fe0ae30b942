//! WHAT: the STS operations, one file each: parameters, wire form, answer; and the faults that STS reports.
//!
//! Protocol `query`, API version 2011-06-15: a form goes in, XML comes out. This module knows neither credentials nor an
//! HTTP client nor the emulator.

mod value;
mod rules;
mod parameter;
mod shapes;
mod facts;
mod answer;
mod each;
mod names;
mod principal;
mod read;
mod form;
mod call;

pub use answer::{
    AccountText, Answer, CallerIdentity, Fault, FaultCode, FaultCodeText, IssuedSession,
    MAX_XML_DEPTH, MessageText, PrincipalArnText, Reading, RegionText, Remote, RequestIdText,
    TextForm, Unreadable, region_of_request_id, region_of_session_token,
};
pub use call::{Call, ParameterError};
pub use facts::{Audit, OperationFacts, Permission, Quota, Returns};
pub use names::{API_VERSION, Operation};
pub use parameter::{Parameter, Presence, Secrecy, WireForm};
pub use principal::Principal;
pub use rules::{Bounds, InvalidValue};
pub use value::{ParameterValue, SecretSource};

#[cfg(test)]
mod service_model_tests;
#[cfg(test)]
mod call_tests;
#[cfg(test)]
mod call_property_tests;
