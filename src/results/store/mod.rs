//! A run on disk: its directory and its files, written so that an interruption costs as little as possible.

pub(crate) mod certificate;
pub(crate) mod csv_cell;
pub(crate) mod directory;
pub(crate) mod journal;
pub(crate) mod measured;
pub(crate) mod output_file;
pub(crate) mod part;
pub(crate) mod run;
pub(crate) mod sample_row;
pub(crate) mod samples;
pub(crate) mod writer;
