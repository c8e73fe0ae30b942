//! The default client: hyper's HTTP/1.1 connection over our own dialler.

mod connection;
mod formed_request;
mod open;
mod partial_exchange;

pub use connection::HyperTransport;
