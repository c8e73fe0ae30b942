//! Bytes: sockets, TLS, HTTP/1.1 and DNS, and the time that everything takes.

pub(crate) mod authority;
pub(crate) mod body;
pub(crate) mod connections;
pub(crate) mod delayed_stream;
pub(crate) mod dns;
pub(crate) mod incoming;
pub(crate) mod malformed_head;
pub(crate) mod network;
pub(crate) mod readiness;
pub(crate) mod request_stream;
pub(crate) mod seen_endpoint;
pub(crate) mod served_endpoint;
pub(crate) mod response_headers;
pub(crate) mod server;
pub(crate) mod timer;
