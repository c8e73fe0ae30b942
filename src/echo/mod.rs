//! What a server repeats of the request that it answers: its key, its signature, its tokens, its parameters. None of that is
//! kept or shown, whatever form it has.

mod forms;
mod pieces;
mod sent;

pub(crate) use sent::Sent;
