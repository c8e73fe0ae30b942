//! Connections: whose are served, what the requests on one share, and how long they may wait without one.

pub(crate) mod clients;
pub(crate) mod connection;
pub(crate) mod idle;
