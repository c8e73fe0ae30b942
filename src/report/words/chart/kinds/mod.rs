//! What each kind of picture says, one file for each.

pub(crate) mod compare;
pub(crate) mod difference;
pub(crate) mod ecdf;
pub(crate) mod matrix;
pub(crate) mod over_time;
pub(crate) mod savings;
pub(crate) mod whiskers;
pub(crate) mod world;
