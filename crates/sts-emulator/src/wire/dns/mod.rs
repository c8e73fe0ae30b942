//! The emulator's DNS.

pub(crate) mod servers;
pub(crate) mod zone;
