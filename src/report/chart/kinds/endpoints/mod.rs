//! How much faster is each Regional endpoint than the global one? Both kinds of connection of an endpoint in one row.

mod columns;
mod kind;
mod rows;
mod ties;

pub(super) use kind::KIND;
