//! Name to address: the system's resolver, or one DNS server that is asked directly.

mod planned;
mod resolve;
mod stub_resolver;
mod system;

pub use planned::PlannedResolver;
pub(crate) use resolve::is_public;
pub use resolve::{Resolve, Resolved};
#[cfg(any(test, fuzzing))]
pub(crate) use stub_resolver::addresses_in;
pub use system::SystemResolver;
