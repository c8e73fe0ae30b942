//! Calls as CloudTrail would record them.

pub(crate) mod record;
pub(crate) mod trail;
