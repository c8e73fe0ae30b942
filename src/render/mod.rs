//! SHOW: what a run found, for people and for programs. Every format reads one view of the run; none computes a statistic,
//! and the same run gives the same bytes.
