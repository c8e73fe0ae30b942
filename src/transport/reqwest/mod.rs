//! The second client: reqwest, as an application would use it.

mod connection;
mod dialling;
mod hooks;

pub(crate) use connection::ReqwestTransport;
