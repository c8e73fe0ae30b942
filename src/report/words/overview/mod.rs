//! The sentences and cells of a run on one screen. Short: a line has 80 columns.

pub(crate) mod cells;
pub(crate) mod decision;
pub(crate) mod doubts;
pub(crate) mod failing;
pub(crate) mod lines;
pub(crate) mod next;
pub(crate) mod text;
