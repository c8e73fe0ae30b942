//! Answers and faults of STS: read from its XML, and what is kept of them.

pub(crate) mod xml;
mod remote;
mod session_token;
mod request_id;
pub(crate) mod fault;
mod kept;
pub(crate) mod issued_session;

pub use fault::{Fault, FaultCode};
pub use kept::{Answer, CallerIdentity, IssuedSession, Reading};
pub use remote::{
    AccountText, FaultCodeText, MessageText, PrincipalArnText, RegionText, Remote, RequestIdText,
    TextForm,
};
pub use request_id::region_of_request_id;
pub use session_token::region_of_session_token;
pub use xml::{MAX_XML_DEPTH, Unreadable};
