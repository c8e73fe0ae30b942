//! What an operation answers, as a value, and the two forms in which it is written.

mod element;
mod fault_reply;
mod json;
mod representation;
mod xml;

pub(crate) use element::{Element, Noted, json_fields, lower_camel, notes};
pub(crate) use fault_reply::{FaultReply, throttled};
pub(crate) use representation::Representation;
