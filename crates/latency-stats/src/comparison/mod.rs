//! Series against each other: in pairs, in ranks, and against their own past.

mod paired;
mod proportions;
mod sign_test;
mod signed_rank;
mod ranking;
mod common_line;
mod creep;
mod history;

pub use history::{Deviation, Deviations, HistoryGate, LEAST_SERIES};
pub use paired::{Paired, beats, hodges_lehmann, paired_mean, paired_mean_within, t_interval};
pub use proportions::chance_of_more;
pub use ranking::{Ranking, rank};
pub use sign_test::SignTest;
pub use signed_rank::signed_rank;
