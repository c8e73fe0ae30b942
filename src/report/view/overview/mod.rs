//! A run on one screen: what to do, the endpoints side by side, how far the numbers can be trusted, what to do next.

pub(crate) mod decision;
pub(crate) mod endpoints;
pub(crate) mod foremost;
pub(crate) mod next;
pub(crate) mod operations;
pub(crate) mod screen;
pub(crate) mod selection;
pub(crate) mod table;
pub(crate) mod trust;
